//! The driver on a Spot node: from EMR 6 it may stand there unless node labels keep it off.

use super::shocks::Strike;
use crate::engines::{Market, Provision};
use crate::simulate::draws::Draws;

/// When the driver goes with the executors around it, seconds; `None` when it does not.
///
/// It stands on a random slot of all groups; a strike that takes a share of a group takes it with that probability if it
/// is there.
#[must_use]
pub fn driver_lost_s(provision: &Provision, strikes: &[Strike], draws: &mut Draws) -> Option<f64> {
    let carries = |market: &Market| matches!(market, Market::Spot { terms, .. } if terms.carries_driver);
    if !provision.groups.iter().any(|group| carries(&group.market)) {
        return None;
    }
    let mut place = draws.unit() * f64::from(provision.slots());
    let group = provision.groups.iter().position(|group| {
        place -= f64::from(group.slots());
        place <= 0.0
    })?;
    if !carries(&provision.groups[group].market) {
        return None;
    }
    let executors = f64::from(provision.groups[group].executors().max(1));
    strikes
        .iter()
        .filter(|strike| strike.group == group)
        .find(|strike| draws.unit() * executors < f64::from(strike.executors))
        .map(|strike| strike.at_s)
}
