//! What stands around the job: network, price conditions, runs that happened, what it runs on today.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::{Resolver, Section};
use crate::units::Usd;
use crate::workload::file::numbers::{Count, Discount};
use crate::workload::file::raw::{
    DiscountsSection, NetworkSection, ObservedRunSection, OnPremisesSection, StandingClusterSection, TodaySection,
};
use crate::workload::file::reader::{At, Table};
use crate::workload::{Discounts, Network, ObservedRun, OnPremises, Sourced, StandingCluster, Today};

impl Resolver<'_> {
    pub(super) fn network(&self, field: Option<&At<NetworkSection>>) -> Network {
        let nothing = NetworkSection::default();
        let raw = field.map_or(&nothing, |at| &at.value);
        let endpoints = raw.interface_endpoints.as_ref().and_then(|at| self.whole(at, 0..=1000));
        let shared = raw.shared_by_pipelines.as_ref().and_then(|at| self.whole(at, 1..=100_000));
        Network {
            s3_through_nat: self.or_default(
                &raw.s3_through_nat,
                "network.s3_through_nat",
                |it| *it,
                || (false, "a gateway endpoint for S3 is free and usual"),
            ),
            public_ipv4: self.or_default(
                &raw.public_ipv4,
                "network.public_ipv4",
                |it| *it,
                || (false, "nodes in private subnets have none"),
            ),
            interface_endpoints: endpoints.unwrap_or(0),
            shared_by_pipelines: match shared {
                Some(count) => self.sourced("network.shared_by_pipelines", count),
                None => Sourced::default_because(1, "nobody said that other pipelines share the environment"),
            },
        }
    }

    pub(super) fn discounts(&self, field: Option<&At<DiscountsSection>>) -> Discounts {
        let Some(raw) = field.map(|at| &at.value) else { return Discounts::default() };
        Discounts {
            enterprise: raw.enterprise.as_ref().map(|at| at.value.0),
            by_service: self.by_service(raw.by_service.as_ref()),
            unit_prices: self.unit_prices(raw),
            free_allowances: raw.free_allowances.as_ref().is_some_and(|at| at.value),
        }
    }

    fn by_service(&self, field: Option<&At<Table<Discount>>>) -> BTreeMap<String, Decimal> {
        let services = self.reader.vocabulary.services;
        let entries = || field.into_iter().flat_map(|table| &table.value.0);
        for (service, at) in entries().filter(|(service, _)| !services.contains(service)) {
            let near = services.nearest(service).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
            let hint = format!("{near}services are the first part of a meter id: see `shapecast prices show`");
            self.reader.wrong(at, format!("the service `{service}` is unknown"), hint);
        }
        entries().map(|(service, at)| (service.clone(), at.value.0)).collect()
    }

    fn unit_prices(&self, raw: &DiscountsSection) -> BTreeMap<String, Decimal> {
        let meters = self.reader.vocabulary.meters;
        let entries = || raw.unit_prices.iter().flat_map(|table| &table.value.0);
        for (meter, at) in entries().filter(|(meter, _)| !meters.contains(meter)) {
            let near = meters.nearest(meter).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
            let hint = format!("{near}`shapecast prices show` lists the meter ids");
            self.reader.wrong(at, format!("the meter `{meter}` is unknown"), hint);
        }
        entries().map(|(meter, at)| (meter.clone(), at.value.0)).collect()
    }

    pub(super) fn observed_runs(&self, field: Option<&At<Vec<At<ObservedRunSection>>>>) -> Vec<ObservedRun> {
        let runs = field.into_iter().flat_map(|list| &list.value);
        runs.filter_map(|at| self.observed_run(at)).collect()
    }

    fn observed_run(&self, at: &At<ObservedRunSection>) -> Option<ObservedRun> {
        let (raw, section) = (&at.value, Section::from(at));
        let hint = "write `{instance_type: r5.4xlarge, count: 10, duration: 45 min}`";
        let instance_type = self.required(&raw.instance_type, section, "instance_type", hint);
        let count = self.required(&raw.count, section, "count", hint).and_then(|at| self.machines(at));
        let duration = self.required(&raw.duration, section, "duration", hint).and_then(|at| self.positive_time(at));
        Some(ObservedRun {
            instance_type: self.instance_name(instance_type?, false, true),
            count: count?,
            duration: duration?,
            volume: raw.volume.as_ref().map(|at| at.value.0),
        })
    }

    fn machines(&self, at: &At<Count>) -> Option<u32> {
        self.whole(at, 1..=100_000)
    }

    pub(super) fn today(&self, field: Option<&At<TodaySection>>) -> Today {
        let Some(raw) = field.map(|at| &at.value) else { return Today::default() };
        Today {
            single_instance: raw.single_instance.as_ref().map(|at| self.instance_name(at, false, false)),
            standing_cluster: raw.standing_cluster.as_ref().and_then(|at| self.standing_cluster(at)),
            on_premises: raw.on_premises.as_ref().and_then(|at| self.on_premises(at)),
        }
    }

    fn standing_cluster(&self, at: &At<StandingClusterSection>) -> Option<StandingCluster> {
        let (raw, section) = (&at.value, Section::from(at));
        let hint = "write `{instance_type: r5.4xlarge, count: 20, cost_share: 50 %}`";
        let instance_type = self.required(&raw.instance_type, section, "instance_type", hint);
        let count = self.required(&raw.count, section, "count", hint).and_then(|at| self.machines(at));
        let cost_share = self.required(&raw.cost_share, section, "cost_share", hint);
        Some(StandingCluster {
            instance_type: self.instance_name(instance_type?, false, false),
            count: count?,
            cost_share: cost_share?.value.0,
        })
    }

    fn on_premises(&self, at: &At<OnPremisesSection>) -> Option<OnPremises> {
        let (raw, section) = (&at.value, Section::from(at));
        let hint = "write `{yearly_cost: $6.4M, cores: 12800, cost_share: 35 %, utilisation: 30 %}`";
        let yearly_cost = self.required(&raw.yearly_cost, section, "yearly_cost", hint);
        let cores = self.required(&raw.cores, section, "cores", hint).and_then(|at| self.whole(at, 1..=10_000_000));
        let cost_share = self.required(&raw.cost_share, section, "cost_share", hint);
        let utilisation = self.required(&raw.utilisation, section, "utilisation", hint);
        if let Some(cost) = yearly_cost.filter(|at| at.value.0 == Usd::ZERO) {
            self.reader.wrong(cost, "a cluster costs something", "write depreciation, power, people and licences");
        }
        if let Some(use_) = utilisation.filter(|at| at.value.0.get() == 0.0) {
            self.reader.wrong(use_, "an unused cluster runs no job", "write the mean share of busy cores");
        }
        Some(OnPremises {
            yearly_cost: yearly_cost?.value.0,
            cores: cores?,
            cost_share: cost_share?.value.0,
            utilisation: utilisation?.value.0,
        })
    }
}
