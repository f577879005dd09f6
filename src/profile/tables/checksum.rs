//! The checksums of Parquet's pages. Writers may leave them out (Polars and DuckDB do; Spark and parquet-java write them since
//! 1.11), and Polars' decoders do not look at them: a page whose bytes were altered may decode to other figures.
//!
//! Source: the Parquet format's `PageHeader.crc`, CRC-32 as in gzip over the page as it lies in the file.

use std::io::Cursor;

use polars_parquet::parquet::page::ParquetPageHeader;
use polars_parquet_format::thrift::protocol::TCompactInputProtocol;

/// Checks the pages of a column chunk that holds `values` values; pages without a checksum pass.
///
/// # Errors
/// A header that cannot be read, a page that is longer than its chunk, or bytes that do not fit their checksum.
pub(super) fn check(chunk: &[u8], values: i64) -> Result<(), String> {
    let (mut at, mut seen, mut page) = (0, 0_i64, 0_usize);
    while seen < values && at < chunk.len() {
        page += 1;
        let mut cursor = Cursor::new(&chunk[at..]);
        let header =
            ParquetPageHeader::read_from_in_protocol(&mut TCompactInputProtocol::new(&mut cursor, chunk.len()))
                .map_err(|error| format!("the header of page {page} of a column: {error}"))?;
        let begin = at.saturating_add(usize::try_from(cursor.position()).unwrap_or(usize::MAX));
        let length = usize::try_from(header.compressed_page_size).unwrap_or(usize::MAX);
        let Some(body) = begin.checked_add(length).and_then(|end| chunk.get(begin..end)) else {
            return Err(format!("page {page} of a column is longer than the column"));
        };
        if header.crc.is_some_and(|crc| crc.cast_unsigned() != crc32fast::hash(body)) {
            return Err(format!("page {page} of a column does not fit its checksum"));
        }
        let first = header.data_page_header.as_ref().map(|page| page.num_values);
        let second = header.data_page_header_v2.as_ref().map(|page| page.num_values);
        seen = seen.saturating_add(i64::from(first.or(second).unwrap_or(0).max(0)));
        at = begin + length;
    }
    Ok(())
}
