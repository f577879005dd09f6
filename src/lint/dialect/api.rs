//! Documents of the AWS CLI and the SDKs: requests as the services take them, or a part of one.

use super::{Described, Kind, Member, Node, Subject, Tool, Value, implied, list, map};
use crate::lint::read::Notation;
use crate::lint::shapes::{self, Strictness, Table};

pub(super) fn describe(root: &Node, notation: Notation) -> Described {
    let Some((kind, spec, fragment)) = recognise(root) else {
        return Described { subjects: Vec::new(), schema: Vec::new() };
    };
    let strictness = if notation == Notation::Yaml { Strictness::Coerced } else { Strictness::Exact };
    let mut schema = if is_glue_run(root) {
        shapes::check(Table::Api, "glue.StartJobRun", root, strictness)
    } else if fragment {
        let parts = shapes::check(Table::Api, kind.root(), &spec, strictness);
        parts.into_iter().filter(|found| !found.structure.is_empty()).collect()
    } else {
        shapes::check(Table::Api, kind.root(), inner(root), strictness)
    };
    if !fragment {
        misplaced(root, &mut schema);
    }
    let subject = Subject { kind, tool: Tool::Api, name: String::new(), spec, fragment, public_subnets: Vec::new() };
    Described { subjects: vec![subject], schema }
}

/// Answers of `get-job` and requests of `update-job` wrap the job.
fn inner(root: &Node) -> &Node {
    ["Job", "JobUpdate"]
        .iter()
        .find_map(|name| root.get(name).filter(|node| !node.members().is_empty()))
        .unwrap_or(root)
}

/// A run of a Glue job: what it says wins over the job.
fn is_glue_run(root: &Node) -> bool {
    root.get("JobName").is_some() && root.get("Command").is_none() && root.get("JobUpdate").is_none()
}

/// What the document is, in the API's words, and whether it is only a part.
fn recognise(root: &Node) -> Option<(Kind, Node, bool)> {
    if let Value::List(entries) = &root.value {
        let first = entries.first()?;
        let as_part = |name: &str| {
            let instances = map(root, vec![Member::of(name, root.clone())]);
            map(root, vec![Member::of("Instances", instances)])
        };
        if first.get("InstanceFleetType").is_some() || first.get("InstanceTypeConfigs").is_some() {
            return Some((Kind::Cluster, as_part("InstanceFleets"), true));
        }
        if first.get("InstanceGroupType").is_some() || first.get("InstanceRole").is_some() {
            return Some((Kind::Cluster, as_part("InstanceGroups"), true));
        }
        first.get("Classification")?;
        return Some((Kind::Cluster, map(root, vec![Member::of("Configurations", root.clone())]), true));
    }
    let body = inner(root);
    let has = |names: &[&str]| names.iter().any(|name| body.get(name).is_some());
    if has(&["Instances", "InstanceFleets", "InstanceGroups", "JobFlowRole", "Ec2Attributes"])
        || (has(&["ReleaseLabel"]) && has(&["Applications", "ServiceRole", "Configurations"]))
    {
        return Some((Kind::Cluster, create_cluster(body), false));
    }
    // A job run of EMR on EKS has some of the same words.
    if has(&["virtualClusterId"]) {
        return None;
    }
    if has(&["applicationId", "jobDriver", "executionRoleArn"]) {
        return Some((Kind::JobRun, body.clone(), false));
    }
    if has(&["releaseLabel", "maximumCapacity", "initialCapacity", "autoStopConfiguration"]) {
        return Some((Kind::Application, body.clone(), false));
    }
    if is_glue_run(root) {
        return Some((Kind::GlueJob, root.clone(), true));
    }
    let glue = ["GlueVersion", "WorkerType", "NumberOfWorkers", "DefaultArguments", "ExecutionClass", "Command"];
    has(&glue).then(|| (Kind::GlueJob, body.clone(), false))
}

/// `aws emr create-cluster` has its own words at the top: fleets beside the release, attributes of EC2 in one place.
fn create_cluster(root: &Node) -> Node {
    let mut members = root.members().to_vec();
    let taken: Vec<Member> = ["InstanceFleets", "InstanceGroups"]
        .iter()
        .filter_map(|name| {
            let index = members.iter().position(|member| member.name == *name)?;
            Some(members.remove(index))
        })
        .collect();
    let attributes =
        members.iter().position(|member| member.name == "Ec2Attributes").map(|index| members.remove(index));
    if taken.is_empty() && attributes.is_none() {
        return root.clone();
    }
    let mut instances = root.get("Instances").map_or_else(Vec::new, |node| node.members().to_vec());
    instances.extend(taken);
    if let Some(attributes) = &attributes {
        let of = |name: &str| attributes.node.get(name).cloned();
        if let Some(subnet) = of("SubnetId") {
            instances.push(Member::of("Ec2SubnetId", subnet));
        }
        if let Some(subnets) = of("SubnetIds") {
            instances.push(list("Ec2SubnetIds", &subnets, subnets.entries().to_vec()));
        }
        if let Some(profile) = of("InstanceProfile") {
            members.push(Member::of("JobFlowRole", profile));
        }
    }
    members.retain(|member| member.name != "Instances");
    members.push(implied("Instances", root, Value::Map(instances)));
    map(root, members)
}

/// Where the misplaced members of a cluster belong.
fn misplaced(root: &Node, schema: &mut [crate::lint::finding::SchemaFinding]) {
    for found in schema.iter_mut().filter(|found| found.structure == root.path) {
        let place = match found.member.as_str() {
            "InstanceFleets" | "InstanceGroups" => "It belongs into `Instances`.",
            "Ec2Attributes" => {
                "That is a flag of `aws emr create-cluster`: in a request the subnets belong into `Instances`, the \
                 instance profile into `JobFlowRole`."
            }
            _ => continue,
        };
        place.clone_into(&mut found.finding.fix);
    }
}
