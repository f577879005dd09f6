//! Where a table's files lie on this machine: its newest metadata, and the local copies of the paths that its metadata
//! names.

use std::fs;
use std::path::{Path, PathBuf};

use super::metadata::Metadata;
use crate::profile::objects::SourceError;

const HINT: &str = "version-hint.text";
const FOLDER: &str = "metadata";
/// Ends of the names of metadata files; the last is what early versions called gzipped ones.
const ENDS: [&str; 3] = [".gz.metadata.json", ".metadata.json", ".metadata.json.gz"];

/// Whether a path is a table, its `metadata` folder, or one of its metadata files.
#[must_use]
pub fn is_table(path: &Path) -> bool {
    if path.is_dir() {
        return [path.join(FOLDER), path.to_owned()].iter().any(|folder| !candidates(folder).is_empty());
    }
    let name = name_of(path);
    name == HINT || stem(&name).is_some()
}

/// The metadata file that a path means: itself, or the newest of a table.
pub(super) fn metadata_file(path: &Path) -> Result<PathBuf, SourceError> {
    if path.is_dir() {
        let inner = path.join(FOLDER);
        return newest(if inner.is_dir() { &inner } else { path });
    }
    match path.parent() {
        Some(folder) if name_of(path) == HINT => newest(folder),
        _ => Ok(path.to_owned()),
    }
}

/// The folder of the table whose metadata file this is.
pub(super) fn root_of(metadata: &Path) -> PathBuf {
    let folder = metadata.parent().unwrap_or(Path::new(""));
    // A bare file name: what the folder is called has to be asked.
    let folder =
        if folder.as_os_str().is_empty() { fs::canonicalize(".").unwrap_or_default() } else { folder.to_owned() };
    if name_of(&folder) == FOLDER { folder.parent().map(Path::to_owned).unwrap_or_default() } else { folder }
}

/// The newest metadata file of a folder: what its hint says (and what came after, for the hint is written last), else
/// the one with the highest number, else the one that was updated last.
fn newest(folder: &Path) -> Result<PathBuf, SourceError> {
    let all = candidates(folder);
    let hint = fs::read(folder.join(HINT)).ok();
    let hinted =
        hint.as_deref().and_then(|text| std::str::from_utf8(text).ok()).map(str::trim).filter(|it| !it.is_empty());
    if let Some(hint) = hinted {
        let mut version = hint.parse::<u64>().ok();
        while version.is_some_and(|it| all.iter().any(|(number, _)| it.checked_add(1) == *number && number.is_some())) {
            version = version.and_then(|it| it.checked_add(1));
        }
        let means = |(number, path): &&(Option<u64>, PathBuf)| match version {
            Some(_) => *number == version,
            None => name_of(path) == hint || stem(&name_of(path)) == Some(hint),
        };
        return all.iter().find(means).map(|it| it.1.clone()).ok_or_else(|| {
            let shown: String = hint.chars().take(80).collect();
            let what = format!("its {HINT} names `{shown}`, and no metadata file of it is there");
            SourceError::new(folder, what, "copy that file too, or give the metadata file that is meant")
        });
    }
    let highest = all.iter().map(|it| it.0).max().flatten();
    let mut last: Vec<&PathBuf> = all.iter().filter(|it| it.0 == highest).map(|it| &it.1).collect();
    if last.len() > 1 {
        last.sort_by_cached_key(|path| Metadata::read(path).ok().and_then(|it| it.last_updated_ms));
    }
    last.pop().cloned().ok_or_else(|| {
        SourceError::new(folder, "it holds no `….metadata.json`", "copy the table's folder `metadata` whole")
    })
}

/// Metadata files of a folder with their numbers, by name.
fn candidates(folder: &Path) -> Vec<(Option<u64>, PathBuf)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut all: Vec<(Option<u64>, PathBuf)> =
        entries.filter_map(|path| Some((number(stem(&name_of(&path))?), path))).filter(|it| it.1.is_file()).collect();
    all.sort();
    all
}

fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn stem(name: &str) -> Option<&str> {
    ENDS.iter().find_map(|end| name.strip_suffix(end))
}

/// `v12` and `00012-0b6f…` are number 12.
fn number(stem: &str) -> Option<u64> {
    match stem.strip_prefix('v') {
        Some(number) => number.parse().ok(),
        None => stem.split('-').next()?.parse().ok(),
    }
}

/// A path's parts behind its scheme (`s3://`, `s3a://`, `file:/`); `None` with a part that leads elsewhere.
pub(super) fn parts(path: &str) -> Option<Vec<&str>> {
    let scheme = path.split_once(':').filter(|(scheme, _)| scheme.chars().all(|c| c.is_ascii_alphanumeric()));
    let rest = scheme.map_or(path, |it| it.1);
    let parts: Vec<&str> = rest.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    let leads_elsewhere = |part: &&str| *part == ".." || part.contains(['\\', '\0']);
    (!parts.is_empty() && !parts.iter().any(leads_elsewhere)).then_some(parts)
}

/// The parts of a path below a table's location.
pub(super) fn below<'p>(location: &str, path: &'p str) -> Option<Vec<&'p str>> {
    let (location, mut parts) = (self::parts(location)?, self::parts(path)?);
    (parts.len() > location.len() && parts.starts_with(&location)).then(|| parts.split_off(location.len()))
}

/// The local copy of a path: below the table's folder as it lies below the table's location; else, for data that lies
/// elsewhere or was copied flat, by the longest end of the path that is there.
pub(super) fn local(root: &Path, location: &str, path: &str) -> Option<PathBuf> {
    let is_there = |path: &PathBuf| path.is_file();
    let beside = |parts: &[&str]| {
        let name = parts.last()?;
        [root.join(name), root.join(FOLDER).join(name), root.join("data").join(name)].into_iter().find(is_there)
    };
    if let Some(parts) = below(location, path) {
        return Some(root.join(parts.iter().collect::<PathBuf>())).filter(is_there).or_else(|| beside(&parts));
    }
    let parts = parts(path)?;
    let ends = (0..parts.len()).map(|from| root.join(parts[from..].iter().collect::<PathBuf>()));
    ends.into_iter().find(is_there).or_else(|| beside(&parts))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_their_numbers() {
        let of = |name: &str| stem(name).map(number);
        assert_eq!(of("v3.metadata.json"), Some(Some(3)));
        assert_eq!(of("v3.gz.metadata.json"), Some(Some(3)));
        assert_eq!(of("00012-0b6f-11.metadata.json"), Some(Some(12)));
        assert_eq!(of("00012-0b6f-11.metadata.json.gz"), Some(Some(12)));
        assert_eq!(of("snapshot.metadata.json"), Some(None));
        assert_eq!(of("manifest.json"), None);
    }

    #[test]
    fn a_path_never_leaves_the_table() {
        assert_eq!(below("s3://b/w/t", "s3a://b/w/t/data/x"), Some(vec!["data", "x"]));
        assert_eq!(below("s3://b/w/t/", "s3://b/w/t2/data/x"), None);
        assert_eq!(below("file:/tmp/t", "/tmp/t/./data//x"), Some(vec!["data", "x"]));
        for path in ["s3://b/w/t/../../etc/passwd", "..", "s3://b/w/t/data/..", "", "s3://", "s3://b/w/t/a\\..\\b"] {
            assert_eq!(below("s3://b/w/t", path), None, "{path}");
            assert_eq!(local(Path::new("/"), "s3://b/w/t", path), None, "{path}");
        }
    }

    /// The hint of 2 is behind: version 3 was written, then the writer stopped.
    #[test]
    fn the_newest_metadata_by_hint_number_and_time() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        let write = |name: &str, text: &str| fs::write(at(name), text).expect("writes");
        assert!(newest(folder.path()).is_err());
        for (name, updated) in
            [("v1.metadata.json", 1), ("v2.metadata.json", 2), ("v3.gz.metadata.json", 3), ("v9.metadata.json", 9)]
        {
            write(name, &format!(r#"{{"format-version":2,"location":"s3://b/t","last-updated-ms":{updated}}}"#));
        }
        assert_eq!(newest(folder.path()).expect("found"), at("v9.metadata.json"));
        write(HINT, "2\n");
        assert_eq!(newest(folder.path()).expect("found"), at("v3.gz.metadata.json"));
        write(HINT, "7");
        assert!(newest(folder.path()).expect_err("not there").what.contains("names `7`"));
        write(HINT, "v1");
        assert_eq!(newest(folder.path()).expect("found"), at("v1.metadata.json"));
        fs::remove_file(at(HINT)).expect("removes");
        write("00009-a.metadata.json", r#"{"format-version":2,"location":"s3://b/t","last-updated-ms":99}"#);
        assert_eq!(newest(folder.path()).expect("found"), at("00009-a.metadata.json"));
    }
}
