//! Quantities with their units: money, priced measures, bytes, durations, shares.
//!
//! A number without its unit does not leave this module: a price multiplied by the wrong measure does not
//! compile ([`UnitPrice`]), bytes are never mixed up with gibibytes ([`Bytes`]), and shares stay in 0..=1
//! ([`Share`]).

mod bytes;
mod measure;
mod money;
mod parse;
mod share;
mod span;
mod spelling;

pub use bytes::{Bytes, GIB, GIGABYTE, KIB, MEGABYTE, MIB, TERABYTE, TIB};
pub use measure::*;
pub use money::Usd;
pub use parse::{ParseError, split_number_and_unit};
pub use share::Share;
pub use span::{DAYS_PER_MONTH, HOURS_PER_MONTH, SECONDS_PER_MONTH, Span};
pub(crate) use spelling::{did_you_mean, nearest, suggestion};
