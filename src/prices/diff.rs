//! What changed between two snapshots, row by row.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Serialize;

use super::layered::{NEW_TYPES, TABLES, TableShape};
use super::snapshot::SnapshotError;

/// A figure that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Region, `commercial`, or empty where the table has none.
    pub region: String,
    /// What it is the price of; Spot prices of a zone end in `@zone`.
    pub meter: String,
    /// The figure in the first snapshot, as it stands there.
    pub before: Option<String>,
    /// The figure in the second one.
    pub after: Option<String>,
    /// After over before, less one; `None` when one of them is absent or no number.
    pub change: Option<Decimal>,
}

/// The rows that differ, by region and meter.
///
/// # Errors
/// A table is absent or has a bad row.
pub fn diff(a: &BTreeMap<String, String>, b: &BTreeMap<String, String>) -> Result<Vec<Change>, SnapshotError> {
    let (before, after) = (figures(a)?, figures(b)?);
    let mut changes: Vec<Change> = before
        .iter()
        .filter(|(key, figure)| after.get(*key) != Some(*figure))
        .map(|(key, figure)| change(key, Some(figure), after.get(key)))
        .collect();
    let added = after.iter().filter(|(key, _)| !before.contains_key(*key));
    changes.extend(added.map(|(key, figure)| change(key, None, Some(figure))));
    changes.sort_by(|a, b| (&a.region, &a.meter).cmp(&(&b.region, &b.meter)));
    Ok(changes)
}

type Key = (String, String);

fn change((region, meter): &Key, before: Option<&String>, after: Option<&String>) -> Change {
    let number = |figure: Option<&String>| figure.and_then(|figure| figure.parse::<Decimal>().ok());
    let share = match (number(before), number(after)) {
        (Some(before), Some(after)) => after.checked_div(before).map(|ratio| ratio - Decimal::ONE),
        _ => None,
    };
    Change {
        region: region.clone(),
        meter: meter.clone(),
        before: before.cloned(),
        after: after.cloned(),
        change: share.map(|share| share.round_dp(6).normalize()),
    }
}

fn figures(tables: &BTreeMap<String, String>) -> Result<BTreeMap<Key, String>, SnapshotError> {
    let mut figures = BTreeMap::new();
    for shape in &TABLES {
        let text = shape.text(tables)?;
        for row in text.lines().skip(1) {
            let found = keyed(shape, row);
            figures.extend(found.ok_or_else(|| SnapshotError::Row { table: shape.name, row: row.to_owned() })?);
        }
    }
    Ok(figures)
}

/// The figures of one row with what they are the price of.
fn keyed(shape: &TableShape, row: &str) -> Option<Vec<(Key, String)>> {
    let fields: Vec<&str> = row.split(',').collect();
    let one = |region: &str, meter: String, figure: &str| ((region.to_owned(), meter), number(figure));
    Some(match (shape.name, fields.as_slice()) {
        ("databricks_dbu.csv", [name, dbu, _]) => vec![one("", format!("databricks-dbu/{name}"), dbu)],
        ("ec2_on_demand.csv", [region, name, usd, _]) => vec![one(region, format!("ec2/on-demand/{name}"), usd)],
        ("ec2_spot_zones.csv", [region, name, zone, usd, _]) => {
            vec![one(region, format!("ec2/spot/{name}@{zone}"), usd)]
        }
        ("emr_uplift.csv", [region, name, usd, _, _]) => vec![one(region, format!("emr/uplift/{name}"), usd)],
        ("services.csv", [region, service, item, _, usd, _, _]) => vec![one(region, format!("{service}/{item}"), usd)],
        ("ec2_spot_advisor.csv", [region, name, saving, band, _]) => vec![
            one(region, format!("spot-advisor/saving_percent/{name}"), saving),
            one(region, format!("spot-advisor/interrupted_a_month/{name}"), band),
        ],
        (NEW_TYPES, [name, vcpu, memory, ..]) => vec![
            one("", format!("instance-type/vcpu/{name}"), vcpu),
            one("", format!("instance-type/memory_mib/{name}"), memory),
        ],
        _ => return None,
    })
}

/// 0.40 and 0.4 are one price.
fn number(text: &str) -> String {
    text.parse::<Decimal>().map_or_else(|_| text.to_owned(), |number| number.normalize().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prices::{Draft, PriceBook};

    #[test]
    fn a_snapshot_does_not_differ_from_itself() {
        let book = PriceBook::embedded().expect("embedded");
        assert_eq!(diff(book.tables(), book.tables()).expect("reads"), []);
    }

    #[test]
    fn added_gone_and_changed_prices() {
        let tables = |rows: &[(&str, &str)]| {
            let mut draft = Draft::default();
            draft.source("s", "2026-01-01", "a list");
            for (name, usd) in rows {
                draft.on_demand("eu-1", name, usd.parse().expect("a decimal"), "s").expect("a row");
            }
            draft.to_tables("2026-01-01")
        };
        let changes =
            diff(&tables(&[("a", "1.0"), ("b", "2"), ("c", "4")]), &tables(&[("a", "1"), ("c", "5"), ("d", "1")]))
                .expect("reads");
        let rows: Vec<_> = changes
            .iter()
            .map(|one| {
                (one.meter.as_str(), one.before.as_deref(), one.after.as_deref(), one.change.map(|c| c.to_string()))
            })
            .collect();
        assert_eq!(
            rows,
            [
                ("ec2/on-demand/b", Some("2"), None, None),
                ("ec2/on-demand/c", Some("4"), Some("5"), Some("0.25".to_owned())),
                ("ec2/on-demand/d", None, Some("1"), None),
            ]
        );
    }
}
