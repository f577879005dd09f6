//! The assumptions that can be held, each with both ends of its range and the candidates that it touches.

use crate::engines::{EngineId, Estimate, Execution, Market, Provision, Question, SpotPool};
use crate::rank::evaluate::Bench;
use crate::rank::finalist::Finalist;
use crate::simulate::spot::quantiles_per_node_hour;
use crate::simulate::{Held, P90_SCORE, Unknown, service_and_hardware};

/// An end of a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The 10th percentile.
    Low,
    /// The 90th.
    High,
}

/// One assumption.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Stable, kebab-case.
    pub code: String,
    /// What is assumed, for people.
    pub text: String,
    unknown: Unknown,
    touches: Touches,
    low: String,
    high: String,
}

/// Which candidates an assumption is about.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Touches {
    All,
    Service(String),
    Hardware(String),
    Spot,
}

impl Scenario {
    /// The value at an end, for people.
    #[must_use]
    pub fn value(&self, end: End) -> &str {
        match end {
            End::Low => &self.low,
            End::High => &self.high,
        }
    }

    /// What to hold in the runs of a candidate; `None` when the assumption is not about it.
    #[must_use]
    pub fn held(&self, row: &Finalist, end: End, question: &Question<'_>) -> Option<Held> {
        let (service, hardware) = service_and_hardware(&row.evaluated.candidate.id);
        let at = if end == End::Low { -P90_SCORE } else { P90_SCORE };
        let at = match &self.touches {
            Touches::All => at,
            Touches::Service(name) => (name == service).then_some(at)?,
            Touches::Hardware(name) => (name == hardware).then_some(at)?,
            Touches::Spot => {
                let provision = provision(row, question)?;
                let pools = spot_pools(&provision)?;
                if self.unknown == Unknown::SpotLosses { losses(pools)[usize::from(end == End::High)] } else { at }
            }
        };
        Some(Held { unknown: self.unknown, at })
    }
}

/// What is believed of a fleet does not depend on the seed of a simulation.
const BELIEF_SEED: u64 = 0;

fn losses(pools: &[SpotPool]) -> [f64; 2] {
    quantiles_per_node_hour(pools, [0.1, 0.9], BELIEF_SEED)
}

fn provision(row: &Finalist, question: &Question<'_>) -> Option<Provision> {
    match row.evaluated.candidate.shape.behaviour().execution(question) {
        Execution::Batch(provision) => Some(provision),
        Execution::Continuous { .. } => None,
    }
}

fn spot_pools(provision: &Provision) -> Option<&[SpotPool]> {
    provision.groups.iter().find_map(|group| match &group.market {
        Market::Spot { pools, .. } => Some(pools.as_slice()),
        Market::OnDemand | Market::Flex => None,
    })
}

/// All assumptions about the workload, about Spot, and about the service and the machines of the first row and of the
/// best one of another engine.
#[must_use]
pub fn scenarios(priced: &[&Finalist], bench: &Bench<'_>) -> Vec<Scenario> {
    let Some(first) = priced.first() else { return Vec::new() };
    let engine = |row: &Finalist| row.evaluated.candidate.engine;
    let rival = priced.iter().find(|row| engine(row) != engine(first));
    let mut all = of_workload(first.evaluated.slots, bench);
    for row in std::iter::once(first).chain(rival) {
        all.extend(of_machines(row, bench));
    }
    all.extend(of_spot(priced, bench));
    // Rivals may stand on the same machines.
    let mut seen = std::collections::BTreeSet::new();
    all.retain(|scenario| seen.insert(scenario.code.clone()));
    all
}

fn of_workload(slots: u32, bench: &Bench<'_>) -> Vec<Scenario> {
    let scenario = |unknown: Unknown| {
        Some(Scenario {
            code: code(unknown).to_owned(),
            text: bench.model.names(unknown).to_owned(),
            unknown,
            touches: Touches::All,
            low: bench.model.says(unknown, slots, -P90_SCORE)?,
            high: bench.model.says(unknown, slots, P90_SCORE)?,
        })
    };
    Unknown::OF_WORKLOAD.into_iter().filter_map(scenario).collect()
}

fn of_machines(row: &Finalist, bench: &Bench<'_>) -> Vec<Scenario> {
    let Some(provision) = provision(row, &bench.question) else { return Vec::new() };
    let (service, hardware) = service_and_hardware(&row.evaluated.candidate.id);
    let title = service.parse::<EngineId>().map_or_else(|_| service.to_owned(), |engine| engine.title().to_owned());
    let minutes = |estimate: Estimate, end: fn(Estimate) -> f64| format!("{:.1} min", end(estimate) / 60.0);
    let times = |estimate: Estimate, end: fn(Estimate) -> f64| format!("{:.2} ×", end(estimate));
    type Say = fn(Estimate, fn(Estimate) -> f64) -> String;
    let one = |unknown: Unknown, of: (&str, &str), touches: Touches, estimate: Estimate, say: Say| {
        let is_open = (estimate.high - estimate.low).abs() > 1e-9;
        is_open.then(|| Scenario {
            code: format!("{}/{}", code(unknown), of.0),
            text: format!("{} ({})", bench.model.names(unknown), of.1),
            unknown,
            touches,
            low: say(estimate, |estimate| estimate.low),
            high: say(estimate, |estimate| estimate.high),
        })
    };
    let of_service = (service, title.as_str());
    let start_up =
        one(Unknown::StartUp, of_service, Touches::Service(service.to_owned()), provision.start_up_s, minutes);
    let runtime =
        one(Unknown::Runtime, of_service, Touches::Service(service.to_owned()), provision.runtime_speed, times);
    let cores = provision.groups.last().and_then(|group| {
        let touches = Touches::Hardware(hardware.to_owned());
        one(Unknown::CoreSpeed, (hardware, hardware), touches, group.machine.core_speed, times)
    });
    start_up.into_iter().chain(runtime).chain(cores).collect()
}

fn of_spot(priced: &[&Finalist], bench: &Bench<'_>) -> Vec<Scenario> {
    let mut provisions = priced.iter().filter_map(|row| provision(row, &bench.question));
    let Some(provision) = provisions.find(|provision| spot_pools(provision).is_some()) else { return Vec::new() };
    let Some(pools) = spot_pools(&provision) else { return Vec::new() };
    let [low, high] = losses(pools);
    let scenario = |unknown: Unknown, low: String, high: String| Scenario {
        code: code(unknown).to_owned(),
        text: bench.model.names(unknown).to_owned(),
        unknown,
        touches: Touches::Spot,
        low,
        high,
    };
    let price = |score: f64| format!("{:.2} ×", crate::simulate::spot::PriceDraw::at_score(score).factor);
    vec![
        scenario(Unknown::SpotPrice, price(-P90_SCORE), price(P90_SCORE)),
        scenario(Unknown::SpotLosses, format!("{low:.4}"), format!("{high:.4}")),
    ]
}

const fn code(unknown: Unknown) -> &'static str {
    match unknown {
        Unknown::Level => "processor-time",
        Unknown::ScanRate => "scan-rate",
        Unknown::ShuffleRate => "shuffle-rate",
        Unknown::WriteRate => "write-rate",
        Unknown::Expansion => "memory-expansion",
        Unknown::ShuffleVolume => "shuffle-volume",
        Unknown::Scaling => "scaling",
        Unknown::StartUp => "start-up",
        Unknown::Runtime => "runtime-speed",
        Unknown::CoreSpeed => "core-speed",
        Unknown::SpotPrice => "spot-price",
        Unknown::SpotLosses => "spot-losses",
    }
}
