//! A smooth function of a few parameters to its minimum: BFGS with backtracking (Nocedal and Wright, Numerical
//! Optimization, algorithm 6.1).

/// Value and gradient at a point.
type Function<'f, const N: usize> = &'f dyn Fn(&[f64; N]) -> (f64, [f64; N]);

const MOST_STEPS: u32 = 100;
const SMALLEST_GAIN: f64 = 1e-9;
/// Share of the promised descent that a step must keep.
const ARMIJO: f64 = 1e-4;

/// The parameters at the minimum; the function gives its value and gradient.
pub fn minimise<const N: usize>(start: [f64; N], function: Function<'_, N>) -> [f64; N] {
    let mut at = start;
    let (mut value, mut gradient) = function(&at);
    let mut inverse = identity::<N>();
    for _ in 0..MOST_STEPS {
        let direction = inverse.map(|row| -dot(&row, &gradient));
        let descent = dot(&direction, &gradient);
        if descent > -SMALLEST_GAIN {
            break;
        }
        let Some((next, next_value, next_gradient)) = step(&at, &direction, value, descent, function) else { break };
        let moved = difference(&next, &at);
        update(&mut inverse, &moved, &difference(&next_gradient, &gradient));
        let gain = value - next_value;
        (at, value, gradient) = (next, next_value, next_gradient);
        if gain < SMALLEST_GAIN {
            break;
        }
    }
    at
}

type Reached<const N: usize> = ([f64; N], f64, [f64; N]);

fn step<const N: usize>(
    at: &[f64; N],
    direction: &[f64; N],
    value: f64,
    descent: f64,
    function: Function<'_, N>,
) -> Option<Reached<N>> {
    let mut length = 1.0;
    for _ in 0..40 {
        let next: [f64; N] = std::array::from_fn(|i| at[i] + length * direction[i]);
        let (next_value, gradient) = function(&next);
        if next_value <= value + ARMIJO * length * descent {
            return Some((next, next_value, gradient));
        }
        length *= 0.5;
    }
    None
}

/// The update of the inverse Hessian; left out where the curvature is not positive.
fn update<const N: usize>(inverse: &mut [[f64; N]; N], moved: &[f64; N], turned: &[f64; N]) {
    let curvature = dot(moved, turned);
    if curvature <= 1e-12 {
        return;
    }
    let image = inverse.map(|row| dot(&row, turned));
    let factor = 1.0 + dot(turned, &image) / curvature;
    for (i, row) in inverse.iter_mut().enumerate() {
        for (j, cell) in row.iter_mut().enumerate() {
            *cell += (factor * moved[i] * moved[j] - image[i] * moved[j] - moved[i] * image[j]) / curvature;
        }
    }
}

fn identity<const N: usize>() -> [[f64; N]; N] {
    std::array::from_fn(|i| std::array::from_fn(|j| f64::from(u8::from(i == j))))
}

fn dot<const N: usize>(a: &[f64; N], b: &[f64; N]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn difference<const N: usize>(a: &[f64; N], b: &[f64; N]) -> [f64; N] {
    std::array::from_fn(|i| a[i] - b[i])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_valley_of_rosenbrock_is_walked_to_its_end() {
        let valley = |p: &[f64; 2]| {
            let (a, b) = (1.0 - p[0], p[1] - p[0] * p[0]);
            (a * a + 100.0 * b * b, [-2.0 * a - 400.0 * p[0] * b, 200.0 * b])
        };
        let [x, y] = minimise([-1.2, 1.0], &valley);
        assert!((x - 1.0).abs() < 1e-3 && (y - 1.0).abs() < 1e-3, "{x} {y}");
    }
}
