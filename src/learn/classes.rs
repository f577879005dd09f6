//! Classes of machines by memory a core: compute-, balanced and memory-heavy types, whatever they are called.

use super::choice::Candidate;
use super::run::Machine;

/// A class ends where memory a core grows by more than this factor from one type to the next: half of the doubling that lies
/// between EC2's families of compute, balanced and memory types.
const APART: f64 = std::f64::consts::SQRT_2;

/// Where each class but the first begins, in usable GiB a vCPU, ascending.
#[derive(Clone, Debug, PartialEq)]
pub struct Classes {
    begin: Vec<f64>,
}

fn ratio(machine: &Machine) -> f64 {
    machine.usable_gib / machine.vcpu
}

impl Classes {
    /// The classes of some candidates.
    pub fn of(candidates: &[Candidate]) -> Self {
        let mut ratios: Vec<f64> = candidates.iter().map(|one| ratio(&one.like.machine)).collect();
        ratios.sort_by(f64::total_cmp);
        let begin = ratios.windows(2).filter(|pair| pair[1] > APART * pair[0]).map(|pair| pair[1]).collect();
        Self { begin }
    }

    fn class(&self, candidate: &Candidate) -> usize {
        self.begin.iter().filter(|begin| **begin <= ratio(&candidate.like.machine)).count()
    }

    /// The open candidates of classes that no seen one is of.
    pub fn unseen<'a>(&self, open: &[Candidate], seen: impl Iterator<Item = &'a Candidate>) -> Vec<usize> {
        let seen: Vec<usize> = seen.map(|one| self.class(one)).collect();
        (0..open.len()).filter(|at| !seen.contains(&self.class(&open[*at]))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::run::example;

    fn candidate(name: &str, vcpu: f64, usable_gib: f64) -> Candidate {
        let like = example("job", Machine { name: name.to_owned(), vcpu, usable_gib }, 4.0, 1.0);
        Candidate { like, measured_s: 1.0, cost_usd: 1.0 }
    }

    /// 1.5, 2.0 (a third more), 3.0 (half more: apart), 6.0 (twice: apart) GiB a vCPU: three classes of four types.
    #[test]
    fn a_class_ends_where_memory_a_core_jumps() {
        let all = [
            candidate("compute.2x", 8.0, 12.0),
            candidate("network.x", 4.0, 8.0),
            candidate("balanced.x", 4.0, 12.0),
            candidate("memory.x", 4.0, 24.0),
        ];
        let classes = Classes::of(&all);
        assert_eq!(classes.begin, [3.0, 6.0]);
        assert_eq!(classes.unseen(&all, [].iter()), [0, 1, 2, 3]);
        assert_eq!(classes.unseen(&all, all[..1].iter()), [2, 3]);
        assert_eq!(classes.unseen(&all, all[1..3].iter()), [3]);
        assert!(classes.unseen(&all[..2], all[..1].iter()).is_empty());
    }
}
