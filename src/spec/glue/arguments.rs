//! The job's default arguments.

use std::collections::BTreeMap;

use crate::catalog::GlueWorker;
use crate::engines::GlueShape;
use crate::spec::SpecFacts;
use crate::spec::notes::Notes;
use crate::spec::spark::SparkConf;
use crate::workload::{Format, Workload};

/// Arguments that Glue itself reads (Glue developer guide, "Using job parameters").
pub(super) fn default_arguments(
    shape: &GlueShape,
    worker: &GlueWorker,
    workload: &Workload,
    facts: &SpecFacts,
    notes: &mut Notes,
) -> BTreeMap<String, String> {
    let mut arguments = BTreeMap::new();
    let mut put = |key: &str, value: &str| arguments.insert(key.to_owned(), value.to_owned());
    put("--job-language", "python");
    put("--enable-metrics", "true");
    put("--enable-auto-scaling", "true");
    put("--enable-spark-ui", "true");
    put("--spark-event-logs-path", "s3://${LOG_BUCKET}/spark-events/");
    if workload.constraints.custom_jar.value {
        put("--extra-jars", "${JOB_JARS}");
    }
    if let Some(format) = table_format(workload) {
        put("--datalake-formats", format);
    }
    if workload.constraints.lake_formation.value {
        put("--enable-lakeformation-fine-grained-access", "true");
    }
    if let Some(conf) = conf(shape, worker, workload, facts, notes) {
        put("--conf", &conf);
    }
    explain(workload, notes);
    arguments
}

const fn table_format(workload: &Workload) -> Option<&'static str> {
    match workload.input.format.value {
        Format::Iceberg => Some("iceberg"),
        Format::Delta => Some("delta"),
        Format::Hudi => Some("hudi"),
        _ => None,
    }
}

/// Glue takes one `--conf`; more properties are chained behind the first, the way its guide shows.
fn conf(
    shape: &GlueShape,
    worker: &GlueWorker,
    workload: &Workload,
    facts: &SpecFacts,
    notes: &mut Notes,
) -> Option<String> {
    let mut conf = SparkConf::default();
    conf.tune_to_data(workload, facts, (shape.workers - 1) * worker.vcpu, notes);
    let chained = conf.as_arguments();
    chained.strip_prefix("--conf ").map(str::to_owned)
}

fn explain(workload: &Workload, notes: &mut Notes) {
    notes.setting(
        "--enable-auto-scaling",
        "true",
        "Workers that have nothing to do are given back before the end, and only their used time is billed.",
    );
    notes.setting(
        "--spark-event-logs-path",
        "s3://${LOG_BUCKET}/spark-events/",
        "`shapecast profile` reads the logs from there and replaces guesses by measurements.",
    );
    if workload.constraints.lake_formation.value {
        notes.setting(
            "--enable-lakeformation-fine-grained-access",
            "true",
            "The workload demands Lake Formation's row, column or cell permissions (Glue 5.0 and later).",
        );
    }
    notes.default_kept("`--enable-s3-parquet-optimized-committer`: on by default since Glue 3.0.");
}
