//! `shapecast simulate … --engine`: one fixed shape, run and priced.

use super::{asked, simulate};
use crate::cli::args::Simulate;
use crate::cli::context::Context;
use crate::cli::vocabulary::Words;
use crate::cli::{CliError, Exit, Stop, own_prices, regions};
use crate::engines::{EngineId, ExecutorWish, Provision};
use crate::prices::PriceBook;
use crate::profile::eventlog::EventLog;
use crate::rank::{FixedError, RecommendOptions, WorkOn, changes, simulate_fixed};
use crate::report::SimulateDocument;
use crate::report::document::{CodedText, EventLogOut, WhatIfOut, log_warnings};
use crate::simulate::replay::{Predictor, Speeds, Target, own_lead_s};
use crate::units::Span;
use crate::workload::{Sourced, Workload};

/// A workload file on an engine.
///
/// # Errors
/// The file is wrong, no engine or no number of executors is given, or the engine has no such shape.
pub fn of_workload(arguments: &Simulate, context: &Context) -> Result<SimulateDocument, Stop> {
    let Some(engine) = arguments.engine else {
        return Err(CliError::usage("cannot simulate a workload file", "it does not say what it runs on")
            .hint("add --engine and --executors, or give an event log")
            .into());
    };
    let book = open_book()?;
    let (workloads, _) = asked::read_files(&arguments.logs, &Words::of(&book))?;
    let [workload] = workloads.as_slice() else {
        return Err(CliError::usage("cannot simulate", "one workload file at a time").into());
    };
    let mut workload = workload.clone();
    if arguments.beside.cadence.is_some() {
        return Err(CliError::usage("", "--cadence is for event logs; a workload file says its own").into());
    }
    if let Some(growth) = arguments.growth {
        workload.input.volume.value = workload.input.volume.value.scaled(growth);
        workload.job.shuffle.value = workload.job.shuffle.value.scaled(growth);
    }
    let target = simulate::target(arguments, &[])?;
    let mut warnings = Vec::new();
    for (key, value) in &target.conf {
        if !configure(&mut workload, key, value)? {
            let text = format!("{key} changes nothing here: the job is no log, and a declaration does not know it");
            warnings.push(CodedText { code: "conf-not-modelled".to_owned(), text });
        }
    }
    let wish = wish(arguments, &target, None)?;
    let ask = |workload: Workload| fixed(arguments, workload, &book, context, (engine, &wish), None, None);
    let answer = ask(workload.clone())?;
    let mut document = SimulateDocument::on_engine(&answer, &target, Vec::new(), warnings);
    for change in changes(&workload, answer.executors.saturating_mul(answer.cores)) {
        document.what_ifs.push(WhatIfOut::new(change.code, &change.text, &ask(change.workload)?));
    }
    Ok(document)
}

/// Lays a property of Spark over a declared job; answers whether it means anything to one.
fn configure(workload: &mut Workload, key: &str, value: &str) -> Result<bool, CliError> {
    let wrong = |what: &str| CliError::usage(format!("cannot read --conf {key}={value}"), format!("write {what}"));
    match key {
        "spark.sql.shuffle.partitions" => {
            let partitions = value.trim().parse::<u32>().ok().filter(|count| *count > 0);
            let partitions = partitions.ok_or_else(|| wrong("a number above 0"))?;
            workload.job.shuffle_partitions = Some(Sourced::declared(partitions));
        }
        "spark.sql.adaptive.enabled" => {
            let adaptive = value.trim().to_ascii_lowercase().parse().map_err(|_| wrong("true or false"))?;
            workload.job.adaptive = Sourced::declared(adaptive);
        }
        // The wish for executors has them.
        "spark.executor.instances" | "spark.executor.cores" | "spark.executor.memory" => {}
        _ => return Ok(false),
    }
    Ok(true)
}

/// Event logs on an engine: their own tasks, scheduled one by one, on the engine's machines.
///
/// # Errors
/// A flag is wrong, or the engine has no such shape.
pub fn of_logs(
    arguments: &Simulate,
    engine: EngineId,
    (logs, predictor, target): (&[EventLog], &Predictor, &Target),
    context: &Context,
) -> Result<SimulateDocument, Stop> {
    let book = open_book()?;
    let asked = asked::of_job(logs, &arguments.beside)?;
    let wish = wish(arguments, target, Some(predictor))?;
    let run = predictor.middle();
    let from = simulate::machine_of(arguments, logs)?;
    let work_on = |provision: &Provision| {
        let Some(group) = provision.groups.first() else { return Span::ZERO };
        let likely = |speed: crate::engines::Estimate| speed.likely;
        let slots = f64::from(group.slots_per_executor.max(1));
        let ratio =
            |to: f64, from: Option<f64>| from.filter(|from| *from > 0.0 && to > 0.0).map_or(1.0, |from| to / from);
        let speeds = Speeds {
            cpu: ratio(
                likely(group.machine.core_speed) * likely(provision.runtime_speed),
                Some(from.map_or(1.0, |from| from.core_speed)),
            ),
            network: ratio(group.machine.network_bytes_per_s / slots, from.map(|from| from.network_bytes_per_s)),
            disk: ratio(group.machine.disk_bytes_per_s / slots, from.and_then(|from| from.disk_bytes_per_s)),
        };
        let target = Target {
            executors: Some(wish.executors),
            cores: Some(group.slots_per_executor),
            memory: Some(group.executor_memory),
            speeds,
            ..target.clone()
        };
        Span::seconds(own_lead_s(run) + predictor.predict(&target).span_s)
    };
    let out: Vec<EventLogOut> = logs.iter().map(EventLogOut::from).collect();
    let mut warnings: Vec<CodedText> = logs.iter().zip(&out).flat_map(|(log, out)| log_warnings(log, out)).collect();
    warnings.extend(simulate::told(predictor, target));
    if from.is_none() {
        let text = "the log does not name its machines: they are taken for the catalog's reference core; \
            --from-instance-type says better";
        warnings.push(CodedText { code: "machine-unknown".to_owned(), text: text.to_owned() });
    }
    let answer = fixed(arguments, asked.workload, &book, context, (engine, &wish), Some(&work_on), asked.measured)?;
    Ok(SimulateDocument::on_engine(&answer, target, out, warnings))
}

fn open_book() -> Result<PriceBook, CliError> {
    PriceBook::embedded().map_err(|error| CliError::because("cannot open the price book", &error))
}

/// The executors that the flags ask for, or those of the log.
fn wish(arguments: &Simulate, target: &Target, predictor: Option<&Predictor>) -> Result<ExecutorWish, CliError> {
    let of_log = predictor.map(Predictor::middle);
    let executors = target.executors.or_else(|| of_log.map(|run| run.executors)).ok_or_else(|| {
        CliError::usage("cannot simulate", "nothing says how many executors there are").hint("add --executors N")
    })?;
    if let Some(name) = &arguments.instance_type {
        simulate::instance(name)?;
    }
    Ok(ExecutorWish {
        executors,
        cores: target.cores,
        memory: target.memory,
        least_memory: of_log.and_then(|run| run.heap),
        instance_type: arguments.instance_type.clone(),
    })
}

fn fixed(
    arguments: &Simulate,
    mut workload: Workload,
    book: &PriceBook,
    context: &Context,
    (engine, wish): (EngineId, &ExecutorWish),
    work_on: Option<WorkOn<'_>>,
    measured: Option<std::sync::Arc<crate::simulate::replay::MeasuredGraph>>,
) -> Result<crate::rank::FixedAnswer, CliError> {
    if let Some(region) = &arguments.region {
        regions::check(book, region)?;
        workload.region = Sourced::declared(region.clone());
    }
    if let Some(path) = &arguments.prices {
        workload.discounts.unit_prices.extend(own_prices::read(path)?);
    }
    if let Some(deadline) = arguments.beside.deadline {
        workload.deadline = Some(Sourced::declared(deadline));
    }
    let options = RecommendOptions {
        seed: arguments.draws.seed,
        replications: arguments.draws.replications,
        today: Some(context.today()),
        measured,
        sensitivity: false,
    };
    simulate_fixed(&workload, book, &options, (engine, wish), work_on).map_err(|error| match error {
        FixedError::NoShape { .. } => CliError::usage("cannot simulate", error.to_string())
            .hint(
                "ask for another --executor-cores, --executor-memory or --instance-type, or see `shapecast recommend`",
            )
            .exit(Exit::NoCandidate),
        FixedError::Prices(error) => CliError::because("cannot simulate", &error),
    })
}
