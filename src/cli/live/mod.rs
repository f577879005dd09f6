//! Live prices for the commands: cache, questions, layers, and what could not be had.

mod answers;
mod fetch;
mod moved;
mod questions;
mod types;

use std::path::Path;

use jiff::Timestamp;

use super::args::{Connect, PriceSource};
use super::context::Context;
use super::{CliError, Exit, Stop};
use crate::aws::{self, CallError, CallFailure, Connection, OpenError, Reads, Submits};
use crate::prices::{PriceBook, PriceOrigin};
use crate::report::document::CodedText;
use crate::store::{SnapshotFolderError, read_snapshot};

pub use answers::Answered;
pub use fetch::{Fetch, Manner};
pub use moved::{not_live, ranking_moved};

/// The price book of a command, layer by layer.
#[derive(Debug)]
pub struct Prices {
    /// Embedded, with the user's snapshot over it.
    pub base: PriceBook,
    /// The base with today's prices over it; `None` without `--live`.
    pub live: Option<PriceBook>,
    /// What could not be had.
    pub failures: Vec<CallError>,
    /// For the documents: what is not live although it was asked for.
    pub warnings: Vec<CodedText>,
}

impl Prices {
    /// The book to price with.
    #[must_use]
    pub fn book(&self) -> &PriceBook {
        self.live.as_ref().unwrap_or(&self.base)
    }

    /// Tells what failed, after the output is written, and the exit code that it leads to.
    pub fn judge(&self, context: &mut Context) -> Option<Exit> {
        for failure in &self.failures {
            context.printer.error(&call_error("some prices are not live", failure));
        }
        (!self.failures.is_empty()).then_some(Exit::Remote)
    }
}

/// The embedded book with the user's snapshot over it: no connection is made.
///
/// # Errors
/// The snapshot folder is none.
pub fn base(source: &PriceSource) -> Result<PriceBook, CliError> {
    let book = PriceBook::embedded().map_err(|error| CliError::because("cannot open the price book", &error))?;
    let Some(folder) = &source.snapshot else { return Ok(book) };
    let label = format!("snapshot {}", folder.display());
    let doing = || format!("cannot read the snapshot `{}`", folder.display());
    let tables = read_snapshot(folder).map_err(|error| no_snapshot(folder, &error))?;
    book.under(&tables, PriceOrigin::File, &label)
        .map_err(|error| CliError::because(doing(), &error).hint(SNAPSHOT_HINT))
}

const SNAPSHOT_HINT: &str = "`shapecast prices update --region REGION --out DIR` writes a snapshot";

/// A folder is no snapshot.
#[must_use]
pub fn no_snapshot(folder: &Path, error: &SnapshotFolderError) -> CliError {
    CliError::because(format!("cannot read the snapshot `{}`", folder.display()), error).hint(SNAPSHOT_HINT)
}

/// The books for some regions, with today's prices when the arguments ask for them.
///
/// # Errors
/// Nothing at all came from AWS, the feed cannot be read, or the program was built without `live`.
pub fn prices(
    source: &PriceSource,
    base: PriceBook,
    regions: &[String],
    context: &mut Context,
) -> Result<Prices, Stop> {
    let mut prices = Prices { base, live: None, failures: Vec::new(), warnings: Vec::new() };
    if !source.live && source.spot_advisor.is_none() {
        return Ok(prices);
    }
    let manner = match (source.live, source.offline, source.refresh) {
        (_, true, _) | (false, _, _) => Manner::CacheOnly,
        (true, false, true) => Manner::Ask,
        (true, false, false) => Manner::CacheFirst,
    };
    let connection = connection(&source.connect, None, context.now);
    context.now = replayed_moment(&connection, context)?;
    let fetch = Fetch { connection: &connection, manner, advisor: source.spot_advisor.as_deref(), lists: source.live };
    let answered = fetch.run(regions, context)?;
    let collected = super::clock::date(context.now).to_string();
    let tables = answered.rows.to_tables(&collected);
    let unusable = |error| CliError::because("cannot use what came", &error);
    if !source.live {
        // A feed in a file is nothing live: it belongs to what the user gave.
        prices.base = prices.base.under(&tables, PriceOrigin::File, "Spot Advisor feed").map_err(unusable)?;
        return Ok(prices);
    }
    prices.live = Some(prices.base.under(&tables, PriceOrigin::Live, "live prices").map_err(unusable)?);
    prices.warnings = answered.warnings();
    prices.failures = answered.failures;
    Ok(prices)
}

/// The connection that the arguments describe.
#[must_use]
pub fn connection(connect: &Connect, region: Option<String>, now: Timestamp) -> Connection {
    Connection {
        profile: connect.profile.clone(),
        region,
        endpoint_url: connect.endpoint_url.clone(),
        record: connect.record.clone(),
        replay: connect.replay.clone(),
        timeout_s: connect.aws_timeout,
        now,
    }
}

/// A replay happens at the moment of its recording, unless `--now` says otherwise.
///
/// # Errors
/// The recording cannot be read.
pub fn replayed_moment(connection: &Connection, context: &Context) -> Result<Timestamp, CliError> {
    let run = connection
        .replayed_run()
        .map_err(|error| CliError::because("cannot replay", &error).hint("a recording is what --record DIR wrote"))?;
    Ok(run.filter(|_| context.global.now.is_none()).map_or(context.now, |run| run.now))
}

/// Opens the way to AWS.
///
/// # Errors
/// The program was built without `live`, or the recording cannot be used.
pub fn open(connection: &Connection) -> Result<Box<dyn Reads>, CliError> {
    aws::open(connection).map_err(|error| not_open(&error))
}

/// Opens the way to AWS for a command that may start something there.
///
/// # Errors
/// The program was built without `live`, or the recording cannot be used.
pub fn open_to_submit(connection: &Connection) -> Result<Box<dyn Submits>, CliError> {
    aws::open_to_submit(connection).map_err(|error| not_open(&error))
}

fn not_open(error: &OpenError) -> CliError {
    match error {
        OpenError::NotBuilt => CliError::usage("", error.to_string()).hint(
            "install it with its default features (`cargo install --path .`), or use the embedded prices, a snapshot \
             (--snapshot DIR) or --offline",
        ),
        OpenError::Recording(_) => CliError::because("cannot use the recording", error),
        OpenError::Runtime(_) => CliError::because("cannot reach AWS", error).exit(Exit::Remote),
    }
}

/// A failed call as an error of the program.
#[must_use]
pub fn call_error(doing: &str, failure: &CallError) -> CliError {
    let error = CliError::usage(doing, failure.to_string()).hint(failure.hint()).exit(Exit::Remote);
    CliError { causes: failure.causes.clone(), ..error }
}

/// Whether all other calls will fail in the same way.
#[must_use]
pub const fn is_hopeless(failure: &CallError) -> bool {
    matches!(failure.failure, CallFailure::Credentials | CallFailure::Network)
}
