//! One replication: graph and machines to a plan, the schedule, the losses, the record.

use std::borrow::Cow;

use super::failure::{self, Death};
use super::graph::{Holding, Stage, StageGraph, TaskWork};
use super::job::Job;
use super::knowledge::Knowledge;
use super::luck::Luck;
use super::scheduler::{self, Disruption, Outcome, Plan, PlannedGroup, PlannedStage, Repeat};
use super::spot::{self, Losses, PriceDraw, Storm, Strike};
use super::task_time::{Around, Executor};
use super::unknown::{Held, Unknown};
use super::{record, s3, spread};
use crate::engines::{ExecutorGroup, Market, Provision, RunRecord};

/// Extra time of the first task on a slot: class loading, just-in-time compilation, fetching JARs. Measured against
/// later tasks of the same stage: median 2.4 s (0.5–6.3) in controlled runs of Spark 3.5, 4 s in HiBench, 10 s
/// (7.6–11) on a cluster of 2016 with Spark 2.0.
const WARM_UP_S: f64 = 3.0;
/// Tasks that a driver launches in a second. An assumption: one scheduling thread, some 0.5 ms a task.
const LAUNCHES_PER_S: f64 = 2_000.0;

/// The machines of one replication.
#[derive(Clone, Debug)]
pub struct Fleet<'a> {
    /// The provision.
    pub provision: &'a Provision,
    /// An executor of each group, at its drawn speed.
    pub executors: Vec<Executor>,
    /// Share of each group in all slots.
    pub shares: Vec<f64>,
    /// Executors of all groups.
    pub count: f64,
    /// Task slots of all groups.
    pub slots: u32,
}

/// The plan of a replication with what the scheduler does not need to know.
#[derive(Clone, Debug, Default)]
pub struct Planned {
    /// For the scheduler.
    pub plan: Plan,
    /// Bytes spilled by stage.
    pub spill_bytes: Vec<f64>,
    /// The task that will kill the run.
    pub death: Option<Death>,
}

/// Runs a job on a provision, its processor times `level` times what they are.
#[must_use]
pub fn one(job: &Job, level: f64, provision: &Provision, knowledge: &Knowledge, mut luck: Luck) -> RunRecord {
    let graph = &job.graph;
    let fleet = fleet(provision, level, &mut luck);
    let mut planned = plan(job, &fleet, knowledge, &luck);
    let weather = Weather::of(&fleet, &planned, &mut luck);
    planned.plan.disruptions = weather.disruptions(job, provision);
    let outcome = scheduler::run(&planned.plan);
    let losses = match luck.draws {
        None => spot::expected(spot::Quiet { provision, graph: &ran(graph, &planned), outcome: &outcome }),
        Some(_) => weather.losses(&outcome, &planned.plan),
    };
    let start_up_s = provision.start_up_s.at_score(luck.start_up) + weather.storm.wait_s;
    record::record(&record::Parts {
        job,
        fleet: &fleet,
        planned: &planned,
        outcome: &outcome,
        losses: &losses,
        price: weather.price,
        start_up_s,
        tells_stages: luck.tells_stages,
    })
}

/// The part of the graph that was run: all of it, unless the run dies.
fn ran<'g>(graph: &'g StageGraph, planned: &Planned) -> Cow<'g, StageGraph> {
    if planned.death.is_none() {
        return Cow::Borrowed(graph);
    }
    let stages = graph.stages.iter().take(planned.plan.stages.len()).cloned().collect();
    Cow::Owned(StageGraph { stages, repeats: planned.plan.repeats.clone(), ..StageGraph::default() })
}

/// What Spot does to a replication.
#[derive(Debug)]
struct Weather {
    storm: Storm,
    price: PriceDraw,
    /// When the driver goes.
    driver_lost_s: Option<f64>,
}

/// From the loss of a driver to the second attempt's first task: YARN's new container and Spark's start. An
/// assumption.
const SECOND_ATTEMPT_S: f64 = 30.0;

impl Weather {
    fn of(fleet: &Fleet<'_>, planned: &Planned, luck: &mut Luck) -> Self {
        let ((seed, replication), held) = (luck.common, luck.held);
        let exposed = fleet.provision.groups.iter().any(|group| !matches!(group.market, Market::OnDemand));
        let Some(draws) = luck.draws.as_mut().filter(|_| exposed) else {
            return Self { storm: Storm::default(), price: PriceDraw::as_billed(), driver_lost_s: None };
        };
        let quiet_s = planned.plan.slot_seconds() / f64::from(fleet.slots.max(1));
        let price = PriceDraw::at_score(Held::or(held, Unknown::SpotPrice, draws.score()));
        let rate = held.filter(|held| held.unknown == Unknown::SpotLosses).map(|held| held.at);
        let storm = Storm::draw(fleet.provision, quiet_s, draws, (seed, replication), rate);
        let driver_lost_s = spot::driver_lost_s(fleet.provision, &storm.strikes, draws);
        Self { price: PriceDraw { on_demand: storm.on_demand, ..price }, storm, driver_lost_s }
    }

    fn disruptions(&self, job: &Job, provision: &Provision) -> Vec<Disruption> {
        if self.storm.strikes.is_empty() {
            return Vec::new();
        }
        let held =
            job.shuffle_bytes() / provision.groups.iter().map(|g| f64::from(g.executors())).sum::<f64>().max(1.0);
        let of = |strike: &Strike| {
            let group = &provision.groups[strike.group];
            // What the lost executors hold goes over their own network.
            let moves = matches!(&group.market, Market::Spot { terms, .. } if terms.moves_shuffle);
            let moved = spot::WARNING_S * group.machine.network_bytes_per_s / held.max(1.0);
            Disruption {
                at_s: strike.at_s,
                group: strike.group,
                executors: strike.executors,
                warning_s: spot::WARNING_S,
                output_kept: if moves { moved.min(1.0) } else { 0.0 },
                back_after_s: strike.back_after_s,
            }
        };
        self.storm.strikes.iter().map(of).collect()
    }

    /// What a drawn run lost: its schedule has the consequences, but for a lost driver, which begins anew.
    fn losses(&self, outcome: &Outcome, plan: &Plan) -> Losses {
        let groups = outcome.groups.len();
        let mut losses = Losses {
            executors: outcome.groups.iter().map(|group| f64::from(group.lost)).sum(),
            redone_slot_s: vec![0.0; groups],
            missing_executor_s: vec![0.0; groups],
            ..Losses::default()
        };
        if losses.executors > 0.0 {
            // The same run undisturbed, for what the losses cost it.
            let quiet = Plan { disruptions: Vec::new(), ..plan.clone() };
            losses.in_schedule_s = (outcome.end_s - scheduler::run(&quiet).end_s).max(0.0);
        }
        if let Some(lost_s) = self.driver_lost_s.filter(|lost_s| *lost_s < outcome.end_s) {
            losses.delay_s = lost_s + SECOND_ATTEMPT_S;
            let again = lost_s / outcome.end_s;
            for (redone_s, group) in losses.redone_slot_s.iter_mut().zip(&outcome.groups) {
                *redone_s = again * group.busy_slot_s;
            }
        }
        losses
    }
}

fn fleet<'a>(provision: &'a Provision, level: f64, luck: &mut Luck) -> Fleet<'a> {
    let runtime = provision.runtime_speed.at_score(luck.runtime);
    let executor = |group: &ExecutorGroup| {
        let core = group.machine.core_speed.at_score(luck.core_speed());
        Executor::new(group, core * runtime / level)
    };
    let executors = provision.groups.iter().map(executor).collect();
    let slots = provision.slots();
    let share = |group: &ExecutorGroup| f64::from(group.slots()) / f64::from(slots.max(1));
    Fleet {
        provision,
        executors,
        shares: provision.groups.iter().map(share).collect(),
        count: provision.groups.iter().map(|group| f64::from(group.executors())).sum(),
        slots,
    }
}

fn plan(job: &Job, fleet: &Fleet<'_>, knowledge: &Knowledge, luck: &Luck) -> Planned {
    let graph = &job.graph;
    let death = failure::first_death(graph, fleet, knowledge);
    let last = death.as_ref().map_or(graph.stages.len(), |death| death.stage + 1);
    let mut planned = Planned::default();
    planned.plan.stages.reserve_exact(last);
    planned.spill_bytes.reserve_exact(last);
    let mut times = StageTimes::default();
    for (index, stage) in graph.stages.iter().take(last).enumerate() {
        let dying = death.as_ref().filter(|death| death.stage == index);
        let stage =
            Sums { stage, total: &job.totals[index], tasks: crate::units::Bytes::new(job.tasks[index]).as_f64() };
        times.measure(&stage, fleet);
        let spill_bytes = times.spill_bytes;
        let stage = plan_stage(&stage, fleet, luck, luck.run * knowledge.misfit, dying, &times);
        planned.plan.stages.push(stage);
        planned.spill_bytes.push(spill_bytes);
    }
    // A run that dies within a repeated chain dies in its first round.
    let lives = |repeat: &&Repeat| death.as_ref().is_none_or(|death| death.stage > repeat.last);
    planned.plan.repeats = graph.repeats.iter().filter(lives).copied().collect();
    planned.plan.groups = fleet.provision.groups.iter().map(|group| plan_group(group, graph, luck.start_up)).collect();
    planned.death = death;
    planned
}

/// Executors that are asked for come as fast or slow as the first ones did.
fn plan_group(group: &ExecutorGroup, graph: &StageGraph, start_up: f64) -> PlannedGroup {
    let elastic = group.elastic;
    PlannedGroup {
        arrivals: group.arrivals.iter().map(|arrival| (arrival.after.as_seconds(), arrival.executors)).collect(),
        slots_per_executor: group.slots_per_executor,
        warm_up_s: if graph.cold_jvms { graph.warm_up_s.unwrap_or(WARM_UP_S) } else { 0.0 },
        idle_release_s: elastic.map(|elastic| elastic.idle_release.as_seconds()),
        regrow_s: elastic.map_or(0.0, |elastic| elastic.comes_after_s.at_score(start_up)),
        on_request: elastic.map_or(0, |elastic| elastic.on_request),
        keeps_output: elastic.is_some_and(|elastic| elastic.keeps_output),
    }
}

/// A stage with its sums.
struct Sums<'s> {
    stage: &'s Stage,
    /// The work of all its tasks.
    total: &'s TaskWork,
    /// Their number.
    tasks: f64,
}

/// Times of a stage's tasks on every group, `whole` times what they would be.
fn plan_stage(
    sums: &Sums<'_>,
    fleet: &Fleet<'_>,
    luck: &Luck,
    whole: f64,
    dying: Option<&Death>,
    times: &StageTimes,
) -> PlannedStage {
    let Sums { stage, total, tasks } = *sums;
    let slowdown = throttling(total, times, fleet);
    let mut planned = PlannedStage::new(stage.parents.clone());
    planned.driver_delay_s = stage.driver_delay_s;
    planned.keeps_output = keeps_output(stage);
    planned.min_duration_s = s3::throttled_s(0.0, total.s3_puts, total.s3_gets).max(tasks / LAUNCHES_PER_S);
    let groups = fleet.executors.len();
    let factor = |run: usize| {
        let attempts = dying.filter(|death| death.run == run).map_or(1.0, |death| death.attempts_time);
        slowdown * attempts * whole
    };
    let spreads = !stage.measured && luck.task_sigma > 0.0;
    if !spreads {
        planned.reserve(stage.tasks.len(), groups);
        for (index, run) in stage.tasks.iter().enumerate() {
            let factor = factor(index);
            planned.push(run.count, times.of(index, groups).iter().map(|seconds| seconds * factor));
        }
        return planned;
    }
    let runs: Vec<spread::Run> =
        stage.tasks.iter().map(|run| spread::Run { count: run.count, varies: !run.hot }).collect();
    for (index, classes) in spread::classes(&runs, fleet.slots, luck.task_sigma).iter().enumerate() {
        for class in classes {
            let factor = class.factor * factor(index);
            planned.push(class.count, times.of(index, groups).iter().map(|seconds| seconds * factor));
        }
    }
    planned
}

/// Whether later stages read what the stage's tasks leave on their executors: shuffle files or cached blocks.
fn keeps_output(stage: &Stage) -> bool {
    matches!(stage.holds, Holding::Cache) || stage.tasks.iter().any(|run| run.work.shuffle_write_bytes > 0.0)
}

/// The time of each run of tasks on each group; one buffer serves all stages of a run.
#[derive(Default)]
struct StageTimes {
    /// Run by run, all groups of each.
    seconds: Vec<f64>,
    slot_seconds: f64,
    spill_bytes: f64,
}

impl StageTimes {
    /// The times of one run of tasks on `groups` groups.
    fn of(&self, run: usize, groups: usize) -> &[f64] {
        self.seconds.get(run * groups..(run + 1) * groups).unwrap_or_default()
    }

    fn measure(&mut self, sums: &Sums<'_>, fleet: &Fleet<'_>) {
        let Sums { stage, total, tasks } = *sums;
        let cache = matches!(stage.holds, Holding::Cache);
        // Spark spreads few tasks over all executors: each then has the executor's disk and network more to itself.
        let neighbours = (tasks / fleet.count.max(1.0)).ceil();
        let around = Around {
            neighbours,
            cache,
            shuffle_read_bytes: total.shuffle_read_bytes / fleet.count.max(1.0),
            shuffle_write_bytes: total.shuffle_write_bytes / fleet.count.max(1.0),
        };
        self.seconds.clear();
        (self.slot_seconds, self.spill_bytes) = (0.0, 0.0);
        for run in &stage.tasks {
            let around = if run.hot { Around { neighbours: 1.0, ..around } } else { around };
            for (executor, share) in fleet.executors.iter().zip(&fleet.shares) {
                let time = executor.time(&run.work, &around);
                self.slot_seconds += f64::from(run.count) * share * time.seconds;
                self.spill_bytes += f64::from(run.count) * share * time.spill_bytes;
                self.seconds.push(time.seconds);
            }
        }
    }
}

/// Factor on the times of a stage that asks more of its prefix than S3 serves.
fn throttling(total: &TaskWork, times: &StageTimes, fleet: &Fleet<'_>) -> f64 {
    let unthrottled_s = times.slot_seconds / f64::from(fleet.slots.max(1));
    if unthrottled_s <= 0.0 {
        return 1.0;
    }
    s3::throttled_s(unthrottled_s, total.s3_puts, total.s3_gets) / unthrottled_s
}
