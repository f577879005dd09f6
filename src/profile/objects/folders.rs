//! Objects by folder. Memory is bounded: with more folders than [`MAX_FOLDERS`] the deepest level is folded into its
//! parents, as often as needed, so that the sums stay exact and only the detail is lost.

use std::collections::HashMap;

use super::name::{MAX_DEPTH, at_depth, depth, is_hidden_folder};
use super::sizes::SMALL;

/// Most folders that are told apart.
pub const MAX_FOLDERS: usize = 65_536;

/// What lies in one folder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FolderFigures {
    /// Data files.
    pub objects: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Those of them that are small.
    pub small: u64,
    /// Bytes of the small ones.
    pub small_bytes: u64,
}

impl FolderFigures {
    fn add(&mut self, other: Self) {
        self.objects = self.objects.saturating_add(other.objects);
        self.bytes = self.bytes.saturating_add(other.bytes);
        self.small = self.small.saturating_add(other.small);
        self.small_bytes = self.small_bytes.saturating_add(other.small_bytes);
    }

    /// One file.
    #[must_use]
    pub const fn of(size: u64) -> Self {
        let small = size < SMALL;
        Self { objects: 1, bytes: size, small: small as u64, small_bytes: if small { size } else { 0 } }
    }
}

/// Objects by folder.
#[derive(Clone, Debug)]
pub struct Folders {
    depth: usize,
    most: usize,
    index: HashMap<Box<[u8]>, usize>,
    figures: Vec<FolderFigures>,
    /// The full folder that was asked for last, its slot, and whether Spark leaves it out.
    last: (Vec<u8>, usize, bool),
    fresh: bool,
}

impl Default for Folders {
    fn default() -> Self {
        Self::with_limit(MAX_FOLDERS)
    }
}

impl Folders {
    /// With another limit.
    #[must_use]
    pub fn with_limit(most: usize) -> Self {
        Self {
            depth: MAX_DEPTH,
            most: most.max(1),
            index: HashMap::new(),
            figures: Vec::new(),
            last: (Vec::new(), 0, false),
            fresh: true,
        }
    }

    /// Levels that are told apart.
    #[must_use]
    pub const fn depth(&self) -> usize {
        self.depth
    }

    /// Whether Spark leaves a folder out; remembered for the next key of the same folder.
    pub fn is_hidden(&mut self, folder: &[u8]) -> bool {
        self.look_up(folder);
        self.last.2
    }

    /// Adds files to a folder.
    pub fn add(&mut self, folder: &[u8], figures: FolderFigures) {
        self.look_up(folder);
        if self.last.1 == usize::MAX {
            self.last.1 = self.slot(folder);
        }
        self.figures[self.last.1].add(figures);
        if self.index.len() > self.most {
            self.coarsen(self.depth.saturating_sub(1));
        }
    }

    fn look_up(&mut self, folder: &[u8]) {
        if self.fresh || self.last.0 != folder {
            self.fresh = false;
            self.last.0.clear();
            self.last.0.extend_from_slice(folder);
            self.last.1 = usize::MAX;
            self.last.2 = is_hidden_folder(folder);
        }
    }

    fn slot(&mut self, folder: &[u8]) -> usize {
        let key = at_depth(folder, self.depth);
        if let Some(slot) = self.index.get(key) {
            return *slot;
        }
        self.figures.push(FolderFigures::default());
        self.index.insert(key.into(), self.figures.len() - 1);
        self.figures.len() - 1
    }

    fn coarsen(&mut self, to: usize) {
        let old = std::mem::take(&mut self.index);
        let figures = std::mem::take(&mut self.figures);
        self.depth = to;
        self.fresh = true;
        for (folder, slot) in old {
            let slot_now = self.slot(&folder);
            self.figures[slot_now].add(figures[slot]);
        }
        if self.index.len() > self.most && self.depth > 0 {
            self.coarsen(self.depth - 1);
        }
    }

    /// Adds others. The result does not depend on how the objects were divided.
    pub fn merge(&mut self, other: Self) {
        if other.depth < self.depth {
            self.coarsen(other.depth);
        }
        self.fresh = true;
        for (folder, slot) in other.index {
            let slot_now = self.slot(&folder);
            self.figures[slot_now].add(other.figures[slot]);
        }
        if self.index.len() > self.most && self.depth > 0 {
            self.coarsen(self.depth - 1);
        }
    }

    /// Folders and what lies in them, by name.
    #[must_use]
    pub fn sorted(&self) -> Vec<(&[u8], FolderFigures)> {
        let mut all: Vec<(&[u8], FolderFigures)> =
            self.index.iter().map(|(folder, slot)| (&**folder, self.figures[*slot])).collect();
        all.sort_unstable_by_key(|it| it.0);
        all
    }

    /// Tells that deeper levels were folded before (a result that comes back from elsewhere).
    pub fn limit_depth(&mut self, levels: usize) {
        if levels < self.depth {
            self.coarsen(levels);
        }
    }

    /// Whether levels had to be folded.
    #[must_use]
    pub fn folded(&self) -> bool {
        self.depth < MAX_DEPTH && self.index.keys().any(|folder| depth(folder) == self.depth)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_many_folders_fold_into_their_parents_and_lose_nothing() {
        let mut folders = Folders::with_limit(10);
        for day in 0..100 {
            folders.add(format!("raw/y=1/d={day}").as_bytes(), FolderFigures::of(10));
        }
        folders.add(b"raw/y=2/d=1", FolderFigures::of(SMALL));
        let sorted = folders.sorted();
        assert_eq!(folders.depth(), 2);
        assert_eq!(
            sorted[0],
            (b"raw/y=1".as_slice(), FolderFigures { objects: 100, bytes: 1_000, small: 100, small_bytes: 1_000 })
        );
        assert_eq!(
            sorted[1],
            (b"raw/y=2".as_slice(), FolderFigures { objects: 1, bytes: SMALL, small: 0, small_bytes: 0 })
        );
        assert!(folders.folded());
    }

    proptest::proptest! {
        #[test]
        fn the_division_of_the_work_does_not_show(keys in proptest::collection::vec(("[ab]{0,2}", "[abc]{0,2}", 0_u64..99), 0..120), cut in 0_usize..120) {
            let fold = |keys: &[(String, String, u64)]| {
                let mut out = Folders::with_limit(7);
                for (a, b, size) in keys { out.add(format!("{a}/{b}/x").as_bytes(), FolderFigures::of(*size)); }
                out
            };
            let cut = cut.min(keys.len());
            let mut parts = fold(&keys[..cut]);
            parts.merge(fold(&keys[cut..]));
            let whole = fold(&keys);
            proptest::prop_assert_eq!(parts.depth(), whole.depth());
            proptest::prop_assert_eq!(parts.sorted(), whole.sorted());
        }
    }
}
