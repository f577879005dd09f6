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
    waiting_since_s: Option<f64>,
}

impl Allocator {
    pub const fn new(rules: DynamicAllocation) -> Self {
        let initial = rules.initial as usize;
        Self { rules, target: initial, on_the_way: initial, step: 1, waiting_since_s: None }
    }

    /// How many executors to ask for now.
    pub fn request(&mut self, now_s: f64, waiting: usize, running: usize, here: usize) -> usize {
        let slots = (self.rules.slots as usize).max(1);
        let needed = (waiting + running).div_ceil(slots).min(self.rules.max as usize);
        let there = here + self.on_the_way;
        if needed < self.target {
            self.target = needed.max(self.rules.min as usize);
            self.step = 1;
        }
        if waiting == 0 {
            self.waiting_since_s = None;
            self.step = 1;
            return 0;
        }
        let since_s = *self.waiting_since_s.get_or_insert(now_s);
        if now_s - since_s + 1e-9 < self.rules.backlog_s {
            return 0;
        }
        let wanted = self.target.max(there) + self.step;
        self.step = if wanted >= needed { 1 } else { self.step * 2 };
        self.target = wanted.min(needed).max(self.rules.min as usize);
        let more = self.target.saturating_sub(there);
        self.on_the_way += more;
        more
    }

    /// Executors that are not given back.
    pub fn keep(&self) -> usize {
        (self.rules.min as usize).max(self.target.min(self.rules.min as usize))
    }

    pub fn arrived(&mut self) {
        self.on_the_way = self.on_the_way.saturating_sub(1);
    }

    pub fn left(&mut self) {
        self.target = self.target.saturating_sub(1).max(self.rules.min as usize);
    }
}
