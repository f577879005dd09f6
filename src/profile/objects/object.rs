//! One object as a listing, an inventory or a file system states it.

/// Version state of an object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// The newest version, or the only one.
    #[default]
    Current,
    /// An older version: it costs storage, and no job reads it.
    Noncurrent,
    /// A delete marker: no bytes, and what lies under it is invisible.
    DeleteMarker,
}

impl State {
    /// All states, in the order of the report.
    pub const ALL: [Self; 3] = [Self::Current, Self::Noncurrent, Self::DeleteMarker];

    /// Stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Noncurrent => "noncurrent",
            Self::DeleteMarker => "delete-marker",
        }
    }

    /// From what S3 says of a version.
    #[must_use]
    pub const fn of(is_latest: bool, is_delete_marker: bool) -> Self {
        match (is_latest, is_delete_marker) {
            (_, true) => Self::DeleteMarker,
            (true, false) => Self::Current,
            (false, false) => Self::Noncurrent,
        }
    }
}

/// One object.
#[derive(Clone, Copy, Debug)]
pub struct Object<'a> {
    /// The key's bytes: S3 promises UTF-8, file systems and damaged exports do not.
    pub key: &'a [u8],
    /// Bytes as stored.
    pub size: u64,
    /// Last modification, ms since 1970 UTC; `None` when the source does not say.
    pub modified_ms: Option<i64>,
    /// S3's storage class; empty when the source does not say.
    pub class: &'a [u8],
    /// Version state.
    pub state: State,
}

/// Whether objects of this class must be restored before a job can read them. Glacier Instant Retrieval is read like
/// any other class (S3 user guide, storage classes).
#[must_use]
pub fn is_archived(class: &[u8]) -> bool {
    [b"GLACIER".as_slice(), b"DEEP_ARCHIVE", b"ARCHIVE_ACCESS", b"DEEP_ARCHIVE_ACCESS"]
        .iter()
        .any(|archived| class.eq_ignore_ascii_case(archived))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delete_marker_is_one_whether_it_is_the_latest_or_not() {
        assert_eq!(State::of(true, true), State::DeleteMarker);
        assert_eq!(State::of(false, true), State::DeleteMarker);
        assert_eq!(State::of(false, false), State::Noncurrent);
        assert_eq!(State::of(true, false), State::Current);
    }

    #[test]
    fn instant_retrieval_is_no_archive() {
        assert!(is_archived(b"GLACIER") && is_archived(b"DEEP_ARCHIVE"));
        assert!(!is_archived(b"GLACIER_IR") && !is_archived(b"STANDARD") && !is_archived(b""));
    }
}
