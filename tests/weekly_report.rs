//! The weekly report: totals to the cent, one figure everywhere, bad exports.

mod program_support;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Output;

use rust_decimal::Decimal;
use serde_json::Value;
use tempfile::TempDir;

use program_support::works;

const HEAD: &str = "identity_line_item_id,identity_time_interval,line_item_usage_start_date,line_item_line_item_type,\
                    line_item_product_code,line_item_usage_type,line_item_usage_amount,line_item_unblended_cost,\
                    line_item_currency_code,line_item_resource_id,pricing_public_on_demand_cost,\
                    resource_tags_user_pipeline,resource_tags_aws_elasticmapreduce_job_flow_id\n";

/// Few replications: what is projected is the same in kind, and is not what is held to the cent.
fn run(folder: &Path, arguments: &[&str]) -> Output {
    program_support::with(folder, &[("SHAPECAST_REPLICATIONS", "50")], arguments)
}

/// Seven weeks of three pipelines, 2026-10-01 to 2026-11-18, in amounts that no binary fraction holds.
struct Export {
    text: String,
    line: u64,
    total: Decimal,
    week: Decimal,
}

impl Export {
    fn new() -> Self {
        let mut export = Self { text: HEAD.to_owned(), line: 0, total: Decimal::ZERO, week: Decimal::ZERO };
        let start = jiff::civil::date(2026, 10, 1);
        for day in start.series(jiff::ToSpan::day(1)).take(49) {
            let day = day.to_string();
            export.usage(&day, "AmazonEC2", "SpotUsage:r6g.4xlarge", "20", "5.824137", "orders", "j-");
            export.usage(&day, "AmazonEC2", "BoxUsage:m6g.xlarge", "2", "0.308011", "orders", "j-");
            export.usage(&day, "ElasticMapReduce", "BoxUsage:r6g.4xlarge", "20", "4.0320007", "orders", "j-");
            export.usage(&day, "AWSGlue", "USE1-ETL-DPU-Hour", "11.5", "5.06", "clicks", "");
            export.usage(&day, "AmazonS3", "TimedStorage-ByteHrs", "100", "2.3000013", "", "");
        }
        export.usage("2026-11-12", "AWSGlue", "USE1-ETL-DPU-Hour", "40", "17.6", "clicks", "");
        export.row("2026-11-10", "Credit", "AWSGlue", "USE1-ETL-DPU-Hour", "0", "-3.17", "clicks", "", "");
        export.row("2026-11-11", "Refund", "AmazonEC2", "BoxUsage:m6g.xlarge", "0", "-0.1", "orders", "", "");
        export.row("2026-11-15", "Tax", "AmazonEC2", "", "0", "1.999", "", "", "");
        export
    }

    #[expect(clippy::too_many_arguments, reason = "the columns of a row")]
    fn usage(&mut self, day: &str, product: &str, kind: &str, usage: &str, cost: &str, pipeline: &str, run: &str) {
        let run = if run.is_empty() { String::new() } else { format!("{run}{day}") };
        let on_demand: Decimal = cost.parse::<Decimal>().expect("a decimal") * Decimal::TWO;
        self.row(day, "Usage", product, kind, usage, cost, pipeline, &run, &on_demand.to_string());
    }

    #[expect(clippy::too_many_arguments, reason = "the columns of a row")]
    fn row(
        &mut self,
        day: &str,
        item: &str,
        product: &str,
        kind: &str,
        usage: &str,
        cost: &str,
        pipeline: &str,
        run: &str,
        on_demand: &str,
    ) {
        self.line += 1;
        let amount: Decimal = cost.parse().expect("a decimal");
        self.total += amount;
        if ("2026-11-09".."2026-11-16").contains(&day) {
            self.week += amount;
        }
        let _ = writeln!(
            self.text,
            "id{},{day}T00:00:00Z/{day}T01:00:00Z,{day}T00:00:00Z,{item},{product},{kind},{usage},{cost},USD,i-1,\
             {on_demand},{pipeline},{run}",
            self.line
        );
    }
}

fn folder(export: &Export) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("jobs")).expect("makes");
    fs::write(folder.path().join("cur.csv"), &export.text).expect("writes");
    let orders = "name: orders\ninput: {volume: 500 GB, format: parquet}\ncadence: daily\ndeadline: 2 h\n\
                  job: aggregation\n";
    fs::write(folder.path().join("jobs/orders.yaml"), orders).expect("writes");
    folder
}

const WEEK: [&str; 7] = ["report", "--week", "2026-W46", "--portfolio", "jobs", "--costs", "cur.csv"];

fn report(folder: &Path, more: &[&str]) -> String {
    works(&run(folder, &[&WEEK[..], more].concat()))
}

fn cents(value: &Value) -> Decimal {
    value.to_string().parse::<Decimal>().unwrap_or_else(|_| panic!("{value} is no amount"))
}

#[test]
fn totals_equal_the_source_to_the_cent() {
    let export = Export::new();
    let folder = folder(&export);
    let json: Value = serde_json::from_str(&report(folder.path(), &["--format", "json"])).expect("JSON");
    let rounded = |value: Decimal| {
        value.round_dp_with_strategy(2, rust_decimal::RoundingStrategy::MidpointAwayFromZero).normalize()
    };
    assert_eq!(cents(&json["source"]["total_usd"]), rounded(export.total));
    assert_eq!(cents(&json["totals"]["actual_usd"]), rounded(export.week));
    assert_eq!(json["source"]["rows"], export.line);
    let sum = |list: &str| -> Decimal {
        json[list].as_array().expect("a list").iter().map(|it| cents(&it["actual_usd"])).sum()
    };
    // Each part is rounded for itself: half a cent a part is what they may be off.
    let totals = &json["totals"];
    let near = |a: Decimal, b: Decimal, parts: i64| (a - b).abs() <= Decimal::new(parts, 2);
    assert!(near(sum("by_part"), rounded(export.week), 5));
    assert!(near(sum("pipelines") + cents(&totals["untagged_usd"]), rounded(export.week), 3));
    let kinds = ["usage_usd", "credits_usd", "refunds_usd", "tax_usd", "other_usd"].map(|key| cents(&totals[key]));
    assert!(near(kinds.iter().sum(), rounded(export.week), 5));
    assert_eq!((kinds[1].to_string(), kinds[2].to_string()), ("-3.17".to_owned(), "-0.1".to_owned()));
}

#[test]
fn variance_spot_idle_trend_and_forecast_are_there() {
    let folder = folder(&Export::new());
    let json: Value = serde_json::from_str(&report(folder.path(), &["--format", "json"])).expect("JSON");
    let orders =
        json["pipelines"].as_array().expect("a list").iter().find(|it| it["name"] == "orders").expect("orders");
    // A cluster a day, as scheduled.
    assert_eq!((&orders["runs"], &orders["projected_runs"]), (&serde_json::json!(7), &serde_json::json!(7.0)));
    let split = &orders["variance"];
    let parts: Decimal =
        split.as_object().expect("parts").iter().filter(|(key, _)| *key != "total_usd").map(|(_, it)| cents(it)).sum();
    assert_eq!(parts, cents(&split["total_usd"]));
    assert_eq!(parts, cents(&orders["actual_usd"]) - cents(&orders["projected_usd"]));
    // 20 h of 16 vCPU on Spot and 2 h of 4 On-Demand, seven times.
    assert_eq!(orders["vcpu_hours"], 2296.0);
    assert_eq!(json["spot"]["savings_usd"], json["spot"]["spend_usd"]);
    assert_eq!(json["trend"].as_array().map(Vec::len), Some(7));
    assert_eq!(json["forecast"]["month"], "2026-11");
    assert_eq!(json["movers"][0]["name"], "clicks");
    assert!(json["recommendations"].as_array().is_some_and(|all| !all.is_empty()));
    let codes: Vec<&str> =
        json["warnings"].as_array().expect("a list").iter().filter_map(|it| it["code"].as_str()).collect();
    assert!(codes.contains(&"no-workload"), "{codes:?}");
}

/// To as many digits as a double surely holds: the last ones are the reader's.
fn digits(number: Decimal) -> Decimal {
    number.round_sf(14).unwrap_or(number).normalize()
}

/// Every number of a JSON value, those inside of texts included.
fn numbers(value: &Value, into: &mut Vec<Decimal>) {
    match value {
        Value::Number(number) => into.extend(number.to_string().parse::<Decimal>().map(digits)),
        Value::String(text) => into.extend(text.parse::<Decimal>().map(digits)),
        Value::Array(list) => list.iter().for_each(|it| numbers(it, into)),
        Value::Object(map) => map.values().for_each(|it| numbers(it, into)),
        _ => {}
    }
}

#[test]
fn every_figure_is_the_same_in_json_csv_markdown_and_html() {
    let folder = folder(&Export::new());
    let out = ["--out", "week.json", "--out", "week.csv", "--out", "week.html", "--out", "week.md"];
    report(folder.path(), &out);
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).expect("reads");
    let json: Value = serde_json::from_str(&read("week.json")).expect("JSON");
    let mut of_json = Vec::new();
    numbers(&json, &mut of_json);
    // CSV: the same numbers, each once.
    let mut of_csv: Vec<Decimal> = csv::Reader::from_reader(read("week.csv").as_bytes())
        .records()
        .map(|row| row.expect("a row"))
        .filter_map(|row| row[3].parse::<Decimal>().ok())
        .map(digits)
        .collect();
    let mut sorted = of_json.clone();
    sorted.sort();
    of_csv.sort();
    assert_eq!(of_csv, sorted);
    // HTML and Markdown: every amount of money shown is one of the JSON.
    for name in ["week.html", "week.md"] {
        // The report's own part to the cent; the whole answers below it are held in `html_figures`.
        let text = read(name).replace(',', "");
        let text = text.split("<details").next().unwrap_or_default();
        let mut seen = 0;
        for (at, _) in text.match_indices('$') {
            let amount: String = text[at + 1..].chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
            let Ok(amount) = amount.trim_end_matches('.').parse::<Decimal>() else { continue };
            let negative = text[..at].ends_with('-');
            let amount = if negative { -amount } else { amount }.normalize();
            assert!(of_json.contains(&amount), "{name} shows {amount}, which JSON does not have");
            seen += 1;
        }
        assert!(seen > 40, "{name} shows only {seen} amounts");
    }
    // And every amount of a pipeline is shown.
    let html = read("week.html").replace(',', "");
    for pipeline in json["pipelines"].as_array().expect("a list") {
        let shown = format!("${:.2}", cents(&pipeline["actual_usd"]));
        assert!(html.contains(&shown), "{shown} is not in the HTML");
    }
}

#[test]
fn the_same_question_gives_the_same_bytes() {
    let folder = folder(&Export::new());
    let first = report(folder.path(), &["--format", "html"]);
    assert_eq!(first, report(folder.path(), &["--format", "html"]));
}

#[test]
fn a_part_that_is_given_twice_counts_once() {
    let export = Export::new();
    let folder = folder(&export);
    fs::copy(folder.path().join("cur.csv"), folder.path().join("again.csv")).expect("copies");
    let once: Value = serde_json::from_str(&report(folder.path(), &["--format", "json"])).expect("JSON");
    let twice: Value =
        serde_json::from_str(&report(folder.path(), &["--costs", "again.csv", "--format", "json"])).expect("JSON");
    assert_eq!(once["totals"], twice["totals"]);
    assert_eq!(twice["source"]["duplicate_rows"], export.line);
    assert_eq!(twice["warnings"][0]["code"], "duplicate-rows");
}

#[test]
fn a_folder_of_months_is_the_same_as_one_file() {
    let export = Export::new();
    let folder = folder(&export);
    let (head, rows) = export.text.split_once('\n').expect("headings");
    for (month, packed) in [("2026-10", true), ("2026-11", false)] {
        let own: Vec<&str> = rows.lines().filter(|row| row.contains(&format!(",{month}-"))).collect();
        let text = format!("{head}\n{}\n", own.join("\n"));
        let place = folder.path().join(format!("export/data/BILLING_PERIOD={month}"));
        fs::create_dir_all(&place).expect("makes");
        fs::write(place.join("Manifest.json"), "{}").expect("writes");
        if packed {
            let file = fs::File::create(place.join("part-00001.csv.gz")).expect("creates");
            let mut gzip = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
            std::io::Write::write_all(&mut gzip, text.as_bytes()).expect("writes");
            gzip.finish().expect("writes");
        } else {
            fs::write(place.join("part-00001.csv"), text).expect("writes");
        }
    }
    let ask = |costs: &str| -> Value {
        let output = run(folder.path(), &["report", "--week", "2026-W46", "--costs", costs, "--format", "json"]);
        serde_json::from_str(&works(&output)).expect("JSON")
    };
    let (one, many) = (ask("cur.csv"), ask("export"));
    for key in ["totals", "pipelines", "trend", "forecast", "spot", "untagged"] {
        assert_eq!(one[key], many[key], "{key}");
    }
    assert_eq!(many["source"]["rows"], export.line);
    fs::create_dir(folder.path().join("empty")).expect("makes");
    let output = run(folder.path(), &["report", "--week", "2026-W46", "--costs", "empty"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(program_support::said(&output).contains("the folder has no export"));
}

#[test]
fn a_day_that_cost_explorer_gives_twice_is_refused() {
    let folder = folder(&Export::new());
    let table = "\"pipeline\",\"orders($)\",\"No tag key: pipeline($)\",\"Total costs($)\"\n\
                 2026-11-09,-1.5,0.25,-1.25\n2026-11-10,2,0.75,2.75\n";
    fs::write(folder.path().join("days.csv"), table).expect("writes");
    let ask = || run(folder.path(), &["report", "--week", "2026-W46", "--costs", "days.csv", "--format", "json"]);
    let report: Value = serde_json::from_str(&works(&ask())).expect("JSON");
    // A day of more credits than usage counts as it is: -1.25 + 2.75.
    assert_eq!(cents(&report["totals"]["actual_usd"]).to_string(), "1.5");
    fs::write(folder.path().join("days.csv"), table.replace("2026-11-10", "2026-11-09")).expect("writes");
    let output = ask();
    assert_eq!(output.status.code(), Some(2));
    assert!(program_support::said(&output).contains("row 3: the day 2026-11-09 is there twice"));
}

#[test]
fn bad_exports_are_refused_with_their_place() {
    let export = Export::new();
    let folder = folder(&export);
    let refused = |text: &str, words: &[&str]| {
        fs::write(folder.path().join("bad.csv"), text).expect("writes");
        let output = run(folder.path(), &["report", "--week", "2026-W46", "--costs", "bad.csv"]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(output.stdout.is_empty(), "no report of half the costs");
        for word in words {
            assert!(said.contains(word), "`{word}` in: {said}");
        }
    };
    refused(
        &export.text.replace("line_item_usage_type", "kind"),
        &["columns are missing: line_item_usage_type", "hint:"],
    );
    refused(&export.text.replacen("5.06,USD", "5.06,EUR", 1), &["row 5 is in EUR", "currencies"]);
    refused(&export.text[..export.text.len() - 30], &["cut off", "hint:"]);
    refused(&export.text.replacen("5.06,USD", ",USD", 1), &["row 5", "`line_item_unblended_cost`"]);
    refused(&export.text.replace("user_pipeline", "user_team"), &["no column has the tag `pipeline`", "team"]);
    refused("", &["empty"]);
    refused("a,b\n1,2\n", &["neither a Cost and Usage Report nor"]);
    let mixed = export.text.clone() + &export.text.lines().nth(1).expect("a row").replace("5.824137", "9.9") + "\n";
    refused(&mixed, &["the line item `id1` again, with another cost (9.9)"]);
    let output = run(folder.path(), &["report", "--week", "2025-W01", "--costs", "cur.csv"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("hold 2026-10-01 to 2026-11-18"));
    let output = run(folder.path(), &["report", "--week", "2026-46", "--costs", "cur.csv"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("2026-W46"));
}
