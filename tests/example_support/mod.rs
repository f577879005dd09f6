//! The examples, answered, with changes, and what their pages are made of.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use jiff::civil::date;
use shapecast::engines::EngineId::{self, Athena, EmrEc2, EmrServerless, Glue, GlueFlex};
use shapecast::prices::PriceBook;
use shapecast::rank::{Ranked, RecommendOptions, Recommendation, recommend};
use shapecast::units::{Bytes, Share, Span, Usd};
use shapecast::workload::{Sourced, StandingCluster, Vocabulary, Workload, read_file};

pub static BOOK: LazyLock<PriceBook> = LazyLock::new(|| PriceBook::embedded().expect("the embedded snapshot"));

pub fn in_repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

pub fn example(name: &str) -> Workload {
    let path = in_repository(&format!("docs/examples/{name}.yaml"));
    read_file(&path, &Vocabulary::unchecked()).expect("the example is sound")
}

/// The example with a change, answered.
pub fn changed(name: &str, change: impl FnOnce(&mut Workload)) -> Recommendation {
    let mut workload = example(name);
    change(&mut workload);
    answer(workload)
}

pub fn answer(workload: Workload) -> Recommendation {
    let mut options = RecommendOptions { today: Some(date(2026, 11, 21)), ..RecommendOptions::default() };
    if !workload.job.archetype.value.is_sql() {
        // A build without optimisation takes its time; queries are quick, and their deadlines are close.
        options.replications = 200;
    }
    recommend(workload, &BOOK, &options).expect("an answer")
}

pub fn first(answer: &Recommendation) -> &Ranked {
    answer.ranked.iter().find(|row| row.rank == Some(1)).expect("an eligible engine")
}

/// The best row of an engine.
pub fn best(answer: &Recommendation, engine: EngineId) -> Option<&Ranked> {
    answer.ranked.iter().find(|row| row.candidate.engine == engine)
}

pub fn option<'a>(answer: &'a Recommendation, engine: EngineId, option: &str) -> Option<&'a Ranked> {
    answer
        .ranked
        .iter()
        .find(|row| row.candidate.engine == engine && row.candidate.shape.behaviour().option() == option)
}

pub fn month(row: Option<&Ranked>) -> String {
    match row {
        None => "–".to_owned(),
        Some(row) => row.monthly_cost.map_or_else(|| "?".to_owned(), |cost| cost.to_string()),
    }
}

pub fn dollars(row: Option<&Ranked>) -> Option<f64> {
    row?.monthly_cost.map(Usd::approximate)
}

/// What `saver` costs less than `base`, of `base`.
pub fn saved(saver: Option<&Ranked>, base: Option<&Ranked>) -> Option<f64> {
    Some(1.0 - dollars(saver)? / dollars(base)?)
}

/// The same for people.
pub fn saving(saver: Option<&Ranked>, base: Option<&Ranked>) -> String {
    saved(saver, base).map_or_else(|| "–".to_owned(), |share| format!("{:.0} %", 100.0 * share))
}

pub fn times(dear: Option<&Ranked>, cheap: Option<&Ranked>) -> String {
    match (dollars(dear), dollars(cheap)) {
        (Some(dear), Some(cheap)) => format!("{:.2}", dear / cheap),
        _ => "–".to_owned(),
    }
}

pub fn only(workload: &mut Workload, engines: &[EngineId]) {
    workload.constraints.engines_allowed = engines.iter().map(ToString::to_string).collect();
}

/// The page with what stands between `<!-- begin: name -->` and `<!-- end: name -->` replaced.
pub fn replaced(path: &str, page: &str, name: &str, table: &str) -> String {
    let (begin, end) = (format!("<!-- begin: {name} -->\n"), format!("<!-- end: {name} -->"));
    let (before, rest) = page.split_once(&begin).unwrap_or_else(|| panic!("{path} lacks {begin}"));
    let (_, after) = rest.split_once(&end).unwrap_or_else(|| panic!("{path} lacks {end}"));
    format!("{before}{begin}{table}{end}{after}")
}

pub fn table(heads: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut text = format!("| {} |\n|{}\n", heads.join(" | "), "---|".repeat(heads.len()));
    for row in rows {
        let _ = writeln!(text, "| {} |", row.join(" | "));
    }
    text
}

/// The routine ETL with `factor` times the data.
pub fn etl(factor: f64) -> Recommendation {
    changed("incremental-etl-200gb", |workload| {
        only(workload, &[EmrEc2, EmrServerless, Glue, GlueFlex]);
        for volume in [&mut workload.input.volume, &mut workload.output.volume] {
            volume.value = volume.value.scaled(factor);
        }
        for files in [&mut workload.input.files, &mut workload.output.files] {
            files.value = Bytes::new(files.value).scaled(factor).get();
        }
    })
}

/// The saving by the bills of the likely runs, without the lines of EC2 Spot.
pub fn saving_if_spot_were_free(spot: &Ranked, serverless: &Ranked) -> f64 {
    let total = |row: &Ranked, counts: fn(&str) -> bool| {
        let lines = row.bill.lines.iter().filter(|line| counts(&line.charge.component));
        lines.filter_map(|line| line.amount()).sum::<Usd>().approximate()
    };
    1.0 - total(spot, |component| !component.starts_with("EC2 Spot")) / total(serverless, |_| true)
}

/// The same example without Graviton.
pub fn on_x86(name: &str) -> Recommendation {
    changed(name, |workload| {
        only(workload, &[EmrEc2, EmrServerless]);
        workload.constraints.graviton = Sourced::declared(false);
    })
}

/// The telecom join on a fixed cluster of 320 vCPU (`emr-ec2-standing`, `on-demand`), with a hot key and with or without
/// adaptive execution.
pub fn skewed(share: f64, adaptive: bool) -> Recommendation {
    changed("telco-cdr-nightly", |workload| {
        only(workload, &[Athena]);
        workload.deadline = Some(Sourced::declared(Span::hours(24.0)));
        workload.job.skew.hot_key_share = Sourced::declared(Share::clamped(share));
        workload.job.adaptive = Sourced::declared(adaptive);
        workload.today.standing_cluster =
            Some(StandingCluster { instance_type: "r6g.2xlarge".to_owned(), count: 40, cost_share: Share::ALL });
    })
}
