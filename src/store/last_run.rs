//! The record of the last run, so that `explain` and `spec` need no file name.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Where the last run's record is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastRun {
    path: PathBuf,
}

impl LastRun {
    /// The record of this user, or of `SHAPECAST_STATE_DIR`; `None` when no home is known.
    #[must_use]
    pub fn of_user() -> Option<Self> {
        folder(|name| env::var_os(name).filter(|value| !value.is_empty())).map(|folder| Self::in_folder(&folder))
    }

    /// The record in a folder.
    #[must_use]
    pub fn in_folder(folder: &Path) -> Self {
        Self { path: folder.join("last-run.json") }
    }

    /// The calibration in the same folder: what `backtest --write` keeps.
    #[must_use]
    pub fn calibration(&self) -> PathBuf {
        self.path.with_file_name("calibration.json")
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Keeps a record.
    ///
    /// # Errors
    /// As the file system. The record is a convenience: a caller warns and goes on.
    pub fn keep(&self, text: &str) -> io::Result<()> {
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder)?;
        }
        super::write(&self.path, text.as_bytes())
    }
}

/// XDG's order, with shapecast's own variable before it.
fn folder(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let own = || variable("SHAPECAST_STATE_DIR").map(PathBuf::from);
    let xdg = || variable("XDG_STATE_HOME").map(|home| PathBuf::from(home).join("shapecast"));
    let home = || variable("HOME").map(|home| PathBuf::from(home).join(".local/state/shapecast"));
    own().or_else(xdg).or_else(home)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_own_variable_wins_over_xdg_and_home() {
        let all = |name: &str| Some(OsString::from(format!("/{name}")));
        assert_eq!(folder(all), Some(PathBuf::from("/SHAPECAST_STATE_DIR")));
        let xdg = |name: &str| all(name).filter(|_| name != "SHAPECAST_STATE_DIR");
        assert_eq!(folder(xdg), Some(PathBuf::from("/XDG_STATE_HOME/shapecast")));
        let home = |name: &str| all(name).filter(|_| name == "HOME");
        assert_eq!(folder(home), Some(PathBuf::from("/HOME/.local/state/shapecast")));
        assert_eq!(folder(|_| None), None);
    }

    #[test]
    fn keeps_a_record_in_a_folder_that_does_not_exist_yet() {
        let folder = tempfile::tempdir().expect("a folder");
        let last = LastRun::in_folder(&folder.path().join("deep"));
        last.keep("{}").expect("keeps");
        assert_eq!(fs::read_to_string(last.path()).expect("reads"), "{}");
    }
}
