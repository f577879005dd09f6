//! What is going to be submitted: read from the arguments and from what AWS says of the work group, job or application.

use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive;
use sha2::{Digest, Sha256};

use super::cost::{self, Cost, GlueSize};
use super::{Pushed, wrong};
use crate::aws::{CallError, Runner, S3Place, Submits, Work};
use crate::catalog::Architecture;
use crate::cli::args::{PushdownArg, Submit};
use crate::cli::{CliError, live};
use crate::prices::Rates;
use crate::spec::serverless_heap_mib;
use crate::units::{Bytes, Span};

/// Executors that EMR Serverless starts with when nothing else is said.
const FIRST_EXECUTORS: u32 = 3;
/// Workers of EMR Serverless when nothing is said.
const WORKERS: u32 = 10;

/// A submission.
#[derive(Debug)]
pub(super) struct Plan {
    /// In words.
    pub title: String,
    /// What it may cost.
    pub cost: Cost,
    text: String,
    kind: Kind,
    region: String,
}

#[derive(Debug)]
enum Kind {
    Query { work_group: String, output: Option<String> },
    Glue { job: String, staging: S3Place, workers: Option<(String, u32)>, limit_min: u32 },
    Serverless { application: String, role: String, staging: S3Place, workers: u32, limit_min: u32 },
}

/// Reads `glue:JOB` and `serverless:APPLICATION`, and with a run behind them what `--attach` names.
pub(super) fn runner(text: &str, with_run: bool) -> Result<(Runner, String), CliError> {
    let forms = if with_run { "athena:ID, glue:JOB/RUN or serverless:APPLICATION/RUN" } else { ON_FORMS };
    let bad = || wrong(format!("`{text}` names nothing that runs"), format!("write {forms}"));
    let (kind, rest) = text.split_once(':').ok_or_else(bad)?;
    let (name, run) = match (with_run, kind) {
        (true, "athena") | (false, _) => (rest, rest),
        (true, _) => rest.rsplit_once('/').ok_or_else(bad)?,
    };
    if name.is_empty() || run.is_empty() {
        return Err(bad());
    }
    let runner = match kind {
        "athena" if with_run => Runner::Athena,
        "glue" => Runner::Glue { job: name.to_owned() },
        "serverless" => Runner::Serverless { application: name.to_owned() },
        _ => return Err(bad()),
    };
    Ok((runner, run.to_owned()))
}

const ON_FORMS: &str = "glue:JOB or serverless:APPLICATION";

impl Plan {
    /// Makes it; asks AWS, and starts nothing.
    pub fn make(
        pushed: &Pushed<'_>,
        text: String,
        region: &str,
        rates: Option<&dyn Rates>,
        aws: &dyn Submits,
    ) -> Result<Self, CliError> {
        let submit = pushed.submit;
        let call = |error: CallError| live::call_error("cannot plan the submission", &error);
        let staging = submit.staging.as_deref().map(|url| {
            S3Place::parse(url).ok_or_else(|| {
                wrong(format!("--staging `{url}` is no folder in S3"), "write s3://BUCKET/PREFIX".to_owned())
            })
        });
        let staging = staging.transpose()?;
        let limit = Span::minutes(f64::from(submit.limit_min()));
        let made = |title, cost, kind| Self { title, cost, text, kind, region: region.to_owned() };
        if pushed.engine == PushdownArg::Athena {
            let group = aws.work_group(region, &submit.work_group).map_err(call)?;
            let output = query_output(&group, staging.as_ref(), &submit.work_group)?;
            let table = table_bytes(pushed, region, aws);
            let mut cost = cost::of_query(pushed.reads, table.0, group.cutoff_bytes.map(Bytes::new), rates);
            cost.notes.extend(table.1);
            let title = format!("an Athena query over {} in work group {}", pushed.source, submit.work_group);
            return Ok(made(title, cost, Kind::Query { work_group: submit.work_group.clone(), output }));
        }
        let on = submit.on.as_deref().ok_or_else(|| {
            wrong("--on does not say what runs the Spark job".to_owned(), format!("add --on {ON_FORMS}"))
        })?;
        let (runner, _) = runner(on, false)?;
        let staging = staging.ok_or_else(|| {
            wrong(
                "--staging does not say where script and result go".to_owned(),
                "add --staging s3://BUCKET/PREFIX".to_owned(),
            )
        })?;
        let limit_min = submit.limit_min();
        match runner {
            Runner::Glue { job } => {
                let (size, workers, cost) = glue(&job, submit, limit, region, rates, aws)?;
                let title = format!("a run of the Glue job {job} ({size}) with a script of its own");
                Ok(made(title, cost, Kind::Glue { job, staging, workers, limit_min }))
            }
            Runner::Serverless { application } => {
                let role = submit.role.clone().ok_or_else(|| {
                    wrong("--role does not say what role the job runs as".to_owned(), "add --role ARN".to_owned())
                })?;
                let found = aws.application(region, &application).map_err(call)?;
                if found.kind != "SPARK" {
                    let what = format!("the application {application} is for {}, not for Spark", found.kind);
                    return Err(wrong(what, "name an application of type SPARK".to_owned()));
                }
                let arm = found.architecture.as_deref() == Some("ARM64");
                let architecture = if arm { Architecture::Arm64 } else { Architecture::X86_64 };
                let workers = submit.workers.unwrap_or(WORKERS);
                let cost = cost::of_serverless(workers, architecture, found.waiting_workers, limit, rates);
                let title = format!("a job run of the EMR Serverless application {application}, {workers} workers");
                Ok(made(title, cost, Kind::Serverless { application, role, staging, workers, limit_min }))
            }
            Runner::Athena => Err(wrong("Athena runs SQL".to_owned(), "use --pushdown athena".to_owned())),
        }
    }

    /// A name for exactly this content, by which the service knows it again; `salt` tells repeats apart.
    pub fn token(&self, salt: &str) -> String {
        let mut hash = Sha256::new();
        for part in [&self.region, &format!("{:?}", self.kind), &self.text, salt] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The script, where it goes, and what is started.
    pub fn work(&self, token: &str) -> (Option<(S3Place, &str)>, Work) {
        let short = token.get(..16).unwrap_or(token);
        let places = |staging: &S3Place| {
            let folder = staging.join(&format!("shapecast-{short}"));
            (folder.join("profile.py"), folder.join("result/").to_string())
        };
        match &self.kind {
            Kind::Query { work_group, output } => {
                let (work_group, output) = (work_group.clone(), output.clone());
                (None, Work::Query { sql: self.text.clone(), work_group, output })
            }
            Kind::Glue { job, staging, workers, limit_min } => {
                let (script, output) = places(staging);
                let (job, workers, limit_min) = (job.clone(), workers.clone(), *limit_min);
                let work = Work::GlueRun { job, script: script.to_string(), output, workers, limit_min };
                (Some((script, &self.text)), work)
            }
            Kind::Serverless { application, role, staging, workers, limit_min } => {
                let (script, output) = places(staging);
                let work = Work::ServerlessRun {
                    application: application.clone(),
                    role: role.clone(),
                    script: script.to_string(),
                    output,
                    parameters: parameters(*workers),
                    limit_min: *limit_min,
                };
                (Some((script, &self.text)), work)
            }
        }
    }
}

/// Where a query's result goes: the work group's word wins where it is enforced.
fn query_output(
    group: &crate::aws::WorkGroup,
    staging: Option<&S3Place>,
    name: &str,
) -> Result<Option<String>, CliError> {
    let engine = group.engine.as_deref().unwrap_or_default();
    if !group.enabled || engine.contains("PySpark") {
        let what = if group.enabled { "is for Spark, not for SQL" } else { "is switched off" };
        return Err(wrong(format!("the work group {name} {what}"), "name another with --work-group".to_owned()));
    }
    let own = group.output.is_some() || group.managed_results;
    match staging {
        Some(staging) if !(group.managed_results || own && group.enforced) => Ok(Some(staging.join("").to_string())),
        _ if own => Ok(None),
        _ => Err(wrong(
            format!("the work group {name} names no place for results"),
            "add --staging s3://BUCKET/PREFIX".to_owned(),
        )),
    }
}

/// Bytes of the table and who says so, or why nobody does.
fn table_bytes(pushed: &Pushed<'_>, region: &str, aws: &dyn Submits) -> (Option<(Bytes, String)>, Option<String>) {
    if let Some(bytes) = pushed.submit.scan_bytes {
        return (Some((bytes, "--scan-bytes".to_owned())), None);
    }
    let names: Vec<&str> = pushed.source.split('.').map(|part| part.trim().trim_matches('"')).collect();
    let (database, table) = match names.as_slice() {
        [table] => ("default", *table),
        [database, table] => (*database, *table),
        // A catalog of another kind has no table in Glue.
        _ => return (None, None),
    };
    match aws.table_bytes(region, database, table) {
        Ok(Some(bytes)) => (Some((Bytes::new(bytes), "the whole table, as the catalog has it".to_owned())), None),
        Ok(None) => (None, Some("the catalog does not say how large the table is".to_owned())),
        Err(error) => (None, Some(format!("the catalog could not be asked: {error}"))),
    }
}

type GlueParts = (String, Option<(String, u32)>, Cost);

fn glue(
    job: &str,
    submit: &Submit,
    limit: Span,
    region: &str,
    rates: Option<&dyn Rates>,
    aws: &dyn Submits,
) -> Result<GlueParts, CliError> {
    let found = aws.glue_job(region, job).map_err(|error| live::call_error("cannot plan the submission", &error))?;
    if found.command != "glueetl" {
        let what = format!("the Glue job {job} is of kind `{}`, not a Spark job (`glueetl`)", found.command);
        return Err(wrong(what, "name a Spark job".to_owned()));
    }
    let asked = submit.workers.map(|count| {
        let kind = submit.worker_type.clone().or_else(|| found.worker_type.clone());
        let none = || wrong(format!("the job {job} has no worker type"), "add --worker-type G.1X".to_owned());
        Ok::<_, CliError>((kind.ok_or_else(none)?, count))
    });
    let asked = asked.transpose()?;
    let size = match (&asked, &found.worker_type, found.workers, found.max_dpu.and_then(Decimal::from_f64)) {
        (Some((kind, count)), ..) => Some(GlueSize::Workers(kind.clone(), *count)),
        (None, Some(kind), Some(count), _) => Some(GlueSize::Workers(kind.clone(), count)),
        (None, _, _, Some(dpu)) => Some(GlueSize::Dpu(dpu)),
        _ => None,
    };
    let title = match &size {
        Some(GlueSize::Workers(kind, count)) => format!("{count} × {kind}"),
        Some(GlueSize::Dpu(dpu)) => format!("{} DPU", dpu.normalize()),
        None => "of unknown size".to_owned(),
    };
    let cost = match (&size, &found.version) {
        (Some(size), Some(version)) => cost::of_glue(size, version, found.flex, found.retries, limit, rates),
        _ => Cost {
            notes: vec!["cost unknown: the job does not say its workers or its Glue version".to_owned()],
            ..Cost::default()
        },
    };
    Ok((title, asked, cost))
}

/// Sizes that fill the workers that the cost is worked out for, and no more of them.
fn parameters(workers: u32) -> String {
    let executors = workers - 1;
    let (cores, heap, disk) = (cost::WORKER_VCPU, serverless_heap_mib(cost::WORKER_MEMORY_GB), cost::WORKER_DISK_GB);
    [
        format!("spark.driver.cores={cores}"),
        format!("spark.driver.memory={heap}m"),
        format!("spark.emr-serverless.driver.disk={disk}g"),
        format!("spark.executor.cores={cores}"),
        format!("spark.executor.memory={heap}m"),
        format!("spark.emr-serverless.executor.disk={disk}g"),
        "spark.dynamicAllocation.enabled=true".to_owned(),
        format!("spark.executor.instances={}", executors.min(FIRST_EXECUTORS)),
        format!("spark.dynamicAllocation.maxExecutors={executors}"),
    ]
    .map(|conf| format!("--conf {conf}"))
    .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runners_are_read_or_refused() {
        let glue = Runner::Glue { job: "a/b".to_owned() };
        assert_eq!(runner("glue:a/b", false).expect("reads").0, glue);
        assert_eq!(runner("glue:a/b/jr_1", true).expect("reads"), (glue, "jr_1".to_owned()));
        assert_eq!(runner("athena:q-1", true).expect("reads"), (Runner::Athena, "q-1".to_owned()));
        for (text, with_run) in
            [("athena:x", false), ("glue:", false), ("glue:x", true), ("emr:j-1", false), ("x", true)]
        {
            assert!(runner(text, with_run).is_err(), "{text}");
        }
    }

    #[test]
    fn sizes_fill_the_workers_that_are_billed() {
        // 16 GiB × 10/11 = 14,894 MiB: with its tenth of overhead it is 16,383 MiB.
        let said = parameters(3);
        assert!(said.contains("spark.executor.memory=14894m") && said.contains("maxExecutors=2"), "{said}");
        assert!(said.contains("spark.executor.instances=2"), "{said}");
    }
}
