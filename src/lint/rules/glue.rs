//! Glue jobs: workers, Flex, time-outs.

use super::defaults::glue_version;
use super::{Asked, lifetime};
use crate::catalog::{Catalog, GlueWorkerKind};
use crate::lint::code::Code;
use crate::lint::dialect::Subject;
use crate::lint::finding::Finding;
use crate::lint::node::Node;

/// Minutes after which a time-out lets a hung run bill long (Glue's default is 480, and 2,880 before 5.0).
const LONG_TIMEOUT: f64 = 480.0;

pub(super) fn check(subject: &Subject, asked: &Asked, found: &mut Vec<Finding>) {
    let spec = &subject.spec;
    capacity(spec, found);
    workers(spec, found);
    flex(subject, asked, found);
    if subject.fragment {
        return;
    }
    timeout(spec, found);
    event_log(spec, found);
    lifetime::tags(spec, found);
}

fn command(spec: &Node) -> Option<&str> {
    spec.find(&["Command", "Name"]).and_then(Node::text)
}

fn capacity(spec: &Node, found: &mut Vec<Finding>) {
    let (Some(capacity), true) =
        (spec.get("MaxCapacity"), spec.get("WorkerType").is_some() || spec.get("NumberOfWorkers").is_some())
    else {
        return;
    };
    found.push(Finding::new(
        Code::GlueCapacityTwice,
        capacity,
        "`MaxCapacity` and worker type or number: Glue takes one of the two.",
        "Delete `MaxCapacity`; it is for Python shell jobs and Glue before 2.0.",
    ));
}

fn workers(spec: &Node, found: &mut Vec<Finding>) {
    if let Some(number) = spec.get("NumberOfWorkers").filter(|node| node.number().is_some_and(|number| number < 2.0)) {
        found.push(Finding::new(
            Code::TooFewWorkers,
            number,
            "One worker is the driver's: none is left for executors.",
            "Write 2 or more.",
        ));
    }
    let Some((node, name)) = spec.get("WorkerType").and_then(|node| Some((node, node.text()?))) else { return };
    if name.contains("${") {
        return;
    }
    let batch = matches!(command(spec), None | Some("glueetl"));
    match Catalog::embedded().glue_worker(name) {
        None => {
            let all: Vec<&str> = Catalog::embedded()
                .glue_workers()
                .iter()
                .filter(|worker| worker.kind == GlueWorkerKind::Spark)
                .map(|worker| worker.name.as_str())
                .collect();
            found.push(
                Finding::new(
                    Code::WorkerSize,
                    node,
                    format!("Glue has no worker type `{name}`."),
                    format!("Take one of {}.", all.join(", ")),
                )
                .covering(spec, "WorkerType"),
            );
        }
        Some(worker) if batch && worker.kind == GlueWorkerKind::Streaming => found.push(Finding::new(
            Code::WorkerSize,
            node,
            format!("`{name}` is for streaming jobs only."),
            "Take G.1X or larger.",
        )),
        Some(_) => {}
    }
}

fn flex(subject: &Subject, asked: &Asked, found: &mut Vec<Finding>) {
    let spec = &subject.spec;
    let Some(class) = spec.get("ExecutionClass").filter(|node| node.text() == Some("FLEX")) else { return };
    if let Some(kind) = command(spec).filter(|kind| *kind != "glueetl") {
        let text = format!("Flex is for Spark batch jobs: a `{kind}` job has none.");
        found.push(Finding::new(Code::GlueFlexUnsupported, class, text, "Write \"STANDARD\"."));
    } else if glue_version(subject).is_some_and(|version| version < (3, 0)) {
        let text = "Flex needs Glue 3.0 or later.";
        found.push(Finding::new(
            Code::GlueFlexUnsupported,
            class,
            text,
            "Move to a newer Glue version, or write \"STANDARD\".",
        ));
    }
    if let Some(deadline) = asked.deadline {
        found.push(Finding::new(
            Code::FlexWithDeadline,
            class,
            format!("Flex runs on spare capacity, which comes late or is taken back, and the job has a deadline of {deadline}."),
            "Write \"STANDARD\".",
        ));
    }
}

fn timeout(spec: &Node, found: &mut Vec<Finding>) {
    if command(spec) == Some("gluestreaming") {
        return;
    }
    match spec.get("Timeout") {
        None => found.push(Finding::new(
            Code::LongTimeout,
            spec,
            "No `Timeout`: a hung run bills for Glue's default of eight hours (two days before Glue 5.0).",
            "Set it to about twice the usual time.",
        )),
        Some(node) if node.number().is_some_and(|minutes| minutes >= LONG_TIMEOUT) => found.push(Finding::new(
            Code::LongTimeout,
            node,
            format!("A hung run bills for {} minutes before it is stopped.", node.shown()),
            "Set it to about twice the usual time.",
        )),
        Some(_) => {}
    }
}

fn event_log(spec: &Node, found: &mut Vec<Finding>) {
    let arguments = spec.get("DefaultArguments");
    let set = arguments.and_then(|arguments| arguments.get("--spark-event-logs-path")).is_some();
    let known = arguments.is_none_or(|node| !node.is_unknown());
    if !set && known && matches!(command(spec), None | Some("glueetl")) {
        found.push(Finding::new(
            Code::NoEventLog,
            arguments.unwrap_or(spec),
            "No `--spark-event-logs-path`: nobody can measure or explain the run.",
            "Set `--enable-spark-ui` to \"true\" and `--spark-event-logs-path` to an S3 prefix.",
        ));
    }
}
