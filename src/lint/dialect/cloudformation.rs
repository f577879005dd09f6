//! CloudFormation templates, in JSON or YAML.

use super::{
    At, Described, Kind, Member, Node, Subject, Tool, Value, camel, configurations, list, map, rename_all, renamed,
    with_role,
};
use crate::lint::shapes::{self, Strictness, Table};

pub(super) fn is_template(root: &Node) -> bool {
    let resources = root.get("Resources").map_or(&[][..], Node::members);
    resources.iter().any(|resource| kind_of(&resource.node).is_some_and(|kind| kind.contains("::")))
}

fn kind_of(resource: &Node) -> Option<&str> {
    resource.get("Type").and_then(Node::text)
}

pub(super) fn describe(root: &Node) -> Described {
    let template = resolved(root, root);
    let resources = template.get("Resources").map_or(&[][..], Node::members);
    let mut described = Described { subjects: Vec::new(), schema: Vec::new() };
    for resource in resources {
        let Some(kind) = kind_of(&resource.node) else { continue };
        let empty = map(&resource.node, Vec::new());
        let properties = resource.node.get("Properties").unwrap_or(&empty);
        described.schema.extend(shapes::check(Table::CloudFormation, kind, properties, Strictness::Coerced));
        let (kind, spec) = match kind {
            "AWS::EMR::Cluster" => (Kind::Cluster, cluster(&resource.name, properties, resources)),
            "AWS::EMRServerless::Application" => (Kind::Application, application(properties)),
            "AWS::Glue::Job" => (Kind::GlueJob, properties.clone()),
            _ => continue,
        };
        described.subjects.push(Subject {
            kind,
            tool: Tool::CloudFormation,
            name: resource.name.clone(),
            public_subnets: public_subnets(&spec, resources),
            spec,
            fragment: false,
        });
    }
    described
}

/// Functions become unknown values, but for references to parameters with a default.
fn resolved(node: &Node, template: &Node) -> Node {
    let value = match &node.value {
        Value::Map(members) => match members.as_slice() {
            [only] if only.name == "Ref" => {
                return reference(node, only.node.text().unwrap_or_default(), template);
            }
            [only] if only.name.starts_with("Fn::") => Value::Unknown(format!("{} {}", only.name, only.node.shown())),
            several => Value::Map(
                several
                    .iter()
                    .map(|member| Member { node: resolved(&member.node, template), ..member.clone() })
                    .collect(),
            ),
        },
        Value::List(entries) => Value::List(entries.iter().map(|entry| resolved(entry, template)).collect()),
        Value::Unknown(text) => match text.strip_prefix("!Ref ") {
            Some(name) => return reference(node, name.trim(), template),
            None => node.value.clone(),
        },
        other => other.clone(),
    };
    Node { value, ..node.clone() }
}

fn reference(node: &Node, name: &str, template: &Node) -> Node {
    let default = template.find(&["Parameters", name, "Default"]);
    let value = default.map_or_else(|| Value::Unknown(format!("!Ref {name}")), |default| default.value.clone());
    Node { value, ..node.clone() }
}

/// Fleets stand apart by role, some as resources of their own; properties have a longer name.
fn cluster(logical_id: &str, properties: &Node, resources: &[Member]) -> Node {
    let empty = map(properties, Vec::new());
    let instances = properties.get("Instances").unwrap_or(&empty);
    let (mut fleets, mut groups, mut rest) = (Vec::new(), Vec::new(), Vec::new());
    for member in instances.members() {
        match member.name.as_str() {
            "MasterInstanceFleet" => with_role(&member.node, "InstanceFleetType", "MASTER", &mut fleets),
            "CoreInstanceFleet" => with_role(&member.node, "InstanceFleetType", "CORE", &mut fleets),
            "TaskInstanceFleets" => with_role(&member.node, "InstanceFleetType", "TASK", &mut fleets),
            "MasterInstanceGroup" => with_role(&member.node, "InstanceRole", "MASTER", &mut groups),
            "CoreInstanceGroup" => with_role(&member.node, "InstanceRole", "CORE", &mut groups),
            "TaskInstanceGroups" => with_role(&member.node, "InstanceRole", "TASK", &mut groups),
            _ => rest.push(member.clone()),
        }
    }
    fleets.extend(of_cluster("AWS::EMR::InstanceFleetConfig", logical_id, resources).cloned());
    groups.extend(of_cluster("AWS::EMR::InstanceGroupConfig", logical_id, resources).cloned());
    if !fleets.is_empty() {
        rest.push(list("InstanceFleets", instances, fleets));
    }
    if !groups.is_empty() {
        rest.push(list("InstanceGroups", instances, groups));
    }
    let steps: Vec<Node> = of_cluster("AWS::EMR::Step", logical_id, resources).cloned().collect();
    let mut members: Vec<Member> = properties
        .members()
        .iter()
        .filter(|member| member.name != "Instances")
        .map(|member| match member.name.as_str() {
            "Configurations" => Member { node: configurations(&member.node), ..member.clone() },
            _ => member.clone(),
        })
        .collect();
    members.push(Member { name: "Instances".to_owned(), at: instances.at, node: map(instances, rest) });
    if !steps.is_empty() && properties.get("Steps").is_none() {
        members.push(list("Steps", properties, steps));
    }
    map(properties, members)
}

/// Properties of the resources of a kind that belong to a cluster.
fn of_cluster<'a>(kind: &'a str, logical_id: &'a str, resources: &'a [Member]) -> impl Iterator<Item = &'a Node> {
    resources.iter().filter(move |resource| kind_of(&resource.node) == Some(kind)).filter_map(move |resource| {
        let properties = resource.node.get("Properties")?;
        let member = if kind.ends_with("GroupConfig") || kind.ends_with("Step") { "JobFlowId" } else { "ClusterId" };
        let owner = properties.get(member)?;
        let same = matches!(&owner.value, Value::Unknown(text) if mentions(text, logical_id));
        same.then_some(properties)
    })
}

/// Whether a function's text names this logical id as a whole word.
fn mentions(text: &str, logical_id: &str) -> bool {
    text.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == logical_id)
}

/// The API's words start small, and its map of initial capacities is a list of keys and values here.
fn application(properties: &Node) -> Node {
    let mut spec = rename_all(properties, &camel, &[]);
    if let Value::Map(members) = &mut spec.value {
        for member in members.iter_mut().filter(|member| member.name == "initialCapacity") {
            if let Value::List(entries) = &member.node.value {
                let inner = entries
                    .iter()
                    .filter_map(|entry| Some(Member::of(entry.get("key")?.text()?, entry.get("value")?.clone())))
                    .collect();
                member.node.value = Value::Map(inner);
            }
        }
        for member in members.iter_mut().filter(|member| member.name == "tags") {
            let tags = member
                .node
                .entries()
                .iter()
                .filter_map(|tag| Some(Member::of(tag.get("key")?.text()?, tag.get("value")?.clone())))
                .collect();
            member.node.value = Value::Map(tags);
        }
    }
    let original = properties.get("RuntimeConfiguration");
    if let (Some(original), Value::Map(members)) = (original, &mut spec.value) {
        members.retain(|member| member.name != "runtimeConfiguration");
        members.push(Member::of("runtimeConfiguration", runtime(original)));
    }
    spec
}

/// Spark's properties keep their names.
fn runtime(original: &Node) -> Node {
    let entries = original
        .entries()
        .iter()
        .map(|entry| {
            let members = entry.members().iter().map(|member| renamed(&camel(&member.name), member)).collect();
            map(entry, members)
        })
        .collect();
    Node { value: Value::List(entries), ..original.clone() }
}

/// References to subnets of the same template that give out public addresses.
fn public_subnets(spec: &Node, resources: &[Member]) -> Vec<(String, At)> {
    let public: Vec<&str> = resources
        .iter()
        .filter(|resource| kind_of(&resource.node) == Some("AWS::EC2::Subnet"))
        .filter(|resource| {
            resource.node.find(&["Properties", "MapPublicIpOnLaunch"]).and_then(Node::flag) == Some(true)
        })
        .map(|resource| resource.name.as_str())
        .collect();
    let mut found = Vec::new();
    collect(spec, &|text| public.iter().any(|id| mentions(text, id)), &mut found);
    found
}

fn collect(node: &Node, is_public: &dyn Fn(&str) -> bool, into: &mut Vec<(String, At)>) {
    match &node.value {
        Value::Unknown(text) if is_public(text) => into.push((node.path.clone(), node.at)),
        Value::Map(members) => members.iter().for_each(|member| collect(&member.node, is_public, into)),
        _ => node.entries().iter().for_each(|entry| collect(entry, is_public, into)),
    }
}
