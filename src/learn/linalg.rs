//! Symmetric positive matrices: Cholesky, solving, inverting. Rows are contiguous, and every sum has a fixed order.

/// A square matrix, row by row.
#[derive(Clone, Debug)]
pub struct Square {
    size: usize,
    cells: Vec<f64>,
}

impl Square {
    /// All zeros.
    pub fn zeros(size: usize) -> Self {
        Self { size, cells: vec![0.0; size * size] }
    }

    /// A row.
    pub fn row(&self, row: usize) -> &[f64] {
        &self.cells[row * self.size..(row + 1) * self.size]
    }

    /// A row to write.
    pub fn row_mut(&mut self, row: usize) -> &mut [f64] {
        &mut self.cells[row * self.size..(row + 1) * self.size]
    }

    /// The lower triangle mirrored into the upper one.
    pub fn mirror(&mut self) {
        for row in 0..self.size {
            for column in 0..row {
                self.cells[column * self.size + row] = self.cells[row * self.size + column];
            }
        }
    }

    /// The matrix times a vector.
    pub fn times(&self, vector: &[f64]) -> Vec<f64> {
        (0..self.size).map(|row| dot(self.row(row), vector)).collect()
    }
}

/// The lower triangular factor of a positive matrix.
#[derive(Clone, Debug)]
pub struct Cholesky {
    factor: Square,
}

impl Cholesky {
    /// Factors a matrix of which the lower triangle is read; `None` when it is not positive.
    pub fn of(matrix: &Square) -> Option<Self> {
        let size = matrix.size;
        let mut factor = Square::zeros(size);
        for row in 0..size {
            let (above, below) = factor.cells.split_at_mut(row * size);
            let own = &mut below[..size];
            for column in 0..row {
                let other = &above[column * size..column * size + column + 1];
                own[column] = (matrix.row(row)[column] - dot(&own[..column], &other[..column])) / other[column];
            }
            let rest = matrix.row(row)[row] - dot(&own[..row], &own[..row]);
            if rest.is_nan() || rest <= 0.0 {
                return None;
            }
            own[row] = rest.sqrt();
        }
        Some(Self { factor })
    }

    /// Half of the logarithm of the determinant.
    pub fn half_log_determinant(&self) -> f64 {
        (0..self.factor.size).map(|row| self.factor.row(row)[row].ln()).sum()
    }

    /// The inverse of the matrix.
    pub fn inverse(&self) -> Square {
        let size = self.factor.size;
        let mut lower = Square::zeros(size);
        for row in 0..size {
            let (above, below) = lower.cells.split_at_mut(row * size);
            let own = &mut below[..size];
            own[row] = 1.0;
            for column in 0..row {
                let weight = self.factor.row(row)[column];
                add(&mut own[..=column], &above[column * size..column * size + column + 1], -weight);
            }
            let scale = self.factor.row(row)[row].recip();
            own[..=row].iter_mut().for_each(|cell| *cell *= scale);
        }
        let mut inverse = Square::zeros(size);
        for inner in 0..size {
            let source = &lower.row(inner)[..=inner];
            for row in 0..=inner {
                add(&mut inverse.row_mut(row)[..=row], &source[..=row], source[row]);
            }
        }
        inverse.mirror();
        inverse
    }
}

/// `into += weight · from`.
fn add(into: &mut [f64], from: &[f64], weight: f64) {
    for (cell, value) in into.iter_mut().zip(from) {
        *cell += weight * value;
    }
}

/// The sum of products, in eight lanes of fixed order.
pub fn dot(left: &[f64], right: &[f64]) -> f64 {
    let mut lanes = [0.0_f64; 8];
    let (left_parts, left_rest) = left.as_chunks::<8>();
    let (right_parts, right_rest) = right.as_chunks::<8>();
    for (a, b) in left_parts.iter().zip(right_parts) {
        for lane in 0..8 {
            lanes[lane] += a[lane] * b[lane];
        }
    }
    let rest: f64 = left_rest.iter().zip(right_rest).map(|(a, b)| a * b).sum();
    lanes.iter().sum::<f64>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> Square {
        // [[4, 2], [2, 5]]: factor [[2, 0], [1, 2]], determinant 16, inverse [[5, -2], [-2, 4]] / 16.
        let mut matrix = Square::zeros(2);
        matrix.row_mut(0).copy_from_slice(&[4.0, 2.0]);
        matrix.row_mut(1).copy_from_slice(&[2.0, 5.0]);
        matrix
    }

    #[test]
    fn factors_and_inverts_by_hand() {
        let cholesky = Cholesky::of(&example()).expect("positive");
        assert!((cholesky.half_log_determinant() - 4.0_f64.ln()).abs() < 1e-12);
        let inverse = cholesky.inverse();
        for (found, expected) in inverse.cells.iter().zip([5.0, -2.0, -2.0, 4.0]) {
            assert!((found - expected / 16.0).abs() < 1e-12);
        }
    }

    #[test]
    fn a_matrix_that_is_not_positive_has_no_factor() {
        let mut matrix = example();
        matrix.row_mut(1)[1] = 1.0;
        assert!(Cholesky::of(&matrix).is_none());
    }

    #[test]
    fn the_inverse_of_a_large_matrix_is_one() {
        let size = 37;
        let mut matrix = Square::zeros(size);
        for row in 0..size {
            for column in 0..size {
                let distance = row as f64 - column as f64;
                matrix.row_mut(row)[column] =
                    (-0.05 * distance * distance).exp() + if row == column { 0.1 } else { 0.0 };
            }
        }
        let inverse = Cholesky::of(&matrix).expect("positive").inverse();
        for row in 0..size {
            for (column, cell) in inverse.times(matrix.row(row)).iter().enumerate() {
                let expected = if row == column { 1.0 } else { 0.0 };
                assert!((cell - expected).abs() < 1e-8, "{row} {column} {cell}");
            }
        }
    }
}
