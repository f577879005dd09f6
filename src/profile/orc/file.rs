//! An ORC file: its tail, its stripes, and columns of single stripes (ORC specification v1).

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::column::{Column, Kind};
use super::packing::Packing;
use super::proto::{Field, fields, messages, number, numbers};

/// A tail longer than this is no sensible file's.
const LONGEST_TAIL: u64 = 256 << 20;

/// Why an ORC file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum OrcError {
    /// The file system says no.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// It is no ORC file, or a damaged one.
    #[error("it is no readable ORC file: {0}")]
    Damaged(&'static str),
    /// It is of a form that is not read.
    #[error("it is packed with {0}, which is not read")]
    Unsupported(&'static str),
    /// A column is of a type that is not read.
    #[error("its column `{0}` is of a type that is not read")]
    Type(String),
}

/// A stripe's place.
#[derive(Clone, Copy, Debug)]
struct Stripe {
    offset: u64,
    index_length: u64,
    data_length: u64,
    footer_length: u64,
    rows: u64,
}

/// An open ORC file.
#[derive(Debug)]
pub struct OrcFile {
    path: PathBuf,
    packing: Packing,
    stripes: Vec<Stripe>,
    /// Name, kind and number of each column of the outermost struct.
    columns: Vec<(String, Option<Kind>, u64)>,
}

impl OrcFile {
    /// Opens a file and reads its tail.
    ///
    /// # Errors
    /// It cannot be opened, or is no ORC file.
    pub fn open(path: &Path) -> Result<Self, OrcError> {
        const DAMAGED: OrcError = OrcError::Damaged("its tail is damaged");
        let mut file = File::open(path)?;
        let length = file.metadata()?.len();
        let tail = |file: &mut File, count: u64| -> Result<Vec<u8>, OrcError> {
            let from = length.checked_sub(count).ok_or(OrcError::Damaged("it breaks off"))?;
            at(file, from, count)
        };
        let last = tail(&mut file, 1)?;
        let script_length = u64::from(last[0]);
        let script = tail(&mut file, script_length + 1)?;
        let script = fields(&script[..script.len() - 1]).ok_or(DAMAGED)?;
        if messages(&script, 8_000).next() != Some(b"ORC".as_slice()) {
            return Err(OrcError::Damaged("its last bytes are not those of one"));
        }
        let packing = Packing::of(number(&script, 2).unwrap_or(0), number(&script, 3).unwrap_or(256 << 10))?;
        let footer_length = number(&script, 1).ok_or(DAMAGED)?;
        let whole = footer_length.checked_add(script_length + 1).filter(|it| *it <= LONGEST_TAIL).ok_or(DAMAGED)?;
        let packed = tail(&mut file, whole)?;
        let packed = packed.get(..usize::try_from(footer_length).unwrap_or(0)).ok_or(DAMAGED)?;
        let footer = packing.unpack(packed)?;
        let footer = fields(&footer).ok_or(DAMAGED)?;
        let stripes = messages(&footer, 3).map(|bytes| Stripe::of(bytes, length)).collect::<Option<Vec<_>>>();
        let columns = columns(&footer).ok_or(DAMAGED)?;
        Ok(Self { path: path.to_owned(), packing, stripes: stripes.ok_or(DAMAGED)?, columns })
    }

    /// How many stripes.
    #[must_use]
    pub fn stripes(&self) -> usize {
        self.stripes.len()
    }

    /// Rows of a stripe.
    #[must_use]
    pub fn stripe_rows(&self, stripe: usize) -> u64 {
        self.stripes.get(stripe).map_or(0, |it| it.rows)
    }

    /// Names of the columns.
    #[must_use]
    pub fn columns(&self) -> Vec<String> {
        self.columns.iter().map(|it| it.0.clone()).collect()
    }

    /// Columns of a stripe by their names, in the order of the names.
    ///
    /// # Errors
    /// The stripe is damaged, or a column is of a type that is not read.
    pub fn read(&self, stripe: usize, names: &[&str]) -> Result<Vec<Column>, OrcError> {
        const DAMAGED: OrcError = OrcError::Damaged("a stripe's footer is damaged");
        let place = self.stripes.get(stripe).copied().ok_or(DAMAGED)?;
        let mut file = File::open(&self.path)?;
        let packed = at(&mut file, place.offset + place.index_length + place.data_length, place.footer_length)?;
        let footer = self.packing.unpack(&packed)?;
        let footer = fields(&footer).ok_or(DAMAGED)?;
        let mut streams = Vec::new();
        let mut offset = place.offset;
        for stream in messages(&footer, 1) {
            let stream = fields(stream).ok_or(DAMAGED)?;
            let length = number(&stream, 3).unwrap_or(0);
            streams.push((number(&stream, 2).unwrap_or(0), number(&stream, 1).unwrap_or(0), offset, length));
            offset = offset.checked_add(length).ok_or(DAMAGED)?;
        }
        let end = place.offset + place.index_length + place.data_length;
        if offset > end {
            return Err(DAMAGED);
        }
        let encodings: Vec<(u64, u64)> = messages(&footer, 2)
            .map(|bytes| fields(bytes).map(|it| (number(&it, 1).unwrap_or(0), number(&it, 2).unwrap_or(0))))
            .collect::<Option<_>>()
            .ok_or(DAMAGED)?;
        let rows = usize::try_from(place.rows).map_err(|_| DAMAGED)?;
        let mut all = Vec::new();
        for name in names {
            let (name, kind, number) =
                self.columns.iter().find(|it| it.0 == *name).ok_or(OrcError::Damaged("a column is absent"))?;
            let kind = kind.ok_or_else(|| OrcError::Type(name.clone()))?;
            let (encoding, dictionary) =
                usize::try_from(*number).ok().and_then(|at| encodings.get(at)).copied().ok_or(DAMAGED)?;
            let mut stream = |wanted: u64| -> Result<Option<Vec<u8>>, OrcError> {
                let found = streams.iter().find(|it| it.0 == *number && it.1 == wanted);
                let Some((_, _, offset, length)) = found else { return Ok(None) };
                Ok(Some(self.packing.unpack(&at(&mut file, *offset, *length)?)?))
            };
            all.push(Column::read(kind, encoding, dictionary, rows, &mut stream)?);
        }
        Ok(all)
    }

    /// Whether times of a stripe are those of another zone than UTC.
    ///
    /// # Errors
    /// The stripe is damaged.
    pub fn zone(&self, stripe: usize) -> Result<Option<String>, OrcError> {
        const DAMAGED: OrcError = OrcError::Damaged("a stripe's footer is damaged");
        let place = self.stripes.get(stripe).copied().ok_or(DAMAGED)?;
        let mut file = File::open(&self.path)?;
        let packed = at(&mut file, place.offset + place.index_length + place.data_length, place.footer_length)?;
        let footer = self.packing.unpack(&packed)?;
        let footer = fields(&footer).ok_or(DAMAGED)?;
        let zone = messages(&footer, 3).next().map(|zone| String::from_utf8_lossy(zone).into_owned());
        Ok(zone.filter(|zone| !["", "UTC", "GMT", "Etc/UTC", "Z"].contains(&zone.as_str())))
    }
}

impl Stripe {
    /// From the footer; `None` when it does not lie in the file.
    fn of(bytes: &[u8], file_length: u64) -> Option<Self> {
        let about = fields(bytes)?;
        let of = |wanted: u64| number(&about, wanted).unwrap_or(0);
        let stripe = Self { offset: of(1), index_length: of(2), data_length: of(3), footer_length: of(4), rows: of(5) };
        let lengths = [stripe.index_length, stripe.data_length, stripe.footer_length];
        let end = lengths.iter().try_fold(stripe.offset, |sum, length| sum.checked_add(*length))?;
        (end <= file_length).then_some(stripe)
    }
}

/// The columns of the outermost struct.
fn columns(footer: &[(u64, Field<'_>)]) -> Option<Vec<(String, Option<Kind>, u64)>> {
    let types: Vec<_> = messages(footer, 4).map(fields).collect::<Option<_>>()?;
    let root = types.first()?;
    let names = messages(root, 3).map(|name| String::from_utf8_lossy(name).into_owned());
    let children = numbers(root, 2)?;
    names
        .zip(children)
        .map(|(name, child)| {
            let about = types.get(usize::try_from(child).ok()?)?;
            Some((name, Kind::of(number(about, 1).unwrap_or(0)), child))
        })
        .collect()
}

fn at(file: &mut File, from: u64, count: u64) -> Result<Vec<u8>, OrcError> {
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    let read = file.take(count).read_to_end(&mut bytes)?;
    if read as u64 == count { Ok(bytes) } else { Err(OrcError::Damaged("it breaks off")) }
}
