//! A prediction: several normal distributions of ln(time), each with the weight of the explanation behind it.

/// One explanation's answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Component {
    /// Weight, relative to the others.
    pub weight: f64,
    /// Mean of ln(time).
    pub mean: f64,
    /// Standard deviation of ln(time).
    pub deviation: f64,
}

/// The answers together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mixture {
    /// Its components.
    pub components: Vec<Component>,
}

impl Mixture {
    /// The value of ln(time) below which a share of the probability lies.
    #[must_use]
    pub fn quantile(&self, share: f64) -> f64 {
        let total: f64 = self.components.iter().map(|component| component.weight).sum();
        let edge = |side: f64| {
            let ends = self.components.iter().map(|component| component.mean + side * 9.0 * component.deviation);
            ends.fold(-side * f64::MAX, |far, end| if side > 0.0 { far.max(end) } else { far.min(end) })
        };
        let (mut low, mut high) = (edge(-1.0), edge(1.0));
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            let below: f64 =
                self.components.iter().map(|one| one.weight * below((middle - one.mean) / one.deviation)).sum();
            if below < share * total { low = middle } else { high = middle }
        }
        0.5 * (low + high)
    }

    /// The mean of ln(time).
    #[must_use]
    pub fn mean(&self) -> f64 {
        let total: f64 = self.components.iter().map(|component| component.weight).sum();
        self.components.iter().map(|component| component.weight * component.mean).sum::<f64>() / total
    }

    /// The variance of ln(time).
    #[must_use]
    pub fn variance(&self) -> f64 {
        let total: f64 = self.components.iter().map(|component| component.weight).sum();
        let mean = self.mean();
        let square = |one: &Component| one.deviation * one.deviation + (one.mean - mean) * (one.mean - mean);
        self.components.iter().map(|component| component.weight * square(component)).sum::<f64>() / total
    }

    /// The mean of the time itself.
    #[must_use]
    pub fn mean_time(&self) -> f64 {
        let total: f64 = self.components.iter().map(|component| component.weight).sum();
        let one = |one: &Component| one.weight * (one.mean + 0.5 * one.deviation * one.deviation).exp();
        self.components.iter().map(one).sum::<f64>() / total
    }

    /// How far ln(time) is expected to lie below a limit, where it does: ∫ (limit − x)⁺.
    #[must_use]
    pub fn expected_below(&self, limit: f64) -> f64 {
        let total: f64 = self.components.iter().map(|component| component.weight).sum();
        let one = |one: &Component| {
            let z = (limit - one.mean) / one.deviation;
            let density = (-0.5 * z * z).exp() / (2.0 * std::f64::consts::PI).sqrt();
            one.weight * one.deviation * (z * below(z) + density)
        };
        self.components.iter().map(one).sum::<f64>() / total
    }

    /// The same, moved.
    #[must_use]
    pub fn shifted(mut self, by: f64) -> Self {
        self.components.iter_mut().for_each(|component| component.mean += by);
        self
    }

    /// The same with every deviation scaled.
    #[must_use]
    pub fn widened(mut self, factor: f64) -> Self {
        self.components.iter_mut().for_each(|component| component.deviation *= factor);
        self
    }
}

/// Share of the standard normal distribution below `z`: Abramowitz and Stegun 7.1.26, to 1.5e-7.
pub fn below(z: f64) -> f64 {
    let x = z.abs() / std::f64::consts::SQRT_2;
    let t = 1.0 / 0.327_591_1_f64.mul_add(x, 1.0);
    let series = [1.061_405_429, -1.453_152_027, 1.421_413_741, -0.284_496_736, 0.254_829_592];
    let polynomial = series.iter().fold(0.0, |sum, part| (sum + part) * t);
    let upper = 0.5 * polynomial * (-x * x).exp();
    if z > 0.0 { 1.0 - upper } else { upper }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_of_one_normal_are_the_tabled_ones() {
        let mixture = Mixture { components: vec![Component { weight: 3.0, mean: 2.0, deviation: 0.5 }] };
        // The standard normal's 90 % quantile is 1.281552.
        assert!((mixture.quantile(0.5) - 2.0).abs() < 1e-5);
        assert!((mixture.quantile(0.9) - (2.0 + 0.5 * 1.281_552)).abs() < 1e-5);
        assert!((mixture.quantile(0.1) - (2.0 - 0.5 * 1.281_552)).abs() < 1e-5);
    }

    #[test]
    fn means_and_expected_improvements_of_one_normal() {
        let one = Mixture { components: vec![Component { weight: 2.0, mean: 3.0, deviation: 0.4 }] };
        // The mean of a log-normal is exp(3 + 0.4²/2); at its mean, half of a normal lies σ·√(2/π)/2 = 0.4/√(2π) below.
        assert!((one.mean_time() - 3.08_f64.exp()).abs() < 1e-9);
        assert!((one.expected_below(3.0) - 0.4 / (2.0 * std::f64::consts::PI).sqrt()).abs() < 1e-6);
        // Far above the mean all of it lies below, by the whole distance.
        assert!((one.expected_below(13.0) - 10.0).abs() < 1e-6);
    }

    #[test]
    fn two_far_normals_split_the_probability_by_weight() {
        let one = |weight, mean| Component { weight, mean, deviation: 0.01 };
        let mixture = Mixture { components: vec![one(1.0, 0.0), one(3.0, 10.0)] };
        assert!(mixture.quantile(0.2) < 0.1);
        assert!(mixture.quantile(0.3) > 9.9);
        // Mean 0.25 · 0 + 0.75 · 10; variance 0.25 · 0.75 · 10² + 0.01².
        assert!((mixture.mean() - 7.5).abs() < 1e-12);
        assert!((mixture.variance() - 18.7501).abs() < 1e-9);
    }
}
