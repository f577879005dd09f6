//! `shapecast doctor`: what was resolved and from where, and which calls work.

use std::env;

use crate::aws::{ACTIONS, CallError, policy, submit_policy};
use crate::cli::args::{Doctor, Format, PolicyArg};
use crate::cli::context::{Context, in_markdown};
use crate::cli::{CliError, Exit, Stop, env_vars, live};
use crate::prices::PriceBook;
use crate::report::doctor::{CallOut, DoctorDocument, SettingOut, page};
use crate::report::json;
use crate::workload::DEFAULT_REGION;

/// Runs the command.
///
/// # Errors
/// The way to AWS cannot be opened, or stdout cannot take the report.
pub fn run(arguments: &Doctor, context: &mut Context) -> Result<Exit, Stop> {
    if let Some(which) = arguments.policy {
        context.report(&match which {
            PolicyArg::Read => policy(),
            PolicyArg::Submit => submit_policy(),
        })?;
        return Ok(Exit::Done);
    }
    let mut settings = own_settings(context)?;
    let mut calls = Vec::new();
    let mut failed = None;
    let connection = live::connection(&arguments.connect, arguments.region.clone(), context.now);
    if arguments.offline {
        calls.extend(ACTIONS.iter().map(|action| not_tried(action.name, "--offline was given")));
    } else {
        let reads = live::open(&connection)?;
        let resolved = reads.resolved();
        settings.extend(resolved.facts.iter().map(|fact| SettingOut {
            name: fact.name.to_owned(),
            value: fact.value.clone(),
            origin: fact.origin.clone(),
        }));
        let region = arguments.region.clone().or(resolved.region).unwrap_or_else(|| DEFAULT_REGION.to_owned());
        let outcomes = reads.probe(&region);
        for action in ACTIONS {
            calls.push(match outcomes.get(action.name) {
                Some(Ok(text)) => {
                    CallOut { call: action.name.to_owned(), state: "works".to_owned(), text: text.clone(), hint: None }
                }
                Some(Err(failure)) => {
                    failed = failed.or_else(|| Some(failure.clone()));
                    fails(action.name, failure)
                }
                None if action.name.starts_with("ce:") => {
                    not_tried(action.name, "AWS charges for it; a report asks it")
                }
                None => not_tried(action.name, "it needs an id: `profile` asks it"),
            });
        }
    }
    let document = DoctorDocument::new(settings, calls);
    let text = match arguments.format {
        Format::Table => context.on_screen(&page(&document)),
        Format::Markdown => in_markdown(&page(&document)),
        Format::Html => crate::report::html::of_page("Doctor", &page(&document)),
        Format::Json => {
            json::to_text(&document).map_err(|error| CliError::because("cannot write the report", &error))?
        }
        Format::Csv => {
            return Err(CliError::usage("", "this report is no table").hint("use --format json").into());
        }
    };
    context.report(&text)?;
    match failed {
        Some(failure) => {
            context.printer.error(&live::call_error("not every call works", &failure));
            Ok(Exit::Remote)
        }
        None => Ok(Exit::Done),
    }
}

fn not_tried(name: &str, why: &str) -> CallOut {
    CallOut { call: name.to_owned(), state: "not-tried".to_owned(), text: why.to_owned(), hint: None }
}

fn fails(name: &str, failure: &CallError) -> CallOut {
    CallOut { call: name.to_owned(), state: "fails".to_owned(), text: failure.to_string(), hint: Some(failure.hint()) }
}

/// What concerns this program alone.
fn own_settings(context: &Context) -> Result<Vec<SettingOut>, CliError> {
    let setting = |name: &str, value: String, origin: &str| SettingOut {
        name: name.to_owned(),
        value,
        origin: origin.to_owned(),
    };
    let book = PriceBook::embedded().map_err(|error| CliError::because("cannot open the price book", &error))?;
    let built = if cfg!(feature = "live") { "yes" } else { "no" };
    let tables = if cfg!(feature = "tables") { "yes" } else { "no" };
    let from = |variable: &str, otherwise: &'static str| {
        if env::var_os(variable).is_some() { variable.to_owned() } else { otherwise.to_owned() }
    };
    let folder = |path: Option<&std::path::Path>| {
        path.map_or_else(|| "none: no home folder".to_owned(), |path| path.display().to_string())
    };
    let cache = context.cache.as_ref().map(|cache| cache.path());
    let state = context.last_run.as_ref().map(|last| last.path());
    let mut settings = vec![
        setting("asks AWS", built.to_owned(), "the build's feature `live`"),
        setting("writes Parquet", tables.to_owned(), "the build's feature `tables`"),
        setting(
            "embedded prices",
            format!("{} ({} days old)", book.as_of(), book.age_days(context.today())),
            "the build",
        ),
        setting("cache", folder(cache), &from(env_vars::CACHE_DIR, "XDG")),
        setting("last run", folder(state), &from(env_vars::STATE_DIR, "XDG")),
    ];
    for (name, _) in env_vars::ALL.iter().filter(|(name, _)| name.starts_with("SHAPECAST_")) {
        if let Some(value) = env::var_os(name) {
            settings.push(setting(name, value.to_string_lossy().into_owned(), "environment"));
        }
    }
    for configured in &context.config.settings {
        let origin = configured.origin.display().to_string();
        settings.push(setting(&configured.flag, configured.value.clone(), &origin));
    }
    Ok(settings)
}
