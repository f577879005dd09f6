//! Subnets: public ones, and too few of them.

use crate::lint::code::Code;
use crate::lint::dialect::{Kind, Subject};
use crate::lint::finding::Finding;
use crate::lint::node::{Node, Value};

pub(super) fn check(subject: &Subject, found: &mut Vec<Finding>) {
    let subnets = subnets(subject);
    for node in &subnets {
        let said = subject.public_subnets.iter().any(|(path, _)| *path == node.path);
        let named = match &node.value {
            Value::Text(text) | Value::Unknown(text) => is_named_public(text),
            _ => false,
        };
        if said || named {
            let why = if said { "gives out public addresses" } else { "is public by its name" };
            found.push(Finding::new(
                Code::PublicSubnet,
                node,
                format!(
                    "The subnet {} {why}: every node there has a public IPv4 address, which bills by the hour and can \
                     be reached from outside.",
                    node.shown()
                ),
                "Name a private subnet with an S3 gateway endpoint (free).",
            ));
        }
    }
    if subject.kind == Kind::Cluster && !subject.fragment {
        single(subject, &subnets, found);
    }
}

fn subnets(subject: &Subject) -> Vec<&Node> {
    let spec = &subject.spec;
    let found = match subject.kind {
        Kind::Cluster => {
            let instances = spec.get("Instances");
            let of = |name: &str| instances.and_then(|node| node.get(name));
            [of("Ec2SubnetId"), of("Ec2SubnetIds")]
        }
        Kind::Application => [spec.find(&["networkConfiguration", "subnetIds"]), None],
        Kind::JobRun | Kind::GlueJob => [None, None],
    };
    found
        .into_iter()
        .flatten()
        .flat_map(|node| if node.entries().is_empty() { std::slice::from_ref(node) } else { node.entries() })
        .filter(|node| !matches!(node.value, Value::List(_)))
        .collect()
}

/// `PublicSubnet1`, `module.vpc.public_subnets[0]`; not `nonpublic` and not `publication`.
fn is_named_public(text: &str) -> bool {
    let mut words: Vec<String> = Vec::new();
    let mut previous = ' ';
    for letter in text.chars() {
        let starts = !letter.is_ascii_alphabetic() || (letter.is_ascii_uppercase() && previous.is_ascii_lowercase());
        if starts || words.is_empty() {
            words.push(String::new());
        }
        if let (true, Some(word)) = (letter.is_ascii_alphabetic(), words.last_mut()) {
            word.push(letter.to_ascii_lowercase());
        }
        previous = letter;
    }
    let negated = words.windows(2).any(|pair| matches!(pair[0].as_str(), "non" | "not" | "no") && pair[1] == "public");
    !negated && words.iter().any(|word| word == "public")
}

fn single(subject: &Subject, subnets: &[&Node], found: &mut Vec<Finding>) {
    let list = subject.spec.find(&["Instances", "Ec2SubnetIds"]);
    let unknown = list.is_some_and(Node::is_unknown);
    match subnets {
        _ if unknown => {}
        [] => found.push(Finding::new(
            Code::SingleSubnet,
            subject.spec.get("Instances").unwrap_or(&subject.spec),
            "No subnets: EMR has no choice of Availability Zones for the Spot capacity, and only accounts with a \
             default VPC can start the cluster.",
            "List private subnets of several Availability Zones in `Ec2SubnetIds`.",
        )),
        [only] => found.push(Finding::new(
            Code::SingleSubnet,
            only,
            "One subnet: EMR cannot choose the Availability Zone that has the capacity.",
            "List private subnets of several Availability Zones in `Ec2SubnetIds`.",
        )),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::is_named_public;

    #[test]
    fn names_tell_public_subnets() {
        for public in
            ["PublicSubnet1", "!Ref PublicSubnetA", "module.vpc.public_subnets[0]", "subnet-public", "var.PUBLIC"]
        {
            assert!(is_named_public(public), "{public}");
        }
        for other in
            ["PrivateSubnet1", "subnet-0123456789abcdef0", "var.nonpublic", "non-public", "publication", "republic"]
        {
            assert!(!is_named_public(other), "{other}");
        }
    }
}
