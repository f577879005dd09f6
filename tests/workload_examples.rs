//! The example workloads read, say what they are meant to say, and survive being written and read again.

mod workload_support;

use std::path::{Path, PathBuf};

use shapecast::units::{Bytes, Span};
use shapecast::workload::{self, Archetype, FileSizes, Origin, Workload};
use workload_support::vocabulary;

fn examples() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/examples");
    let files = std::fs::read_dir(folder).expect("the folder of examples").map(|entry| entry.expect("an entry").path());
    let mut files: Vec<PathBuf> = files.filter(|path| path.extension().is_some_and(|end| end == "yaml")).collect();
    files.sort();
    files
}

fn example(name: &str) -> Workload {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/examples").join(format!("{name}.yaml"));
    read(&path)
}

fn read(path: &Path) -> Workload {
    workload::read_file(path, &vocabulary()).unwrap_or_else(|problems| {
        let lines: Vec<String> = problems.iter().map(|it| format!("{it} | hint: {}", it.hint)).collect();
        panic!("{}", lines.join("\n"))
    })
}

fn reread(text: &str) -> Workload {
    workload::read_str(text, "written.yaml", &vocabulary()).unwrap_or_else(|problems| panic!("{problems:#?}\n{text}"))
}

#[test]
fn all_examples_read() {
    let files = examples();
    assert!(files.len() >= 11, "{files:?}");
    for path in files {
        let workload = read(&path);
        let stem = path.file_stem().and_then(|stem| stem.to_str()).expect("a name");
        assert!(stem == "minimal" || stem == workload.name, "{stem} is called {}", workload.name);
    }
}

#[test]
fn writing_and_reading_an_example_changes_nothing() {
    for path in examples() {
        let workload = read(&path);
        let text = workload::to_yaml(&workload);
        assert_eq!(reread(&text), workload, "{}\n{text}", path.display());
    }
}

#[test]
fn the_minimal_file_has_five_lines_and_names_what_it_assumes() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/examples/minimal.yaml");
    assert_eq!(std::fs::read_to_string(&path).expect("the file").lines().count(), 5);
    let workload = read(&path);
    let defaults = workload.defaults_used();
    let region = defaults.iter().find(|it| it.path == "region").expect("the region is a default");
    assert_eq!(region.value, "us-east-1");
    for path in [
        "input.compression",
        "input.read_share",
        "job.memory_expansion",
        "job.adaptive",
        "constraints.spot",
        "constraints.graviton",
        "orchestration",
        "network.s3_through_nat",
    ] {
        assert!(defaults.iter().any(|it| it.path == path && !it.why.is_empty()), "{path} is not named");
    }
    // 500 GB / 128 MB = 3,906.25 files; a tenth of it is shuffled; a daily job runs 730 / 24 times a month.
    assert_eq!(workload.input.files.value, 3907);
    assert_eq!(workload.job.shuffle.value, Bytes::new(50_000_000_000));
    assert!((workload.cadence.runs_per_month.value - 730.0 / 24.0).abs() < 1e-9);
    let inferred: Vec<String> = workload.inferences().into_iter().map(|it| it.path).collect();
    let expected = ["input.files.count", "output.volume", "output.files", "cadence.runs_per_month", "job.shuffle"];
    assert_eq!(inferred, expected);
}

#[test]
fn the_ad_tech_story() {
    let it = example("ad-tech-nightly-aggregation");
    assert_eq!(it.input.volume.value, Bytes::new(4_000_000_000_000));
    assert_eq!(it.observed_runs[0].duration, Span::hours(9.0));
    assert_eq!(it.today.single_instance.as_deref(), Some("r5.4xlarge"));
    // 4 TB in 9 h on 16 vCPU: 7.7 MB/s per vCPU, the figure that calibrates.
    let rate = it.input.volume.value.as_f64() / it.observed_runs[0].duration.as_seconds() / 16.0;
    assert!((rate / 1e6 - 7.7).abs() < 0.05, "{rate}");
    assert!(matches!(it.input.file_sizes.value, FileSizes::Median(_)));
}

/// 62,500 × 32 MB + 70,312 × 256 MB = 2 TB + 18 TB; 20 TB × 30 nights = 600 TB a month.
#[test]
fn the_telecom_stories() {
    let it = example("telco-cdr-nightly");
    let bytes: u64 = it.input.file_classes().iter().map(|(size, count)| size.get() * count).sum();
    assert_eq!(bytes, 62_500 * 32_000_000 + 70_312 * 256_000_000);
    assert_eq!(it.input.files.value, 132_812);
    assert!((it.job.skew.hot_key_share.value.get() - 0.023).abs() < 1e-12);
    // 0.47 of 20 TB of Avro.
    assert_eq!(it.job.shuffle.value, Bytes::new(9_400_000_000_000));
    assert!(matches!(it.job.shuffle.origin, Origin::Inferred { .. }));
    let own = it.today.on_premises.expect("an on-premises cluster");
    assert_eq!(own.yearly_cost.to_string(), "$6,400,000.00");
    let peak = example("telco-fraud-monthly");
    assert_eq!(peak.deadline.map(|deadline| deadline.value), Some(Span::hours(12.0)));
}

/// 200 GB of plain JSON are 50 GB of Parquet at the middle factor of 4; a scan and filter shuffles none of it.
#[test]
fn shares_of_text_formats_count_as_parquet() {
    let text = "name: x\ninput: {volume: 200 GB, format: json}\ncadence: daily\njob: sort\n";
    let it = reread(text);
    assert_eq!(it.job.shuffle.value, Bytes::new(50_000_000_000));
    assert_eq!(it.output.volume.value, Bytes::new(50_000_000_000));
    assert_eq!(example("incremental-etl-200gb").job.shuffle.value, Bytes::ZERO);
}

#[test]
fn the_other_stories_keep_their_kind() {
    let kinds = [
        ("spiky-analyst-jobs", Archetype::JoinHeavy),
        ("incremental-etl-200gb", Archetype::ScanFilter),
        ("adhoc-sql-50tb", Archetype::SqlAdHoc),
        ("kubernetes-platform", Archetype::JoinHeavy),
        ("pdf-parsing", Archetype::ContainerBatch),
        ("card-fraud-events", Archetype::EventStream),
        ("sql-bi", Archetype::SqlBi),
    ];
    for (name, kind) in kinds {
        assert_eq!(example(name).job.archetype.value, kind, "{name}");
    }
    assert!(!example("spiky-analyst-jobs").cadence.predictable.value);
    assert_eq!(example("card-fraud-events").cadence.runs_per_month.value, 730.0);
    // The cluster's own image decides: arm64 is declared there, and would be off by default otherwise.
    assert!(example("kubernetes-platform").constraints.graviton.value);
    assert!(!example("pdf-parsing").constraints.graviton.value);
}

#[test]
fn the_template_reads_with_and_without_its_comments() {
    let plain = reread(workload::template());
    assert_eq!(plain.name, "nightly-sales");
    // Everything behind the job, uncommented.
    let (head, tail) = workload::template().split_once("# region:").expect("the optional keys");
    let tail: String = tail.lines().map(|line| format!("{}\n", line.strip_prefix("# ").unwrap_or(line))).collect();
    let whole = reread(&format!("{head}region:{tail}"));
    assert_eq!(whole.constraints.engines_denied, ["athena"]);
    assert!(whole.today.on_premises.is_some());
    // The long form of the job, uncommented, without what belongs to a container batch.
    let (_, long) = workload::template().split_once("# job:\n").expect("the long form");
    let long = long.lines().take_while(|line| line.starts_with("#  ")).filter(|line| !line.contains("container-batch"));
    let job: String = long.map(|line| format!("{}\n", line.trim_start_matches('#'))).collect();
    let text = format!("name: x\ninput: {{volume: 1 TB, format: json}}\ncadence: daily\njob:\n{job}");
    assert_eq!(reread(&text).job.stages.len(), 2);
}
