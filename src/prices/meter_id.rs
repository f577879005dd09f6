//! Meter ids: the text form of a [`Meter`], its service and its measure.

use std::collections::BTreeSet;
use std::str::FromStr;

use super::{Meter, items};
use crate::units::{InstanceHour, Measure, Year};
use crate::units::{nearest, suggestion};

/// Prices that only the user can know: meter id and measure.
pub const OWN: &[(&str, &str)] = &[("on-premises/year", Year::NAME)];

const INSTANCE_PREFIXES: [&str; 3] = ["ec2/on-demand/", "ec2/spot/", "emr/uplift/"];

/// A text that names no meter.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown meter `{text}`{}", suggestion(self.did_you_mean.as_deref()))]
pub struct UnknownMeter {
    /// What was given.
    pub text: String,
    /// The nearest meter id.
    pub did_you_mean: Option<String>,
}

impl FromStr for Meter {
    type Err = UnknownMeter;

    /// Reads a meter id. The instance type in it is not checked: the price book knows which exist.
    fn from_str(text: &str) -> Result<Self, UnknownMeter> {
        let instance = |prefix: &str| text.strip_prefix(prefix).filter(|name| !name.is_empty()).map(str::to_owned);
        let [on_demand, spot, uplift] = INSTANCE_PREFIXES.map(instance);
        on_demand
            .map(Self::OnDemandInstance)
            .or_else(|| spot.map(Self::SpotInstance))
            .or_else(|| uplift.map(Self::EmrUplift))
            .or_else(|| Self::listed(text))
            .ok_or_else(|| UnknownMeter { text: text.to_owned(), did_you_mean: nearest_id(text) })
    }
}

impl Meter {
    /// Every service item and own price: the meters whose ids do not name an instance type.
    pub fn all_listed() -> impl Iterator<Item = Self> {
        let services = items::ALL.iter().map(|(service, item, _)| Self::Service(service, item));
        services.chain(OWN.iter().map(|(id, _)| Self::Own(id)))
    }

    fn listed(text: &str) -> Option<Self> {
        Self::all_listed().find(|meter| meter.to_string() == text)
    }

    /// The first part of the meter id, by which discounts and `prices show` select: `ec2`, `emr`, `glue`, …
    #[must_use]
    pub fn service(&self) -> &'static str {
        match self {
            Self::OnDemandInstance(_) | Self::SpotInstance(_) => "ec2",
            Self::EmrUplift(_) => "emr",
            Self::Service(service, _) => service,
            Self::Own(id) => id.split('/').next().unwrap_or(id),
        }
    }

    /// The instance type that the meter is for, if it is for one.
    #[must_use]
    pub fn instance_type(&self) -> Option<&str> {
        match self {
            Self::OnDemandInstance(name) | Self::EmrUplift(name) => Some(name),
            // `TYPE@ZONE` is the Spot price in one zone.
            Self::SpotInstance(name) => name.split('@').next(),
            Self::Service(..) | Self::Own(_) => None,
        }
    }

    /// The measure's name; `None` for a service item that [`items`] does not list.
    #[must_use]
    pub fn unit(&self) -> Option<&'static str> {
        match self {
            Self::OnDemandInstance(_) | Self::SpotInstance(_) | Self::EmrUplift(_) => Some(InstanceHour::NAME),
            Self::Service(service, item) => {
                items::ALL.iter().find(|(s, i, _)| s == service && i == item).map(|(_, _, unit)| *unit)
            }
            Self::Own(id) => OWN.iter().find(|(own, _)| own == id).map(|(_, unit)| *unit),
        }
    }

    /// Every service that some meter belongs to, sorted.
    #[must_use]
    pub fn services() -> BTreeSet<&'static str> {
        ["ec2", "emr"].into_iter().chain(Self::all_listed().map(|meter| meter.service())).collect()
    }
}

/// For `ec2/ondemand/x` the prefix is mended, for anything else the nearest listed id is taken.
fn nearest_id(text: &str) -> Option<String> {
    let ids: Vec<String> = Meter::all_listed().map(|meter| meter.to_string()).collect();
    if let Some(id) = nearest(text, ids.iter().map(String::as_str)) {
        return Some(id.to_owned());
    }
    let (prefix, name) = text.rsplit_once('/')?;
    let near = nearest(&format!("{prefix}/"), INSTANCE_PREFIXES)?;
    Some(format!("{near}{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_reads_back_as_itself() {
        for meter in Meter::all_listed() {
            assert_eq!(meter.to_string().parse(), Ok(meter.clone()), "{meter}");
            assert!(meter.unit().is_some(), "{meter}");
        }
        for id in ["ec2/on-demand/r5.4xlarge", "ec2/spot/m7g.xlarge", "emr/uplift/c5.18xlarge"] {
            let meter: Meter = id.parse().expect("an id");
            assert_eq!(meter.to_string(), id);
            assert_eq!(meter.unit(), Some("instance-hour"));
        }
    }

    #[test]
    fn a_slip_gets_the_nearest_id() {
        let wrong = |text: &str| text.parse::<Meter>().expect_err("no meter").did_you_mean;
        assert_eq!(wrong("glue/etl_standart").as_deref(), Some("glue/etl_standard"));
        assert_eq!(wrong("ec2/ondemand/r5.4xlarge").as_deref(), Some("ec2/on-demand/r5.4xlarge"));
        assert_eq!(wrong("zzzzzz"), None);
        assert!("ec2/spot/".parse::<Meter>().is_err());
    }
}
