//! `shapecast prices spot`: Spot prices by zone, their path, and placement scores.

use jiff::SignedDuration;
use rust_decimal::prelude::ToPrimitive;

use crate::cli::args::{Format, PricesSpot};
use crate::cli::context::{Context, in_markdown};
use crate::cli::{CliError, Exit, Stop, live};
use crate::prices::spot_paths;
use crate::report::document::{CodedText, SCHEMA_VERSION, Tool};
use crate::report::json;
use crate::report::market::{SpotDocument, SpotPoolOut, ZoneScore, spot_page};

/// With fewer types every score is low, which says nothing.
const TYPES_FOR_SCORES: usize = 3;

/// Runs the command.
///
/// # Errors
/// AWS cannot be asked.
pub fn run(arguments: &PricesSpot, context: &mut Context) -> Result<Exit, Stop> {
    let mut connection = live::connection(&arguments.connect, arguments.region.clone(), context.now);
    context.now = live::replayed_moment(&connection, context)?;
    connection.now = context.now;
    let reads = live::open(&connection)?;
    let region = arguments.region.clone().or_else(|| reads.resolved().region).ok_or_else(|| {
        CliError::usage("cannot ask for Spot prices", "no region is known").hint("name one with --region")
    })?;
    let days = SignedDuration::from_hours(24 * i64::from(arguments.days));
    let from = context.now.checked_sub(days).unwrap_or(context.now);
    let changes = reads
        .spot_changes(&region, &arguments.types, from, context.now)
        .map_err(|failure| live::call_error("cannot get Spot prices", &failure))?;
    let found = spot_paths(&changes, from, context.now);
    let mut warnings: Vec<CodedText> = Vec::new();
    let mut warn = |code: &str, text: String| warnings.push(CodedText { code: code.to_owned(), text });
    found.issues.iter().for_each(|issue| warn("live-unusable", issue.clone()));
    for name in arguments.types.iter().filter(|name| !found.paths.iter().any(|path| path.instance_type == **name)) {
        warn("no-spot-price", format!("EC2 has no Linux Spot price of `{name}` in {region}"));
    }
    let mut failed = None;
    let mut scores = Vec::new();
    if arguments.types.len() < TYPES_FOR_SCORES {
        warn("few-types", format!("placement scores need {TYPES_FOR_SCORES} types or more"));
    } else {
        match reads.placement_scores(&region, &arguments.types, arguments.vcpu) {
            Ok(found) => {
                scores = found.into_iter().map(|one| ZoneScore { zone: one.zone, score: one.score }).collect();
                scores.sort_by(|a, b| b.score.cmp(&a.score).then_with(|| a.zone.cmp(&b.zone)));
            }
            Err(failure) => {
                warn("live-call-failed", format!("{failure}; next step: {}", failure.hint()));
                failed = Some(failure);
            }
        }
    }
    let number = |price: rust_decimal::Decimal| price.to_f64().unwrap_or(f64::NAN);
    let pools = found.paths.iter().map(|path| SpotPoolOut {
        instance_type: path.instance_type.clone(),
        zone: path.zone.clone(),
        price_usd: number(path.last),
        since: path.since.to_string(),
        low_usd: number(path.low),
        high_usd: number(path.high),
        mean_usd: number(path.mean),
        changes: path.changes,
        log_spread: (path.log_spread * 1e6).round() / 1e6,
    });
    let document = SpotDocument {
        schema_version: SCHEMA_VERSION,
        tool: Tool::this(),
        region,
        asked_at: context.now.to_string(),
        days: arguments.days,
        pools: pools.collect(),
        placement_scores: scores,
        warnings,
    };
    let text = match arguments.format {
        Format::Table => context.on_screen(&spot_page(&document)),
        Format::Markdown => in_markdown(&spot_page(&document)),
        Format::Html => crate::report::html::of_page("Spot prices", &spot_page(&document)),
        Format::Json => {
            json::to_text(&document).map_err(|error| CliError::because("cannot write the report", &error))?
        }
        Format::Csv => {
            return Err(CliError::usage("", "Spot prices are not written as CSV").hint("use --format json").into());
        }
    };
    context.report(&text)?;
    if let Some(failure) = failed {
        context.printer.error(&live::call_error("placement scores are missing", &failure));
        return Ok(Exit::Remote);
    }
    Ok(Exit::Done)
}
