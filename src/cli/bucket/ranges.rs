//! Ranges of keys that can be listed side by side.

use serde::{Deserialize, Serialize};

/// Keys from `from` to before `until`; open where absent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyRange {
    /// The first key that may be in it.
    pub from: Option<String>,
    /// The first key that is not.
    pub until: Option<String>,
}

impl KeyRange {
    /// Cuts all keys at some of the boundaries, evenly, into at most `most` ranges: each costs a request at least, so
    /// ten thousand folders are not ten thousand ranges.
    #[must_use]
    pub fn cut(boundaries: &[String], most: usize) -> Vec<Self> {
        let ranges = most.min(boundaries.len()).max(1);
        let cuts: Vec<&String> =
            (1..ranges).filter_map(|index| boundaries.get(index * boundaries.len() / ranges)).collect();
        let ends = cuts.iter().map(|cut| Some((*cut).clone())).chain([None]);
        let begins = [None].into_iter().chain(cuts.iter().map(|cut| Some((*cut).clone())));
        begins.zip(ends).map(|(from, until)| Self { from, until }).collect()
    }

    /// Whether a key is in it.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.from.as_deref().is_none_or(|from| key >= from) && !self.is_past(key)
    }

    /// Whether a key, and so every later one, lies behind it.
    #[must_use]
    pub fn is_past(&self, key: &str) -> bool {
        self.until.as_deref().is_some_and(|until| key >= until)
    }

    /// What S3 is told to start after: S3 leaves that key itself out, so it lies a little before the range. The few keys
    /// between are not counted here.
    #[must_use]
    pub fn start_after(&self) -> Option<String> {
        let from = self.from.as_deref()?;
        // `day=02/` begins after `day=02.`: the character before the slash.
        from.strip_suffix('/').map(|folder| format!("{folder}."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(count: usize) -> Vec<String> {
        (0..count).map(|number| format!("p/day={number:04}/")).collect()
    }

    #[test]
    fn ranges_cover_every_key_once() {
        for count in [0, 1, 2, 31, 32, 33, 1000] {
            let ranges = KeyRange::cut(&names(count), 32);
            assert_eq!(ranges.len(), count.clamp(1, 32), "{count}");
            for key in ["", "p/", "p/a", "p/day=0000/", "p/day=0001", "p/day=0001/x", "p/day=0999/z", "p/zz", "~"] {
                assert_eq!(ranges.iter().filter(|range| range.has(key)).count(), 1, "{key} of {count}");
            }
        }
    }

    #[test]
    fn a_range_starts_before_its_first_key() {
        let range = KeyRange { from: Some("p/day=02/".to_owned()), until: None };
        let after = range.start_after().expect("somewhere");
        // S3 gives what is greater than this: the folder's own marker object must be among it.
        assert!(after.as_str() < "p/day=02/" && after.as_str() > "p/day=01/zzz" && !range.has(&after));
    }
}
