//! What a spec costs for a workload, beside what is recommended: the contract of the output.

use schemars::JsonSchema;
use serde::Serialize;

use crate::engines::EngineId;
use crate::report::document::{CostUsd, Entry, SecondsQuantiles};
use crate::report::{Dollars, Grid, Page};
use crate::units::Span;

/// One spec with its price.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct SpecCostOut {
    /// The file, or the files, as the user named them.
    pub file: String,
    /// What of it is priced.
    pub subject: String,
    /// For which workload.
    pub workload: String,
    /// The answer in a sentence.
    pub text: String,
    /// The spec as it is written; null when it cannot be priced.
    pub spec: Option<PricedOut>,
    /// What is recommended for the workload; null when nothing is.
    pub recommended: Option<PricedOut>,
    /// What a run of the spec costs more than one of what is recommended; null while a price is missing.
    pub difference_usd_per_run: Option<Dollars>,
    /// What the spec does not say and was filled in.
    pub assumptions: Vec<String>,
}

/// A shape with its time and cost.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct PricedOut {
    /// Stable name of engine and shape.
    pub id: String,
    /// The engine.
    pub engine: EngineId,
    /// The size in words.
    pub shape_text: String,
    /// Trigger to result.
    pub duration_s: SecondsQuantiles,
    /// Cost of one run; null while a price is missing.
    pub cost_usd: Option<CostUsd>,
    /// Expected cost of a month; null while a price is missing.
    pub monthly_cost_usd: Option<Dollars>,
    /// Probability of meeting the deadline; 1 when there is none.
    pub deadline_met_probability: f64,
    /// Probability that a run fails.
    pub failure_probability: f64,
}

impl From<&Entry> for PricedOut {
    fn from(entry: &Entry) -> Self {
        Self {
            id: entry.id.clone(),
            engine: entry.engine,
            shape_text: entry.shape_text.clone(),
            duration_s: entry.duration_s,
            cost_usd: entry.cost_usd,
            monthly_cost_usd: entry.monthly_cost_usd,
            deadline_met_probability: entry.deadline_met_probability,
            failure_probability: entry.failure_probability,
        }
    }
}

impl SpecCostOut {
    /// The comparison; `refused` says why the spec has no price.
    #[must_use]
    pub fn new(
        file: String,
        subject: String,
        workload: String,
        spec: Result<PricedOut, String>,
        recommended: Option<PricedOut>,
        assumptions: Vec<String>,
    ) -> Self {
        let mean = |priced: &PricedOut| priced.cost_usd.map(|cost| cost.mean);
        let (of_spec, of_best) = (spec.as_ref().ok().and_then(mean), recommended.as_ref().and_then(mean));
        let difference = of_spec.zip(of_best).map(|(spec, best)| Dollars::new(spec.get() - best.get()));
        let text = match &spec {
            Err(reason) => format!("The spec cannot be priced: {reason}."),
            Ok(priced) => sentence(priced, recommended.as_ref()),
        };
        Self {
            file,
            subject,
            workload,
            text,
            spec: spec.ok(),
            recommended,
            difference_usd_per_run: difference,
            assumptions,
        }
    }

    /// Adds it to the report for people.
    pub(super) fn add_to(&self, page: &mut Page) {
        let mut rows = Vec::new();
        for (who, priced) in [("this spec", &self.spec), ("recommended", &self.recommended)] {
            let Some(priced) = priced else { continue };
            let cost = priced.cost_usd.map_or_else(|| "?".to_owned(), |cost| cost.mean.usd().to_string());
            let month = priced.monthly_cost_usd.map_or_else(|| "?".to_owned(), |cost| cost.usd().to_string());
            rows.push(vec![
                who.to_owned(),
                format!("{}: {}", priced.engine.title(), priced.shape_text),
                format!("{cost} a run"),
                format!("{month} a month"),
                format!("{} (p95 {})", Span::seconds(priced.duration_s.p50), Span::seconds(priced.duration_s.p95)),
            ]);
        }
        let mut note = vec![self.text.clone()];
        note.extend(self.assumptions.iter().cloned());
        let title = format!("{}, {} for {}", self.file, self.subject, self.workload);
        page.section_with_note(title, Grid::plain(rows), Some(note.join("\n")));
    }
}

fn sentence(spec: &PricedOut, best: Option<&PricedOut>) -> String {
    let run = |priced: &PricedOut| {
        priced
            .cost_usd
            .map_or_else(|| "an unknown amount (a price is missing)".to_owned(), |cost| cost.mean.usd().to_string())
    };
    let mut text = format!("This spec costs {} per run", run(spec));
    match best {
        Some(best) => text.push_str(&format!(", the recommended one ({}) {}.", best.engine.title(), run(best))),
        None => text.push_str(", and nothing is recommended for the workload."),
    }
    if spec.deadline_met_probability < 1.0 {
        text.push_str(&format!(
            " It meets the deadline in {:.0} % of the runs.",
            spec.deadline_met_probability * 100.0
        ));
    }
    if spec.failure_probability > 0.0 {
        text.push_str(&format!(" It fails in {:.1} % of the runs.", spec.failure_probability * 100.0));
    }
    text
}
