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
        let durations_s = self.plan.stages[stage].durations_s(self.stages[stage].batch);
        let Some(reach) = self.reach(stage, left, durations_s) else { return };
        let due_s = self.agenda.peek().map_or(f64::INFINITY, |scheduled| scheduled.at_s);
        let reach = Reach { until_s: reach.until_s.min(due_s), ..reach };
        if self.running.next_s().is_none_or(|first_s| first_s >= reach.until_s) {
            return;
        }
        self.jump(stage, &reach, durations_s);
    }

    /// How far the cohorts of the stage may jump that end by a limit; the others are set aside.
    fn reach(&self, stage: usize, left: u32, durations_s: &[f64]) -> Option<Reach> {
        let mut limit_s = f64::INFINITY;
        for _ in 0..TRIES {
            let (reach, last_s) = self.reach_of(stage, left, limit_s, durations_s)?;
            // The bound needs every term to be positive: no cohort in it may end after the horizon.
            if reach.horizon_s > last_s {
                return Some(reach);
            }
            limit_s = reach.horizon_s;
        }
        None
    }

    /// How far the cohorts may jump that end by `limit_s`, and when the last of them does.
    fn reach_of(&self, stage: usize, left: u32, limit_s: f64, durations_s: &[f64]) -> Option<(Reach, f64)> {
        let (mut busy, mut rate, mut phase, mut last_s) = (0.0, 0.0, 0.0, 0.0_f64);
        let mut until_s = f64::INFINITY;
        for cohort in self.running.iter() {
            if cohort.stage != stage || cohort.end_s > limit_s {
                until_s = until_s.min(cohort.end_s);
                continue;
            }
            let duration_s = durations_s.get(cohort.group).copied().filter(|duration_s| *duration_s > 0.0)?;
            let tasks = f64::from(cohort.tasks);
            busy += tasks;
            rate += tasks / duration_s;
            phase += tasks * cohort.end_s / duration_s;
            last_s = last_s.max(cohort.end_s);
        }
        let horizon_s = (f64::from(left) - busy + phase) / rate;
        (rate > 0.0).then_some((Reach { horizon_s, limit_s, until_s }, last_s))
    }

    fn jump(&mut self, stage: usize, reach: &Reach, durations_s: &[f64]) {
        let (state, pools) = (&mut self.stages[stage], &mut self.pools);
        let mut left = state.batch_left;
        self.running.move_each(|cohort| {
            if cohort.stage != stage || cohort.end_s > reach.limit_s {
                return;
            }
            let Some(duration_s) = durations_s.get(cohort.group).copied() else { return };
            let most = left / cohort.tasks;
            let steps = completions(cohort.end_s, duration_s, reach).min(most);
            if steps == 0 {
                return;
            }
            let tasks = steps * cohort.tasks;
            cohort.end_s += f64::from(steps) * duration_s;
            cohort.fresh = false;
            cohort.batch = state.batch;
            left -= tasks;
            pools[cohort.group].add_busy(f64::from(tasks) * duration_s);
            state.tasks_left -= u64::from(tasks);
            state.times.longest_s = state.times.longest_s.max(duration_s);
        });
        let launched = state.batch_left - left;
        self.advance_batch(stage, launched);
        self.events += 1;
    }
}

/// How far a jump may go.
#[derive(Clone, Copy, Debug)]
struct Reach {
    /// The horizon of the cohorts that jump.
    horizon_s: f64,
    /// Those jump that end by it.
    limit_s: f64,
    /// Something else may take the slots from then on.
    until_s: f64,
}

/// How many completions at `end_s, end_s + duration_s, …` lie at or before the horizon and before `until_s`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "cut to the range of u32 and to whole steps"
)]
fn completions(end_s: f64, duration_s: f64, reach: &Reach) -> u32 {
    if end_s > reach.horizon_s || end_s >= reach.until_s {
        return 0;
    }
    let by_horizon = ((reach.horizon_s - end_s) / duration_s) as u32;
    // Strictly before: at `until_s` itself something else may take the slots. So this is rounded up.
    let until = (reach.until_s - end_s) / duration_s;
    let by_until = (until as u32).saturating_add(u32::from(f64::from(until as u32) < until));
    by_horizon.saturating_add(1).min(by_until)
}
