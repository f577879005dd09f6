//! What the model is held against, and what stands in where it is no better: one curve alone.
//!
//! Ernest (Venkataraman et al., NSDI 2016): time = a + b/n + c·ln n + d·n, with no weight below zero, by least squares of
//! relative residuals. And the plain rule that time is inverse to the count.

/// Number of terms.
const TERMS: usize = 4;

/// A fitted curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CurveFit {
    weights: [f64; TERMS],
}

fn terms(nodes: f64) -> [f64; TERMS] {
    [1.0, nodes.recip(), nodes.ln(), nodes]
}

impl CurveFit {
    /// Fits counts and times; `None` without any.
    #[must_use]
    pub fn of(points: &[(f64, f64)]) -> Option<Self> {
        if points.is_empty() {
            return None;
        }
        let rows: Vec<[f64; TERMS]> =
            points.iter().map(|(nodes, time)| terms(*nodes).map(|term| term / time)).collect();
        // Four terms have fifteen subsets: the best of those whose weights are not negative is the exact answer.
        let mut best: Option<(f64, [f64; TERMS])> = None;
        for subset in 1_u32..(1 << TERMS) {
            let columns: Vec<usize> = (0..TERMS).filter(|term| subset & (1 << term) != 0).collect();
            if columns.len() > points.len() {
                continue;
            }
            let Some(found) = least_squares(&rows, &columns) else { continue };
            if found.iter().any(|weight| *weight < 0.0) {
                continue;
            }
            let error: f64 = rows.iter().map(|row| residual(row, &found).powi(2)).sum();
            if best.is_none_or(|(least, _)| error < least - 1e-15) {
                best = Some((error, found));
            }
        }
        best.map(|(_, weights)| Self { weights })
    }

    /// The time at a count.
    #[must_use]
    pub fn at(&self, nodes: f64) -> f64 {
        terms(nodes).iter().zip(&self.weights).map(|(term, weight)| term * weight).sum()
    }
}

fn residual(row: &[f64; TERMS], weights: &[f64; TERMS]) -> f64 {
    row.iter().zip(weights).map(|(term, weight)| term * weight).sum::<f64>() - 1.0
}

/// Weights of some columns so that the rows come near 1, by normal equations and Gaussian elimination.
#[expect(clippy::needless_range_loop, reason = "rows and columns of matrices")]
fn least_squares(rows: &[[f64; TERMS]], columns: &[usize]) -> Option<[f64; TERMS]> {
    let size = columns.len();
    // Columns differ by orders of magnitude: each is brought to length 1.
    let scales: Vec<f64> =
        columns.iter().map(|column| rows.iter().map(|row| row[*column].powi(2)).sum::<f64>().sqrt()).collect();
    if scales.iter().any(|scale| *scale <= 0.0) {
        return None;
    }
    let cell = |row: &[f64; TERMS], at: usize| row[columns[at]] / scales[at];
    let mut matrix = vec![vec![0.0; size + 1]; size];
    for row in rows {
        for one in 0..size {
            for two in 0..size {
                matrix[one][two] += cell(row, one) * cell(row, two);
            }
            matrix[one][size] += cell(row, one);
        }
    }
    for pivot in 0..size {
        let best = (pivot..size).max_by(|a, b| matrix[*a][pivot].abs().total_cmp(&matrix[*b][pivot].abs()))?;
        matrix.swap(pivot, best);
        if matrix[pivot][pivot].abs() < 1e-10 {
            return None;
        }
        for row in 0..size {
            if row != pivot {
                let factor = matrix[row][pivot] / matrix[pivot][pivot];
                for column in pivot..=size {
                    matrix[row][column] -= factor * matrix[pivot][column];
                }
            }
        }
    }
    let mut weights = [0.0; TERMS];
    for (at, column) in columns.iter().enumerate() {
        weights[*column] = matrix[at][size] / matrix[at][at] / scales[at];
    }
    Some(weights)
}

/// Ratios of counts closer than this are equal: 4 / 2 and 8 / 4 are, whatever the last bit of a quotient says.
const SAME_RATIO: f64 = 1e-9;

/// The time at a count when time is inverse to it, from the nearest known count (by ratio; the smaller of two as near).
#[must_use]
pub fn inverse_nodes(points: &[(f64, f64)], nodes: f64) -> Option<f64> {
    let far = |count: f64| (count / nodes).max(nodes / count);
    let nearer = |one: (f64, f64), other: (f64, f64)| {
        let (a, b) = (far(one.0), far(other.0));
        let same = (a - b).abs() <= SAME_RATIO * a.max(b);
        let first = if same { one.0 <= other.0 } else { a < b };
        if first { one } else { other }
    };
    let (count, time) = points.iter().copied().reduce(nearer)?;
    Some(time * count / nodes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_curve_that_is_one_of_its_own() {
        // 10 + 100/n: 60, 35, 22.5 at 2, 4, 8; at 16 it is 16.25.
        let fit = CurveFit::of(&[(2.0, 60.0), (4.0, 35.0), (8.0, 22.5)]).expect("fits");
        assert!((fit.at(16.0) - 16.25).abs() < 1e-6, "{}", fit.at(16.0));
    }

    #[test]
    fn never_gives_a_negative_weight() {
        // Faster than 1/n: only the 1/n term may stand.
        let fit = CurveFit::of(&[(2.0, 100.0), (4.0, 20.0), (8.0, 5.0)]).expect("fits");
        assert!(fit.weights.iter().all(|weight| *weight >= 0.0));
        assert!(fit.at(16.0) > 0.0);
    }

    #[test]
    fn the_plain_rule_goes_from_the_nearest_count() {
        let points = [(2.0, 100.0), (8.0, 40.0)];
        // 2 and 8 are as far from 4, by ratio: the smaller, 100 s × 2 / 4.
        assert_eq!(inverse_nodes(&points, 4.0), Some(50.0));
        // 2 nodes are nearer to 2.5 than 8 are: 100 s × 2 / 2.5.
        assert_eq!(inverse_nodes(&points, 2.5), Some(80.0));
        assert_eq!(inverse_nodes(&points, 16.0), Some(20.0));
        assert_eq!(inverse_nodes(&[], 16.0), None);
    }
}
