//! Why a log could not be read at all. A log that was read in part is not an error: see [`super::quality`].

use std::io;
use std::path::{Path, PathBuf};

use super::codec::CodecError;

/// Why there is no profile, with the place and a hint.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// There is nothing at the path, and no file matches it as a pattern.
    #[error("{}: no such file or directory", path.display())]
    NotFound {
        /// What the user gave.
        path: PathBuf,
    },
    /// A pattern that no shell would understand.
    #[error("{pattern}: {why}")]
    BadPattern {
        /// What the user gave.
        pattern: String,
        /// What is wrong with it.
        why: String,
    },
    /// A directory or archive without a single log.
    #[error("{}: holds no event log", path.display())]
    NothingInside {
        /// The directory or archive.
        path: PathBuf,
    },
    /// The operating system refused.
    #[error("{}: {source} (after {byte} bytes)", file.display())]
    Io {
        /// The file.
        file: PathBuf,
        /// Unpacked bytes read before.
        byte: u64,
        /// What the system said.
        source: io::Error,
    },
    /// A broken zip archive.
    #[error("{}: the zip archive cannot be read: {why}", file.display())]
    Archive {
        /// The archive.
        file: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The bytes are something else.
    #[error("{}: not a Spark event log: {why}", file.display())]
    NotALog {
        /// The file.
        file: PathBuf,
        /// What it is instead.
        why: String,
        /// What to do.
        hint: String,
    },
    /// A line of an event that is needed is longer than the limit.
    #[error("{}:{line}: the line is longer than {limit} bytes (it starts at byte {byte})", file.display())]
    LineTooLong {
        /// The file.
        file: PathBuf,
        /// The line, counted from one.
        line: u64,
        /// Where it starts in the unpacked text.
        byte: u64,
        /// The limit.
        limit: usize,
    },
    /// The log unpacks to more than the limit.
    #[error("{}:{line}: the log unpacks to more than {limit} bytes", file.display())]
    TooLarge {
        /// The file that was being read.
        file: PathBuf,
        /// The line, counted from one.
        line: u64,
        /// The limit.
        limit: u64,
    },
}

impl ReadError {
    /// What the user can do about it.
    #[must_use]
    pub fn hint(&self) -> &str {
        match self {
            Self::NotFound { .. } => {
                "give an event log, a directory of logs, a pattern in quotes, or the zip from the History Server"
            }
            Self::BadPattern { .. } => "patterns know *, **, ? and [abc]",
            Self::NothingInside { .. } => "Spark writes logs to spark.eventLog.dir when spark.eventLog.enabled is true",
            Self::Io { .. } => "check the file's permissions and the disk",
            Self::Archive { .. } => "download the archive again, or unpack it and give the directory",
            Self::NotALog { hint, .. } => hint,
            Self::LineTooLong { .. } => "no Spark writes such lines; if this one is right, raise the line limit",
            Self::TooLarge { .. } => "if the log is right, raise the size limit; otherwise it is a decompression bomb",
        }
    }

    /// The file, directory or pattern that it is about.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::NotFound { path } | Self::NothingInside { path } => path,
            Self::BadPattern { pattern, .. } => Path::new(pattern),
            Self::Io { file, .. }
            | Self::Archive { file, .. }
            | Self::NotALog { file, .. }
            | Self::LineTooLong { file, .. }
            | Self::TooLarge { file, .. } => file,
        }
    }

    /// Whether the file is simply something else than a log, as files beside logs often are.
    #[must_use]
    pub const fn is_not_a_log(&self) -> bool {
        matches!(self, Self::NotALog { .. })
    }

    pub(super) fn io(file: &Path, byte: u64, source: io::Error) -> Self {
        Self::Io { file: file.to_owned(), byte, source }
    }

    pub(super) fn not_a_log(file: &Path, why: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::NotALog { file: file.to_owned(), why: why.into(), hint: hint.into() }
    }

    pub(super) fn codec(file: &Path, error: CodecError) -> Self {
        let why = error.to_string();
        match error {
            CodecError::Foreign { hint, .. } => Self::not_a_log(file, why, hint),
            CodecError::NotWhatItSays { .. } => Self::not_a_log(file, why, "download or copy the file again"),
            CodecError::Unknown | CodecError::TooDeep => Self::not_a_log(file, why, "give the file that Spark wrote"),
            CodecError::Io(source) => Self::io(file, 0, source),
        }
    }
}
