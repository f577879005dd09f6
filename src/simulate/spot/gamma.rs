//! The gamma distribution's share below a value.

/// Terms of the series or the fraction, at most.
const MOST_TERMS: u32 = 500;
const PRECISION: f64 = 1e-12;

/// The share of a gamma distribution (rate 1) below `x`: the regularised incomplete gamma function P(a, x), by its
/// series for x < a + 1 and by Legendre's continued fraction beyond (DLMF 8.11.4 and 8.9.2).
#[must_use]
pub fn share_below(shape: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    let front = (shape * x.ln() - x - ln_gamma(shape)).exp();
    if x < shape + 1.0 { front * series(shape, x) } else { 1.0 - front * fraction(shape, x) }
}

fn series(shape: f64, x: f64) -> f64 {
    let mut term = 1.0 / shape;
    let mut sum = term;
    for n in 1..MOST_TERMS {
        term *= x / (shape + f64::from(n));
        sum += term;
        if term < PRECISION * sum {
            break;
        }
    }
    sum
}

/// Lentz's algorithm.
fn fraction(shape: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let mut b = x + 1.0 - shape;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / b;
    let mut value = d;
    for n in 1..MOST_TERMS {
        let n = f64::from(n);
        let a = -n * (n - shape);
        b += 2.0;
        d = 1.0 / non_zero(a * d + b);
        c = non_zero(b + a / c);
        let step = c * d;
        value *= step;
        if (step - 1.0).abs() < PRECISION {
            break;
        }
    }
    value
}

const fn non_zero(value: f64) -> f64 {
    if value == 0.0 { 1e-300 } else { value }
}

/// ln Γ(x) for x > 0: Stirling's series (DLMF 5.11.1) after moving x beyond 8.
#[must_use]
pub fn ln_gamma(x: f64) -> f64 {
    let (mut x, mut shifted) = (x, 0.0);
    while x < 8.0 {
        shifted += x.ln();
        x += 1.0;
    }
    let inverse = 1.0 / (x * x);
    let series = (1.0 / 12.0 - inverse * (1.0 / 360.0 - inverse * (1.0 / 1260.0 - inverse * (1.0 / 1680.0)))) / x;
    (x - 0.5) * x.ln() - x + 0.5 * (2.0 * std::f64::consts::PI).ln() + series - shifted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values() {
        // Γ(5) = 24, Γ(1/2) = √π.
        assert!((ln_gamma(5.0) - 24.0_f64.ln()).abs() < 1e-10);
        assert!((ln_gamma(0.5) - std::f64::consts::PI.sqrt().ln()).abs() < 1e-10);
        // Shape 1 is the exponential distribution; shape 2: 1 − (1 + x) e^−x.
        for x in [0.01, 0.5, 1.9, 3.0, 20.0] {
            assert!((share_below(1.0, x) - (1.0 - (-x).exp())).abs() < 1e-10);
            assert!((share_below(2.0, x) - (1.0 - (1.0 + x) * (-x).exp())).abs() < 1e-10);
        }
        // Shape 1/2: erf(√x); erf(1) = 0.8427007929.
        assert!((share_below(0.5, 1.0) - 0.842_700_792_9).abs() < 1e-9);
    }
}
