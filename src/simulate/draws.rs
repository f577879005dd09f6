//! Random streams that are the same on every machine and depend on nothing but their name.
//!
//! A stream is named by the seed, a purpose, a text and the number of the replication. Its name is hashed by
//! FNV-1a (64 bit; offset 0xcbf29ce484222325, prime 0x100000001b3) over the bytes `purpose 0x00 seed(LE)
//! text 0x00 replication(LE)`, the hash is expanded to 128 bits by two steps of SplitMix64, and that is the
//! state of a PCG64-MCG generator. The standard library's hasher is not used: it may change between releases.

use rand_core::Rng;
use rand_pcg::Pcg64Mcg;

const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0100_0000_01b3;
/// 2^-53: turns 53 random bits into a number in 0..1.
const UNIT: f64 = 1.0 / 9_007_199_254_740_992.0;

/// A named stream of random numbers.
#[derive(Clone, Debug)]
pub struct Draws(Pcg64Mcg);

impl Draws {
    /// The stream of a purpose, a text (a candidate's id, or nothing) and a replication.
    #[must_use]
    pub fn new(seed: u64, purpose: &str, text: &str, replication: u32) -> Self {
        let name = [purpose.as_bytes(), &[0], &seed.to_le_bytes(), text.as_bytes(), &[0], &replication.to_le_bytes()];
        let hash = name
            .iter()
            .flat_map(|part| part.iter())
            .fold(FNV_OFFSET, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(FNV_PRIME));
        let (high, low) = (split_mix(hash, 1), split_mix(hash, 2));
        Self(Pcg64Mcg::new((u128::from(high) << 64) | u128::from(low)))
    }

    /// A number in 0..1, both ends excluded.
    #[expect(clippy::cast_precision_loss, reason = "53 bits are kept")]
    pub fn unit(&mut self) -> f64 {
        ((self.0.next_u64() >> 11) as f64 + 0.5) * UNIT
    }

    /// A standard normal score.
    pub fn score(&mut self) -> f64 {
        normal_quantile(self.unit())
    }

    /// A Poisson count by inversion; means over 500 are rounded normal draws.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative, far below 2^32")]
    pub fn poisson(&mut self, mean: f64) -> u32 {
        if mean > 500.0 {
            return (mean + mean.sqrt() * self.score()).round().clamp(0.0, 4e9) as u32;
        }
        let unit = self.unit();
        let (mut count, mut term) = (0, (-mean).exp());
        let mut sum = term;
        while unit > sum && count < 2_000 {
            count += 1;
            term *= mean / f64::from(count);
            sum += term;
        }
        count
    }

    /// A gamma draw with shape `shape` and rate 1 (Marsaglia and Tsang 2000; boosted below shape 1).
    pub fn gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            let boost = self.unit().powf(1.0 / shape);
            return self.gamma(shape + 1.0) * boost;
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = self.score();
            let v = (1.0 + c * x).powi(3);
            if v > 0.0 && self.unit().ln() < 0.5 * x * x + d - d * v + d * v.ln() {
                return d * v;
            }
        }
    }

    /// A beta draw.
    pub fn beta(&mut self, a: f64, b: f64) -> f64 {
        let (x, y) = (self.gamma(a), self.gamma(b));
        x / (x + y)
    }
}

fn split_mix(state: u64, step: u64) -> u64 {
    let z = state.wrapping_add(step.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The standard normal score below which a share `p` lies (P. J. Acklam's rational approximation, relative
/// error below 1.2e-9). `p` must lie strictly between 0 and 1.
#[must_use]
pub fn normal_quantile(p: f64) -> f64 {
    const A: [f64; 6] = [
        -3.969_683_028_665_376e1,
        2.209_460_984_245_205e2,
        -2.759_285_104_469_687e2,
        1.383_577_518_672_69e2,
        -3.066_479_806_614_716e1,
        2.506_628_277_459_239,
    ];
    const B: [f64; 6] = [
        -5.447_609_879_822_406e1,
        1.615_858_368_580_409e2,
        -1.556_989_798_598_866e2,
        6.680_131_188_771_972e1,
        -1.328_068_155_288_572e1,
        1.0,
    ];
    const C: [f64; 6] = [
        -7.784_894_002_430_293e-3,
        -3.223_964_580_411_365e-1,
        -2.400_758_277_161_838,
        -2.549_732_539_343_734,
        4.374_664_141_464_968,
        2.938_163_982_698_783,
    ];
    const D: [f64; 5] =
        [7.784_695_709_041_462e-3, 3.224_671_290_700_398e-1, 2.445_134_137_142_996, 3.754_408_661_907_416, 1.0];
    const TAIL: f64 = 0.024_25;
    if p < TAIL {
        let q = (-2.0 * p.ln()).sqrt();
        return polynomial(&C, q) / polynomial(&D, q);
    }
    if p > 1.0 - TAIL {
        let q = (-2.0 * (1.0 - p).ln()).sqrt();
        return -polynomial(&C, q) / polynomial(&D, q);
    }
    let q = p - 0.5;
    q * polynomial(&A, q * q) / polynomial(&B, q * q)
}

fn polynomial(coefficients: &[f64], x: f64) -> f64 {
    coefficients.iter().fold(0.0, |sum, coefficient| sum * x + coefficient)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_of_the_normal() {
        assert!(normal_quantile(0.5).abs() < 1e-12);
        assert!((normal_quantile(0.9) - 1.281_551_565_5).abs() < 1e-8);
        assert!((normal_quantile(0.001) + 3.090_232_306_2).abs() < 1e-7);
    }

    #[test]
    fn a_stream_depends_on_its_name_alone() {
        let draw = |seed, purpose, text, replication| Draws::new(seed, purpose, text, replication).unit();
        assert!((draw(1, "run", "a", 0) - draw(1, "run", "a", 0)).abs() < f64::EPSILON);
        for other in [draw(2, "run", "a", 0), draw(1, "work", "a", 0), draw(1, "run", "b", 0), draw(1, "run", "a", 1)] {
            assert!((draw(1, "run", "a", 0) - other).abs() > 1e-9);
        }
    }

    #[test]
    fn the_first_numbers_never_change() {
        // Pinned: a change here changes every answer that was ever given with a seed.
        let mut draws = Draws::new(42, "run", "emr-ec2", 7);
        let numbers: Vec<String> = (0..3).map(|_| format!("{:.9}", draws.unit())).collect();
        assert_eq!(numbers, PINNED);
    }

    const PINNED: [&str; 3] = ["0.541343239", "0.098596927", "0.933842808"];

    #[test]
    fn moments_of_the_draws() {
        let mut draws = Draws::new(1, "test", "", 0);
        let n = 20_000;
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        let gamma: Vec<f64> = (0..n).map(|_| draws.gamma(0.35)).collect();
        assert!((mean(&gamma) - 0.35).abs() < 0.02, "{}", mean(&gamma));
        let poisson: Vec<f64> = (0..n).map(|_| f64::from(draws.poisson(2.5))).collect();
        assert!((mean(&poisson) - 2.5).abs() < 0.05, "{}", mean(&poisson));
        // Beta(1.125, 0.375) has mean 0.75.
        let beta: Vec<f64> = (0..n).map(|_| draws.beta(1.125, 0.375)).collect();
        assert!((mean(&beta) - 0.75).abs() < 0.01, "{}", mean(&beta));
    }
}
