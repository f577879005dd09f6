//! `profile s3://BUCKET/PREFIX`: a bucket as a listing.

use std::path::PathBuf;

use crate::cli::args::Profile;
use crate::cli::bucket::{KeptListing, Walk, WalkError};
use crate::cli::context::Context;
use crate::cli::progress::Progress;
use crate::cli::{CliError, Stop, live};
use crate::prices::{PriceKey, Rates, items};
use crate::profile::listing;
use crate::profile::objects::ObjectsProfile;
use crate::report::document::ListingOut;
use crate::units::Usd;

/// Lists a bucket, and counts what is in it.
///
/// # Errors
/// The listing cannot be had; what came of it is kept for the next run.
pub(super) fn list(
    url: &str,
    arguments: &Profile,
    rates: &dyn Rates,
    context: &mut Context,
) -> Result<(ObjectsProfile, ListingOut), Stop> {
    let doing = format!("cannot list `{url}`");
    let bare = url.trim_start_matches("s3://");
    let (bucket, prefix) = bare.split_once('/').unwrap_or((bare, ""));
    if bucket.is_empty() {
        return Err(CliError::usage(doing, "it names no bucket").hint("write s3://BUCKET/PREFIX").into());
    }
    let mut connection = live::connection(&arguments.connect, arguments.data.region.clone(), context.now);
    context.now = live::replayed_moment(&connection, context)?;
    connection.now = context.now;
    let reads = live::open(&connection).map_err(|error| {
        let saved = format!("save a listing: `aws s3 ls --recursive {url} > listing.txt`, then profile that");
        let hint = error.hint.clone().map_or_else(|| saved.clone(), |hint| format!("{hint}; or {saved}"));
        error.hint(hint)
    })?;
    let cost = |requests: u64| {
        let price = rates.dollars(&items::S3_PUT.meter())?;
        Some(Usd::new(price * rust_decimal::Decimal::from(requests)))
    };
    let most = arguments.data.max_requests;
    let in_words = |requests| cost(requests).map_or_else(|| "at an unknown price".to_owned(), |usd| usd.to_string());
    context.printer.note(&format!(
        "listing `{url}`: 1,000 objects a request, {most} requests at most ({} in {}; --max-requests)",
        in_words(most),
        rates.region()
    ));
    // A recording must hold the whole, and a replay must not be mixed with what was listed before.
    let separate = arguments.connect.record.is_some() || arguments.connect.replay.is_some();
    let folder = folder(url, arguments, separate, context);
    let walk = Walk { reads: reads.as_ref(), bucket, prefix, url, most_requests: most, now: context.now };
    if let Some(old) = KeptListing::open(&folder, url, context.now).filter(|_| !separate) {
        context.printer.note(&format!("going on with the listing of {}", old.began()));
    }
    let progress = Progress::new(&context.global, 32);
    let found = walk.run(&folder, !separate, &progress).map_err(|error| match error {
        WalkError::Call(failure) => {
            let error = live::call_error(&doing, &failure);
            let hint = error.hint.clone().unwrap_or_default();
            error.hint(format!("{hint}; what was listed is kept, the same command goes on from there"))
        }
        WalkError::Limit { requests, .. } => CliError::usage(&doing, error.to_string()).hint(format!(
            "the same command with a higher --max-requests (now {most}) goes on from there; {} were spent; an S3 \
             Inventory costs less for many objects",
            in_words(requests)
        )),
        WalkError::Io(_) => CliError::because(&doing, &error),
    })?;
    let all = found.requests + found.requests_before;
    context.printer.note(&format!("{all} requests, {}", in_words(all)));
    let profile = listing::read_stream(found.kept.text(), url, context.now.as_millisecond())
        .map_err(|error| CliError::because(&doing, &error))?;
    let listed = ListingOut {
        requests: found.requests,
        requests_before: found.requests_before,
        cost_usd: cost(all).map(Into::into),
        region: rates.region().to_owned(),
    };
    if let Err(error) = found.kept.remove() {
        context.printer.warning(&format!("the kept listing cannot be taken off the disk: {error}"));
    }
    if profile.tally.objects() == 0 {
        return Err(CliError::usage(doing, "nothing lies there").hint("check bucket and prefix").into());
    }
    Ok((profile, listed))
}

/// Where the pages are kept.
fn folder(url: &str, arguments: &Profile, separate: bool, context: &Context) -> PathBuf {
    let endpoint = arguments.connect.endpoint_url.clone().or_else(|| std::env::var("AWS_ENDPOINT_URL").ok());
    let endpoint = endpoint.unwrap_or_else(|| "aws".to_owned());
    let state = context.last_run.as_ref().and_then(|last| last.path().parent()).map(std::path::Path::to_owned);
    let state = state.unwrap_or_else(|| std::env::temp_dir().join("shapecast"));
    let name = if separate { format!("{endpoint} {}", std::process::id()) } else { endpoint };
    KeptListing::folder(&state, url, &name)
}
