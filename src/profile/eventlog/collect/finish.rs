//! The end of a log: what the events mean together, and what is wrong with them.

use std::collections::HashMap;

use super::Collector;
use crate::profile::eventlog::conf::SparkConf;
use crate::profile::eventlog::event::PlanSigns;
use crate::profile::eventlog::platform::Evidence;
use crate::profile::eventlog::profile::{Application, EventLog, Executor, JobOutcome, Origin, StageAttempt};
use crate::profile::eventlog::quality::Flag;
use crate::profile::eventlog::submit::SparkSubmit;
use crate::profile::eventlog::task::TaskResult;

/// Clocks of driver and cluster manager may differ by this much, in ms.
const CLOCK_TOLERANCE_MS: i64 = 60_000;
/// Two launches of one stage further apart than this do not fit a task record, in ms.
const LONGEST_STAGE_MS: i64 = i32::MAX as i64;

impl Collector {
    /// The profile of what was read; `flags` are those of the reading.
    pub(in crate::profile::eventlog) fn finish(mut self, origin: Origin, flags: Vec<Flag>) -> EventLog {
        for stage in &mut self.stages.list {
            stage.tasks.shrink();
        }
        if self.stages.without_parents {
            chain_stages(&mut self.stages.list);
        }
        let asked = self.asked_cores();
        fill_cores(&mut self.executors.list, asked);
        count_running(&mut self.executors.list, &self.stages.list);
        self.time_jobs();
        self.jobs.list.sort_by_key(|job| (job.submitted_ms, job.id));
        let hosts: Vec<String> = self.executors.list.iter().take(8).map(|executor| executor.host.clone()).collect();
        let evidence = Evidence {
            conf: &self.app.conf,
            system: &self.app.system,
            spark_version: self.app.spark_version.as_deref(),
            hosts: &hosts,
        };
        let (platform, home) = (evidence.platform(), evidence.home());
        let plans = self.queries.list.iter().fold(PlanSigns::default(), |all, query| all.or(query.plan));
        let app = self.application();
        let flags = self.all_flags(flags, &app, plans);
        EventLog {
            origin,
            platform,
            home,
            spark_submit: self.app.system.get("sun.java.command").and_then(SparkSubmit::recover),
            spark_version: self.app.spark_version,
            app,
            conf: self.app.conf,
            resource_profiles: self.app.resource_profiles,
            jobs: self.jobs.list,
            stages: self.stages.list,
            executors: self.executors.list,
            queries: self.queries.list,
            failures: self.tasks.failures,
            plans,
            flags,
        }
    }

    fn asked_cores(&self) -> Option<u32> {
        let profile = self.app.resource_profiles.get(&0).and_then(|profile| profile.cores);
        profile.or_else(|| self.app.conf.count("spark.executor.cores"))
    }

    /// Spark 1.2 gives jobs no times: they last from their first stage's submission to their last one's completion.
    fn time_jobs(&mut self) {
        let mut lives: HashMap<u32, (i64, i64)> = HashMap::new();
        for stage in &self.stages.list {
            if let (Some(job), Some(from), Some(to)) = (stage.job, stage.submitted_ms, stage.completed_ms) {
                let life = lives.entry(job).or_insert((from, to));
                *life = (life.0.min(from), life.1.max(to));
            }
        }
        let started_ms = self.app.started_ms.or(self.span.first_ms).unwrap_or(0);
        for job in &mut self.jobs.list {
            let (from, to) = lives.get(&job.id).copied().unwrap_or((started_ms, started_ms));
            if job.submitted_ms == 0 {
                job.submitted_ms = from;
            }
            if job.outcome != JobOutcome::Unfinished {
                job.ended_ms = job.ended_ms.or(Some(to.max(job.submitted_ms)));
            }
        }
    }

    fn application(&self) -> Application {
        let app = &self.app;
        let started_ms = app.started_ms.or(self.span.first_ms).unwrap_or(0);
        let last_ms = app.ended_ms.or(self.span.last_ms).unwrap_or(started_ms);
        Application {
            id: app.id.clone().or_else(|| app.conf.get("spark.app.id").map(str::to_owned)),
            name: app.name.clone().or_else(|| app.conf.get("spark.app.name").map(str::to_owned)),
            attempt: app.attempt.clone(),
            started_ms,
            ended_ms: last_ms,
            complete: app.has_end,
            exit_code: app.exit_code,
        }
    }

    fn all_flags(&self, mut flags: Vec<Flag>, app: &Application, plans: PlanSigns) -> Vec<Flag> {
        let mut put = |holds: bool, flag: Flag| {
            if holds {
                flags.push(flag);
            }
        };
        let tasks: u64 = self.stages.list.iter().map(|stage| stage.totals.tasks).sum();
        let measured = self.stages.list.iter().any(|stage| stage.totals.measured > 0);
        put(!self.app.has_start, Flag::NoApplicationStart);
        put(!self.app.has_end, Flag::NoApplicationEnd);
        put(tasks == 0, Flag::NoTasks);
        put(self.stages.without_parents, Flag::ParentsUnknown);
        put(measured && !self.tasks.has_cpu, Flag::NoCpuTimes);
        put(self.executors.overflowed, Flag::TooManyExecutors);
        put(self.app.streaming, Flag::Streaming);
        put(plans.gpu || has_gpu_plugin(&self.app.conf), Flag::Gpu);
        put(plans.photon || is_photon(&self.app.conf), Flag::Photon);
        put(plans.native || has_native_plugin(&self.app.conf), Flag::NativeEngine);
        flags.extend(job_flags(self.jobs.list.iter().map(|job| job.outcome)));
        flags.extend(stage_flags(&self.stages.list));
        flags.extend(unannounced(&self.executors.list));
        flags.extend(time_flags(&self.stages.list, &self.executors.list, app));
        flags
    }
}

/// Before 1.4, stages do not name their parents: within a job they are taken to run one after the other.
fn chain_stages(stages: &mut [StageAttempt]) {
    let mut last_of_job: HashMap<Option<u32>, u32> = HashMap::new();
    for stage in stages {
        let before = last_of_job.insert(stage.job, stage.id).filter(|before| *before != stage.id);
        if stage.parents.is_empty() {
            stage.parents.extend(before);
        }
    }
}

/// Gives executors that were never announced the cores that they were asked to have: parts of logs lack all
/// announcements.
fn fill_cores(executors: &mut [Executor], asked: Option<u32>) {
    for executor in executors.iter_mut().filter(|executor| !executor.is_announced() && !executor.is_driver()) {
        executor.cores = executor.cores.or(asked);
    }
}

/// Counts how many tasks ran at once on executors whose cores are still unknown.
fn count_running(executors: &mut [Executor], stages: &[StageAttempt]) {
    // Launches are odd and ends even, so that at the same moment an end comes first.
    let mut changes: HashMap<usize, Vec<i64>> = HashMap::new();
    for task in stages.iter().flat_map(|stage| stage.tasks.iter()) {
        let at = usize::from(task.executor);
        if task.result != TaskResult::Resubmitted && executors.get(at).is_some_and(|executor| executor.cores.is_none())
        {
            changes.entry(at).or_default().extend([task.launched_ms * 2 + 1, task.finished_ms() * 2]);
        }
    }
    for (at, mut changes) in changes {
        changes.sort_unstable();
        let mut running = 0_u32;
        for change in changes {
            running = if change & 1 == 1 { running.saturating_add(1) } else { running.saturating_sub(1) };
            executors[at].max_running = executors[at].max_running.max(running);
        }
    }
}

fn job_flags(outcomes: impl Iterator<Item = JobOutcome>) -> Vec<Flag> {
    let (mut failed, mut unfinished) = (0, 0);
    for outcome in outcomes {
        failed += u32::from(outcome == JobOutcome::Failed);
        unfinished += u32::from(outcome == JobOutcome::Unfinished);
    }
    let mut flags = Vec::new();
    if failed > 0 {
        flags.push(Flag::FailedJobs { jobs: failed });
    }
    if unfinished > 0 {
        flags.push(Flag::UnfinishedJobs { jobs: unfinished });
    }
    flags
}

fn stage_flags(stages: &[StageAttempt]) -> Vec<Flag> {
    let mut flags = Vec::new();
    let (mut unfinished, mut running) = (0_u32, 0_u32);
    for stage in stages {
        if !stage.completed {
            unfinished = unfinished.saturating_add(1);
            running = running.saturating_add(still_running(stage));
            continue;
        }
        let missing = if stage.failed() { still_running(stage) } else { undelivered(stage) };
        if missing > 0 {
            let (id, attempt) = (stage.id, stage.attempt);
            flags.push(Flag::MissingTaskEnds { stage: id, attempt, tasks: stage.num_tasks, missing });
        }
    }
    if unfinished > 0 {
        flags.push(Flag::UnfinishedStages { stages: unfinished, tasks: running });
    }
    flags
}

/// Tasks that were launched and never ended.
fn still_running(stage: &StageAttempt) -> u32 {
    let ended = stage.tasks.iter().filter(|task| task.result != TaskResult::Resubmitted).count();
    stage.launched.saturating_sub(u32::try_from(ended).unwrap_or(u32::MAX))
}

/// Tasks of a completed stage that no success is on record for.
fn undelivered(stage: &StageAttempt) -> u32 {
    let mut delivered: Vec<u32> = stage.tasks.succeeded().map(|task| task.partition).collect();
    delivered.sort_unstable();
    delivered.dedup();
    stage.num_tasks.saturating_sub(u32::try_from(delivered.len()).unwrap_or(u32::MAX))
}

/// In local mode before 1.4 the driver runs tasks without being announced, which is no fault.
fn unannounced(executors: &[Executor]) -> Option<Flag> {
    let silent = |executor: &&Executor| executor.tasks > 0 && !executor.is_announced() && !executor.is_driver();
    let executors = u32::try_from(executors.iter().filter(silent).count()).unwrap_or(u32::MAX);
    (executors > 0).then_some(Flag::UnannouncedExecutors { executors })
}

fn time_flags(stages: &[StageAttempt], executors: &[Executor], app: &Application) -> Vec<Flag> {
    let mut outside = 0;
    let mut clipped = false;
    for stage in stages {
        let (first, last) = launches(stage);
        clipped |= last.saturating_sub(first) >= LONGEST_STAGE_MS;
    }
    for executor in executors {
        let first = executor.first_launch_ms.unwrap_or(app.started_ms);
        let last = executor.last_finish_ms.unwrap_or(app.ended_ms);
        let born = executor.added_ms.unwrap_or(app.started_ms).max(app.started_ms);
        outside = outside.max(born.saturating_sub(first)).max(last.saturating_sub(app.ended_ms));
    }
    let mut flags = Vec::new();
    if outside > CLOCK_TOLERANCE_MS {
        flags.push(Flag::TimesInconsistent { seconds: u64::try_from(outside / 1000).unwrap_or(0) });
    }
    if clipped {
        flags.push(Flag::TimesClipped);
    }
    flags
}

fn launches(stage: &StageAttempt) -> (i64, i64) {
    let start = (i64::MAX, i64::MIN);
    let (first, last) =
        stage.tasks.iter().fold(start, |(first, last), task| (first.min(task.launched_ms), last.max(task.launched_ms)));
    if first > last { (0, 0) } else { (first, last) }
}

fn plugins(conf: &SparkConf) -> String {
    ["spark.plugins", "spark.sql.extensions"].iter().filter_map(|key| conf.get(key)).collect::<Vec<_>>().join(",")
}

fn has_gpu_plugin(conf: &SparkConf) -> bool {
    plugins(conf).contains("com.nvidia.spark") && conf.flag("spark.rapids.sql.enabled") != Some(false)
}

fn is_photon(conf: &SparkConf) -> bool {
    let tag = |name: &str| conf.get(&format!("spark.databricks.clusterUsageTags.{name}")).unwrap_or_default();
    tag("runtimeEngine").eq_ignore_ascii_case("photon")
        || ["sparkVersion", "effectiveSparkVersion", "sparkImageLabel"]
            .iter()
            .any(|name| tag(name).contains("-photon-"))
}

fn has_native_plugin(conf: &SparkConf) -> bool {
    let plugins = plugins(conf);
    plugins.contains("Gluten") || plugins.contains("CometPlugin") || plugins.contains("CometSpark")
}
