//! Spot, as the account has it.

use super::{Resolver, Section};
use crate::workload::file::raw::{SpotHistorySection, SpotSection};
use crate::workload::file::reader::At;
use crate::workload::{PoolLosses, SpotAccount};

impl Resolver<'_> {
    pub(super) fn spot(&self, field: Option<&At<SpotSection>>) -> SpotAccount {
        let Some(raw) = field.map(|at| &at.value) else { return SpotAccount::default() };
        let history = raw.history.iter().flat_map(|list| &list.value);
        SpotAccount {
            node_labels: self.or_default(
                &raw.node_labels,
                "spot.node_labels",
                |it| *it,
                || (true, "the cluster specs that shapecast writes turn them on"),
            ),
            history: history.filter_map(|at| self.pool_losses(at)).collect(),
        }
    }

    fn day(&self, at: &At<String>) -> Option<String> {
        let day = at.value.parse::<jiff::civil::Date>().ok().map(|day| day.to_string());
        if day.is_none() {
            self.reader.wrong(at, format!("`{}` is no day", at.value), "write the year, month and day: 2026-11-20");
        }
        day
    }

    fn pool_losses(&self, at: &At<SpotHistorySection>) -> Option<PoolLosses> {
        let (raw, section) = (&at.value, Section::from(at));
        let instance_type =
            self.required(&raw.instance_type, section, "instance_type", "write `instance_type: r6g.4xlarge`");
        let losses = self.required(
            &raw.losses,
            section,
            "losses",
            "write how many nodes EC2 took back, for example `losses: 3`",
        );
        let hours = self.required(
            &raw.node_hours,
            section,
            "node_hours",
            "write how many hours all Spot nodes of the type ran, for example `node_hours: 800`",
        );
        let losses_count = losses.and_then(|at| self.whole(at, 0..=1_000_000_000));
        let events = raw.events.as_ref().and_then(|at| self.whole(at, 0..=1_000_000_000));
        if let (Some(at), Some(events), Some(losses)) = (&raw.events, events, losses_count)
            && (events > losses || (events == 0 && losses > 0))
        {
            let hint = "an event is one or more nodes of the pool that went within three minutes";
            self.reader.wrong(at, format!("{losses} nodes cannot have been lost in {events} events"), hint);
        }
        Some(PoolLosses {
            instance_type: instance_type?.value.clone(),
            zone: raw.zone.as_ref().map(|zone| zone.value.clone()),
            losses: losses_count?,
            events,
            node_hours: self.within(hours?, 0.0..=1e9)?,
            source: raw.source.as_ref().map(|at| at.value.clone()),
            as_of: raw.as_of.as_ref().and_then(|at| self.day(at)),
        })
    }
}
