//! Athena: a workgroup that limits what a query may scan, and a query in it.

use serde_json::json as value;

use super::notes::Notes;
use super::{Made, NoSpec, SpecFacts, SpecFile, json, names};
use crate::engines::{AthenaShape, Candidate};
use crate::units::Bytes;
use crate::workload::Workload;

pub(super) const WORKGROUP: &str = "athena.create-work-group.json";
pub(super) const QUERY: &str = "athena.start-query-execution.json";
/// The least limit that Athena takes (API model, botocore 1.44.5).
const CUTOFF_MIN: u64 = 10_000_000;
/// A query that scans this many times what is expected is a mistake: a missing partition filter, a `SELECT *`.
const CUTOFF_FACTOR: f64 = 1.5;

/// The documents of a workgroup and a query.
pub(super) fn made(
    candidate: &Candidate,
    shape: &AthenaShape,
    workload: &Workload,
    _facts: &SpecFacts,
) -> Result<Made, NoSpec> {
    let mut notes = Notes::default();
    let tags = names::tags(candidate, workload, &mut notes);
    let tags: Vec<_> = tags.into_iter().map(|(key, text)| value!({"Key": key, "Value": text})).collect();
    let name = names::plain_name(workload);
    let workgroup = value!({
        "Name": name,
        "Description": format!("Written by shapecast for candidate {}", names::candidate_id(candidate)),
        "Configuration": {
            "BytesScannedCutoffPerQuery": cutoff(shape, workload, &mut notes),
            "EnforceWorkGroupConfiguration": true,
            "PublishCloudWatchMetricsEnabled": true,
            "ResultConfiguration": {"OutputLocation": "s3://${LOG_BUCKET}/athena-results/"},
        },
        "Tags": tags,
    });
    notes.setting("EnforceWorkGroupConfiguration", true, "A client cannot lift the limit with settings of its own.");
    let query = value!({
        "QueryString": "${ATHENA_QUERY}",
        "QueryExecutionContext": {"Database": "${ATHENA_DATABASE}"},
        "WorkGroup": name,
    });
    remarks(shape, &mut notes);
    let files = vec![
        SpecFile { name: WORKGROUP.to_owned(), contents: json(&workgroup) },
        SpecFile { name: QUERY.to_owned(), contents: json(&query) },
    ];
    Ok(Made { files, notes, roles: ROLES.to_vec(), commands: commands(workload) })
}

/// Bytes after which a query is cancelled: what one query is expected to scan, and half as much again.
fn cutoff(shape: &AthenaShape, workload: &Workload, notes: &mut Notes) -> u64 {
    let scanned = workload.input.volume.value.scaled(workload.input.read_share.value.get());
    let each = scanned.scaled(CUTOFF_FACTOR / f64::from(shape.queries.max(1)));
    let limit = each.get().max(CUTOFF_MIN);
    notes.setting(
        "BytesScannedCutoffPerQuery",
        limit,
        format!(
            "A query is cancelled at {}: half as much again as one of {} is expected to scan ({}). A `SELECT *` over \
             everything then costs no more than that.",
            Bytes::new(limit),
            shape.queries,
            scanned.scaled(1.0 / f64::from(shape.queries.max(1)))
        ),
    );
    limit
}

fn remarks(shape: &AthenaShape, notes: &mut Notes) {
    if shape.queries > 1 {
        notes.remark(format!("A run has {} queries: start each of them like the first.", shape.queries));
    }
    notes.remark("The limit counts what a query scans: partition the table by what the query filters on, and store it as Parquet.");
    notes.default_kept("The engine version: the workgroup takes the newest that AWS rolls out (`AUTO`).");
}

const ROLES: &[&str] = &[
    "Whoever runs it: `athena:CreateWorkGroup`, `athena:TagResource`, `athena:StartQueryExecution`, `athena:GetQueryExecution`, read access to the table's data and the Glue Data Catalog, and write access to `s3://${LOG_BUCKET}/athena-results/`. Where Lake Formation governs the table, `lakeformation:GetDataAccess`.",
];

fn commands(workload: &Workload) -> String {
    let region = &workload.region.value;
    format!(
        "envsubst < {WORKGROUP} > workgroup.json\n\
         aws athena create-work-group --region {region} --cli-input-json file://workgroup.json\n\
         \n\
         # Once per run.\n\
         envsubst < {QUERY} > query.json\n\
         aws athena start-query-execution --region {region} --cli-input-json file://query.json\n"
    )
}
