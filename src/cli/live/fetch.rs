//! Asking: the cache first, then AWS with bounded concurrency; what came is kept whatever fails beside it.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::{fs, thread};

use jiff::{SignedDuration, Timestamp};

use super::answers::{Answered, KeptRows, Part};
use super::questions::Question;
use super::{call_error, is_hopeless, open};
use crate::aws::{CallError, Connection, Reads};
use crate::cli::context::Context;
use crate::cli::progress::Progress;
use crate::cli::{CliError, Exit, Stop, clock};
use crate::prices::list::collect;
use crate::prices::{Draft, advisor_rows, spot_paths};
use crate::store::{Cache, Kept};

/// Most calls under way at once: AWS's price list allows some ten a second.
const AT_ONCE: usize = 8;

/// Where answers may come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// The cache while it is fresh, else AWS.
    CacheFirst,
    /// AWS.
    Ask,
    /// The cache, however old; no connection.
    CacheOnly,
}

/// What is to be asked and how.
#[derive(Clone, Copy, Debug)]
pub struct Fetch<'a> {
    /// The way to AWS.
    pub connection: &'a Connection,
    /// Where answers may come from.
    pub manner: Manner,
    /// Spot Advisor's feed.
    pub advisor: Option<&'a str>,
    /// Whether price lists and Spot prices are asked for; without, only the feed is read.
    pub lists: bool,
}

struct Job {
    region: String,
    question: Question,
}

enum Outcome {
    Rows(Box<Draft>, Part, Vec<String>),
    Failed(CallError),
    NotAsked,
}

impl Fetch<'_> {
    /// Asks for all parts of all regions.
    ///
    /// # Errors
    /// Nothing at all came.
    pub fn run(&self, regions: &[String], context: &mut Context) -> Result<Answered, Stop> {
        let mut answered = Answered::default();
        // Opened when the first question cannot be answered otherwise, and once: a recording begins once.
        let mut reads = None;
        if self.lists {
            self.ask_lists(regions, &mut reads, context, &mut answered)?;
            self.ask_types(regions, &mut reads, context, &mut answered)?;
        }
        if let Some(feed) = self.advisor {
            let rows = self.advisor(feed, regions, &mut reads, context)?;
            answered.rows.extend(rows);
        }
        Ok(answered)
    }

    /// The cache, where answers may come from it: a recording must hold every answer, and a replay must not be mixed with what
    /// the cache has.
    pub(super) fn cache(&self, context: &Context) -> Option<Cache> {
        let separate = self.connection.record.is_some() || self.connection.replay.is_some();
        context.cache.clone().filter(|_| !separate)
    }

    fn ask_lists(
        &self,
        regions: &[String],
        reads: &mut Option<Box<dyn Reads>>,
        context: &mut Context,
        answered: &mut Answered,
    ) -> Result<(), Stop> {
        let jobs: Vec<Job> = regions
            .iter()
            .flat_map(|region| {
                Question::all(region).into_iter().map(|question| Job { region: region.clone(), question })
            })
            .collect();
        let cache = self.cache(context);
        let fresh: Vec<Option<Outcome>> =
            jobs.iter().map(|job| self.cached(job, cache.as_ref(), context.now)).collect();
        let open_jobs: Vec<usize> = (0..jobs.len()).filter(|index| fresh[*index].is_none()).collect();
        let asked = if open_jobs.is_empty() || self.manner == Manner::CacheOnly {
            Vec::new()
        } else {
            let reads = opened(reads, self.connection)?;
            self.ask_all(&jobs, &open_jobs, reads, cache.as_ref(), context)
        };
        let mut asked = asked.into_iter();
        for (job, fresh) in jobs.iter().zip(fresh) {
            let outcome = fresh.unwrap_or_else(|| asked.next().unwrap_or(Outcome::NotAsked));
            take(job, outcome, answered);
        }
        self.report(regions, answered, context)
    }

    /// Says what came; nothing at all is an error.
    fn report(&self, regions: &[String], answered: &mut Answered, context: &mut Context) -> Result<(), Stop> {
        for part in &answered.parts {
            let from = if part.cached { format!("cache of {}", part.fetched_at) } else { "AWS".to_owned() };
            context.printer.detail(&format!("{} {}: {} prices from {from}", part.region, part.name, part.prices));
        }
        for issue in &answered.issues {
            context.printer.detail(&format!("not used: {issue}"));
        }
        if !answered.parts.is_empty() {
            return Ok(());
        }
        if let Some(first) = answered.failures.first() {
            let errors = answered.failures.iter().take(5).map(|failure| call_error("cannot get live prices", failure));
            let mut errors: Vec<CliError> = errors.collect();
            if let Some(error) = errors.last_mut()
                && is_hopeless(first)
                && let Some(hint) = &mut error.hint
            {
                hint.push_str("; the other calls were not tried");
            }
            return Err(Stop::Errors(errors));
        }
        Err(CliError::usage("cannot get live prices", format!("the cache has none for {}", regions.join(", ")))
            .hint("run `shapecast prices update --region REGION` with a network once, or leave out --live")
            .exit(Exit::Usage)
            .into())
    }

    fn cached(&self, job: &Job, cache: Option<&Cache>, now: Timestamp) -> Option<Outcome> {
        if self.manner == Manner::Ask {
            return None;
        }
        let kept: Kept<KeptRows> = cache?.get(&key(self.connection, job))?;
        if self.manner == Manner::CacheFirst && !kept.is_fresh(now, job.question.life()) {
            return None;
        }
        let rows = kept.answer.rows()?;
        let part = part(job, &rows, kept.fetched_at, true);
        Some(Outcome::Rows(Box::new(rows), part, kept.answer.issues))
    }

    /// The outcomes of the open jobs, in their order.
    fn ask_all(
        &self,
        jobs: &[Job],
        wanted: &[usize],
        reads: &dyn Reads,
        cache: Option<&Cache>,
        context: &mut Context,
    ) -> Vec<Outcome> {
        let progress = Progress::new(&context.global, wanted.len());
        let outcomes: Vec<Mutex<Outcome>> = wanted.iter().map(|_| Mutex::new(Outcome::NotAsked)).collect();
        let (next, stop, unkept) = (AtomicUsize::new(0), AtomicBool::new(false), Mutex::new(None));
        let now = context.now;
        let work = || {
            while !stop.load(Ordering::Relaxed) {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let Some(job) = wanted.get(index).and_then(|job| jobs.get(*job)) else { return };
                progress.begin(&format!("{} {}", job.region, job.question.name()));
                let outcome = ask(job, reads, now);
                match &outcome {
                    Outcome::Rows(rows, _, issues) => {
                        let kept = KeptRows::new(rows, issues, &clock::date(now).to_string());
                        let put = cache.map(|cache| cache.put(&key(self.connection, job), now, &kept));
                        if let (Some(Err(error)), Ok(mut unkept)) = (put, unkept.lock()) {
                            *unkept = Some(error.to_string());
                        }
                    }
                    Outcome::Failed(failure) if is_hopeless(failure) => stop.store(true, Ordering::Relaxed),
                    _ => {}
                }
                if let Some(Ok(mut place)) = outcomes.get(index).map(Mutex::lock) {
                    *place = outcome;
                }
                progress.done();
            }
        };
        thread::scope(|scope| {
            for _ in 0..AT_ONCE.min(wanted.len()) {
                scope.spawn(work);
            }
        });
        progress.finish();
        if let Some(error) = unkept.into_inner().ok().flatten() {
            context.printer.warning(&format!("live prices are not kept in the cache: {error}"));
        }
        outcomes.into_iter().map(|outcome| outcome.into_inner().unwrap_or(Outcome::NotAsked)).collect()
    }

    /// Spot Advisor's feed from a file or the web; the date of the copy is that of the file or of the server.
    fn advisor(
        &self,
        feed: &str,
        regions: &[String],
        reads: &mut Option<Box<dyn Reads>>,
        context: &mut Context,
    ) -> Result<Draft, Stop> {
        let doing = format!("cannot read the Spot Advisor feed `{feed}`");
        let is_url = feed.starts_with("http://") || feed.starts_with("https://");
        let (text, as_of, what) = if is_url {
            if self.manner == Manner::CacheOnly {
                return Err(CliError::usage(doing, "a URL needs a connection")
                    .hint("give --live without --offline, or download the feed and name the file")
                    .into());
            }
            let found = opened(reads, self.connection)?.fetch(feed).map_err(|failure| call_error(&doing, &failure))?;
            let modified = found.modified.as_deref().and_then(http_date);
            let as_of = modified.unwrap_or_else(|| clock::date(context.now).to_string());
            (found.text, as_of, format!("from {feed}"))
        } else {
            let text = fs::read_to_string(feed).map_err(|error| CliError::because(&doing, &error))?;
            let modified = fs::metadata(feed).and_then(|found| found.modified()).ok();
            let as_of = modified.and_then(|at| Timestamp::try_from(at).ok()).unwrap_or(context.now);
            (text, clock::date(as_of).to_string(), format!("file {}", feed.replace(['\n', '"'], " ")))
        };
        context.printer.note(&format!("the Spot Advisor feed has no date inside; this copy is of {as_of}"));
        let rows = advisor_rows(&text, regions, &as_of, &what).map_err(|error| {
            CliError::because(&doing, &error)
                .hint("the feed is https://spot-bid-advisor.s3.amazonaws.com/spot-advisor-data.json")
        })?;
        Ok(rows)
    }
}

/// The way to AWS, opened when it is needed first.
pub(super) fn opened<'r>(
    reads: &'r mut Option<Box<dyn Reads>>,
    connection: &Connection,
) -> Result<&'r dyn Reads, CliError> {
    let ready = match reads.take() {
        Some(ready) => ready,
        None => open(connection)?,
    };
    let ready: &'r mut Box<dyn Reads> = reads.insert(ready);
    Ok(&**ready)
}

fn take(job: &Job, outcome: Outcome, answered: &mut Answered) {
    match outcome {
        Outcome::Rows(rows, part, issues) => {
            answered.rows.extend(*rows);
            answered.parts.push(part);
            answered.issues.extend(issues);
        }
        Outcome::Failed(failure) => {
            answered.missing.push(format!("{} {}", job.region, job.question.name()));
            answered.failures.push(failure);
        }
        Outcome::NotAsked => answered.missing.push(format!("{} {}", job.region, job.question.name())),
    }
}

fn ask(job: &Job, reads: &dyn Reads, now: Timestamp) -> Outcome {
    let today = clock::date(now).to_string();
    match &job.question {
        Question::List(query) => match reads.products(query) {
            Ok(elements) => {
                let listed = collect(query, &elements, &today);
                let part = part(job, &listed.rows, now, false);
                Outcome::Rows(Box::new(listed.rows), part, listed.issues)
            }
            Err(failure) => Outcome::Failed(failure),
        },
        // With begin and end at the same moment EC2 gives the price in force of every type and zone.
        Question::Spot => match reads.spot_changes(&job.region, &[], now, now) {
            Ok(changes) => {
                // Clocks differ: a price of the next minute is in force.
                let until = now.checked_add(SignedDuration::from_mins(5)).unwrap_or(now);
                let mut found = spot_paths(&changes, now, until);
                let rows = found.rows(&job.region, &today);
                let part = part(job, &rows, now, false);
                Outcome::Rows(Box::new(rows), part, found.issues)
            }
            Err(failure) => Outcome::Failed(failure),
        },
    }
}

fn part(job: &Job, rows: &Draft, fetched_at: Timestamp, cached: bool) -> Part {
    Part { region: job.region.clone(), name: job.question.name(), prices: rows.len(), fetched_at, cached }
}

/// Prices are the same for every account, but not for every endpoint.
fn key<'a>(connection: &'a Connection, job: &'a Job) -> [&'a str; 4] {
    let url = connection.endpoint_url.as_deref();
    ["prices", url.unwrap_or_else(|| default_endpoint()), job.region.as_str(), job.question.name()]
}

/// The name in the cache of the endpoint that nobody named on the command line.
pub(super) fn default_endpoint() -> &'static str {
    static NAME: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    NAME.get_or_init(|| std::env::var("AWS_ENDPOINT_URL").unwrap_or_else(|_| "aws".to_owned()))
}

/// `Wed, 21 Oct 2026 07:28:00 GMT` as a date.
fn http_date(text: &str) -> Option<String> {
    let mut words = text.split_whitespace().skip(1);
    let (day, month, year) = (words.next()?, words.next()?, words.next()?);
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = MONTHS.iter().position(|name| *name == month)? + 1;
    let date = format!("{year}-{month:02}-{day:0>2}");
    date.parse::<jiff::civil::Date>().ok().map(|date| date.to_string())
}

#[cfg(test)]
mod tests {
    use super::http_date;

    #[test]
    fn an_http_date_is_read() {
        assert_eq!(http_date("Wed, 21 Oct 2026 07:28:00 GMT").as_deref(), Some("2026-10-21"));
        assert_eq!(http_date("Wed, 3 Foo 2026"), None);
    }
}
