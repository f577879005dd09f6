//! NAT, traffic, public addresses, interface endpoints. A GB of traffic is 2^30 bytes (AWS: 1 TB = 1024 GB).

use rust_decimal::Decimal;

use super::super::{Charge, CostGroup};
use super::Surroundings;
use crate::prices::{ServiceItem, items};
use crate::units::{Bytes, GIB, GbTransferred, Hour, Quantity};

pub(super) fn charges(surroundings: &Surroundings) -> Vec<Charge> {
    let (run, month) = (&surroundings.run, &surroundings.month);
    [
        traffic("NAT gateway, data", &items::NAT_GB, run.nat, 1),
        // Each GB is billed on its way out of one zone and again into the other.
        traffic("traffic between zones", &items::CROSS_AZ, run.cross_az, 2),
        traffic("traffic to another region", &items::CROSS_REGION, run.cross_region, 1),
        traffic("traffic to the internet", &items::INTERNET_OUT, run.internet, 1),
        // Billed on EMR on EC2, on EKS and Serverless alike (EMR pricing page, 2024 and later).
        hours("public IPv4 addresses", &items::PUBLIC_IPV4, run.public_ipv4_hours),
        standing("NAT gateway", &items::NAT_HOUR, month.nat_gateway_hours),
        standing("interface endpoints, per zone", &items::ENDPOINT_HOUR, month.endpoint_hours),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn traffic(component: &str, key: &ServiceItem<GbTransferred>, bytes: Bytes, directions: u32) -> Option<Charge> {
    if bytes == Bytes::ZERO {
        return None;
    }
    let gb = Decimal::from(bytes.get()) / Decimal::from(GIB) * Decimal::from(directions);
    let twice = if directions == 2 { " × 2 directions" } else { "" };
    let formula = format!("{} B / 2^30{twice}", bytes.get());
    Some(Charge::per_run(component, CostGroup::Network, key, Quantity::new(gb), formula))
}

fn hours(component: &str, key: &ServiceItem<Hour>, hours: Decimal) -> Option<Charge> {
    (!hours.is_zero()).then(|| {
        let formula = format!("{} h", hours.normalize());
        Charge::per_run(component, CostGroup::Network, key, Quantity::new(hours), formula)
    })
}

fn standing(component: &str, key: &ServiceItem<Hour>, hours: Decimal) -> Option<Charge> {
    (!hours.is_zero()).then(|| {
        let formula = format!("{} h a month", hours.normalize());
        Charge::per_month(component, CostGroup::Network, key, Quantity::new(hours), formula)
    })
}
