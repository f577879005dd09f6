//! Which stages read from which, in two lists: a run of the simulation makes thousands of these, and a list for each stage
//! would be most of its allocations.

use std::ops::Range;

use super::Plan;

/// The children of all stages.
#[derive(Debug)]
pub struct Children {
    /// One stage's after the other's, in ascending order.
    all: Vec<usize>,
    /// Where those of each stage begin, and the end.
    from: Vec<usize>,
}

impl Children {
    /// Turns the parents of a plan round.
    pub fn of(plan: &Plan) -> Self {
        let mut from = vec![0; plan.stages.len() + 1];
        for parent in plan.stages.iter().flat_map(|stage| &stage.parents) {
            from[parent + 1] += 1;
        }
        for stage in 0..plan.stages.len() {
            from[stage + 1] += from[stage];
        }
        let mut next = from.clone();
        let mut all = vec![0; from[plan.stages.len()]];
        for (child, stage) in plan.stages.iter().enumerate() {
            for parent in &stage.parents {
                all[next[*parent]] = child;
                next[*parent] += 1;
            }
        }
        Self { all, from }
    }

    /// The stages that read from a stage.
    pub fn of_stage(&self, stage: usize) -> &[usize] {
        &self.all[self.places(stage)]
    }

    /// Where the children of a stage stand, for a caller that changes something else meanwhile.
    pub fn places(&self, stage: usize) -> Range<usize> {
        self.from[stage]..self.from[stage + 1]
    }

    /// The child at a place.
    pub fn at(&self, place: usize) -> usize {
        self.all[place]
    }
}

#[cfg(test)]
mod tests {
    use super::super::PlannedStage;
    use super::*;

    #[test]
    fn children_are_the_parents_turned_round() {
        // 0 and 1 are read by 2, 2 and 0 by 3; 4 reads nothing and is read by nobody.
        let parents = [vec![], vec![], vec![0, 1], vec![2, 0], vec![]];
        let plan = Plan { stages: parents.map(PlannedStage::new).into(), ..Plan::default() };
        let children = Children::of(&plan);
        let all: Vec<&[usize]> = (0..5).map(|stage| children.of_stage(stage)).collect();
        assert_eq!(all, [&[2, 3][..], &[2], &[3], &[], &[]]);
        assert_eq!(children.places(0).map(|place| children.at(place)).collect::<Vec<_>>(), [2, 3]);
    }
}
