//! The spread of the times of equal tasks, as a few classes instead of a draw for each task.
//!
//! A run of `n` equal tasks becomes classes at fixed quantiles of a log-normal with mean 1, so that the sum of the
//! times is kept exactly. Slow tasks are as likely at the end of a stage as anywhere: the last wave gets the same mix
//! as the rest, and its slowest class starts in the middle of it.

/// Share of the tasks in each class and the normal score at the class's middle.
const CLASSES: [(f64, f64); 4] = [(0.30, -1.036_4), (0.40, 0.0), (0.25, 0.934_6), (0.05, 1.960_0)];
/// The order in which the classes of a wave are launched.
const ORDER: [usize; 4] = [1, 3, 2, 0];

/// Tasks of one class: how many, and the factor on their time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Class {
    /// Tasks.
    pub count: u32,
    /// Factor on the time.
    pub factor: f64,
}

/// The classes of `count` equal tasks on `slots` slots, in the order of their launch.
#[must_use]
pub fn classes(count: u32, slots: u32, sigma: f64) -> Vec<Class> {
    if count == 0 || sigma <= 0.0 {
        return vec![Class { count, factor: 1.0 }];
    }
    let last_wave = count.min(slots.max(1));
    let mut all = Vec::with_capacity(2 * CLASSES.len());
    mix(count - last_wave, sigma, &mut all);
    mix(last_wave, sigma, &mut all);
    let mean: f64 = all.iter().map(|class| f64::from(class.count) * class.factor).sum::<f64>() / f64::from(count);
    for class in &mut all {
        class.factor /= mean;
    }
    all
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

    #[test]
    fn counts_and_the_sum_of_the_times_are_kept() {
        for (count, slots) in [(1, 8), (3, 8), (20, 8), (10_000, 320)] {
            let classes = classes(count, slots, 0.2);
            assert_eq!(classes.iter().map(|class| class.count).sum::<u32>(), count);
            let sum: f64 = classes.iter().map(|class| f64::from(class.count) * class.factor).sum();
            assert!((sum - f64::from(count)).abs() < 1e-6, "{sum}");
        }
    }

    #[test]
    fn a_single_task_takes_its_time() {
        assert_eq!(classes(1, 8, 0.3), [Class { count: 1, factor: 1.0 }]);
    }

    #[test]
    fn one_task_in_twenty_is_half_again_as_long() {
        // exp(0.2 × 1.96) = 1.48 over a mean of about 1.02.
        let slowest = classes(1_000, 100, 0.2).iter().map(|class| class.factor).fold(0.0, f64::max);
        assert!((1.4..1.5).contains(&slowest), "{slowest}");
    }
}
