//! What the stand-in sells: the embedded snapshot's own On-Demand list, with movable prices.

use std::collections::BTreeMap;

/// Prices.
#[derive(Clone)]
pub struct Market {
    /// On-Demand by region and type.
    pub on_demand: BTreeMap<String, BTreeMap<String, f64>>,
    /// Spot over On-Demand.
    pub spot_share: f64,
    /// Dollars a DPU-hour.
    pub glue: &'static str,
    /// Zones of a region.
    pub zones: usize,
}

impl Market {
    /// The snapshot's prices of some regions, at most so many types each.
    pub fn of_snapshot(regions: &[&str], most: usize) -> Self {
        let path = format!("{}/pricing-fixtures/ec2_on_demand.csv", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(path).expect("the snapshot");
        let mut on_demand: BTreeMap<String, BTreeMap<String, f64>> = BTreeMap::new();
        for row in text.lines().skip(1) {
            let fields: Vec<&str> = row.split(',').collect();
            if regions.contains(&fields[0]) {
                let types = on_demand.entry(fields[0].to_owned()).or_default();
                if types.len() < most {
                    types.insert(fields[1].to_owned(), fields[2].parse().expect("a price"));
                }
            }
        }
        Self { on_demand, spot_share: 0.35, glue: "0.44", zones: 3 }
    }

    /// The same types in regions that the snapshot knows less of.
    pub fn alike(regions: &[&str], most: usize) -> Self {
        let mut market = Self::of_snapshot(&["us-east-1"], most);
        let types = market.on_demand["us-east-1"].clone();
        for region in regions {
            market.on_demand.insert((*region).to_owned(), types.clone());
        }
        market
    }
}
