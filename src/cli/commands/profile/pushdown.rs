//! `--pushdown`: the profiling as a query or job for the user's own engine.

use std::path::PathBuf;

use super::data;
use super::submit::{self, Brought, Pushed};
use crate::cli::args::{Format, Profile, ProfileSample, PushdownArg};
use crate::cli::commands::out_files;
use crate::cli::context::Context;
use crate::cli::{CliError, Exit, Stop};
use crate::profile::pushdown::{
    INVENTORY_READS, InventoryQuery, KeysQuery, inventory_job, inventory_sql, keys_job, keys_reads, keys_sql,
};
use crate::profile::sample::Asked;

/// The profile of an inventory.
pub(super) fn inventory(engine: PushdownArg, arguments: &Profile, context: &mut Context) -> Result<Exit, Stop> {
    let source = source(engine, &arguments.logs)?;
    let text = |now_ms: i64| {
        let query = InventoryQuery {
            source: source.clone(),
            condition: arguments.data.condition.clone(),
            url_encoded: arguments.data.url_encoded,
            now_ms,
        };
        match engine {
            PushdownArg::Athena => inventory_sql(&query),
            PushdownArg::Spark => inventory_job(&query),
        }
    };
    if arguments.submit.live {
        if arguments.format == Format::Csv {
            return Err(super::no_csv().into());
        }
        let pushed = Pushed {
            engine,
            source: &source,
            reads: INVENTORY_READS,
            text: &text,
            submit: &arguments.submit,
            connect: &arguments.connect,
            region: arguments.data.region.as_deref(),
            outs: &arguments.out,
        };
        return match submit::run(&pushed, context)? {
            Some(brought) => data::run(&data::Source::Brought(brought), arguments, context),
            None => Ok(Exit::Done),
        };
    }
    let text = text(context.now.as_millisecond());
    write(engine, &text, &arguments.out, "shapecast profile RESULT.csv", context)
}

/// The keys of data: written, or counted where they lie; `None` when there is nothing to report on.
pub(super) fn keys(
    engine: PushdownArg,
    arguments: &ProfileSample,
    asked: &Asked,
    context: &mut Context,
) -> Result<Option<Brought>, Stop> {
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
    if arguments.submit.live {
        if matches!(arguments.format, Format::Csv | Format::Html) {
            return Err(super::no_csv().into());
        }
        if engine == PushdownArg::Athena && arguments.volume.is_none() && arguments.workload.is_none() {
            let what = "Athena counts rows, not bytes, so the volume that is shuffled is not known";
            return Err(CliError::usage("cannot push the keys down", what)
                .hint("add --volume SIZE or --for FILE")
                .into());
        }
        let pushed = Pushed {
            engine,
            source: &query.source,
            reads: keys_reads(&query),
            text: &|_| text.clone(),
            submit: &arguments.submit,
            connect: &arguments.connect,
            region: arguments.region.as_deref(),
            outs: &arguments.out,
        };
        return submit::run(&pushed, context);
    }
    write(engine, &text, &arguments.out, "shapecast profile sample RESULT.csv", context)?;
    Ok(None)
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
