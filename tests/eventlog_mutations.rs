//! Damaged logs: whatever is flipped, cut, doubled or put in, the reader answers and does not panic.

mod eventlog_support;

use std::io::Read;
use std::path::Path;

use eventlog_support::{databricks, end, job, start, whole};
use proptest::prelude::*;
use shapecast::profile::eventlog::codec::{Lz4BlockReader, LzfReader, XerialSnappyReader};
use shapecast::profile::eventlog::{Limits, ReadOptions, read_stream};

/// One piece of damage; positions are shares of the length.
#[derive(Clone, Debug)]
enum Damage {
    Flip(f64, u8),
    Cut(f64),
    Double(f64, f64),
    Remove(f64, f64),
    Insert(f64, Vec<u8>),
}

fn damage() -> impl Strategy<Value = Damage> {
    let at = || 0.0..1.0;
    prop_oneof![
        4 => (at(), any::<u8>()).prop_map(|(at, byte)| Damage::Flip(at, byte)),
        1 => at().prop_map(Damage::Cut),
        1 => (at(), at()).prop_map(|(from, length)| Damage::Double(from, length)),
        1 => (at(), at()).prop_map(|(from, length)| Damage::Remove(from, length)),
        2 => (at(), token()).prop_map(|(at, bytes)| Damage::Insert(at, bytes)),
    ]
}

/// Pieces that turn up in logs, in wrong places.
fn token() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        Just(b"-9223372036854775808".to_vec()),
        Just(b"18446744073709551615".to_vec()),
        Just(b"1e308".to_vec()),
        Just(b"null".to_vec()),
        Just(b"\n".to_vec()),
        Just(b"[[[[".to_vec()),
        Just(b"\"\\ud800\"".to_vec()),
        Just(b"LZ4Block".to_vec()),
        Just(b"ZV\x01\xff\xff\xff\xff".to_vec()),
        proptest::collection::vec(any::<u8>(), 0..40),
    ]
}

fn place(share: f64, length: usize) -> usize {
    ((share * length as f64) as usize).min(length)
}

fn apply(bytes: &mut Vec<u8>, damage: &Damage) {
    let length = bytes.len();
    match damage {
        Damage::Flip(at, byte) => {
            if let Some(hit) = bytes.get_mut(place(*at, length)) {
                *hit = *byte;
            }
        }
        Damage::Cut(at) => bytes.truncate(place(*at, length)),
        Damage::Double(from, share) => {
            let from = place(*from, length);
            let piece = bytes[from..from + place(*share, length - from)].to_vec();
            bytes.splice(from..from, piece);
        }
        Damage::Remove(from, share) => {
            let from = place(*from, length);
            bytes.drain(from..from + place(*share / 4.0, length - from));
        }
        Damage::Insert(at, piece) => {
            let at = place(*at, length);
            bytes.splice(at..at, piece.iter().copied());
        }
    }
}

fn text() -> String {
    databricks(0, 7) + &whole("a") + &start("b") + &job(0, 4, 3) + &job(1, 2, 2) + &end()
}

/// The same log in every framing; framings without an encoder here come from the project's own logs.
fn packed(which: usize) -> Vec<u8> {
    let text = text().into_bytes();
    let own = |name: &str| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/eventlogs").join(name);
        let file = std::fs::read_dir(folder).expect("a case").next().expect("a file").expect("an entry").path();
        let mut bytes = std::fs::read(file).expect("reads");
        bytes.truncate(20_000);
        bytes
    };
    match which {
        0 => text,
        1 => zstd::encode_all(&text[..], 1).expect("packs"),
        2 => own("3.5-lz4"),
        3 => own("3.5-snappy"),
        4 => own("3.5-lzf"),
        5 => {
            let mut packed = Vec::new();
            flate2::read::GzEncoder::new(&text[..], flate2::Compression::fast())
                .read_to_end(&mut packed)
                .expect("packs");
            packed
        }
        _ => {
            let mut packed = Vec::new();
            bzip2::read::BzEncoder::new(&text[..], bzip2::Compression::fast()).read_to_end(&mut packed).expect("packs");
            packed
        }
    }
}

/// Everything that is computed from a log, so that a panic shows.
fn use_all(bytes: &[u8]) {
    let limits = Limits { line_bytes: 1 << 20, total_bytes: 8 << 20 };
    let Ok(logs) = read_stream(Path::new("damaged"), &mut &bytes[..], &ReadOptions { limits }) else { return };
    for log in logs {
        let summary = log.summary();
        let _ = (log.max_executors(), log.dynamic_allocation(), log.executor_size());
        let _ = summary.findings.iter().map(ToString::to_string).collect::<Vec<_>>();
        let _ = log.flags.iter().map(ToString::to_string).collect::<Vec<_>>();
        let _ = log.stages.iter().flat_map(|stage| stage.tasks.iter()).map(|task| task.scheduler_delay_ms()).max();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_damage_panics(which in 0_usize..7, damages in proptest::collection::vec(damage(), 1..6)) {
        let mut bytes = packed(which);
        for damage in &damages {
            apply(&mut bytes, damage);
        }
        use_all(&bytes);
    }

    #[test]
    fn damaged_text_still_gives_what_is_whole(at in 0.0_f64..1.0, byte in any::<u8>()) {
        let mut bytes = text().into_bytes();
        let whole = read_stream(Path::new("whole"), &mut &bytes[..], &ReadOptions::default()).expect("logs");
        apply(&mut bytes, &Damage::Flip(at, byte));
        let logs = read_stream(Path::new("damaged"), &mut &bytes[..], &ReadOptions::default()).expect("logs");
        // One byte touches at most two lines: the tasks of all others are there.
        let tasks = |logs: &[shapecast::profile::eventlog::EventLog]| -> u64 {
            logs.iter().map(|log| log.totals().tasks).sum()
        };
        prop_assert!(tasks(&logs) + 2 >= tasks(&whole), "{} of {}", tasks(&logs), tasks(&whole));
    }

    #[test]
    fn decoders_take_any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        let mut out = Vec::new();
        let _ = Lz4BlockReader::new(&bytes[..]).take(1 << 20).read_to_end(&mut out);
        let _ = XerialSnappyReader::new(&bytes[..]).take(1 << 20).read_to_end(&mut out);
        let _ = LzfReader::new(&bytes[..]).take(1 << 20).read_to_end(&mut out);
    }
}
