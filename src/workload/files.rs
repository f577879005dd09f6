//! How the input bytes are spread over files: many small files and few large ones cost differently.

use serde::{Deserialize, Serialize};

use super::Input;
use crate::units::Bytes;

/// How the sizes of the files vary.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileSizes {
    /// All files are about as large as the mean.
    Even,
    /// Half of the files are smaller than this; the mean follows from volume and count.
    Median(Bytes),
    /// Counted classes of sizes.
    Classes(Vec<FileClass>),
}

/// Files of one size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileClass {
    /// Size of each file, as stored.
    pub size: Bytes,
    /// How many there are.
    pub count: u64,
}

/// Standard normal quantiles in the middle of eight equal shares: 1/16, 3/16, … 15/16.
const EIGHTHS: [f64; 8] =
    [-1.534_120_5, -0.887_146_6, -0.488_776_4, -0.157_310_7, 0.157_310_7, 0.488_776_4, 0.887_146_6, 1.534_120_5];

impl Input {
    /// The files as (size, count) classes, smallest first. Counts sum to `files`; bytes sum to `volume` but for the
    /// rounding of each size to whole bytes (and but for what a given histogram is off).
    #[must_use]
    pub fn file_classes(&self) -> Vec<(Bytes, u64)> {
        let count = self.files.value.max(1);
        match &self.file_sizes.value {
            FileSizes::Classes(classes) => classes.iter().map(|class| (class.size, class.count)).collect(),
            FileSizes::Median(median) => spread(self.volume.value, count, *median),
            FileSizes::Even => even(self.volume.value, count),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a mean needs no more than 53 bits")]
fn even(volume: Bytes, count: u64) -> Vec<(Bytes, u64)> {
    vec![(volume.scaled(1.0 / count as f64), count)]
}

/// Eight classes of a log-normal distribution with this median and the mean that volume and count give:
/// mean = median · exp(σ²/2). File sizes are skewed to the right; a median above the mean tells nothing of a shape,
/// so such files count as even.
#[expect(clippy::cast_precision_loss, reason = "a mean needs no more than 53 bits")]
fn spread(volume: Bytes, count: u64, median: Bytes) -> Vec<(Bytes, u64)> {
    let ratio = volume.as_f64() / count as f64 / median.as_f64();
    if !ratio.is_finite() || ratio <= 1.0 || count < 8 {
        return even(volume, count);
    }
    let sigma = (2.0 * ratio.ln()).sqrt();
    let counts = (0..8).map(|class| count / 8 + u64::from(class < count % 8));
    let classes: Vec<(f64, u64)> = EIGHTHS.iter().map(|z| (sigma * z).exp()).zip(counts).collect();
    // The few largest files beyond the last class hold bytes, too: all sizes are scaled up until the volume is met.
    let sum: f64 = classes.iter().map(|(size, count)| size * *count as f64).sum();
    classes.into_iter().map(|(size, count)| (volume.scaled(size / sum), count)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn totals(classes: &[(Bytes, u64)]) -> (u64, u64) {
        let bytes = classes.iter().map(|(size, count)| size.get() * count).sum();
        (bytes, classes.iter().map(|(_, count)| count).sum())
    }

    /// 1 GB in 1,000 files is 1 MB each.
    #[test]
    fn even_files_have_the_mean_size() {
        assert_eq!(even(Bytes::new(1_000_000_000), 1000), vec![(Bytes::new(1_000_000), 1000)]);
    }

    /// 1 GB in 1,003 files with a median of 0.5 MB: the mean is about twice the median, so σ = √(2 ln 2) ≈ 1.18 and
    /// the largest class is e^(2 · 1.18 · 1.534) ≈ 37 times the smallest.
    #[test]
    fn a_median_spreads_the_files_and_keeps_the_sums() {
        let classes = spread(Bytes::new(1_003_000_000), 1003, Bytes::new(500_000));
        let (bytes, count) = totals(&classes);
        assert_eq!(count, 1003);
        assert!(bytes.abs_diff(1_003_000_000) < 1003, "{bytes}");
        let ratio = classes[7].0.as_f64() / classes[0].0.as_f64();
        assert!((ratio - (2.0 * (2.0 * 2.0_f64.ln()).sqrt() * 1.534_120_5).exp()).abs() < 0.1, "{ratio}");
        assert!(classes.is_sorted());
    }

    #[test]
    fn a_median_above_the_mean_is_taken_as_even() {
        assert_eq!(spread(Bytes::new(1000), 10, Bytes::new(500)).len(), 1);
        assert_eq!(spread(Bytes::new(1000), 10, Bytes::ZERO).len(), 1);
    }
}
