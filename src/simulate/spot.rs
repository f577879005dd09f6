//! What interruptions cost a run: the closed form of `spot.md` §4.5.
//!
//! With Λ shocks an hour, each costing `w` hours of redone work and `g` hours of missing capacity (both over the
//! whole capacity), a run of `T0` hours takes `T0 / (1 − Λ(w + g))`. A drawn run has a Poisson number of shocks in
//! `T0`, each with a drawn size, time and refill, and the shocks during the delay by the same closed form.
//! Losses never shorten a run. The event simulation of single losses is later work (see `scheduler`).

use super::draws::Draws;
use super::graph::StageGraph;
use super::hazard;
use super::scheduler::Outcome;
use crate::engines::{ExecutorGroup, Market, Provision, SpotPool};
use crate::prices::InterruptionBand;

/// Above this Λ(w+g) the run makes no headway worth the name: the closed form ends here.
const HOPELESS: f64 = 0.95;
/// Spare capacity of a service spreads over pools that nobody sees: taken as this many, each in the second band.
const FLEX_POOLS: u32 = 6;
/// Warning before the loss that running tasks may use up, seconds (120 s less the drain).
const WARNING_S: f64 = 100.0;

/// What the losses of a run are and cost.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Losses {
    /// Executors lost.
    pub executors: f64,
    /// Extra time of the run, seconds.
    pub delay_s: f64,
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

/// The losses of a run: expected without draws, drawn with them.
#[must_use]
pub fn losses(quiet: Quiet<'_>, draws: Option<&mut Draws>) -> Losses {
    let groups = quiet.provision.groups.len();
    let mut losses =
        Losses { redone_slot_s: vec![0.0; groups], missing_executor_s: vec![0.0; groups], ..Losses::default() };
    let is_exposed = |group: &ExecutorGroup| !matches!(group.market, Market::OnDemand) && group.executors() > 0;
    if quiet.outcome.end_s <= 0.0 || !quiet.provision.groups.iter().any(is_exposed) {
        return losses;
    }
    let exposure = Exposure {
        hours: quiet.outcome.end_s / 3600.0,
        redo_hours: redo_s(quiet) / 3600.0,
        slots: f64::from(quiet.provision.slots().max(1)),
    };
    let mut tally = Tally { exposure, pressure: 0.0, delay_hours: 0.0, losses: &mut losses };
    match draws {
        None => tally.expect(quiet.provision),
        Some(draws) => tally.draw(quiet.provision, draws),
    }
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
        let missing = hazard::mean_missing_hours(0.5 * self.exposure.hours);
        for (index, group) in provision.groups.iter().enumerate() {
            for pool in pools(group) {
                let rate = hazard::mean_per_hour(pool.band);
                let shocks = rate * self.exposure.hours;
                let cost = self.shock(index, group, pool.share * hazard::mean_lost_share(), missing, shocks);
                self.pressure += rate * cost;
                self.delay_hours += shocks * cost;
            }
        }
    }

    fn draw(&mut self, provision: &Provision, draws: &mut Draws) {
        for (index, group) in provision.groups.iter().enumerate() {
            for pool in pools(group) {
                let rate = hazard::draw_per_hour(pool.band, draws);
                for _ in 0..draws.poisson(rate * self.exposure.hours) {
                    let lost = pool.share * hazard::draw_lost_share(draws);
                    let left = draws.unit() * self.exposure.hours;
                    let missing = hazard::refill_hours(draws.score()).min(left);
                    let cost = self.shock(index, group, lost, missing, 1.0);
                    self.delay_hours += cost;
                    // A shock counts as its own rate over the run: the shocks during the delay.
                    self.pressure += cost / self.exposure.hours;
                }
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

/// Pools of a group; none when it cannot be taken back.
fn pools(group: &ExecutorGroup) -> Vec<SpotPool> {
    match &group.market {
        Market::OnDemand => Vec::new(),
        Market::Spot { pools } => pools.clone(),
        Market::Flex => (0..FLEX_POOLS)
            .map(|_| SpotPool {
                instance_type: String::new(),
                share: 1.0 / f64::from(FLEX_POOLS),
                band: Some(InterruptionBand::From5To10),
            })
            .collect(),
    }
}

/// Work that is redone when everything is lost at a random moment, in seconds of the whole capacity: what running
/// tasks have done that the warning does not save, and the shuffle output that is still needed.
fn redo_s(quiet: Quiet<'_>) -> f64 {
    let end_s = quiet.outcome.end_s;
    let mut redo_s = 0.0;
    for (index, times) in quiet.outcome.stages.iter().enumerate() {
        let lasts_s = times.end_s - times.start_s;
        let task_s = times.longest_s.min(lasts_s);
        let unsaved_s = (task_s - WARNING_S).max(0.0);
        redo_s += lasts_s / end_s * unsaved_s * unsaved_s / (2.0 * task_s.max(1e-9));
        redo_s += live_share(quiet, index) * lasts_s;
    }
    redo_s
}

/// Share of the run in which a stage's shuffle output exists and is still needed: half of its own time (it grows),
/// then until its last child ends.
fn live_share(quiet: Quiet<'_>, stage: usize) -> f64 {
    let times = &quiet.outcome.stages[stage];
    let children = quiet.graph.stages.iter().zip(&quiet.outcome.stages).filter(|(s, _)| s.parents.contains(&stage));
    let needed_until_s = children.map(|(_, child)| child.end_s).fold(times.end_s, f64::max);
    let writes = quiet.graph.stages[stage].tasks.iter().any(|run| run.work.shuffle_write_bytes > 0.0);
    if !writes {
        return 0.0;
    }
    let live_s = 0.5 * (times.end_s - times.start_s) + (needed_until_s - times.end_s);
    live_s / quiet.outcome.end_s
}
