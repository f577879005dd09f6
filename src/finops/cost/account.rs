//! What Cost Explorer is asked for a report, and what is made of its answers.
//!
//! It groups by two things at most, so one question cannot have pipeline, service, usage type and kind of charge. The
//! questions below cut the bill into parts that do not overlap and leave nothing out, and one more asks for its total:
//! parts that do not sum to it are refused.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{CostError, CostRow, Kind, Ledger, row};
use crate::profile::spend::{
    CLUSTER_TAG, ClusterSpend, DATA_SERVICES, EC2_SERVICE, EMR_SERVICE, OneOf, SpendGroup, SpendQuestion, SpendRow,
    by_cluster,
};
use crate::units::Usd;

/// What an answer is for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Purpose {
    /// Usage of one service by usage type.
    Service(&'static str),
    /// Usage of all other services, by service.
    OtherServices,
    /// Credits, refunds, tax and the rest, by kind.
    NoUsage,
    /// Runs of pipelines, by cluster.
    Runs,
    /// A service's usage by cluster.
    Clusters(&'static str),
    /// The whole bill, by day.
    Total,
}

/// One question, and what its answer is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountQuestion {
    purpose: Purpose,
    /// The question.
    pub spend: SpendQuestion,
}

/// Kinds of charge that are usage (Cost Explorer's `RECORD_TYPE`; CUR's `line_item_line_item_type`).
const USAGE: [&str; 3] = ["Usage", "DiscountedUsage", "SavingsPlanCoveredUsage"];

/// The questions for the days from `from` to before `until`; each is billed by AWS, page by page.
#[must_use]
pub fn account_questions(tag: &str, from: Date, until: Date) -> Vec<AccountQuestion> {
    let question = |purpose: Purpose, group_by: Vec<SpendGroup>, services: Option<OneOf>, kinds: Option<OneOf>| {
        let spend =
            SpendQuestion { from: from.to_string(), until: until.to_string(), group_by, services, record_types: kinds };
        AccountQuestion { purpose, spend }
    };
    let pipeline = || SpendGroup::Tag(tag.to_owned());
    let cluster = || SpendGroup::Tag(CLUSTER_TAG.to_owned());
    let usage = || Some(OneOf::these(&USAGE));
    let mut all: Vec<AccountQuestion> = DATA_SERVICES
        .into_iter()
        .map(|service| {
            let groups = vec![pipeline(), SpendGroup::UsageType];
            question(Purpose::Service(service), groups, Some(OneOf::these(&[service])), usage())
        })
        .collect();
    let others = Some(OneOf::all_but(&DATA_SERVICES));
    all.push(question(Purpose::OtherServices, vec![pipeline(), SpendGroup::Service], others, usage()));
    let charges = Some(OneOf::all_but(&USAGE));
    all.push(question(Purpose::NoUsage, vec![pipeline(), SpendGroup::RecordType], None, charges));
    let machines = || Some(OneOf::these(&[EMR_SERVICE, EC2_SERVICE]));
    all.push(question(Purpose::Runs, vec![pipeline(), cluster()], machines(), usage()));
    for service in [EMR_SERVICE, EC2_SERVICE] {
        let groups = vec![cluster(), SpendGroup::UsageType];
        all.push(question(Purpose::Clusters(service), groups, Some(OneOf::these(&[service])), usage()));
    }
    all.push(question(Purpose::Total, Vec::new(), None, None));
    all
}

/// What came of the questions.
#[derive(Debug)]
pub struct AccountCosts {
    /// All of it, as from an export.
    pub ledger: Ledger,
    /// By day and cluster.
    pub clusters: BTreeMap<Date, Vec<ClusterSpend>>,
    /// Days of which AWS may still change the figures.
    pub estimated: BTreeSet<Date>,
}

impl AccountCosts {
    /// Adds up the answers, which stand in the order of their questions.
    ///
    /// # Errors
    /// A day or a key is missing, or the parts do not sum to what Cost Explorer says is the whole.
    pub fn new(tag: &str, answers: &[(AccountQuestion, Vec<SpendRow>)]) -> Result<Self, CostError> {
        let mut costs = Self { ledger: Ledger::new(tag), clusters: BTreeMap::new(), estimated: BTreeSet::new() };
        let mut by_service: BTreeMap<(Date, &str), Vec<SpendRow>> = BTreeMap::new();
        let mut total = Decimal::ZERO;
        for (question, rows) in answers {
            for (index, spend) in rows.iter().enumerate() {
                let number = index as u64 + 1;
                let day = row::day(&spend.day).ok_or_else(|| CostError::Value {
                    row: number,
                    column: "day".to_owned(),
                    value: spend.day.clone(),
                    wrong: "it is no date",
                })?;
                if spend.estimated {
                    costs.estimated.insert(day);
                }
                match &question.purpose {
                    Purpose::Total => total += spend.cost_usd.dollars(),
                    Purpose::Clusters(service) => by_service.entry((day, service)).or_default().push(spend.clone()),
                    Purpose::Runs => costs.run(tag, day, spend),
                    Purpose::Service(service) => costs.add(tag, number, day, spend, Kind::Usage, Some(service))?,
                    Purpose::OtherServices => costs.add(tag, number, day, spend, Kind::Usage, None)?,
                    Purpose::NoUsage => {
                        let kind = Kind::of_line_item(other_key(spend, tag));
                        costs.add(tag, number, day, spend, kind, Some(""))?;
                    }
                }
            }
        }
        let days: BTreeSet<Date> = by_service.keys().map(|(day, _)| *day).collect();
        for day in days {
            let rows = |service| by_service.get(&(day, service)).map_or(&[][..], Vec::as_slice);
            costs.clusters.insert(day, by_cluster(rows(EMR_SERVICE), rows(EC2_SERVICE)));
        }
        let sum = costs.ledger.total();
        let half_a_cent = Decimal::ONE / Decimal::from(200);
        if (sum.dollars() - total).abs() > half_a_cent {
            return Err(CostError::Parts { sum, total: Usd::new(total) });
        }
        Ok(costs)
    }

    fn add(
        &mut self,
        tag: &str,
        number: u64,
        day: Date,
        spend: &SpendRow,
        kind: Kind,
        service: Option<&str>,
    ) -> Result<(), CostError> {
        let other = other_key(spend, tag);
        // A month without tax has rows of nothing: they would make a service of it.
        if spend.cost_usd == Usd::ZERO && spend.usage.is_zero() {
            return Ok(());
        }
        self.ledger.add(&CostRow {
            number,
            id: "",
            interval: "",
            day,
            kind,
            service: service.unwrap_or(other),
            usage_type: if service.is_some() && kind == Kind::Usage { other } else { "" },
            usage: f64::try_from(spend.usage).unwrap_or_default(),
            cost: spend.cost_usd.dollars(),
            on_demand_cost: None,
            currency: "USD",
            pipeline: spend.tag_value(tag),
            run: "",
        })
    }

    fn run(&mut self, tag: &str, day: Date, spend: &SpendRow) {
        let (pipeline, cluster) = (spend.tag_value(tag), spend.tag_value(CLUSTER_TAG));
        if !pipeline.is_empty() && !cluster.is_empty() && spend.cost_usd != Usd::ZERO {
            self.ledger.note_run(day, pipeline, cluster);
        }
    }

    /// The clusters of some days together, dearest first; what no cluster's tag explains stands last.
    #[must_use]
    pub fn clusters_of(&self, days: impl Iterator<Item = Date>) -> Vec<ClusterSpend> {
        let mut sums: BTreeMap<Option<String>, ClusterSpend> = BTreeMap::new();
        for one in days.filter_map(|day| self.clusters.get(&day)).flatten() {
            let sum = sums.entry(one.cluster.clone()).or_insert_with(|| ClusterSpend::of(one.cluster.clone()));
            sum.add(one);
        }
        let mut all: Vec<ClusterSpend> = sums.into_values().collect();
        all.sort_by(|a, b| {
            a.cluster
                .is_none()
                .cmp(&b.cluster.is_none())
                .then_with(|| b.total().cmp(&a.total()))
                .then_with(|| a.cluster.cmp(&b.cluster))
        });
        all
    }
}

/// The key that is not the tag's.
fn other_key<'r>(spend: &'r SpendRow, tag: &str) -> &'r str {
    let is_tag = |key: &str| key.strip_prefix(tag).is_some_and(|rest| rest.starts_with('$'));
    spend.keys.iter().map(String::as_str).find(|key| !is_tag(key)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day() -> Date {
        "2026-11-09".parse().expect("a day")
    }

    fn spend(keys: &[&str], cost: &str, usage: &str) -> SpendRow {
        SpendRow {
            day: "2026-11-09".to_owned(),
            until: "2026-11-10".to_owned(),
            keys: keys.iter().map(|key| (*key).to_owned()).collect(),
            cost_usd: Usd::new(cost.parse().expect("a decimal")),
            usage: usage.parse().expect("a decimal"),
            usage_unit: "Hrs".to_owned(),
            estimated: false,
        }
    }

    fn answers(total: &str) -> Vec<(AccountQuestion, Vec<SpendRow>)> {
        let until = "2026-11-16".parse().expect("a day");
        let rows = |purpose: &Purpose| match purpose {
            Purpose::Service(EMR_SERVICE) => vec![
                spend(&["pipeline$orders", "BoxUsage:r5.4xlarge"], "0.1", "2"),
                spend(&["pipeline$", "USE1-EMR-SERVERLESS-vCPUHours"], "0.2", "4"),
            ],
            Purpose::Service(EC2_SERVICE) => vec![spend(&["pipeline$orders", "SpotUsage:r5.4xlarge"], "0.7", "2")],
            Purpose::OtherServices => vec![spend(&["pipeline$", "Amazon Simple Storage Service"], "0.05", "9")],
            Purpose::NoUsage => vec![
                spend(&["pipeline$", "Credit"], "-0.03", "0"),
                spend(&["pipeline$orders", "Tax"], "0.01", "0"),
                spend(&["pipeline$", "Refund"], "0", "0"),
            ],
            Purpose::Runs => vec![
                spend(&["pipeline$orders", "aws:elasticmapreduce:job-flow-id$j-1"], "0.6", "2"),
                spend(&["pipeline$orders", "aws:elasticmapreduce:job-flow-id$j-2"], "0.2", "2"),
                spend(&["pipeline$orders", "aws:elasticmapreduce:job-flow-id$"], "0.1", "2"),
            ],
            Purpose::Clusters(EMR_SERVICE) => {
                vec![spend(&["aws:elasticmapreduce:job-flow-id$j-1", "BoxUsage:r5.4xlarge"], "0.1", "2")]
            }
            Purpose::Clusters(_) => vec![
                spend(&["aws:elasticmapreduce:job-flow-id$j-1", "SpotUsage:r5.4xlarge"], "0.5", "2"),
                spend(&["aws:elasticmapreduce:job-flow-id$", "BoxUsage:m5.xlarge"], "0.2", "1"),
            ],
            Purpose::Total => vec![spend(&[], total, "0")],
            Purpose::Service(_) => Vec::new(),
        };
        let questions = account_questions("pipeline", day(), until).into_iter();
        questions.map(|question| (question.clone(), rows(&question.purpose))).collect()
    }

    #[test]
    fn parts_become_a_ledger_with_runs_and_clusters() {
        // 0.1 + 0.2 + 0.7 + 0.05 - 0.03 + 0.01 = 1.03; Cost Explorer rounds the total in its tenth digit.
        let costs = AccountCosts::new("pipeline", &answers("1.0300000001")).expect("adds up");
        assert_eq!(costs.ledger.total().dollars().to_string(), "1.03");
        assert_eq!(costs.ledger.pipelines(), ["orders"]);
        let cells = costs.ledger.cells();
        let of = |kind: Kind| -> Decimal { cells.iter().filter(|it| it.0.kind == kind).map(|it| it.1.cost).sum() };
        assert_eq!((of(Kind::Credit).to_string(), of(Kind::Tax).to_string()), ("-0.03".into(), "0.01".into()));
        // Two hours of a Spot node with 16 vCPU.
        let spot: Vec<_> = cells.iter().filter(|it| it.0.spot).collect();
        assert_eq!((spot.len(), spot[0].1.vcpu_hours), (1, 32.0));
        let until = "2026-11-16".parse().expect("a day");
        assert_eq!(costs.ledger.runs(0, day(), until), Some(vec![(day(), 2)]));
        let clusters = costs.clusters_of([day()].into_iter());
        let names: Vec<_> = clusters.iter().map(|one| (one.cluster.as_deref(), one.total().dollars())).collect();
        assert_eq!(names[0].0, Some("j-1"));
        assert_eq!((names[0].1.to_string(), names[1].1.to_string()), ("0.6".into(), "0.2".into()));
        assert_eq!(clusters[0].emr_fee.dollars().to_string(), "0.1");
        assert_eq!(clusters[0].ec2_spot.dollars().to_string(), "0.5");
        assert_eq!((names[1].0, clusters[1].ec2_on_demand.dollars().to_string()), (None, "0.2".into()));
    }

    #[test]
    fn parts_that_miss_the_total_are_refused() {
        let error = AccountCosts::new("pipeline", &answers("1.04")).expect_err("a cent is missing");
        assert_eq!(error.to_string(), "the parts sum to $1.03, Cost Explorer's own total is $1.04");
    }

    #[test]
    fn the_questions_cover_every_service_and_kind_once() {
        let until = "2026-11-16".parse().expect("a day");
        let questions = account_questions("pipeline", day(), until);
        assert!(questions.iter().all(|question| question.spend.group_by.len() <= 2), "Cost Explorer's own limit");
        let parts: Vec<&SpendQuestion> = questions
            .iter()
            .filter(|it| matches!(it.purpose, Purpose::Service(_) | Purpose::OtherServices | Purpose::NoUsage))
            .map(|it| &it.spend)
            .collect();
        for service in ["AWS Glue", "Amazon Athena", EMR_SERVICE, EC2_SERVICE, "Amazon Simple Storage Service"] {
            for kind in ["Usage", "SavingsPlanCoveredUsage", "Tax", "Credit", "SavingsPlanNegation"] {
                let takes = |part: &&&SpendQuestion| {
                    part.services.as_ref().is_none_or(|it| it.has(service))
                        && part.record_types.as_ref().is_none_or(|it| it.has(kind))
                };
                assert_eq!(parts.iter().filter(takes).count(), 1, "{service}, {kind}");
            }
        }
    }
}
