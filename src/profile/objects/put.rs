//! Sums that another engine made, put into a tally: each method is one section of a result.

use super::folders::FolderFigures;
use super::object::State;
use super::suffixes::SuffixFigures;
use super::tally::{Oddity, TABLES, Tally};

impl Tally {
    /// Objects of a version state.
    pub fn put_state(&mut self, state: State, objects: u64, bytes: u64) {
        self.states[state as usize].put(objects, bytes);
    }

    /// Objects of a storage class.
    pub fn put_class(&mut self, class: &[u8], objects: u64, bytes: u64) {
        self.class(class, objects, bytes);
    }

    /// Objects that are odd.
    pub fn put_odd(&mut self, kind: Oddity, objects: u64, bytes: u64) {
        self.odd[kind as usize].put(objects, bytes);
    }

    /// Data files of a class of sizes; the classes hold all data files.
    pub fn put_size(&mut self, class: usize, objects: u64, bytes: u64) {
        self.sizes.put(class, objects, bytes);
        self.data.put(objects, bytes);
    }

    /// Arrivals of a minute since 1970.
    pub fn put_minute(&mut self, minute: i64, objects: u64, bytes: u64) {
        if !self.days.put(minute, objects, bytes) {
            self.put_odd(Oddity::Future, objects, bytes);
        }
    }

    /// The first or last arrival, ms since 1970.
    pub fn put_moment(&mut self, moment_ms: i64) {
        self.span(moment_ms, moment_ms);
    }

    /// Data files of a folder.
    pub fn put_folder(&mut self, folder: &[u8], figures: FolderFigures) {
        self.folders.add(folder, figures);
    }

    /// Levels of folders that the engine told apart.
    pub fn limit_depth(&mut self, levels: usize) {
        self.folders.limit_depth(levels);
    }

    /// Data files of a suffix.
    pub fn put_suffix(&mut self, suffix: &[u8], figures: SuffixFigures) {
        self.suffixes.add(suffix, figures);
    }

    /// A large file.
    pub fn put_large(&mut self, size: u64, key: &[u8]) {
        self.remember_large(size, key);
    }

    /// Signs of a table format; `false` when it is not known.
    pub fn put_table(&mut self, name: &str, signs: u64) -> bool {
        let found = TABLES.iter().position(|format| format!("{format:?}").eq_ignore_ascii_case(name));
        if let Some(at) = found {
            self.tables[at] += signs;
        }
        found.is_some()
    }
}
