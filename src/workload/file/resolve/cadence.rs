//! How often the job runs.

use super::{Resolver, Section};
use crate::units::{DAYS_PER_MONTH, HOURS_PER_MONTH};
use crate::workload::file::raw::CadenceSection;
use crate::workload::file::reader::{At, ShortOr};
use crate::workload::schedule::{self, Frequency};
use crate::workload::{Cadence, Sourced};

/// More runs than one every 26 seconds are a stream, not runs.
const MOST_RUNS: f64 = 100_000.0;
/// So far may a written number of runs be off its own timetable.
const SLACK: f64 = 0.05;

const HINT: &str = "write how often it runs, for example `cadence: daily` or `cadence: cron(0 2 * * ? *)`";

impl Resolver<'_> {
    pub(super) fn cadence(
        &self,
        field: Option<&At<ShortOr<String, CadenceSection>>>,
        root: Section<'_>,
    ) -> Option<Cadence> {
        let at = self.required_ref(field, root, "cadence", HINT)?;
        match &at.value {
            ShortOr::Short(schedule) => {
                let section = CadenceSection { schedule: Some(at.with(schedule.clone())), ..CadenceSection::default() };
                self.cadence_of(&section, Section::from(at))
            }
            ShortOr::Long(section) => self.cadence_of(section, Section::from(at)),
        }
    }

    fn cadence_of(&self, raw: &CadenceSection, section: Section<'_>) -> Option<Cadence> {
        let frequency = match &raw.schedule {
            Some(at) => Some(self.schedule(at)?),
            None => None,
        };
        let given = match &raw.runs_per_month {
            Some(at) => Some(self.runs(at, at.value.0)?),
            None => None,
        };
        if given.is_none() && frequency.is_none() {
            let _ = self.required(&raw.schedule, section, "schedule", "write `schedule` or `runs_per_month`");
            return None;
        }
        self.check_runs(raw, given, frequency);
        let runs_per_month = match (given, frequency) {
            (Some(runs), _) => self.sourced("cadence.runs_per_month", runs),
            (None, Some(frequency)) => {
                let runs = runs_of(frequency, raw);
                self.runs(raw.schedule.as_ref()?, runs.value)?;
                runs
            }
            (None, None) => return None,
        };
        Some(Cadence {
            schedule: raw.schedule.as_ref().map(|at| at.value.clone()),
            runs_per_month,
            predictable: self.or_default(&raw.predictable, "cadence.predictable", |it| *it, || predictable(frequency)),
        })
    }

    fn schedule(&self, at: &At<String>) -> Option<Frequency> {
        schedule::parse(&at.value)
            .map_err(|error| {
                let message = format!("cannot read `{}`: {}", at.path, error.message);
                self.reader.problem(at.place.moved(error.offset), &at.path, message, error.hint);
            })
            .ok()
    }

    fn runs<T>(&self, at: &At<T>, runs: f64) -> Option<f64> {
        let possible = Some(runs).filter(|runs| *runs > 0.0 && *runs <= MOST_RUNS);
        if possible.is_none() {
            let wrong = format!("{runs} runs a month are not more than 0 and at most 100,000");
            let hint = if runs > 0.0 {
                "for reactions to single events use `job: event-stream` with `cadence: continuous`"
            } else {
                "write the mean number of runs in a month, for example 30; 0.1 for a yearly job is fine"
            };
            self.reader.wrong(at, wrong, hint);
        }
        possible
    }

    /// A number of runs must not contradict the timetable beside it.
    fn check_runs(&self, raw: &CadenceSection, given: Option<f64>, frequency: Option<Frequency>) {
        let (Some(at), Some(given)) = (&raw.runs_per_month, given) else { return };
        let Some(Frequency::Counted(runs) | Frequency::Timetable(runs)) = frequency else { return };
        if (given / runs - 1.0).abs() > SLACK {
            let wrong = format!("the schedule fires {runs:.2} times a month, not {given}");
            self.reader.wrong(at, wrong, "delete one of the two");
        }
    }
}

fn runs_of(frequency: Frequency, raw: &CadenceSection) -> Sourced<f64> {
    let text = raw.schedule.as_ref().map_or("", |at| at.value.as_str());
    match frequency {
        Frequency::Counted(runs) => Sourced::declared(runs),
        Frequency::Timetable(runs) => Sourced::inferred(runs, format!("`{text}` in the mean over months of 730 hours")),
        Frequency::OnDemand => {
            Sourced::default_because(DAYS_PER_MONTH, "how often people start it is not said: once a day")
        }
        Frequency::Continuous => Sourced::inferred(HOURS_PER_MONTH, "a stream never stops: one hour counts as a run"),
    }
}

const fn predictable(frequency: Option<Frequency>) -> (bool, &'static str) {
    match frequency {
        Some(Frequency::OnDemand) => (false, "people or events start it, so nobody knows when"),
        Some(Frequency::Continuous) => (true, "a stream never stops"),
        Some(Frequency::Timetable(_)) => (true, "a timetable says when it runs"),
        Some(Frequency::Counted(_)) | None => (true, "a number of runs alone is taken as regular"),
    }
}
