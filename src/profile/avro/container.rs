//! The container: a header with the schema, then blocks of records, each followed by the same 16 bytes.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use super::AvroError;
use super::codec::{Codec, LARGEST_BLOCK};
use super::cursor::{Cursor, TOO_WIDE, zigzag};
use super::plan::{Plan, Value};
use super::schema::Schema;

const MAGIC: &[u8; 4] = b"Obj\x01";
/// Encrypted files of table formats (Iceberg's AES-GCM stream).
const ENCRYPTED: &[u8; 4] = b"AGS1";
/// Largest value in the header: schemas of tables with thousands of columns have some megabytes.
const LARGEST_HEADER: u64 = 64 << 20;

/// An open Avro file.
#[derive(Debug)]
pub struct AvroFile {
    stream: Stream,
    sync: [u8; 16],
    codec: Codec,
    schema: Schema,
    header: BTreeMap<String, Vec<u8>>,
}

impl AvroFile {
    /// Opens a file and reads its header.
    ///
    /// # Errors
    /// It cannot be opened, is no Avro file, or its schema or codec is not read.
    pub fn open(path: &Path) -> Result<Self, AvroError> {
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        let mut stream = Stream { inner: BufReader::with_capacity(64 << 10, file), at: 0, length };
        let magic: [u8; 4] = stream.array().map_err(|_| damaged("byte 0", "it is no Avro file: it is too short"))?;
        if &magic == ENCRYPTED {
            return Err(damaged("byte 0", "it is encrypted, which is not read"));
        }
        if &magic != MAGIC {
            return Err(damaged("byte 0", "it is no Avro file: it does not begin with `Obj` and 1"));
        }
        let header = stream.map()?;
        let sync = stream.array()?;
        let codec = Codec::named(header.get("avro.codec").map_or(b"", Vec::as_slice))?;
        let text = header.get("avro.schema").ok_or_else(|| damaged("the header", "it has no `avro.schema`"))?;
        let schema = Schema::parse(text)?;
        Ok(Self { stream, sync, codec, schema, header })
    }

    /// The schema of its records.
    #[must_use]
    pub const fn schema(&self) -> &Schema {
        &self.schema
    }

    /// A value of the header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&[u8]> {
        self.header.get(name).map(Vec::as_slice)
    }

    /// Reads all records, in one pass: the values are in the plan's order. What `each` finds wrong ends the reading.
    ///
    /// # Errors
    /// A block is damaged; the records before it were handed over.
    pub fn read(
        mut self,
        plan: &Plan,
        mut each: impl FnMut(&[Value<'_>]) -> Result<(), String>,
    ) -> Result<(), AvroError> {
        let (mut packed, mut room) = (Vec::new(), Vec::new());
        let mut number = 0_u64;
        while self.stream.at < self.stream.length {
            let start = self.stream.at;
            number += 1;
            let place = || format!("block {number} at byte {start}");
            let (records, size) = (self.stream.whole()?, self.stream.whole()?);
            self.stream.block(size, &mut packed).map_err(|error| error.at(&place()))?;
            let sync: [u8; 16] = self.stream.array().map_err(|error| error.at(&place()))?;
            if sync != self.sync {
                return Err(damaged(place(), "it does not end with the file's own mark"));
            }
            let data = self.codec.unpack(&packed, &mut room, LARGEST_BLOCK).map_err(|what| damaged(place(), what))?;
            let records = u64::try_from(records).map_err(|_| damaged(place(), format!("{records} records")))?;
            // A record of a table format takes a byte at least; without this a few bytes could promise 2^62 records.
            if records > data.len() as u64 {
                return Err(damaged(place(), format!("{records} records in {} bytes", data.len())));
            }
            let mut cursor = Cursor::new(data);
            let mut slots = plan.slots();
            for record in 1..=records {
                plan.decode(&mut cursor, &mut slots)
                    .and_then(|()| each(&slots))
                    .map_err(|what| damaged(format!("{}, record {record}, byte {}", place(), cursor.at()), what))?;
            }
            if cursor.left() > 0 {
                return Err(damaged(place(), format!("{} bytes behind its last record", cursor.left())));
            }
        }
        Ok(())
    }
}

fn damaged(place: impl Into<String>, what: impl Into<String>) -> AvroError {
    AvroError::Damaged { place: place.into(), what: what.into() }
}

impl AvroError {
    fn at(self, place: &str) -> Self {
        match self {
            Self::Damaged { what, .. } => damaged(place, what),
            other => other,
        }
    }
}

/// A file and how far it was read.
#[derive(Debug)]
struct Stream {
    inner: BufReader<File>,
    at: u64,
    length: u64,
}

impl Stream {
    const fn left(&self) -> u64 {
        self.length.saturating_sub(self.at)
    }

    fn here(&self) -> String {
        format!("byte {}", self.at)
    }

    fn fill(&mut self, room: &mut [u8]) -> Result<(), AvroError> {
        match self.inner.read_exact(room) {
            Ok(()) => {
                self.at += room.len() as u64;
                Ok(())
            }
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
                Err(damaged(self.here(), "it is cut off"))
            }
            Err(error) => Err(error.into()),
        }
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], AvroError> {
        let mut room = [0; N];
        self.fill(&mut room)?;
        Ok(room)
    }

    fn whole(&mut self) -> Result<i64, AvroError> {
        let start = self.here();
        zigzag(|| self.array().map(|[byte]| byte))?.ok_or_else(|| damaged(start, TOO_WIDE))
    }

    /// So many bytes, if they are there.
    fn block(&mut self, size: i64, room: &mut Vec<u8>) -> Result<(), AvroError> {
        let left = self.left();
        let size = u64::try_from(size)
            .ok()
            .filter(|size| *size <= left)
            .ok_or_else(|| damaged(self.here(), format!("{size} bytes are promised, {left} are left")))?;
        let size = usize::try_from(size)
            .ok()
            .filter(|size| *size <= LARGEST_BLOCK)
            .ok_or_else(|| damaged(self.here(), format!("it is larger than {} MiB", LARGEST_BLOCK >> 20)))?;
        room.resize(size, 0);
        self.fill(room)
    }

    fn map(&mut self) -> Result<BTreeMap<String, Vec<u8>>, AvroError> {
        let mut out = BTreeMap::new();
        loop {
            let count = self.whole()?;
            if count == 0 {
                return Ok(out);
            }
            if count < 0 {
                self.whole()?;
            }
            // Every entry takes two bytes at least, so that a wrong count ends with the file.
            for _ in 0..count.unsigned_abs() {
                let (name, value) = (self.text()?, self.text()?);
                out.insert(String::from_utf8_lossy(&name).into_owned(), value);
            }
        }
    }

    fn text(&mut self) -> Result<Vec<u8>, AvroError> {
        let length = self.whole()?;
        if u64::try_from(length).is_ok_and(|it| it > LARGEST_HEADER) {
            return Err(damaged(self.here(), format!("a value of {length} bytes in the header")));
        }
        let mut room = Vec::new();
        self.block(length, &mut room)?;
        Ok(room)
    }
}
