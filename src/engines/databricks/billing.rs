//! Billing of Databricks: EC2 and EBS by AWS, DBU by Databricks.

use rust_decimal::Decimal;

use crate::engines::usage::{
    BilledTime, DatabricksPlan, DatabricksUsage, HOUR_S, NodeUsage, Terms, node_charges, nodes_in_words,
};
use crate::engines::{Charge, CostGroup};
use crate::prices::{Meter, PriceKey, Rates, ServiceItem, items};
use crate::units::{Dbu, InstanceHour, Quantity};

/// EC2 per second with one minute at least, plus DBU per node-hour of the type × price of the compute type (EMR best
/// practices, `benchmarking_variables.md`, 2023-10). DBU are counted over the same seconds as EC2, the primary
/// (driver) included.
#[must_use]
pub fn charges(usage: &DatabricksUsage, terms: &Terms, rates: &dyn Rates) -> Vec<Charge> {
    let units = usage.nodes.iter().map(|node| {
        let known = usage.dbu_per_hour.or_else(|| rates.databricks_dbu_per_hour(&node.instance_type));
        match known {
            Some(dbu) => dbu_line(usage.plan, node, dbu, terms),
            None => unknown_dbu(node),
        }
    });
    node_charges(&usage.nodes, terms).into_iter().chain(units).collect()
}

fn dbu_line(plan: DatabricksPlan, node: &NodeUsage, dbu_per_hour: Decimal, terms: &Terms) -> Charge {
    let (hours, time) = hours_of(node);
    let (key, plan) = item_of(plan);
    let formula = terms.say(|| format!("{} × {} DBU/h × {time} / 3600", node.count, dbu_per_hour.normalize()));
    let component = terms.say(|| format!("Databricks {plan}, {}, {}", node.name, nodes_in_words(node)));
    Charge::per_run(component, CostGroup::EngineFee, key, Quantity::<Dbu>::new(hours * dbu_per_hour), formula)
}

fn hours_of(node: &NodeUsage) -> (Decimal, BilledTime) {
    let time = BilledTime::new(node.lifetime(), 60);
    (Decimal::from(node.count) * time.seconds() / HOUR_S, time)
}

/// The DBU of an unlisted type are missing, not nothing: the line asks for a price that nobody has.
fn unknown_dbu(node: &NodeUsage) -> Charge {
    struct UnknownDbu;
    impl PriceKey for UnknownDbu {
        type Unit = InstanceHour;
        fn meter(&self) -> Meter {
            Meter::Own("databricks/dbu-per-node-hour")
        }
    }
    let (hours, _) = hours_of(node);
    let component = format!("Databricks, {}, {} × {}", node.name, node.count, node.instance_type);
    let formula = format!("the DBU per hour of {} are not known", node.instance_type);
    Charge::per_run(component, CostGroup::EngineFee, &UnknownDbu, Quantity::new(hours), formula)
}

const fn item_of(plan: DatabricksPlan) -> (&'static ServiceItem<Dbu>, &'static str) {
    match plan {
        DatabricksPlan::JobsEnterprise => (&items::DATABRICKS_JOBS_ENTERPRISE, "jobs compute, Enterprise"),
        DatabricksPlan::JobsPremium => (&items::DATABRICKS_JOBS_PREMIUM, "jobs compute, Premium"),
        DatabricksPlan::AllPurposePremium => (&items::DATABRICKS_ALL_PURPOSE, "all-purpose compute, Premium"),
    }
}
