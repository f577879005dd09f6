//! The user's own price conditions over somebody else's rates.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::{Basis, InterruptionBand, Meter, MissingPrice, Price, PriceOrigin, Rates, UnknownMeter};
use crate::catalog::Catalog;
use crate::units::{nearest, suggestion};
use crate::workload::Discounts;

/// Services that AWS does not bill, so that AWS's enterprise discount does not touch them.
const NOT_AWS: [&str; 2] = ["databricks", "on-premises"];

/// What is wrong with the user's price conditions.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OverlayError {
    /// No such meter.
    #[error(transparent)]
    Meter(#[from] UnknownMeter),
    /// The meter names an instance type that does not exist.
    #[error("unknown instance type `{instance_type}` in meter `{meter}`{}", suggestion(self.near()))]
    InstanceType {
        /// The meter id.
        meter: String,
        /// The type in it.
        instance_type: String,
        /// The nearest known type.
        did_you_mean: Option<String>,
    },
    /// A price below zero.
    #[error("the price of `{meter}` is {dollars}: a price is zero or more")]
    Negative {
        /// The meter id.
        meter: String,
        /// The price given.
        dollars: Decimal,
    },
    /// A discount on a service that has no prices.
    #[error("unknown service `{service}` in the discounts{}", suggestion(self.near()))]
    Service {
        /// The key given.
        service: String,
        /// The nearest known service.
        did_you_mean: Option<String>,
    },
    /// A discount that is no share.
    #[error("the {name} discount is {share}: a discount lies between 0 and 1, for example 0.05 for 5 %")]
    Share {
        /// `enterprise` or the service.
        name: String,
        /// The share given.
        share: Decimal,
    },
}

impl OverlayError {
    /// The nearest known name, when there is one.
    #[must_use]
    pub fn near(&self) -> Option<&str> {
        match self {
            Self::Meter(unknown) => unknown.did_you_mean.as_deref(),
            Self::InstanceType { did_you_mean, .. } | Self::Service { did_you_mean, .. } => did_you_mean.as_deref(),
            Self::Negative { .. } | Self::Share { .. } => None,
        }
    }
}

/// Rates with the user's own unit prices and discounts.
///
/// An own price replaces the book's and is taken as it is: no discount touches it. Otherwise the price is the book's
/// × (1 − service discount) × (1 − enterprise discount). A discount on `ec2` counts for On-Demand and Spot alike;
/// `ec2/on-demand` or `ec2/spot` is for one of them and wins over `ec2`. AWS's enterprise discount does not touch
/// Databricks units.
#[derive(Clone, Debug)]
pub struct Overlay<'a> {
    base: &'a dyn Rates,
    own: BTreeMap<Meter, Decimal>,
    by_service: BTreeMap<String, Decimal>,
    enterprise: Decimal,
}

impl<'a> Overlay<'a> {
    /// Checks the conditions against what can have a price.
    ///
    /// # Errors
    /// An unknown meter, instance type or service (with the nearest one), a negative price, a discount outside 0..=1.
    pub fn new(base: &'a dyn Rates, terms: &Discounts) -> Result<Self, OverlayError> {
        let own =
            terms.unit_prices.iter().map(|(id, dollars)| own_price(base, id, *dollars)).collect::<Result<_, _>>()?;
        for (service, share) in &terms.by_service {
            check_service(service)?;
            check_share(service, *share)?;
        }
        let enterprise = terms.enterprise.unwrap_or_default();
        check_share("enterprise", enterprise)?;
        Ok(Self { base, own, by_service: terms.by_service.clone(), enterprise })
    }

    /// The discounts that touch a meter, with their names, in the order in which they apply.
    fn discounts(&self, meter: &Meter) -> Vec<(String, Decimal)> {
        let service = meter.service();
        let id = meter.to_string();
        let narrow = id.rsplit_once('/').map(|(prefix, _)| prefix).filter(|prefix| *prefix != service);
        let by_service = narrow
            .and_then(|name| self.by_service.get_key_value(name))
            .or_else(|| self.by_service.get_key_value(service))
            .map(|(name, share)| (name.clone(), *share));
        let enterprise = (!NOT_AWS.contains(&service)).then(|| ("enterprise".to_owned(), self.enterprise));
        by_service.into_iter().chain(enterprise).filter(|(_, share)| !share.is_zero()).collect()
    }

    fn discounted(&self, meter: &Meter, listed: Price) -> Price {
        let discounts = self.discounts(meter);
        if discounts.is_empty() {
            return listed;
        }
        let dollars = less(listed.dollars, &discounts);
        let steps: String = discounts.iter().map(|(name, share)| format!(" x (1 - {share} {name} discount)")).collect();
        let rule = match &listed.basis {
            Basis::Derived { rule } => format!("list price {}{steps}; list price: {rule}", listed.dollars),
            Basis::Read | Basis::Own => format!("list price {}{steps}", listed.dollars),
        };
        Price { dollars, basis: Basis::Derived { rule }, ..listed }
    }
}

impl Rates for Overlay<'_> {
    fn region(&self) -> &str {
        self.base.region()
    }

    fn rate(&self, meter: &Meter) -> Result<Price, MissingPrice> {
        if let Some(dollars) = self.own.get(meter) {
            return Ok(Price {
                dollars: *dollars,
                unit: meter.unit().unwrap_or_default(),
                source: "your own unit price".to_owned(),
                as_of: "undated".to_owned(),
                origin: PriceOrigin::Own,
                basis: Basis::Own,
            });
        }
        Ok(self.discounted(meter, self.base.rate(meter)?))
    }

    fn dollars(&self, meter: &Meter) -> Option<Decimal> {
        if let Some(dollars) = self.own.get(meter) {
            return Some(*dollars);
        }
        let listed = self.base.dollars(meter)?;
        let discounts = self.discounts(meter);
        Some(if discounts.is_empty() { listed } else { less(listed, &discounts) })
    }

    fn databricks_dbu_per_hour(&self, instance_type: &str) -> Option<Decimal> {
        self.base.databricks_dbu_per_hour(instance_type)
    }

    fn interruption_band(&self, instance_type: &str) -> Option<InterruptionBand> {
        self.base.interruption_band(instance_type)
    }

    /// Whoever gives a price of their own for a type gives it for all zones.
    fn zones_with_spot_price(&self, instance_type: &str) -> Vec<String> {
        if self.own.contains_key(&Meter::SpotInstance(instance_type.to_owned())) {
            return Vec::new();
        }
        self.base.zones_with_spot_price(instance_type)
    }

    fn catalog(&self) -> &Catalog {
        self.base.catalog()
    }
}

/// A list price less all discounts.
fn less(listed: Decimal, discounts: &[(String, Decimal)]) -> Decimal {
    discounts.iter().fold(listed, |price, (_, share)| price * (Decimal::ONE - *share)).normalize()
}

fn own_price(base: &dyn Rates, id: &str, dollars: Decimal) -> Result<(Meter, Decimal), OverlayError> {
    let meter: Meter = id.parse()?;
    if let Some(name) = meter.instance_type() {
        let catalog = base.catalog();
        // Some types are sold that the catalog does not describe: the base knows them.
        let sold = || base.rate(&Meter::OnDemandInstance(name.to_owned())).is_ok();
        if catalog.instance(name).is_none() && !sold() {
            return Err(OverlayError::InstanceType {
                meter: id.to_owned(),
                instance_type: name.to_owned(),
                did_you_mean: catalog.nearest_instance(name).map(str::to_owned),
            });
        }
    }
    if dollars.is_sign_negative() && !dollars.is_zero() {
        return Err(OverlayError::Negative { meter: id.to_owned(), dollars });
    }
    Ok((meter, dollars))
}

fn check_service(service: &str) -> Result<(), OverlayError> {
    let known = || Meter::services().into_iter().chain(["ec2/on-demand", "ec2/spot"]);
    if known().any(|name| name == service) {
        return Ok(());
    }
    let did_you_mean = nearest(service, known()).map(str::to_owned);
    Err(OverlayError::Service { service: service.to_owned(), did_you_mean })
}

fn check_share(name: &str, share: Decimal) -> Result<(), OverlayError> {
    if (Decimal::ZERO..=Decimal::ONE).contains(&share) {
        return Ok(());
    }
    Err(OverlayError::Share { name: name.to_owned(), share })
}
