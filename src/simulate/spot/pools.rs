//! The pools that a group of executors stands in.

use std::borrow::Cow;

use crate::engines::{ExecutorGroup, Market, SpotPool};
use crate::prices::InterruptionBand;

/// Spare capacity of a service spreads over pools that nobody sees: taken as this many, each in the second band.
const FLEX_POOLS: u32 = 6;

/// Pools of a group; none when it cannot be taken back.
pub fn pools(group: &ExecutorGroup) -> Cow<'_, [SpotPool]> {
    match &group.market {
        Market::OnDemand => Cow::Borrowed(&[]),
        Market::Spot { pools, .. } => Cow::Borrowed(pools),
        Market::Flex => (0..FLEX_POOLS)
            .map(|number| SpotPool {
                instance_type: format!("flex{number}.pool"),
                share: 1.0 / f64::from(FLEX_POOLS),
                band: Some(InterruptionBand::From5To10),
                history: None,
            })
            .collect(),
    }
}

/// Whether a group can be taken back at all.
pub fn is_exposed(group: &ExecutorGroup) -> bool {
    !matches!(group.market, Market::OnDemand) && group.executors() > 0
}
