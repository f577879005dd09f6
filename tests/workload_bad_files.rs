//! Every malformed workload file gives one clear message at the right place, with a next step, and no panic.

mod workload_support;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use shapecast::workload::{self, Workload, WorkloadError};
use workload_support::vocabulary;

/// File, line, column, key path, part of the message, beginning of the hint.
type Expected = (&'static str, usize, usize, &'static str, &'static str, &'static str);

#[rustfmt::skip]
const TABLE: &[Expected] = &[
    ("bad-cron-both-days", 3, 23, "cadence", "both day fields are given", "AWS takes only one of the two day fields: wri"),
    ("bad-cron-field-count", 3, 15, "cadence", "`0 2 * *` has 4 fields, not 6", "an AWS cron has six fields: cron(minute hour "),
    ("bad-cron-minute", 3, 15, "cadence", "`61` is not valid in the minute field", "the minute field takes 0 to 59"),
    ("bad-cron-quoted", 3, 12, "cadence", "`25` is not valid in the hour field", "the hour field takes 0 to 23"),
    ("bad-origin", 7, 3, "origins.input.volume", "`somebody said so` is no origin", "write \"measured from …\", \"inferred: …\" or \"de"),
    ("bad-rate", 3, 17, "cadence", "`rate(1 hours)` is refused by EventBridge: 1 takes the singu", "write rate(1 hour)"),
    ("batch-without-end", 3, 10, "cadence", "only an event stream runs without end", "write `job: event-stream`, or how often it ru"),
    ("binary", 2, 1, "", "it is a binary file, not YAML", "name the workload file; measure event logs an"),
    ("cadence-without-period", 3, 10, "cadence", "`30` is no schedule", "say in which time: \"30 per month\""),
    ("colon-in-value", 1, 8, "", "mapping values are not allowed in this context", "put a value that holds a colon in quotes"),
    ("comma-in-flow-number", 2, 47, "input.250", "unknown key `250`", "inside { } a comma ends the value: write larg"),
    ("container-batch-without-files", 2, 8, "input.files", "`files` is missing", "write how many files there are, as each is on"),
    ("container-batch-without-item-time", 4, 6, "job.item_time", "`item_time` is missing", "write how long one file takes: `item_time: 8 "),
    ("control-character", 1, 7, "name", "it holds control characters or line breaks", "write it on one line"),
    ("count-with-unit", 2, 49, "input.files", "`12 files` has the unit `files`", "this is a plain number without a unit"),
    ("cron-never-fires", 3, 15, "cadence", "`0 2 31 2 ? *` never fires", "check day and month: no such date exists"),
    ("deadline-shorter-than-wait", 7, 19, "constraints.max_start_wait", "waiting 2 h 00 min for the start leaves nothing of the deadl", "make the wait shorter than the deadline"),
    ("discount-above-one", 7, 15, "discounts.enterprise", "`7` is not a discount", "write a share between 0 % and 100 %: \"5 %\" or"),
    ("duplicate-key", 5, 3, "volume", "the key `volume` is written twice", "keep one of the two: which one counts must no"),
    ("empty-file", 1, 1, "", "it is empty", "write at least name, input, cadence and job; "),
    ("engine-allowed-and-denied", 9, 12, "constraints.engines.deny[0]", "the engine `athena` is both allowed and denied", "delete it from one of the two lists"),
    ("family-as-machine", 7, 20, "today.single_instance", "`r5` is a family, not an instance type", "name the size too, for example r5.xlarge"),
    ("fraction-of-a-file", 2, 49, "input.files", "`12.5` is not a whole number from 0 up", "write a whole number, for example 1600"),
    ("histogram-against-volume", 5, 3, "input.files", "its classes sum to 50.0 GB, the volume is 1.00 TB", "make them agree within 10 %, or delete `volum"),
    ("histogram-and-count", 6, 12, "input.files.count", "the histogram already says it", "keep the histogram or the other, not both"),
    ("huge-number", 2, 17, "input.volume", "`1e300 PB` is too large", "sizes go up to 8,000 PB"),
    ("infinity", 6, 18, "output.volume", "`.inf` does not start with a number", "write a number and a unit, for example \"2.5 T"),
    ("item-time-without-container-batch", 4, 35, "job.item_time", "only a container batch has it", "write `archetype: container-batch`, or delete"),
    ("kubernetes-denied", 7, 15, "constraints.kubernetes", "Kubernetes is required, but `emr-eks` is denied", "write `kubernetes: available`, or allow `emr-"),
    ("kubernetes-without-emr-eks", 7, 15, "constraints.kubernetes", "Kubernetes is required, but the allowed engines leave out `e", "write `kubernetes: available`, or allow `emr-"),
    ("latin-1", 3, 18, "", "it is not UTF-8 (byte 0xE9)", "save the file as UTF-8"),
    ("list-instead-of-mapping", 1, 1, "", "it is a list, not a mapping", "write `key: value` lines, indented under it"),
    ("mapping-instead-of-value", 4, 11, "deadline", "it is a mapping, not a single value", "write one value"),
    ("memory-expansion-out-of-range", 4, 42, "job.memory_expansion", "0 is out of range", "write a number from 0.1 to 100"),
    ("missing-cadence", 1, 1, "cadence", "`cadence` is missing", "write how often it runs, for example `cadence"),
    ("missing-input", 1, 1, "input", "`input` is missing", "write `input: {volume: 500 GB, format: parque"),
    ("missing-job", 1, 1, "job", "`job` is missing", "write the kind of work, for example `job: agg"),
    ("missing-name", 1, 1, "name", "`name` is missing", "write `name: nightly-sales`"),
    ("missing-volume", 2, 8, "input.volume", "`volume` is missing", "write the bytes that one run reads, for examp"),
    ("money-without-currency", 7, 11, "constraints.budget", "`900` has no currency", "write dollars with their sign: \"$120\", \"120 U"),
    ("more-files-than-bytes", 2, 46, "input.files", "12 files are more than the 5 B of the volume", "check count and volume"),
    ("negative-deadline", 4, 11, "deadline", "`-1 h` is negative", "a duration is zero or more"),
    ("negative-size", 2, 17, "input.volume", "`-500 GB` is negative", "a size is zero or more"),
    ("no-graviton-but-graviton-types", 8, 24, "constraints.instance_types[1]", "`r6g.2xlarge` is Graviton, and `graviton: false` forbids it", "name an x86 type, or write `graviton: true`"),
    ("no-runs", 3, 27, "cadence.runs_per_month", "0 runs a month are not more than 0 and at most 100,000", "write the mean number of runs in a month, for"),
    ("no-spot-but-only-flex", 7, 9, "constraints.spot", "only Flex engines are allowed, and Flex is spare capacity as", "allow `spot`, or allow an engine that is not "),
    ("no-unit", 2, 17, "input.volume", "`500` has no unit", "write a size with its unit: GB or TB (powers "),
    ("not-a-boolean", 7, 9, "constraints.spot", "`maybe` is neither true nor false", "write true or false"),
    ("not-a-number", 2, 17, "input.volume", "`.nan` does not start with a number", "write a number and a unit, for example \"2.5 T"),
    ("null-value", 2, 7, "region", "it is nothing, not a single value", "write a value, or delete the line"),
    ("only-comments", 1, 1, "", "it is empty", "write at least name, input, cadence and job; "),
    ("origin-of-nothing", 7, 3, "origins.input.volum", "the file gives no figure `input.volum`", "name a figure of this file by its key path, f"),
    ("plain-text", 1, 1, "", "it is a single value, not a mapping", "write `key: value` lines, indented under it"),
    ("runs-against-schedule", 3, 44, "cadence.runs_per_month", "the schedule fires 30.42 times a month, not 12", "delete one of the two"),
    ("share-above-hundred-percent", 2, 54, "input.read_share", "`140 %` is not a share", "a share lies between 0 % and 100 %: write \"5 "),
    ("share-above-one", 6, 25, "job.skew.hot_key_share", "`1.5` is not a share", "a share lies between 0 % and 100 %: write \"5 "),
    ("shuffle-from-nowhere", 7, 45, "job.stages[0].shuffle_read", "a stage without parents has no shuffle to read", "name its `parents`"),
    ("sql-over-binary", 2, 31, "input.format", "SQL cannot query opaque files", "name the format of the table"),
    ("stage-named-twice", 8, 14, "job.stages[1].name", "the stage `read` stands in line 7 already", "give each stage its own name"),
    ("stage-with-unknown-parent", 8, 40, "job.stages[1].parents[0]", "no stage is called `raed`", "did you mean `read`? stages: read, join"),
    ("stages-in-a-circle", 8, 14, "job.stages[1].name", "its parents lead back to itself", "a stage may wait only for stages that can end"),
    ("stream-with-batch-deadline", 4, 11, "deadline", "an event stream with 4 h 00 min to react is a batch", "write the time from event to reaction, or a b"),
    ("stream-without-deadline", 4, 6, "deadline", "`deadline` is missing", "write the longest time from event to reaction"),
    ("tab-indentation", 3, 2, "", "tabs disallowed within this context (block indentation)", "indent with spaces"),
    ("time-without-unit", 4, 11, "deadline", "`90` has no unit", "write s, min, h or d, for example \"45 min\""),
    ("too-many-runs", 3, 27, "cadence.runs_per_month", "100001 runs a month are not more than 0 and at most 100,000", "for reactions to single events use `job: even"),
    ("two-documents", 7, 1, "", "the file holds several YAML documents", "write one workload a file, without a second `"),
    ("unclosed-bracket", 3, 8, "", "while parsing a flow mapping, did not find expected ',' or '", "close the bracket, or put a comma between the"),
    ("unclosed-quote", 2, 1, "", "invalid indentation in multiline quoted scalar", "close the quote"),
    ("unknown-archetype", 5, 6, "job", "`agregation` is not known here", "did you mean `aggregation`? one of: scan-filt"),
    ("unknown-cadence-word", 3, 10, "cadence", "`dayly` is no schedule", "did you mean `daily`? write cron(0 2 * * ? *)"),
    ("unknown-deep-key", 11, 5, "today.on_premises.utilization", "unknown key `utilization`", "did you mean `utilisation`? known keys: yearl"),
    ("unknown-engine", 7, 21, "constraints.engines.allow[0]", "the engine `emr-serverles` is unknown", "did you mean `emr-serverless`? engine ids sta"),
    ("unknown-format", 2, 33, "input.format", "`parket` is not known here", "did you mean `parquet`? one of: json, csv, te"),
    ("unknown-instance-type", 9, 7, "constraints.instance_types[1]", "the instance type `r5.5xlarge` is unknown", "did you mean `r5.4xlarge`? `shapecast prices "),
    ("unknown-key", 4, 1, "dead-line", "unknown key `dead-line`", "did you mean `deadline`? known keys: name, re"),
    ("unknown-meter", 8, 5, "discounts.unit_prices.glue/etl_standart", "the meter `glue/etl_standart` is unknown", "did you mean `glue/etl_standard`? `shapecast "),
    ("unknown-nested-key", 2, 23, "input.fromat", "unknown key `fromat`", "did you mean `format`? known keys: volume, fo"),
    ("unknown-region", 6, 9, "region", "the region `us-eest-1` is unknown", "did you mean `us-east-1`? regions with prices"),
    ("unknown-service", 7, 16, "discounts.by_service.gleu", "the service `gleu` is unknown", "did you mean `glue`? services are the first p"),
    ("unknown-time-unit", 4, 11, "deadline", "`1 fortnight` has an unknown unit `fortnight`", "known units: ms, s, sec, seconds, m, min, min"),
    ("unknown-unit", 2, 17, "input.volume", "`500 gigs` has an unknown unit `gigs`", "did you mean `GiB`? known units: B, kB, KB, M"),
    ("unquoted-at-word", 3, 10, "", "unexpected character: `@'", "put the value in quotes: YAML keeps this char"),
    ("unquoted-cron", 3, 10, "", "a value that begins with `*` is an alias, and no anchor has ", "put a schedule in quotes: \"*/15 * * * *\""),
    ("unused-on-premises", 7, 78, "today.on_premises.utilisation", "an unused cluster runs no job", "write the mean share of busy cores"),
    ("value-instead-of-list", 7, 19, "constraints.instance_types", "it is a single value, not a list", "write a list, for example `[a, b]`"),
    ("value-instead-of-mapping", 2, 8, "input", "it is a single value, not a mapping", "write `key: value` lines, indented under it"),
    ("wrong-unit-case", 2, 17, "input.volume", "`500 Gib` has an unknown unit `Gib`", "did you mean `GiB`? known units: B, kB, KB, M"),
    ("zero-deadline", 4, 11, "deadline", "a time of zero cannot be met", "write a longer time, or delete the line"),
    ("zero-volume", 2, 17, "input.volume", "a job that reads nothing cannot be forecast", "write the bytes that one run reads"),
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad-workloads")
}

fn problems(name: &str) -> Vec<WorkloadError> {
    let path = folder().join(format!("{name}.yaml"));
    workload::read_file(&path, &vocabulary()).expect_err(name)
}

fn read(text: &str) -> Result<Workload, Vec<WorkloadError>> {
    workload::read_str(text, "w.yaml", &vocabulary())
}

fn first(text: &str) -> WorkloadError {
    read(text).expect_err("malformed").remove(0)
}

#[test]
fn each_file_has_its_message() {
    for (name, line, column, path, message, hint) in TABLE {
        let first = &problems(name)[0];
        assert_eq!((first.line, first.column, first.path.as_str()), (*line, *column, *path), "{name}: {first}");
        assert!(first.message.contains(message), "{name}: {}", first.message);
        assert!(first.hint.starts_with(hint), "{name}: {}", first.hint);
    }
}

/// One mistake gives one message: nothing follows from it that the reader would have to sort out.
#[test]
fn one_mistake_gives_one_message() {
    for (name, ..) in TABLE.iter().filter(|row| row.0 != "container-batch-without-item-time") {
        assert_eq!(problems(name).len(), 1, "{name}: {:#?}", problems(name));
    }
}

#[test]
fn the_table_and_the_folder_agree() {
    let files = std::fs::read_dir(folder()).expect("the folder").map(|entry| entry.expect("an entry").path());
    let mut names: Vec<String> =
        files.filter_map(|path| path.file_stem().map(|stem| stem.to_string_lossy().into_owned())).collect();
    names.sort();
    let mut expected: Vec<String> =
        TABLE.iter().map(|row| row.0.to_owned()).chain(["several-problems".to_owned()]).collect();
    expected.sort();
    assert_eq!(names, expected);
    assert!(names.len() >= 40);
}

#[test]
fn several_problems_are_reported_together_in_the_order_of_the_file() {
    let found = problems("several-problems");
    let places: Vec<(usize, &str)> = found.iter().map(|it| (it.line, it.path.as_str())).collect();
    let expected = [
        (2, "region"),
        (4, "input.volume"),
        (5, "input.format"),
        (6, "input.fils"),
        (7, "cadence"),
        (8, "deadline"),
        (11, "constraints.kubernetes"),
    ];
    assert_eq!(places, expected);
}

#[test]
fn a_problem_reads_as_file_line_column_message() {
    let problem = first("name: x\ninput: {volume: 500 GB, format: parquet}\ncadence: daily\njob: sorts\n");
    assert_eq!(problem.to_string(), "w.yaml:4:6: cannot read `job`: `sorts` is not known here");
}

#[test]
fn a_missing_file_and_a_folder_have_no_line() {
    for path in ["no/such/file.yaml", env!("CARGO_MANIFEST_DIR")] {
        let found = workload::read_file(Path::new(path), &vocabulary()).expect_err("no file");
        assert_eq!(found[0].line, 0);
        assert!(found[0].to_string().starts_with(&format!("{path}: cannot ")), "{}", found[0]);
    }
}

#[test]
fn a_file_of_100_mb_is_refused_before_it_is_read() {
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.as_file().set_len(100_000_000).expect("a sparse file");
    let start = Instant::now();
    let found = workload::read_file(file.path(), &vocabulary()).expect_err("too large");
    assert!(start.elapsed() < Duration::from_millis(500));
    assert!(found[0].message.contains("95 MiB"), "{}", found[0]);
    assert_eq!((found[0].line, found[0].column), (1, 1));
}

#[test]
fn deep_nesting_ends_in_a_message() {
    for text in [
        format!("name: {}{}", "[".repeat(100_000), "]".repeat(100_000)),
        format!("name: {}", "{a: ".repeat(50_000)),
        (0..3000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect::<String>(),
        "- ".repeat(100_000),
    ] {
        assert!(first(&text).message.contains("nest"), "{}", first(&text));
    }
}

/// Nine levels of nine aliases each would be 9⁹ values.
#[test]
fn an_alias_bomb_ends_in_a_message_soon() {
    let mut text = "a: &a [x,x,x,x,x,x,x,x,x]\n".to_owned();
    for (name, before) in ('b'..='i').zip('a'..='h') {
        let aliases = vec![format!("*{before}"); 9].join(",");
        text.push_str(&format!("{name}: &{name} [{aliases}]\n"));
    }
    let start = Instant::now();
    assert!(first(&text).message.contains("limit"), "{}", first(&text));
    assert!(start.elapsed() < Duration::from_secs(2));
}

#[test]
fn too_many_values_end_in_a_message() {
    let many_keys: String = (0..200_000).map(|key| format!("k{key}: 1\n")).collect();
    assert!(first(&many_keys).message.contains("limit"), "{}", first(&many_keys));
    let list = format!("name: [{}]", "1,".repeat(150_000));
    assert!(first(&list).message.contains("limit"), "{}", first(&list));
}

#[test]
fn a_value_of_megabytes_ends_in_a_message() {
    let long = format!(
        "name: {}\ninput: {{volume: 1 TB, format: json}}\ncadence: {}\njob: {}\n",
        "x".repeat(1 << 20),
        "9".repeat(1 << 20),
        "y".repeat(1 << 20)
    );
    assert_eq!(read(&long).expect_err("too long").len(), 3);
    let too_long = "x".repeat(9 << 20);
    assert!(first(&too_long).message.contains("8 MiB"));
}

#[test]
fn a_byte_order_mark_json_and_windows_line_ends_are_fine() {
    let json = "\u{feff}{\n\t\"name\": \"x\",\n\t\"input\": {\"volume\": \"1 TB\", \"format\": \"json\"},\n\t\"cadence\": \"daily\",\n\t\"job\": \"sort\"\n}\n";
    assert_eq!(read(json).expect("reads").name, "x");
    let windows = "name: x\r\ninput: {volume: 1 TB, format: json}\r\ncadence: daily\r\njob: sort\r\n";
    assert_eq!(read(windows).expect("reads").name, "x");
}

#[test]
fn anchors_and_merge_keys_work_and_errors_point_at_the_use() {
    let shared =
        "name: x\ninput: &in {volume: 1 TB, format: json}\ncadence: daily\njob: sort\noutput: {volume: 10 GB}\n";
    assert!(read(shared).is_ok());
    let wrong = "name: &n [1]\ninput: {volume: 1 TB, format: json}\ncadence: daily\njob: sort\nregion: *n\n";
    let found = read(wrong).expect_err("lists are no names");
    assert!(found.iter().any(|it| it.line == 5 && it.path == "region"), "{found:#?}");
}

#[test]
fn every_byte_string_gives_an_answer() {
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    for bytes in [
        &b"\xff\xfe\x00n"[..],
        b"\x1f\x8b\x08\x00",
        b"\xef\xbb\xbf",
        b"\xc3",
        b"%PDF-1.7\n",
        b"\r\r\r",
        b"---",
        b"...",
        b"!!",
        b"? ",
        b"&a *a",
        b"<<: 1",
    ] {
        std::fs::write(file.path(), bytes).expect("writes");
        let found = workload::read_file(file.path(), &vocabulary()).expect_err("no workload");
        assert!(found[0].line >= 1 && !found[0].hint.is_empty(), "{bytes:?}: {}", found[0]);
    }
}

/// A valid file with every kind of key, to be damaged.
const WHOLE: &str = include_str!("../docs/examples/telco-cdr-nightly.yaml");

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,200}") {
        let _ = read(&text);
    }

    #[test]
    fn no_yaml_like_text_makes_it_panic(text in "(name|input|job|cadence|files|\\{|\\}|\\[|\\]|:|,|- |\n|  |\"|'|&a|\\*a|<<|1|%|GB){0,60}") {
        let _ = read(&text);
    }

    #[test]
    fn no_damaged_file_makes_it_panic(at in 0..WHOLE.len(), length in 0..40_usize, insert in "\\PC{0,6}") {
        let characters: Vec<char> = WHOLE.chars().collect();
        let at = at.min(characters.len());
        let end = (at + length).min(characters.len());
        let text: String = characters[..at].iter().copied().chain(insert.chars()).chain(characters[end..].iter().copied()).collect();
        if let Err(found) = read(&text) {
            for problem in found {
                proptest::prop_assert!(problem.line >= 1 && problem.column >= 1 && !problem.hint.is_empty(), "{}", problem);
                proptest::prop_assert!(problem.message.starts_with("cannot "), "{}", problem);
            }
        }
    }
}
