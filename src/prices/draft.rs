//! Building snapshot tables row by row: what `prices update` writes and what the live layer is made of.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use super::InterruptionBand;
use super::layered::{NEW_TYPES, TABLES, TableShape};
use super::snapshot::{SnapshotError, digest};
use crate::catalog::{Architecture, InstanceType};
use crate::units::MIB;

/// Rows of a snapshot before they are text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// Table, key, rows.
    rows: BTreeMap<&'static str, BTreeMap<Vec<String>, BTreeSet<Vec<String>>>>,
    /// Id, date, text.
    sources: BTreeMap<String, (String, String)>,
    rules: BTreeMap<String, String>,
    /// Tables that are complete for a region: older rows of that region are replaced, not kept.
    complete: BTreeSet<(&'static str, String)>,
}

/// A text that cannot stand in a table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no name that a price table can hold")]
pub struct BadName(pub String);

impl Draft {
    /// Where figures stand and of when they are.
    pub fn source(&mut self, id: &str, as_of: &str, text: &str) {
        self.sources.insert(id.to_owned(), (as_of.to_owned(), text.to_owned()));
    }

    /// A rule of computed figures.
    pub fn rule(&mut self, id: &str, text: &str) {
        self.rules.insert(id.to_owned(), text.to_owned());
    }

    /// An On-Demand price.
    ///
    /// # Errors
    /// A name has characters that no region or type has.
    pub fn on_demand(&mut self, region: &str, name: &str, usd: Decimal, source: &str) -> Result<(), BadName> {
        self.put("ec2_on_demand.csv", &[region, name, &plain(usd), source])
    }

    /// A Spot price in a zone.
    ///
    /// # Errors
    /// A name has characters that no region, type or zone has.
    pub fn spot_zone(
        &mut self,
        region: &str,
        name: &str,
        zone: &str,
        usd: Decimal,
        source: &str,
    ) -> Result<(), BadName> {
        self.put("ec2_spot_zones.csv", &[region, name, zone, &plain(usd), source])
    }

    /// Spot Advisor's figures.
    ///
    /// # Errors
    /// A name has characters that no region or type has.
    pub fn advisor(
        &mut self,
        region: &str,
        name: &str,
        savings_percent: i64,
        band: InterruptionBand,
        source: &str,
    ) -> Result<(), BadName> {
        self.put("ec2_spot_advisor.csv", &[region, name, &savings_percent.to_string(), band.as_str(), source])
    }

    /// EMR's fee on a type.
    ///
    /// # Errors
    /// A name has characters that no region or type has.
    pub fn uplift(&mut self, region: &str, name: &str, usd: Decimal, source: &str) -> Result<(), BadName> {
        self.put("emr_uplift.csv", &[region, name, &plain(usd), source, ""])
    }

    /// A price of a service.
    ///
    /// # Errors
    /// The region has characters that no region has.
    pub fn service(
        &mut self,
        region: &str,
        (service, item, unit): (&'static str, &'static str, &'static str),
        usd: Decimal,
        source: &str,
        rule: &str,
    ) -> Result<(), BadName> {
        self.put("services.csv", &[region, service, item, unit, &plain(usd), source, rule])
    }

    /// A machine that the catalog does not describe.
    ///
    /// # Errors
    /// A name has characters that no type has.
    pub fn instance_type(&mut self, machine: &InstanceType, source: &str) -> Result<(), BadName> {
        let flag = |is: bool| if is { "yes" } else { "no" };
        let architecture = match machine.architecture {
            Architecture::Arm64 => "arm64",
            Architecture::X86_64 => "x86_64",
        };
        self.put(
            NEW_TYPES,
            &[
                &machine.name,
                &machine.vcpu.to_string(),
                &(machine.memory.get() / MIB).to_string(),
                architecture,
                flag(machine.current_generation),
                flag(machine.bare_metal),
                &machine.network_baseline_gbps.to_string(),
                &machine.ebs_baseline_mbps.map_or_else(String::new, |rate| rate.to_string()),
                &machine.local_disk_gb.to_string(),
                flag(machine.local_nvme),
                &machine.gpus.to_string(),
                &machine.cpu_manufacturer,
                flag(machine.spot),
                source,
            ],
        )
    }

    /// Says that a table holds all that there is for a region, so that older rows of it are not kept.
    pub fn complete(&mut self, table: &'static str, region: &str) {
        self.complete.insert((table, region.to_owned()));
    }

    /// The tables that are complete for a region.
    pub fn complete_tables(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.complete.iter().map(|(table, region)| (*table, region.as_str()))
    }

    /// As [`Draft::complete`], with a table's name that was read somewhere; an unknown one says nothing.
    pub fn complete_by_name(&mut self, table: &str, region: &str) {
        if let Some(shape) = TABLES.iter().find(|shape| shape.name == table) {
            self.complete(shape.name, region);
        }
    }

    /// Instance types with an On-Demand price in some region.
    #[must_use]
    pub fn on_demand_types(&self) -> BTreeSet<String> {
        let rows = self.rows.get("ec2_on_demand.csv").into_iter().flat_map(BTreeMap::keys);
        rows.filter_map(|key| key.get(1).cloned()).collect()
    }

    /// Instance types with an On-Demand price in a region.
    #[must_use]
    pub fn on_demand_types_of(&self, region: &str) -> Vec<String> {
        let rows = self.rows.get("ec2_on_demand.csv").into_iter().flat_map(BTreeMap::keys);
        rows.filter(|key| key.first().is_some_and(|of| of == region)).filter_map(|key| key.get(1).cloned()).collect()
    }

    /// Instance types whose sizes are among the rows.
    #[must_use]
    pub fn described_types(&self) -> BTreeSet<String> {
        let rows = self.rows.get(NEW_TYPES).into_iter().flat_map(BTreeMap::keys);
        rows.filter_map(|key| key.first().cloned()).collect()
    }

    /// vCPU and MiB of a type whose sizes are among the rows.
    #[must_use]
    pub fn type_sizes(&self, name: &str) -> Option<(u32, u64)> {
        let row = self.rows.get(NEW_TYPES)?.get(&vec![name.to_owned()])?.first()?;
        Some((row.get(1)?.parse().ok()?, row.get(2)?.parse().ok()?))
    }

    /// How many prices there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.values().flat_map(BTreeMap::values).map(BTreeSet::len).sum()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds another draft; its rows win.
    pub fn extend(&mut self, other: Self) {
        for (table, rows) in other.rows {
            self.rows.entry(table).or_default().extend(rows);
        }
        self.sources.extend(other.sources);
        self.rules.extend(other.rules);
        self.complete.extend(other.complete);
    }

    /// Reads tables back into a draft.
    ///
    /// # Errors
    /// A table is absent or has a bad row.
    pub fn from_tables(tables: &BTreeMap<String, String>) -> Result<Self, SnapshotError> {
        let mut draft = Self::default();
        for shape in &TABLES {
            let text = shape.text(tables)?;
            for row in text.lines().skip(1) {
                let fields: Vec<&str> = row.split(',').collect();
                if fields.len() != shape.header.split(',').count() {
                    return Err(SnapshotError::Row { table: shape.name, row: row.to_owned() });
                }
                let put = draft.put(shape.name, &fields);
                put.map_err(|_| SnapshotError::Row { table: shape.name, row: row.to_owned() })?;
            }
        }
        for name in ["sources.csv", "rules.csv"] {
            let text = tables.get(name).ok_or(SnapshotError::NoTable(name))?;
            for record in csv::Reader::from_reader(text.as_bytes()).records() {
                let record = record.map_err(|error| SnapshotError::Row { table: name, row: error.to_string() })?;
                match record.iter().collect::<Vec<_>>()[..] {
                    [id, as_of, text] => draft.source(id, as_of, text),
                    [id, text] => draft.rule(id, text),
                    _ => return Err(SnapshotError::Row { table: name, row: format!("{record:?}") }),
                }
            }
        }
        Ok(draft)
    }

    /// These rows over older ones: same keys are replaced, and in tables that are complete for a region what is no
    /// longer there goes. Sources and rules that nobody uses go too.
    #[must_use]
    pub fn over(self, mut older: Self) -> Self {
        for (table, region) in &self.complete {
            if let Some(rows) = older.rows.get_mut(table) {
                rows.retain(|key, _| key.first() != Some(region));
            }
        }
        older.extend(self);
        older.complete.clear();
        older.without_unused()
    }

    fn without_unused(mut self) -> Self {
        let mut used = BTreeSet::new();
        for shape in &TABLES {
            let rows = self.rows.get(shape.name).into_iter().flat_map(BTreeMap::values).flatten();
            for row in rows {
                let columns = [Some(shape.source), shape.rule].into_iter().flatten();
                used.extend(columns.filter_map(|column| row.get(column).cloned()));
            }
        }
        self.sources.retain(|id, _| used.contains(id));
        self.rules.retain(|id, _| used.contains(id));
        self
    }

    /// Whether two drafts have the same prices; dates of sources do not count, so that asking again on another day
    /// is no change.
    #[must_use]
    pub fn same_prices(&self, other: &Self) -> bool {
        let texts = |draft: &Self| draft.sources.iter().map(|(id, (_, text))| (id.clone(), undated(text))).collect();
        let (own, others): (BTreeMap<String, String>, BTreeMap<String, String>) = (texts(self), texts(other));
        self.rows == other.rows && self.rules == other.rules && own == others
    }

    /// The tables as text, with a manifest; `collected` is the day on which they were brought together.
    #[must_use]
    pub fn to_tables(&self, collected: &str) -> BTreeMap<String, String> {
        let has_rows = |shape: &&TableShape| shape.required || self.rows.contains_key(shape.name);
        let mut tables: BTreeMap<String, String> =
            TABLES.iter().filter(has_rows).map(|shape| (shape.name.to_owned(), self.text_of(shape))).collect();
        let sources = self.sources.iter().map(|(id, (as_of, text))| vec![id.as_str(), as_of, text]);
        tables.insert("sources.csv".to_owned(), quoted(&["source", "as_of", "text"], sources));
        let rules = self.rules.iter().map(|(id, text)| vec![id.as_str(), text]);
        tables.insert("rules.csv".to_owned(), quoted(&["rule", "text"], rules));
        let manifest = self.manifest(&tables, collected);
        tables.insert("MANIFEST.json".to_owned(), manifest);
        tables
    }

    fn put(&mut self, table: &'static str, fields: &[&str]) -> Result<(), BadName> {
        if let Some(bad) = fields.iter().find(|field| !is_name(field)) {
            return Err(BadName((*bad).to_owned()));
        }
        let Some(shape) = TABLES.iter().find(|shape| shape.name == table) else {
            return Err(BadName(table.to_owned()));
        };
        let row: Vec<String> = fields.iter().map(|field| (*field).to_owned()).collect();
        let rows = self.rows.entry(shape.name).or_default().entry(row[..shape.key].to_vec()).or_default();
        // Zones share a key; a second figure for the same zone (or of any other table) replaces the first.
        let width = if shape.name == "ec2_spot_zones.csv" { shape.key + 1 } else { shape.key };
        rows.retain(|old| old[..width] != row[..width]);
        rows.insert(row);
        Ok(())
    }

    fn text_of(&self, shape: &TableShape) -> String {
        let mut text = format!("{}\n", shape.header);
        for row in self.rows.get(shape.name).into_iter().flat_map(BTreeMap::values).flatten() {
            text.push_str(&row.join(","));
            text.push('\n');
        }
        text
    }

    fn manifest(&self, tables: &BTreeMap<String, String>, collected: &str) -> String {
        let mut entries = Map::new();
        let mut digests = String::new();
        for (name, text) in tables {
            let sha256 = digest(text);
            digests.push_str(&format!("{sha256}  {name}\n"));
            entries.insert(name.clone(), self.manifest_entry(name, text, &sha256));
        }
        let newest = self.sources.values().map(|(as_of, _)| as_of.as_str()).filter(|date| *date != "undated").max();
        let manifest = json!({
            "format": 1,
            "snapshot_date": newest.unwrap_or(collected),
            "collected": collected,
            "currency": "USD",
            "sha256": digest(&digests),
            "tables": entries,
        });
        serde_json::to_string_pretty(&manifest).unwrap_or_default() + "\n"
    }

    fn manifest_entry(&self, name: &str, text: &str, sha256: &str) -> Value {
        let rows = text.lines().count().saturating_sub(1);
        let Some(shape) = TABLES.iter().find(|shape| shape.name == name) else {
            let about =
                if name == "rules.csv" { "rules of computed prices" } else { "what the short source ids stand for" };
            return json!({"about": about, "rows": rows, "sha256": sha256, "confidence": ""});
        };
        let mut sources: BTreeMap<&str, usize> = BTreeMap::new();
        for row in self.rows.get(shape.name).into_iter().flat_map(BTreeMap::values).flatten() {
            if let Some(id) = row.get(shape.source) {
                *sources.entry(id).or_default() += 1;
            }
        }
        let dates: Vec<&str> = sources.keys().filter_map(|id| Some(self.sources.get(*id)?.0.as_str())).collect();
        let dated = || dates.iter().copied().filter(|date| *date != "undated");
        let undated: usize = sources
            .iter()
            .filter(|(id, _)| self.sources.get(**id).is_none_or(|(date, _)| date == "undated"))
            .map(|(_, rows)| rows)
            .sum();
        json!({
            "about": shape.about,
            "rows": rows,
            "sha256": sha256,
            "confidence": "as AWS's interfaces gave it",
            "oldest": dated().min(),
            "newest": dated().max(),
            "undated_rows": undated,
            "sources": sources,
        })
    }
}

/// A date in a source's text is no part of what it says.
fn undated(text: &str) -> String {
    text.chars().filter(|c| !c.is_ascii_digit()).collect()
}

/// Without trailing zeros and without an exponent.
fn plain(usd: Decimal) -> String {
    usd.normalize().to_string()
}

/// What regions, types, zones and ids are made of; above all no comma and no line end.
fn is_name(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '/' | '<' | '>' | '%' | '+'))
        && text.len() <= 100
}

fn quoted<'a>(header: &[&str], rows: impl Iterator<Item = Vec<&'a str>>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing into memory cannot fail.
    let _ = writer.write_record(header);
    for row in rows {
        let _ = writer.write_record(row);
    }
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prices::{Meter, PriceBook, PriceOrigin, Rates};

    fn dec(text: &str) -> Decimal {
        text.parse().expect("a decimal")
    }

    fn draft() -> Draft {
        let mut draft = Draft::default();
        draft.source("list", "2026-11-20", "AWS Price List, with a comma");
        draft.source("spot", "2026-11-21", "DescribeSpotPriceHistory");
        draft.on_demand("us-east-1", "r5.4xlarge", dec("1.0080"), "list").expect("a row");
        draft.spot_zone("us-east-1", "r5.4xlarge", "use1-az1", dec("0.40"), "spot").expect("a row");
        draft.spot_zone("us-east-1", "r5.4xlarge", "use1-az2", dec("0.42"), "spot").expect("a row");
        draft.uplift("us-east-1", "r5.4xlarge", dec("0.251"), "list").expect("a row");
        draft.service("us-east-1", ("glue", "etl_standard", "dpu-hour"), dec("0.45"), "list", "").expect("a row");
        draft
    }

    #[test]
    fn tables_read_back_and_lie_over_the_embedded_book() {
        let tables = draft().to_tables("2026-11-21");
        assert_eq!(Draft::from_tables(&tables).expect("reads back"), draft());
        let embedded = PriceBook::embedded().expect("embedded");
        let book = embedded.under(&tables, PriceOrigin::Live, "live prices").expect("fits");
        assert_eq!(book.as_of(), "2026-11-21");
        assert_eq!(book.in_words(), "live prices over embedded snapshot of 2026-09-03");
        let region = book.in_region("us-east-1").expect("a region");
        let rate = |meter: &str| region.rate(&meter.parse::<Meter>().expect("a meter")).expect("a price");
        // (0.40 + 0.42) / 2, from the live zones only.
        let spot = rate("ec2/spot/r5.4xlarge");
        assert_eq!((spot.dollars, spot.origin, spot.as_of.as_str()), (dec("0.41"), PriceOrigin::Live, "2026-11-21"));
        let fee = rate("emr/uplift/r5.4xlarge");
        assert_eq!((fee.dollars, fee.origin), (dec("0.251"), PriceOrigin::Live));
        assert_eq!(rate("glue/etl_standard").dollars, dec("0.45"));
        let other = rate("glue/etl_flex");
        assert_eq!((other.dollars, other.origin), (dec("0.29"), PriceOrigin::Embedded));
        // A live On-Demand price with an embedded saving is as old as the saving.
        let mut half = Draft::default();
        half.source("list", "2026-11-20", "a list");
        half.on_demand("us-east-1", "m5.24xlarge", dec("10"), "list").expect("a row");
        let book = embedded.under(&half.to_tables("2026-11-21"), PriceOrigin::Live, "live prices").expect("fits");
        let region = book.in_region("us-east-1").expect("a region");
        let spot = region.rate(&"ec2/spot/m5.24xlarge".parse().expect("a meter")).expect("a price");
        assert_eq!(spot.origin, PriceOrigin::Embedded);
        assert_eq!(
            embedded
                .in_region("us-east-1")
                .expect("a region")
                .rate(&Meter::EmrUplift("r5.4xlarge".into()))
                .expect("a fee")
                .origin,
            PriceOrigin::Embedded
        );
    }

    #[test]
    fn a_refresh_replaces_what_is_complete_and_keeps_the_rest() {
        let mut newer = Draft::default();
        newer.source("list", "2026-11-22", "AWS Price List, with a comma");
        newer.on_demand("us-east-1", "r8i.xlarge", dec("0.3"), "list").expect("a row");
        newer.complete("ec2_on_demand.csv", "us-east-1");
        let merged = newer.over(draft());
        let tables = merged.to_tables("2026-11-22");
        assert!(!tables["ec2_on_demand.csv"].contains("r5.4xlarge"), "{}", tables["ec2_on_demand.csv"]);
        assert!(tables["emr_uplift.csv"].contains("r5.4xlarge"));
        assert!(tables["sources.csv"].contains("2026-11-22"));
    }

    #[test]
    fn the_same_prices_on_another_day_are_no_change() {
        let mut later = draft();
        later.source("spot", "2026-11-22", "DescribeSpotPriceHistory");
        assert!(draft().same_prices(&later));
        later.spot_zone("us-east-1", "r5.4xlarge", "use1-az1", dec("0.41"), "spot").expect("a row");
        assert!(!draft().same_prices(&later));
    }

    #[test]
    fn a_name_with_a_comma_is_refused() {
        assert!(Draft::default().on_demand("us-east-1", "r5,x", dec("1"), "list").is_err());
        assert!(Draft::default().on_demand("us-east-1", "r5\nx", dec("1"), "list").is_err());
    }
}
