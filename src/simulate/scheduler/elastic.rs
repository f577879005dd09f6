//! Executors that come when tasks wait and go when they are idle.

use super::agenda::Happening;
use super::pool::Pool;
use super::state::State;

impl State<'_> {
    /// Gives back executors that have been idle for long enough, unless the group keeps what may still be read.
    pub fn release_idle(&mut self, group: usize) {
        if !(self.plan.groups[group].keeps_output && self.output_is_needed()) {
            self.pools[group].release(self.now_s);
        }
    }

    /// A stage has ended: what it read may have been the last reason to keep idle executors.
    pub fn release_unread(&mut self) {
        for group in 0..self.pools.len() {
            if self.plan.groups[group].keeps_output {
                self.release_idle(group);
            }
        }
    }

    /// Whether some stage has left output that another has still to read to its end.
    fn output_is_needed(&self) -> bool {
        (0..self.stages.len()).any(|stage| {
            self.plan.stages[stage].keeps_output
                && self.stages[stage].has_started()
                && self.children(stage).iter().any(|child| !self.stages[*child].is_done())
        })
    }

    /// Notes which executors are idle, and when they are due.
    pub fn settle_pools(&mut self) {
        for group in 0..self.pools.len() {
            if let Some(due_s) = self.pools[group].settle(self.now_s) {
                self.schedule(due_s, Happening::IdleCheck { group });
            }
        }
    }

    /// Asks for executors that tasks wait for.
    pub fn ask_for_executors(&mut self) {
        if self.ready.is_empty() || !self.pools.iter().any(Pool::is_elastic) {
            return;
        }
        let waiting = self.waiting_tasks();
        for group in 0..self.pools.len() {
            let executors = self.pools[group].request(waiting);
            if executors > 0 {
                let at_s = self.now_s + self.plan.groups[group].regrow_s;
                self.schedule(at_s, Happening::Arrival { group, executors, regrown: true });
            }
        }
    }

    fn waiting_tasks(&self) -> u64 {
        self.ready.iter().map(|stage| self.stages[*stage].tasks_left - self.stages[*stage].running).sum()
    }
}
