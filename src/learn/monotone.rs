//! Physics that no statistics may contradict: at equal counts, more data is not faster, nor is a smaller machine of the
//! same family.
//!
//! Two runs are compared when their job, parameters, note, count and family of machines agree. The one demands at least as
//! much as the other when it reads no less on machines that have neither more vCPUs nor more memory. Where predicted medians
//! contradict that, the less certain one gives way, and its whole distribution moves with it. Nothing is said of counts:
//! more machines can be slower. Nor of failures: how long a run takes that ends, not whether it does.
//!
//! The rule of machines has an exception: a job whose own runs got slower with more machines or larger ones (its overhead
//! grows with the cores, as that of Scout's logistic regression does) is only held to the rule of data.

use std::collections::{BTreeMap, BTreeSet};

use super::configuration::{Configuration, SAME_SIZE};
use super::run::{Machine, Run, Value, family_of};

/// What must agree for two runs to be compared.
fn group(run: &Run) -> String {
    let mut key = format!("{}\u{1f}{}\u{1f}{}\u{1f}{}", run.job_id(), run.data_size, run.note, run.nodes);
    for (name, value) in &run.parameters {
        key += &match value {
            Value::Number(number) => format!("\u{1f}{name}={number}"),
            Value::Text(text) => format!("\u{1f}{name}:{text}"),
        };
    }
    key + "\u{1f}\u{1f}" + family_of(&run.machine.name)
}

fn size(run: &Run) -> Option<f64> {
    run.input_mb.filter(|size| *size > 0.0)
}

/// A run that takes so much longer than one on fewer resources was not slowed by chance alone.
const CLEARLY_SLOWER: f64 = 1.1;
/// A job is slowed by resources when more than this share of its comparable pairs is.
const SLOWED_SHARE: f64 = 0.2;

/// What physics demands of the jobs of a history.
#[derive(Clone, Debug, Default)]
pub struct Order {
    /// Jobs that got slower with more resources.
    slowed: BTreeSet<String>,
}

fn no_larger(machine: &Machine, other: &Machine) -> bool {
    machine.vcpu <= other.vcpu && machine.usable_gib <= other.usable_gib
}

/// Whether two runs read the same data, give or take a few bytes.
fn same_size(run: &Run, other: &Run) -> bool {
    match (size(run), size(other)) {
        (Some(own), Some(others)) => own.max(others) <= SAME_SIZE * own.min(others),
        (None, None) => true,
        _ => false,
    }
}

/// Whether a run had more machines than another or larger ones, and no less of anything.
fn has_more(run: &Run, other: &Run) -> bool {
    let no_less = run.nodes >= other.nodes && no_larger(&other.machine, &run.machine) && same_size(run, other);
    no_less && (run.nodes > other.nodes || !no_larger(&run.machine, &other.machine))
}

impl Order {
    /// Of what is known.
    pub fn of<'a>(known: impl Iterator<Item = &'a Configuration>) -> Self {
        let mut settings: BTreeMap<(String, String), Vec<&Configuration>> = BTreeMap::new();
        for one in known {
            // A group whatever the count: the setting and the family.
            let any_count = Run { nodes: 0.0, ..one.like.clone() };
            settings.entry((one.like.job_id(), group(&any_count))).or_default().push(one);
        }
        let mut pairs: BTreeMap<&String, (usize, usize)> = BTreeMap::new();
        for ((job, _), of_setting) in &settings {
            let (all, slower) = pairs.entry(job).or_default();
            for more in of_setting {
                for less in of_setting.iter().filter(|less| has_more(&more.like, &less.like)) {
                    *all += 1;
                    *slower += usize::from(more.median_s > CLEARLY_SLOWER * less.median_s);
                }
            }
        }
        let is_slowed = |(all, slower): &(usize, usize)| *slower as f64 > SLOWED_SHARE * *all as f64;
        let slowed = pairs.iter().filter(|(_, counted)| is_slowed(counted)).map(|(job, _)| (*job).clone()).collect();
        Self { slowed }
    }

    /// Whether a run cannot be faster than another of its group.
    fn demands_as_much(&self, run: &Run, other: &Run) -> bool {
        let reads_as_much = match (size(run), size(other)) {
            (Some(own), Some(others)) => own >= others,
            (None, None) => true,
            _ => false,
        };
        let alike = || no_larger(&other.machine, &run.machine) || !self.slowed.contains(&run.job_id());
        reads_as_much && no_larger(&run.machine, &other.machine) && alike()
    }

    /// The known configurations that asked runs are compared with, without those that are asked themselves.
    pub fn references<'a>(&self, asked: &[Run], known: impl Iterator<Item = &'a Configuration>) -> Vec<Run> {
        let mut groups: BTreeMap<String, Vec<&Run>> = BTreeMap::new();
        for run in asked {
            groups.entry(group(run)).or_default().push(run);
        }
        let compared = |run: &&Run| {
            let same = |other: &&Run| self.demands_as_much(run, other) && self.demands_as_much(other, run);
            groups.get(&group(run)).is_some_and(|of_group| !of_group.iter().any(same))
        };
        known.map(|one| &one.like).filter(compared).cloned().collect()
    }

    /// Medians of ln(time) in the order that physics demands. The certain ones stand; each less certain one is moved as
    /// little as those before it leave room for, so that what is in order already stays as it is.
    pub fn ordered(&self, runs: &[Run], medians: &[f64], variances: &[f64]) -> Vec<f64> {
        let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, run) in runs.iter().enumerate() {
            groups.entry(group(run)).or_default().push(at);
        }
        let mut found = medians.to_vec();
        for mut places in groups.into_values().filter(|places| places.len() > 1) {
            places.sort_by(|a, b| {
                let by_doubt = variances[*a].total_cmp(&variances[*b]);
                by_doubt.then(medians[*a].total_cmp(&medians[*b])).then(a.cmp(b))
            });
            for (rank, at) in places.iter().enumerate() {
                let (mut low, mut high) = (f64::MIN, f64::MAX);
                for other in &places[..rank] {
                    if self.demands_as_much(&runs[*at], &runs[*other]) {
                        low = low.max(found[*other]);
                    }
                    if self.demands_as_much(&runs[*other], &runs[*at]) {
                        high = high.min(found[*other]);
                    }
                }
                // Those placed before are in order, so that low is never above high.
                found[*at] = found[*at].max(low).min(high);
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::run::example;
    use crate::learn::{Model, configurations};
    use proptest::prelude::*;

    fn run(machine: (&str, f64), nodes: f64, input_mb: f64, duration_s: f64) -> Run {
        let (name, vcpu) = machine;
        let machine = Machine { name: name.to_owned(), vcpu, usable_gib: 3.0 * vcpu };
        Run { input_mb: Some(input_mb), ..example("job", machine, nodes, duration_s) }
    }

    const SIZES: [(&str, f64); 3] = [("m5.xlarge", 4.0), ("m5.2xlarge", 8.0), ("m5.4xlarge", 16.0)];

    /// 100 MB in e^5 (certain) and 200 MB in e^4 (uncertain): the second waits until e^5; a third of another family, another
    /// count or fewer data on a larger machine is not compared or in order.
    #[test]
    fn the_less_certain_one_gives_way() {
        let runs = [
            run(SIZES[0], 4.0, 100.0, 1.0),
            run(SIZES[0], 4.0, 200.0, 1.0),
            run(("r5.xlarge", 4.0), 4.0, 300.0, 1.0),
            run(SIZES[0], 8.0, 300.0, 1.0),
            run(SIZES[1], 4.0, 50.0, 1.0),
        ];
        let medians = [5.0, 4.0, 1.0, 1.0, 2.0];
        assert_eq!(Order::default().ordered(&runs, &medians, &[0.1, 0.2, 0.1, 0.1, 0.1]), [5.0, 5.0, 1.0, 1.0, 2.0]);
        // Had the first been the uncertain one, it would have come down.
        assert_eq!(Order::default().ordered(&runs, &medians, &[0.3, 0.2, 0.1, 0.1, 0.1]), [4.0, 4.0, 1.0, 1.0, 2.0]);
    }

    proptest! {
        #[test]
        fn what_demands_more_is_never_faster(
            places in prop::collection::vec((0_usize..3, 1_u32..4, 0_u32..5, -1.0..1.0_f64, 0.01..1.0_f64), 1..40)
        ) {
            let runs: Vec<Run> = places
                .iter()
                .map(|(machine, nodes, size, _, _)| run(SIZES[*machine], f64::from(*nodes), f64::from(*size), 1.0))
                .collect();
            let medians: Vec<f64> = places.iter().map(|it| it.3).collect();
            let variances: Vec<f64> = places.iter().map(|it| it.4).collect();
            let order = Order::default();
            let found = order.ordered(&runs, &medians, &variances);
            for (at, one) in runs.iter().enumerate() {
                for (other, two) in runs.iter().enumerate() {
                    if group(one) == group(two) && order.demands_as_much(one, two) {
                        prop_assert!(found[at] >= found[other], "{one:?} in {} beside {two:?} in {}", found[at], found[other]);
                    }
                }
            }
            // In order, nothing moves.
            prop_assert_eq!(&order.ordered(&runs, &found, &variances), &found);
            // The most certain one stands.
            let surest = (0..runs.len()).min_by(|a, b| {
                variances[*a].total_cmp(&variances[*b]).then(medians[*a].total_cmp(&medians[*b])).then(a.cmp(b))
            });
            prop_assert!(surest.is_none_or(|at| found[at] == medians[at]));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(12))]

        /// Whatever the runs say, the predictions of one answer are in order.
        #[test]
        fn predictions_are_in_order_whatever_was_measured(times in prop::collection::vec(10.0..10_000.0_f64, 6)) {
            let history: Vec<Run> = times
                .iter()
                .enumerate()
                .map(|(at, time)| {
                    let (machine, size) = (SIZES[at % 2], [1e3, 4e3, 1.6e4][at / 2]);
                    Run { row: at + 1, ..run(machine, 4.0, size, *time) }
                })
                .collect();
            let order = Order::of(configurations(&history).iter());
            let mut asked = Vec::new();
            for machine in SIZES {
                for size in [5e2, 1e3, 2e3, 4e3, 8e3, 1.6e4, 3.2e4] {
                    asked.push(run(machine, 4.0, size, 1.0));
                }
            }
            let answers = Model::learn(&history).predict(&asked);
            for (one, own) in asked.iter().zip(&answers) {
                for (two, others) in asked.iter().zip(&answers) {
                    if order.demands_as_much(one, two) {
                        prop_assert!(own.p50_s >= others.p50_s * (1.0 - 1e-9), "{one:?} {own:?} beside {two:?} {others:?}");
                    }
                }
            }
        }
    }

    /// Two of three pairs of more against less take longer: the job is not held to the rule of machines, only to that of data.
    #[test]
    fn a_job_that_resources_slow_is_held_to_the_rule_of_data_alone() {
        let measured = |times: [f64; 3]| {
            let shapes = [(SIZES[0], 2.0), (SIZES[0], 4.0), (SIZES[1], 4.0)];
            let runs: Vec<Run> =
                shapes.iter().zip(times).map(|((it, nodes), time)| run(*it, *nodes, 100.0, time)).collect();
            Order::of(configurations(&runs).iter())
        };
        let (small, large, more) =
            (run(SIZES[0], 4.0, 100.0, 1.0), run(SIZES[1], 4.0, 100.0, 1.0), run(SIZES[0], 4.0, 200.0, 1.0));
        let slowed = measured([100.0, 120.0, 140.0]);
        assert!(!slowed.demands_as_much(&small, &large));
        assert!(slowed.demands_as_much(&more, &small));
        let helped = measured([100.0, 60.0, 40.0]);
        assert!(helped.demands_as_much(&small, &large));
    }
}
