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
    /// Types that came after the program was made.
    pub new: Vec<NewMachine>,
}

/// A type that the program's tables do not have.
#[derive(Clone)]
pub struct NewMachine {
    pub name: String,
    pub vcpu: u32,
    pub memory_mib: u64,
    pub arm: bool,
}

impl Market {
    /// A new family of Graviton machines in every region, with 8 GiB for a vCPU.
    pub fn with_family(mut self, family: &str, usd_per_vcpu: f64) -> Self {
        for (size, vcpu) in
            [("xlarge", 4), ("2xlarge", 8), ("4xlarge", 16), ("8xlarge", 32), ("12xlarge", 48), ("16xlarge", 64)]
        {
            let name = format!("{family}.{size}");
            let usd = usd_per_vcpu * f64::from(vcpu);
            for types in self.on_demand.values_mut() {
                types.insert(name.clone(), usd);
            }
            self.new.push(NewMachine { name, vcpu, memory_mib: u64::from(vcpu) * 8192, arm: true });
        }
        self
    }
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
        Self { on_demand, spot_share: 0.35, glue: "0.44", zones: 3, new: Vec::new() }
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
