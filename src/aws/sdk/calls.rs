//! One cheap question to every service, for `doctor`.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::failure::Call;
use super::{Sdk, money};
use crate::aws::{CallError, Reads};

type Outcome = Result<String, CallError>;

/// What works. Calls that need an id of the account are left out; they stand beside others of their service.
pub fn probe(sdk: &Sdk, region: &str) -> BTreeMap<&'static str, Outcome> {
    let now = Timestamp::now();
    let day_ago = now.checked_sub(SignedDuration::from_hours(24)).unwrap_or(now);
    let types = ["m5.xlarge", "r5.xlarge", "c5.xlarge"].map(str::to_owned);
    let mut outcomes = BTreeMap::new();
    let mut tell = |name, outcome: Outcome| drop(outcomes.insert(name, outcome));
    tell("sts:GetCallerIdentity", sdk.identity().map(|found| found.arn));
    tell("pricing:GetProducts", one_page_of_prices(sdk, region));
    tell(
        "ec2:DescribeSpotPriceHistory",
        sdk.spot_changes(region, &types[..1], now, now).map(|found| format!("{} prices", found.len())),
    );
    tell(
        "ec2:GetSpotPlacementScores",
        sdk.placement_scores(region, &types, 32).map(|found| format!("{} zones", found.len())),
    );
    tell("ec2:DescribeInstanceTypes", sdk.instance_types(region, &types).map(|found| format!("{} types", found.len())));
    tell("ec2:DescribeInstanceTypeOfferings", sdk.offerings(region).map(|found| format!("{} offerings", found.len())));
    tell(
        "elasticmapreduce:ListClusters",
        sdk.clusters(region, day_ago).map(|found| format!("{} clusters in a day", found.len())),
    );
    tell("glue:GetJobs", sdk.glue_jobs(region).map(|found| format!("{} jobs", found.len())));
    outcomes
}

/// A small list is enough to know that the call works.
fn one_page_of_prices(sdk: &Sdk, region: &str) -> Outcome {
    use crate::prices::list::{ListKind, queries};
    let query = queries(region).into_iter().find(|query| query.kind == ListKind::EmrServerless);
    let query = query.ok_or_else(|| {
        Call::new("pricing:GetProducts", money::PRICE_LIST_REGION).not_found("there is no question to ask")
    })?;
    sdk.products(&query).map(|found| format!("{} products", found.len()))
}
