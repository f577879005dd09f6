//! Engines that may run the workload and still have no size to offer: which constraint keeps them out.

use super::model::Rejected;
use super::search::{COARSE_LADDER, Search};
use crate::engines::{Engine, Question};
use crate::workload::Workload;

/// A way to make a workload less demanding, and how the constraint is called in the workload file.
type Relaxation = (&'static str, fn(&mut Workload));

/// Tried in this order; the first that helps is named.
const RELAXATIONS: [Relaxation; 4] = [
    ("constraints.max_vcpu", |workload| workload.constraints.max_vcpu = None),
    ("constraints.instance_types", |workload| workload.constraints.instance_types.clear()),
    ("constraints.graviton", |workload| workload.constraints.graviton.value = true),
    ("job.shuffle", |workload| workload.job.shuffle.value = crate::units::Bytes::ZERO),
];

/// The eligible engines of which no shape was looked at, each with its reason.
pub fn rejections(eligible: &[&dyn Engine], looked_at: &Search, question: &Question<'_>) -> Vec<Rejected> {
    let has_shape = |engine: &dyn Engine| looked_at.evaluated.iter().any(|one| one.candidate.engine == engine.id());
    eligible.iter().filter(|engine| !has_shape(**engine)).map(|engine| rejection(*engine, question)).collect()
}

fn rejection(engine: &dyn Engine, question: &Question<'_>) -> Rejected {
    let path = RELAXATIONS.iter().find(|(_, relax)| offers_any(engine, question, *relax)).map(|(path, _)| *path);
    let title = engine.id().title();
    let text = match path {
        Some(path) => format!("no size of {title} fits within {path}"),
        None => format!("no size of {title} has a price in {}", question.rates.region()),
    };
    Rejected { engine: engine.id(), code: "no-shape".to_owned(), text, relax: path.map(str::to_owned) }
}

fn offers_any(engine: &dyn Engine, question: &Question<'_>, relax: fn(&mut Workload)) -> bool {
    let mut workload = question.workload.clone();
    relax(&mut workload);
    !engine.shapes(&Question { workload: &workload, slot_ladder: &COARSE_LADDER, ..*question }).is_empty()
}
