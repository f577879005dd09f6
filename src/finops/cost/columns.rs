//! The columns of a Cost and Usage Report, in the spelling of CUR 2.0 (`line_item_unblended_cost`), of the older CSV
//! (`lineItem/UnblendedCost`) and of the older Parquet (`line_item_unblended_cost`).

use super::CostError;
use crate::profile::spend::CLUSTER_TAG;

pub const START: &str = "line_item_usage_start_date";
pub const COST: &str = "line_item_unblended_cost";
pub const PRODUCT: &str = "line_item_product_code";
pub const USAGE_TYPE: &str = "line_item_usage_type";
pub const USAGE: &str = "line_item_usage_amount";
pub const KIND: &str = "line_item_line_item_type";
pub const CURRENCY: &str = "line_item_currency_code";
const ID: &str = "identity_line_item_id";
const INTERVAL: &str = "identity_time_interval";
const RESOURCE: &str = "line_item_resource_id";
const ON_DEMAND: &str = "pricing_public_on_demand_cost";
/// CUR 2.0 has all tags in one column: a map, or its JSON text.
const TAGS: &str = "resource_tags";

const REQUIRED: [&str; 7] = [START, COST, PRODUCT, USAGE_TYPE, USAGE, KIND, CURRENCY];

/// Where each column stands.
#[derive(Clone, Debug)]
pub struct Columns {
    pub start: usize,
    pub cost: usize,
    pub product: usize,
    pub usage_type: usize,
    pub usage: usize,
    pub kind: usize,
    pub currency: usize,
    pub id: Option<usize>,
    pub interval: Option<usize>,
    pub resource: Option<usize>,
    pub on_demand: Option<usize>,
    /// A column of its own for the pipeline's tag.
    pub pipeline: Option<usize>,
    /// One for the tag of EMR clusters.
    pub cluster: Option<usize>,
    /// One for all tags.
    pub tags: Option<usize>,
    /// Keys of the two tags in it.
    pub pipeline_key: String,
    pub cluster_key: String,
}

/// Whether the headings are those of a Cost and Usage Report.
pub fn is_cost_and_usage(headers: &csv::StringRecord) -> bool {
    headers.iter().filter(|name| snake(name).starts_with("line_item_")).count() >= 2
}

impl Columns {
    /// Finds the columns.
    pub fn find<'h>(names: impl Iterator<Item = &'h str>, tag: &str) -> Result<Self, CostError> {
        let names: Vec<String> = names.map(snake).collect();
        let at = |name: &str| names.iter().position(|known| known == name);
        let missing: Vec<String> = REQUIRED.iter().filter(|it| at(it).is_none()).map(|it| (*it).to_owned()).collect();
        let [Some(start), Some(cost), Some(product), Some(usage_type), Some(usage), Some(kind), Some(currency)] =
            REQUIRED.map(at)
        else {
            return Err(CostError::MissingColumns { columns: missing });
        };
        let (pipeline_key, cluster_key) = (format!("user_{}", snake(tag)), snake(CLUSTER_TAG));
        let pipeline = at(&format!("{TAGS}_{pipeline_key}")).or_else(|| at(&format!("{TAGS}_{}", snake(tag))));
        let tags = at(TAGS);
        if pipeline.is_none() && tags.is_none() {
            let known = names.iter().filter_map(|name| name.strip_prefix("resource_tags_user_")).map(str::to_owned);
            return Err(CostError::NoTag { tag: tag.to_owned(), known: known.collect() });
        }
        Ok(Self {
            start,
            cost,
            product,
            usage_type,
            usage,
            kind,
            currency,
            id: at(ID),
            interval: at(INTERVAL),
            resource: at(RESOURCE),
            on_demand: at(ON_DEMAND),
            pipeline,
            cluster: at(&format!("{TAGS}_{cluster_key}")),
            tags,
            pipeline_key,
            cluster_key,
        })
    }
}

/// `lineItem/UsageStartDate` and `resourceTags/user:Cost-Center` in the spelling of CUR 2.0.
pub fn snake(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    let mut before = '_';
    for c in name.trim().trim_start_matches('\u{feff}').chars() {
        if c.is_alphanumeric() {
            if c.is_uppercase() && (before.is_lowercase() || before.is_ascii_digit()) {
                out.push('_');
            }
            out.extend(c.to_lowercase());
        } else if !out.ends_with('_') && !out.is_empty() {
            out.push('_');
        }
        before = c;
    }
    out.trim_end_matches('_').to_owned()
}

/// What tells one run from another: the cluster's tag, else a resource id that names a cluster or a job run.
pub fn run_of<'r>(cluster: &'r str, resource: &'r str) -> &'r str {
    if !cluster.is_empty() {
        return cluster;
    }
    match resource.split_once(":cluster/") {
        Some((_, id)) => id,
        None if resource.contains("/jobruns/") || resource.contains(":jobrun/") => resource,
        None => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_spellings_are_one() {
        assert_eq!(snake("lineItem/UsageStartDate"), START);
        assert_eq!(snake("line_item_usage_start_date"), START);
        assert_eq!(snake("lineItem/LineItemType"), KIND);
        assert_eq!(snake("resourceTags/user:Cost-Center"), "resource_tags_user_cost_center");
        assert_eq!(snake("pricing/publicOnDemandCost"), ON_DEMAND);
        assert_eq!(snake(CLUSTER_TAG), "aws_elasticmapreduce_job_flow_id");
    }

    #[test]
    fn runs_are_clusters_and_job_runs() {
        assert_eq!(run_of("j-1", "i-0abc"), "j-1");
        assert_eq!(run_of("", "arn:aws:elasticmapreduce:us-east-1:1:cluster/j-2"), "j-2");
        assert_eq!(run_of("", "i-0abc"), "");
    }
}
