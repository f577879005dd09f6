//! What is kept of a listing under the state folder: the ranges, and for each a file that grows by a page at a time.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::KeyRange;
use crate::aws::StoredObject;
use crate::store;

/// A listing that is older is begun anew: objects come and go.
const LIFE: SignedDuration = SignedDuration::from_hours(24);
/// Ends a page in a range's file; what stands behind the last one was cut off.
const PAGE_END: &str = "#page ";
const LAST: &str = "last";
const MORE: &str = "more";

/// How the listing was begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Plan {
    format: u32,
    url: String,
    began: Timestamp,
    /// Requests for finding the ranges.
    requests: u64,
    ranges: Vec<KeyRange>,
}

/// A listing on disk.
#[derive(Debug)]
pub struct KeptListing {
    folder: PathBuf,
    plan: Plan,
}

/// How far a range is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// The last key that was listed.
    pub last_key: Option<String>,
    /// Pages that are there.
    pub requests: u64,
    /// Objects that are there.
    pub objects: u64,
    /// Whether all of it is there.
    pub complete: bool,
    /// Bytes of the file that are whole pages.
    bytes: u64,
}

impl KeptListing {
    /// The folder of a listing: its own for every URL and endpoint.
    #[must_use]
    pub fn folder(state: &Path, url: &str, endpoint: &str) -> PathBuf {
        let digest = Sha256::digest(format!("{endpoint}\n{url}").as_bytes());
        let name: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        state.join("listings").join(name)
    }

    /// A listing that was begun and is young enough to go on with.
    #[must_use]
    pub fn open(folder: &Path, url: &str, now: Timestamp) -> Option<Self> {
        let text = fs::read_to_string(folder.join("plan.json")).ok()?;
        let plan: Plan = serde_json::from_str(&text).ok()?;
        let age = now.duration_since(plan.began);
        let good = plan.format == 1 && plan.url == url && age <= LIFE && age >= SignedDuration::ZERO;
        good.then(|| Self { folder: folder.to_owned(), plan })
    }

    /// Begins one; what was there goes.
    ///
    /// # Errors
    /// As the file system.
    pub fn begin(folder: &Path, url: &str, now: Timestamp, requests: u64, ranges: Vec<KeyRange>) -> io::Result<Self> {
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
        fs::create_dir_all(folder)?;
        let plan = Plan { format: 1, url: url.to_owned(), began: now, requests, ranges };
        store::write(&folder.join("plan.json"), serde_json::to_string_pretty(&plan)?.as_bytes())?;
        Ok(Self { folder: folder.to_owned(), plan })
    }

    /// When it was begun.
    #[must_use]
    pub const fn began(&self) -> Timestamp {
        self.plan.began
    }

    /// Requests for finding the ranges.
    #[must_use]
    pub const fn plan_requests(&self) -> u64 {
        self.plan.requests
    }

    /// The ranges.
    #[must_use]
    pub fn ranges(&self) -> &[KeyRange] {
        &self.plan.ranges
    }

    fn file(&self, range: usize) -> PathBuf {
        self.folder.join(format!("{range:05}.jsonl"))
    }

    /// How far a range is; what a killed run left half written is cut off.
    ///
    /// # Errors
    /// As the file system.
    pub fn listed(&self, range: usize) -> io::Result<Listed> {
        let path = self.file(range);
        let mut found = Listed::default();
        let Ok(file) = File::open(&path) else { return Ok(found) };
        let mut reader = BufReader::new(file);
        let (mut line, mut at, mut objects, mut last_key) = (String::new(), 0_u64, 0_u64, None);
        loop {
            line.clear();
            let read = reader.read_line(&mut line)?;
            if read == 0 || !line.ends_with('\n') {
                break;
            }
            at += read as u64;
            if let Some(state) = line.trim_end().strip_prefix(PAGE_END) {
                let requests = found.requests + 1;
                let last_key = last_key.take().or(found.last_key.take());
                found = Listed { last_key, requests, objects, complete: state == LAST, bytes: at };
            } else {
                let object: Kept = serde_json::from_str(&line)?;
                objects += 1;
                last_key = Some(object.key);
            }
        }
        OpenOptions::new().write(true).open(&path)?.set_len(found.bytes)?;
        Ok(found)
    }

    /// Adds a page of a range.
    ///
    /// # Errors
    /// As the file system.
    pub fn add(&self, range: usize, objects: &[StoredObject], complete: bool) -> io::Result<()> {
        let mut text = String::new();
        for object in objects {
            text.push_str(&serde_json::to_string(&Kept::from(object))?);
            text.push('\n');
        }
        text.push_str(PAGE_END);
        text.push_str(if complete { LAST } else { MORE });
        text.push('\n');
        OpenOptions::new().create(true).append(true).open(self.file(range))?.write_all(text.as_bytes())
    }

    /// All of it, as `aws s3api list-objects-v2` would have saved it, in the order of the keys.
    #[must_use]
    pub fn text(&self) -> ListingText {
        let files: Vec<PathBuf> = (0..self.plan.ranges.len()).rev().map(|range| self.file(range)).collect();
        ListingText { files, open: None, ready: br#"{"Contents":["#.to_vec(), at: 0, first: true, ended: false }
    }

    /// Takes it off the disk.
    ///
    /// # Errors
    /// As the file system.
    pub fn remove(self) -> io::Result<()> {
        fs::remove_dir_all(&self.folder)
    }
}

/// An object as `list-objects-v2` writes it.
#[derive(Serialize, Deserialize)]
struct Kept {
    #[serde(rename = "Key")]
    key: String,
    #[serde(rename = "Size")]
    size: u64,
    #[serde(rename = "StorageClass")]
    storage_class: String,
    #[serde(rename = "LastModified")]
    modified: Option<Timestamp>,
}

impl From<&StoredObject> for Kept {
    fn from(object: &StoredObject) -> Self {
        Self {
            key: object.key.clone(),
            size: object.bytes,
            storage_class: object.storage_class.clone(),
            modified: object.modified,
        }
    }
}

/// The kept pages as one JSON text, read as it is needed: a listing may be larger than memory.
#[derive(Debug)]
pub struct ListingText {
    files: Vec<PathBuf>,
    open: Option<BufReader<File>>,
    ready: Vec<u8>,
    at: usize,
    first: bool,
    ended: bool,
}

impl ListingText {
    fn next_object(&mut self) -> io::Result<Option<String>> {
        loop {
            let Some(reader) = &mut self.open else {
                let Some(path) = self.files.pop() else { return Ok(None) };
                self.open = File::open(path).ok().map(BufReader::new);
                continue;
            };
            let mut line = String::new();
            if reader.read_line(&mut line)? == 0 {
                self.open = None;
            } else if !line.starts_with(PAGE_END) {
                return Ok(Some(line.trim_end().to_owned()));
            }
        }
    }
}

impl Read for ListingText {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.ready.len() {
            if self.ended {
                return Ok(0);
            }
            self.at = 0;
            self.ready.clear();
            match self.next_object()? {
                Some(object) => {
                    if !std::mem::take(&mut self.first) {
                        self.ready.push(b',');
                    }
                    self.ready.extend(object.into_bytes());
                }
                None => {
                    self.ready.extend(b"]}");
                    self.ended = true;
                }
            }
        }
        let count = buffer.len().min(self.ready.len() - self.at);
        buffer[..count].copy_from_slice(&self.ready[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(key: &str) -> StoredObject {
        let storage_class = "STANDARD".to_owned();
        StoredObject { key: key.to_owned(), bytes: 7, storage_class, modified: None }
    }

    fn now() -> Timestamp {
        "2026-11-21T00:00:00Z".parse().expect("a moment")
    }

    #[test]
    fn a_page_that_was_cut_off_is_listed_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = KeptListing::folder(folder.path(), "s3://b/p", "aws");
        let ranges = KeyRange::cut(&["p/a/".to_owned(), "p/b/".to_owned()], 2);
        let kept = KeptListing::begin(&place, "s3://b/p", now(), 1, ranges).expect("begins");
        kept.add(0, &[object("p/a/1"), object("p/a/2")], false).expect("writes");
        let whole = kept.listed(0).expect("reads");
        assert_eq!((whole.last_key.as_deref(), whole.requests, whole.complete), (Some("p/a/2"), 1, false));
        // A run that was killed in the middle of a line, and one between two lines.
        for rest in
            ["{\"Key\":\"p/a/3\",\"Si", "{\"Key\":\"p/a/3\",\"Size\":1,\"StorageClass\":\"S\",\"LastModified\":null}\n"]
        {
            let mut file = OpenOptions::new().append(true).open(kept.file(0)).expect("opens");
            file.write_all(rest.as_bytes()).expect("writes");
            assert_eq!(kept.listed(0).expect("reads"), whole);
        }
        let again = KeptListing::open(&place, "s3://b/p", now()).expect("young enough");
        again.add(0, &[], true).expect("writes");
        again.add(1, &[object("p/b/\"1\"")], true).expect("writes");
        let end = again.listed(0).expect("reads");
        assert_eq!((end.complete, end.requests, end.last_key.as_deref()), (true, 2, Some("p/a/2")));
        let mut text = String::new();
        again.text().read_to_string(&mut text).expect("reads");
        let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let keys: Vec<&str> =
            value["Contents"].as_array().expect("objects").iter().filter_map(|it| it["Key"].as_str()).collect();
        assert_eq!(keys, ["p/a/1", "p/a/2", "p/b/\"1\""]);
        assert!(KeptListing::open(&place, "s3://b/other", now()).is_none());
        let later = now().checked_add(SignedDuration::from_hours(25)).expect("a moment");
        assert!(KeptListing::open(&place, "s3://b/p", later).is_none(), "too old to go on with");
        again.remove().expect("goes");
        assert!(!place.exists());
    }
}
