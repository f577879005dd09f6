//! From events to a profile, in one pass: each event changes the state, nothing of its line is kept.

mod application;
mod executors;
mod finish;
mod jobs;
mod queries;
mod stages;
mod tasks;

use super::event::{self, Kind};
use application::ApplicationState;
use executors::Executors;
use jobs::Jobs;
use queries::Queries;
use stages::Stages;

/// The state of one application while its log is read.
#[derive(Debug, Default)]
pub(super) struct Collector {
    app: ApplicationState,
    jobs: Jobs,
    stages: Stages,
    executors: Executors,
    queries: Queries,
    tasks: tasks::TaskCounters,
    span: Span,
    /// Events that were understood.
    events: u64,
    /// Room for a task's end while it is parsed.
    short: Vec<u8>,
}

/// First and last time that any event named.
#[derive(Clone, Copy, Debug, Default)]
struct Span {
    first_ms: Option<i64>,
    last_ms: Option<i64>,
}

impl Span {
    fn see(&mut self, at_ms: Option<i64>) {
        if let Some(at) = at_ms {
            self.first_ms = Some(self.first_ms.map_or(at, |first| first.min(at)));
            self.last_ms = Some(self.last_ms.map_or(at, |last| last.max(at)));
        }
    }
}

impl Collector {
    /// Whether anything of an application was seen.
    pub(super) const fn is_empty(&self) -> bool {
        self.events == 0
    }

    /// Whether an event of this kind begins another application.
    pub(super) fn is_over_at(&self, kind: Kind) -> bool {
        match kind {
            Kind::LogStart => self.app.is_started() || !self.jobs.list.is_empty() || !self.stages.list.is_empty(),
            Kind::ApplicationStart => self.app.is_started(),
            _ => false,
        }
    }

    /// Takes the event on a line.
    ///
    /// # Errors
    /// When the line is no such event.
    pub(super) fn accept(&mut self, kind: Kind, line: &[u8]) -> serde_json::Result<()> {
        match kind {
            Kind::TaskEnd => self.task_end_line(line)?,
            Kind::TaskStart => self.task_start(&event::parse_of_task(line)?),
            Kind::StageSubmitted => self.stage_submitted(&event::parse(line)?),
            Kind::StageCompleted => self.stage_completed(&event::parse(line)?),
            Kind::JobStart => self.job_start(&event::parse(line)?),
            Kind::JobEnd => self.job_end(&event::parse(line)?),
            Kind::SqlStart => self.sql_start(&event::parse(line)?, line),
            Kind::SqlEnd => self.sql_end(&event::parse(line)?),
            Kind::SqlAdaptiveUpdate => self.queries.adapted(&event::parse(line)?, line),
            Kind::SqlDriverMetrics => self.queries.driver_metrics(&event::parse(line)?),
            Kind::StageExecutorMetrics => self.executors.stage_metrics(&event::parse(line)?),
            Kind::ExecutorAdded => self.executor_added(&event::parse(line)?),
            Kind::ExecutorRemoved => self.executor_removed(&event::parse(line)?),
            Kind::BlockManagerAdded => self.executors.block_manager_added(&event::parse(line)?),
            Kind::ResourceProfileAdded => self.app.resource_profile_added(&event::parse(line)?),
            Kind::EnvironmentUpdate => self.app.environment(&event::parse(line)?),
            Kind::ApplicationStart => self.application_start(&event::parse(line)?),
            Kind::ApplicationEnd => self.application_end(&event::parse(line)?),
            Kind::LogStart | Kind::DatabricksPart => self.version(&event::parse(line)?, kind),
            Kind::StreamingProgress => self.app.streaming = true,
            Kind::Other => return Ok(()),
        }
        self.events += 1;
        Ok(())
    }
}

/// Whether an event of this kind changes the profile; others need not even be read.
pub(super) const fn is_needed(kind: Kind) -> bool {
    !matches!(kind, Kind::Other)
}
