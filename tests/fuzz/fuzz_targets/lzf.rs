//! Any bytes as a stream of this framing: an answer, and no panic.
#![no_main]

use std::io::Read;

use libfuzzer_sys::fuzz_target;
use shapecast::profile::eventlog::codec::LzfReader;

fuzz_target!(|bytes: &[u8]| {
    let mut out = Vec::new();
    let _ = LzfReader::new(bytes).take(1 << 20).read_to_end(&mut out);
});
