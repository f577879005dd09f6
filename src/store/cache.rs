//! What was asked before: answers of AWS with the moment at which they came, under the user's cache folder.
//!
//! Every file is replaced as a whole, so an interrupted run leaves the old one or the new one.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// The folder of answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cache {
    folder: PathBuf,
}

/// An answer that was kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept<T> {
    /// Version of the file's format; 1.
    pub format: u32,
    /// When it came.
    pub fetched_at: Timestamp,
    /// The answer.
    pub answer: T,
}

impl<T> Kept<T> {
    /// Whether it is younger than its kind may be, at a moment.
    #[must_use]
    pub fn is_fresh(&self, now: Timestamp, life: SignedDuration) -> bool {
        let age = now.duration_since(self.fetched_at);
        // An answer from the future comes from a clock that was wrong.
        age >= SignedDuration::from_secs(-60) && age <= life
    }
}

impl Cache {
    /// The cache of this user, or `SHAPECAST_CACHE_DIR`; `None` when no home is known.
    #[must_use]
    pub fn of_user() -> Option<Self> {
        folder(|name| env::var_os(name).filter(|value| !value.is_empty())).map(|folder| Self { folder })
    }

    /// The cache in a folder.
    #[must_use]
    pub fn in_folder(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.folder
    }

    /// An answer; `None` when there is none or its file is not of this format.
    #[must_use]
    pub fn get<T: for<'de> Deserialize<'de>>(&self, key: &[&str]) -> Option<Kept<T>> {
        let text = fs::read_to_string(self.file(key)).ok()?;
        serde_json::from_str::<Kept<T>>(&text).ok().filter(|kept| kept.format == 1)
    }

    /// Keeps an answer.
    ///
    /// # Errors
    /// As the file system. The cache is a convenience: a caller warns and goes on.
    pub fn put<T: Serialize>(&self, key: &[&str], fetched_at: Timestamp, answer: &T) -> io::Result<()> {
        let file = self.file(key);
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        let text = serde_json::to_string(&Kept { format: 1, fetched_at, answer })?;
        super::write(&file, text.as_bytes())
    }

    /// The parts of a key are folders, the last one names the file; they may not lead anywhere else.
    fn file(&self, key: &[&str]) -> PathBuf {
        let safe = |part: &&str| -> String {
            let kept = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_') { c } else { '-' };
            part.chars().map(kept).collect()
        };
        let mut path = self.folder.clone();
        path.extend(key.iter().map(safe));
        path.with_extension("json")
    }
}

/// XDG's order, with shapecast's own variable before it.
fn folder(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let own = || variable("SHAPECAST_CACHE_DIR").map(PathBuf::from);
    let xdg = || variable("XDG_CACHE_HOME").map(|home| PathBuf::from(home).join("shapecast"));
    let home = || variable("HOME").map(|home| PathBuf::from(home).join(".cache/shapecast"));
    own().or_else(xdg).or_else(home)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a moment")
    }

    #[test]
    fn an_answer_comes_back_with_its_moment_and_grows_old() {
        let folder = tempfile::tempdir().expect("a folder");
        let cache = Cache::in_folder(folder.path());
        let key = ["prices", "us-east-1", "glue"];
        assert_eq!(cache.get::<String>(&key), None);
        cache.put(&key, at("2026-11-20T10:00:00Z"), &"answer").expect("keeps");
        let kept: Kept<String> = cache.get(&key).expect("is there");
        assert_eq!(kept.answer, "answer");
        let hour = SignedDuration::from_hours(1);
        assert!(kept.is_fresh(at("2026-11-20T11:00:00Z"), hour));
        assert!(!kept.is_fresh(at("2026-11-20T11:00:01Z"), hour));
        assert!(!kept.is_fresh(at("2026-11-20T09:00:00Z"), hour), "from the future");
    }

    #[test]
    fn a_broken_file_is_no_answer_and_a_key_stays_inside() {
        let folder = tempfile::tempdir().expect("a folder");
        let cache = Cache::in_folder(&folder.path().join("cache"));
        cache.put(&["..", "../../escape"], at("2026-11-20T10:00:00Z"), &1).expect("keeps");
        assert!(!folder.path().join("escape.json").exists());
        let file = cache.file(&["a"]);
        fs::write(&file, "{\"format\":1,\"fetched").expect("writes");
        assert_eq!(cache.get::<String>(&["a"]), None);
    }
}
