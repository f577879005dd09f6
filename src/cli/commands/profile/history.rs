//! `shapecast profile emr:j-…`, `serverless:APP/RUN`, `glue:JOB/RUN`: the account's own history.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::aws::{CallError, Reads};
use crate::cli::args::{Format, Profile};
use crate::cli::commands::out_files;
use crate::cli::context::{Context, in_file, in_markdown};
use crate::cli::{CliError, Exit, Stop, clock, live};
use crate::profile::history::{
    GlueRun, PoolEvidence, ServerlessRun, add_history, cluster_use, observed_cluster, observed_glue, pool_totals,
    seconds_between, workload_of_history,
};
use crate::report::document::{CodedText, WorkloadOut};
use crate::report::history::{HistoryDocument, HistoryRun, page};
use crate::report::json;
use crate::workload::{self, ObservedRun, Vocabulary, Workload};

/// Something of the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A cluster.
    Emr(String),
    /// A run of an application.
    Serverless(String, String),
    /// A run of a job.
    Glue(String, String),
    /// All clusters of the last days.
    EveryCluster,
    /// All runs of an application.
    EveryRun(String),
    /// All runs of a job.
    EveryJobRun(String),
}

impl Source {
    /// Reads `emr:j-…`, `serverless:APP/RUN`, `glue:JOB/RUN`; `None` when it is something else, a file.
    ///
    /// # Errors
    /// It begins like one and is none.
    pub fn parse(argument: &Path) -> Option<Result<Self, CliError>> {
        let text = argument.to_str()?;
        let (kind, id) = text.split_once(':')?;
        let pair = |hint: &str| {
            let both = id.rsplit_once('/').filter(|(first, second)| !first.is_empty() && !second.is_empty());
            both.map(|(first, second)| (first.to_owned(), second.to_owned()))
                .ok_or_else(|| CliError::usage("", format!("`{text}` names no run")).hint(format!("write {hint}")))
        };
        match kind {
            "emr" if id == "*" => Some(Ok(Self::EveryCluster)),
            "emr" if id.starts_with("j-") => Some(Ok(Self::Emr(id.to_owned()))),
            "emr" => {
                Some(Err(CliError::usage("", format!("`{text}` names no cluster")).hint("write emr:j-1ABCDEFGHIJKL")))
            }
            "serverless" => Some(pair("serverless:APPLICATION/RUN").map(|(app, run)| match run.as_str() {
                "*" => Self::EveryRun(app),
                _ => Self::Serverless(app, run),
            })),
            "glue" => Some(pair("glue:JOB/RUN").map(|(job, run)| match run.as_str() {
                "*" => Self::EveryJobRun(job),
                _ => Self::Glue(job, run),
            })),
            _ => None,
        }
    }
}

/// The arguments as history, when all of them are; `None` when none is.
///
/// # Errors
/// Some are and some are not, or one is malformed.
pub fn sources(arguments: &[PathBuf]) -> Result<Option<Vec<Source>>, Stop> {
    let parsed: Vec<Option<Result<Source, CliError>>> = arguments.iter().map(|path| Source::parse(path)).collect();
    if parsed.iter().all(Option::is_none) {
        return Ok(None);
    }
    if parsed.iter().any(Option::is_none) {
        return Err(CliError::usage("", "event logs and the account's history cannot be profiled together")
            .hint("give them in two commands")
            .into());
    }
    let mut found = Vec::new();
    let mut errors = Vec::new();
    for source in parsed.into_iter().flatten() {
        match source {
            Ok(source) => found.push(source),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(Some(found)) } else { Err(Stop::Errors(errors)) }
}

#[derive(Default)]
struct Collected {
    runs: Vec<HistoryRun>,
    pools: Vec<PoolEvidence>,
    observed: Vec<ObservedRun>,
    /// The clusters that the losses were counted in.
    evidence: Vec<String>,
    warnings: Vec<CodedText>,
    failures: Vec<CallError>,
}

/// Runs the command for the account's history.
///
/// # Errors
/// AWS cannot be asked, nothing came, or an output cannot be written.
pub fn run(arguments: &Profile, sources: &[Source], context: &mut Context) -> Result<Exit, Stop> {
    let mut connection = live::connection(&arguments.connect, arguments.data.region.clone(), context.now);
    context.now = live::replayed_moment(&connection, context)?;
    connection.now = context.now;
    let reads = live::open(&connection)?;
    let region = arguments.data.region.clone().or_else(|| reads.resolved().region).ok_or_else(|| {
        CliError::usage("cannot read the account's history", "no region is known").hint("name one with --region")
    })?;
    let mut found = Collected::default();
    let days = SignedDuration::from_hours(24 * i64::from(arguments.since_days));
    let since = context.now.checked_sub(days).unwrap_or(context.now);
    for source in sources {
        if let Err(failure) = collect(source, (&region, since), reads.as_ref(), context, &mut found) {
            found.failures.push(failure);
        }
    }
    if found.runs.is_empty() && found.failures.is_empty() {
        let what = format!("nothing ran in {region} in the last {} days", arguments.since_days);
        return Err(CliError::usage("cannot read the history", what).hint("check the region, or --since-days").into());
    }
    if found.runs.is_empty() {
        let errors = found.failures.iter();
        return Err(Stop::Errors(errors.map(|failure| live::call_error("cannot read the history", failure)).collect()));
    }
    let workload = workload(arguments, &region, &found, clock::date(context.now))?;
    if workload.is_none() {
        found.warnings.push(coded(
            "volume-unknown",
            "the services do not say how much a run read: give --volume to get a workload file".to_owned(),
        ));
    }
    let out = workload.as_ref().map(WorkloadOut::from);
    let mut document = HistoryDocument::new(&region, out, found.runs, &pool_totals(&found.pools));
    document.warnings = found.warnings;
    document.warnings.extend(
        found
            .failures
            .iter()
            .map(|failure| coded("live-call-failed", format!("{failure}; next step: {}", failure.hint()))),
    );
    for path in &arguments.out {
        out_files::write(context, path, file_text(path, workload.as_ref(), &document)?.as_bytes())?;
    }
    let text = match arguments.format {
        Format::Table => context.on_screen(&page(&document)),
        Format::Markdown => in_markdown(&page(&document)),
        Format::Html => crate::report::html::of_page("History of runs", &page(&document)),
        Format::Json => json_text(&document)?,
        Format::Csv => return Err(CliError::usage("", "a profile is no table").hint("use --format json").into()),
    };
    context.report(&text)?;
    for failure in &found.failures {
        context.printer.error(&live::call_error("a part of the history is missing", failure));
    }
    Ok(if found.failures.is_empty() { Exit::Done } else { Exit::Remote })
}

fn collect(
    source: &Source,
    (region, since): (&str, Timestamp),
    reads: &dyn Reads,
    context: &Context,
    found: &mut Collected,
) -> Result<(), CallError> {
    match source {
        Source::Emr(id) => cluster(id, region, reads, context, found)?,
        Source::EveryCluster => {
            for known in reads.clusters(region, since)? {
                // One cluster that cannot be had must not cost the others.
                if let Err(failure) = cluster(&known.id, region, reads, context, found) {
                    found.failures.push(failure);
                }
            }
        }
        Source::Serverless(application, run) => serverless_run((application, run), region, reads, found)?,
        Source::EveryRun(application) => {
            for run in reads.serverless_runs(region, application, since)? {
                if let Err(failure) = serverless_run((application, &run), region, reads, found) {
                    found.failures.push(failure);
                }
            }
        }
        Source::Glue(job, run) => glue_run(&reads.glue_run(region, job, run)?, found),
        Source::EveryJobRun(job) => {
            let runs = reads.glue_runs(region, job)?;
            runs.iter().filter(|run| run.started.is_none_or(|at| at >= since)).for_each(|run| glue_run(run, found));
        }
    }
    Ok(())
}

fn cluster(
    id: &str,
    region: &str,
    reads: &dyn Reads,
    context: &Context,
    found: &mut Collected,
) -> Result<(), CallError> {
    let history = reads.cluster(region, id)?;
    // EC2's own events are in CloudTrail, which is not asked: without them losses are suspected.
    let evicted = BTreeSet::new();
    let (cluster, nodes) = (&history.cluster, &history.nodes);
    let used = cluster_use(cluster, nodes, &history.steps, region, context.now, &evicted);
    if used.pools.iter().any(|pool| pool.suspected_losses > 0) {
        found.warnings.push(coded(
            "losses-suspected",
            format!(
                "{id}: EMR names no Spot interruption by a code; suspected are Spot nodes that failed while the cluster \
                 went on and were not scaled in"
            ),
        ));
    }
    found.observed.extend(observed_cluster(&used));
    if !used.pools.is_empty() {
        found.pools.extend(used.pools.iter().cloned());
        found.evidence.push(format!("emr:{id}"));
    }
    let run = HistoryRun {
        engine: "emr-ec2".to_owned(),
        id: cluster.id.clone(),
        name: cluster.name.clone(),
        state: cluster.state.clone(),
        release: cluster.release.clone(),
        zone: cluster.zone.clone(),
        log_uri: cluster.log_uri.clone(),
        ..HistoryRun::default()
    };
    found.runs.push(run.with_use(&used));
    found.failures.extend(history.gaps);
    Ok(())
}

fn serverless_run(
    (application, run): (&str, &str),
    region: &str,
    reads: &dyn Reads,
    found: &mut Collected,
) -> Result<(), CallError> {
    let (run, gap) = reads.serverless_run(region, application, run)?;
    found.runs.push(serverless(&run));
    found.failures.extend(gap);
    Ok(())
}

fn glue_run(run: &GlueRun, found: &mut Collected) {
    found.observed.extend(observed_glue(run));
    found.runs.push(glue(run));
}

fn serverless(run: &ServerlessRun) -> HistoryRun {
    HistoryRun {
        engine: "emr-serverless".to_owned(),
        id: format!("{}/{}", run.application_id, run.id),
        name: run.name.clone().unwrap_or_default(),
        state: run.state.clone(),
        release: run.release.clone(),
        lifetime_s: seconds_between(run.created, run.ended),
        busy_s: run.execution_s,
        vcpu_hours: run.vcpu_hours,
        memory_gb_hours: run.memory_gb_hours,
        storage_gb_hours: run.storage_gb_hours,
        architecture: run.architecture.clone(),
        ..HistoryRun::default()
    }
}

fn glue(run: &GlueRun) -> HistoryRun {
    let flex = run.execution_class.as_deref() == Some("FLEX");
    let dpu = run.dpu_hours();
    HistoryRun {
        engine: if flex { "glue-flex" } else { "glue" }.to_owned(),
        id: format!("{}/{}", run.job, run.id),
        name: run.job.clone(),
        state: run.state.clone(),
        release: run.glue_version.clone(),
        lifetime_s: seconds_between(run.started, run.ended),
        busy_s: run.execution_s,
        worker_type: run.worker_type.clone(),
        workers: run.workers,
        dpu_hours: dpu.map(|(hours, _)| (hours * 1e6).round() / 1e6),
        dpu_hours_basis: dpu.map(|(_, counted)| if counted { "counted" } else { "computed" }.to_owned()),
        ..HistoryRun::default()
    }
}

fn workload(arguments: &Profile, region: &str, found: &Collected, today: Date) -> Result<Option<Workload>, Stop> {
    let stop = |errors: Vec<workload::WorkloadError>| {
        let error = |error: &workload::WorkloadError| CliError::usage("", error.to_string()).hint(error.hint.clone());
        Stop::Errors(errors.iter().map(error).collect())
    };
    let Some(first) = found.runs.first() else { return Ok(None) };
    let beside = &arguments.beside;
    let (mut workload, observed) = match (&arguments.workload, arguments.volume) {
        (Some(path), _) => (workload::read_file(path, &Vocabulary::unchecked()).map_err(stop)?, found.observed.clone()),
        (None, Some(volume)) => {
            let name = if first.name.is_empty() { &first.id } else { &first.name };
            let from = format!("{} {}", first.engine, first.id);
            let observed = found.observed.clone();
            let made = workload_of_history(name, region, volume, beside.cadence.as_deref(), observed, &from);
            (made.map_err(stop)?, Vec::new())
        }
        (None, None) => return Ok(None),
    };
    // The clusters of another region say nothing of this one's pools.
    let here = |pool: &&PoolEvidence| pool.pool.region == workload.region.value;
    let pools: Vec<PoolEvidence> = pool_totals(&found.pools).iter().filter(here).cloned().collect();
    add_history(&mut workload, observed, &pools, &evidence_in_words(&found.evidence), today);
    if beside.deadline.is_some() || arguments.workload.is_none() {
        workload.deadline = beside.deadline.map(workload::Sourced::declared);
    }
    Ok(Some(workload))
}

/// Clusters by name, or how many there were.
fn evidence_in_words(clusters: &[String]) -> String {
    const NAMED: usize = 3;
    match clusters {
        few if few.len() <= NAMED => few.join(", "),
        many => format!("{} clusters from {}", many.len(), many.first().map_or("", String::as_str)),
    }
}

fn file_text(path: &Path, workload: Option<&Workload>, document: &HistoryDocument) -> Result<String, Stop> {
    let doing = || format!("cannot write `{}`", path.display());
    match path.extension().and_then(|extension| extension.to_str()).unwrap_or_default() {
        "yaml" | "yml" => workload.map(workload::to_yaml).ok_or_else(|| {
            CliError::usage(doing(), "the services do not say how much a run read").hint("add --volume '500 GB'").into()
        }),
        "json" => Ok(json_text(document)?),
        "md" | "markdown" => Ok(in_markdown(&page(document))),
        "txt" => Ok(in_file(&page(document))),
        _ => Err(CliError::usage(doing(), "the extension says no format")
            .hint("a workload file ends in .yaml, a report in .json, .md or .txt")
            .into()),
    }
}

fn json_text(document: &HistoryDocument) -> Result<String, CliError> {
    json::to_text(document).map_err(|error| CliError::because("cannot write the report", &error))
}

fn coded(code: &str, text: String) -> CodedText {
    CodedText { code: code.to_owned(), text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_the_account_are_known_from_files() {
        let of = |text: &str| Source::parse(Path::new(text)).map(Result::ok);
        assert_eq!(of("emr:j-1ABC"), Some(Some(Source::Emr("j-1ABC".to_owned()))));
        assert_eq!(of("glue:my/job/jr_1"), Some(Some(Source::Glue("my/job".to_owned(), "jr_1".to_owned()))));
        assert_eq!(of("emr:*"), Some(Some(Source::EveryCluster)));
        assert_eq!(of("serverless:app/*"), Some(Some(Source::EveryRun("app".to_owned()))));
        assert_eq!(of("glue:my/job/*"), Some(Some(Source::EveryJobRun("my/job".to_owned()))));
        assert_eq!(of("serverless:app"), Some(None));
        assert_eq!(of("emr:x"), Some(None));
        assert_eq!(of("log.zstd"), None);
        assert_eq!(of("s3:x"), None);
    }
}
