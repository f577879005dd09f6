//! The README beside the documents: what to fill in, what to run, what to expect, and why it is so.

use std::fmt::Write as _;

use super::notes::Notes;
use super::{Placeholder, SettingReason, SpecBundle, SpecFacts, SpecFile};
use crate::engines::Candidate;
use crate::workload::Workload;

/// What only the engine can say.
#[derive(Clone, Copy, Debug)]
pub(super) struct Guide<'a> {
    /// The IAM roles and what each must be allowed to do.
    pub(super) roles: &'a [&'a str],
    /// The shell commands, in order, once the placeholders are filled in.
    pub(super) commands: &'a str,
    /// How the placeholders are filled in.
    pub(super) fill: Fill,
}

/// How placeholders get their values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fill {
    /// Exported for `envsubst`.
    Environment,
    /// The commands pass them as parameters or variables of the tool.
    Tool,
}

/// The bundle of `files` and the README that goes with them.
pub(super) fn complete(
    mut files: Vec<SpecFile>,
    placeholders: Vec<Placeholder>,
    guide: &Guide<'_>,
    candidate: &Candidate,
    workload: &Workload,
    facts: &SpecFacts,
    notes: Notes,
) -> SpecBundle {
    let mut text = String::new();
    heading(&mut text, candidate, workload, facts);
    fill_in(&mut text, &placeholders);
    run(&mut text, &placeholders, guide);
    list(&mut text, "Permissions", guide.roles.iter().copied());
    reasons(&mut text, &notes.settings);
    list(&mut text, "Defaults left alone", notes.defaults.iter().map(String::as_str));
    list(&mut text, "Know before you run", notes.remarks.iter().map(String::as_str));
    files.push(SpecFile { name: "README.md".to_owned(), contents: text });
    SpecBundle { files, placeholders, settings: notes.settings }
}

// Writing to a String cannot fail, hence the results that are dropped below.

fn heading(text: &mut String, candidate: &Candidate, workload: &Workload, facts: &SpecFacts) {
    let engine = candidate.engine.title();
    let _ = writeln!(text, "# {} on {engine}\n", plain(&workload.name));
    let _ = writeln!(text, "Written by shapecast for candidate `{}` in {}.\n", candidate.id, workload.region.value);
    let _ = writeln!(
        text,
        "Expected: {}; {}. A run that differs much is worth a look at the event log.",
        facts.duration, facts.cost
    );
}

fn fill_in(text: &mut String, placeholders: &[Placeholder]) {
    let _ = writeln!(text, "\n## Fill in\n\nOnly your account knows these; shapecast invents none of them.\n");
    let _ = writeln!(text, "| placeholder | what to put there |\n|---|---|");
    for placeholder in placeholders {
        let _ = writeln!(text, "| `{}` | {} |", placeholder.name, placeholder.meaning);
    }
}

fn run(text: &mut String, placeholders: &[Placeholder], guide: &Guide<'_>) {
    let _ = writeln!(text, "\n## Run\n\n```bash");
    if guide.fill == Fill::Tool {
        let _ = writeln!(text, "{}```", guide.commands);
        return;
    }
    // What a command finds out itself is not asked for.
    let later = |name: &str| guide.commands.contains(&format!("export {name}="));
    let before: Vec<&str> =
        placeholders.iter().map(|placeholder| placeholder.name.as_str()).filter(|name| !later(name)).collect();
    for name in &before {
        let _ = writeln!(text, "export {name}=");
    }
    let checks: Vec<String> = before.iter().map(|name| format!("\"${{{name}:?}}\"")).collect();
    let _ = writeln!(text, ": {}  # names the first that is empty\n", checks.join(" "));
    let _ = writeln!(text, "{}```", guide.commands);
}

fn reasons(text: &mut String, settings: &[SettingReason]) {
    let _ = writeln!(text, "\n## Why these settings\n\n| setting | value | reason |\n|---|---|---|");
    for SettingReason { setting, value, reason } in settings {
        let _ = writeln!(text, "| `{}` | {} | {} |", cell(setting), cell(value), cell(reason));
    }
}

fn list<'a>(text: &mut String, title: &str, items: impl Iterator<Item = &'a str>) {
    let items: Vec<&str> = items.collect();
    if items.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n## {title}\n");
    for item in items {
        let _ = writeln!(text, "- {item}");
    }
}

/// A table cell: a bar would end it.
fn cell(text: &str) -> String {
    plain(text).replace('|', "\\|")
}

/// One line of it.
fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
