//! Terraform resources of the AWS provider.

use super::{
    At, Described, Kind, Member, Node, Subject, Tool, Value, camel, configurations, decoded, implied, list, map,
    pascal, rename_all, renamed, with_role,
};
use crate::lint::shapes::{self, Strictness, Table};

/// Blocks that may come several times: one of them is a list of one.
const MANY: [&str; 7] = [
    "instance_type_configs",
    "configurations",
    "step",
    "bootstrap_action",
    "ebs_config",
    "initial_capacity",
    "runtime_configuration",
];

pub(super) fn describe(root: &Node) -> Described {
    let own: Vec<Member> = root.members().iter().map(without_meta_arguments).collect();
    let resources = own.as_slice();
    let mut described = Described { subjects: Vec::new(), schema: Vec::new() };
    for resource in resources {
        let Some((kind, _)) = resource.name.split_once('.') else { continue };
        described.schema.extend(shapes::check(Table::Terraform, kind, &resource.node, Strictness::Coerced));
        let (kind, spec) = match kind {
            "aws_emr_cluster" => (Kind::Cluster, cluster(resource, resources)),
            "aws_emrserverless_application" => (Kind::Application, application(&resource.node)),
            "aws_glue_job" => (Kind::GlueJob, glue_job(&resource.node)),
            _ => continue,
        };
        described.subjects.push(Subject {
            kind,
            tool: Tool::Terraform,
            name: resource.name.clone(),
            public_subnets: public_subnets(&spec, resources),
            spec,
            fragment: false,
        });
    }
    described
}

/// What Terraform itself takes in every resource is nothing that the provider or the API knows.
fn without_meta_arguments(resource: &Member) -> Member {
    let body = &resource.node;
    let rest = body.members().iter().filter(|member| !shapes::is_meta_argument(&member.name)).cloned().collect();
    Member { node: map(body, rest), ..resource.clone() }
}

/// Acronyms and words that do not follow the rule.
fn api_name(name: &str) -> String {
    match name {
        "maximum_ondemand_capacity_units" => "MaximumOnDemandCapacityUnits".to_owned(),
        "volumes_per_instance" => "VolumesPerInstance".to_owned(),
        _ => pascal(name),
    }
}

fn cluster(resource: &Member, resources: &[Member]) -> Node {
    let body = &resource.node;
    let (mut fleets, mut groups, mut instances) = (Vec::new(), Vec::new(), Vec::new());
    let mut members = Vec::new();
    for member in body.members() {
        let node = rename_all(&member.node, &api_name, &MANY);
        let mut put = |name: &str| members.push(Member { name: name.to_owned(), at: member.at, node: node.clone() });
        match member.name.as_str() {
            "master_instance_fleet" => with_role(&fleet(&node), "InstanceFleetType", "MASTER", &mut fleets),
            "core_instance_fleet" => with_role(&fleet(&node), "InstanceFleetType", "CORE", &mut fleets),
            "master_instance_group" => with_role(&group(&node), "InstanceRole", "MASTER", &mut groups),
            "core_instance_group" => with_role(&group(&node), "InstanceRole", "CORE", &mut groups),
            "ec2_attributes" => attributes(&node, &mut instances, &mut members),
            "applications" => members.push(applications(member)),
            "configurations_json" | "configurations" => {
                if let Some(list) = decoded(&member.node) {
                    members.push(Member::of("Configurations", configurations(&list)));
                }
            }
            "keep_job_flow_alive_when_no_steps" => instances.push(renamed("KeepJobFlowAliveWhenNoSteps", member)),
            "termination_protection" => instances.push(renamed("TerminationProtected", member)),
            "step" => members.push(Member::of("Steps", super::as_list(node))),
            "tags" => members.push(tags(member)),
            // Refused by the provider, and no policy: that is a resource of its own.
            "managed_scaling_policy" => {}
            "auto_termination_policy" => put("AutoTerminationPolicy"),
            other => members.push(renamed(&api_name(other), member)),
        }
    }
    if body.get("keep_job_flow_alive_when_no_steps").is_none() {
        // The provider's default is the other way round than the API's.
        instances.push(implied("KeepJobFlowAliveWhenNoSteps", body, Value::Bool(true)));
    }
    for other in of_cluster("aws_emr_instance_fleet", &resource.name, resources) {
        with_role(&fleet(&rename_all(other, &api_name, &MANY)), "InstanceFleetType", "TASK", &mut fleets);
    }
    for other in of_cluster("aws_emr_instance_group", &resource.name, resources) {
        with_role(&group(&rename_all(other, &api_name, &MANY)), "InstanceRole", "TASK", &mut groups);
    }
    if let Some(policy) = of_cluster("aws_emr_managed_scaling_policy", &resource.name, resources).next() {
        members.push(Member::of("ManagedScalingPolicy", rename_all(policy, &api_name, &MANY)));
    }
    if !fleets.is_empty() {
        instances.push(list("InstanceFleets", body, fleets));
    }
    if !groups.is_empty() {
        instances.push(list("InstanceGroups", body, groups));
    }
    members.push(Member { name: "Instances".to_owned(), at: body.at, node: map(body, instances) });
    map(body, members)
}

fn applications(member: &Member) -> Member {
    let entries = member
        .node
        .entries()
        .iter()
        .map(|entry| map(entry, vec![Member { name: "Name".to_owned(), at: entry.at, node: entry.clone() }]))
        .collect();
    Member {
        name: "Applications".to_owned(),
        at: member.at,
        node: Node { value: Value::List(entries), ..member.node.clone() },
    }
}

/// A map here, a list of keys and values in the API.
fn tags(member: &Member) -> Member {
    let entries = member
        .node
        .members()
        .iter()
        .map(|tag| {
            let key = Node { value: Value::Text(tag.name.clone()), ..tag.node.clone() };
            map(&tag.node, vec![Member::of("Key", key), Member::of("Value", tag.node.clone())])
        })
        .collect();
    list("Tags", &member.node, entries)
}

fn attributes(node: &Node, instances: &mut Vec<Member>, members: &mut Vec<Member>) {
    for member in node.members() {
        match member.name.as_str() {
            "SubnetId" => instances.push(renamed("Ec2SubnetId", member)),
            "SubnetIds" => instances.push(renamed("Ec2SubnetIds", member)),
            "InstanceProfile" => members.push(renamed("JobFlowRole", member)),
            _ => {}
        }
    }
}

/// `ebs_config { size type volumes_per_instance }` as the API's nested configuration.
fn fleet(node: &Node) -> Node {
    let members = node
        .members()
        .iter()
        .map(|member| match member.name.as_str() {
            "InstanceTypeConfigs" => {
                let entries = member.node.entries().iter().map(with_volumes).collect();
                Member { node: Node { value: Value::List(entries), ..member.node.clone() }, ..member.clone() }
            }
            _ => member.clone(),
        })
        .collect();
    map(node, members)
}

fn group(node: &Node) -> Node {
    with_volumes(node)
}

fn with_volumes(node: &Node) -> Node {
    let mut members: Vec<Member> = node.members().iter().filter(|member| member.name != "EbsConfig").cloned().collect();
    if let Some(volumes) = node.get("EbsConfig") {
        let devices: Vec<Node> = volumes.entries().iter().map(device).collect();
        let configuration = map(volumes, vec![list("EbsBlockDeviceConfigs", volumes, devices)]);
        members.push(Member::of("EbsConfiguration", configuration));
    }
    map(node, members)
}

fn device(volume: &Node) -> Node {
    let name = |name: &str| match name {
        "Size" => "SizeInGB".to_owned(),
        "Type" => "VolumeType".to_owned(),
        other => other.to_owned(),
    };
    let (count, rest): (Vec<Member>, Vec<Member>) =
        volume.members().iter().cloned().partition(|member| member.name == "VolumesPerInstance");
    let specification = map(volume, rest.iter().map(|member| renamed(&name(&member.name), member)).collect());
    let mut members = vec![Member::of("VolumeSpecification", specification)];
    members.extend(count);
    map(volume, members)
}

/// Bodies of the resources of a kind that belong to a cluster.
fn of_cluster<'a>(kind: &'a str, cluster: &'a str, resources: &'a [Member]) -> impl Iterator<Item = &'a Node> {
    resources.iter().filter(move |resource| resource.name.split_once('.').is_some_and(|(of, _)| of == kind)).filter_map(
        move |resource| {
            let owner = resource.node.get("cluster_id")?;
            let same = matches!(&owner.value, Value::Unknown(text) if text.strip_prefix(cluster).is_some_and(|rest| rest.starts_with('.') || rest.starts_with('[')));
            same.then_some(&resource.node)
        },
    )
}

/// The API's map of initial capacities is blocks with a type here.
fn application(body: &Node) -> Node {
    let rename = |name: &str| camel(&pascal(name));
    let mut spec = rename_all(body, &rename, &MANY);
    if let Value::Map(members) = &mut spec.value {
        for member in members.iter_mut() {
            match member.name.as_str() {
                "initialCapacity" => {
                    let inner = member
                        .node
                        .entries()
                        .iter()
                        .filter_map(|entry| {
                            let kind = entry.get("initialCapacityType")?.text()?;
                            Some(Member::of(kind, entry.get("initialCapacityConfig")?.clone()))
                        })
                        .collect();
                    member.node.value = Value::Map(inner);
                }
                "tags" => {
                    if let Some(original) = body.get("tags") {
                        member.node = original.clone();
                    }
                }
                "runtimeConfiguration" => {
                    if let Some(original) = body.get("runtime_configuration") {
                        member.node = Node { value: Value::List(original.entries().to_vec()), ..original.clone() };
                    }
                }
                _ => {}
            }
        }
    }
    spec
}

fn glue_job(body: &Node) -> Node {
    let members = body
        .members()
        .iter()
        .map(|member| match member.name.as_str() {
            "role_arn" => renamed("Role", member),
            "default_arguments" | "non_overridable_arguments" | "tags" => renamed(&pascal(&member.name), member),
            _ => Member { name: pascal(&member.name), at: member.at, node: rename_all(&member.node, &api_name, &[]) },
        })
        .collect();
    map(body, members)
}

/// References to subnets of the same file that give out public addresses.
fn public_subnets(spec: &Node, resources: &[Member]) -> Vec<(String, At)> {
    let public: Vec<&str> = resources
        .iter()
        .filter(|resource| resource.name.starts_with("aws_subnet."))
        .filter(|resource| resource.node.get("map_public_ip_on_launch").and_then(Node::flag) == Some(true))
        .map(|resource| resource.name.as_str())
        .collect();
    let mut found = Vec::new();
    collect(spec, &|text: &str| public.iter().any(|name| mentions(text, name)), &mut found);
    found
}

fn mentions(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(start, _)| {
        let after = text[start + name.len()..].chars().next();
        !after.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
    })
}

fn collect(node: &Node, is_public: &dyn Fn(&str) -> bool, into: &mut Vec<(String, At)>) {
    match &node.value {
        Value::Unknown(text) if is_public(text) => into.push((node.path.clone(), node.at)),
        Value::Map(members) => members.iter().for_each(|member| collect(&member.node, is_public, into)),
        _ => node.entries().iter().for_each(|entry| collect(entry, is_public, into)),
    }
}
