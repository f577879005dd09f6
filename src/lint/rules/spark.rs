//! Spark properties wherever a document sets them, and the driver's place.

use super::{Cluster, Role};
use crate::catalog::{EmrLabel, EmrLine};
use crate::lint::code::Code;
use crate::lint::dialect::{Kind, Subject};
use crate::lint::finding::Finding;
use crate::lint::node::Node;

/// A Spark property with the node that sets it.
#[derive(Clone, Debug)]
pub(in crate::lint) struct Property<'a> {
    pub(in crate::lint) key: String,
    pub(in crate::lint) value: String,
    pub(in crate::lint) node: &'a Node,
}

/// All Spark properties that a document sets.
pub(in crate::lint) fn properties(subject: &Subject) -> Vec<Property<'_>> {
    let spec = &subject.spec;
    let mut all = Vec::new();
    match subject.kind {
        Kind::Cluster => {
            classified(spec.get("Configurations"), "Classification", "Properties", &mut all);
            for step in spec.get("Steps").map_or(&[][..], Node::entries) {
                if let Some(arguments) = step.find(&["HadoopJarStep", "Args"]) {
                    let words: Vec<(&str, &Node)> =
                        arguments.entries().iter().filter_map(|word| Some((word.text()?, word))).collect();
                    conf_words(&words, &mut all);
                }
            }
        }
        Kind::Application => classified(spec.get("runtimeConfiguration"), "classification", "properties", &mut all),
        Kind::JobRun => {
            let overrides = spec.find(&["configurationOverrides", "applicationConfiguration"]);
            classified(overrides, "classification", "properties", &mut all);
            let parameters = spec.find(&["jobDriver", "sparkSubmit", "sparkSubmitParameters"]);
            if let Some((node, text)) = parameters.and_then(|node| Some((node, node.text()?))) {
                let words: Vec<(&str, &Node)> = text.split_whitespace().map(|word| (word, node)).collect();
                conf_words(&words, &mut all);
            }
        }
        Kind::GlueJob => {
            let conf = spec.get("DefaultArguments").and_then(|arguments| arguments.get("--conf"));
            if let Some((node, text)) = conf.and_then(|node| Some((node, node.text()?))) {
                let words: Vec<(&str, &Node)> =
                    std::iter::once("--conf").chain(text.split_whitespace()).map(|word| (word, node)).collect();
                conf_words(&words, &mut all);
            }
        }
    }
    all
}

/// `spark-defaults` of a list of classifications.
fn classified<'a>(list: Option<&'a Node>, name: &str, inner: &str, into: &mut Vec<Property<'a>>) {
    for entry in list.map_or(&[][..], Node::entries) {
        if entry.get(name).and_then(Node::text) != Some("spark-defaults") {
            continue;
        }
        for member in entry.get(inner).map_or(&[][..], Node::members) {
            let value = match member.node.text() {
                Some(text) => text.to_owned(),
                None => member.node.shown(),
            };
            into.push(Property { key: member.name.clone(), value, node: &member.node });
        }
    }
}

/// `--conf k=v`, `--executor-memory v` and their kin.
fn conf_words<'a>(words: &[(&str, &'a Node)], into: &mut Vec<Property<'a>>) {
    for pair in words.windows(2) {
        let [(flag, _), (value, node)] = pair else { continue };
        let known = match *flag {
            "--executor-memory" => Some("spark.executor.memory"),
            "--executor-cores" => Some("spark.executor.cores"),
            "--driver-memory" => Some("spark.driver.memory"),
            "--driver-cores" => Some("spark.driver.cores"),
            "--num-executors" => Some("spark.executor.instances"),
            _ => None,
        };
        if let Some(key) = known {
            into.push(Property { key: key.to_owned(), value: (*value).to_owned(), node });
        } else if *flag == "--conf"
            && let Some((key, value)) = value.trim_matches(['"', '\'']).split_once('=')
        {
            into.push(Property { key: key.to_owned(), value: value.to_owned(), node });
        }
    }
}

/// Whether every step keeps its driver on the primary node; `false` when there is none to look at.
fn all_client_mode(cluster: &Cluster<'_>) -> bool {
    let steps = cluster.spec.get("Steps").map_or(&[][..], Node::entries);
    let client = |step: &Node| {
        let words: Vec<&str> = step
            .find(&["HadoopJarStep", "Args"])
            .map_or(&[][..], Node::entries)
            .iter()
            .filter_map(Node::text)
            .collect();
        words.windows(2).any(|pair| pair == ["--deploy-mode", "client"])
    };
    !steps.is_empty() && steps.iter().all(client)
}

/// From EMR 6 on, YARN may put a driver on any node; a label keeps it off Spot.
///
/// Source: EMR management guide, node types; labels by market from 7.2.0 on, `CORE` before.
pub(super) fn driver_on_spot(cluster: &Cluster<'_>, found: &mut Vec<Finding>) {
    let Some(fleet) = cluster.spot_workers().find(|fleet| fleet.role != Some(Role::Core)) else { return };
    let label = release(cluster);
    let old = label.is_some_and(|label| label.line == EmrLine::Classic && label.major < 6);
    if cluster.subject.fragment || old || all_client_mode(cluster) || is_labelled(cluster) {
        return;
    }
    let by_market = label.is_none_or(|label| label.line == EmrLine::Spark || (label.major, label.minor) >= (7, 2));
    let expression = if by_market { "ON_DEMAND" } else { "CORE" };
    found.push(Finding::new(
        Code::DriverOnSpot,
        fleet.node,
        "Nothing keeps the driver off these Spot nodes: from EMR 6 on YARN puts it on any node, and its reclaim ends the run.",
        format!(
            "Add a `yarn-site` configuration with `yarn.node-labels.enabled` = true and \
             `yarn.node-labels.am.default-node-label-expression` = {expression}."
        ),
    ));
}

fn release(cluster: &Cluster<'_>) -> Option<EmrLabel> {
    cluster.spec.get("ReleaseLabel").and_then(Node::text).and_then(|text| text.parse().ok())
}

fn is_labelled(cluster: &Cluster<'_>) -> bool {
    let configurations = cluster.spec.get("Configurations");
    if configurations.is_some_and(Node::is_unknown) {
        return true;
    }
    configurations.map_or(&[][..], Node::entries).iter().any(|entry| {
        entry.get("Classification").and_then(Node::text) == Some("yarn-site")
            && entry.get("Properties").is_some_and(|properties| {
                properties.get("yarn.node-labels.am.default-node-label-expression").is_some()
                    && properties.get("yarn.node-labels.enabled").and_then(Node::flag) == Some(true)
            })
    })
}
