//! `shapecast simulate`: a job that ran, on another shape.

use std::collections::BTreeMap;

use super::out_files;
use crate::catalog::{Catalog, InstanceType};
use crate::cli::args::{Format, Simulate};
use crate::cli::context::{Context, in_file, in_markdown};
use crate::cli::{CliError, Exit, Stop, logs, vocabulary};
use crate::profile::eventlog::EventLog;
use crate::report::document::{CodedText, EventLogOut, log_warnings};
use crate::report::{SimulateDocument, json, simulate};
use crate::simulate::replay::{Predictor, Speeds, Target};

/// Runs the command.
///
/// # Errors
/// A log cannot be read, a flag is wrong, or an output cannot be written.
pub fn run(arguments: &Simulate, context: &mut Context) -> Result<Exit, Stop> {
    let logs = logs::read_all(&arguments.logs).map_err(Stop::Errors)?;
    let target = target(arguments, &logs)?;
    let predictor = Predictor::learn(&logs).ok_or_else(|| {
        CliError::usage("cannot simulate", "no job of these logs ran a task")
            .hint("give the log of a run that did some work")
    })?;
    let prediction = predictor.predict(&target);
    let out: Vec<EventLogOut> = logs.iter().map(EventLogOut::from).collect();
    let mut warnings: Vec<CodedText> = logs.iter().zip(&out).flat_map(|(log, out)| log_warnings(log, out)).collect();
    warnings
        .extend(predictor.warnings(&target).into_iter().map(|(code, text)| CodedText { code: code.to_owned(), text }));
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

fn target(arguments: &Simulate, logs: &[EventLog]) -> Result<Target, CliError> {
    let conf: BTreeMap<String, String> = arguments.conf.iter().cloned().collect();
    let from_conf = |key: &str| conf.get(key).and_then(|value| value.trim().parse::<u32>().ok());
    let dynamic = conf.get("spark.dynamicAllocation.enabled").is_some_and(|value| value == "true");
    let instances = from_conf("spark.executor.instances").filter(|_| !dynamic);
    Ok(Target {
        executors: arguments.executors.or(instances),
        cores: arguments.executor_cores.or_else(|| from_conf("spark.executor.cores")),
        memory: arguments.executor_memory,
        speeds: speeds(arguments, logs)?,
        growth: arguments.growth,
        conf,
    })
}

/// Speeds of the asked instance type over those of the log's. Where the log does not say its type, the catalog's
/// reference core stands for it, and network and disk are taken to be alike.
fn speeds(arguments: &Simulate, logs: &[EventLog]) -> Result<Speeds, CliError> {
    let Some(to) = arguments.instance_type.as_deref().map(instance).transpose()? else { return Ok(Speeds::default()) };
    let known = logs.iter().find_map(|log| log.home.worker_type.clone());
    let from = match &arguments.from_instance_type {
        Some(name) => Some(instance(name)?),
        None => known.and_then(|name| Catalog::embedded().instance(&name)),
    };
    let core = |of: &InstanceType| Catalog::embedded().core_speed(of).likely;
    let ratio = |a: f64, b: f64| if a > 0.0 && b > 0.0 { a / b } else { 1.0 };
    let share = |total: f64, of: &InstanceType| total / f64::from(of.vcpu.max(1));
    Ok(match from {
        None => Speeds { cpu: core(to), ..Speeds::default() },
        Some(from) => Speeds {
            cpu: ratio(core(to), core(from)),
            network: ratio(share(to.network_baseline_gbps, to), share(from.network_baseline_gbps, from)),
            disk: ratio(
                share(to.ebs_baseline_mbps.unwrap_or(0.0), to),
                share(from.ebs_baseline_mbps.unwrap_or(0.0), from),
            ),
        },
    })
}

fn instance(name: &str) -> Result<&'static InstanceType, CliError> {
    let catalog = Catalog::embedded();
    catalog.instance(name).ok_or_else(|| {
        let near = vocabulary::nearest(name, catalog.instances().map(|known| known.name.as_str()));
        let hint = near.map_or_else(String::new, |near| format!("did you mean `{near}`?"));
        CliError::usage("", format!("no instance type is called `{name}`")).hint(hint)
    })
}
