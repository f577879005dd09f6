//! `shapecast report --live`: what was paid, from Cost Explorer.

use jiff::ToSpan;
use jiff::civil::Date;

use super::Costs;
use crate::cli::args::Report;
use crate::cli::context::Context;
use crate::cli::progress::Progress;
use crate::cli::{CliError, Exit, Stop, clock, live};
use crate::finops::cost::{AccountCosts, account_questions};
use crate::finops::weekly::IsoWeek;
use crate::report::document::{ClusterWeek, CodedText};

/// Weeks before the asked one: trend, the week before, and the means of the forecast.
const WEEKS_BACK: i64 = 12;

/// Asks for the weeks that the report needs.
///
/// # Errors
/// A call failed, or what came does not add up: there is no report of half the costs.
pub(super) fn costs(arguments: &Report, week: IsoWeek, context: &mut Context) -> Result<Costs, Stop> {
    let doing = "cannot read the costs of the account";
    if arguments.offline {
        return Err(CliError::usage(doing, "--offline makes no connection, and Cost Explorer is not kept in a cache")
            .hint("give an export with --costs FILE, or a recording with --live --replay DIR")
            .into());
    }
    let mut connection = live::connection(&arguments.connect, None, context.now);
    context.now = live::replayed_moment(&connection, context)?;
    connection.now = context.now;
    let (from, until) = days(week, clock::date(context.now))?;
    let reads = live::open(&connection)?;
    let questions = account_questions(&arguments.tag, from, until);
    let progress = Progress::new(&context.global, questions.len());
    let mut answers = Vec::with_capacity(questions.len());
    for question in questions {
        progress.begin("Cost Explorer");
        // One after the other: Cost Explorer takes few requests a second, and bills each.
        let rows = reads.spend(&question.spend).map_err(|failure| live::call_error(doing, &failure));
        progress.done();
        answers.push((question, rows?));
    }
    progress.finish();
    let found = AccountCosts::new(&arguments.tag, &answers).map_err(|error| {
        let hint = error.hint();
        CliError::because(doing, &error).hint(hint).exit(Exit::Remote)
    })?;
    let mut warnings = Vec::new();
    let mut warn = |code: &str, text: String| warnings.push(CodedText { code: code.to_owned(), text });
    let estimated: Vec<String> = found.estimated.iter().map(ToString::to_string).collect();
    if let (Some(first), Some(last)) = (estimated.first(), estimated.last()) {
        let text = format!("AWS may still change the figures of {} days, {first} to {last}", estimated.len());
        warn("costs-estimated", text);
    }
    let clusters = found.clusters_of(week.days());
    if !clusters.is_empty() && clusters.iter().all(|one| one.cluster.is_none()) {
        let text = "no cost carries the tag of EMR clusters: activate aws:elasticmapreduce:job-flow-id as a \
            cost-allocation tag to see clusters and runs";
        warn("clusters-unknown", text.to_owned());
    }
    Ok(Costs {
        ledger: found.ledger,
        sources: vec![format!("Cost Explorer, {from} to before {until}")],
        clusters: clusters.iter().map(ClusterWeek::from).collect(),
        warnings,
    })
}

/// Up to the end of the week, as far as there are days.
fn days(week: IsoWeek, today: Date) -> Result<(Date, Date), CliError> {
    let tomorrow = today.checked_add(1.day()).unwrap_or(today);
    let from = week.from.checked_sub((7 * WEEKS_BACK).days()).unwrap_or(week.from);
    if week.from >= tomorrow {
        let last = IsoWeek::of(today).before();
        return Err(CliError::usage(format!("cannot report on {week}"), format!("it begins after today, {today}"))
            .hint(format!("ask for a week that was, for example --week {last}")));
    }
    Ok((from, week.until().min(tomorrow)))
}
