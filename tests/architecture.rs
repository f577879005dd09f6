//! The house rules, kept by a test: data flows one way, the core is pure, heavy crates stay in their room.

use std::fs;
use std::path::{Path, PathBuf};

/// The layers, first to last. A module may use itself and anything before it.
const LAYERS: [&str; 18] = [
    "units", "catalog", "workload", "learn", "profile", "prices", "engines", "simulate", "bill", "rank", "report",
    "spec", "lint", "gate", "finops", "store", "aws", "cli",
];

/// Modules that touch no clock, environment, file, network or unseeded randomness.
const PURE: [&str; 12] =
    ["units", "catalog", "learn", "prices", "engines", "simulate", "bill", "rank", "report", "spec", "lint", "gate"];

/// What the pure modules never name.
const WORLD: [&str; 9] = [
    "std::fs",
    "std::env",
    "std::net",
    "std::process",
    "SystemTime",
    "Instant::now",
    "Timestamp::now",
    "Zoned::now",
    "getrandom",
];

struct Source {
    path: PathBuf,
    layer: Option<usize>,
    /// Lines outside of test modules and comments, numbered from one.
    lines: Vec<(usize, String)>,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    collect(&root, &mut paths);
    paths.sort();
    assert!(paths.len() > 50, "found only {} source files", paths.len());
    paths.into_iter().map(|path| read(&root, path)).collect()
}

fn collect(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("src is readable") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths_push(into, path);
        }
    }
}

fn paths_push(into: &mut Vec<PathBuf>, path: PathBuf) {
    let is_test = path.file_stem().is_some_and(|stem| stem == "tests" || stem == "fixture")
        || path.components().any(|part| part.as_os_str() == "tests");
    if !is_test {
        into.push(path);
    }
}

fn read(root: &Path, path: PathBuf) -> Source {
    let relative = path.strip_prefix(root).expect("below src").to_path_buf();
    let first = relative.iter().next().and_then(|part| part.to_str()).unwrap_or_default().trim_end_matches(".rs");
    let layer = LAYERS.iter().position(|layer| *layer == first);
    assert!(
        layer.is_some() || ["lib", "main"].contains(&first),
        "src/{} belongs to no layer: name its layer in docs/architecture.md and here",
        relative.display()
    );
    let text = fs::read_to_string(&path).expect("a source file is UTF-8");
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let lines = code
        .lines()
        .enumerate()
        .map(|(index, line)| (index + 1, line.to_owned()))
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .collect();
    Source { path: relative, layer, lines }
}

#[test]
fn an_import_never_points_to_a_later_layer() {
    let mut wrong = Vec::new();
    for source in sources() {
        let Some(own) = source.layer else { continue };
        for (number, line) in &source.lines {
            for (index, layer) in LAYERS.iter().enumerate().skip(own + 1) {
                if line.contains(&format!("crate::{layer}::")) || line.contains(&format!("crate::{layer};")) {
                    wrong.push(format!(
                        "src/{}:{number}: {} uses {}",
                        source.path.display(),
                        LAYERS[own],
                        LAYERS[index]
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "data flows one way:\n{}", wrong.join("\n"));
}

#[test]
fn the_core_touches_no_clock_environment_file_or_network() {
    let mut wrong = Vec::new();
    for source in sources() {
        let pure = source.layer.is_some_and(|layer| PURE.contains(&LAYERS[layer]));
        for (number, line) in source.lines.iter().filter(|_| pure) {
            if let Some(word) = WORLD.iter().find(|word| line.contains(**word)) {
                wrong.push(format!("src/{}:{number}: {word}", source.path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "the core is pure:\n{}", wrong.join("\n"));
}

#[test]
fn polars_stays_in_its_room() {
    let wrong: Vec<String> = sources()
        .into_iter()
        .filter(|source| source.path != Path::new("report/parquet.rs") && !source.path.starts_with("profile/tables"))
        .filter(|source| !source.path.starts_with("finops/cost"))
        .filter(|source| {
            let named = |line: &str| line.contains("polars::") || line.contains("polars_");
            source.lines.iter().any(|(_, line)| named(line))
        })
        .map(|source| source.path.display().to_string())
        .collect();
    assert!(
        wrong.is_empty(),
        "polars is named outside of report/parquet.rs, profile/tables and finops/cost: {wrong:?}"
    );
}

#[test]
fn the_aws_sdk_stays_in_its_room() {
    let names = ["aws_sdk_", "aws_config", "aws_smithy_", "aws_credential_types", "tokio::"];
    let wrong: Vec<String> = sources()
        .into_iter()
        .filter(|source| !source.path.starts_with("aws/sdk"))
        .filter(|source| source.lines.iter().any(|(_, line)| names.iter().any(|name| line.contains(name))))
        .map(|source| source.path.display().to_string())
        .collect();
    assert!(wrong.is_empty(), "the AWS SDK is named outside of aws/sdk: {wrong:?}");
}

#[test]
fn no_price_stands_in_the_code() {
    // A decimal with three or more places as a text or a `Decimal` constructor is a price; prices come from
    // `pricing-fixtures/`.
    let mut wrong = Vec::new();
    for source in sources() {
        for (number, line) in &source.lines {
            let constructs =
                line.contains("Decimal::new(") || line.contains("dec!(") || line.contains("Decimal::from_str");
            if constructs && line.chars().any(|c| c == '.') && line.contains("\"0.") {
                wrong.push(format!("src/{}:{number}: {}", source.path.display(), line.trim()));
            }
            if let Some(digits) = line.split("Decimal::new(").nth(1) {
                let constant = digits.trim_start().starts_with(|c: char| c.is_ascii_digit());
                if constant {
                    wrong.push(format!("src/{}:{number}: {}", source.path.display(), line.trim()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "a price literal:\n{}", wrong.join("\n"));
}

#[test]
fn a_file_holds_one_concept() {
    let longest = 500;
    let long: Vec<String> = sources()
        .into_iter()
        .filter(|source| source.lines.len() > longest)
        .map(|source| format!("src/{}: {} lines", source.path.display(), source.lines.len()))
        .collect();
    assert!(long.is_empty(), "files over {longest} lines of code:\n{}", long.join("\n"));
}
