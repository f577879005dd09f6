//! Which whole nodes a diversified fleet is made of.

use crate::engines::FleetType;

/// Whole nodes of each type, in the order of the types, that together give at least `target_units`.
///
/// Each type first gets the whole part of its share (share × target / weight); then nodes are added one by one to
/// the type with the largest remainder until the target is reached, as EMR overshoots a target rather than miss it.
/// Shares need not sum to 1.
#[must_use]
pub fn nodes_of_fleet(target_units: u32, types: &[FleetType]) -> Vec<u32> {
    let sum: f64 = types.iter().map(|kind| kind.share.max(0.0)).sum();
    let usable = sum > 0.0 && types.iter().all(|kind| kind.weight > 0);
    if !usable {
        return vec![0; types.len()];
    }
    let ideal: Vec<f64> =
        types.iter().map(|t| t.share.max(0.0) / sum * f64::from(target_units) / f64::from(t.weight)).collect();
    let mut nodes: Vec<u32> = ideal.iter().map(|n| whole(*n)).collect();
    for _ in 0..types.len() {
        if units(types, &nodes) >= u64::from(target_units) {
            break;
        }
        if let Some(next) = largest_remainder(&ideal, &nodes) {
            nodes[next] += 1;
        }
    }
    nodes
}

/// The whole part; a hair below a whole number is that number (0.3 × 40 / 4 = 2.9999…).
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most a u32 of units, never negative")]
fn whole(ideal: f64) -> u32 {
    (ideal + 1e-9).floor() as u32
}

fn units(types: &[FleetType], nodes: &[u32]) -> u64 {
    types.iter().zip(nodes).map(|(kind, count)| u64::from(kind.weight) * u64::from(*count)).sum()
}

/// The type that is furthest below its ideal count; the first of equals.
fn largest_remainder(ideal: &[f64], nodes: &[u32]) -> Option<usize> {
    let missing = |index: usize| ideal[index] - f64::from(nodes[index]);
    (0..ideal.len()).reduce(|best, next| if missing(next) > missing(best) + 1e-9 { next } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fleet(types: &[(u32, f64)]) -> Vec<FleetType> {
        types
            .iter()
            .map(|(weight, share)| FleetType { instance_type: String::new(), weight: *weight, share: *share })
            .collect()
    }

    #[test]
    fn exact_shares_give_exact_nodes() {
        // 160 units: half on 16-unit nodes = 5, half on 8-unit nodes = 10.
        assert_eq!(nodes_of_fleet(160, &fleet(&[(16, 0.5), (8, 0.5)])), [5, 10]);
    }

    #[test]
    fn the_largest_remainder_is_filled_first_and_the_target_is_reached() {
        // 100 units: 70 / 16 = 4.375 and 30 / 8 = 3.75; whole parts 4 and 3 are 88 units; the second type has the
        // larger remainder (96 units), then the first (112).
        assert_eq!(nodes_of_fleet(100, &fleet(&[(16, 0.7), (8, 0.3)])), [5, 4]);
    }

    #[test]
    fn nothing_comes_of_nothing() {
        assert_eq!(nodes_of_fleet(100, &fleet(&[(16, 0.0)])), [0]);
        assert_eq!(nodes_of_fleet(0, &fleet(&[(16, 1.0)])), [0]);
    }
}
