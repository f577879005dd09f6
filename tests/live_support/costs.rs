//! Cost Explorer: a table of what was paid, filtered, grouped and paged as the service does.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// One row of the bill.
#[derive(Clone, Debug)]
pub struct Paid {
    pub day: &'static str,
    pub service: &'static str,
    pub usage_type: &'static str,
    pub record_type: &'static str,
    pub pipeline: &'static str,
    pub cluster: &'static str,
    /// Millionths of a dollar: sums here are whole numbers.
    pub micros: i64,
    pub usage: i64,
}

const EMR: &str = "Amazon Elastic MapReduce";
const EC2: &str = "Amazon Elastic Compute Cloud - Compute";

/// Two weeks: 2026-11-02 to 2026-11-15.
pub fn bill() -> Vec<Paid> {
    const DAYS: [&str; 14] = [
        "2026-11-02",
        "2026-11-03",
        "2026-11-04",
        "2026-11-05",
        "2026-11-06",
        "2026-11-07",
        "2026-11-08",
        "2026-11-09",
        "2026-11-10",
        "2026-11-11",
        "2026-11-12",
        "2026-11-13",
        "2026-11-14",
        "2026-11-15",
    ];
    const CLUSTERS: [&str; 14] = [
        "j-02", "j-03", "j-04", "j-05", "j-06", "j-07", "j-08", "j-09", "j-10", "j-11", "j-12", "j-13", "j-14", "j-15",
    ];
    let mut rows = Vec::new();
    for (day, cluster) in DAYS.into_iter().zip(CLUSTERS) {
        let mut paid = |service, usage_type, record_type, pipeline, cluster, micros, usage| {
            rows.push(Paid { day, service, usage_type, record_type, pipeline, cluster, micros, usage });
        };
        paid(EMR, "BoxUsage:r5.4xlarge", "Usage", "orders", cluster, 1_260_003, 20);
        paid(EC2, "SpotUsage:r5.4xlarge", "Usage", "orders", cluster, 5_824_137, 20);
        paid(EC2, "BoxUsage:m5.xlarge", "Usage", "orders", cluster, 308_011, 2);
        paid(EMR, "USE1-EMR-SERVERLESS-vCPUHours", "Usage", "clicks", "", 2_104_960, 40);
        paid(EMR, "USE1-EMR-EKS-EC2-vCPUHours", "Usage", "clicks", "", 101_200, 10);
        paid("AWS Glue", "USE1-ETL-DPU-Hour", "Usage", "clicks", "", 5_060_000, 11);
        paid("EC2 - Other", "EBS:VolumeUsage.gp3", "Usage", "orders", cluster, 13_333, 1);
        paid("Amazon Simple Storage Service", "TimedStorage-ByteHrs", "Usage", "", "", 2_300_007, 100);
        paid(EC2, "BoxUsage:m5.xlarge", "SavingsPlanCoveredUsage", "", "", 96_000, 1);
        paid("Savings Plans for AWS Compute usage", "", "SavingsPlanNegation", "", "", -96_000, 0);
    }
    let once = |day, record_type, micros| Paid {
        day,
        service: "AWS Glue",
        usage_type: "",
        record_type,
        pipeline: "clicks",
        cluster: "",
        micros,
        usage: 0,
    };
    rows.extend([once("2026-11-10", "Credit", -3_170_000), once("2026-11-11", "Refund", -100_000)]);
    rows.push(once("2026-11-15", "Tax", 1_999_000));
    rows
}

impl Paid {
    fn dimension(&self, key: &str) -> &str {
        match key {
            "SERVICE" => self.service,
            "USAGE_TYPE" => self.usage_type,
            "RECORD_TYPE" => self.record_type,
            "pipeline" => self.pipeline,
            "aws:elasticmapreduce:job-flow-id" => self.cluster,
            other => panic!("nobody asks for {other}"),
        }
    }

    fn passes(&self, filter: &Value) -> bool {
        if let Some(all) = filter["And"].as_array() {
            assert!(all.len() > 1, "Cost Explorer wants two or more in And");
            return all.iter().all(|one| self.passes(one));
        }
        if filter["Not"].is_object() {
            return !self.passes(&filter["Not"]);
        }
        let Some(key) = filter["Dimensions"]["Key"].as_str() else { return true };
        let values = filter["Dimensions"]["Values"].as_array().expect("values");
        values.iter().any(|value| value == self.dimension(key))
    }

    fn keys(&self, groups: &[Value]) -> Vec<String> {
        let key = |group: &Value| {
            let name = group["Key"].as_str().expect("a key");
            match group["Type"].as_str() {
                Some("TAG") => format!("{name}${}", self.dimension(name)),
                _ => self.dimension(name).to_owned(),
            }
        };
        groups.iter().map(key).collect()
    }
}

fn dollars(micros: i64) -> String {
    // The service writes ten digits, and small amounts with an exponent.
    if micros == 13_333 { "1.3333E-2".to_owned() } else { format!("{:.10}", micros as f64 / 1e6) }
}

/// Groups a page, so that a day goes over several of them.
const PAGE: usize = 15;

pub fn answer(asked: &Value, bill: &[Paid]) -> String {
    let groups = asked["GroupBy"].as_array().cloned().unwrap_or_default();
    assert!(groups.len() <= 2, "Cost Explorer groups by two at most");
    assert_eq!(asked["Granularity"], "DAILY");
    let (from, until) = (&asked["TimePeriod"]["Start"], &asked["TimePeriod"]["End"]);
    let (from, until) = (from.as_str().expect("a start"), until.as_str().expect("an end"));
    let mut sums: BTreeMap<(&str, Vec<String>), (i64, i64)> = BTreeMap::new();
    for row in bill.iter().filter(|row| (from..until).contains(&row.day) && row.passes(&asked["Filter"])) {
        let sum = sums.entry((row.day, row.keys(&groups))).or_default();
        sum.0 += row.micros;
        sum.1 += row.usage;
    }
    let all: Vec<_> = sums.into_iter().collect();
    let start: usize = asked["NextPageToken"].as_str().and_then(|token| token.parse().ok()).unwrap_or(0);
    let end = (start + PAGE).min(all.len());
    let mut days: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    let mut totals: BTreeMap<&str, Value> = BTreeMap::new();
    for ((day, keys), (micros, usage)) in &all[start..end] {
        let metrics = json!({"UnblendedCost": {"Amount": dollars(*micros), "Unit": "USD"},
            "UsageQuantity": {"Amount": usage.to_string(), "Unit": "N/A"}});
        if keys.is_empty() {
            totals.insert(day, metrics);
            days.entry(day).or_default();
        } else {
            days.entry(day).or_default().push(json!({"Keys": keys, "Metrics": metrics}));
        }
    }
    let results: Vec<Value> = days
        .into_iter()
        .map(|(day, groups)| {
            let total = totals.get(day).cloned().unwrap_or_else(|| json!({}));
            let next: jiff::civil::Date = day.parse().expect("a day");
            json!({"TimePeriod": {"Start": day, "End": next.tomorrow().expect("a day").to_string()},
                "Total": total, "Groups": groups, "Estimated": day >= "2026-11-14"})
        })
        .collect();
    let mut answer = json!({"ResultsByTime": results, "GroupDefinitions": groups});
    if end < all.len() {
        answer["NextPageToken"] = json!(end.to_string());
    }
    answer.to_string()
}
