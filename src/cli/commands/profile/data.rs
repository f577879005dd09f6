//! `profile` of data in storage: listings, inventories, folders.

use std::path::{Path, PathBuf};

use super::bucket;
use super::submit::{self, Brought};
use crate::cli::args::{Format, Profile, ReadsArg, SourceKindArg};
use crate::cli::commands::out_files;
use crate::cli::context::{Context, in_file, in_markdown};
use crate::cli::{CliError, Exit, Stop, regions};
use crate::prices::{Freshness, Meter, Price, PriceBook, PriceKey, Rates, items};
use crate::profile::detect::{Detected, detect};
use crate::profile::iceberg::Reading;
use crate::profile::inventory::{FileFormat, Inventory};
use crate::profile::objects::{Beside, ObjectsProfile, Reads, SourceError};
use crate::profile::pushdown::{self, PushdownResult};
use crate::profile::{folder, iceberg, inventory, listing};
use crate::rank::{LayerUsed, PricesUsed};
use crate::report::{DataDocument, data, json};
use crate::workload::{self, Sourced, Workload, WorkloadError};

/// Data to profile.
#[derive(Debug)]
pub(super) enum Source {
    Listings(Vec<PathBuf>),
    Inventory(Inventory),
    Iceberg(PathBuf, Reading),
    Folders(Vec<PathBuf>),
    Pushdown(PathBuf),
    Bucket(String),
    Brought(Brought),
}

/// The data that is meant; `None` when event logs are.
pub(super) fn source_of(arguments: &Profile) -> Result<Option<Source>, Stop> {
    let found = source_that_is_meant(arguments)?;
    if arguments.data.snapshot.is_some() && !matches!(found, Some(Source::Iceberg(..))) {
        return Err(CliError::usage("cannot take --snapshot", "the source is no Iceberg table")
            .hint("give a table's folder, or a `….metadata.json` in its folder `metadata`")
            .into());
    }
    Ok(found)
}

fn source_that_is_meant(arguments: &Profile) -> Result<Option<Source>, Stop> {
    let paths = &arguments.logs;
    let Some(first) = paths.first() else { return Ok(None) };
    let found = match arguments.source_kind {
        Some(SourceKindArg::EventLog) => return Ok(None),
        Some(SourceKindArg::Listing) => Detected::Listing(first.clone()),
        Some(SourceKindArg::Folder) => Detected::Folder,
        Some(SourceKindArg::Iceberg) => Detected::Iceberg(first.clone()),
        Some(SourceKindArg::Inventory) => match detect(first) {
            found @ (Detected::Inventory(_) | Detected::Iceberg(_)) => found,
            _ => Detected::Inventory(Inventory::Files(paths.clone(), format_by_name(first))),
        },
        None => detect(first),
    };
    Ok(match found {
        Detected::EventLogs => None,
        Detected::Listing(_) => Some(Source::Listings(paths.clone())),
        Detected::Inventory(Inventory::Files(files, format)) if paths.len() > 1 => {
            let more = paths[1..].iter().flat_map(|path| match detect(path) {
                Detected::Inventory(Inventory::Files(files, _)) => files,
                _ => vec![path.clone()],
            });
            Some(Source::Inventory(Inventory::Files(files.into_iter().chain(more).collect(), format)))
        }
        Detected::Inventory(inventory) => Some(Source::Inventory(inventory)),
        Detected::Iceberg(_) if paths.len() > 1 => {
            return Err(CliError::usage(
                "cannot profile",
                "several sources were given, and the first is an Iceberg table",
            )
            .hint("profile one table at a time")
            .into());
        }
        Detected::Iceberg(path) => {
            let reading = match arguments.source_kind {
                Some(SourceKindArg::Iceberg) => Reading::Files,
                Some(SourceKindArg::Inventory) => Reading::Rows,
                _ => Reading::AsItIs,
            };
            Some(Source::Iceberg(path, reading))
        }
        Detected::Folder => Some(Source::Folders(paths.clone())),
        Detected::Pushdown(path) => Some(Source::Pushdown(path)),
        Detected::S3(url) => Some(Source::Bucket(url)),
    })
}

fn format_by_name(path: &Path) -> FileFormat {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("parquet") => FileFormat::Parquet,
        Some("orc") => FileFormat::Orc,
        _ => FileFormat::Csv,
    }
}

/// Profiles data.
pub(super) fn run(source: &Source, arguments: &Profile, context: &mut Context) -> Result<Exit, Stop> {
    let now_ms = context.now.as_millisecond();
    let book = PriceBook::embedded().map_err(|error| CliError::because("cannot open the price book", &error))?;
    let rates = regions::open(&book, arguments.data.price_region())?;
    let (profile, listed) = match source {
        Source::Bucket(url) => {
            let (profile, listed) = bucket::list(url, arguments, &rates, context)?;
            (profile, Some(listed))
        }
        other => (read(other, arguments.data.snapshot, now_ms).map_err(|error| unreadable(&error))?, None),
    };
    let mut workload = workload_of(&profile, arguments)?;
    if let Source::Brought(brought) = source {
        workload.name.clone_from(&brought.workload);
    }
    let prices = prices_used(&book, &rates, context);
    let mut document = DataDocument::new(&profile, &workload, arguments.data.cores, &rates, (&prices).into());
    document.listing = listed;
    for path in arguments.out.iter().filter(|path| !(arguments.submit.live && submit::is_text(path))) {
        let text = file_text(path, &workload, &document)?;
        out_files::write(context, path, text.as_bytes())?;
    }
    for warning in &document.warnings {
        context.printer.warning(&warning.text);
    }
    let text = match arguments.format {
        Format::Table => context.on_screen(&data::page(&document)),
        Format::Markdown => in_markdown(&data::page(&document)),
        Format::Html => crate::report::html::of_page("Profile of data", &data::page(&document)),
        Format::Json => json_text(&document)?,
        _ => return Err(super::no_csv().into()),
    };
    context.report(&text)?;
    Ok(Exit::Done)
}

fn read(source: &Source, snapshot: Option<i64>, now_ms: i64) -> Result<ObjectsProfile, SourceError> {
    match source {
        Source::Iceberg(path, reading) => iceberg::read(path, snapshot, *reading, now_ms),
        Source::Inventory(source) => inventory::read(source, now_ms),
        Source::Folders(paths) => folder::read(paths, now_ms),
        Source::Pushdown(path) => objects_of(path, pushdown::read(path, now_ms, &[])?),
        Source::Brought(it) => objects_of(&it.name, pushdown::read_stream(it.csv.as_slice(), &it.name, now_ms, &[])?),
        Source::Bucket(url) => Err(SourceError::new(Path::new(url), "a bucket is listed, not read", "")),
        Source::Listings(paths) => {
            let mut profiles = paths.iter().map(|path| listing::read(path, now_ms));
            let none = || SourceError::new(Path::new(""), "no listing was given", "");
            let mut first = profiles.next().ok_or_else(none)??;
            for next in profiles {
                first.append(next?);
            }
            Ok(first)
        }
    }
}

fn objects_of(path: &Path, result: PushdownResult) -> Result<ObjectsProfile, SourceError> {
    match result {
        PushdownResult::Objects(profile) => Ok(*profile),
        PushdownResult::Keys(..) => Err(SourceError::new(
            path,
            "it holds keys of a sample, not objects",
            format!("run `shapecast profile sample {}`", path.display()),
        )),
    }
}

pub(super) fn unreadable(error: &SourceError) -> CliError {
    CliError::because(format!("cannot profile `{}`", error.path.display()), error).hint(error.hint.clone())
}

fn workload_of(profile: &ObjectsProfile, arguments: &Profile) -> Result<Workload, Stop> {
    let reads = arguments.data.reads.map(|reads| match reads {
        ReadsArg::All => Reads::All,
        ReadsArg::New => Reads::New,
    });
    let beside =
        Beside { cadence: arguments.beside.cadence.clone(), archetype: arguments.data.archetype, reads, name: None };
    let mut workload = profile.workload(&beside).map_err(|errors| {
        let error = |error: &WorkloadError| CliError::usage("", error.to_string()).hint(error.hint.clone());
        Stop::Errors(errors.iter().map(error).collect())
    })?;
    workload.region = Sourced::default_because(
        arguments.data.price_region().to_owned(),
        "a listing does not say its region; give --region",
    );
    workload.deadline = arguments.beside.deadline.map(Sourced::declared);
    Ok(workload)
}

fn prices_used(book: &PriceBook, rates: &dyn Rates, context: &Context) -> PricesUsed {
    let asked: Vec<(Meter, Result<Price, _>)> = [items::S3_PUT.meter(), items::S3_GET.meter()]
        .into_iter()
        .map(|meter| (meter.clone(), rates.rate(&meter)))
        .collect();
    let known = || asked.iter().filter_map(|(meter, price)| Some((meter, price.as_ref().ok()?)));
    let freshness = Freshness::new(book, context.today(), known().map(|it| it.1));
    PricesUsed {
        source: book.in_words(),
        as_of: freshness.snapshot,
        age_days: Some(freshness.age_days),
        oldest_price: freshness.oldest,
        newest_price: freshness.newest,
        layers: LayerUsed::all(book, Some(context.today()), known()),
        snapshot_sha256: book.manifest().sha256.clone(),
        region: rates.region().to_owned(),
        missing: asked.iter().filter_map(|(_, price)| price.as_ref().err().cloned()).collect(),
        conditions: Vec::new(),
    }
}

fn file_text(path: &Path, workload: &Workload, document: &DataDocument) -> Result<String, CliError> {
    let doing = || format!("cannot write `{}`", path.display());
    match path.extension().and_then(|extension| extension.to_str()).unwrap_or_default() {
        "yaml" | "yml" => Ok(workload::to_yaml(workload)),
        "json" => json_text(document),
        "md" | "markdown" => Ok(in_markdown(&data::page(document))),
        "txt" => Ok(in_file(&data::page(document))),
        _ => Err(CliError::usage(doing(), "the extension says no format")
            .hint("a workload file ends in .yaml, a report in .json, .md or .txt")),
    }
}

fn json_text(document: &DataDocument) -> Result<String, CliError> {
    json::to_text(document).map_err(|error| CliError::because("cannot write the report", &error))
}
