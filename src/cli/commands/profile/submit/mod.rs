//! `--pushdown … --live`: the written query or job is run on the user's own engine, and its result brought back.
//!
//! Nothing is started, uploaded or paid for before what it may cost is shown and agreed to.

mod cost;
mod plan;
mod watch;

use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};

use self::plan::Plan;
use self::watch::Run;
use crate::aws::{CallError, CallFailure, RunState, Submits};
use crate::cli::args::{Connect, PushdownArg, Submit};
use crate::cli::commands::out_files;
use crate::cli::context::Context;
use crate::cli::{CliError, Exit, Stop, live};
use crate::prices::{PriceBook, Rates};

/// Runs of one content that failed before this command began and are submitted again.
const ATTEMPTS: u32 = 5;
/// How far the clocks of AWS and of this machine may differ.
const SKEW: SignedDuration = SignedDuration::from_mins(2);
const DAY_MS: i64 = 86_400_000;

/// What is pushed down, and how.
pub(super) struct Pushed<'a> {
    /// SQL or Spark.
    pub engine: PushdownArg,
    /// The table or path.
    pub source: &'a str,
    /// How often the query names the table.
    pub reads: u32,
    /// The query or job, for a moment after which times lie in the future, ms since 1970.
    pub text: &'a dyn Fn(i64) -> String,
    /// How it is submitted.
    pub submit: &'a Submit,
    /// How AWS is reached.
    pub connect: &'a Connect,
    /// Where.
    pub region: Option<&'a str>,
    /// Files to write.
    pub outs: &'a [PathBuf],
}

/// A result that was brought back.
#[derive(Debug)]
pub(super) struct Brought {
    /// What it is called in the origin of figures.
    pub name: PathBuf,
    /// A name for the workload, from the table or path.
    pub workload: String,
    /// The rows.
    pub csv: Vec<u8>,
}

/// Something on the command line is wrong.
fn wrong(what: String, hint: impl Into<String>) -> CliError {
    CliError::usage("cannot submit the profile", what).hint(hint)
}

/// Whether a file gets the text that is submitted.
pub(super) fn is_text(path: &Path) -> bool {
    matches!(path.extension().and_then(|end| end.to_str()), Some("sql" | "py"))
}

/// Submits, waits, and brings the result; `None` when nobody waits for it.
///
/// # Errors
/// It was not agreed to, a call failed, or the run failed.
pub(super) fn run(pushed: &Pushed<'_>, context: &mut Context) -> Result<Option<Brought>, Stop> {
    check_outs(pushed.outs)?;
    let mut connection = live::connection(pushed.connect, pushed.region.map(str::to_owned), context.now);
    context.now = live::replayed_moment(&connection, context)?;
    connection.now = context.now;
    let aws = live::open_to_submit(&connection)?;
    let region = pushed.region.map(str::to_owned).or_else(|| aws.resolved().region).ok_or_else(|| {
        wrong("no region is known".to_owned(), "add --region REGION, or configure one as for the AWS CLI")
    })?;
    let book = PriceBook::embedded().map_err(|error| CliError::because("cannot open the price book", &error))?;
    let prices = book.in_region(&region).ok();
    let rates = prices.as_ref().map(|prices| prices as &dyn Rates);
    let run = match &pushed.submit.attach {
        Some(name) => {
            let (runner, id) = plan::runner(name, true)?;
            Run { aws: aws.as_ref(), region: &region, runner, id }
        }
        None => {
            // The same command on the same day is the same content, so that a repeat is not paid twice.
            let end_of_day = (context.now.as_millisecond().div_euclid(DAY_MS) + 1) * DAY_MS;
            let text = (pushed.text)(end_of_day);
            for path in pushed.outs.iter().filter(|path| is_text(path)) {
                out_files::write(context, path, text.as_bytes())?;
            }
            let plan = Plan::make(pushed, text, &region, rates, aws.as_ref())?;
            agree(&plan, pushed.submit, &region, &book, context)?;
            start(&plan, pushed.submit, &region, aws.as_ref(), context)?
        }
    };
    if pushed.submit.no_wait {
        context.report(&format!("{}\n", run.name()))?;
        context.printer.advice(&format!(
            "the same command with --attach {} instead of --no-wait waits for it and profiles its result",
            run.name()
        ));
        return Ok(None);
    }
    let csv = run.to_its_end(pushed, rates, context)?;
    let last = pushed.source.trim_end_matches('/').rsplit(['/', '.']).next().unwrap_or_default();
    Ok(Some(Brought {
        name: PathBuf::from(format!("{} in {region}, over {}", run.name(), pushed.source)),
        workload: last.trim_matches('"').to_owned(),
        csv,
    }))
}

/// A wrong name of a file is found before anything is paid for.
fn check_outs(outs: &[PathBuf]) -> Result<(), CliError> {
    let known = ["yaml", "yml", "json", "md", "markdown", "txt", "sql", "py"];
    let end = |path: &Path| path.extension().and_then(|end| end.to_str()).unwrap_or_default().to_owned();
    match outs.iter().find(|path| !known.contains(&end(path).as_str())) {
        Some(path) => {
            Err(CliError::usage(format!("cannot write `{}`", path.display()), "the extension says no format").hint(
                "a workload file ends in .yaml, a report in .json, .md or .txt, the submitted text in .sql or .py",
            ))
        }
        None => Ok(()),
    }
}

/// Shows what it may cost, and gets a yes.
fn agree(plan: &Plan, submit: &Submit, region: &str, book: &PriceBook, context: &mut Context) -> Result<(), CliError> {
    let headline = plan.cost.headline();
    let printer = &mut context.printer;
    printer.note(&format!("to submit in {region}: {}", plan.title));
    printer.note(&format!("{headline} (prices: {}, {})", book.in_words(), book.as_of()));
    for line in plan.cost.basis() {
        printer.note(&line);
    }
    if submit.yes {
        if plan.cost.is_known() || submit.accept_unknown_cost {
            return Ok(());
        }
        return Err(wrong(
            headline,
            "nothing was submitted; --accept-unknown-cost beside --yes submits it all the same",
        ));
    }
    match printer.agreed(&format!("{headline}. Submit?")) {
        Some(true) => Ok(()),
        Some(false) => Err(wrong("it was not agreed to; nothing was submitted".to_owned(), "")),
        None => Err(wrong(
            format!("nobody agreed to it: {headline}"),
            "nothing was submitted; add --yes to submit it, or leave out --live to write the query or job only",
        )),
    }
}

/// Starts it, or finds the same content that was started before.
fn start<'a>(
    plan: &Plan,
    submit: &Submit,
    region: &'a str,
    aws: &'a dyn Submits,
    context: &mut Context,
) -> Result<Run<'a>, CliError> {
    let call = |error| live::call_error("cannot submit the profile", &error);
    let old = |at: Option<Timestamp>| at.filter(|at| at.saturating_add(SKEW).is_ok_and(|at| at < context.now));
    let printer = &mut context.printer;
    let mut attempt = 0;
    loop {
        let anew = if submit.anew { context.now.as_millisecond().to_string() } else { String::new() };
        let token = plan.token(&format!("{anew}/{attempt}"));
        let (script, work) = plan.work(&token);
        if let Some((place, text)) = script {
            aws.put(region, &place, text).map_err(call)?;
            printer.note(&format!("uploaded the script to {place}"));
        }
        let id = aws.start(region, &work, &token).map_err(|error| perhaps(&error))?;
        let run = Run { aws, region, runner: work.runner(), id };
        // Asked at once: an answer that is older than this command is another command's.
        let known = aws.progress(region, &run.runner, &run.id).ok();
        let before = known.as_ref().and_then(|known| old(known.submitted));
        match (before, known.map(|known| known.state)) {
            (Some(at), Some(RunState::Failed)) if attempt + 1 < ATTEMPTS => {
                printer.note(&format!("{} of {at} had the same content and failed: submitting again", run.name()));
                attempt += 1;
                continue;
            }
            (Some(at), _) => printer.note(&format!(
                "{} of {at} has the same content: nothing was submitted, nothing is paid again (--anew submits)",
                run.name()
            )),
            (None, _) => printer.note(&format!("submitted {} in {region}", run.name())),
        }
        return Ok(run);
    }
}

/// A start that failed. Where no answer came, it may have happened.
fn perhaps(error: &CallError) -> CliError {
    let found = live::call_error("cannot submit the profile", error);
    if !matches!(error.failure, CallFailure::Timeout | CallFailure::Network | CallFailure::Server) {
        return found;
    }
    let hint = found.hint.clone().unwrap_or_default();
    found.hint(format!(
        "{hint}; it may have started all the same: the same command on the same day (UTC) finds that run instead of \
         starting another"
    ))
}

/// What a run that did not end well leads to.
fn remote(doing: String, what: String, hint: impl Into<String>) -> CliError {
    CliError::usage(doing, what).hint(hint).exit(Exit::Remote)
}
