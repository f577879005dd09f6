//! Engines that may run the workload and still have no size to offer: which constraint keeps them out.

use super::model::Rejected;
use super::search::{COARSE_LADDER, Search};
use crate::engines::{Engine, Question};
use crate::units::Bytes;
use crate::workload::Workload;

/// A way to make a workload less demanding.
struct Relaxation {
    /// The constraint, as the workload file calls it.
    path: &'static str,
    /// What it does to an engine without a size.
    lacks: &'static str,
    relax: fn(&mut Workload),
}

/// Tried in this order; the first that helps is named.
const RELAXATIONS: [Relaxation; 4] = [
    Relaxation {
        path: "constraints.max_vcpu",
        lacks: "holds no more than constraints.max_vcpu, driver and primary included",
        relax: |workload| workload.constraints.max_vcpu = None,
    },
    Relaxation {
        path: "constraints.instance_types",
        lacks: "is made of constraints.instance_types",
        relax: |workload| workload.constraints.instance_types.clear(),
    },
    Relaxation {
        path: "constraints.graviton",
        lacks: "does without Graviton",
        relax: |workload| workload.constraints.graviton.value = true,
    },
    Relaxation {
        path: "job.shuffle",
        lacks: "has disk for the shuffle",
        relax: |workload| workload.job.shuffle.value = Bytes::ZERO,
    },
];

/// The eligible engines of which no shape was looked at, each with its reason.
pub fn rejections(eligible: &[&dyn Engine], looked_at: &Search, question: &Question<'_>) -> Vec<Rejected> {
    let has_shape = |engine: &dyn Engine| looked_at.evaluated.iter().any(|one| one.candidate.engine == engine.id());
    eligible.iter().filter(|engine| !has_shape(**engine)).map(|engine| rejection(*engine, question)).collect()
}

fn rejection(engine: &dyn Engine, question: &Question<'_>) -> Rejected {
    let way_out = RELAXATIONS.iter().find(|relaxation| offers_any(engine, question, relaxation.relax));
    let title = engine.id().title();
    let text = match way_out {
        Some(way_out) => format!("no size of {title} {}", way_out.lacks),
        None => format!("no size of {title} has a price in {}", question.rates.region()),
    };
    let relax = way_out.map(|way_out| way_out.path.to_owned());
    Rejected { engine: engine.id(), code: "no-shape".to_owned(), text, relax }
}

fn offers_any(engine: &dyn Engine, question: &Question<'_>, relax: fn(&mut Workload)) -> bool {
    let mut workload = question.workload.clone();
    relax(&mut workload);
    !engine.shapes(&Question { workload: &workload, slot_ladder: &COARSE_LADDER, ..*question }).is_empty()
}
