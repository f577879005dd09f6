//! The program from outside: streams, exit codes, errors, determinism.

use std::io::Read;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

const RUN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli_data/run.json");

struct Program(TempDir);

impl Program {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("shapecast"));
        command.args(arguments).env_clear().env("HOME", self.0.path()).current_dir(self.0.path());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("runs")
    }
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn fails(output: &Output, code: i32, words: &[&str]) {
    assert_eq!(output.status.code(), Some(code), "{}", err(output));
    assert!(output.stdout.is_empty(), "an error writes no report: {}", out(output));
    for word in words {
        assert!(err(output).contains(word), "`{word}` is not in: {}", err(output));
    }
}

fn works(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{}", err(output));
    out(output)
}

#[test]
fn version_and_help_go_to_stdout() {
    let program = Program::new();
    assert_eq!(works(&program.run(&["--version"])), format!("shapecast {}\n", env!("CARGO_PKG_VERSION")));
    let help = works(&program.run(&["recommend", "--help"]));
    let (examples, flags) = (help.find("Examples:").expect("examples"), help.find("--format").expect("flags"));
    assert!(examples < flags, "examples come before flags");
}

#[test]
fn no_command_is_a_usage_error() {
    assert_eq!(Program::new().run(&[]).status.code(), Some(2));
}

#[test]
fn unknown_values_list_the_allowed_ones_and_the_nearest() {
    let program = Program::new();
    fails(&program.run(&["recommend", "x", "--format", "jsn"]), 2, &["table, json, csv, markdown", "'json'"]);
    fails(&program.run(&["recommend", "x", "--engine", "gleu"]), 2, &["emr-serverless", "'glue'"]);
    fails(&program.run(&["prices", "show", "--service", "glu"]), 2, &["did you mean `glue`?", "athena"]);
    fails(&program.run(&["prices", "show", "--region", "us-est-1"]), 2, &["did you mean `us-east-1`?"]);
    fails(&program.run(&["prices", "show", "--type", "r7g.4xlrge"]), 2, &["did you mean `r7g.4xlarge`?"]);
    fails(&program.run(&["explain", "glu", "--from", RUN]), 2, &["did you mean `glue`?", "ranks 1 to 4"]);
}

#[test]
fn baselines_alone_are_no_question() {
    let program = Program::new();
    let workload = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/examples/minimal.yaml");
    let run = |engines: &[&str]| {
        let named = engines.iter().flat_map(|engine| ["--engine", engine]);
        program.run(&["recommend", workload, "--replications", "20"].into_iter().chain(named).collect::<Vec<_>>())
    };
    fails(&run(&["emr-ec2-standing"]), 2, &["`emr-ec2-standing` can only be compared with", "emr-ec2,"]);
    works(&run(&["emr-ec2-standing", "glue"]));
}

#[test]
fn a_missing_workload_file_is_named_with_the_nearest_one() {
    let program = Program::new();
    std::fs::write(program.path("nightly.yaml"), "").expect("writes");
    fails(
        &program.run(&["recommend", "nightly.yml"]),
        2,
        &["error: cannot read `nightly.yml`", "hint:", "nightly.yaml"],
    );
}

#[test]
fn a_wrong_workload_file_is_named_with_line_and_column() {
    let program = Program::new();
    std::fs::write(program.path("job.yaml"), "name: job\ninput:\n  volume: 2.5T\n").expect("writes");
    fails(&program.run(&["recommend", "job.yaml"]), 2, &["error: job.yaml:3:", "hint:"]);
}

#[test]
fn explain_without_any_run_says_what_to_do() {
    let program = Program::new();
    fails(&program.run(&["explain"]), 2, &["there is none yet", "shapecast recommend WORKLOAD"]);
    fails(&program.run(&["spec"]), 2, &["there is none yet"]);
}

#[test]
fn explain_reads_the_last_run_and_a_named_one_alike() {
    let program = Program::new();
    let state = program.path("state");
    std::fs::create_dir(&state).expect("a folder");
    std::fs::copy(RUN, format!("{state}/last-run.json")).expect("copies");
    let last = program.command(&["explain"]).env("SHAPECAST_STATE_DIR", &state).output().expect("runs");
    assert_eq!(works(&last), works(&program.run(&["explain", "1", "--from", RUN])));
}

#[test]
fn explain_takes_a_rank_an_engine_or_an_id() {
    let program = Program::new();
    let glue = works(&program.run(&["explain", "3", "--from", RUN]));
    assert!(glue.contains("Candidate: rank 3, Glue"), "{glue}");
    assert_eq!(works(&program.run(&["explain", "glue", "--from", RUN])), glue);
    assert_eq!(works(&program.run(&["explain", "glue/5.1/G.2X/30", "--from", RUN])), glue);
    fails(&program.run(&["explain", "athena", "--from", RUN]), 2, &["not eligible", "relax constraints.custom_jar"]);
}

#[test]
fn a_stored_run_that_is_none_is_refused_with_its_reason() {
    let program = Program::new();
    for (text, word) in [
        ("not json", "expected"),
        ("{}", "schema_version"),
        (r#"{"schema_version": 9}"#, "schema_version 9"),
        (r#"{"schema_version": 1, "tool": 3}"#, "invalid type"),
    ] {
        std::fs::write(program.path("run.json"), text).expect("writes");
        fails(&program.run(&["explain", "--from", "run.json"]), 2, &["cannot read `run.json`", word, "hint:"]);
    }
}

#[test]
fn the_same_question_gives_the_same_bytes() {
    let program = Program::new();
    for arguments in [
        &["explain", "--from", RUN, "--format", "json"][..],
        &["spec", "--from", RUN],
        &["prices", "show", "--region", "us-east-1", "--service", "glue", "--now", "2026-11-20"],
        &["completions", "bash"],
        &["man"],
    ] {
        assert_eq!(works(&program.run(arguments)), works(&program.run(arguments)), "{arguments:?}");
    }
}

#[test]
fn ages_are_counted_to_the_moment_given() {
    let program = Program::new();
    let show =
        |now: &str| works(&program.run(&["prices", "show", "--service", "athena", "--format", "json", "--now", now]));
    let age = |text: String| serde_json::from_str::<serde_json::Value>(&text).expect("JSON")["age_days"].as_i64();
    assert_eq!(age(show("2027-01-31")).zip(age(show("2027-01-01"))).map(|(late, early)| late - early), Some(30));
    let mut command = program.command(&["prices", "show", "--service", "athena", "--format", "json"]);
    // 2027-01-01T00:00:00Z.
    let by_epoch = command.env("SOURCE_DATE_EPOCH", "1798761600").output().expect("runs");
    assert_eq!(works(&by_epoch), show("2027-01-01"));
}

#[test]
fn colours_are_off_in_a_pipe_on_when_asked_and_off_with_no_color() {
    let program = Program::new();
    let has_colours = |output: &Output| output.stdout.contains(&0x1b);
    assert!(!has_colours(&program.run(&["explain", "--from", RUN])));
    assert!(has_colours(&program.run(&["explain", "--from", RUN, "--color", "always"])));
    assert!(!has_colours(&program.run(&["explain", "--from", RUN, "--color", "never"])));
    let with = |name: &str| program.command(&["explain", "--from", RUN]).env(name, "1").output().expect("runs");
    assert!(has_colours(&with("CLICOLOR_FORCE")));
    assert!(!has_colours(&with("NO_COLOR")));
}

#[test]
fn ascii_and_width_are_kept_to() {
    let program = Program::new();
    let text = works(&program.run(&["explain", "--from", RUN, "--ascii", "--width", "80"]));
    assert!(text.is_ascii());
    let widest = text.lines().filter(|line| !line.contains('/')).map(str::len).max();
    assert!(widest <= Some(80), "{widest:?}");
}

#[test]
fn quiet_leaves_the_report_and_twice_quiet_the_code() {
    let program = Program::new();
    let noisy = program.run(&["spec", "--from", RUN]);
    assert!(err(&noisy).contains("fill in ${SUBNET_ID_1}"));
    let quiet = program.run(&["spec", "--from", RUN, "-q"]);
    assert_eq!((works(&quiet), err(&quiet)), (out(&noisy), String::new()));
    let silent = program.run(&["spec", "--from", RUN, "-qq"]);
    assert_eq!((works(&silent), err(&silent)), (String::new(), String::new()));
    let failing = program.run(&["explain", "-qq"]);
    assert_eq!((failing.status.code(), err(&failing)), (Some(2), String::new()));
}

#[test]
fn a_closed_pipe_is_a_quiet_end() {
    let program = Program::new();
    let mut command = program.command(&["prices", "show", "--format", "csv"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
    let mut first = [0; 64];
    let mut stdout = child.stdout.take().expect("a pipe");
    stdout.read_exact(&mut first).expect("the first bytes");
    drop(stdout);
    let output = child.wait_with_output().expect("ends");
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(output.stderr.is_empty(), "{}", err(&output));
}

#[test]
fn profile_init_writes_a_template_and_never_over_a_file() {
    let program = Program::new();
    let template = works(&program.run(&["profile", "init"]));
    assert!(template.contains("name:"), "{template}");
    works(&program.run(&["profile", "init", "--out", "job.yaml"]));
    assert_eq!(std::fs::read_to_string(program.path("job.yaml")).expect("reads"), template);
    fails(&program.run(&["profile", "init", "--out", "job.yaml"]), 2, &["the file exists", "--force"]);
    works(&program.run(&["profile", "init", "--out", "job.yaml", "--force"]));
}

#[test]
fn a_bill_is_priced_to_the_cent_and_told_in_every_format() {
    let program = Program::new();
    // AWS's own example: 6 DPU for 15 minutes at $0.44 is $0.66.
    let usage =
        "engine: glue\nregion: us-east-1\nunit_prices: {glue/etl_standard: 0.44}\nusage: {dpu: 6, duration: 15 min}\n";
    std::fs::write(program.path("usage.yaml"), usage).expect("writes");
    let table = works(&program.run(&["bill", "usage.yaml"]));
    assert!(table.contains("Total: $0.66."), "{table}");
    let json = works(&program.run(&["bill", "usage.yaml", "--format", "json", "--out", "bill.csv"]));
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["total_usd"], 0.66);
    let csv = std::fs::read_to_string(program.path("bill.csv")).expect("reads");
    assert!(csv.starts_with("component,group,period,quantity,unit"), "{csv}");
}

#[test]
fn a_bill_with_an_unknown_price_says_so_and_fails_under_strict() {
    let program = Program::new();
    let usage = "engine: glue\nregion: us-east-1\nusage: {worker_type: R.1X, workers: 10, duration: 1 h}\n";
    std::fs::write(program.path("usage.yaml"), usage).expect("writes");
    let table = works(&program.run(&["bill", "usage.yaml"]));
    assert!(table.contains("Total: ?."), "{table}");
    let strict = program.run(&["bill", "usage.yaml", "--strict"]);
    assert_eq!(strict.status.code(), Some(3), "{}", err(&strict));
    assert_eq!(out(&strict), table);
    std::fs::write(program.path("own.yaml"), "glue/etl_memory_optimized: 0.52\n").expect("writes");
    let own = works(&program.run(&["bill", "usage.yaml", "--strict", "--prices", "own.yaml"]));
    assert!(own.contains("$5.20") || own.contains("$10.40"), "{own}");
}

#[test]
fn specs_are_written_to_a_folder_or_one_document_to_stdout() {
    let program = Program::new();
    works(&program.run(&["spec", "--from", RUN, "--dir", "deep/specs"]));
    let name = "emr.run-job-flow.json";
    let file = std::fs::read_to_string(program.path(&format!("deep/specs/{name}"))).expect("reads");
    assert_eq!(works(&program.run(&["spec", "--from", RUN, "--file", name])), file);
    fails(&program.run(&["spec", "--from", RUN, "--file", "emr.run-job-flw.json"]), 2, &["did you mean", name]);
    fails(&program.run(&["spec", "ec2-single", "--from", RUN]), 2, &["baseline", "hint:"]);
}

#[test]
fn schemas_completions_and_man_pages_are_printed() {
    let program = Program::new();
    for name in ["workload", "recommend", "portfolio", "bill", "prices"] {
        let schema: serde_json::Value = serde_json::from_str(&works(&program.run(&["schema", name]))).expect("JSON");
        assert!(schema["$schema"].is_string(), "{name}");
    }
    for shell in ["bash", "zsh", "fish"] {
        assert!(works(&program.run(&["completions", shell])).contains("recommend"), "{shell}");
    }
    assert!(works(&program.run(&["man"])).contains("EXIT STATUS"));
    works(&program.run(&["man", "--dir", "man1"]));
    assert!(std::fs::metadata(program.path("man1/shapecast-recommend.1")).is_ok());
}

#[test]
fn an_output_that_cannot_be_written_is_an_error_and_leaves_nothing() {
    let program = Program::new();
    fails(&program.run(&["profile", "init", "--out", "absent/job.yaml"]), 2, &["cannot write `absent/job.yaml`"]);
    assert_eq!(std::fs::read_dir(program.0.path()).expect("lists").count(), 0);
}
