//! The cohorts that run, the next to end first.
//!
//! Mostly there are a handful of them, and a new one ends after most others: a short list in the order of their ends is
//! then several times as fast as a heap. What does not fit into the list goes to a heap beside it.

use std::collections::BinaryHeap;

use super::agenda::Cohort;

/// Most cohorts in the list.
const MOST_NEAR: usize = 48;

/// A queue of cohorts.
#[derive(Debug, Default)]
pub struct Running {
    /// In the order of their ends, from `head` on; what stands before it has ended.
    near: Vec<Cohort>,
    head: usize,
    far: BinaryHeap<Cohort>,
}

impl Running {
    /// When the next cohort ends.
    pub fn next_s(&self) -> Option<f64> {
        let near = self.near.get(self.head).map(|cohort| cohort.end_s);
        let far = self.far.peek().map(|cohort| cohort.end_s);
        match (near, far) {
            (Some(near), Some(far)) => Some(near.min(far)),
            (near, far) => near.or(far),
        }
    }

    /// The next cohort, if it ends by `now_s`.
    pub fn pop_due(&mut self, now_s: f64) -> Option<Cohort> {
        let near = self.near.get(self.head);
        // The order is reversed for the heap: the next to end is the greatest.
        let from_heap = self.far.peek().filter(|far| near.is_none_or(|near| near < far));
        match from_heap {
            Some(far) => (far.end_s <= now_s).then(|| self.far.pop()).flatten(),
            None => {
                let next = near.filter(|near| near.end_s <= now_s).copied()?;
                self.head += 1;
                if self.head == self.near.len() {
                    self.near.clear();
                    self.head = 0;
                }
                Some(next)
            }
        }
    }

    /// Adds a cohort.
    pub fn push(&mut self, cohort: Cohort) {
        if self.near.len() - self.head >= MOST_NEAR {
            self.far.push(cohort);
            return;
        }
        if self.head >= MOST_NEAR {
            self.near.drain(..self.head);
            self.head = 0;
        }
        let after = self.near[self.head..].iter().rposition(|other| *other > cohort);
        let place = after.map_or(self.head, |before| self.head + before + 1);
        self.near.insert(place, cohort);
    }

    /// All cohorts, in no order that means anything, but always the same.
    pub fn iter(&self) -> impl Iterator<Item = &Cohort> {
        self.near[self.head..].iter().chain(&self.far)
    }

    /// Whether nothing runs.
    pub fn is_empty(&self) -> bool {
        self.near.is_empty() && self.far.is_empty()
    }

    /// Changes when each of the cohorts ends, in their order of [`Self::iter`].
    pub fn move_each(&mut self, mut change: impl FnMut(&mut Cohort)) {
        let near = &mut self.near[self.head..];
        near.iter_mut().for_each(&mut change);
        near.sort_unstable_by(|a, b| b.cmp(a));
        if !self.far.is_empty() {
            let mut far = std::mem::take(&mut self.far).into_vec();
            far.iter_mut().for_each(change);
            self.far = far.into();
        }
    }

    /// Changes any of the cohorts, in their order of [`Self::iter`].
    pub fn change(&mut self, change: impl FnOnce(&mut Vec<Cohort>)) {
        let mut all = std::mem::take(&mut self.near);
        all.drain(..self.head);
        all.extend(std::mem::take(&mut self.far));
        change(&mut all);
        self.head = 0;
        if all.len() > MOST_NEAR {
            self.far = all.into();
        } else {
            all.sort_unstable_by(|a, b| b.cmp(a));
            self.near = all;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::Draws;

    fn cohort(end_s: f64, sequence: u64) -> Cohort {
        Cohort { end_s, sequence, stage: 0, group: 0, batch: 0, tasks: 1, fresh: false, doomed_by: None }
    }

    /// Whatever is pushed and popped, in the list or in the heap: the next to end comes first, of equals the first started.
    #[test]
    fn cohorts_end_in_their_order() {
        for most in [5.0, 47.0, 48.0, 49.0, 300.0] {
            let (mut running, mut known) = (Running::default(), Vec::new());
            let mut draws = Draws::new(1, "running", "", 0);
            let mut now_s = 0.0;
            for sequence in 0..3_000 {
                let new = cohort(now_s + (draws.unit() * 20.0).floor(), sequence);
                running.push(new);
                known.push(new);
                if sequence % 500 == 499 {
                    let later = |cohort: &mut Cohort| cohort.end_s += (cohort.sequence % 7) as f64;
                    running.move_each(later);
                    known.iter_mut().for_each(later);
                    let fewer = |all: &mut Vec<Cohort>| all.retain(|cohort| cohort.sequence % 11 > 0);
                    running.change(fewer);
                    fewer(&mut known);
                }
                while known.len() as f64 > most {
                    known.sort_by(|a, b| b.cmp(a));
                    let next = known.remove(0);
                    assert_eq!(running.next_s(), Some(next.end_s));
                    assert_eq!(running.pop_due(next.end_s - 1.0), None);
                    assert_eq!(running.pop_due(next.end_s), Some(next));
                    now_s = next.end_s;
                }
                assert_eq!(running.iter().count(), known.len());
            }
            known.sort_by(|a, b| b.cmp(a));
            for next in known {
                assert_eq!(running.pop_due(f64::INFINITY), Some(next));
            }
            assert!(running.is_empty() && running.next_s().is_none());
        }
    }
}
