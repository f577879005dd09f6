//! Writing a workload and reading it again: the text is stable, and every figure keeps its value and origin.

mod workload_support;

use proptest::prelude::*;
use shapecast::units::{Bytes, Share, Span};
use shapecast::workload::{
    self, Archetype, Compression, FileClass, FileSizes, Format, Kubernetes, Orchestration, Origin, SkewPlace, Sourced,
    Workload,
};
use workload_support::vocabulary;

fn read(text: &str) -> Workload {
    workload::read_str(text, "w.yaml", &vocabulary()).unwrap_or_else(|problems| panic!("{problems:#?}\n{text}"))
}

fn minimal() -> Workload {
    read("name: x\ninput: {volume: 500 GB, format: parquet}\ncadence: daily\ndeadline: 1 h\njob: aggregation\n")
}

fn origins() -> impl Strategy<Value = Origin> {
    prop_oneof![
        Just(Origin::Declared),
        "[a-z][a-z0-9 :/#'\"%*-]{0,30}[a-z]".prop_map(|from| Origin::Measured { from }),
        "[a-z][a-z0-9 ,.]{0,30}[a-z]".prop_map(|rule| Origin::Inferred { rule }),
        "[a-z][a-z0-9 ,.]{0,30}[a-z]".prop_map(|why| Origin::Default { why }),
    ]
}

fn sourced<T: std::fmt::Debug + Clone>(values: impl Strategy<Value = T>) -> impl Strategy<Value = Sourced<T>> {
    (values, origins()).prop_map(|(value, origin)| Sourced { value, origin })
}

fn bytes() -> impl Strategy<Value = Bytes> {
    prop_oneof![
        (1_u64..9_000_000_000_000_000_000).prop_map(Bytes::new),
        (1_u64..5000).prop_map(|count| Bytes::new(count * 1_000_000_000)),
        (1_u64..5000).prop_map(Bytes::mib),
    ]
}

fn formats() -> impl Strategy<Value = Format> {
    prop::sample::select(vec![Format::Json, Format::Csv, Format::Avro, Format::Parquet, Format::Iceberg, Format::Hudi])
}

fn archetypes() -> impl Strategy<Value = Archetype> {
    use Archetype::{Aggregation, JoinHeavy, MlIteration, ScanFilter, Sort, SqlAdHoc, SqlBi};
    prop::sample::select(vec![Aggregation, JoinHeavy, MlIteration, ScanFilter, Sort, SqlAdHoc, SqlBi])
}

fn sizes() -> impl Strategy<Value = Option<Vec<u64>>> {
    prop_oneof![Just(None), proptest::collection::vec(1_u64..1000, 1..4).prop_map(Some)]
}

type Basics = (Sourced<Bytes>, Sourced<Format>, Sourced<Compression>, Sourced<u64>, Option<Vec<u64>>, Sourced<f64>);
type Work = (Sourced<Archetype>, Sourced<Bytes>, Sourced<u32>, Sourced<f64>, Sourced<f64>, Sourced<bool>);
type Around = (Sourced<f64>, Sourced<bool>, Option<Sourced<f64>>, Sourced<bool>, Sourced<Bytes>, Sourced<u32>);

fn basics() -> impl Strategy<Value = Basics> {
    let codecs = vec![Compression::None, Compression::Snappy, Compression::Zstd, Compression::Gzip];
    (
        sourced(bytes().prop_map(|size| size + Bytes::gib(1))),
        sourced(formats()),
        sourced(prop::sample::select(codecs)),
        sourced(1_u64..1_000_000),
        sizes(),
        sourced(0.0..=1.0),
    )
}

fn work() -> impl Strategy<Value = Work> {
    (
        sourced(archetypes()),
        sourced(bytes()),
        sourced(1_u32..1000),
        sourced(0.0..=1.0),
        sourced(0.1..100.0),
        sourced(any::<bool>()),
    )
}

fn around() -> impl Strategy<Value = Around> {
    (
        sourced(0.001..100_000.0),
        sourced(any::<bool>()),
        prop::option::of(sourced(1.0..1e6)),
        sourced(any::<bool>()),
        sourced(bytes()),
        sourced(1_u32..500),
    )
}

fn workloads() -> impl Strategy<Value = Workload> {
    (basics(), work(), around(), any::<bool>()).prop_map(|(basics, work, around, scheduled)| {
        let mut it = minimal();
        set_input(&mut it, basics);
        set_job(&mut it, work);
        set_rest(&mut it, around, scheduled);
        it
    })
}

fn set_input(it: &mut Workload, (volume, format, compression, files, sizes, read_share): Basics) {
    it.input.volume = volume;
    it.input.format = format;
    it.input.compression = compression;
    it.input.read_share = Sourced { value: Share::clamped(read_share.value), origin: read_share.origin };
    it.input.files = files;
    if let Some(counts) = sizes {
        // A histogram sums to the volume within 10 %: one class per count, all of one size, ascending by a byte.
        let total: u64 = counts.iter().sum();
        let size = it.input.volume.value.get() / total;
        let class = |(step, count): (usize, &u64)| FileClass { size: Bytes::new(size + step as u64), count: *count };
        it.input.files = Sourced::declared(total);
        it.input.file_sizes =
            Sourced::measured(FileSizes::Classes(counts.iter().enumerate().map(class).collect()), "a listing");
    }
}

fn set_job(it: &mut Workload, (archetype, shuffle, iterations, hot, expansion, adaptive): Work) {
    it.job.archetype = archetype;
    it.job.shuffle = shuffle;
    it.job.iterations = iterations;
    it.job.skew.hot_key_share = Sourced { value: Share::clamped(hot.value), origin: hot.origin };
    it.job.skew.place = SkewPlace::Rdd;
    it.job.skew.place_origin = Origin::Declared;
    it.job.memory_expansion = expansion;
    it.job.adaptive = adaptive;
}

fn set_rest(it: &mut Workload, (runs, predictable, deadline, graviton, output, shared): Around, scheduled: bool) {
    if !scheduled {
        it.cadence.schedule = None;
        it.cadence.runs_per_month = runs;
    }
    it.cadence.predictable = predictable;
    it.deadline = deadline.map(|span| Sourced { value: Span::seconds(span.value), origin: span.origin });
    it.constraints.graviton = graviton;
    it.output.volume = output;
    it.network.shared_by_pipelines = shared;
    it.orchestration = Sourced::declared(Orchestration::Mwaa);
    it.constraints.kubernetes = Sourced::measured(Kubernetes::Available, "the account");
}

/// Sizes beyond 2^53 bytes are written to the precision with which they are read.
fn about(left: Bytes, right: Bytes) -> bool {
    (left.as_f64() - right.as_f64()).abs() <= left.as_f64() * 1e-15
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn the_text_is_stable(it in workloads()) {
        let once = workload::to_yaml(&it);
        prop_assert_eq!(workload::to_yaml(&read(&once)), once);
    }

    #[test]
    fn every_value_survives(it in workloads()) {
        let text = workload::to_yaml(&it);
        let again = read(&text);
        prop_assert!(about(again.input.volume.value, it.input.volume.value), "{}", text);
        prop_assert!(about(again.job.shuffle.value, it.job.shuffle.value), "{}", text);
        prop_assert!(about(again.output.volume.value, it.output.volume.value), "{}", text);
        prop_assert_eq!(&again.job.hot_key(), &it.job.hot_key());
        prop_assert_eq!(again.input.files.value, it.input.files.value);
        prop_assert_eq!(again.input.file_classes().len(), it.input.file_classes().len());
        prop_assert_eq!(again.cadence.runs_per_month.value, it.cadence.runs_per_month.value);
        prop_assert_eq!(again.job.memory_expansion.value, it.job.memory_expansion.value);
        prop_assert_eq!(again.deadline.map(|it| it.value), it.deadline.map(|it| it.value));
        prop_assert_eq!(again.constraints.graviton.value, it.constraints.graviton.value);
    }

    #[test]
    fn what_was_measured_stays_measured(size in 1_u64..1_000_000_000_000, from in "[a-z][a-z0-9 :/#*-]{0,30}[a-z]") {
        let mut it = minimal();
        it.job.shuffle = Sourced::measured(Bytes::new(size), from);
        let again = read(&workload::to_yaml(&it));
        prop_assert_eq!(&again.job.shuffle, &it.job.shuffle);
        prop_assert_eq!(again, it);
    }
}

trait HotKey {
    fn hot_key(&self) -> (f64, SkewPlace);
}

impl HotKey for shapecast::workload::Job {
    fn hot_key(&self) -> (f64, SkewPlace) {
        (self.skew.hot_key_share.value.get(), self.skew.place)
    }
}

#[test]
fn only_what_the_file_said_is_written() {
    let text = workload::to_yaml(&minimal());
    let expected =
        "name: x\ninput:\n  volume: 500 GB\n  format: parquet\ncadence: daily\ndeadline: 1 h\njob: aggregation\n";
    assert_eq!(text, expected);
}

#[test]
fn a_measured_figure_carries_its_origin() {
    let mut it = minimal();
    it.input.volume = Sourced::measured(Bytes::gib(3), "event log app-1.zstd");
    let text = workload::to_yaml(&it);
    assert!(text.contains("volume: 3 GiB\n"), "{text}");
    assert!(text.contains("input.volume: measured from event log app-1.zstd"), "{text}");
    assert_eq!(read(&text).input.volume, it.input.volume);
}

#[test]
fn a_profile_s_own_inference_is_kept_where_the_file_would_give_another() {
    let mut it = minimal();
    it.job.shuffle = Sourced::inferred(Bytes::gib(7), "from the log's stages");
    let text = workload::to_yaml(&it);
    assert!(text.contains("shuffle: 7 GiB"), "{text}");
    assert_eq!(read(&text).job.shuffle, it.job.shuffle);
}

#[test]
fn stages_discounts_and_today_survive() {
    let text = "
name: whole
region: us-west-2
input: {volume: 1 TB, format: json, compression: gzip}
cadence: {schedule: on demand, runs_per_month: 12.5}
job:
  archetype: join-heavy
  stages:
    - {name: read, cpu: 40 h, input: 1 TB, shuffle_write: 300 GB}
    - {name: join, tasks: 800, cpu: 90 min, shuffle_read: 300 GB, output: 20 GB, max_over_median: 4.5, parents: [read]}
constraints:
  engines: {allow: [emr-ec2, glue]}
  instance_types: [m7g, r5.4xlarge]
  budget: 1,200.50 USD
  max_vcpu: 2_000
discounts:
  enterprise: 5.5 %
  by_service: {glue: 0.1}
  unit_prices: {glue/etl_standard: $0.4025}
  free_allowances: true
observed_runs:
  - {instance_type: G.1X, count: 10, duration: 1 h 5 min}
today:
  standing_cluster: {instance_type: r5.4xlarge, count: 20, cost_share: 12.5 %}
  on_premises: {yearly_cost: $6.4M, cores: 12800, cost_share: 1/3, utilisation: 30 %}
"
    .replace("1/3", "0.333333333333");
    let it = read(&text);
    assert_eq!(it.constraints.budget_per_month.map(|budget| budget.to_string()).as_deref(), Some("$1,200.50"));
    assert_eq!(it.job.stages[1].parents, ["read"]);
    assert_eq!(it.observed_runs[0].duration, Span::minutes(65.0));
    assert_eq!(it.discounts.enterprise.map(|it| it.to_string()).as_deref(), Some("0.055"));
    assert!(!it.cadence.predictable.value);
    assert_eq!(read(&workload::to_yaml(&it)), it);
}

/// The schema knows every key that the reader knows: descriptions everywhere, unknown keys refused, no nulls.
#[test]
fn the_schema_is_whole() {
    let schema = workload::schema();
    let text = schema.to_string();
    assert!(!text.contains("\"null\""));
    assert_eq!(schema["required"], serde_json::json!(["name", "input", "cadence", "job"]));
    let mut objects = vec![&schema];
    objects.extend(schema["$defs"].as_object().expect("definitions").values());
    for object in objects.into_iter().filter(|object| object["properties"].is_object()) {
        assert_eq!(object["additionalProperties"], false, "{object}");
        for (key, property) in object["properties"].as_object().expect("properties") {
            assert!(property["description"].is_string(), "{key} has no description");
        }
    }
}

/// Reference and template name every key that the schema has.
#[test]
fn reference_and_template_know_every_key() {
    let reference = include_str!("../docs/workload-file.md");
    let schema = workload::schema();
    let mut keys: Vec<String> = schema["properties"].as_object().expect("keys").keys().cloned().collect();
    for (section, definition) in schema["$defs"].as_object().expect("definitions") {
        let Some(properties) = definition["properties"].as_object() else { continue };
        keys.extend(properties.keys().cloned());
        if !["StageSection", "CadenceSection"].contains(&section.as_str()) {
            for key in properties.keys() {
                assert!(workload::template().contains(&format!("{key}:")), "the template lacks {key}");
            }
        }
    }
    for key in keys {
        let named = [format!("`{key}`"), format!("{key} ●"), format!("{key}:"), format!("{{{key}"), format!(", {key}")];
        assert!(named.iter().any(|form| reference.contains(form)), "the reference lacks {key}");
    }
}
