//! `--pushdown`: the profiling as a query or job for the user's own engine.

use std::path::PathBuf;

use crate::cli::args::{Profile, ProfileSample, PushdownArg};
use crate::cli::commands::out_files;
use crate::cli::context::Context;
use crate::cli::{CliError, Exit, Stop};
use crate::profile::pushdown::{InventoryQuery, KeysQuery, inventory_job, inventory_sql, keys_job, keys_sql};
use crate::profile::sample::Asked;

/// The profile of an inventory.
pub(super) fn inventory(engine: PushdownArg, arguments: &Profile, context: &mut Context) -> Result<Exit, Stop> {
    let query = InventoryQuery {
        source: source(engine, &arguments.logs)?,
        condition: arguments.data.condition.clone(),
        url_encoded: arguments.data.url_encoded,
        now_ms: context.now.as_millisecond(),
    };
    let text = match engine {
        PushdownArg::Athena => inventory_sql(&query),
        PushdownArg::Spark => inventory_job(&query),
    };
    write(engine, &text, &arguments.out, "shapecast profile RESULT.csv", context)
}

/// The keys of data.
pub(super) fn keys(
    engine: PushdownArg,
    arguments: &ProfileSample,
    asked: &Asked,
    context: &mut Context,
) -> Result<Exit, Stop> {
    let query = KeysQuery {
        source: source(engine, &arguments.files)?,
        format: arguments.source_format.clone(),
        keys: asked.keys.clone(),
        shuffle_partitions: asked.shuffle_partitions.clone(),
        types: asked.types,
    };
    if engine == PushdownArg::Athena && (query.types.is_some() || query.keys.iter().any(|key| key.len() > 1)) {
        let what = "Athena has no hash of Spark's: only keys of one column, as they are, can be placed from its result";
        return Err(CliError::usage("cannot push the keys down", what).hint("use --pushdown spark").into());
    }
    let text = match engine {
        PushdownArg::Athena => keys_sql(&query),
        PushdownArg::Spark => keys_job(&query),
    };
    write(engine, &text, &arguments.out, "shapecast profile sample RESULT.csv", context)
}

fn source(engine: PushdownArg, sources: &[PathBuf]) -> Result<String, CliError> {
    let wrong = |what: &str, hint: &str| CliError::usage("cannot push the profile down", what).hint(hint);
    let [source] = sources else { return Err(wrong("one table or path is profiled at a time", "give one SOURCE")) };
    let source = source.to_str().ok_or_else(|| wrong("the source is no text", "give a table or a path"))?;
    if engine == PushdownArg::Athena && source.contains('/') {
        return Err(wrong(
            "Athena reads tables, not paths",
            "give DATABASE.TABLE; the S3 user guide has the CREATE TABLE for an inventory",
        ));
    }
    Ok(source.to_owned())
}

fn write(engine: PushdownArg, text: &str, outs: &[PathBuf], next: &str, context: &mut Context) -> Result<Exit, Stop> {
    for path in outs {
        out_files::write(context, path, text.as_bytes())?;
    }
    if outs.is_empty() {
        context.report(text)?;
    }
    let run = match engine {
        PushdownArg::Athena => "run it in Athena (it pays for the bytes that it scans)",
        PushdownArg::Spark => {
            "run it with `spark-submit JOB.py --output FOLDER`, or as an EMR step, EMR Serverless or Glue job"
        }
    };
    context.printer.advice(&format!("{run}, bring the CSV result back, then run `{next}`"));
    Ok(Exit::Done)
}
