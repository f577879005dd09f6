//! From changes of Spot prices to the price in force and its path.
//!
//! EC2 lists changes only, newest first, and one record before the window for every series: the price in force at a
//! moment is that of the latest record up to it (docs/concepts/sources.md, "Spot").

use std::collections::BTreeMap;

use jiff::Timestamp;
use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

use super::Draft;

/// Linux in both spellings; other products have other prices.
const LINUX: [&str; 2] = ["Linux/UNIX", "Linux/UNIX (Amazon VPC)"];

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpotChange {
    /// Zone id (`use1-az1`) where EC2 gives one, else the zone's name, which is the account's own.
    pub zone: String,
    /// For example `r5.4xlarge`.
    pub instance_type: String,
    /// For example `Linux/UNIX`.
    pub product: String,
    /// Dollars an hour, as EC2 writes them.
    pub price: String,
    /// From when on.
    pub at: Timestamp,
}

/// The price of one type in one zone over a window.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SpotPath {
    /// Type.
    pub instance_type: String,
    /// Zone.
    pub zone: String,
    /// In force at the window's end.
    pub last: Decimal,
    /// Since when.
    pub since: Timestamp,
    /// Lowest within the window.
    pub low: Decimal,
    /// Highest within the window.
    pub high: Decimal,
    /// Mean over time.
    pub mean: Decimal,
    /// How often it changed within the window.
    pub changes: usize,
    /// Standard deviation of the logarithm of the price over time; 0 of a price that did not move.
    pub log_spread: f64,
}

/// The paths of some changes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SpotPrices {
    /// By type and zone.
    pub paths: Vec<SpotPath>,
    /// Records that could not be used.
    pub issues: Vec<String>,
}

/// The path of every type and zone between two moments; records after the end do not count.
#[must_use]
pub fn spot_paths(changes: &[SpotChange], from: Timestamp, to: Timestamp) -> SpotPrices {
    let mut series: BTreeMap<(&str, &str), Vec<(Timestamp, Decimal)>> = BTreeMap::new();
    let mut found = SpotPrices::default();
    let known = changes.iter().filter(|change| LINUX.contains(&change.product.as_str()) && change.at <= to);
    for change in known {
        match change.price.trim().parse::<Decimal>() {
            Ok(price) if price > Decimal::ZERO => {
                series.entry((&change.instance_type, &change.zone)).or_default().push((change.at, price.normalize()));
            }
            _ => found.issues.push(format!(
                "the Spot price of {} in {} is `{}`, which is no price",
                change.instance_type, change.zone, change.price
            )),
        }
    }
    for ((instance_type, zone), mut points) in series {
        points.sort();
        found.paths.extend(path(instance_type, zone, &points, from, to));
    }
    found
}

fn path(
    instance_type: &str,
    zone: &str,
    points: &[(Timestamp, Decimal)],
    from: Timestamp,
    to: Timestamp,
) -> Option<SpotPath> {
    let (since, last) = *points.last()?;
    // The record before the window is the price at its beginning.
    let first = points.iter().rposition(|(at, _)| *at <= from).unwrap_or(0);
    let window = points.get(first..)?;
    let (mut seconds, mut sum, mut logs, mut squares) = (0.0, 0.0, 0.0, 0.0);
    for (index, (at, price)) in window.iter().enumerate() {
        let until = window.get(index + 1).map_or(to, |(next, _)| *next);
        let length = until.duration_since((*at).max(from)).as_secs_f64().max(0.0);
        let price = price.to_f64()?;
        let log = price.ln();
        seconds += length;
        sum += length * price;
        logs += length * log;
        squares += length * log * log;
    }
    let weighted = |total: f64| if seconds > 0.0 { total / seconds } else { 0.0 };
    let mean = if seconds > 0.0 { Decimal::try_from(weighted(sum)).ok()? } else { last };
    let prices = || window.iter().map(|(_, price)| *price);
    Some(SpotPath {
        instance_type: instance_type.to_owned(),
        zone: zone.to_owned(),
        last,
        since,
        low: prices().min()?,
        high: prices().max()?,
        mean: mean.round_dp_with_strategy(6, RoundingStrategy::MidpointAwayFromZero).normalize(),
        changes: window.iter().filter(|(at, _)| *at > from).count(),
        log_spread: (weighted(squares) - weighted(logs).powi(2)).max(0.0).sqrt(),
    })
}

impl SpotPrices {
    /// The prices in force as rows of a region. The last price is the forecast: over the next day it is ten times
    /// nearer than a mean of months (docs/concepts/spot.md).
    pub fn rows(&mut self, region: &str, asked_on: &str) -> Draft {
        let mut rows = Draft::default();
        let source = format!("live-ec2-spot-{region}");
        rows.source(&source, asked_on, "EC2 DescribeSpotPriceHistory: the price in force");
        for path in &self.paths {
            let put = rows.spot_zone(region, &path.instance_type, &path.zone, path.last, &source);
            self.issues.extend(put.err().map(|error| error.to_string()));
        }
        if !rows.is_empty() {
            rows.complete("ec2_spot_zones.csv", region);
        }
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> Timestamp {
        text.parse().expect("a moment")
    }

    fn change(zone: &str, price: &str, at: &str) -> SpotChange {
        SpotChange {
            zone: zone.to_owned(),
            instance_type: "r5.4xlarge".to_owned(),
            product: "Linux/UNIX".to_owned(),
            price: price.to_owned(),
            at: moment(at),
        }
    }

    #[test]
    fn the_record_before_the_window_holds_until_the_first_change() {
        // Window of 10 h: 0.40 for 4 h, then 0.50 for 6 h; the mean is (4 × 0.40 + 6 × 0.50) / 10 = 0.46.
        let changes = [
            change("use1-az1", "0.500000", "2026-11-20T04:00:00Z"),
            change("use1-az1", "0.400000", "2026-11-18T00:00:00Z"),
            change("use1-az1", "0.100000", "2026-11-01T00:00:00Z"),
            change("use1-az1", "9.000000", "2026-11-20T11:00:00Z"),
            change("use1-az2", "0.450000", "2026-11-19T00:00:00Z"),
        ];
        let found = spot_paths(&changes, moment("2026-11-20T00:00:00Z"), moment("2026-11-20T10:00:00Z"));
        let [first, second] = found.paths.as_slice() else { panic!("{found:?}") };
        assert_eq!((first.last.to_string().as_str(), first.mean.to_string().as_str()), ("0.5", "0.46"));
        assert_eq!((first.low.to_string(), first.high.to_string(), first.changes), ("0.4".into(), "0.5".into(), 1));
        // ln 0.5 − ln 0.4 = 0.22314, weights 0.4 and 0.6: spread 0.22314 × √0.24 = 0.10932.
        assert!((first.log_spread - 0.109_32).abs() < 1e-4, "{}", first.log_spread);
        assert_eq!((second.changes, second.log_spread), (0, 0.0));
        assert_eq!(second.mean.to_string(), "0.45");
    }

    #[test]
    fn other_products_and_what_is_no_price_never_become_one() {
        let mut suse = change("use1-az1", "0.9", "2026-11-19T00:00:00Z");
        suse.product = "SUSE Linux".to_owned();
        let changes =
            [suse, change("use1-az1", "free", "2026-11-19T00:00:00Z"), change("use1-az1", "0", "2026-11-19T00:00:00Z")];
        let found = spot_paths(&changes, moment("2026-11-19T00:00:00Z"), moment("2026-11-20T00:00:00Z"));
        assert!(found.paths.is_empty());
        assert_eq!(found.issues.len(), 2);
    }
}
