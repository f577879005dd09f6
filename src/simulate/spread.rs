//! The spread of the times of equal tasks, as a few classes instead of a draw for each task.
//!
//! Equal tasks become classes at fixed quantiles of a log-normal with mean 1, so that the sum of the times is kept exactly.
//! Slow tasks are as likely at the end of a stage as anywhere, and only there do they decide when it ends: the tasks of the
//! last wave get a mix of their own, whose slowest class starts in the middle of it. Before it the mix only keeps the slots
//! out of step, and a stage whose tasks differ anyway (files of many sizes) needs none: few classes are fast to schedule.

/// Share of the tasks in each class and the normal score at the class's middle.
const CLASSES: [(f64, f64); 4] = [(0.30, -1.036_4), (0.40, 0.0), (0.25, 0.934_6), (0.05, 1.960_0)];
/// The order in which the classes of a wave are launched.
const ORDER: [usize; 4] = [1, 3, 2, 0];
/// Share of a stage's tasks from which equal tasks before the last wave are given classes.
const MANY: f64 = 0.3;

/// A run of equal tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// Tasks.
    pub count: u32,
    /// Whether their times vary.
    pub varies: bool,
}

/// Tasks of one class: how many, and the factor on their time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Class {
    /// Tasks.
    pub count: u32,
    /// Factor on the time.
    pub factor: f64,
}

/// The classes of a stage's runs of equal tasks on `slots` slots, run by run in the order of their launch.
#[must_use]
pub fn classes(runs: &[Run], slots: u32, sigma: f64) -> Vec<Vec<Class>> {
    let total: u64 = runs.iter().map(|run| u64::from(run.count)).sum();
    let last_wave_from = total.saturating_sub(u64::from(slots.max(1)));
    let many = MANY * crate::units::Bytes::new(total).as_f64();
    let mut before = 0;
    let of = |run: &Run| {
        let start = before;
        before += u64::from(run.count);
        if !run.varies || run.count == 0 || sigma <= 0.0 {
            return vec![Class { count: run.count, factor: 1.0 }];
        }
        let early = last_wave_from.clamp(start, before) - start;
        let early = u32::try_from(early).unwrap_or(run.count).min(run.count);
        let mut all = Vec::with_capacity(2 * CLASSES.len());
        if f64::from(run.count) >= many {
            mix(early, sigma, &mut all);
        } else if early > 0 {
            all.push(Class { count: early, factor: mean(sigma) });
        }
        mix(run.count - early, sigma, &mut all);
        keep_the_sum(&mut all, run.count);
        all
    };
    runs.iter().map(of).collect()
}

/// Scales the factors so that the mean over `count` tasks is 1.
fn keep_the_sum(classes: &mut [Class], count: u32) {
    let mean = classes.iter().map(|class| f64::from(class.count) * class.factor).sum::<f64>() / f64::from(count);
    for class in classes {
        class.factor /= mean;
    }
}

/// The mean factor of a full mix.
fn mean(sigma: f64) -> f64 {
    CLASSES.iter().map(|(share, score)| share * (sigma * score).exp()).sum()
}

fn mix(count: u32, sigma: f64, all: &mut Vec<Class>) {
    let mut counts = [0; CLASSES.len()];
    let (mut share, mut given) = (0.0, 0);
    for (class, count_here) in counts.iter_mut().enumerate() {
        share += CLASSES[class].0;
        let until = if class + 1 == CLASSES.len() { count } else { rounded(f64::from(count) * share) };
        *count_here = until.saturating_sub(given);
        given = until.max(given);
    }
    for class in ORDER {
        if counts[class] > 0 {
            all.push(Class { count: counts[class], factor: (sigma * CLASSES[class].1).exp() });
        }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a u32")]
fn rounded(value: f64) -> u32 {
    value.round() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alone(count: u32, slots: u32, sigma: f64) -> Vec<Class> {
        classes(&[Run { count, varies: true }], slots, sigma).remove(0)
    }

    #[test]
    fn counts_and_the_sum_of_the_times_are_kept() {
        for (count, slots) in [(1, 8), (3, 8), (20, 8), (10_000, 320)] {
            let classes = alone(count, slots, 0.2);
            assert_eq!(classes.iter().map(|class| class.count).sum::<u32>(), count);
            let sum: f64 = classes.iter().map(|class| f64::from(class.count) * class.factor).sum();
            assert!((sum - f64::from(count)).abs() < 1e-6, "{sum}");
        }
    }

    #[test]
    fn a_single_task_takes_its_time() {
        assert_eq!(alone(1, 8, 0.3), [Class { count: 1, factor: 1.0 }]);
    }

    #[test]
    fn one_task_in_twenty_is_half_again_as_long() {
        // exp(0.2 × 1.96) = 1.48 over a mean of about 1.02.
        let slowest = alone(1_000, 100, 0.2).iter().map(|class| class.factor).fold(0.0, f64::max);
        assert!((1.4..1.5).contains(&slowest), "{slowest}");
    }

    #[test]
    fn the_mix_stands_where_the_last_wave_is() {
        // 1,000 tasks in ten runs of 100 on 150 slots: the first eight are one class each, the ninth is half in the last
        // wave, the tenth wholly. A hot task among them is left alone.
        let mut runs = vec![Run { count: 100, varies: true }; 10];
        runs.insert(9, Run { count: 1, varies: false });
        let classes = classes(&runs, 150, 0.2);
        let lengths: Vec<usize> = classes.iter().map(Vec::len).collect();
        assert_eq!(lengths, [1, 1, 1, 1, 1, 1, 1, 1, 5, 1, 4]);
        assert_eq!(classes[0], [Class { count: 100, factor: 1.0 }]);
        // 1,001 tasks less 150: 851 before, 51 of them of the ninth run.
        assert_eq!(classes[8][0].count, 51);
    }
}
