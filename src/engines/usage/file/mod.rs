//! The usage file of `shapecast bill`: YAML (so JSON too) to what was used, with the user's own prices.
//!
//! The format is documented in `docs/reference/usage-file.md`.

mod clusters;
mod error;
mod fields;
mod node;
mod nodes;
mod other;
mod prices;
mod quantity;
mod services;
mod surroundings;
mod workers;

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use self::fields::Fields;
use self::node::{Node, Place, Value};
use super::{FeeStart, Terms, Usage};
use crate::engines::{EngineId, Surroundings};

pub use error::UsageError;
pub use other::OwnLine;

/// A usage file, read.
#[derive(Clone, Debug, PartialEq)]
pub struct UsageFile {
    /// The engine; `None` for a file that only has surroundings.
    pub engine: Option<EngineId>,
    /// The region whose prices are wanted; `None` when the file does not say.
    pub region: Option<String>,
    /// What one run used.
    pub usage: Option<Usage>,
    /// What surrounds it.
    pub surroundings: Surroundings,
    /// Month length, allowances, start of EMR's fee.
    pub terms: Terms,
    /// How many such runs the bill is for.
    pub runs: Decimal,
    /// The user's own unit prices by meter id; they win over the price book.
    pub unit_prices: BTreeMap<String, Decimal>,
    /// Lines of the user's own, priced by the user.
    pub own_lines: Vec<OwnLine>,
}

/// Reads a usage file; `file_name` is what the errors call it.
///
/// # Errors
/// The first problem: of the YAML, of a key, of a unit, or something that is missing.
pub fn read_usage(text: &str, file_name: &str) -> Result<UsageFile, UsageError> {
    let read = || {
        let document: Node = serde_saphyr::from_str_with_options(text, options()).map_err(|error| of_yaml(&error))?;
        if matches!(document.value, Value::Nothing) {
            let hint = "write `engine:` and what was used; see docs/reference/usage-file.md";
            return Err(UsageError::at(document.place, "the usage file is empty", hint));
        }
        usage_file(&document)
    };
    read().map_err(|error| error.in_file(file_name))
}

/// An alias repeats what it names; a usage needs few, and a file must not grow a million-fold by them.
fn options() -> serde_saphyr::Options {
    serde_saphyr::options! {
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: 10_000 },
    }
}

fn of_yaml(error: &serde_saphyr::Error) -> UsageError {
    let place = error.location().map_or_else(Place::default, |at| Place { line: at.line(), column: at.column() });
    let text = error.without_snippet().to_string();
    let message = text.rsplit_once(" at line ").map_or(text.as_str(), |(message, _)| message);
    UsageError::at(
        place,
        format!("the file is not YAML that can be read: {message}"),
        "check indentation, quotes and brackets",
    )
}

fn usage_file(document: &Node) -> Result<UsageFile, UsageError> {
    let mut fields = Fields::of(document, "the usage file")?;
    let engine = engine(&mut fields)?;
    let region = fields.text(&["region"])?.map(|(region, _)| region.to_owned());
    let mut terms = terms(&mut fields)?;
    let runs = runs(&mut fields, &terms)?;
    terms.runs_per_month = runs;
    let mut unit_prices = prices::read(&mut fields)?;
    let surroundings = match fields.take(&["surroundings"]) {
        Some(node) => surroundings::read(node, &terms)?,
        None => Surroundings::default(),
    };
    let own_lines = other::read(&mut fields)?;
    let (usage, yearly_cost) = match engine {
        Some(engine) => usage(engine, &mut fields)?,
        None if surroundings == Surroundings::default() && own_lines.is_empty() => {
            return Err(fields.missing("engine", "write for example `engine: emr-ec2`, or `surroundings:` alone"));
        }
        None => (None, None),
    };
    if let Some(cost) = yearly_cost {
        unit_prices.insert("on-premises/year".to_owned(), cost);
    }
    fields.finish()?;
    Ok(UsageFile { engine, region, usage, surroundings, terms, runs, unit_prices, own_lines })
}

/// By id or by the name for people; the obvious short names count too.
fn engine(fields: &mut Fields<'_>) -> Result<Option<EngineId>, UsageError> {
    let mut words: Vec<(&str, EngineId)> = EngineId::ALL.into_iter().map(|id| (id.as_str(), id)).collect();
    words.extend([
        ("emr-on-ec2", EngineId::EmrEc2),
        ("emr-on-eks", EngineId::EmrEks),
        ("ec2", EngineId::Ec2Single),
        ("fargate", EngineId::BatchFargate),
        ("batch", EngineId::BatchFargate),
        ("redshift", EngineId::RedshiftServerless),
        ("flink", EngineId::ManagedFlink),
    ]);
    fields.word(&["engine"], &words)
}

fn terms(fields: &mut Fields<'_>) -> Result<Terms, UsageError> {
    let default = Terms::default();
    let month_days = fields.count(&["month_days"])?;
    let of_days = month_days.map(|days| Decimal::from(days) * Decimal::from(24));
    let month_hours = fields.machine_size(&["month_hours"])?.or(of_days).unwrap_or(default.month_hours);
    let real_month = Decimal::from(600)..=Decimal::from(800);
    if !real_month.contains(&month_hours) || of_days.is_some_and(|hours| !real_month.contains(&hours)) {
        let hint = "a month has 730 hours on average; 672 to 744 in the calendar; 28 to 31 days";
        return Err(UsageError::at(fields.place, "the month is not a month long", hint));
    }
    let starts = [("request", FeeStart::Request), ("running", FeeStart::Running)];
    Ok(Terms {
        month_hours,
        month_days,
        free_allowances: fields.flag(&["free_allowances"])?.unwrap_or(false),
        fee_from: fields.word(&["emr_fee_from"], &starts)?.unwrap_or_default(),
        ..default
    })
}

/// `runs: 13`, or `runs_per_day: 1` over the month.
fn runs(fields: &mut Fields<'_>, terms: &Terms) -> Result<Decimal, UsageError> {
    let days = terms.month_hours / Decimal::from(24);
    let per_day = fields.machine_size(&["runs_per_day"])?.map(|runs| runs * days);
    let runs = fields.machine_size(&["runs", "runs_per_month"])?;
    Ok(runs.or(per_day).unwrap_or(Decimal::ONE))
}

type Read = (Option<Usage>, Option<Decimal>);

/// What was used: under `usage:`, or beside the other keys.
fn usage(engine: EngineId, fields: &mut Fields<'_>) -> Result<Read, UsageError> {
    let Some(node) = fields.take(&["usage"]) else {
        return usage_of(engine, fields);
    };
    let mut inner = Fields::of(node, "the usage")?;
    let read = usage_of(engine, &mut inner)?;
    inner.finish()?;
    Ok(read)
}

fn usage_of(engine: EngineId, fields: &mut Fields<'_>) -> Result<Read, UsageError> {
    let usage = match engine {
        EngineId::EmrEc2 => Usage::EmrEc2(clusters::emr_ec2(fields, false)?),
        EngineId::EmrEc2Standing => Usage::EmrEc2(clusters::emr_ec2(fields, true)?),
        EngineId::EmrServerless => Usage::EmrServerless(workers::serverless(fields, false)?),
        EngineId::EmrServerlessFlex => Usage::EmrServerless(workers::serverless(fields, true)?),
        EngineId::Glue => Usage::Glue(workers::glue(fields, false)?),
        EngineId::GlueFlex => Usage::Glue(workers::glue(fields, true)?),
        EngineId::EmrEks => Usage::EmrEks(clusters::emr_eks(fields)?),
        EngineId::Athena => Usage::Athena(services::athena(fields)?),
        EngineId::BatchFargate => Usage::BatchFargate(workers::fargate(fields)?),
        EngineId::RedshiftServerless => Usage::RedshiftServerless(services::redshift(fields)?),
        EngineId::Databricks => Usage::Databricks(clusters::databricks(fields)?),
        EngineId::ManagedFlink => Usage::ManagedFlink(services::flink(fields)?),
        EngineId::Ec2Single => Usage::Ec2(clusters::ec2(fields)?),
        EngineId::OnPremises => {
            let (usage, yearly_cost) = services::on_premises(fields)?;
            return Ok((Some(Usage::OnPremises(usage)), yearly_cost));
        }
    };
    Ok((Some(usage), None))
}
