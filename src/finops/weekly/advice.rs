//! What is worth doing, and what to know before believing a week's figures.

use rust_decimal::Decimal;

use super::Projection;
use super::books::Books;
use crate::report::document::{Cents, CodedText, OpenRecommendation, PipelineWeek};
use crate::units::Usd;

/// Weeks of a year, for yearly values.
const WEEKS_PER_YEAR: f64 = 365.25 / 7.0;

impl Books<'_> {
    pub(super) fn recommendations(&self) -> Vec<OpenRecommendation> {
        let mut all = Vec::new();
        for (name, projection) in &self.projections {
            let Some(number) = self.question.ledger.pipelines().iter().position(|it| it == name) else { continue };
            let actual = self.actual(name, u32::try_from(number).unwrap_or(u32::MAX));
            let yearly = |usd: Usd| usd.approximate() * WEEKS_PER_YEAR;
            let value = yearly(actual.usage_cost) - yearly(projection.cost());
            if value > 0.0 && actual.usage_cost > projection.cost() * tolerance() {
                all.push(OpenRecommendation {
                    code: "move".to_owned(),
                    pipeline: Some((*name).to_owned()),
                    engine: Some(projection.best.engine),
                    yearly_value_usd: Some(cents(value)),
                    text: format!("run it on {}: {}", projection.best.engine.title(), projection.best.shape_text),
                });
            }
        }
        let untagged = self.sum(self.question.week, |key| key.pipeline.is_none());
        if untagged > Decimal::ZERO {
            all.push(OpenRecommendation {
                code: "tag-spend".to_owned(),
                pipeline: None,
                engine: None,
                yearly_value_usd: None,
                text: format!(
                    "give what is untagged the tag `{}`: nobody answers for it now",
                    self.question.ledger.tag()
                ),
            });
        }
        all.sort_by(|a, b| b.yearly_value_usd.cmp(&a.yearly_value_usd).then_with(|| a.pipeline.cmp(&b.pipeline)));
        all
    }

    pub(super) fn warnings(&self, pipelines: &[PipelineWeek]) -> Vec<CodedText> {
        let mut all = Vec::new();
        let mut warn = |code: &str, text: String| all.push(CodedText { code: code.to_owned(), text });
        let (_, duplicates, cost) = self.question.ledger.counts();
        if duplicates > 0 {
            warn("duplicate-rows", format!("{duplicates} rows ({cost}) were there twice and count once"));
        }
        let week = self.week();
        if week.days_with_cost < 7 {
            warn("week-incomplete", format!("only {} of 7 days of {} have costs", week.days_with_cost, week.name));
        }
        if self.previous().is_none() {
            warn("no-week-before", "the source does not reach back over the week before".to_owned());
        }
        if pipelines.iter().all(|it| it.runs.is_none()) && !pipelines.is_empty() {
            warn(
                "runs-unknown",
                "the source does not tell runs apart (no resource ids, no tag of EMR clusters): the number of runs is the \
                 schedule's"
                    .to_owned(),
            );
        }
        for document in self.question.portfolio {
            let name = &document.workload.name;
            if Projection::of(document, self.question.week).is_none() {
                warn(
                    "not-projected",
                    format!("`{name}` has no projection: nothing can serve it, or a price is missing"),
                );
            }
        }
        let unknown: Vec<&str> =
            pipelines.iter().filter(|it| it.workload.is_none()).map(|it| it.name.as_str()).collect();
        if !unknown.is_empty() && !self.question.portfolio.is_empty() {
            warn("no-workload", format!("pipelines without a workload file: {}", unknown.join(", ")));
        }
        all
    }
}

/// A recommendation is only made beyond five percent: closer is within what the projection can be wrong.
fn tolerance() -> Decimal {
    Decimal::ONE + Decimal::ONE / Decimal::from(20)
}

fn cents(value: f64) -> Cents {
    Cents::new(Decimal::try_from(value).unwrap_or_default())
}
