//! `recommend` from arguments to exit code, with a hand-made ranking in place of the real one.

use std::cell::RefCell;
use std::ffi::OsString;
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::rc::Rc;

use tempfile::TempDir;

use super::args::{self, Command};
use super::commands::recommend::{Recommender, run};
use super::context::Context;
use super::printer::Printer;
use super::{Exit, Stop};
use crate::prices::PriceBook;
use crate::rank::{RecommendError, RecommendOptions, Recommendation};
use crate::report::fixture;
use crate::store::LastRun;
use crate::workload::Workload;

#[derive(Clone, Default)]
struct Buffer(Rc<RefCell<Vec<u8>>>);

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A reader that has gone.
struct Closed;

impl Write for Closed {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Buffer {
    fn text(&self) -> String {
        anstream::adapter::strip_str(&String::from_utf8_lossy(&self.0.borrow())).to_string()
    }
}

fn good(mut workload: Workload, _: &PriceBook, options: &RecommendOptions) -> Result<Recommendation, RecommendError> {
    let mut answer = fixture::answer();
    // What the flags changed must reach the ranking.
    std::mem::swap(&mut answer.workload, &mut workload);
    Ok(Recommendation { seed: options.seed, ..answer })
}

fn hopeless(_: Workload, _: &PriceBook, _: &RecommendOptions) -> Result<Recommendation, RecommendError> {
    Ok(fixture::nothing_eligible())
}

struct Outcome {
    exit: Exit,
    out: String,
    err: String,
}

struct Sandbox(TempDir);

impl Sandbox {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let minimal = fs::read_to_string("docs/examples/minimal.yaml").expect("the minimal example");
        fs::write(folder.path().join("job.yaml"), minimal).expect("writes");
        Self(folder)
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }

    fn recommend(&self, flags: &[&str], recommender: Recommender) -> Outcome {
        let out = Buffer::default();
        self.recommend_into(flags, recommender, Box::new(out.clone()), &out)
    }

    fn recommend_into(
        &self,
        flags: &[&str],
        recommender: Recommender,
        stdout: Box<dyn Write>,
        out: &Buffer,
    ) -> Outcome {
        let job = self.path("job.yaml");
        let line = ["shapecast", "recommend", job.as_str(), "--now", "2026-11-20T12:00:00Z"];
        let line = line.iter().chain(flags).map(OsString::from);
        let cli = args::parse(line).expect("the arguments parse");
        let Command::Recommend(arguments) = cli.command else { panic!("recommend") };
        let err = Buffer::default();
        let printer = Printer::into_buffers(stdout, Box::new(err.clone()));
        let now = cli.global.now.expect("--now is given");
        let mut context = Context::new(cli.global, printer, now);
        context.last_run = Some(LastRun::in_folder(self.0.path()));
        let outcome = run(&arguments, &mut context, recommender);
        let exit = outcome.unwrap_or_else(|stop| {
            if let Stop::Errors(errors) = &stop {
                errors.iter().for_each(|error| context.printer.error(error));
            }
            stop.exit()
        });
        Outcome { exit, out: out.text(), err: err.text() }
    }
}

fn read(path: impl AsRef<Path>) -> String {
    fs::read_to_string(path).expect("reads")
}

#[test]
fn the_report_goes_to_stdout_and_advice_to_stderr() {
    let outcome = Sandbox::new().recommend(&[], good);
    assert_eq!(outcome.exit, Exit::Done);
    assert!(outcome.out.starts_with("Prices: "), "{}", outcome.out);
    assert!(!outcome.out.contains("hint:"), "{}", outcome.out);
    assert!(outcome.err.contains("hint: see the arithmetic with `shapecast explain 1`"), "{}", outcome.err);
}

#[test]
fn the_same_question_gives_the_same_bytes() {
    let sandbox = Sandbox::new();
    let ask = || sandbox.recommend(&["--format", "json"], good).out;
    assert_eq!(ask(), ask());
}

#[test]
fn files_get_the_format_of_their_extension() {
    let sandbox = Sandbox::new();
    let files = ["run.json", "run.csv", "run.md", "run.txt"].map(|name| sandbox.path(name));
    let flags: Vec<&str> = files.iter().flat_map(|file| ["--out", file.as_str()]).collect();
    let outcome = sandbox.recommend(&flags, good);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.err);
    assert!(read(&files[0]).starts_with("{\n  \"schema_version\": 1,"));
    assert!(read(&files[1]).starts_with("workload,rank,engine"));
    assert!(read(&files[2]).starts_with("**Prices:**"));
    assert!(read(&files[3]).starts_with("Prices: "));
    assert!(outcome.err.contains("wrote "), "{}", outcome.err);
}

#[test]
fn an_unknown_extension_stops_before_anything_is_computed() {
    fn never(_: Workload, _: &PriceBook, _: &RecommendOptions) -> Result<Recommendation, RecommendError> {
        panic!("nothing should be computed")
    }
    let outcome = Sandbox::new().recommend(&["--out", "run.jsn"], never);
    assert_eq!(outcome.exit, Exit::Usage);
    assert!(outcome.err.contains("did you mean `.json`?"), "{}", outcome.err);
    assert!(outcome.out.is_empty());
}

#[test]
fn strict_exits_with_3_after_the_report() {
    let outcome = Sandbox::new().recommend(&["--strict"], good);
    assert_eq!(outcome.exit, Exit::DataMissing);
    assert!(outcome.out.contains("Prices missing"), "{}", outcome.out);
    assert!(outcome.err.contains("emr-serverless/flex_vcpu_arm"), "{}", outcome.err);
}

#[test]
fn nothing_eligible_exits_with_5_and_names_the_constraint() {
    let outcome = Sandbox::new().recommend(&[], hopeless);
    assert_eq!(outcome.exit, Exit::NoCandidate);
    assert!(outcome.out.contains("No engine can serve"), "{}", outcome.out);
    assert!(outcome.err.contains("hint: relax constraints.custom_jar"), "{}", outcome.err);
}

#[test]
fn a_reader_that_closed_the_pipe_is_no_failure_and_costs_no_file() {
    let sandbox = Sandbox::new();
    let file = sandbox.path("run.json");
    let outcome = sandbox.recommend_into(&["--out", &file], good, Box::new(Closed), &Buffer::default());
    assert_eq!(outcome.exit, Exit::Done);
    assert!(!outcome.err.contains("error"), "{}", outcome.err);
    assert!(read(file).contains("schema_version"));
}

#[test]
fn flags_change_what_the_ranking_is_asked() {
    fn check(workload: Workload, _: &PriceBook, options: &RecommendOptions) -> Result<Recommendation, RecommendError> {
        assert_eq!(workload.region.value, "eu-central-1");
        assert_eq!(workload.constraints.engines_allowed, ["glue"]);
        assert!(workload.constraints.engines_denied.contains(&"athena".to_owned()));
        assert_eq!(workload.discounts.unit_prices["glue/etl_standard"].to_string(), "0.40");
        assert_eq!((options.seed, options.replications), (7, 9));
        Ok(fixture::answer())
    }
    let sandbox = Sandbox::new();
    let prices = sandbox.path("prices.txt");
    fs::write(&prices, "glue/etl_standard: 0.40\n").expect("writes");
    let flags = ["--region", "eu-central-1", "--engine", "glue", "--exclude-engine", "athena", "--prices", &prices];
    let outcome = sandbox.recommend(&[&flags[..], &["--seed", "7", "--replications", "9"]].concat(), check);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.err);
}

#[test]
fn an_unknown_region_gets_the_nearest() {
    let outcome = Sandbox::new().recommend(&["--region", "eu-centrl-1"], good);
    assert_eq!(outcome.exit, Exit::Usage);
    assert!(outcome.err.contains("did you mean `eu-central-1`?"), "{}", outcome.err);
}

#[test]
fn the_run_is_kept_whole() {
    let sandbox = Sandbox::new();
    let shown = sandbox.recommend(&["--format", "json", "--top", "1"], good).out;
    assert_eq!(read(sandbox.path("last-run.json")), shown);
}

#[test]
fn a_run_that_cannot_be_kept_is_a_warning() {
    let sandbox = Sandbox::new();
    fs::create_dir(sandbox.0.path().join("last-run.json")).expect("in the way");
    let outcome = sandbox.recommend(&[], good);
    assert_eq!(outcome.exit, Exit::Done);
    assert!(outcome.err.contains("warning: the run is not kept"), "{}", outcome.err);
}

#[test]
fn several_workloads_end_in_their_totals() {
    let sandbox = Sandbox::new();
    let other = sandbox.path("other.yaml");
    fs::copy(sandbox.path("job.yaml"), &other).expect("copies");
    let table = sandbox.recommend(&[&other], good);
    assert_eq!(table.exit, Exit::Done, "{}", table.err);
    // Twice $139.06.
    assert!(table.out.contains("Total: $278.12 a month."), "{}", table.out);
    let json: serde_json::Value =
        serde_json::from_str(&sandbox.recommend(&[&other, "--format", "json"], good).out).expect("JSON");
    assert_eq!(json["workloads"].as_array().map(Vec::len), Some(2));
    assert_eq!(json["totals"]["monthly_cost_usd"], 278.12);
}

#[test]
fn the_winners_spec_is_written_beside_the_report() {
    let sandbox = Sandbox::new();
    let folder = sandbox.path("specs");
    let outcome = sandbox.recommend(&["--spec-dir", &folder], good);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.err);
    assert!(fs::read_dir(folder).expect("a folder").count() > 0);
}

/// Two workloads are ranked at the same time: each waits until the other has begun, too.
#[test]
fn a_portfolio_is_ranked_in_parallel() {
    use std::sync::{Condvar, Mutex};
    use std::time::Duration;
    static BEGUN: (Mutex<usize>, Condvar) = (Mutex::new(0), Condvar::new());
    fn together(
        workload: Workload,
        book: &PriceBook,
        options: &RecommendOptions,
    ) -> Result<Recommendation, RecommendError> {
        let mut begun = BEGUN.0.lock().expect("no panic");
        *begun += 1;
        BEGUN.1.notify_all();
        let (begun, waited) =
            BEGUN.1.wait_timeout_while(begun, Duration::from_secs(60), |begun| *begun < 2).expect("no panic");
        assert!(!waited.timed_out(), "the other one never began");
        drop(begun);
        good(workload, book, options)
    }
    let sandbox = Sandbox::new();
    let text = read(sandbox.path("job.yaml"));
    let rest: Vec<&str> = text.lines().filter(|line| !line.starts_with("name:")).collect();
    fs::write(sandbox.path("other.yaml"), format!("name: other\n{}\n", rest.join("\n"))).expect("writes");
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().expect("a pool");
    let other = sandbox.path("other.yaml");
    let outcome = pool.install(|| sandbox.recommend(&[other.as_str(), "--format", "json"], together));
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.err);
    let answer: serde_json::Value = serde_json::from_str(&outcome.out).expect("JSON");
    assert_eq!(answer["workloads"][1]["workload"]["name"], "other", "in the order asked");
}
