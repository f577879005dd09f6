//! `profile sample`: the keys of a join or group-by in a sample of the data.

use std::path::Path;

use super::submit::Brought;
use crate::cli::args::{Format, KeyTypeArg, ProfileSample};
use crate::cli::commands::out_files;
use crate::cli::context::{Context, in_file, in_markdown};
use crate::cli::{CliError, Exit, Stop};
use crate::profile::detect::{Detected, detect};
use crate::profile::folder;
use crate::profile::objects::{Beside, ObjectsProfile, Reads, Source, SourceKind, State, Tally};
use crate::profile::pushdown::{self, PushdownResult};
use crate::profile::sample::{self, Asked, KeyTally, KeyType, Sample};
use crate::report::document::CodedText;
use crate::report::{SampleDocument, json, sample as page};
use crate::units::{Bytes, Share};
use crate::workload::{self, Archetype, Sourced, Vocabulary, Workload, WorkloadError};

/// Runs the command.
///
/// # Errors
/// A file cannot be read or has no such column, the workload is wrong, or an output cannot be written.
pub(super) fn run(arguments: &ProfileSample, context: &mut Context) -> Result<Exit, Stop> {
    let brought = match arguments.pushdown {
        None => None,
        Some(engine) => match super::pushdown::keys(engine, arguments, &asked(arguments)?, context)? {
            None => return Ok(Exit::Done),
            brought => brought,
        },
    };
    let (sample, estimated) = match &brought {
        Some(brought) => keys_of(brought, arguments, context)?,
        None => read(arguments, context)?,
    };
    let name = brought.as_ref().map(|it| it.workload.as_str());
    let mut workload = workload(arguments, &sample, name, context)?;
    measure_skew(&mut workload, &sample, arguments);
    let volume = arguments.volume.unwrap_or(Bytes::new(sample.bytes));
    let mut document = SampleDocument::new(&sample, &workload, volume, arguments.slots);
    if estimated {
        let text =
            "the engine has no hash of Spark's: the frequent keys are placed by it, all other rows are taken as even";
        document.warnings.push(CodedText { code: "partitions-estimated".to_owned(), text: text.to_owned() });
    }
    for path in arguments.out.iter().filter(|path| brought.is_none() || !super::submit::is_text(path)) {
        out_files::write(context, path, file_text(path, &workload, &document)?.as_bytes())?;
    }
    for warning in &document.warnings {
        context.printer.warning(&warning.text);
    }
    let text = match arguments.format {
        Format::Table => context.on_screen(&page::page(&document)),
        Format::Markdown => in_markdown(&page::page(&document)),
        Format::Json => json_text(&document)?,
        _ => return Err(super::no_csv().into()),
    };
    context.report(&text)?;
    Ok(Exit::Done)
}

/// The sample, and whether its partitions are estimated.
fn read(arguments: &ProfileSample, context: &Context) -> Result<(Sample, bool), Stop> {
    let unreadable = |error: &crate::profile::objects::SourceError| super::data::unreadable(error);
    if let [path] = arguments.files.as_slice()
        && matches!(detect(path), Detected::Pushdown(_))
    {
        let now_ms = context.now.as_millisecond();
        let result = pushdown::read(path, now_ms, &arguments.shuffle_partitions).map_err(|error| unreadable(&error))?;
        return only_keys(path, result);
    }
    if arguments.key.is_empty() {
        return Err(CliError::usage("cannot measure the keys", "no --key is given")
            .hint("write --key COLUMN or --key COLUMN,COLUMN")
            .into());
    }
    let sample = sample::read(&arguments.files, &asked(arguments)?).map_err(|error| unreadable(&error))?;
    Ok((sample, false))
}

/// Keys that were counted where they lie.
fn keys_of(brought: &Brought, arguments: &ProfileSample, context: &Context) -> Result<(Sample, bool), Stop> {
    let (rows, partitions) = (brought.csv.as_slice(), &arguments.shuffle_partitions);
    let result = pushdown::read_stream(rows, &brought.name, context.now.as_millisecond(), partitions);
    only_keys(&brought.name, result.map_err(|error| super::data::unreadable(&error))?)
}

fn only_keys(path: &Path, result: PushdownResult) -> Result<(Sample, bool), Stop> {
    match result {
        PushdownResult::Keys(sample, estimated) => Ok((*sample, estimated)),
        PushdownResult::Objects(_) => {
            let doing = format!("cannot read keys from `{}`", path.display());
            Err(CliError::usage(doing, "it holds the profile of objects").hint("run `shapecast profile` on it").into())
        }
    }
}

fn asked(arguments: &ProfileSample) -> Result<Asked, CliError> {
    let columns = |key: &String| -> Vec<String> {
        key.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
    };
    let keys: Vec<Vec<String>> = arguments.key.iter().map(columns).collect();
    if keys.iter().any(Vec::is_empty) {
        return Err(CliError::usage("cannot measure the keys", "a --key names no column")
            .hint("write --key COLUMN or --key COLUMN,COLUMN"));
    }
    let types = arguments.key_type.map(|to| match to {
        KeyTypeArg::Int => KeyType::Int,
        KeyTypeArg::Bigint => KeyType::Long,
        KeyTypeArg::Double => KeyType::Double,
        KeyTypeArg::String => KeyType::Text,
    });
    Ok(Asked { keys, shuffle_partitions: arguments.shuffle_partitions.clone(), types })
}

fn workload(
    arguments: &ProfileSample,
    sample: &Sample,
    name: Option<&str>,
    context: &Context,
) -> Result<Workload, Stop> {
    let stop = |errors: Vec<WorkloadError>| {
        let error = |error: &WorkloadError| CliError::usage("", error.to_string()).hint(error.hint.clone());
        Stop::Errors(errors.iter().map(error).collect())
    };
    if let Some(path) = &arguments.workload {
        return workload::read_file(path, &Vocabulary::unchecked()).map_err(stop);
    }
    let now_ms = context.now.as_millisecond();
    let counted = sample.is_counted_elsewhere();
    let files = match counted {
        true => files_of(sample, arguments.volume, now_ms),
        false => folder::read(&arguments.files, now_ms).map_err(|error| super::data::unreadable(&error))?,
    };
    let beside = Beside { archetype: Some(Archetype::JoinHeavy), reads: Some(Reads::All), ..Beside::default() };
    let mut workload = files.workload(&beside).map_err(stop)?;
    workload.job.archetype =
        Sourced::default_because(Archetype::JoinHeavy, "keys are measured for a join; give the workload with --for");
    if let Some(volume) = arguments.volume {
        workload.job.shuffle = Sourced::declared(volume);
        if counted && sample.bytes == 0 {
            workload.input.volume = Sourced::declared(volume);
        }
    }
    let stem = || Some(sample.files.first()?.file_stem()?.to_string_lossy().into_owned());
    workload.name = name.map(str::to_owned).or_else(stem).unwrap_or_else(|| "sample".to_owned());
    Ok(workload)
}

/// The files behind keys that were counted elsewhere: their number and bytes, as the engine has them; without these the
/// volume that was given.
fn files_of(sample: &Sample, volume: Option<Bytes>, now_ms: i64) -> ObjectsProfile {
    let mut tally = Tally::new(now_ms);
    let (files, bytes) = match (sample.file_count, sample.bytes, volume) {
        (0, ..) | (_, 0, _) => (1, volume.unwrap_or(Bytes::ZERO).get()),
        (files, bytes, _) => (files, bytes),
    };
    let class = u64::BITS - (bytes / files).leading_zeros();
    tally.put_state(State::Current, files, bytes);
    tally.put_size(class as usize, files, bytes);
    let name = sample.files.first().map_or_else(String::new, |path| path.display().to_string());
    let source = Source::new(SourceKind::Pushdown, name, pushdown::FORM);
    ObjectsProfile::new(source, tally)
}

/// The hottest key that is not null, of the key that is spread worst.
fn measure_skew(workload: &mut Workload, sample: &Sample, arguments: &ProfileSample) {
    let hottest = |tally: &KeyTally| -> u64 {
        let top = tally.heavy.top(2);
        let named = top.iter().find(|it| it.text.as_deref() != Some("(null)"));
        named.map_or(0, |it| it.count)
    };
    let worst = sample.asked.keys.iter().zip(&sample.keys).max_by_key(|(_, tally)| hottest(tally));
    let Some((columns, tally)) = worst.filter(|(_, tally)| tally.rows > 0) else { return };
    let share = Bytes::new(hottest(tally)).as_f64() / Bytes::new(tally.rows).as_f64();
    let from = format!("{}: key {} of {} rows", sample.reference(), columns.join(", "), tally.rows);
    workload.job.skew.hot_key_share = Sourced::measured(Share::clamped((share * 1e6).round() / 1e6), from);
    if let ([partitions], None) = (arguments.shuffle_partitions.as_slice(), &workload.job.shuffle_partitions)
        && *partitions != 200
    {
        workload.job.shuffle_partitions = Some(Sourced::declared(*partitions));
    }
}

fn file_text(path: &Path, workload: &Workload, document: &SampleDocument) -> Result<String, CliError> {
    let doing = || format!("cannot write `{}`", path.display());
    match path.extension().and_then(|extension| extension.to_str()).unwrap_or_default() {
        "yaml" | "yml" => Ok(workload::to_yaml(workload)),
        "json" => json_text(document),
        "md" | "markdown" => Ok(in_markdown(&page::page(document))),
        "txt" => Ok(in_file(&page::page(document))),
        _ => Err(CliError::usage(doing(), "the extension says no format")
            .hint("a workload file ends in .yaml, a report in .json, .md or .txt")),
    }
}

fn json_text(document: &SampleDocument) -> Result<String, CliError> {
    json::to_text(document).map_err(|error| CliError::because("cannot write the report", &error))
}
