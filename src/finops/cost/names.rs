//! Small maps that millions of rows go through.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Texts by number, in the order in which they were first seen.
#[derive(Debug, Default)]
pub struct Names {
    list: Vec<String>,
    index: HashMap<String, u32>,
}

impl Names {
    /// The number of a text; a new one has the next.
    pub fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.index.get(name) {
            return *number;
        }
        let number = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        self.list.push(name.to_owned());
        self.index.insert(name.to_owned(), number);
        number
    }

    /// All texts.
    pub fn list(&self) -> &[String] {
        &self.list
    }
}

/// A map whose keys are hashes already.
pub type Hashes<V> = HashMap<u64, V, BuildHasherDefault<AsIs>>;

/// Hashes a hash by leaving it as it is.
#[derive(Debug, Default)]
pub struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}
