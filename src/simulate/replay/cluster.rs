//! Spark's scheduler for single tasks on single executors: the exact counterpart of [`crate::simulate::scheduler`],
//! which runs cohorts of equal tasks on anonymous slots a thousand times faster.
//!
//! Replays need what cohorts cannot say: which executor a task ran on (warm-up, locality, loss of shuffle output),
//! jobs that wait for jobs, executors that come and go by themselves. A test holds both against each other.

mod loss;
mod state;

use std::collections::BinaryHeap;

use super::allocation::Allocator;
use super::happening::{Happening, Scheduled};
use super::problem::{Problem, Schedule};
use state::{ExecutorState, JobState, StageState, stage_state};

/// Runs a problem to its end.
#[must_use]
pub fn run(problem: &Problem) -> Schedule {
    Cluster::new(problem).run()
}

#[derive(Debug)]
struct Cluster<'p> {
    problem: &'p Problem,
    stages: Vec<StageState>,
    jobs: Vec<JobState>,
    executors: Vec<ExecutorState>,
    ready: Vec<usize>,
    agenda: BinaryHeap<Scheduled>,
    stage_children: Vec<Vec<usize>>,
    job_children: Vec<Vec<usize>>,
    job_stages: Vec<Vec<usize>>,
    free: u32,
    jobs_left: usize,
    now_s: f64,
    sequence: u64,
    allocator: Option<Allocator>,
    next_tick_s: f64,
    result: Schedule,
}

impl<'p> Cluster<'p> {
    fn new(problem: &'p Problem) -> Self {
        let mut cluster = Self {
            problem,
            stages: problem.stages.iter().map(stage_state).collect(),
            jobs: problem.jobs.iter().map(|job| JobState { waits_for: job.after.len(), stages_left: 0 }).collect(),
            executors: Vec::new(),
            ready: Vec::new(),
            agenda: BinaryHeap::new(),
            stage_children: vec![Vec::new(); problem.stages.len()],
            job_children: vec![Vec::new(); problem.jobs.len()],
            job_stages: vec![Vec::new(); problem.jobs.len()],
            free: 0,
            jobs_left: problem.jobs.len(),
            now_s: problem.executors.iter().map(|executor| executor.from_s).fold(0.0, f64::min),
            sequence: 0,
            allocator: problem.allocation.filter(|rules| rules.max > 0 && rules.slots > 0).map(Allocator::new),
            next_tick_s: 0.0,
            result: Schedule::default(),
        };
        cluster.link();
        cluster.open();
        cluster
    }

    fn link(&mut self) {
        for (index, stage) in self.problem.stages.iter().enumerate() {
            self.jobs[stage.job].stages_left += 1;
            self.job_stages[stage.job].push(index);
            for parent in &stage.parents {
                self.stage_children[*parent].push(index);
            }
        }
        for (index, job) in self.problem.jobs.iter().enumerate() {
            for before in &job.after {
                self.job_children[*before].push(index);
            }
        }
    }

    fn open(&mut self) {
        for executor in 0..self.problem.executors.len() {
            let known = self.problem.executors[executor];
            self.executors.push(ExecutorState::away(known.slots, known.profile));
            self.schedule(known.from_s, Happening::Arrive { executor });
            if let Some(departure) = known.until {
                self.schedule(departure.at_s, Happening::Leave { executor, is_loss: departure.is_loss });
            }
        }
        for job in 0..self.problem.jobs.len() {
            if self.jobs[job].waits_for == 0 {
                self.schedule(self.problem.jobs[job].delay_s, Happening::Submit { job });
            }
        }
        if let Some(allocation) = self.allocator.as_ref().map(|allocator| allocator.rules) {
            for _ in 0..allocation.initial {
                self.executors.push(ExecutorState::away(allocation.slots, 0));
                self.schedule(0.0, Happening::Arrive { executor: self.executors.len() - 1 });
            }
            self.schedule(0.0, Happening::Tick);
        }
    }

    fn schedule(&mut self, at_s: f64, what: Happening) {
        self.sequence += 1;
        self.agenda.push(Scheduled { at_s, sequence: self.sequence, what });
    }

    fn run(mut self) -> Schedule {
        while self.jobs_left > 0 {
            let Some(next) = self.agenda.pop() else { break };
            self.now_s = self.now_s.max(next.at_s);
            self.handle(next.what);
            // All that happens at one moment is seen before tasks are launched.
            if self.agenda.peek().is_none_or(|other| other.at_s > self.now_s) {
                self.launch_all();
            }
        }
        let end_s = self.now_s;
        for executor in self.executors.iter().filter(|executor| executor.here) {
            self.result.executor_s += end_s - executor.from_s.max(0.0).min(end_s);
        }
        self.result.end_s = end_s;
        self.result.stalled = self.jobs_left > 0;
        self.result.stages =
            self.stages.iter().map(|stage| (stage.start_s.unwrap_or(stage.end_s), stage.end_s)).collect();
        self.result
    }

    fn handle(&mut self, what: Happening) {
        match what {
            Happening::Submit { job } => self.submit(job),
            Happening::JobEnd { job } => self.end_job(job),
            Happening::Ready { stage } => self.make_ready(stage),
            Happening::TaskEnd { stage, task, executor } => self.end_task(stage, task, executor),
            Happening::Arrive { executor } => self.arrive(executor),
            Happening::Leave { executor, is_loss } => self.leave(executor, is_loss),
            Happening::Tick => self.tick(),
        }
    }

    fn submit(&mut self, job: usize) {
        if self.jobs[job].stages_left == 0 {
            self.schedule(self.now_s + self.problem.jobs[job].tail_s, Happening::JobEnd { job });
        }
        for index in 0..self.job_stages[job].len() {
            let stage = self.job_stages[job][index];
            // The job's submission is one more thing that each stage waits for.
            self.release(stage);
        }
    }

    fn release(&mut self, stage: usize) {
        self.stages[stage].waits_for -= 1;
        if self.stages[stage].waits_for == 0 {
            self.schedule(self.now_s + self.problem.stages[stage].delay_s, Happening::Ready { stage });
        }
    }

    fn make_ready(&mut self, stage: usize) {
        self.stages[stage].is_ready = true;
        if self.stages[stage].needed_left == 0 {
            self.finish_stage(stage);
        }
        if self.stages[stage].has_pending() {
            self.enqueue(stage);
        }
    }

    fn enqueue(&mut self, stage: usize) {
        let priority = |stage: usize| (self.problem.stages[stage].job, stage);
        let place = self.ready.partition_point(|other| priority(*other) < priority(stage));
        if self.ready.get(place) != Some(&stage) {
            self.ready.insert(place, stage);
        }
        let first_request_s = self.allocator.as_mut().and_then(|allocator| allocator.backlogged(self.now_s));
        if let Some(at_s) = first_request_s {
            self.schedule(at_s, Happening::Tick);
        }
    }

    fn finish_stage(&mut self, stage: usize) {
        let state = &mut self.stages[stage];
        state.end_s = self.now_s;
        let first_time = !std::mem::replace(&mut state.is_done, true);
        for index in 0..self.stage_children[stage].len() {
            let child = self.stage_children[stage][index];
            if first_time {
                self.release(child);
            } else {
                self.stages[child].missing_parents = self.stages[child].missing_parents.saturating_sub(1);
            }
        }
        let job = self.problem.stages[stage].job;
        if first_time {
            self.jobs[job].stages_left -= 1;
            if self.jobs[job].stages_left == 0 {
                self.schedule(self.now_s + self.problem.jobs[job].tail_s, Happening::JobEnd { job });
            }
        }
    }

    fn end_job(&mut self, job: usize) {
        self.jobs_left -= 1;
        for index in 0..self.job_children[job].len() {
            let child = self.job_children[job][index];
            self.jobs[child].waits_for -= 1;
            if self.jobs[child].waits_for == 0 {
                self.schedule(self.now_s + self.problem.jobs[child].delay_s, Happening::Submit { job: child });
            }
        }
    }

    fn end_task(&mut self, stage: usize, task: usize, executor: usize) {
        let state = &mut self.executors[executor];
        // An executor that was lost has no running tasks: what it ran ends elsewhere.
        let Some(place) = state.running.iter().position(|running| *running == (stage, task)) else { return };
        state.running.swap_remove(place);
        if state.running.is_empty() {
            state.idle_since_s = self.now_s;
        }
        if state.here {
            state.free += 1;
            self.free += 1;
        }
        self.stages[stage].ended_on[task] = Some(executor);
        if self.problem.stages[stage].tasks[task].is_needed {
            self.stages[stage].needed_left -= 1;
            if self.stages[stage].needed_left == 0 {
                self.finish_stage(stage);
            }
        }
    }

    fn launch_all(&mut self) {
        let mut index = 0;
        while self.free > 0 {
            let Some(stage) = self.ready.get(index).copied() else { return };
            if self.stages[stage].missing_parents == 0 {
                self.launch_stage(stage);
            }
            if self.stages[stage].has_pending() {
                index += 1;
            } else {
                self.ready.remove(index);
            }
        }
    }

    fn launch_stage(&mut self, stage: usize) {
        for place in 0..self.stages[stage].pinned.len() {
            let executor = self.stages[stage].pinned[place].0;
            while self.executors[executor].here && self.executors[executor].free > 0 {
                let Some(task) = self.stages[stage].pinned[place].1.pop_front() else { break };
                self.launch(stage, task, executor);
            }
        }
        while self.free > 0 {
            let Some(executor) = self.freest(self.problem.stages[stage].profile) else { return };
            let Some(task) = self.stages[stage].pending.pop_front() else { return };
            self.launch(stage, task, executor);
        }
    }

    /// Spark hands out one task to each executor in turn, so the one with most free slots is next.
    fn freest(&self, profile: u32) -> Option<usize> {
        let free =
            |executor: &ExecutorState| if executor.here && executor.profile == profile { executor.free } else { 0 };
        let mut best = None;
        let mut most = 0;
        for (index, executor) in self.executors.iter().enumerate() {
            if free(executor) > most {
                (best, most) = (Some(index), free(executor));
            }
        }
        best
    }

    fn launch(&mut self, stage: usize, task: usize, executor: usize) {
        let wave = self.executors[executor].count_launch(stage);
        let planned = &self.problem.stages[stage];
        let extra_s = planned.warm_up_s.get(wave).copied().unwrap_or(0.0);
        let duration_s = planned.tasks[task].steady_s + extra_s;
        self.result.task_s += duration_s;
        self.free -= 1;
        let state = &mut self.executors[executor];
        state.free -= 1;
        state.running.push((stage, task));
        self.stages[stage].start_s.get_or_insert(self.now_s);
        self.schedule(self.now_s + duration_s, Happening::TaskEnd { stage, task, executor });
    }

    fn arrive(&mut self, executor: usize) {
        if let Some(allocator) = &mut self.allocator {
            allocator.arrived();
        }
        let state = &mut self.executors[executor];
        state.here = true;
        state.free = state.slots;
        state.from_s = self.now_s;
        state.idle_since_s = self.now_s;
        self.free += state.slots;
        let here = self.executors.iter().filter(|executor| executor.here).count();
        self.result.most_executors = self.result.most_executors.max(u32::try_from(here).unwrap_or(u32::MAX));
    }

    fn leave(&mut self, executor: usize, is_loss: bool) {
        let state = &mut self.executors[executor];
        if !std::mem::replace(&mut state.here, false) {
            return;
        }
        self.free -= state.free;
        state.free = 0;
        self.result.executor_s += self.now_s - state.from_s.max(0.0).min(self.now_s);
        self.unpin(executor);
        if is_loss {
            self.lose(executor);
        }
    }

    fn tick(&mut self) {
        let Some(mut allocator) = self.allocator.take() else { return };
        let waiting: usize = self.ready.iter().map(|stage| self.stages[*stage].pending.len()).sum();
        let running: usize = self.executors.iter().map(|executor| executor.running.len()).sum();
        let here = self.executors.iter().filter(|executor| executor.here).count();
        for _ in 0..allocator.request(self.now_s, waiting, running, here) {
            self.executors.push(ExecutorState::away(allocator.rules.slots, 0));
            let executor = self.executors.len() - 1;
            self.schedule(self.now_s + allocator.rules.latency_s, Happening::Arrive { executor });
        }
        let mut spare = here.saturating_sub(allocator.keep());
        for executor in 0..self.executors.len() {
            if spare > 0 && self.is_idle(executor, &allocator) {
                self.leave(executor, false);
                allocator.left();
                spare -= 1;
            }
        }
        // Nothing waits, runs or is to come: a further look would change nothing, ever.
        let is_regular = self.now_s + 1e-9 >= self.next_tick_s;
        if is_regular && (waiting > 0 || running > 0 || !self.agenda.is_empty()) {
            let rules = &allocator.rules;
            self.next_tick_s = self.now_s + rules.backlog_s.min(rules.sustained_s).clamp(0.1, 1.0);
            self.schedule(self.next_tick_s, Happening::Tick);
        }
        self.allocator = Some(allocator);
    }

    fn is_idle(&self, executor: usize, allocator: &Allocator) -> bool {
        let state = &self.executors[executor];
        let idle = state.here && state.running.is_empty() && self.now_s - state.idle_since_s >= allocator.rules.idle_s;
        let holds = |stage: usize| {
            !self.stage_children[stage].is_empty() && self.stages[stage].ended_on.contains(&Some(executor))
        };
        idle && !(allocator.rules.tracks_shuffle && (0..self.stages.len()).any(holds))
    }
}
