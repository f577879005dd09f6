//! What interruptions cost a run on average: the closed form of `docs/concepts/sources.md`, "Spot".
//!
//! With Λ shocks an hour, each costing `w` hours of redone work and `g` hours of missing capacity (both over the
//! whole capacity), a run of `T0` hours takes `T0 / (1 − Λ(w + g))`. Losses never shorten a run. This is the screen's
//! answer; drawn runs lose their executors in the scheduler ([`super::Storm`]).

use super::belief::{Beliefs, LOST_SHARE};
use super::pools::{is_exposed, pools};
use super::refill::{mean_missing_hours, short_share};
use super::shocks::WARNING_S;
use crate::engines::{ExecutorGroup, Provision, SpotPool};
use crate::simulate::graph::StageGraph;
use crate::simulate::scheduler::Outcome;

/// Above this Λ(w+g) the run makes no headway worth the name: the closed form ends here.
const HOPELESS: f64 = 0.95;
/// What the losses of a run are and cost.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Losses {
    /// Executors lost.
    pub executors: f64,
    /// Extra time of the run, seconds, beyond its schedule.
    pub delay_s: f64,
    /// Extra time that is part of the schedule already.
    pub in_schedule_s: f64,
    /// Redone work, slot-seconds by group.
    pub redone_slot_s: Vec<f64>,
    /// Executor-seconds by group that were missing (and not billed).
    pub missing_executor_s: Vec<f64>,
    /// Interruptions outrun the work.
    pub hopeless: bool,
}

/// What a run without losses looked like.
#[derive(Clone, Copy, Debug)]
pub struct Quiet<'a> {
    /// The machines.
    pub provision: &'a Provision,
    /// The stages.
    pub graph: &'a StageGraph,
    /// How they ran.
    pub outcome: &'a Outcome,
}

/// Consequences of one shock, as a share `f` of all capacity is lost.
#[derive(Clone, Copy, Debug)]
struct Exposure {
    hours: f64,
    /// Work that is redone after a loss of everything, hours of the whole capacity.
    redo_hours: f64,
    slots: f64,
}

/// The expected losses of a run.
#[must_use]
pub fn expected(quiet: Quiet<'_>) -> Losses {
    let groups = quiet.provision.groups.len();
    let mut losses =
        Losses { redone_slot_s: vec![0.0; groups], missing_executor_s: vec![0.0; groups], ..Losses::default() };
    if quiet.outcome.end_s <= 0.0 || !quiet.provision.groups.iter().any(is_exposed) {
        return losses;
    }
    let exposure = Exposure {
        hours: quiet.outcome.end_s / 3600.0,
        redo_hours: redo_s(quiet) / 3600.0,
        slots: f64::from(quiet.provision.slots().max(1)),
    };
    let mut tally = Tally { exposure, pressure: 0.0, delay_hours: 0.0, losses: &mut losses };
    tally.expect(quiet.provision);
    let (pressure, delay_hours) = (tally.pressure, tally.delay_hours);
    losses.hopeless = pressure >= HOPELESS;
    losses.delay_s = 3600.0 * delay_hours / (1.0 - pressure.min(HOPELESS));
    losses
}

struct Tally<'a> {
    exposure: Exposure,
    /// Λ(w + g).
    pressure: f64,
    /// Delay before shocks during the delay.
    delay_hours: f64,
    losses: &'a mut Losses,
}

impl Tally<'_> {
    fn expect(&mut self, provision: &Provision) {
        for (index, group) in provision.groups.iter().enumerate() {
            let pools = pools(group);
            let beliefs = Beliefs::of(&pools);
            for (number, pool) in pools.iter().enumerate() {
                let rate = beliefs.mean(number);
                let elsewhere = elsewhere(&pools, &beliefs, pool);
                let missing = mean_missing_hours(0.5 * self.exposure.hours, elsewhere);
                let shocks = rate * self.exposure.hours;
                let cost = self.shock(index, group, pool.share * LOST_SHARE, missing, shocks);
                self.pressure += rate * cost;
                self.delay_hours += shocks * cost;
            }
        }
    }

    /// Books `shocks` that each take `lost` of a group's executors; answers the hours that one costs.
    fn shock(&mut self, index: usize, group: &ExecutorGroup, lost: f64, missing_hours: f64, shocks: f64) -> f64 {
        let executors = lost * f64::from(group.executors());
        let of_all = lost * f64::from(group.slots()) / self.exposure.slots;
        let redo_hours = of_all * self.exposure.redo_hours;
        self.losses.executors += shocks * executors;
        self.losses.redone_slot_s[index] += shocks * redo_hours * 3600.0 * self.exposure.slots;
        self.losses.missing_executor_s[index] += shocks * executors * missing_hours * 3600.0;
        redo_hours + of_all * missing_hours
    }
}

/// Probability that a pool of another family has capacity.
fn elsewhere(pools: &[SpotPool], beliefs: &Beliefs, lost: &SpotPool) -> f64 {
    let others = pools.iter().enumerate().filter(|(_, pool)| pool.family() != lost.family());
    1.0 - others.map(|(number, _)| short_share(beliefs.mean(number))).product::<f64>()
}

/// Work that is redone when everything is lost at a random moment, in seconds of the whole capacity: what running
/// tasks have done that the warning does not save, and the shuffle output that is still needed.
fn redo_s(quiet: Quiet<'_>) -> f64 {
    let end_s = quiet.outcome.end_s;
    let needed_until_s = needed_until_s(quiet);
    let mut redo_s = 0.0;
    for (index, times) in quiet.outcome.stages.iter().enumerate() {
        let lasts_s = times.active_s;
        let task_s = times.longest_s.min(lasts_s);
        let unsaved_s = (task_s - WARNING_S).max(0.0);
        redo_s += lasts_s / end_s * unsaved_s * unsaved_s / (2.0 * task_s.max(1e-9));
        // Of a repeated chain `rounds` times the share of one round, and one round of work each.
        redo_s += live_share(quiet, index, needed_until_s[index]) * lasts_s;
    }
    redo_s
}

/// End of the last child of each stage, or of the stage itself.
fn needed_until_s(quiet: Quiet<'_>) -> Vec<f64> {
    let mut until_s: Vec<f64> = quiet.outcome.stages.iter().map(|times| times.end_s).collect();
    for (stage, times) in quiet.graph.stages.iter().zip(&quiet.outcome.stages) {
        for parent in &stage.parents {
            until_s[*parent] = until_s[*parent].max(times.end_s);
        }
    }
    until_s
}

/// Share of the run in which a stage's shuffle output exists and is still needed: half of its own time (it grows),
/// then until its last child ends.
fn live_share(quiet: Quiet<'_>, stage: usize, needed_until_s: f64) -> f64 {
    let times = &quiet.outcome.stages[stage];
    let writes = quiet.graph.stages[stage].tasks.iter().any(|run| run.work.shuffle_write_bytes > 0.0);
    if !writes {
        return 0.0;
    }
    let rounds = f64::from(quiet.graph.times(stage));
    let live_s = 0.5 * times.active_s / rounds + (needed_until_s - times.end_s);
    live_s / quiet.outcome.end_s
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engines::{Arrival, Estimate, Machine, Market, SpotTerms};
    use crate::prices::InterruptionBand;
    use crate::simulate::graph::{Stage, TaskRun, TaskWork};
    use crate::simulate::scheduler::{Plan, PlannedGroup, PlannedStage, run};
    use crate::units::{Bytes, Span};

    /// Ten executors of four slots in one Spot pool.
    fn provision() -> Provision {
        let pool = SpotPool {
            instance_type: "r5.xlarge".to_owned(),
            share: 1.0,
            band: Some(InterruptionBand::Below5),
            history: None,
        };
        let group = ExecutorGroup {
            name: "task".to_owned(),
            arrivals: vec![Arrival { after: Span::ZERO, executors: 10 }],
            slots_per_executor: 4,
            executor_memory: Bytes::gib(16),
            machine: Machine {
                core_speed: Estimate::exact(1.0),
                network_bytes_per_s: 1e8,
                disk_bytes_per_s: 1e8,
                disk: Bytes::ZERO,
            },
            market: Market::Spot { pools: vec![pool], terms: SpotTerms::default() },
            elastic: None,
        };
        Provision {
            start_up_s: Estimate::exact(0.0),
            groups: vec![group],
            shut_down: Span::ZERO,
            runtime_speed: Estimate::exact(1.0),
            time_limit: None,
        }
    }

    /// The rate of shocks of its pool.
    fn rate(provision: &Provision) -> f64 {
        Beliefs::of(&pools(&provision.groups[0])).mean(0)
    }

    /// Ten hours of tasks of 60 s; with shuffle output, a child of ten hours reads it.
    fn ran(shuffles: bool) -> (StageGraph, Outcome) {
        let work = TaskWork { shuffle_write_bytes: if shuffles { 1e6 } else { 0.0 }, ..TaskWork::default() };
        let stage = |parents, work| Stage {
            parents,
            tasks: vec![TaskRun { count: 24_000, work, hot: false }],
            ..Stage::default()
        };
        let mut graph = StageGraph { stages: vec![stage(Vec::new(), work)], ..StageGraph::default() };
        if shuffles {
            graph.stages.push(stage(vec![0], TaskWork::default()));
        }
        let planned = |stage: &Stage| {
            let mut planned = PlannedStage::new(stage.parents.clone());
            planned.push(24_000, [60.0]);
            planned
        };
        let group = PlannedGroup { arrivals: vec![(0.0, 10)], slots_per_executor: 4, ..PlannedGroup::default() };
        let plan = Plan { stages: graph.stages.iter().map(planned).collect(), groups: vec![group], ..Plan::default() };
        (graph, run(&plan))
    }

    #[test]
    fn without_shuffle_a_loss_costs_the_missing_slots() {
        // Tasks end within the warning. Λ = 0.00944/h; a shock takes 75 % for E[min(D, 5 h)] = M hours:
        // delay = 10 h × Λ × 0.75 M / (1 − Λ × 0.75 M).
        let (graph, outcome) = ran(false);
        let provision = provision();
        let losses = expected(Quiet { provision: &provision, graph: &graph, outcome: &outcome });
        let rate = rate(&provision);
        let cost = 0.75 * mean_missing_hours(5.0, 0.0);
        let delay_s = 36_000.0 * rate * cost / (1.0 - rate * cost);
        assert!((losses.delay_s - delay_s).abs() < 1e-6 * delay_s, "{} {delay_s}", losses.delay_s);
        assert!((losses.executors - 10.0 * rate * 7.5).abs() < 1e-9);
    }

    #[test]
    fn lost_shuffle_is_redone() {
        // The first stage's output is needed for half of its 10 h and all of the child's 10 h of 20 h: a loss of
        // everything redoes 0.75 × 10 h, a shock of 75 % of the pool 5.6 h.
        let (graph, outcome) = ran(true);
        let provision = provision();
        let quiet = Quiet { provision: &provision, graph: &graph, outcome: &outcome };
        assert!((redo_s(quiet) - 0.75 * 36_000.0).abs() < 1.0, "{}", redo_s(quiet));
        let losses = expected(quiet);
        let rate = rate(&provision);
        assert!(losses.delay_s > 20.0 * rate * 0.75 * 0.75 * 36_000.0);
    }
}
