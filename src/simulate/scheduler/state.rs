//! The running simulation: stages, pools and the two queues.

use std::collections::BinaryHeap;

use super::agenda::{Cohort, Happening, Scheduled};
use super::children::Children;
use super::outcome::{Outcome, StageTimes};
use super::plan::Plan;
use super::pool::{Pool, Slots};
use super::repeat::Round;
use super::running::Running;

/// Live state of a stage.
#[derive(Clone, Debug, Default)]
pub struct StageState {
    /// Parents that are not done.
    pub waits_for: usize,
    /// The run of identical tasks that is being launched, and how many of it are left to launch.
    pub batch: usize,
    pub batch_left: u32,
    /// Runs of which tasks were launched.
    pub batches_launched: usize,
    /// Tasks that were launched before and must run again: of which run, how many.
    pub redo: Vec<(usize, u32)>,
    /// Tasks that have not ended.
    pub tasks_left: u64,
    /// Tasks that run now.
    pub running: u64,
    pub times: StageTimes,
    /// Launch of the first task, of this time that the stage runs.
    begun_s: f64,
    started: bool,
    /// Whether it ran before.
    repeated: bool,
    done: bool,
    /// Whether it was done and lost some of its output.
    pub reopened: bool,
    /// Stages that wait for it since.
    held: Vec<usize>,
}

impl StageState {
    /// Whether a task of it was launched.
    pub const fn has_started(&self) -> bool {
        self.started
    }

    /// Whether all its tasks have ended.
    pub const fn is_done(&self) -> bool {
        self.done
    }
}

/// Live state of a run.
#[derive(Debug)]
pub struct State<'p> {
    pub plan: &'p Plan,
    pub stages: Vec<StageState>,
    pub pools: Vec<Pool>,
    pub running: Running,
    pub agenda: BinaryHeap<Scheduled>,
    /// Stages that have tasks to launch, lowest index first (Spark's FIFO within a job).
    pub ready: Vec<usize>,
    /// Stages of which a task runs.
    pub active_stages: usize,
    pub events: u64,
    /// Rounds that each repeated chain still has to go.
    pub rounds_left: Vec<u32>,
    /// How each chain's last round began.
    pub rounds: Vec<Option<Round>>,
    pub now_s: f64,
    children: Children,
    sequence: u64,
    unfinished: usize,
    pub may_jump: bool,
}

impl<'p> State<'p> {
    pub fn new(plan: &'p Plan, may_jump: bool) -> Self {
        let mut state = Self {
            plan,
            stages: plan.stages.iter().map(stage_state).collect(),
            pools: plan.groups.iter().map(Pool::new).collect(),
            running: Running::default(),
            agenda: BinaryHeap::new(),
            ready: Vec::new(),
            active_stages: 0,
            events: 0,
            rounds_left: plan.repeats.iter().map(|repeat| repeat.more).collect(),
            rounds: vec![None; plan.repeats.len()],
            children: Children::of(plan),
            now_s: 0.0,
            sequence: 0,
            unfinished: plan.stages.len(),
            may_jump,
        };
        state.fill_agenda();
        state
    }

    fn fill_agenda(&mut self) {
        for (group, planned) in self.plan.groups.iter().enumerate() {
            for (after_s, executors) in &planned.arrivals {
                self.schedule(*after_s, Happening::Arrival { group, executors: *executors, regrown: false });
            }
        }
        for (index, disruption) in self.plan.disruptions.iter().enumerate() {
            self.schedule(disruption.at_s, Happening::Notice { disruption: index });
        }
        for (stage, planned) in self.plan.stages.iter().enumerate() {
            if planned.parents.is_empty() {
                self.schedule(planned.driver_delay_s, Happening::Ready { stage });
            }
        }
    }

    pub fn schedule(&mut self, at_s: f64, what: Happening) {
        self.sequence += 1;
        self.agenda.push(Scheduled { at_s, sequence: self.sequence, what });
    }

    pub fn run(mut self) -> Outcome {
        while self.unfinished > 0 {
            self.launch_tasks();
            self.settle_pools();
            if self.may_jump {
                self.fast_forward();
            }
            let Some(next_s) = self.next_time() else { break };
            self.now_s = next_s;
            self.complete_due_cohorts();
            self.handle_due_happenings();
        }
        let (end_s, stalled) = (self.now_s, self.unfinished > 0);
        Outcome {
            end_s,
            stages: self.stages.into_iter().map(|stage| stage.times).collect(),
            groups: self.pools.into_iter().map(|pool| pool.finish(end_s)).collect(),
            stalled,
            events: self.events,
        }
    }

    fn next_time(&self) -> Option<f64> {
        let cohort = self.running.next_s();
        let happening = self.agenda.peek().map(|scheduled| scheduled.at_s);
        match (cohort, happening) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        }
    }

    fn complete_due_cohorts(&mut self) {
        while let Some(cohort) = self.running.pop_due(self.now_s) {
            self.complete(&cohort);
        }
    }

    fn complete(&mut self, cohort: &Cohort) {
        self.events += 1;
        match cohort.doomed_by {
            None => self.pools[cohort.group].give_back(cohort.tasks, cohort.fresh),
            Some(_) => self.pools[cohort.group].give_up(cohort.tasks),
        }
        let stage = &mut self.stages[cohort.stage];
        stage.tasks_left -= u64::from(cohort.tasks);
        stage.running -= u64::from(cohort.tasks);
        if stage.running == 0 {
            self.active_stages -= 1;
        }
        if stage.tasks_left == 0 {
            let earliest_s = stage.begun_s + self.plan.stages[cohort.stage].min_duration_s;
            if earliest_s > self.now_s {
                self.schedule(earliest_s, Happening::StageEnd { stage: cohort.stage });
            } else {
                self.finish_stage(cohort.stage);
            }
        }
    }

    fn finish_stage(&mut self, stage: usize) {
        let state = &mut self.stages[stage];
        if state.done {
            return;
        }
        state.done = true;
        state.times.end_s = self.now_s;
        state.times.active_s += self.now_s - state.begun_s;
        self.unfinished -= 1;
        self.release_unread();
        let state = &mut self.stages[stage];
        if std::mem::take(&mut state.reopened) {
            for held in std::mem::take(&mut state.held) {
                self.release(held);
            }
            return;
        }
        if self.goes_round(stage) {
            return;
        }
        for place in self.children.places(stage) {
            self.release(self.children.at(place));
        }
    }

    /// A stage that this one waits for is done.
    fn release(&mut self, stage: usize) {
        let state = &mut self.stages[stage];
        state.waits_for = state.waits_for.saturating_sub(1);
        if state.waits_for == 0 {
            let delay_s = self.plan.stages[stage].driver_delay_s;
            self.schedule(self.now_s + delay_s, Happening::Ready { stage });
        }
    }

    /// The stages that read from a stage.
    pub fn children(&self, stage: usize) -> &[usize] {
        self.children.of_stage(stage)
    }

    /// A stage that was done runs again in part; `held` wait for it.
    pub fn mark_reopened(&mut self, stage: usize, held: Vec<usize>) {
        let state = &mut self.stages[stage];
        state.done = false;
        state.reopened = true;
        state.begun_s = self.now_s;
        state.held = held;
        self.unfinished += 1;
    }

    /// Makes a stage as it was before it ran, waiting for `parents` others.
    pub fn reset(&mut self, stage: usize, parents: usize) {
        let planned = &self.plan.stages[stage];
        let times = self.stages[stage].times;
        let fresh = stage_state(planned);
        self.stages[stage] = StageState { waits_for: parents, times, repeated: true, ..fresh };
        self.unfinished += 1;
    }

    fn handle_due_happenings(&mut self) {
        while self.agenda.peek().is_some_and(|scheduled| scheduled.at_s <= self.now_s) {
            if let Some(scheduled) = self.agenda.pop() {
                self.events += 1;
                self.handle(scheduled.what);
            }
        }
    }

    fn handle(&mut self, what: Happening) {
        match what {
            Happening::Ready { stage } => self.make_ready(stage),
            // Not if tasks of it were lost in the meantime.
            Happening::StageEnd { stage } if self.stages[stage].tasks_left > 0 => {}
            Happening::StageEnd { stage } => self.finish_stage(stage),
            Happening::Notice { disruption } => self.notice(disruption),
            Happening::Loss { disruption, executors } => self.lose(disruption, executors),
            Happening::Back { group, executors } => self.come_back(group, executors),
            Happening::IdleCheck { group } => self.release_idle(group),
            Happening::Arrival { group, executors, regrown } => {
                let declined = !regrown && self.now_s > 0.0 && self.ready.is_empty() && self.pools[group].is_elastic();
                if declined {
                    self.pools[group].decline(executors);
                } else {
                    self.pools[group].arrive(self.now_s, executors, regrown);
                }
            }
        }
    }

    fn make_ready(&mut self, stage: usize) {
        if self.stages[stage].waits_for > 0 || self.stages[stage].done {
            return;
        }
        if self.stages[stage].tasks_left == 0 && self.stages[stage].running == 0 {
            self.begin(stage);
            self.finish_stage(stage);
            return;
        }
        self.offer(stage);
    }

    /// Puts a stage that waits for nobody among those with tasks to launch, if it has some.
    pub fn offer(&mut self, stage: usize) {
        let state = &mut self.stages[stage];
        if state.waits_for > 0 {
            return;
        }
        if state.batch_left == 0 {
            self.next_batch(stage);
        }
        if self.stages[stage].batch_left > 0 && !self.ready.contains(&stage) {
            let place = self.ready.partition_point(|other| *other < stage);
            self.ready.insert(place, stage);
        }
    }

    /// Moves a stage on to its next run of identical tasks, at last to those that must run again.
    fn next_batch(&mut self, stage: usize) {
        let state = &mut self.stages[stage];
        let planned = &self.plan.stages[stage];
        if state.batches_launched < planned.batches() {
            state.batch = state.batches_launched;
            state.batch_left = planned.count(state.batch);
            state.batches_launched += 1;
        } else if let Some((batch, tasks)) = state.redo.pop() {
            (state.batch, state.batch_left) = (batch, tasks);
        }
    }

    fn launch_tasks(&mut self) {
        let mut free: u32 = self.pools.iter().map(Pool::free).sum();
        while free > 0 {
            let Some(stage) = self.ready.first().copied() else { return };
            let tasks = self.stages[stage].batch_left.min(free);
            self.launch(stage, tasks, free);
            free -= tasks;
        }
        self.ask_for_executors();
    }

    /// Launches `tasks` of a stage's current run, spread over the groups as their free slots are.
    fn launch(&mut self, stage: usize, tasks: u32, free: u32) {
        let batch = self.stages[stage].batch;
        let mut left = tasks;
        let mut free_left = free;
        for group in 0..self.pools.len() {
            let here = self.pools[group].free();
            let share = if here == free_left {
                left
            } else {
                // Of what is left, the share of this group among the groups that are left: sums up exactly.
                let share = (u64::from(left) * u64::from(here)).div_ceil(u64::from(free_left.max(1)));
                u32::try_from(share).unwrap_or(left).min(left).min(here)
            };
            free_left -= here;
            left -= share;
            let slots = self.pools[group].take(share);
            self.start(stage, batch, group, slots);
        }
        self.advance_batch(stage, tasks);
    }

    fn start(&mut self, stage: usize, batch: usize, group: usize, slots: Slots) {
        let steady_s = self.plan.stages[stage].duration_s(batch, group);
        let first_s = steady_s + self.plan.groups[group].warm_up_s;
        for (tasks, duration_s, fresh) in [(slots.warm, steady_s, false), (slots.fresh, first_s, true)] {
            if tasks > 0 {
                self.start_cohort(Cohort {
                    end_s: self.now_s + duration_s,
                    sequence: 0,
                    stage,
                    group,
                    batch,
                    tasks,
                    fresh,
                    doomed_by: None,
                });
            }
        }
    }

    fn start_cohort(&mut self, cohort: Cohort) {
        self.sequence += 1;
        self.running.push(Cohort { sequence: self.sequence, ..cohort });
        let Cohort { stage, group, tasks, .. } = cohort;
        let duration_s = cohort.end_s - self.now_s;
        self.pools[group].add_busy(f64::from(tasks) * duration_s);
        self.begin(stage);
        let state = &mut self.stages[stage];
        if state.running == 0 {
            self.active_stages += 1;
        }
        state.running += u64::from(tasks);
        state.times.longest_s = state.times.longest_s.max(duration_s);
    }

    /// Notes when a stage's first task is launched.
    fn begin(&mut self, stage: usize) {
        let now_s = self.now_s;
        let state = &mut self.stages[stage];
        if !state.started {
            state.started = true;
            state.begun_s = now_s;
            if !state.repeated {
                state.times.start_s = now_s;
            }
        }
    }

    /// Takes launched tasks off a stage's current run and moves on to the next run.
    pub fn advance_batch(&mut self, stage: usize, tasks: u32) {
        let state = &mut self.stages[stage];
        state.batch_left -= tasks;
        if state.batch_left == 0 {
            self.next_batch(stage);
            if self.stages[stage].batch_left == 0 {
                self.ready.retain(|other| *other != stage);
            }
        }
    }
}

fn stage_state(planned: &super::PlannedStage) -> StageState {
    StageState {
        waits_for: planned.parents.len(),
        batch_left: planned.count(0),
        batches_launched: 1,
        tasks_left: planned.tasks(),
        ..StageState::default()
    }
}
