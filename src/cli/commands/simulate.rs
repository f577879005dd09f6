//! `shapecast simulate`: a job that ran, on another shape.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::{asked, out_files, simulate_history, what_if};
use crate::catalog::{Catalog, InstanceType};
use crate::cli::args::{Format, Simulate, parse_heap};
use crate::cli::context::{Context, in_file, in_markdown};
use crate::cli::{CliError, Exit, Stop, logs, vocabulary};
use crate::profile::eventlog::EventLog;
use crate::report::document::{CodedText, EventLogOut, log_warnings};
use crate::report::{SimulateDocument, json, simulate};
use crate::simulate::replay::{Predictor, Speeds, Target};
use crate::units::Bytes;

/// Runs the command.
///
/// # Errors
/// A log cannot be read, a flag is wrong, or an output cannot be written.
pub fn run(arguments: &Simulate, context: &mut Context) -> Result<Exit, Stop> {
    if let Some(history) = &arguments.of_runs.history {
        return simulate_history::run(history, arguments, context);
    }
    let is_file = |path: &PathBuf| !asked::is_log(path);
    if arguments.logs.iter().any(is_file) {
        let document = what_if::of_workload(arguments, context)?;
        return finish(arguments, &document, context);
    }
    let logs = logs::read_all(&arguments.logs).map_err(Stop::Errors)?;
    let target = target(arguments, &logs)?;
    let predictor = Predictor::learn(&logs).ok_or_else(|| {
        CliError::usage("cannot simulate", "no job of these logs ran a task")
            .hint("give the log of a run that did some work")
    })?;
    if let Some(engine) = arguments.engine {
        let document = what_if::of_logs(arguments, engine, (&logs, &predictor, &target), context)?;
        return finish(arguments, &document, context);
    }
    let prediction = predictor.predict(&target);
    let out: Vec<EventLogOut> = logs.iter().map(EventLogOut::from).collect();
    let mut warnings: Vec<CodedText> = logs.iter().zip(&out).flat_map(|(log, out)| log_warnings(log, out)).collect();
    warnings.extend(told(&predictor, &target));
    if prediction.schedule.stalled {
        return Err(CliError::usage(
            "cannot simulate",
            "the job never ends on this shape: no executor is left for its tasks",
        )
        .into());
    }
    let document = SimulateDocument::new(
        &target,
        arguments.instance_type.as_deref(),
        &predictor.runs()[0],
        &prediction,
        out,
        warnings,
    );
    finish(arguments, &document, context)
}

/// What the predictor says of a target.
pub fn told(predictor: &Predictor, target: &Target) -> Vec<CodedText> {
    let coded = |(code, text): (&str, String)| CodedText { code: code.to_owned(), text };
    predictor.warnings(target).into_iter().map(coded).collect()
}

fn finish(arguments: &Simulate, document: &SimulateDocument, context: &mut Context) -> Result<Exit, Stop> {
    let json_text = || json::to_text(document).map_err(|error| CliError::because("cannot write the report", &error));
    for path in &arguments.out {
        let text = match path.extension().and_then(|extension| extension.to_str()).unwrap_or_default() {
            "json" => json_text()?,
            "md" | "markdown" => in_markdown(&simulate::page(document)),
            "txt" => in_file(&simulate::page(document)),
            _ => {
                let doing = format!("cannot write `{}`", path.display());
                return Err(CliError::usage(doing, "the extension says no format")
                    .hint("known extensions: .json .md .txt")
                    .into());
            }
        };
        out_files::write(context, path, text.as_bytes())?;
    }
    for warning in &document.warnings {
        context.printer.warning(&warning.text);
    }
    let text = match arguments.format {
        Format::Table => context.on_screen(&simulate::page(document)),
        Format::Markdown => in_markdown(&simulate::page(document)),
        Format::Html => crate::report::html::of_page("What if", &simulate::page(document)),
        Format::Json => json_text()?,
        Format::Csv => {
            return Err(CliError::usage("cannot write the report as CSV", "a what-if is no table")
                .hint("use --format json")
                .into());
        }
    };
    context.report(&text)?;
    Ok(Exit::Done)
}

/// What the flags ask for.
///
/// # Errors
/// The catalog does not have an instance type.
pub fn target(arguments: &Simulate, logs: &[EventLog]) -> Result<Target, CliError> {
    let conf: BTreeMap<String, String> = arguments.conf.iter().cloned().collect();
    let from_conf = |key: &str| conf.get(key).and_then(|value| value.trim().parse::<u32>().ok());
    let dynamic = conf.get("spark.dynamicAllocation.enabled").is_some_and(|value| value == "true");
    let instances = from_conf("spark.executor.instances").filter(|_| !dynamic);
    Ok(Target {
        executors: arguments.executors.or(instances),
        cores: arguments.executor_cores.or_else(|| from_conf("spark.executor.cores")),
        memory: arguments.executor_memory.or_else(|| heap_of(&conf)),
        speeds: speeds(arguments, logs)?,
        growth: arguments.growth,
        conf,
    })
}

/// `--conf spark.executor.memory` says the same as `--executor-memory`.
fn heap_of(conf: &BTreeMap<String, String>) -> Option<Bytes> {
    conf.get("spark.executor.memory").and_then(|size| parse_heap(size).ok())
}

/// What one slot of a machine can do.
#[derive(Clone, Copy, Debug)]
pub struct SlotSpeed {
    /// Over the catalog's reference core.
    pub core_speed: f64,
    /// Its share of the network.
    pub network_bytes_per_s: f64,
    /// Its share of the disk.
    pub disk_bytes_per_s: Option<f64>,
}

impl SlotSpeed {
    fn of(machine: &InstanceType) -> Self {
        let share = 1.0 / f64::from(machine.vcpu.max(1));
        Self {
            core_speed: Catalog::embedded().core_speed(machine).likely,
            network_bytes_per_s: machine.network_baseline_gbps * 1e9 / 8.0 * share,
            disk_bytes_per_s: machine.ebs_baseline_mbps.map(|mbps| mbps * 1e6 / 8.0 * share),
        }
    }
}

/// The machine that the job ran on: the flag's, or the log's.
///
/// # Errors
/// The catalog does not have the flag's.
pub fn machine_of(arguments: &Simulate, logs: &[EventLog]) -> Result<Option<SlotSpeed>, CliError> {
    if let Some(name) = &arguments.from_instance_type {
        return Ok(Some(SlotSpeed::of(instance(name)?)));
    }
    let known = logs.iter().find_map(|log| log.home.worker_type.clone());
    Ok(known.and_then(|name| Catalog::embedded().instance(&name)).map(SlotSpeed::of))
}

/// Speeds of the asked instance type over those of the log's. Where the log does not say its type, the catalog's
/// reference core stands for it, and network and disk are taken to be alike.
fn speeds(arguments: &Simulate, logs: &[EventLog]) -> Result<Speeds, CliError> {
    let Some(to) = arguments.instance_type.as_deref().map(instance).transpose()? else { return Ok(Speeds::default()) };
    let to = SlotSpeed::of(to);
    let ratio = |a: f64, b: f64| if a > 0.0 && b > 0.0 { a / b } else { 1.0 };
    Ok(match machine_of(arguments, logs)? {
        None => Speeds { cpu: to.core_speed, ..Speeds::default() },
        Some(from) => Speeds {
            cpu: ratio(to.core_speed, from.core_speed),
            network: ratio(to.network_bytes_per_s, from.network_bytes_per_s),
            disk: ratio(to.disk_bytes_per_s.unwrap_or(0.0), from.disk_bytes_per_s.unwrap_or(0.0)),
        },
    })
}

/// An instance type of the catalog.
///
/// # Errors
/// The catalog does not have it.
pub fn instance(name: &str) -> Result<&'static InstanceType, CliError> {
    let catalog = Catalog::embedded();
    catalog.instance(name).ok_or_else(|| {
        let near = vocabulary::nearest(name, catalog.instances().map(|known| known.name.as_str()));
        let hint = near.map_or_else(String::new, |near| format!("did you mean `{near}`?"));
        CliError::usage("", format!("no instance type is called `{name}`")).hint(hint)
    })
}
