//! The examples are routed as `docs/decision-table.md` says, and the figures on that page are those of a run.
//!
//! `SHAPECAST_BLESS=1 cargo test --test examples` writes its tables anew.

mod example_support;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use example_support::{
    answer, best, changed, etl, example, first, in_repository, month, on_x86, only, option, replaced, saving,
    saving_if_spot_were_free, skewed, table, times,
};
use shapecast::engines::EngineId::{
    self, Athena, BatchFargate, EmrEc2, EmrEc2Standing, EmrEks, EmrServerless, Glue, GlueFlex, ManagedFlink,
    RedshiftServerless,
};
use shapecast::rank::{Ranked, Recommendation, RuleVerdict};
use shapecast::report::{RecommendDocument, View, recommend_page};
use shapecast::units::{Bytes, Share, Span};
use shapecast::workload::{Format, Kubernetes, Sourced};

const PAGE: &str = "docs/decision-table.md";

/// Example, rules that apply with the engine that each picks, engine that is ranked first.
type Expected = (&'static str, &'static [(&'static str, EngineId, bool)], EngineId);

/// What the page says.
const EXPECTED: [Expected; 11] = [
    ("ad-tech-nightly-aggregation", &[("large-scheduled", EmrEc2, true)], EmrEc2),
    ("adhoc-sql-50tb", &[("ad-hoc-sql", Athena, true)], Athena),
    ("card-fraud-events", &[("events", ManagedFlink, true)], ManagedFlink),
    ("incremental-etl-200gb", &[("routine-etl", Glue, false)], EmrEc2),
    ("kubernetes-platform", &[("kubernetes", EmrEks, true)], EmrEks),
    ("minimal", &[], EmrEc2),
    ("pdf-parsing", &[("container-batch", BatchFargate, true)], BatchFargate),
    ("spiky-analyst-jobs", &[("spiky", EmrServerless, true)], EmrServerless),
    ("sql-bi", &[("sql-bi", RedshiftServerless, true)], RedshiftServerless),
    ("telco-cdr-nightly", &[("large-scheduled", EmrEc2, true)], EmrEc2),
    ("telco-fraud-monthly", &[("large-scheduled", EmrEc2, true)], EmrEc2),
];

static ANSWERS: LazyLock<BTreeMap<&str, Recommendation>> =
    LazyLock::new(|| EXPECTED.iter().map(|(name, ..)| (*name, answer(example(name)))).collect());

// --- Routing ---------------------------------------------------------------------------------------------------------

#[test]
fn every_example_is_on_the_list() {
    let entries = std::fs::read_dir(in_repository("docs/examples")).expect("a folder").filter_map(Result::ok);
    let names = entries.filter_map(|entry| Some(entry.file_name().to_str()?.strip_suffix(".yaml")?.to_owned()));
    let mut names: Vec<String> = names.collect();
    names.sort();
    assert_eq!(names, EXPECTED.map(|(name, ..)| name));
}

#[test]
fn each_example_goes_where_the_page_says() {
    for (name, rules, engine) in EXPECTED {
        let answer = &ANSWERS[name];
        assert_eq!(first(answer).candidate.engine, engine, "{name}");
        let found: Vec<_> = answer.rules.iter().map(|rule| (rule.code.as_str(), rule.picks, rule.agrees)).collect();
        assert_eq!(found, rules, "{name}");
    }
}

#[test]
fn large_scheduled_batches_take_spot() {
    for name in ["ad-tech-nightly-aggregation", "telco-cdr-nightly", "telco-fraud-monthly"] {
        let row = first(&ANSWERS[name]);
        assert_eq!(row.candidate.shape.behaviour().option(), "spot", "{name}");
        assert!(row.spot.is_some(), "{name}");
    }
}

#[test]
fn an_event_stream_goes_to_streaming_and_every_batch_engine_says_why_not() {
    let answer = &ANSWERS["card-fraud-events"];
    assert_eq!(answer.ranked.len(), 1, "only the stream processor is left");
    for engine in [EmrEc2, EmrServerless, Glue, EmrEks, Athena, BatchFargate] {
        let reasons: Vec<&str> =
            answer.rejected.iter().filter(|out| out.engine == engine).map(|out| out.text.as_str()).collect();
        assert!(reasons.iter().any(|text| text.contains("single events want an answer at once")), "{reasons:?}");
    }
}

#[test]
fn the_disagreement_on_routine_etl_is_printed_with_both_costs() {
    let answer = &ANSWERS["incremental-etl-200gb"];
    let document = RecommendDocument::new(answer, "2026-11-21T00:00:00Z");
    let printed = shapecast::report::markdown::render(&recommend_page(&document, View::default()));
    let rule = answer.rules.first().expect("a rule applies");
    assert!(!rule.agrees);
    assert!(printed.contains("DISAGREES"), "{printed}");
    for cost in [month(best(answer, Glue)), month(Some(first(answer)))] {
        assert!(rule.text.contains(&cost), "{} lacks {cost}", rule.text);
        assert!(printed.contains(&cost), "{cost} is not printed");
    }
}

// --- The tables of the page ------------------------------------------------------------------------------------------

#[test]
fn the_page_is_fresh() {
    let path = in_repository(PAGE);
    let stored = std::fs::read_to_string(&path).expect("the page");
    let mut fresh = stored.clone();
    for (name, table) in [
        ("examples", examples()),
        ("lifted", lifted()),
        ("volumes", volumes()),
        ("glue-price", glue_prices()),
        ("spot", spot()),
        ("graviton", graviton()),
        ("skew", skew()),
        ("single", single()),
        ("formats", formats()),
    ] {
        fresh = replaced(PAGE, &fresh, name, &table);
    }
    if std::env::var_os("SHAPECAST_BLESS").is_some() {
        std::fs::write(&path, &fresh).expect("writes");
        return;
    }
    let changed = stored.lines().zip(fresh.lines()).find(|(old, new)| old != new);
    assert!(stored == fresh, "{PAGE} is stale, run the tests with SHAPECAST_BLESS=1: {changed:#?}");
}

fn verdict_row(label: &str, answer: &Recommendation, rule: &RuleVerdict) -> Vec<String> {
    let (first, picked) = (first(answer), best(answer, rule.picks));
    let agrees = if rule.agrees { "yes" } else { "**no**" };
    vec![
        label.to_owned(),
        rule.code.clone(),
        rule.picks.title().to_owned(),
        first.candidate.engine.title().to_owned(),
        month(picked),
        month(Some(first)),
        agrees.to_owned(),
    ]
}

const VERDICT_HEADS: [&str; 7] =
    ["example", "rule", "the rule picks", "ranked first", "the pick, a month", "the first, a month", "agrees"];

fn verdicts(label: &str, answer: &Recommendation) -> Vec<Vec<String>> {
    if answer.rules.is_empty() {
        let first = first(answer);
        let engine = first.candidate.engine.title().to_owned();
        let none = || "–".to_owned();
        return vec![vec![label.to_owned(), "none".to_owned(), none(), engine, none(), month(Some(first)), none()]];
    }
    answer.rules.iter().map(|rule| verdict_row(label, answer, rule)).collect()
}

fn examples() -> String {
    table(&VERDICT_HEADS, EXPECTED.iter().flat_map(|(name, ..)| verdicts(&format!("`{name}`"), &ANSWERS[name])))
}

/// The same examples without the declared constraint that decides.
fn lifted() -> String {
    let cases = [
        (
            "`spiky-analyst-jobs` without `max_start_wait`",
            changed("spiky-analyst-jobs", |workload| workload.constraints.max_start_wait = None),
        ),
        (
            "`adhoc-sql-50tb` without `max_start_wait`",
            changed("adhoc-sql-50tb", |workload| workload.constraints.max_start_wait = None),
        ),
        (
            "`sql-bi` with a deadline of 45 s",
            changed("sql-bi", |workload| workload.deadline = Some(Sourced::declared(Span::seconds(45.0)))),
        ),
        (
            "`kubernetes-platform` with `kubernetes: available`",
            changed("kubernetes-platform", |workload| {
                workload.constraints.kubernetes = Sourced::declared(Kubernetes::Available);
            }),
        ),
    ];
    table(&VERDICT_HEADS, cases.iter().flat_map(|(label, answer)| verdicts(label, answer)))
}

fn volumes() -> String {
    let rows = [0.05, 0.2, 1.0, 5.0, 20.0, 50.0, 200.0].map(|factor| {
        let answer = etl(factor);
        let (spot, serverless) = (option(&answer, EmrEc2, "spot"), best(&answer, EmrServerless));
        let (glue, flex) = (best(&answer, Glue), best(&answer, GlueFlex));
        vec![
            answer.workload.input.volume.value.to_string(),
            month(spot),
            month(serverless),
            month(flex),
            glue.map_or_else(|| "misses the deadline".to_owned(), |row| month(Some(row))),
            times(glue, serverless),
            first(&answer).candidate.engine.title().to_owned(),
        ]
    });
    let heads =
        ["a run reads", "EMR on EC2, Spot", "EMR Serverless", "Glue Flex", "Glue", "Glue : Serverless", "first"];
    table(&heads, rows)
}

fn glue_prices() -> String {
    let rows = ["0.308", "0.20", "0.16", "0.14"].map(|dollars| {
        let answer = changed("incremental-etl-200gb", |workload| {
            only(workload, &[EmrEc2, EmrServerless, Glue]);
            let price = dollars.parse().expect("a price");
            workload.discounts.unit_prices.insert("glue/etl_standard_gen2_glue6".to_owned(), price);
        });
        vec![
            format!("${dollars}"),
            month(best(&answer, Glue)),
            month(option(&answer, EmrEc2, "spot")),
            month(best(&answer, EmrServerless)),
            first(&answer).candidate.engine.title().to_owned(),
        ]
    });
    table(&["a Glue 6 DPU-hour", "Glue", "EMR on EC2, Spot", "EMR Serverless", "first"], rows)
}

/// What Spot saves against Serverless, and the most that it could: with its EC2 price at zero.
fn spot() -> String {
    let rows = ["ad-tech-nightly-aggregation", "telco-cdr-nightly", "telco-fraud-monthly"].map(|name| {
        let answer = &ANSWERS[name];
        let (spot, on_demand) = (option(answer, EmrEc2, "spot"), option(answer, EmrEc2, "on-demand"));
        let serverless = best(answer, EmrServerless);
        let discount = spot.and_then(|row| row.spot.as_ref()).map(|spot| spot.discount.to_string());
        vec![
            format!("`{name}`"),
            month(spot),
            month(on_demand),
            month(serverless),
            discount.unwrap_or_default(),
            saving(spot, serverless),
            at_most(spot, serverless),
        ]
    });
    let heads = [
        "example",
        "EMR, Spot",
        "EMR, On-Demand",
        "Serverless",
        "Spot discount on EC2",
        "Spot saves against Serverless",
        "if Spot were free",
    ];
    table(&heads, rows)
}

fn at_most(spot: Option<&Ranked>, serverless: Option<&Ranked>) -> String {
    let (Some(spot), Some(serverless)) = (spot, serverless) else { return "–".to_owned() };
    format!("{:.0} %", 100.0 * saving_if_spot_were_free(spot, serverless))
}

fn graviton() -> String {
    let rows = ["incremental-etl-200gb", "ad-tech-nightly-aggregation", "telco-cdr-nightly"].map(|name| {
        let arm = &ANSWERS[name];
        let x86 = on_x86(name);
        let pair = |engine, purchase| (option(arm, engine, purchase), option(&x86, engine, purchase));
        let cell = |(arm, x86)| format!("{} → {}: {}", month(x86), month(arm), saving(arm, x86));
        vec![
            format!("`{name}`"),
            cell(pair(EmrServerless, "standard")),
            cell(pair(EmrEc2, "on-demand")),
            cell(pair(EmrEc2, "spot")),
        ]
    });
    table(&["example, x86 → Graviton, a month", "EMR Serverless", "EMR, On-Demand", "EMR, Spot"], rows)
}

/// The telecom join on a fixed cluster of 320 vCPU, with and without a hot key.
fn skew() -> String {
    let cases = [(0.0, true), (0.023, true), (0.023, false), (0.056, true), (0.056, false)];
    let rows = cases.map(|(share, adaptive)| {
        let answer = skewed(share, adaptive);
        let row = option(&answer, EmrEc2Standing, "on-demand").expect("a baseline");
        vec![
            format!("{:.1} %", 100.0 * share),
            if adaptive { "on" } else { "off" }.to_owned(),
            row.duration.p50.to_string(),
            row.duration.p90.to_string(),
            row.failure.to_string(),
        ]
    });
    table(&["rows of the hot key", "adaptive execution", "p50", "p90", "runs that fail"], rows)
}

/// The ad-tech aggregation on today's instance, from JSON and from Parquet a fifth as large.
fn formats() -> String {
    let cases = [("JSON", 1.0, 1.0), ("Parquet, all columns", 0.2, 1.0), ("Parquet, a tenth of the bytes", 0.2, 0.1)];
    let rows = cases.map(|(label, factor, read)| {
        let answer = changed("ad-tech-nightly-aggregation", |workload| {
            only(workload, &[Athena]);
            workload.deadline = Some(Sourced::declared(Span::hours(48.0)));
            // The observed run read JSON: it would set the level of Parquet, too.
            workload.observed_runs.clear();
            if factor < 1.0 {
                workload.input.format = Sourced::declared(Format::Parquet);
            }
            workload.input.volume.value = workload.input.volume.value.scaled(factor);
            workload.input.files.value = Bytes::new(workload.input.files.value).scaled(factor).get();
            workload.input.file_sizes = example("minimal").input.file_sizes;
            workload.input.read_share = Sourced::declared(Share::clamped(read));
        });
        let row = best(&answer, EngineId::Ec2Single).expect("a baseline");
        vec![label.to_owned(), answer.workload.input.volume.value.to_string(), row.duration.p50.to_string()]
    });
    table(&["stored as", "volume", "p50 on one r5.4xlarge"], rows)
}

/// Today's instance at the volume of the past and of today, at the level of the observed run.
fn single() -> String {
    let rows = [0.05, 1.0].map(|factor| {
        let answer = changed("ad-tech-nightly-aggregation", |workload| {
            only(workload, &[Athena]);
            workload.observed_runs.iter_mut().for_each(|run| run.volume = Some(workload.input.volume.value));
            for bytes in [&mut workload.input.volume, &mut workload.output.volume, &mut workload.job.shuffle] {
                bytes.value = bytes.value.scaled(factor);
            }
            workload.input.files.value = Bytes::new(workload.input.files.value).scaled(factor).get();
            workload.input.file_sizes = example("minimal").input.file_sizes;
        });
        let row = best(&answer, EngineId::Ec2Single).expect("a baseline");
        let time = |span: Span| span.to_string();
        vec![answer.workload.input.volume.value.to_string(), time(row.duration.p50), time(row.duration.p90)]
    });
    table(&["a run reads", "p50 on one r5.4xlarge", "p90"], rows)
}
