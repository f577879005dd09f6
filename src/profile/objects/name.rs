//! What a key says by its name: folder, suffix, whether Spark reads it.

/// Deepest folder level that is told apart; what lies deeper counts with its folder at this level.
pub const MAX_DEPTH: usize = 8;
/// Longest part of a suffix: `parquet` has seven letters; longer ends are names with a dot in them.
const LONGEST_PART: usize = 8;

/// The folder and the file name of a key.
#[must_use]
pub fn split(key: &[u8]) -> (&[u8], &[u8]) {
    match memchr::memrchr(b'/', key) {
        Some(at) => (&key[..at], &key[at + 1..]),
        None => (&[], key),
    }
}

/// The first `depth` levels of a folder.
#[must_use]
pub fn at_depth(folder: &[u8], depth: usize) -> &[u8] {
    if depth == 0 {
        return &[];
    }
    match memchr::memchr_iter(b'/', folder).nth(depth - 1) {
        Some(end) => &folder[..end],
        None => folder,
    }
}

/// Levels of a folder.
#[must_use]
pub fn depth(folder: &[u8]) -> usize {
    if folder.is_empty() { 0 } else { 1 + memchr::memchr_iter(b'/', folder).count() }
}

/// Whether Spark leaves such a path part out: it begins with `_` or `.`, unless it is a partition (`_c=1`).
/// (`HadoopFSUtils.shouldFilterOutPathName`, Spark 3.5.)
#[must_use]
pub fn is_hidden_part(part: &[u8]) -> bool {
    match part.first() {
        Some(b'.') => true,
        Some(b'_') => !part.contains(&b'='),
        _ => false,
    }
}

/// Whether any part of a folder is left out by Spark.
#[must_use]
pub fn is_hidden_folder(folder: &[u8]) -> bool {
    folder.split(|byte| *byte == b'/').any(is_hidden_part)
}

/// The suffix of a file name, lower-cased into `into`: the last part behind a dot (letters and digits), with the part
/// before it when that is a word of letters: `.parquet`, `.snappy.parquet`, `.json.gz`, but `.gz` for `x.c000.gz`.
pub fn suffix(name: &[u8], into: &mut Vec<u8>) {
    into.clear();
    let Some(last) = memchr::memrchr(b'.', name) else { return };
    if !is_part(&name[last + 1..], u8::is_ascii_alphanumeric) {
        return;
    }
    let before = memchr::memrchr(b'.', &name[..last]);
    let from = before.filter(|at| is_part(&name[at + 1..last], u8::is_ascii_alphabetic)).unwrap_or(last);
    into.extend(name[from..].iter().map(u8::to_ascii_lowercase));
}

fn is_part(part: &[u8], allowed: fn(&u8) -> bool) -> bool {
    (1..=LONGEST_PART).contains(&part.len()) && part.iter().all(allowed)
}

/// Bytes of a key for people: what is no text becomes an escape, and long keys are cut.
#[must_use]
pub fn printable(bytes: &[u8], longest: usize) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut out = String::new();
    for c in text.chars() {
        if out.chars().count() >= longest {
            out.push('…');
            break;
        }
        if c.is_control() { out.extend(c.escape_default()) } else { out.push(c) }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn suffix_of(name: &str) -> String {
        let mut out = Vec::new();
        suffix(name.as_bytes(), &mut out);
        String::from_utf8(out).expect("ASCII")
    }

    #[test]
    fn suffixes_of_what_writers_write() {
        for (name, expected) in [
            ("part-00000-4f6e.c000.snappy.parquet", ".snappy.parquet"),
            ("part-00000-4f6e-c000.parquet", ".parquet"),
            ("events.JSON.GZ", ".json.gz"),
            ("part-00000.c000.gz", ".gz"),
            ("2024.01.05.log", ".log"),
            ("a.b", ".b"),
            ("README", ""),
            ("name.with a space", ""),
            ("trailing.", ""),
            ("v1.averyverylongsuffix", ""),
            (".hidden", ".hidden"),
        ] {
            assert_eq!(suffix_of(name), expected, "{name}");
        }
    }

    #[test]
    fn hidden_as_spark_sees_it() {
        assert!(is_hidden_part(b"_SUCCESS") && is_hidden_part(b".part.crc") && is_hidden_part(b"_delta_log"));
        assert!(!is_hidden_part(b"_c=1") && !is_hidden_part(b"part-0") && !is_hidden_part(b""));
        assert!(is_hidden_folder(b"a/_temporary/0") && !is_hidden_folder(b"a/b"));
    }

    #[test]
    fn folders_by_depth() {
        assert_eq!(split(b"a/b/c.txt"), (b"a/b".as_slice(), b"c.txt".as_slice()));
        assert_eq!(split(b"c.txt"), (b"".as_slice(), b"c.txt".as_slice()));
        assert_eq!(at_depth(b"a/b/c", 2), b"a/b");
        assert_eq!(at_depth(b"a/b/c", 9), b"a/b/c");
        assert_eq!(at_depth(b"a/b/c", 0), b"");
        assert_eq!((depth(b""), depth(b"a"), depth(b"a/b")), (0, 1, 2));
    }
}
