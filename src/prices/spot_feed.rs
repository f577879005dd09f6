//! The public Spot Advisor feed: savings and interruption bands by region and type. It has no date inside.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Draft, InterruptionBand};

/// Why a feed cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    /// It is not the feed's JSON.
    #[error("it is not the Spot Advisor's JSON: {0}")]
    Shape(#[from] serde_json::Error),
    /// A band has a meaning that is not known.
    #[error("band {index} is called `{label}`, which is none of <5%, 5-10%, 10-15%, 15-20%, >20%")]
    Band {
        /// Its number.
        index: i64,
        /// Its label.
        label: String,
    },
    /// It says nothing of the regions asked for.
    #[error("it has no Linux figures for {0}")]
    Region(String),
}

#[derive(Deserialize)]
struct Feed {
    ranges: Vec<Range>,
    spot_advisor: BTreeMap<String, BTreeMap<String, BTreeMap<String, Advice>>>,
}

#[derive(Deserialize)]
struct Range {
    index: i64,
    label: String,
}

#[derive(Deserialize)]
struct Advice {
    s: i64,
    r: i64,
}

/// The rows of some regions; `as_of` is the date of the copy and `what` says where it came from.
///
/// # Errors
/// The text is no feed, or says nothing of a region.
pub fn advisor_rows(text: &str, regions: &[String], as_of: &str, what: &str) -> Result<Draft, FeedError> {
    let feed: Feed = serde_json::from_str(text)?;
    let mut bands = BTreeMap::new();
    for range in &feed.ranges {
        let band = band_of(&range.label);
        let unknown = || FeedError::Band { index: range.index, label: range.label.clone() };
        bands.insert(range.index, band.ok_or_else(unknown)?);
    }
    let mut rows = Draft::default();
    for region in regions {
        let source = format!("live-spot-advisor-{region}");
        rows.source(&source, as_of, &format!("AWS Spot Advisor feed (trailing month), {what}"));
        let types = feed.spot_advisor.get(region).and_then(|systems| systems.get("Linux"));
        for (name, advice) in types.ok_or_else(|| FeedError::Region(region.clone()))? {
            let unknown = || FeedError::Band { index: advice.r, label: String::new() };
            let band = *bands.get(&advice.r).ok_or_else(unknown)?;
            // A name that no table can hold is no type of ours.
            let _ = rows.advisor(region, name, advice.s, band, &source);
        }
        rows.complete("ec2_spot_advisor.csv", region);
    }
    Ok(rows)
}

fn band_of(label: &str) -> Option<InterruptionBand> {
    use InterruptionBand::{Above20, Below5, From5To10, From10To15, From15To20};
    [Below5, From5To10, From10To15, From15To20, Above20].into_iter().find(|band| band.as_str() == label)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FEED: &str = r#"{"global_rate":"<10%","instance_types":{},"ranges":[
        {"index":0,"label":"<5%","dots":0,"max":5},{"index":4,"label":">20%","dots":4,"max":100}],
        "spot_advisor":{"eu-west-1":{"Linux":{"m5.large":{"s":60,"r":0},"r5.large":{"s":-5,"r":4}},"Windows":{}}}}"#;

    #[test]
    fn rows_have_saving_and_band() {
        let rows = advisor_rows(FEED, &["eu-west-1".to_owned()], "2026-11-20", "file x").expect("reads");
        let tables = rows.to_tables("2026-11-21");
        assert!(tables["ec2_spot_advisor.csv"].ends_with(
            "eu-west-1,m5.large,60,<5%,live-spot-advisor-eu-west-1\neu-west-1,r5.large,-5,>20%,live-spot-advisor-eu-west-1\n"
        ));
        assert!(tables["sources.csv"].contains("2026-11-20"));
    }

    #[test]
    fn what_is_not_understood_is_an_error() {
        assert!(matches!(advisor_rows("<html>", &[], "", ""), Err(FeedError::Shape(_))));
        assert!(matches!(advisor_rows(FEED, &["us-east-1".to_owned()], "", ""), Err(FeedError::Region(_))));
        let odd = FEED.replace(">20%", "a lot");
        assert!(matches!(advisor_rows(&odd, &[], "", ""), Err(FeedError::Band { .. })));
    }
}
