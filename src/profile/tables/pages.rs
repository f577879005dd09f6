//! Whether a column chunk is what its writer wrote: the pages' checksums, where it has them, and the footer's bounds.

use std::io::Cursor;

use polars_parquet::parquet::statistics::Statistics;
use polars_parquet::read::ColumnChunkMetadata;
use polars_parquet_format::PageHeader;
use polars_parquet_format::thrift::protocol::TCompactInputProtocol;

use super::file::TableError;

/// Checks every page that has a CRC-32 of its bytes as stored (parquet.thrift, `PageHeader.crc`). Pages without one are
/// only counted: all values of the chunk must be there.
pub fn verify(bytes: &[u8], chunk: &ColumnChunkMetadata) -> Result<(), TableError> {
    let name = || super::file::dotted(&chunk.descriptor().path_in_schema);
    let damaged = |what: &str| TableError::Damaged(format!("column `{}`: {what}", name()));
    let mut reader = Cursor::new(bytes);
    let mut values = 0_i64;
    while values < chunk.num_values() {
        let header = PageHeader::read_from_in_protocol(&mut TCompactInputProtocol::new(&mut reader, bytes.len()))
            .map_err(|_| damaged("the header of a page cannot be read"))?;
        let begin = usize::try_from(reader.position()).unwrap_or(usize::MAX);
        let page = usize::try_from(header.compressed_page_size)
            .ok()
            .and_then(|size| bytes.get(begin..begin.checked_add(size)?))
            .ok_or_else(|| damaged("a page reaches out of its column"))?;
        // The format stores the unsigned checksum as a signed number.
        if header.crc.is_some_and(|stored| stored.cast_unsigned() != crc32fast::hash(page)) {
            return Err(damaged("a page does not have the checksum that stands beside it"));
        }
        reader.set_position(begin as u64 + page.len() as u64);
        let first = header.data_page_header.map(|it| it.num_values);
        values += i64::from(first.or(header.data_page_header_v2.map(|it| it.num_values)).unwrap_or(0)).max(0);
    }
    if values > chunk.num_values() { Err(damaged("its pages have more values than it says")) } else { Ok(()) }
}

/// The least and the greatest value of a column of doubles, as the footer says; `None` where it does not.
pub fn bounds(chunk: &ColumnChunkMetadata, footer: &[u8]) -> Option<(f64, f64)> {
    match chunk.statistics(footer)?.ok()? {
        Statistics::Double(found) => found.min_value.zip(found.max_value).filter(|(min, max)| min <= max),
        _ => None,
    }
}
