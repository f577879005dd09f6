//! Spark's `ExecutorAllocationManager`: how many executors are asked for as the load changes.

use super::problem::DynamicAllocation;

/// Live state of dynamic allocation.
#[derive(Debug)]
pub struct Allocator {
    pub rules: DynamicAllocation,
    /// Executors that are wanted: there or on their way.
    target: usize,
    on_the_way: usize,
    /// How many the next request adds: doubles as long as tasks wait.
    step: usize,
    next_request_s: Option<f64>,
}

impl Allocator {
    pub const fn new(rules: DynamicAllocation) -> Self {
        let initial = rules.initial as usize;
        Self { rules, target: initial, on_the_way: initial, step: 1, next_request_s: None }
    }

    /// Notes that tasks wait; answers with the moment of the first request, when it is a new wait.
    pub fn backlogged(&mut self, now_s: f64) -> Option<f64> {
        if self.next_request_s.is_some() {
            return None;
        }
        self.next_request_s = Some(now_s + self.rules.backlog_s);
        self.next_request_s
    }

    /// How many executors to ask for now.
    pub fn request(&mut self, now_s: f64, waiting: usize, running: usize, here: usize) -> usize {
        let needed = self.needed(waiting + running);
        let there = here + self.on_the_way;
        if needed < self.target {
            self.target = needed.max(self.rules.min as usize);
            self.step = 1;
        }
        if waiting == 0 {
            self.next_request_s = None;
            self.step = 1;
            return 0;
        }
        let next_s = *self.next_request_s.get_or_insert(now_s + self.rules.backlog_s);
        if now_s + 1e-9 < next_s {
            return 0;
        }
        self.next_request_s = Some(now_s + self.rules.sustained_s);
        let wanted = self.target.max(there) + self.step;
        self.step = if wanted >= needed { 1 } else { self.step * 2 };
        self.target = wanted.min(needed).max(self.rules.min as usize);
        let more = self.target.saturating_sub(there);
        self.on_the_way += more;
        more
    }

    /// Executors for so many tasks, as far as the rules allow.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "tasks are far fewer than 2^53"
    )]
    fn needed(&self, tasks: usize) -> usize {
        let slots = f64::from(self.rules.slots.max(1));
        let wanted = (tasks as f64 * self.rules.ratio / slots - 1e-9).ceil().max(0.0) as usize;
        wanted.min(self.rules.max as usize)
    }

    /// Executors that are not given back.
    pub fn keep(&self) -> usize {
        (self.rules.min as usize).max(self.target)
    }

    pub fn arrived(&mut self) {
        self.on_the_way = self.on_the_way.saturating_sub(1);
    }

    pub fn left(&mut self) {
        self.target = self.target.saturating_sub(1).max(self.rules.min as usize);
    }
}
