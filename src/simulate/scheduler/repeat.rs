//! Chains of stages that run again and again, and jumping over rounds that go alike.
//!
//! When a round ends with nothing running, nothing due and all executors as they were when the round began, the next one
//! takes as long and uses as much: all that are left are added at once, which is what stepping gives, apart from the
//! rounding of their sum. Executors that will be taken back end the jump before their notice.

use super::agenda::{Happening, Scheduled};
use super::pool::Standing;
use super::state::State;

/// How a round began.
#[derive(Clone, Debug)]
pub struct Round {
    at_s: f64,
    pools: Vec<Standing>,
    /// Active time of the chain's stages until then.
    active_s: Vec<f64>,
}

impl State<'_> {
    /// What follows the end of a stage that is the last of a repeated chain: whether the chain runs again.
    pub fn goes_round(&mut self, stage: usize) -> bool {
        let Some(chain) = self.plan.repeats.iter().position(|repeat| repeat.last == stage) else { return false };
        if self.rounds_left[chain] == 0 {
            return false;
        }
        if self.may_jump && self.jumps_over_rounds(chain) {
            return false;
        }
        self.rounds_left[chain] -= 1;
        let repeat = self.plan.repeats[chain];
        for index in repeat.first..=repeat.last {
            self.reset(index, usize::from(index > repeat.first));
        }
        let delay_s = self.plan.stages[repeat.first].driver_delay_s;
        self.schedule(self.now_s + delay_s, Happening::Ready { stage: repeat.first });
        true
    }

    /// Adds all rounds that are left, if the one that just ended left everything as it found it.
    fn jumps_over_rounds(&mut self, chain: usize) -> bool {
        let is_quiet = self.running.is_empty()
            && self.ready.is_empty()
            && self
                .agenda
                .iter()
                .all(|scheduled| matches!(scheduled.what, Happening::IdleCheck { .. } | Happening::Notice { .. }));
        if !is_quiet {
            self.rounds[chain] = None;
            return false;
        }
        let repeat = self.plan.repeats[chain];
        let now_s = self.now_s;
        let active_s = |state: &Self| (repeat.first..=repeat.last).map(|s| state.stages[s].times.active_s).collect();
        let round = Round {
            at_s: now_s,
            pools: self.pools.iter_mut().map(|pool| pool.standing(now_s)).collect(),
            active_s: active_s(self),
        };
        let Some(before) = self.rounds[chain].replace(round.clone()) else { return false };
        if before.pools.len() != round.pools.len() || !before.pools.iter().zip(&round.pools).all(|(a, b)| a.is_like(b))
        {
            return false;
        }
        let lasts_s = round.at_s - before.at_s;
        let rounds = self.rounds_until_notice(chain, lasts_s);
        self.rounds_left[chain] -= rounds;
        let is_over = self.rounds_left[chain] == 0;
        let rounds = f64::from(rounds);
        let forward_s = rounds * lasts_s;
        self.now_s += forward_s;
        for (index, stage) in (repeat.first..=repeat.last).enumerate() {
            let times = &mut self.stages[stage].times;
            times.end_s += forward_s;
            times.active_s += rounds * (round.active_s[index] - before.active_s[index]);
        }
        for ((pool, old), new) in self.pools.iter_mut().zip(&before.pools).zip(&round.pools) {
            pool.add_rounds(old, new, rounds);
            pool.shift(forward_s);
        }
        self.check_idle_again();
        self.rounds[chain] = None;
        is_over
    }

    /// Rounds that are left and end before executors are taken back.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a saturating count")]
    fn rounds_until_notice(&self, chain: usize, lasts_s: f64) -> u32 {
        let is_notice = |scheduled: &&Scheduled| matches!(scheduled.what, Happening::Notice { .. });
        let notice_s =
            self.agenda.iter().filter(is_notice).map(|scheduled| scheduled.at_s).fold(f64::INFINITY, f64::min);
        let before = (notice_s - self.now_s) / lasts_s.max(f64::MIN_POSITIVE);
        (before.floor() as u32).min(self.rounds_left[chain])
    }

    /// The idle executors were moved on in time, so their checks are due later.
    fn check_idle_again(&mut self) {
        for group in 0..self.pools.len() {
            for due_s in self.pools[group].due() {
                self.schedule(due_s, Happening::IdleCheck { group });
            }
        }
    }
}
