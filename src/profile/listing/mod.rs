//! Saved listings: `aws s3 ls`, `aws s3api list-objects-v2`, `list-object-versions`, as text or JSON, in any encoding
//! and packing that a shell leaves behind. A line that cannot be read is counted and named, never lost.

mod json;
mod lines;
mod text;
mod utf16;

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use super::objects::{ObjectsProfile, Source, SourceError, SourceKind, Tally};

pub use lines::{Line, Lines};

/// Read at once from disk.
const BUFFER: usize = 1 << 20;

/// Reads a saved listing.
///
/// # Errors
/// The file cannot be opened, or nothing in it looks like a listing.
pub fn read(path: &Path, now_ms: i64) -> Result<ObjectsProfile, SourceError> {
    let file = File::open(path).map_err(|error| SourceError::io(path, error))?;
    let profile = read_stream(BufReader::with_capacity(BUFFER, file), &path.display().to_string(), now_ms)
        .map_err(|error| SourceError::io(path, error))?;
    if profile.tally.objects() == 0 && profile.tally.faults.total() > 0 {
        let example = profile.tally.faults.iter().next().and_then(|it| it.1.examples.first().cloned());
        let (place, text) = example.unwrap_or_default();
        return Err(SourceError::new(
            path,
            format!("no line of it is one of a listing; {place} is `{text}`"),
            "save one with `aws s3 ls --recursive s3://BUCKET/PREFIX > listing.txt` or `aws s3api list-objects-v2 --bucket BUCKET > listing.json`",
        ));
    }
    Ok(profile)
}

/// Reads a listing from a stream.
///
/// # Errors
/// The stream fails before anything was read; later failures are a fault of the listing.
pub fn read_stream(stream: impl Read, path: &str, now_ms: i64) -> std::io::Result<ObjectsProfile> {
    let mut stream = text_of(Box::new(stream))?;
    let mut source = Source::new(SourceKind::Listing, path, "");
    let mut tally = Tally::new(now_ms);
    if json::looks_like(stream.fill_buf()?) {
        json::read(&mut stream, &mut source, &mut tally);
    } else {
        text::read(&mut stream, &mut source, &mut tally);
    }
    Ok(ObjectsProfile::new(source, tally))
}

/// The stream unpacked and as UTF-8 (or as whatever bytes it has).
pub(super) fn text_of<'r>(stream: Box<dyn Read + 'r>) -> std::io::Result<BufReader<Box<dyn Read + 'r>>> {
    let mut stream = BufReader::with_capacity(BUFFER, stream);
    for _ in 0..3 {
        let head = stream.fill_buf()?;
        stream = if head.starts_with(b"\x1f\x8b") {
            boxed(flate2::bufread::MultiGzDecoder::new(stream))
        } else if head.starts_with(b"\x28\xb5\x2f\xfd") {
            boxed(zstd::stream::read::Decoder::with_buffer(stream)?)
        } else if head.starts_with(b"BZh") {
            boxed(bzip2::bufread::MultiBzDecoder::new(stream))
        } else {
            break;
        };
    }
    let head = stream.fill_buf()?;
    if head.starts_with(b"\xef\xbb\xbf") {
        stream.consume(3);
    } else if let Some(order) = utf16::order(head) {
        stream = boxed(utf16::Utf16Reader::new(stream, order));
    }
    Ok(stream)
}

fn boxed<'r>(stream: impl Read + 'r) -> BufReader<Box<dyn Read + 'r>> {
    BufReader::with_capacity(BUFFER, Box::new(stream))
}

#[cfg(test)]
mod tests;
