//! How long a cluster lives and what of that is paid for nothing; where its logs go.

use super::Cluster;
use crate::lint::code::Code;
use crate::lint::finding::Finding;
use crate::lint::node::Node;

pub(super) fn check(cluster: &Cluster<'_>, found: &mut Vec<Finding>) {
    if cluster.subject.fragment {
        return;
    }
    idle(cluster, found);
    steps(cluster, found);
    logs(cluster, found);
    tags(cluster.spec, found);
}

fn has_steps(cluster: &Cluster<'_>) -> bool {
    cluster.spec.get("Steps").is_some_and(|steps| steps.is_unknown() || !steps.entries().is_empty())
}

fn idle(cluster: &Cluster<'_>, found: &mut Vec<Finding>) {
    let timeout = cluster.spec.find(&["AutoTerminationPolicy", "IdleTimeout"]);
    match (timeout, cluster.stays_alive()) {
        // Ended with its steps: the time-out is only a net.
        (Some(_), Some(false)) => {}
        (Some(timeout), _) => {
            let seconds = timeout.number();
            let bills =
                seconds.map_or_else(|| "its time".to_owned(), |seconds| format!("{:.0} minutes", seconds / 60.0));
            found.push(Finding::new(
                Code::IdleTimeoutBills,
                timeout,
                format!("After the last step every node bills {bills} more, each run, until the idle time-out ends the cluster."),
                "For a cluster of one run: give it its steps and set `KeepJobFlowAliveWhenNoSteps` to false; it then ends \
                 with the last one.",
            ));
        }
        (None, Some(true)) if cluster.spec.get("AutoTerminationPolicy").is_none() => {
            let node = cluster.instance_member("KeepJobFlowAliveWhenNoSteps").unwrap_or(cluster.spec);
            found.push(Finding::new(
                Code::AliveWithoutEnd,
                node,
                "The cluster stays up without steps and nothing ends it: it bills until somebody does.",
                "Set `KeepJobFlowAliveWhenNoSteps` to false, or an `AutoTerminationPolicy`.",
            ));
        }
        (None, _) => {}
    }
}

fn steps(cluster: &Cluster<'_>, found: &mut Vec<Finding>) {
    if cluster.stays_alive() != Some(true) && !has_steps(cluster) {
        found.push(Finding::new(
            Code::NoSteps,
            cluster.spec,
            "No steps, and `KeepJobFlowAliveWhenNoSteps` is false (the default): the cluster ends as soon as it is up, \
             unless an orchestrator adds a step in time.",
            "Put the job into `Steps`.",
        ));
    }
}

fn logs(cluster: &Cluster<'_>, found: &mut Vec<Finding>) {
    if cluster.spec.get("LogUri").is_none() {
        found.push(Finding::new(
            Code::NoEventLog,
            cluster.spec,
            "No `LogUri`: the logs die with the cluster, and nobody can measure or explain the run.",
            "Set `LogUri`, and `spark.eventLog.dir` to an S3 prefix.",
        ));
    }
}

pub(super) fn tags(spec: &Node, found: &mut Vec<Finding>) {
    let none = ["Tags", "tags"].iter().all(|name| spec.get(name).is_none());
    if none {
        found.push(Finding::new(
            Code::NoCostTags,
            spec,
            "No tags: the cost report cannot tell this job's cost from others'.",
            "Tag it with the workload's name, and activate the tag for cost allocation.",
        ));
    }
}
