//! Jobs, and the stages that each one plans.

use std::collections::HashMap;

use super::Collector;
use crate::profile::eventlog::event::{JobEnd, JobStart, StageInfo};
use crate::profile::eventlog::profile::{Job, JobOutcome};

#[derive(Debug, Default)]
pub(super) struct Jobs {
    pub(super) list: Vec<Job>,
    by_id: HashMap<u32, usize>,
    /// The stages of running jobs, by stage id: most will be skipped, so they are forgotten with their job.
    planned: HashMap<u32, Planned>,
}

/// What is known of a stage before it runs.
#[derive(Debug)]
pub(super) struct Planned {
    /// The job that listed it last.
    pub(super) job: u32,
    pub(super) rdd: Option<u32>,
    pub(super) parents: Vec<u32>,
}

impl Jobs {
    pub(super) fn planned(&self, stage: u32) -> Option<&Planned> {
        self.planned.get(&stage)
    }

    /// The job that a stage runs for, and a note in it that the stage ran.
    pub(super) fn note_stage(&mut self, stage: u32, attempt: u32) -> Option<u32> {
        let id = self.planned.get(&stage)?.job;
        let job = self.by_id.get(&id).and_then(|at| self.list.get_mut(*at))?;
        if attempt == 0 || !job.stages.contains(&stage) {
            job.stages.push(stage);
        }
        Some(id)
    }

    /// The job of an id; a log that was cut may end jobs that it never started.
    fn entry(&mut self, id: u32) -> &mut Job {
        let next = self.list.len();
        let at = *self.by_id.entry(id).or_insert(next);
        if at == next {
            self.list.push(Job {
                id,
                submitted_ms: 0,
                ended_ms: None,
                outcome: JobOutcome::Unfinished,
                stages: Vec::new(),
                planned_stages: 0,
                sql_execution: None,
                group: None,
                pool: None,
            });
        }
        &mut self.list[at]
    }

    fn plan(&mut self, job: u32, info: &StageInfo<'_>) {
        let planned = Planned { job, rdd: rdd_of(info), parents: parents_of(info) };
        self.planned.insert(info.id.small(), planned);
    }
}

/// The data set that a stage computes.
pub(super) fn rdd_of(info: &StageInfo<'_>) -> Option<u32> {
    info.rdd.map(|rdd| rdd.id.small())
}

/// The stages that a stage names as its parents.
pub(super) fn parents_of(info: &StageInfo<'_>) -> Vec<u32> {
    info.parents.iter().flatten().map(|parent| parent.small()).collect()
}

impl Collector {
    pub(super) fn job_start(&mut self, start: &JobStart<'_>) {
        let id = start.id.small();
        let properties = self.job_properties(start.properties.map(|json| json.get()));
        self.span.see(start.at.ms());
        for info in &start.stages {
            self.jobs.plan(id, info);
        }
        let planned = start.stages.len().max(start.stage_ids.len());
        let job = self.jobs.entry(id);
        job.submitted_ms = start.at.ms().unwrap_or(job.submitted_ms);
        job.planned_stages = u32::try_from(planned).unwrap_or(u32::MAX);
        job.sql_execution = properties.sql_execution.as_str().parse().ok();
        job.group = properties.group.owned();
        job.pool = properties.pool.owned();
    }

    pub(super) fn job_end(&mut self, end: &JobEnd<'_>) {
        let id = end.id.small();
        self.span.see(end.at.ms());
        let job = self.jobs.entry(id);
        job.ended_ms = end.at.ms();
        job.outcome = match end.result.result.as_str() {
            "JobSucceeded" => JobOutcome::Succeeded,
            _ => JobOutcome::Failed,
        };
        self.jobs.planned.retain(|_, planned| planned.job != id);
    }
}
