//! Jumping over whole waves of identical tasks.
//!
//! While all slots are busy and the first ready stage's current run of identical tasks has at least two waves left, every
//! slot that gets free takes the next task of it at once. A cohort of `n` tasks that ends at `e` on a group where a task
//! takes `d` then ends tasks at `e, e+d, e+2d, …`. Up to a horizon `H` it has taken `k = ⌊(H−e)/d⌋ + 1` more. All of them
//! find a task as long as `Σ n·k` is no more than what is left; with `k ≤ (H−e)/d + 1` this holds for
//! `H = (left − Σn + Σ n·e/d) / Σ n/d`. So every cohort may be moved by `k·d` at once, and the result is that of stepping,
//! apart from the rounding of `k` additions.
//!
//! Cohorts that end after the horizon (one hot task among a million others, a stage beside this one) stay where they are,
//! and the jump ends before the first of them does.

use super::agenda::Cohort;
use super::pool::Pool;
use super::state::State;

/// Waves that must be left before a jump pays.
const FEWEST_WAVES: u64 = 2;
/// Times that cohorts beyond the horizon are set aside before the jump is given up.
const TRIES: usize = 8;

impl State<'_> {
    /// Jumps as far as the rule allows; does nothing when it does not apply.
    pub fn fast_forward(&mut self) {
        let Some(stage) = self.ready.first().copied() else { return };
        // Slots that go when their task ends take no next one.
        if self.pools.iter().any(Pool::is_doomed) {
            return;
        }
        let left = self.stages[stage].batch_left;
        let busy: u64 = self.pools.iter().map(|pool| u64::from(pool.busy())).sum();
        if self.stages[stage].running == 0 || u64::from(left) < FEWEST_WAVES * busy {
            return;
        }
        let Some((horizon_s, limit_s)) = self.horizon(stage, left) else { return };
        let stays = |cohort: &&Cohort| cohort.stage != stage || cohort.end_s > limit_s;
        let first_to_stay_s =
            self.running.iter().filter(stays).map(|cohort| cohort.end_s).fold(f64::INFINITY, f64::min);
        let until_s = self.agenda.peek().map_or(f64::INFINITY, |scheduled| scheduled.at_s).min(first_to_stay_s);
        if self.running.peek().is_none_or(|first| first.end_s >= until_s) {
            return;
        }
        let mut cohorts = std::mem::take(&mut self.running).into_vec();
        self.jump(
            cohorts.iter_mut().filter(|cohort| cohort.stage == stage && cohort.end_s <= limit_s),
            stage,
            horizon_s,
            until_s,
        );
        self.running = cohorts.into();
    }

    /// The horizon of the cohorts of the stage that end by a limit, and the limit; the others are set aside.
    fn horizon(&self, stage: usize, left: u32) -> Option<(f64, f64)> {
        let mut limit_s = f64::INFINITY;
        for _ in 0..TRIES {
            let (horizon_s, last_s) = self.horizon_of(stage, left, limit_s)?;
            // The bound needs every term to be positive: no cohort in it may end after the horizon.
            if horizon_s > last_s {
                return Some((horizon_s, limit_s));
            }
            limit_s = horizon_s;
        }
        None
    }

    /// The horizon of the cohorts that end by `limit_s`, and when the last of them does.
    fn horizon_of(&self, stage: usize, left: u32, limit_s: f64) -> Option<(f64, f64)> {
        let (mut busy, mut rate, mut phase, mut last_s) = (0.0, 0.0, 0.0, 0.0_f64);
        for cohort in self.running.iter().filter(|cohort| cohort.stage == stage && cohort.end_s <= limit_s) {
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
        (rate > 0.0).then(|| ((f64::from(left) - busy + phase) / rate, last_s))
    }

    fn step_s(&self, stage: usize, cohort: &Cohort) -> f64 {
        self.plan.stages[stage].duration_s(self.stages[stage].batch, cohort.group)
    }

    fn jump<'c>(&mut self, cohorts: impl Iterator<Item = &'c mut Cohort>, stage: usize, horizon_s: f64, until_s: f64) {
        let batch = self.stages[stage].batch;
        let mut left = self.stages[stage].batch_left;
        for cohort in cohorts {
            let duration_s = self.plan.stages[stage].duration_s(batch, cohort.group);
            let most = left / cohort.tasks;
            let steps = completions(cohort.end_s, duration_s, horizon_s, until_s).min(most);
            if steps == 0 {
                continue;
            }
            let tasks = steps * cohort.tasks;
            cohort.end_s += f64::from(steps) * duration_s;
            cohort.fresh = false;
            cohort.batch = batch;
            left -= tasks;
            self.pools[cohort.group].add_busy(f64::from(tasks) * duration_s);
            let state = &mut self.stages[stage];
            state.tasks_left -= u64::from(tasks);
            state.times.longest_s = state.times.longest_s.max(duration_s);
        }
        let launched = self.stages[stage].batch_left - left;
        self.advance_batch(stage, launched);
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
