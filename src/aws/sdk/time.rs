//! Moments of the SDK and ours.

use aws_smithy_types::DateTime;
use jiff::Timestamp;

/// Ours.
pub fn moment(at: &DateTime) -> Option<Timestamp> {
    Timestamp::new(at.secs(), i32::try_from(at.subsec_nanos()).ok()?).ok()
}

/// The SDK's.
pub fn date_time(at: Timestamp) -> DateTime {
    DateTime::from_secs(at.as_second())
}
