//! Executors that are taken back while a run goes on, and what Spark does about it.
//!
//! At the notice the executors get no new tasks. When the warning is over, what still runs on them is killed and will run
//! again, and the output that lay on them is gone: of every stage whose output somebody still has to read, as many of the
//! ended tasks as their share of all slots run again, back along the lineage as far as output was lost. Stages that read
//! from such a stage launch nothing until it is whole again; their tasks that run already go on. The executors may
//! come back later.

use super::agenda::{Cohort, Happening};
use super::state::State;

/// Spark waits so long before it submits a failed stage again (`DAGScheduler.RESUBMIT_TIMEOUT`, 200 ms).
const RESUBMIT_S: f64 = 0.2;

/// Executors of one group that are taken back together.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Disruption {
    /// When the notice comes.
    pub at_s: f64,
    /// Index of the group.
    pub group: usize,
    /// How many executors; no more than are there.
    pub executors: u32,
    /// From the notice to the end.
    pub warning_s: f64,
    /// Share of the output on them that is moved elsewhere before the end.
    pub output_kept: f64,
    /// From the notice until others stand in their place; `None` when nobody comes.
    pub back_after_s: Option<f64>,
}

impl State<'_> {
    /// The executors are told to go.
    pub fn notice(&mut self, index: usize) {
        let Some(disruption) = self.plan.disruptions.get(index).copied() else { return };
        self.forget_rounds();
        let (executors, running) = self.pools[disruption.group].doom(disruption.executors);
        if executors > 0 {
            self.doom(index, disruption.group, running);
            let at_s = self.now_s + disruption.warning_s;
            self.schedule(at_s, Happening::Loss { disruption: index, executors });
        }
    }

    /// Parts off `tasks` running tasks of a group, of each cohort in proportion: their executors are told to go.
    fn doom(&mut self, index: usize, group: usize, tasks: u32) {
        if tasks == 0 {
            return;
        }
        self.running.change(|cohorts| {
            cohorts.sort_by(by_end);
            let stays = |cohort: &Cohort| cohort.group == group && cohort.doomed_by.is_none();
            let all: u64 = cohorts.iter().filter(|cohort| stays(cohort)).map(|cohort| u64::from(cohort.tasks)).sum();
            let (mut seen, mut taken) = (0_u64, 0_u64);
            let mut parted = Vec::new();
            for cohort in cohorts.iter_mut().filter(|cohort| stays(cohort)) {
                seen += u64::from(cohort.tasks);
                let target = u64::from(tasks) * seen / all.max(1);
                let here = u32::try_from(target - taken).unwrap_or(cohort.tasks).min(cohort.tasks);
                taken = target;
                if here > 0 {
                    cohort.tasks -= here;
                    parted.push(Cohort { tasks: here, doomed_by: Some(index), ..*cohort });
                }
            }
            cohorts.retain(|cohort| cohort.tasks > 0);
            cohorts.append(&mut parted);
        });
    }

    /// The executors go.
    pub fn lose(&mut self, index: usize, executors: u32) {
        let Some(disruption) = self.plan.disruptions.get(index).copied() else { return };
        self.forget_rounds();
        let group = disruption.group;
        let all: u32 = self.pools.iter().map(super::pool::Pool::slots).sum();
        let slots = self.pools[group].lose(self.now_s, executors);
        let share = f64::from(slots) / f64::from(all.max(1));
        self.kill(index, group);
        self.lose_outputs(share * (1.0 - disruption.output_kept.clamp(0.0, 1.0)));
        if let Some(back_after_s) = disruption.back_after_s {
            let at_s = (disruption.at_s + back_after_s).max(self.now_s);
            self.schedule(at_s, Happening::Back { group, executors });
        }
    }

    /// Kills what still runs on the executors of a disruption; it will run again.
    fn kill(&mut self, index: usize, group: usize) {
        if self.running.iter().all(|cohort| cohort.doomed_by != Some(index)) {
            return;
        }
        let mut killed = Vec::new();
        self.running.change(|cohorts| killed.extend(cohorts.extract_if(.., |cohort| cohort.doomed_by == Some(index))));
        killed.sort_by(by_end);
        for cohort in killed {
            self.pools[group].kill(cohort.tasks, cohort.end_s - self.now_s);
            self.run_again(cohort.stage, cohort.batch, cohort.tasks);
        }
    }

    /// Others stand in the place of lost executors.
    pub fn come_back(&mut self, group: usize, executors: u32) {
        self.forget_rounds();
        self.pools[group].come_back(self.now_s, executors);
    }

    /// A round in which executors come or go says nothing of the next.
    fn forget_rounds(&mut self) {
        self.rounds.iter_mut().for_each(|round| *round = None);
    }

    /// Running tasks of a stage are gone and wait to be launched.
    fn run_again(&mut self, stage: usize, batch: usize, tasks: u32) {
        let state = &mut self.stages[stage];
        state.running -= u64::from(tasks);
        state.redo.push((batch, tasks));
        if state.running == 0 {
            self.active_stages -= 1;
        }
        self.offer(stage);
    }

    /// The output of a share of all ended tasks is gone. Children first: what they run again needs their parents' output.
    fn lose_outputs(&mut self, share: f64) {
        if share <= 0.0 {
            return;
        }
        for stage in (0..self.stages.len()).rev() {
            let planned = &self.plan.stages[stage];
            if !planned.keeps_output
                || !self.children(stage).iter().any(|child| self.reads_on(*child) || self.reads_again(stage, *child))
            {
                continue;
            }
            let ended = planned.tasks() - self.stages[stage].tasks_left;
            let lost = share_of(ended, share);
            if lost == 0 {
                continue;
            }
            let batch = planned.largest_batch();
            let state = &mut self.stages[stage];
            state.tasks_left += u64::from(lost);
            state.redo.push((batch, lost));
            if state.is_done() { self.reopen(stage) } else { self.offer(stage) }
        }
        // What was reopened and waits for nobody begins.
        for stage in 0..self.stages.len() {
            let state = &self.stages[stage];
            if state.reopened && state.waits_for == 0 && state.running == 0 && !self.ready.contains(&stage) {
                self.schedule(self.now_s + RESUBMIT_S, Happening::Ready { stage });
            }
        }
    }

    /// Whether a stage still launches tasks that read the output of its parents.
    fn reads_on(&self, stage: usize) -> bool {
        let state = &self.stages[stage];
        let launches = state.batch_left > 0 || state.batches_launched < self.plan.stages[stage].batches();
        !state.is_done() && (launches || !state.redo.is_empty())
    }

    /// Whether a stage of a chain will run again and read from a parent that will not: of one within the chain it gets
    /// new output.
    fn reads_again(&self, parent: usize, stage: usize) -> bool {
        let mut chains = self.plan.repeats.iter().zip(&self.rounds_left);
        chains.any(|(repeat, left)| {
            let chain = repeat.first..=repeat.last;
            *left > 0 && chain.contains(&stage) && !chain.contains(&parent)
        })
    }

    /// A stage that was done has tasks to run again; those that read from it wait.
    fn reopen(&mut self, stage: usize) {
        let waiting: Vec<usize> = self
            .children(stage)
            .iter()
            .copied()
            .filter(|child| !self.stages[*child].is_done() && self.reads_on(*child))
            .collect();
        for child in &waiting {
            self.stages[*child].waits_for += 1;
            self.ready.retain(|other| other != child);
        }
        self.mark_reopened(stage, waiting);
    }
}

/// By their end, so that it makes no difference into how many cohorts equal tasks are cut.
fn by_end(a: &Cohort, b: &Cohort) -> std::cmp::Ordering {
    a.end_s.total_cmp(&b.end_s).then(a.stage.cmp(&b.stage)).then(a.sequence.cmp(&b.sequence))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a count")]
fn share_of(tasks: u64, share: f64) -> u32 {
    (crate::units::Bytes::new(tasks).as_f64() * share).round().clamp(0.0, f64::from(u32::MAX)) as u32
}
