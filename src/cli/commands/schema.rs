//! `shapecast schema`: the JSON Schemas of what goes in and what comes out.

use crate::cli::args::{Schema, SchemaName};
use crate::cli::context::Context;
use crate::cli::{CliError, Exit, Stop};
use crate::lint::LintDocument;
use crate::report::prices::PricesDocument;
use crate::report::{
    BacktestDocument, BillDocument, CheckDocument, DataDocument, PortfolioDocument, ProfileDocument, RecommendDocument,
    SampleDocument, SimulateDocument, SpotSurvivalDocument, json,
};
use crate::workload;

/// Runs the command.
///
/// # Errors
/// stdout cannot take the schema.
pub fn run(arguments: &Schema, context: &mut Context) -> Result<Exit, Stop> {
    let text = text(arguments.document).map_err(|error| CliError::because("cannot write the schema", &error))?;
    context.report(&text)?;
    Ok(Exit::Done)
}

/// A schema as text, as it also stands under `docs/schema/`.
///
/// # Errors
/// It cannot be written as JSON.
pub fn text(name: SchemaName) -> Result<String, serde_json::Error> {
    match name {
        SchemaName::Workload => json::to_text(&workload::schema()),
        SchemaName::Recommend => json::schema_text::<RecommendDocument>(),
        SchemaName::Portfolio => json::schema_text::<PortfolioDocument>(),
        SchemaName::Lint => json::schema_text::<LintDocument>(),
        SchemaName::Bill => json::schema_text::<BillDocument>(),
        SchemaName::Prices => json::schema_text::<PricesDocument>(),
        SchemaName::Profile => json::schema_text::<ProfileDocument>(),
        SchemaName::ProfileData => json::schema_text::<DataDocument>(),
        SchemaName::ProfileSample => json::schema_text::<SampleDocument>(),
        SchemaName::Matrix => json::schema_text::<crate::report::document::MatrixDocument>(),
        SchemaName::Check => json::schema_text::<CheckDocument>(),
        SchemaName::Weekly => json::schema_text::<crate::report::document::WeeklyDocument>(),
        SchemaName::Baseline => json::schema_text::<crate::gate::Baseline>(),
        SchemaName::Simulate => json::schema_text::<SimulateDocument>(),
        SchemaName::Backtest => json::schema_text::<BacktestDocument>(),
        SchemaName::SpotSurvival => json::schema_text::<SpotSurvivalDocument>(),
    }
}
