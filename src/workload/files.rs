//! How the input bytes are spread over files: many small files and few large ones cost differently.

use serde::{Deserialize, Serialize};

use super::Input;
use crate::units::Bytes;

/// How the sizes of the files vary.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileSizes {
    /// All files are about as large as the mean.
    Even,
    /// Half of the files are smaller than this; the mean follows from volume and count.
    Median(Bytes),
    /// Counted classes of sizes.
    Classes(Vec<FileClass>),
}

/// Files of one size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileClass {
    /// Size of each file, as stored.
    pub size: Bytes,
    /// How many there are.
    pub count: u64,
}

impl Input {
    /// The files as (size, count) classes, smallest first; counts sum to `files`, bytes to about `volume`.
    #[must_use]
    pub fn file_classes(&self) -> Vec<(Bytes, u64)> {
        match &self.file_sizes.value {
            FileSizes::Classes(classes) => classes.iter().map(|class| (class.size, class.count)).collect(),
            FileSizes::Even | FileSizes::Median(_) => vec![(self.volume.value, self.files.value)],
        }
    }
}
