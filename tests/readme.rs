//! The console blocks of the pages are real: each command is run again, in the page's order, and its report compared.
//!
//! `SHAPECAST_BLESS=1 cargo test --test readme` writes them anew. In a page,
//!
//! * a block ```` ```console ```` whose first line is `$ shapecast …` holds the report that this command writes to
//!   stdout, in tables of 100 characters, on the day [`NOW`], with 200 replications (the program's default is 1,000);
//! * `<!-- show: Prices | #:3 -->` on the line before it keeps only the paragraphs that begin so, of the second one
//!   the first three rows; a line `…` stands for what is left out;
//! * `<!-- file: own.yaml -->` on the line before a block makes it a file that later commands of the page can read.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// The day of every run: ages of prices are counted to it.
const NOW: &str = "2026-11-21";

/// Stands for lines that are left out.
const ELISION: &str = "…";

fn in_repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

#[test]
fn the_readme_shows_real_output() {
    check("README.md");
}

#[test]
fn the_decision_table_shows_real_output() {
    check("docs/decision-table.md");
}

#[test]
fn the_guides_show_real_output() {
    pages("docs/guides").iter().for_each(|page| check(page));
}

#[test]
fn the_concepts_show_real_output() {
    pages("docs/concepts").iter().for_each(|page| check(page));
}

#[test]
fn every_page_of_the_map_exists_and_every_link_leads_somewhere() {
    let mut broken = Vec::new();
    let folders =
        ["docs", "docs/concepts", "docs/guides", "docs/engines", "docs/reference", "docs/decisions", "docs/accuracy"];
    let mut all: Vec<String> = folders.iter().flat_map(|folder| pages(folder)).collect();
    all.push("README.md".to_owned());
    for page in all {
        let text = fs::read_to_string(in_repository(&page)).expect("a page");
        let folder = in_repository(&page).parent().expect("a folder").to_owned();
        let links = text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
        let local = links.filter(|link| !link.is_empty() && !link.contains(':') && !link.contains(char::is_whitespace));
        broken.extend(local.filter(|link| !folder.join(link).exists()).map(|link| format!("{page}: {link}")));
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

/// The Markdown files of a folder, by name.
fn pages(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(in_repository(folder)).expect("a folder");
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut pages: Vec<String> =
        names.filter(|name| name.ends_with(".md")).map(|name| format!("{folder}/{name}")).collect();
    pages.sort();
    pages
}

fn check(page: &str) {
    let path = in_repository(page);
    let stored = fs::read_to_string(&path).expect("a page");
    let fresh = refreshed(&stored, page);
    if std::env::var_os("SHAPECAST_BLESS").is_some() {
        fs::write(&path, &fresh).expect("writes");
        return;
    }
    let first = stored.lines().zip(fresh.lines()).find(|(old, new)| old != new);
    let stale = format!("{page} is stale, run the tests with SHAPECAST_BLESS=1: {first:#?}");
    assert!(stored == fresh, "{stale}");
}

/// The page with the output that its commands give now.
fn refreshed(page: &str, name: &str) -> String {
    let desk = Desk::new();
    let mut fresh = String::new();
    let mut directive = String::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        fresh.extend([line, "\n"]);
        if line.starts_with("```") && line.len() > 3 {
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            for line in desk.block(line, &block, &directive, name) {
                fresh.extend([line.as_str(), "\n"]);
            }
            fresh.push_str("```\n");
        }
        directive = line.to_owned();
    }
    fresh
}

/// A folder with the examples in it, in which a page's commands run one after the other.
struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for examples in ["docs/examples", "docs/examples/usage"] {
            let here = folder.path().join(examples);
            fs::create_dir_all(&here).expect("makes the folder");
            for entry in fs::read_dir(in_repository(examples)).expect("examples").filter_map(Result::ok) {
                if entry.path().is_file() {
                    fs::copy(entry.path(), here.join(entry.file_name())).expect("copies");
                }
            }
        }
        let data = folder.path().join("tests/data");
        fs::create_dir_all(&data).expect("makes the folder");
        std::os::unix::fs::symlink(in_repository("tests/data/eventlogs"), data.join("eventlogs")).expect("links");
        Self(folder)
    }

    /// The lines that a block should hold.
    fn block(&self, fence: &str, lines: &[&str], directive: &str, page: &str) -> Vec<String> {
        if let Some(file) = argument(directive, "file") {
            fs::write(self.0.path().join(file), lines.join("\n") + "\n").expect("writes");
        }
        let command =
            lines.first().and_then(|line| line.strip_prefix("$ shapecast ")).filter(|_| fence == "```console");
        let Some(command) = command else { return lines.iter().map(|line| (*line).to_owned()).collect() };
        let report = self.run(command, page);
        let mut block = vec![format!("$ shapecast {command}")];
        block.extend(shown(&report, argument(directive, "show")));
        block
    }

    fn run(&self, command: &str, page: &str) -> String {
        let output = Command::new(assert_cmd::cargo::cargo_bin!("shapecast"))
            .args(command.split_whitespace())
            .env_clear()
            .env("HOME", self.0.path())
            .env("CI", "1")
            // As many as settle what the pages show; a build without optimisation takes its time over the default.
            .env("SHAPECAST_REPLICATIONS", "200")
            .env("COLUMNS", "100")
            .env("SHAPECAST_NOW", NOW)
            .current_dir(self.0.path())
            .output()
            .expect("runs");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{page}: shapecast {command}: {errors}");
        String::from_utf8(output.stdout).expect("UTF-8")
    }
}

/// `<!-- name: text -->`
fn argument<'a>(directive: &'a str, name: &str) -> Option<&'a str> {
    let inner = directive.strip_prefix("<!-- ")?.strip_suffix(" -->")?;
    inner.strip_prefix(name)?.strip_prefix(": ")
}

/// A report, or the paragraphs of it that are wanted.
fn shown(report: &str, wanted: Option<&str>) -> Vec<String> {
    let trimmed = |line: &str| line.trim_end().to_owned();
    let Some(wanted) = wanted else { return report.trim_end().lines().map(trimmed).collect() };
    let wanted: Vec<(&str, usize)> = wanted.split('|').map(|part| selector(part.trim())).collect();
    let mut lines: Vec<String> = Vec::new();
    let elide = |lines: &mut Vec<String>| {
        if lines.last().is_none_or(|last| last != ELISION) {
            lines.push(ELISION.to_owned());
        }
    };
    for paragraph in report.split("\n\n") {
        let Some((_, rows)) = wanted.iter().find(|(start, _)| paragraph.starts_with(start)) else {
            elide(&mut lines);
            continue;
        };
        if lines.last().is_some_and(|last| last != ELISION) {
            lines.push(String::new());
        }
        let kept = first_rows(paragraph, *rows);
        let whole = kept.len() == paragraph.lines().count();
        lines.extend(kept.into_iter().map(trimmed));
        if !whole {
            elide(&mut lines);
        }
    }
    lines
}

/// `#:3` is the paragraph that begins with `#`, and three rows of it.
fn selector(part: &str) -> (&str, usize) {
    match part.rsplit_once(':') {
        Some((start, rows)) if rows.chars().all(|c| c.is_ascii_digit()) && !rows.is_empty() => {
            (start, rows.parse().expect("a number"))
        }
        _ => (part, usize::MAX),
    }
}

/// The first rows of a ruled table, or the first lines of anything else.
fn first_rows(paragraph: &str, rows: usize) -> Vec<&str> {
    let is_rule = |line: &&str| line.starts_with('╌');
    if paragraph.lines().any(|line| is_rule(&line)) {
        let mut rules = 0;
        let before = paragraph.lines().take_while(|line| {
            rules += usize::from(is_rule(line));
            rules < rows
        });
        return before.collect();
    }
    paragraph.lines().take(rows).collect()
}
