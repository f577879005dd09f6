//! When data comes: bursts of arrivals, their cadence and how regular it is, growth by month.
//!
//! Minutes with arrivals are put into bursts at the widest relative jump among the sorted gaps between them: the
//! files of one run come within minutes, the next run after hours. The first minute of a burst is taken as the run.

use super::days::Days;

/// Bursts that make a cadence.
const FEWEST_BURSTS: usize = 4;
/// A jump between two gaps below this factor is no border between "within a run" and "between runs".
const CLEAR_JUMP: f64 = 3.0;
/// Only the newest days tell the cadence of today.
const RECENT_DAYS: i64 = 92;
/// Minutes of a month of 730 hours.
const MONTH_MINUTES: f64 = 43_800.0;
/// Variation of the intervals up to which arrivals follow a timetable.
const REGULAR: f64 = 0.25;
/// Share of the minutes with arrivals above which data comes as a stream.
const STREAM: f64 = 0.5;

/// The cadence of arrivals.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrivals {
    /// Bursts of arrivals in the days that were looked at.
    pub bursts: usize,
    /// Days that were looked at.
    pub days: i64,
    /// Median minutes from the start of a burst to the next one's.
    pub interval_min: f64,
    /// Standard deviation of these intervals over their mean.
    pub interval_variation: f64,
    /// Bursts in a month of 730 hours.
    pub per_month: f64,
    /// Mean bytes of a burst.
    pub burst_bytes: u64,
    /// Mean files of a burst.
    pub burst_objects: u64,
    /// Standard deviation of the bytes of a burst over their mean.
    pub bytes_variation: f64,
    /// Whether data comes all the time.
    pub stream: bool,
}

impl Arrivals {
    /// Whether the times can be known in advance.
    #[must_use]
    pub fn is_regular(&self) -> bool {
        self.stream || self.interval_variation <= REGULAR
    }

    /// The schedule in the words of a workload file, when the interval is one of those.
    #[must_use]
    pub fn schedule(&self) -> Option<&'static str> {
        let near = |minutes: f64| (self.interval_min / minutes - 1.0).abs() < 0.1;
        [(60.0, "hourly"), (1_440.0, "daily"), (10_080.0, "weekly")]
            .into_iter()
            .find(|(minutes, _)| self.is_regular() && near(*minutes))
            .map(|(_, word)| word)
    }

    /// From the arrivals of a source; `None` when they are too few, or all at once.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "minutes and bytes of a report")]
    pub fn of(days: &Days) -> Option<Self> {
        let last = days.filled().next_back()?.0;
        let recent: Vec<(i64, u64, u64)> =
            days.minutes().filter(|it| it.0.div_euclid(1_440) > last - RECENT_DAYS).collect();
        let first = recent.first()?.0;
        let covered = recent.last()?.0 - first + 1;
        let starts = bursts(&recent);
        if starts.len() < FEWEST_BURSTS {
            return None;
        }
        let bytes: Vec<f64> = starts.iter().map(|burst| burst.bytes as f64).collect();
        let intervals: Vec<f64> = starts.windows(2).map(|pair| (pair[1].start - pair[0].start) as f64).collect();
        // The newest burst may still be coming in.
        let (mean_bytes, bytes_variation) = spread(&bytes[..bytes.len() - 1]);
        let (mean, variation) = spread(&intervals);
        let objects: u64 = starts.iter().map(|burst| burst.objects).sum();
        let stream = recent.len() as f64 > STREAM * covered as f64;
        Some(Self {
            bursts: starts.len(),
            days: covered / 1_440 + 1,
            interval_min: median(intervals),
            interval_variation: variation,
            per_month: MONTH_MINUTES / mean,
            burst_bytes: rounded(mean_bytes),
            burst_objects: objects / starts.len() as u64,
            bytes_variation,
            stream,
        })
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a mean of sizes")]
fn rounded(value: f64) -> u64 {
    value.round() as u64
}

struct Burst {
    start: i64,
    objects: u64,
    bytes: u64,
}

fn bursts(minutes: &[(i64, u64, u64)]) -> Vec<Burst> {
    let gaps: Vec<i64> = minutes.windows(2).map(|pair| pair[1].0 - pair[0].0).collect();
    let border = border(gaps);
    let mut out: Vec<Burst> = Vec::new();
    let mut before = i64::MIN;
    for (minute, objects, bytes) in minutes {
        match out.last_mut() {
            Some(burst) if minute - before < border => {
                burst.objects += objects;
                burst.bytes = burst.bytes.saturating_add(*bytes);
            }
            _ => out.push(Burst { start: *minute, objects: *objects, bytes: *bytes }),
        }
        before = *minute;
    }
    out
}

/// The smallest gap between two bursts.
#[expect(clippy::cast_precision_loss, reason = "minutes")]
fn border(mut gaps: Vec<i64>) -> i64 {
    gaps.sort_unstable();
    let jumps = gaps.windows(2).enumerate().map(|(at, pair)| (pair[1] as f64 / pair[0].max(1) as f64, at));
    // Rare long gaps (a week without data) are no border: enough gaps must lie beyond it.
    let enough = |at: usize| gaps.len() - at > FEWEST_BURSTS.max(gaps.len() / 200);
    let widest = jumps.filter(|(_, at)| enough(*at)).max_by(|a, b| a.0.total_cmp(&b.0));
    match widest {
        Some((jump, at)) if jump >= CLEAR_JUMP => gaps[at + 1],
        _ => 0,
    }
}

/// Mean, and standard deviation over the mean.
#[expect(clippy::cast_precision_loss, reason = "counts")]
fn spread(values: &[f64]) -> (f64, f64) {
    let count = values.len().max(1) as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count;
    (mean, if mean > 0.0 { variance.sqrt() / mean } else { 0.0 })
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

/// Fewest whole months that tell a growth.
const FEWEST_MONTHS: usize = 3;

/// Growth of the volume that arrives, per month: the median of the slopes between all pairs of whole months
/// (Theil–Sen), on the logarithm, so that one odd month does not bend it. `None` with fewer than three whole months.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "bytes of a report")]
pub fn growth_per_month(days: &Days) -> Option<f64> {
    let months = whole_months(days);
    if months.len() < FEWEST_MONTHS {
        return None;
    }
    let logs: Vec<(f64, f64)> = months.iter().map(|(month, daily)| (*month as f64, daily.ln())).collect();
    let mut slopes = Vec::new();
    for (n, a) in logs.iter().enumerate() {
        slopes.extend(logs[n + 1..].iter().map(|b| (b.1 - a.1) / (b.0 - a.0)));
    }
    Some(median(slopes).exp() - 1.0)
}

/// Mean daily bytes of the months that lie wholly between the first and the last arrival, the newest 24 of them.
#[expect(clippy::cast_precision_loss, reason = "bytes of a report")]
fn whole_months(days: &Days) -> Vec<(i64, f64)> {
    let mut months: Vec<(i64, f64)> = Vec::new();
    for (number, day) in days.filled() {
        let Some(date) = date_of(number) else { continue };
        let month = i64::from(date.year()) * 12 + i64::from(date.month()) - 1;
        let bytes = day.totals().1 as f64 / f64::from(date.days_in_month());
        match months.last_mut() {
            Some(last) if last.0 == month => last.1 += bytes,
            _ => months.push((month, bytes)),
        }
    }
    if months.len() > 2 {
        months.pop();
        months.remove(0);
    } else {
        months.clear();
    }
    months.retain(|month| month.1 > 0.0);
    let from = months.len().saturating_sub(24);
    months.split_off(from)
}

/// The date of a day since 1970.
#[must_use]
pub fn date_of(day: i64) -> Option<jiff::civil::Date> {
    let seconds = day.checked_mul(86_400)?;
    Some(jiff::Timestamp::from_second(seconds).ok()?.to_zoned(jiff::tz::TimeZone::UTC).date())
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: i64 = 1_704_067_200_000; // 2024-01-01
    const MINUTE: i64 = 60_000;

    fn days(arrivals: impl Iterator<Item = (i64, u64)>) -> Days {
        let mut days = Days::default();
        for (minute, bytes) in arrivals {
            assert!(days.add(START + minute * MINUTE, bytes));
        }
        days
    }

    /// 60 days, each with 30 files of 10 bytes within 15 minutes at 02:00: gaps within a run are 1 minute, between
    /// runs 1,426 minutes.
    #[test]
    fn a_nightly_export_is_daily() {
        let found = days((0..60).flat_map(|day| (0..30).map(move |file| (day * 1_440 + 120 + file / 2, 10))));
        let arrivals = Arrivals::of(&found).expect("a cadence");
        assert_eq!((arrivals.bursts, arrivals.burst_bytes, arrivals.burst_objects), (60, 300, 30));
        assert_eq!(arrivals.schedule(), Some("daily"));
        assert!((arrivals.per_month - 43_800.0 / 1_440.0).abs() < 1e-9);
        assert!(arrivals.interval_variation < 1e-9 && !arrivals.stream);
    }

    #[test]
    fn an_hourly_export_with_jitter_is_hourly_and_a_missing_week_does_not_hide_it() {
        let jitter = |n: i64| (n * 7_919) % 9;
        let hours = (0..24 * 60).filter(|hour| !(400..568).contains(hour));
        let found = days(hours.flat_map(|hour| (0..3).map(move |file| (hour * 60 + jitter(hour) + file, 10))));
        let arrivals = Arrivals::of(&found).expect("a cadence");
        assert!((arrivals.interval_min - 60.0).abs() < 6.0, "{arrivals:?}");
    }

    #[test]
    fn what_comes_every_minute_is_a_stream_and_what_came_once_has_no_cadence() {
        let stream = Arrivals::of(&days((0..10_000).map(|minute| (minute, 1)))).expect("a cadence");
        assert!(stream.stream && stream.is_regular());
        assert_eq!(Arrivals::of(&days((0..30).map(|minute| (minute, 1)))).map(|it| it.stream), Some(true));
        assert!(Arrivals::of(&days([(0, 1), (1, 1)].into_iter())).is_none());
        assert!(Arrivals::of(&Days::default()).is_none());
    }

    /// Daily volume grows by 5 % each month: the slope of the logarithm is ln 1.05.
    #[test]
    fn growth_is_that_of_the_daily_volume() {
        let mut found = Days::default();
        for day in 0..400_i64 {
            let date = date_of(START / 86_400_000 + day).expect("a date");
            let month = i32::from(date.year() - 2024) * 12 + i32::from(date.month()) - 1;
            let bytes = 1e9 * 1.05_f64.powi(month);
            found.add(START + day * 1_440 * MINUTE, rounded(bytes));
        }
        let growth = growth_per_month(&found).expect("a growth");
        assert!((growth - 0.05).abs() < 1e-6, "{growth}");
        assert_eq!(growth_per_month(&days((0..50).map(|day| (day * 1_440, 1)))), None);
    }
}
