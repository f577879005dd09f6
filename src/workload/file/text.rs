//! A path to text: the checks that come before any parsing.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use super::tree::Place;
use super::yaml::YamlProblem;

/// The largest workload file. A file-size histogram of ten thousand classes needs half a megabyte.
pub(super) const MAX_BYTES: u64 = 8 * 1024 * 1024;

/// Reads the text of a file; the size is checked before the content is read.
///
/// # Errors
/// When it cannot be opened, is no regular file, is too large, or is no text. The place is 0:0 when there is none.
pub(super) fn load(path: &Path) -> Result<String, YamlProblem> {
    let cannot = |error: std::io::Error| nowhere(format!("cannot open the workload file: {error}"), "check the path");
    let file = File::open(path).map_err(cannot)?;
    let meta = file.metadata().map_err(cannot)?;
    if meta.is_dir() {
        return Err(nowhere("cannot read the workload file: it is a folder".to_owned(), "name a file in it"));
    }
    if meta.len() > MAX_BYTES {
        return Err(too_large(meta.len()));
    }
    let mut bytes = Vec::new();
    // A pipe or device has no size: the cap must hold while reading, too.
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(cannot)?;
    decode(bytes)
}

/// Bytes to text.
///
/// # Errors
/// When they are too many, or are no UTF-8 text.
pub(super) fn decode(bytes: Vec<u8>) -> Result<String, YamlProblem> {
    if bytes.len() as u64 > MAX_BYTES {
        return Err(too_large(bytes.len() as u64));
    }
    if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
        return Err(problem(
            &bytes[..at],
            "cannot read the workload file: it is a binary file, not YAML".to_owned(),
            "name the workload file; measure event logs and listings with `shapecast profile`",
        ));
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let bytes = error.as_bytes();
        let byte = bytes.get(valid).copied().unwrap_or_default();
        let message = format!("cannot read the workload file: it is not UTF-8 (byte 0x{byte:02X})");
        problem(&bytes[..valid], message, "save the file as UTF-8")
    })
}

fn too_large(bytes: u64) -> YamlProblem {
    let message = format!(
        "cannot read the workload file: it has {} MiB, and a workload file has at most 8 MiB",
        bytes / (1024 * 1024)
    );
    problem(&[], message, "name the workload file; measure event logs and listings with `shapecast profile`")
}

fn nowhere(message: String, hint: &str) -> YamlProblem {
    YamlProblem { place: Place::default(), path: String::new(), message, hint: hint.to_owned() }
}

/// A problem at the end of `before`.
fn problem(before: &[u8], message: String, hint: &str) -> YamlProblem {
    let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let column = String::from_utf8_lossy(&before[line_start..]).chars().count() + 1;
    YamlProblem { place: Place { line, column }, path: String::new(), message, hint: hint.to_owned() }
}
