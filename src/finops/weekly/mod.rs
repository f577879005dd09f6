//! The weekly report: a ledger of what was paid beside what shapecast projects.

mod advice;
mod books;
mod forecast;
mod pipelines;
mod projection;
mod variance;
mod week;

use rust_decimal::Decimal;

pub use projection::Projection;
pub use week::IsoWeek;

use self::books::Books;
use super::cost::Ledger;
use crate::report::document::{RecommendDocument, SCHEMA_VERSION, Tool, WeeklyDocument, WeeklyRun};
use crate::report::six;

/// What a report is made from.
#[derive(Debug)]
pub struct WeeklyQuestion<'a> {
    /// The week.
    pub week: IsoWeek,
    /// What was paid.
    pub ledger: &'a Ledger,
    /// Where that is from.
    pub sources: Vec<String>,
    /// The portfolio's answers.
    pub portfolio: &'a [RecommendDocument],
    /// RFC 3339.
    pub created_at: String,
}

/// Makes the report.
#[must_use]
pub fn weekly(question: &WeeklyQuestion<'_>) -> WeeklyDocument {
    let books = Books::open(question);
    let pipelines = books.pipelines();
    WeeklyDocument {
        schema_version: SCHEMA_VERSION,
        tool: Tool::this(),
        run: WeeklyRun { created_at: question.created_at.clone() },
        week: books.week(),
        source: books.source(),
        totals: books.totals(&pipelines),
        trend: books.trend(),
        by_part: books.by_part(),
        movers: books.movers(&pipelines),
        idle: books.idle(),
        untagged: books.untagged(),
        clusters: Vec::new(),
        spot: books.spot(),
        forecast: forecast::forecast(&books.by_day, question.week),
        recommendations: books.recommendations(),
        answers: Vec::new(),
        warnings: books.warnings(&pipelines),
        pipelines,
    }
}

fn share(part: Decimal, of: Decimal) -> Option<f64> {
    part.checked_div(of).and_then(|share| f64::try_from(share).ok()).map(six)
}

fn tenth(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}
