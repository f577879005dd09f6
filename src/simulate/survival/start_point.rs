//! What is known of a pool at a moment at which it has capacity.

use crate::profile::spot_traces::{PoolHistory, Spell};

/// Constant, losses and presence in two memories each, age.
pub const FEATURES: usize = 6;
/// Half-lives of the two memories, hours: the present mood and the pool's character.
const HALF_LIVES_H: [f64; 2] = [6.0, 72.0];
/// A pool of which nothing is known counts as one loss in two hours, the rate of measured pools, for so long.
const PRIOR_LOSSES: f64 = 1.0;
const PRIOR_UP_H: f64 = 2.0;
/// Half an hour up and half an hour down are added to what was seen.
const PRIOR_EACH_H: f64 = 0.5;
/// Added to the age: traces are taken every few minutes.
const AGE_OFFSET_H: f64 = 0.1;
/// Where the features are zero: 0.6 losses an hour (ln 0.6 = −0.5), up 73 % of the time.
const USUAL_LN_RATE: f64 = -0.5;
const USUAL_LOGIT_UP: f64 = 1.0;

/// The state of a pool at a moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StartPoint {
    /// How long the pool has had capacity, or the node has lived.
    pub age_h: f64,
    /// Losses, faded by each of the two half-lives (6 h and 72 h).
    pub losses: [f64; 2],
    /// Hours with capacity, faded alike.
    pub up_h: [f64; 2],
    /// Hours looked at, faded alike.
    pub seen_h: [f64; 2],
}

impl StartPoint {
    /// The features of the regression.
    #[must_use]
    pub fn features(&self) -> [f64; FEATURES] {
        let rate = |memory: usize| {
            ((self.losses[memory] + PRIOR_LOSSES) / (self.up_h[memory] + PRIOR_UP_H)).ln() - USUAL_LN_RATE
        };
        let presence = |memory: usize| {
            let up = self.up_h[memory] + PRIOR_EACH_H;
            let down = (self.seen_h[memory] - self.up_h[memory]).max(0.0) + PRIOR_EACH_H;
            (up / down).ln() - USUAL_LOGIT_UP
        };
        [1.0, rate(0), rate(1), presence(0), presence(1), (self.age_h + AGE_OFFSET_H).ln()]
    }
}

/// A history with its faded sums at the end of each spell, so that any start point is found at once.
#[derive(Clone, Debug)]
pub struct Memory<'p> {
    pool: &'p PoolHistory,
    /// At the end of each spell: losses and hours up, by half-life. The loss that ends the spell is in.
    after: Vec<([f64; 2], [f64; 2])>,
}

impl<'p> Memory<'p> {
    /// Walks through a history once.
    #[must_use]
    pub fn of(pool: &'p PoolHistory) -> Self {
        let mut after: Vec<([f64; 2], [f64; 2])> = Vec::with_capacity(pool.spells.len());
        let mut last_end_h = 0.0;
        let (mut losses, mut up_h) = ([0.0; 2], [0.0; 2]);
        for spell in &pool.spells {
            for memory in 0..2 {
                let kept = fade(spell.end_h - last_end_h, memory);
                losses[memory] = losses[memory] * kept + f64::from(u8::from(spell.lost));
                up_h[memory] = up_h[memory] * kept + faded_length(spell.end_h - spell.start_h, memory);
            }
            last_end_h = spell.end_h;
            after.push((losses, up_h));
        }
        Self { pool, after }
    }

    /// The start point at a moment; `None` when the pool had no capacity then.
    #[must_use]
    pub fn at(&self, at_h: f64) -> Option<StartPoint> {
        let index = self.pool.spells.partition_point(|spell| spell.start_h <= at_h).checked_sub(1)?;
        let spell: &Spell = &self.pool.spells[index];
        if at_h >= spell.end_h {
            return None;
        }
        let age_h = at_h - spell.start_h;
        let before = index.checked_sub(1).map(|before| (self.after[before], at_h - self.pool.spells[before].end_h));
        let mut point = StartPoint { age_h, losses: [0.0; 2], up_h: [0.0; 2], seen_h: [0.0; 2] };
        for memory in 0..2 {
            if let Some(((losses, up_h), since_h)) = before {
                point.losses[memory] = losses[memory] * fade(since_h, memory);
                point.up_h[memory] = up_h[memory] * fade(since_h, memory);
            }
            point.up_h[memory] += faded_length(age_h, memory);
            point.seen_h[memory] = faded_length(at_h, memory);
        }
        Some(point)
    }
}

fn decay_per_hour(memory: usize) -> f64 {
    std::f64::consts::LN_2 / HALF_LIVES_H[memory]
}

fn fade(hours: f64, memory: usize) -> f64 {
    (-hours * decay_per_hour(memory)).exp()
}

/// The faded length of the last `hours`.
fn faded_length(hours: f64, memory: usize) -> f64 {
    (1.0 - fade(hours, memory)) / decay_per_hour(memory)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool() -> PoolHistory {
        let spell = |start_h, end_h| Spell { start_h, end_h, lost: true };
        PoolHistory { spells: vec![spell(1.0, 4.0), spell(10.0, 20.0)], end_h: 30.0, ..PoolHistory::default() }
    }

    #[test]
    fn sums_fade_by_half_in_a_half_life() {
        // At 10 + 0 h: one loss six hours ago counts half in the first memory; three hours up, between six and nine
        // hours ago: ∫ 2^(−t/6) dt over 6..9 = (6/ln 2)(2^−1 − 2^−1.5) = 8.656 × 0.14645 = 1.2677.
        let pool = pool();
        let point = Memory::of(&pool).at(10.0).expect("up");
        assert!((point.losses[0] - 0.5).abs() < 1e-12);
        assert!((point.up_h[0] - 1.2677).abs() < 1e-4, "{}", point.up_h[0]);
        assert!(point.age_h.abs() < 1e-12);
        // In all, ten hours were seen: (6/ln 2)(1 − 2^(−10/6)) = 5.9299.
        assert!((point.seen_h[0] - 5.9299).abs() < 1e-3, "{}", point.seen_h[0]);
    }

    #[test]
    fn a_start_point_knows_nothing_of_later() {
        let pool = pool();
        let now = 12.0;
        assert_eq!(Memory::of(&pool).at(now), Memory::of(&pool.until(now + 0.001)).at(now));
    }

    #[test]
    fn there_is_no_start_without_capacity() {
        let pool = pool();
        let memory = Memory::of(&pool);
        for at_h in [0.0, 0.99, 4.0, 7.0, 20.0, 40.0] {
            assert_eq!(memory.at(at_h), None, "{at_h}");
        }
    }
}
