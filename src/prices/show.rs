//! The rows behind `shapecast prices show`: every price that a filter lets through, and what is missing.

use serde::Serialize;

use super::{Basis, InterruptionBand, Meter, PriceBook, PriceOrigin, Rates, RegionError, RegionalPrices};
use crate::units::{nearest, suggestion};

/// What to show; an empty filter shows every service item of every region and every instance type in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// One service: `ec2`, `emr`, `glue`, …
    pub service: Option<String>,
    /// One region.
    pub region: Option<String>,
    /// One instance type; service items are then left out.
    pub instance_type: Option<String>,
}

/// A filter that names something unknown.
#[derive(Debug, thiserror::Error)]
pub enum FilterError {
    /// No such service.
    #[error("unknown service `{service}`{}; known: {}", suggestion(did_you_mean.as_deref()), known.join(", "))]
    Service {
        /// What was asked for.
        service: String,
        /// The nearest one.
        did_you_mean: Option<String>,
        /// All of them.
        known: Vec<&'static str>,
    },
    /// No such instance type in any region.
    #[error("unknown instance type `{instance_type}`{}", suggestion(did_you_mean.as_deref()))]
    InstanceType {
        /// What was asked for.
        instance_type: String,
        /// The nearest one.
        did_you_mean: Option<String>,
    },
    /// No such region, or a damaged snapshot.
    #[error(transparent)]
    Region(#[from] RegionError),
}

/// One price, or one gap: then `missing` says why and the price fields are empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PriceRow {
    /// Region.
    pub region: String,
    /// Meter id, as `discounts.unit_prices` takes it.
    pub meter: String,
    /// The measure that the price is per.
    pub unit: &'static str,
    /// Dollars per unit.
    pub dollars: Option<rust_decimal::Decimal>,
    /// Date of the figure, or `undated`.
    pub as_of: Option<String>,
    /// Where the figure stands.
    pub source: Option<String>,
    /// The layer of the book that it comes from.
    pub origin: Option<PriceOrigin>,
    /// Read or computed.
    pub basis: Option<Basis>,
    /// AWS's interruption band, on Spot prices.
    pub interruption_band: Option<InterruptionBand>,
    /// Why there is no price.
    pub missing: Option<String>,
}

/// The rows that a filter lets through, by region and then in the order On-Demand, Spot, EMR fee, services.
///
/// # Errors
/// The filter names an unknown service, region or instance type; each error names the nearest known one.
pub fn rows(book: &PriceBook, filter: &Filter) -> Result<Vec<PriceRow>, FilterError> {
    check(book, filter)?;
    let regions = filter.region.as_ref().map_or_else(|| book.regions().to_vec(), |region| vec![region.clone()]);
    let mut rows = Vec::new();
    for region in regions {
        let prices = book.in_region(&region)?;
        let meters = meters(&prices, filter);
        rows.extend(meters.iter().map(|meter| row(&prices, meter)));
    }
    Ok(rows)
}

fn check(book: &PriceBook, filter: &Filter) -> Result<(), FilterError> {
    if let Some(service) = &filter.service {
        let known: Vec<&'static str> = Meter::services().into_iter().collect();
        if !known.contains(&service.as_str()) {
            let did_you_mean = nearest(service, known.iter().copied()).map(str::to_owned);
            return Err(FilterError::Service { service: service.clone(), did_you_mean, known });
        }
    }
    match &filter.instance_type {
        Some(name) if !book.knows_type(name) => Err(FilterError::InstanceType {
            instance_type: name.clone(),
            did_you_mean: book.nearest_type(name).map(str::to_owned),
        }),
        _ => Ok(()),
    }
}

/// One type: its three prices, known or not. No type: the types sold in the region, and every service item.
fn meters(prices: &RegionalPrices, filter: &Filter) -> Vec<Meter> {
    let types: Vec<&str> = match &filter.instance_type {
        Some(name) => vec![name.as_str()],
        None => prices.instance_types().collect(),
    };
    let of_types = [Meter::OnDemandInstance, Meter::SpotInstance, Meter::EmrUplift]
        .into_iter()
        .flat_map(|meter| types.iter().map(move |name| meter((*name).to_owned())));
    let listed = Meter::all_listed().filter(|_| filter.instance_type.is_none());
    of_types
        .chain(listed)
        .filter(|meter| filter.service.as_deref().is_none_or(|service| service == meter.service()))
        .collect()
}

fn row(prices: &RegionalPrices, meter: &Meter) -> PriceRow {
    let found = prices.rate(meter);
    let interruption_band = match meter {
        Meter::SpotInstance(name) => prices.interruption_band(name),
        _ => None,
    };
    let missing = found.as_ref().err().map(|missing| missing.reason.clone());
    let price = found.ok();
    PriceRow {
        region: prices.region().to_owned(),
        meter: meter.to_string(),
        unit: meter.unit().unwrap_or_default(),
        dollars: price.as_ref().map(|price| price.dollars),
        as_of: price.as_ref().map(|price| price.as_of.clone()),
        source: price.as_ref().map(|price| price.source.clone()),
        origin: price.as_ref().map(|price| price.origin),
        basis: price.map(|price| price.basis),
        interruption_band,
        missing,
    }
}
