//! Jumping over whole waves of identical tasks.
//!
//! While the first ready stage alone is active (others may wait behind it), all slots are busy and its current run of identical tasks has at least two
//! waves left, every slot that gets free takes the next task at once. A cohort of `n` tasks that ends at `e` on a
//! group where a task takes `d` then ends tasks at `e, e+d, e+2d, …`. Up to a horizon `H` it has taken
//! `k = ⌊(H−e)/d⌋ + 1` more. All of them find a task as long as `Σ n·k` is no more than what is left; with
//! `k ≤ (H−e)/d + 1` this holds for `H = (left − Σn + Σ n·e/d) / Σ n/d`. So every cohort may be moved by `k·d`
//! at once, and the result is that of stepping, apart from the rounding of `k` additions.

use super::agenda::Cohort;
use super::state::State;

/// Waves that must be left before a jump pays.
const FEWEST_WAVES: u64 = 2;

impl State<'_> {
    /// Jumps as far as the rule allows; does nothing when it does not apply.
    pub fn fast_forward(&mut self) {
        let Some((stage, left)) = self.lone_stage() else { return };
        let busy: u64 = self.pools.iter().map(|pool| u64::from(pool.busy())).sum();
        if busy == 0 || u64::from(left) < FEWEST_WAVES * busy {
            return;
        }
        let Some(horizon_s) = self.horizon(stage, left) else { return };
        let until_s = self.agenda.peek().map_or(f64::INFINITY, |scheduled| scheduled.at_s);
        let mut cohorts = std::mem::take(&mut self.running).into_vec();
        self.jump(&mut cohorts, stage, horizon_s, until_s);
        self.running = cohorts.into();
    }

    /// The first stage with tasks to launch and the tasks left in its current run, if no other stage is active.
    fn lone_stage(&self) -> Option<(usize, u32)> {
        let stage = self.ready.first().copied()?;
        let state = &self.stages[stage];
        (self.active_stages == 1 && state.running > 0).then_some((stage, state.batch_left))
    }

    fn horizon(&self, stage: usize, left: u32) -> Option<f64> {
        let (mut busy, mut rate, mut phase, mut last_s) = (0.0, 0.0, 0.0, 0.0_f64);
        for cohort in &self.running {
            let duration_s = self.step_s(stage, cohort);
            if duration_s <= 0.0 {
                return None;
            }
            let tasks = f64::from(cohort.tasks);
            busy += tasks;
            rate += tasks / duration_s;
            phase += tasks * cohort.end_s / duration_s;
            last_s = last_s.max(cohort.end_s);
        }
        let horizon_s = (f64::from(left) - busy + phase) / rate;
        // The bound above needs every term to be positive: no cohort may end after the horizon.
        (horizon_s > last_s).then_some(horizon_s)
    }

    fn step_s(&self, stage: usize, cohort: &Cohort) -> f64 {
        self.plan.stages[stage].duration_s(self.stages[stage].batch, cohort.group)
    }

    fn jump(&mut self, cohorts: &mut [Cohort], stage: usize, horizon_s: f64, until_s: f64) {
        let mut left = self.stages[stage].batch_left;
        for cohort in cohorts {
            let duration_s = self.step_s(stage, cohort);
            let most = left / cohort.tasks;
            let steps = completions(cohort.end_s, duration_s, horizon_s, until_s).min(most);
            if steps == 0 {
                continue;
            }
            let tasks = steps * cohort.tasks;
            cohort.end_s += f64::from(steps) * duration_s;
            cohort.fresh = false;
            left -= tasks;
            self.pools[cohort.group].add_busy(f64::from(tasks) * duration_s);
            let state = &mut self.stages[stage];
            state.tasks_left -= u64::from(tasks);
            state.times.longest_s = state.times.longest_s.max(duration_s);
            self.advance_batch(stage, tasks);
        }
        self.events += 1;
    }
}

/// How many completions at `end_s, end_s + duration_s, …` lie at or before the horizon and before `until_s`.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the range of u32")]
fn completions(end_s: f64, duration_s: f64, horizon_s: f64, until_s: f64) -> u32 {
    if end_s > horizon_s || end_s >= until_s {
        return 0;
    }
    let by_horizon = ((horizon_s - end_s) / duration_s).floor() + 1.0;
    // Strictly before: at `until_s` itself something else may take the slots.
    let by_until = ((until_s - end_s) / duration_s).ceil();
    by_horizon.min(by_until).clamp(0.0, f64::from(u32::MAX)) as u32
}
