//! A local folder (or single files) as a data set: sizes and times by the file system, formats by name and by the first
//! bytes of a sample.

mod magic;
mod walk;

use std::path::{Path, PathBuf};

use super::footers::Footers;
use super::objects::{Fault, Object, ObjectsProfile, Source, SourceError, SourceKind, State, Tally};
use walk::Entry;

/// Files whose first bytes are looked at, spread evenly over all.
const MAGIC_FILES: usize = 256;
/// Parquet files whose footer is read.
const FOOTER_FILES: usize = 64;

/// Reads the files below some paths.
///
/// # Errors
/// A path is not there, or no file lies below any of them.
pub fn read(paths: &[PathBuf], now_ms: i64) -> Result<ObjectsProfile, SourceError> {
    let mut tally = Tally::new(now_ms);
    let mut sample = Sample::default();
    let mut records = 0;
    for path in paths {
        let found = walk::walk(path, &mut |entry| {
            records += 1;
            match entry {
                Entry::File { path, key, size, modified_ms } => {
                    tally.add(&Object { key: &key, size, modified_ms, class: b"", state: State::Current });
                    sample.offer(path, &key, size);
                }
                Entry::Unreadable { path, error } => {
                    tally.faults.add(Fault::Unreadable, || path.display().to_string(), error.to_string().as_bytes());
                }
            }
        });
        found.map_err(|error| SourceError::io(path, error))?;
    }
    let first = paths.first().map_or(Path::new(""), PathBuf::as_path);
    if records == 0 {
        return Err(SourceError::new(first, "there is no file in it", "give a folder with data files"));
    }
    let shown = match paths {
        [one] => one.display().to_string(),
        more => format!("{} and {} more", first.display(), more.len() - 1),
    };
    let mut profile = ObjectsProfile::new(Source::new(SourceKind::Folder, shown, "files"), tally);
    profile.source.records = records;
    let sampled = sample.into_paths();
    profile.magic = Some(magic::look(&sampled, &mut profile.tally));
    profile.footers = footers(&sampled);
    Ok(profile)
}

#[cfg(feature = "tables")]
fn footers(sampled: &[(PathBuf, u64)]) -> Option<Footers> {
    let parquet: Vec<&Path> =
        sampled.iter().filter(|it| magic::is_parquet(&it.0)).map(|it| it.0.as_path()).take(FOOTER_FILES).collect();
    (!parquet.is_empty()).then(|| super::footers::read(&parquet))
}

#[cfg(not(feature = "tables"))]
const fn footers(_sampled: &[(PathBuf, u64)]) -> Option<Footers> {
    let _ = FOOTER_FILES;
    None
}

/// A sample of data files: those with the smallest hash of their key, so that it is spread over all folders and does not
/// depend on the order in which the file system gives them.
#[derive(Default)]
struct Sample {
    chosen: std::collections::BTreeMap<(u64, Vec<u8>), (PathBuf, u64)>,
}

impl Sample {
    fn offer(&mut self, path: PathBuf, key: &[u8], size: u64) {
        let (folder, file) = super::objects::name::split(key);
        if size == 0 || super::objects::name::is_hidden_part(file) || super::objects::name::is_hidden_folder(folder) {
            return;
        }
        self.chosen.insert((fnv(key), key.to_vec()), (path, size));
        if self.chosen.len() > MAGIC_FILES {
            self.chosen.pop_last();
        }
    }

    fn into_paths(self) -> Vec<(PathBuf, u64)> {
        let mut chosen: Vec<_> = self.chosen.into_iter().map(|((_, key), file)| (key, file)).collect();
        chosen.sort_by(|a, b| a.0.cmp(&b.0));
        chosen.into_iter().map(|it| it.1).collect()
    }
}

/// FNV-1a, 64 bits: a spread, no secret.
fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::objects::Oddity;

    #[test]
    fn a_folder_with_files_that_are_not_what_they_are_called() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        std::fs::create_dir_all(at("d=1/_temporary")).expect("makes");
        std::fs::write(at("d=1/a.json"), b"{\"a\":1}\n").expect("writes");
        std::fs::write(at("d=1/b.json"), b"\x1f\x8b\x08\x00\x00").expect("writes");
        std::fs::write(at("d=1/c.parquet"), b"not parquet").expect("writes");
        std::fs::write(at("d=1/empty.csv"), b"").expect("writes");
        std::fs::write(at("d=1/_temporary/x.csv"), b"1").expect("writes");
        std::fs::write(at("d=1/_SUCCESS"), b"").expect("writes");
        let profile = read(&[folder.path().to_owned()], i64::MAX / 2).expect("reads");
        assert_eq!((profile.data().objects, profile.data().bytes), (4, 8 + 5 + 11));
        assert_eq!(profile.odd(Oddity::Hidden).objects, 2);
        assert_eq!(profile.odd(Oddity::ZeroByte).objects, 1);
        let magic = profile.magic.expect("looked");
        assert_eq!((magic.files, magic.contradicting), (3, 2));
        assert_eq!(profile.tally.folders_named(), ["d=1"]);
    }

    #[test]
    fn what_is_not_there_is_an_error() {
        assert!(read(&[PathBuf::from("/no/such/folder")], 0).is_err());
        let empty = tempfile::tempdir().expect("a folder");
        assert!(read(&[empty.path().to_owned()], 0).is_err());
    }
}
