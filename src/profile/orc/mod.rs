//! ORC files, as S3 Inventory writes them: flat rows of texts, numbers, truth values and times.
//!
//! The only crate for ORC brings the whole of Arrow with it, some twenty crates more for five types of column; the format's
//! specification is short. Reads both versions of its run-length encodings and all of its codecs but LZO.

mod column;
mod file;
mod packing;
mod proto;
mod runs;

pub use column::{Column, Kind};
pub use file::{OrcError, OrcFile};
