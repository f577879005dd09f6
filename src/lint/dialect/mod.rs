//! From documents to subjects: what is described, in the words of the service's API, whatever tool it was written for.

mod api;
mod cloudformation;
mod terraform;

use super::finding::SchemaFinding;
use super::node::{At, Member, Node, Value, member_path};
use super::read::{Document, Notation};
use super::shapes::{self, Strictness, Table};

/// What a subject is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An EMR cluster, as RunJobFlow takes it.
    Cluster,
    /// An EMR Serverless application, as CreateApplication takes it.
    Application,
    /// An EMR Serverless job run, as StartJobRun takes it.
    JobRun,
    /// A Glue job, as CreateJob takes it.
    GlueJob,
}

impl Kind {
    /// The name for people.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Cluster => "EMR cluster",
            Self::Application => "EMR Serverless application",
            Self::JobRun => "EMR Serverless job run",
            Self::GlueJob => "Glue job",
        }
    }

    const fn root(self) -> &'static str {
        match self {
            Self::Cluster => "emr.RunJobFlow",
            Self::Application => "emr-serverless.CreateApplication",
            Self::JobRun => "emr-serverless.StartJobRun",
            Self::GlueJob => "glue.CreateJob",
        }
    }
}

/// The tool that a document is for: some rules hold for one of them only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// The AWS CLI and the SDKs.
    Api,
    /// CloudFormation.
    CloudFormation,
    /// Terraform.
    Terraform,
}

/// One thing that a document describes.
#[derive(Clone, Debug)]
pub struct Subject {
    /// What it is.
    pub kind: Kind,
    /// For which tool it was written.
    pub tool: Tool,
    /// Its name in the document: a logical id, a resource's address; empty for a document of its own.
    pub name: String,
    /// Members named as in the service's API; paths and places as in the document.
    pub spec: Node,
    /// Only a part of a subject (a list of fleets): what is not there may stand elsewhere.
    pub fragment: bool,
    /// Subnets that the document itself says to be public: paths of references to them.
    pub public_subnets: Vec<(String, At)>,
}

impl Subject {
    /// What it is, with its name, for people.
    #[must_use]
    pub fn title(&self) -> String {
        if self.name.is_empty() {
            self.kind.title().to_owned()
        } else {
            format!("{} `{}`", self.kind.title(), self.name)
        }
    }
}

/// A document with what it describes and what its tool would refuse.
#[derive(Debug)]
pub struct Described {
    /// The subjects, in the order of the document.
    pub subjects: Vec<Subject>,
    /// Schema errors.
    pub schema: Vec<SchemaFinding>,
}

/// The subjects of a document; none when it describes nothing known.
#[must_use]
pub fn describe(document: &Document) -> Described {
    let root = &document.root;
    let mut described = match document.notation {
        Notation::Hcl => terraform::describe(root),
        _ if cloudformation::is_template(root) => cloudformation::describe(root),
        notation => api::describe(root, notation),
    };
    for subject in described.subjects.iter().filter(|subject| subject.tool != Tool::Api) {
        let values = shapes::check(Table::Api, subject.kind.root(), &subject.spec, Strictness::ValuesOnly);
        for found in values {
            let known = described.schema.iter().any(|other| other.finding.path == found.finding.path);
            if !known {
                described.schema.push(found);
            }
        }
    }
    described
}

/// A map of members.
fn map(from: &Node, members: Vec<Member>) -> Node {
    Node::new(from.at, from.path.clone(), Value::Map(members))
}

/// The same value under another name.
fn renamed(name: &str, member: &Member) -> Member {
    Member { name: name.to_owned(), at: member.at, node: member.node.clone() }
}

/// A member that the document does not have, at the place of what it follows from.
fn implied(name: &str, from: &Node, value: Value) -> Member {
    Member { name: name.to_owned(), at: from.at, node: Node::new(from.at, member_path(&from.path, name), value) }
}

/// A member that is put together from others.
fn made(name: &str, from: &Node, value: Value) -> Member {
    Member { name: name.to_owned(), at: from.at, node: Node::new(from.at, from.path.clone(), value) }
}

/// Every member's name through `rename`, all the way down. Single blocks become maps.
fn rename_all(node: &Node, rename: &dyn Fn(&str) -> String, many: &[&str]) -> Node {
    let value = match &node.value {
        Value::Map(members) => Value::Map(
            members
                .iter()
                .map(|member| {
                    let inner = rename_all(&member.node, rename, many);
                    let inner = if many.contains(&member.name.as_str()) { as_list(inner) } else { inner };
                    Member { name: rename(&member.name), at: member.at, node: inner }
                })
                .collect(),
        ),
        Value::Blocks(blocks) => match blocks.as_slice() {
            [only] => return rename_all(only, rename, many),
            several => Value::List(several.iter().map(|block| rename_all(block, rename, many)).collect()),
        },
        Value::List(entries) => Value::List(entries.iter().map(|entry| rename_all(entry, rename, many)).collect()),
        other => other.clone(),
    };
    Node { value, ..node.clone() }
}

/// One block of a kind that may come several times.
fn as_list(node: Node) -> Node {
    match node.value {
        Value::Map(_) => Node { at: node.at, path: node.path.clone(), value: Value::List(vec![node]) },
        _ => node,
    }
}

/// `target_spot_capacity` as `TargetSpotCapacity`.
fn pascal(name: &str) -> String {
    name.split('_')
        .map(|word| {
            let mut letters = word.chars();
            letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
        })
        .collect()
}

/// `MaximumCapacity` as `maximumCapacity`.
fn camel(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// A text that encodes a document, decoded: Terraform's `configurations_json`.
fn decoded(node: &Node) -> Option<Node> {
    match &node.value {
        Value::Encoded(inner) => Some((**inner).clone()),
        Value::Text(text) => {
            let inner = super::read::read(text, "inner.json").ok()?;
            Some(moved(&inner.root, node))
        }
        Value::List(_) => Some(node.clone()),
        _ => None,
    }
}

/// The places of a decoded document are the place of its text.
fn moved(node: &Node, home: &Node) -> Node {
    let value = match &node.value {
        Value::Map(members) => Value::Map(
            members
                .iter()
                .map(|member| Member { at: home.at, node: moved(&member.node, home), ..member.clone() })
                .collect(),
        ),
        Value::List(entries) => Value::List(entries.iter().map(|entry| moved(entry, home)).collect()),
        other => other.clone(),
    };
    let path = if node.path.is_empty() { home.path.clone() } else { format!("{}.{}", home.path, node.path) };
    Node { at: home.at, path, value }
}

/// Configurations with their properties under one name, whichever tool wrote them.
fn configurations(list: &Node) -> Node {
    let entries = list
        .entries()
        .iter()
        .map(|entry| {
            let members = entry
                .members()
                .iter()
                .map(|member| match member.name.as_str() {
                    "ConfigurationProperties" | "properties" => renamed("Properties", member),
                    "classification" => renamed("Classification", member),
                    "Configurations" | "configurations" => {
                        Member { name: "Configurations".to_owned(), at: member.at, node: configurations(&member.node) }
                    }
                    _ => member.clone(),
                })
                .collect();
            map(entry, members)
        })
        .collect();
    Node { value: Value::List(entries), ..list.clone() }
}

/// Fleets (or groups) with their role written into them, as the API has them.
fn with_role(fleets: &Node, role_member: &str, role: &str, into: &mut Vec<Node>) {
    let entries = match &fleets.value {
        Value::Map(_) => std::slice::from_ref(fleets),
        _ => fleets.entries(),
    };
    for fleet in entries {
        let mut members = fleet.members().to_vec();
        members.retain(|member| member.name != role_member);
        members.push(implied(role_member, fleet, Value::Text(role.to_owned())));
        into.push(map(fleet, members));
    }
}

/// A list made of nodes from all over the document.
fn list(name: &str, from: &Node, entries: Vec<Node>) -> Member {
    made(name, from, Value::List(entries))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_change_their_case() {
        assert_eq!(pascal("target_on_demand_capacity"), "TargetOnDemandCapacity");
        assert_eq!(camel("MaximumCapacity"), "maximumCapacity");
    }
}
