//! What goes with an executor: tasks that run on it, and the shuffle output that stood on it.

use super::Cluster;

impl Cluster<'_> {
    /// Tasks that were to run on an executor that has gone may run anywhere.
    pub fn unpin(&mut self, executor: usize) {
        for stage in &mut self.stages {
            for (_, tasks) in stage.pinned.iter_mut().filter(|(on, _)| *on == executor) {
                stage.pending.extend(tasks.drain(..));
            }
        }
    }

    pub fn lose(&mut self, executor: usize) {
        for (stage, task) in std::mem::take(&mut self.executors[executor].running) {
            self.run_again(stage, task);
        }
        if self.problem.keeps_shuffle {
            return;
        }
        for stage in 0..self.stages.len() {
            if self.is_read_later(stage) {
                self.lose_output(stage, executor);
            }
        }
    }

    fn run_again(&mut self, stage: usize, task: usize) {
        self.result.rerun += 1;
        self.stages[stage].pending.push_back(task);
        self.enqueue(stage);
    }

    /// Whether a stage that is not done reads this one's output.
    pub fn is_read_later(&self, stage: usize) -> bool {
        self.stage_children[stage].iter().any(|child| !self.stages[*child].is_done)
    }

    fn lose_output(&mut self, stage: usize, executor: usize) {
        let lost: Vec<usize> = (0..self.stages[stage].ended_on.len())
            .filter(|task| self.stages[stage].ended_on[*task] == Some(executor))
            .filter(|task| self.problem.stages[stage].tasks[*task].is_needed)
            .collect();
        if lost.is_empty() {
            return;
        }
        if self.stages[stage].needed_left == 0 {
            for index in 0..self.stage_children[stage].len() {
                let child = self.stage_children[stage][index];
                self.stages[child].missing_parents += 1;
            }
        }
        self.stages[stage].needed_left += lost.len();
        for task in lost {
            self.stages[stage].ended_on[task] = None;
            self.run_again(stage, task);
        }
    }
}
