//! Finding the least of a smooth function: limited-memory BFGS with a backtracking line search.
//!
//! Nocedal and Wright, Numerical Optimization, 2nd edition (2006), algorithm 7.4. Deterministic: no clock, no luck.

use super::linalg::dot;

/// Pairs of steps that are remembered.
const MEMORY: usize = 8;
/// Share of the promised decrease that a step must bring (Armijo).
const DECREASE: f64 = 1e-4;
/// Relative change below which the search ends.
const CONVERGED: f64 = 1e-7;

/// Minimises from `start`, with at most so many steps; `value` gives the function and its gradient, `None` where it
/// has none.
pub fn minimise(start: Vec<f64>, steps: usize, mut value: impl FnMut(&[f64]) -> Option<(f64, Vec<f64>)>) -> Vec<f64> {
    let mut at = start;
    let Some((mut height, mut slope)) = value(&at) else { return at };
    let mut past: Vec<(Vec<f64>, Vec<f64>, f64)> = Vec::new();
    for _ in 0..steps {
        let mut way = direction(&slope, &past);
        let mut along = dot(&way, &slope);
        if along >= 0.0 {
            past.clear();
            way = slope.iter().map(|value| -value).collect();
            along = -dot(&slope, &slope);
        }
        let longest = way.iter().fold(0.0_f64, |longest, part| longest.max(part.abs()));
        if longest == 0.0 {
            break;
        }
        // The first step knows no scale; none may throw a tuning by more than a factor of e^1.5.
        let mut length = if past.is_empty() { (0.3 / longest).min(1.0) } else { (1.5 / longest).min(1.0) };
        let mut found = None;
        for _ in 0..20 {
            let there: Vec<f64> = at.iter().zip(&way).map(|(from, step)| from + length * step).collect();
            if let Some((new_height, new_slope)) = value(&there)
                && new_height <= height + DECREASE * length * along
            {
                found = Some((there, new_height, new_slope));
                break;
            }
            length *= 0.4;
        }
        let Some((there, new_height, new_slope)) = found else { break };
        let moved: Vec<f64> = there.iter().zip(&at).map(|(a, b)| a - b).collect();
        let turned: Vec<f64> = new_slope.iter().zip(&slope).map(|(a, b)| a - b).collect();
        let curvature = dot(&moved, &turned);
        if curvature > 1e-10 {
            if past.len() == MEMORY {
                past.remove(0);
            }
            past.push((moved, turned, curvature.recip()));
        }
        let gained = height - new_height;
        (at, height, slope) = (there, new_height, new_slope);
        if gained <= CONVERGED * height.abs().max(1.0) {
            break;
        }
    }
    at
}

fn direction(slope: &[f64], past: &[(Vec<f64>, Vec<f64>, f64)]) -> Vec<f64> {
    let mut way: Vec<f64> = slope.iter().map(|value| -value).collect();
    let mut shares = Vec::with_capacity(past.len());
    for (moved, turned, scale) in past.iter().rev() {
        let share = scale * dot(moved, &way);
        way.iter_mut().zip(turned).for_each(|(part, turn)| *part -= share * turn);
        shares.push(share);
    }
    if let Some((_, turned, scale)) = past.last() {
        let factor = 1.0 / (scale * dot(turned, turned));
        way.iter_mut().for_each(|part| *part *= factor);
    }
    for ((moved, turned, scale), share) in past.iter().zip(shares.into_iter().rev()) {
        let back = scale * dot(turned, &way);
        way.iter_mut().zip(moved).for_each(|(part, step)| *part += (share - back) * step);
    }
    way
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_valley_of_rosenbrock() {
        // (1 - x)² + 100 (y - x²)² is least at (1, 1).
        let found = minimise(vec![-1.2, 1.0], 200, |at| {
            let (x, y) = (at[0], at[1]);
            let bend = y - x * x;
            let value = (1.0 - x).powi(2) + 100.0 * bend * bend;
            Some((value, vec![-2.0 * (1.0 - x) - 400.0 * x * bend, 200.0 * bend]))
        });
        assert!((found[0] - 1.0).abs() < 1e-2 && (found[1] - 1.0).abs() < 1e-2, "{found:?}");
    }

    #[test]
    fn stays_where_the_function_is_not_known() {
        assert_eq!(minimise(vec![3.0], 10, |_| None), vec![3.0]);
    }
}
