//! Waiting for a run, and fetching its result.

use std::thread;
use std::time::{Duration, Instant};

use super::{Pushed, cost, remote};
use crate::aws::{CallError, CallFailure, RunProgress, RunState, Runner, Submits};
use crate::cli::context::Context;
use crate::cli::{CliError, live};
use crate::prices::Rates;
use crate::units::Bytes;

/// Pauses between two questions: the first, how they grow, the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const GROWTH: f64 = 1.5;
const LONGEST_PAUSE: Duration = Duration::from_secs(15);
/// Questions in a row that may go wrong, each of them after the SDK's own attempts.
const MOST_FAILURES: u32 = 4;
/// What a Spark job may wait and start up before its own time begins; none for a query, whose time this is.
const START_UP: Duration = Duration::from_secs(15 * 60);

/// Something that runs.
#[derive(Debug)]
pub(super) struct Run<'a> {
    pub aws: &'a dyn Submits,
    pub region: &'a str,
    pub runner: Runner,
    pub id: String,
}

impl Run<'_> {
    /// As `--attach` takes it.
    pub fn name(&self) -> String {
        self.runner.run(&self.id)
    }

    /// Waits until it ends, and fetches its result.
    ///
    /// # Errors
    /// It failed, took too long, or a call failed.
    pub fn to_its_end(
        &self,
        pushed: &Pushed<'_>,
        rates: Option<&dyn Rates>,
        context: &mut Context,
    ) -> Result<Vec<u8>, CliError> {
        let name = self.name();
        let ended = self.wait(pushed, context)?;
        if let Some(scanned) = ended.scanned_bytes.map(Bytes::new) {
            let cost = cost::of_scanned(scanned, rates);
            let cost = cost.map_or_else(|| "at an unknown price".to_owned(), |usd| format!("which costs {usd}"));
            // AWS bills a query that failed with nothing (Athena pricing page).
            let cost = if ended.state == RunState::Done { cost } else { "and failed queries are free".to_owned() };
            context.printer.note(&format!("{name} scanned {scanned}, {cost}"));
        }
        if ended.state == RunState::Failed {
            let reason = ended.reason.map_or_else(String::new, |reason| format!(": {reason}"));
            return Err(remote(
                format!("cannot profile by {name}"),
                format!("it ended as {}{reason}", ended.word),
                "mend what is named and repeat the command: what failed is submitted again",
            ));
        }
        self.aws
            .result(self.region, &self.runner, &self.id, ended.output.as_deref())
            .map_err(|error| self.lost(&error, "its result is there and paid for"))
    }

    fn wait(&self, pushed: &Pushed<'_>, context: &mut Context) -> Result<RunProgress, CliError> {
        let limit = match self.runner {
            Runner::Athena => Duration::from_secs_f64(pushed.submit.time_limit.as_seconds()),
            _ => Duration::from_secs(u64::from(pushed.submit.limit_min()) * 60) + START_UP,
        };
        let began = Instant::now();
        let (mut pause, mut failures, mut word) = (FIRST_PAUSE, 0, String::new());
        loop {
            match self.aws.progress(self.region, &self.runner, &self.id) {
                Ok(found) => {
                    if found.word != word {
                        context.printer.note(&format!("{}: {}", self.name(), found.word));
                        word.clone_from(&found.word);
                    }
                    if found.state != RunState::UnderWay {
                        return Ok(found);
                    }
                    failures = 0;
                }
                Err(error) => {
                    failures += 1;
                    if failures > MOST_FAILURES || !passes(&error) {
                        return Err(self.lost(&error, "it goes on"));
                    }
                }
            }
            if began.elapsed() >= limit {
                return Err(self.stopped(pushed));
            }
            // A recording answers at once.
            if pushed.connect.replay.is_none() {
                thread::sleep(pause.min(limit.saturating_sub(began.elapsed())));
            }
            pause = pause.mul_f64(GROWTH).min(LONGEST_PAUSE);
        }
    }

    /// Stops it, as its time is over.
    fn stopped(&self, pushed: &Pushed<'_>) -> CliError {
        let stopped = match self.aws.stop(self.region, &self.runner, &self.id) {
            Ok(()) => "it was stopped".to_owned(),
            Err(error) => format!("it could not be stopped and goes on: {error}"),
        };
        let what = format!("it had not ended after --time-limit {}; {stopped}", pushed.submit.time_limit);
        remote(format!("cannot profile by {}", self.name()), what, "allow more time with --time-limit")
    }

    /// The run is known, but the way to it failed.
    fn lost(&self, error: &CallError, so: &str) -> CliError {
        let found = live::call_error(&format!("cannot profile by {}", self.name()), error);
        let hint = found.hint.clone().unwrap_or_default();
        found.hint(format!("{hint}; {so}, and `--attach {}` takes it up again", self.name()))
    }
}

/// Whether the next question may be answered.
const fn passes(error: &CallError) -> bool {
    matches!(error.failure, CallFailure::Throttled | CallFailure::Timeout | CallFailure::Network | CallFailure::Server)
}
