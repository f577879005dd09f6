//! Which workload files were meant: files, folders, and patterns that the shell did not expand.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::CliError;
use crate::finops::{Manifest, Quotas};

const EXTENSIONS: [&str; 3] = ["yaml", "yml", "json"];

/// The files behind the arguments, in their order; those of a folder or pattern sorted by name.
///
/// # Errors
/// A path does not exist, a folder has no workload files, or a pattern matches nothing.
pub fn expand(arguments: &[PathBuf]) -> Result<Vec<PathBuf>, Vec<CliError>> {
    let mut files = Vec::new();
    let mut errors = Vec::new();
    for argument in arguments {
        match expand_one(argument) {
            Ok(found) => files.extend(found.into_iter().filter(|file| !files.contains(file)).collect::<Vec<_>>()),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(files) } else { Err(errors) }
}

/// A workload file with the tags that a manifest adds to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The file.
    pub file: PathBuf,
    /// What the manifest adds.
    pub tags: BTreeMap<String, String>,
}

/// The files behind the arguments, with manifests followed, and the quotas that these state.
///
/// # Errors
/// As [`expand`]; or a manifest is wrong or names what is not there.
pub fn listed_files(arguments: &[PathBuf]) -> Result<(Vec<Listed>, Quotas), Vec<CliError>> {
    let (mut plain, mut from_manifests, mut quotas, mut errors) = (Vec::new(), Vec::new(), Quotas::new(), Vec::new());
    for file in expand(arguments)? {
        match manifest(&file) {
            Ok(None) => plain.push(Listed { file, tags: BTreeMap::new() }),
            Ok(Some(manifest)) => {
                for (region, more) in manifest.quotas {
                    quotas.entry(region).or_default().extend(more);
                }
                for entry in manifest.workloads {
                    match expand(&[folder_of(&file).join(&entry.file)]) {
                        Ok(found) => from_manifests
                            .extend(found.into_iter().map(|file| Listed { file, tags: entry.tags.clone() })),
                        Err(found) => errors.extend(found),
                    }
                }
            }
            Err(error) => errors.push(error),
        }
    }
    // What a manifest says of a file counts, also where its folder was named as well.
    let mut seen: BTreeSet<PathBuf> = BTreeSet::new();
    let mut files: Vec<Listed> = Vec::new();
    for listed in from_manifests.into_iter().chain(plain) {
        if seen.insert(listed.file.canonicalize().unwrap_or_else(|_| listed.file.clone())) {
            files.push(listed);
        }
    }
    if errors.is_empty() { Ok((files, quotas)) } else { Err(errors) }
}

fn manifest(file: &Path) -> Result<Option<Manifest>, CliError> {
    if !file.extension().is_some_and(|extension| extension == "yaml" || extension == "yml") {
        return Ok(None);
    }
    // What cannot be read here is told by the reader of workload files, in its own words.
    let Ok(text) = fs::read_to_string(file) else { return Ok(None) };
    if !Manifest::is_meant(&text) {
        return Ok(None);
    }
    Manifest::read(&text).map(Some).map_err(|error| {
        CliError::usage(format!("cannot read the manifest `{}`", file.display()), error)
            .hint("a manifest has `workloads:` with `- file: jobs/a.yaml` lines, and may have `quotas:` by region")
    })
}

/// Whether a folder holds files that may be workloads.
pub fn has_workloads(folder: &Path) -> bool {
    let wanted = |name: &str| EXTENSIONS.iter().any(|extension| name.ends_with(&format!(".{extension}")));
    listed(folder, wanted).is_ok_and(|files| !files.is_empty())
}

/// Whether a folder is one rolling event log.
pub fn is_rolling_log(folder: &Path) -> bool {
    listed(folder, |name| name.starts_with("events_") || name.starts_with("appstatus_"))
        .is_ok_and(|files| !files.is_empty())
}

/// Whether a pattern is one of workload files.
pub fn names_workloads(pattern: &Path) -> bool {
    pattern
        .extension()
        .and_then(|extension| extension.to_str())
        .is_some_and(|extension| EXTENSIONS.contains(&extension))
}

/// Whether a file begins with an event of Spark.
pub fn starts_like_a_log(file: &Path) -> bool {
    let mut start = [0; 256];
    let read = fs::File::open(file).and_then(|mut file| std::io::Read::read(&mut file, &mut start));
    read.is_ok_and(|length| String::from_utf8_lossy(&start[..length]).contains("SparkListener"))
}

/// Whether a file is a gate's baseline, which lies beside the workload files and is none.
fn is_baseline(file: &Path) -> bool {
    let mut start = [0; 256];
    file.extension().is_some_and(|extension| extension == "json")
        && fs::File::open(file)
            .and_then(|mut file| std::io::Read::read(&mut file, &mut start))
            .is_ok_and(|length| String::from_utf8_lossy(&start[..length]).contains("\"kind\": \"baseline\""))
}

fn expand_one(argument: &Path) -> Result<Vec<PathBuf>, CliError> {
    let doing = format!("cannot read `{}`", argument.display());
    if argument.is_dir() {
        let files =
            listed(argument, |name| EXTENSIONS.iter().any(|extension| name.ends_with(&format!(".{extension}"))))
                .map_err(|error| CliError::because(&doing, &error))?;
        let files: Vec<PathBuf> = files.into_iter().filter(|file| !is_baseline(file)).collect();
        if files.is_empty() {
            return Err(CliError::usage(doing, "the folder has no .yaml, .yml or .json files")
                .hint("write a first workload file with `shapecast profile init --out workload.yaml`"));
        }
        return Ok(files);
    }
    if argument.exists() {
        return Ok(vec![argument.to_owned()]);
    }
    match argument.file_name().and_then(|name| name.to_str()) {
        Some(pattern) if pattern.contains(['*', '?']) => matching(argument, pattern, &doing),
        _ => Err(absent(argument, doing)),
    }
}

fn matching(argument: &Path, pattern: &str, doing: &str) -> Result<Vec<PathBuf>, CliError> {
    let files =
        listed(folder_of(argument), |name| matches(pattern, name)).map_err(|error| CliError::because(doing, &error))?;
    if files.is_empty() { Err(CliError::usage(doing, "no file matches the pattern")) } else { Ok(files) }
}

fn listed(folder: &Path, wanted: impl Fn(&str) -> bool) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_file() && path.file_name().and_then(|name| name.to_str()).is_some_and(&wanted) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."))
}

fn absent(argument: &Path, doing: String) -> CliError {
    let error = CliError::usage(doing, "no such file or folder");
    let name = argument.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let siblings = listed(folder_of(argument), |_| true).unwrap_or_default();
    let names = siblings.iter().filter_map(|path| path.file_name()?.to_str());
    match super::vocabulary::nearest(name, names) {
        Some(near) => error.hint(format!("did you mean `{}`?", argument.with_file_name(near).display())),
        None => error.hint("write a first workload file with `shapecast profile init --out workload.yaml`"),
    }
}

/// `*` stands for any characters, `?` for one.
fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut p, mut n, mut star) = (0, 0, None);
    while n < name.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, n));
                p += 1;
            }
            Some(c) if *c == '?' || *c == name[n] => {
                p += 1;
                n += 1;
            }
            // The last star takes one more character, and the rest is tried again.
            _ => match star {
                Some((at, taken)) => {
                    star = Some((at, taken + 1));
                    p = at + 1;
                    n = taken + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_a_shell_would() {
        assert!(matches("*.yaml", "a.yaml"));
        assert!(matches("tel*-?ightly*.yaml", "telco-cdr-nightly.yaml"));
        assert!(!matches("*.yaml", "a.yml"));
        assert!(!matches("?.yaml", "ab.yaml"));
        assert!(matches("**", ""));
    }

    #[test]
    fn a_folder_gives_its_workload_files_sorted_and_once() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["b.yaml", "a.yml", "notes.txt", "c.json"] {
            fs::write(folder.path().join(name), "").expect("writes");
        }
        let files = expand(&[folder.path().to_owned(), folder.path().join("*.yaml")]).expect("expands");
        let names: Vec<_> = files.iter().filter_map(|file| file.file_name()?.to_str()).collect();
        assert_eq!(names, ["a.yml", "b.yaml", "c.json"]);
    }

    #[test]
    fn a_slip_in_a_file_name_gets_the_nearest_one() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("nightly.yaml"), "").expect("writes");
        let errors = expand(&[folder.path().join("nightyl.yaml")]).expect_err("absent");
        assert!(errors[0].hint.as_ref().is_some_and(|hint| hint.contains("nightly.yaml")), "{errors:?}");
    }
}
