//! A cluster as the rules see it: fleets and groups alike.

use crate::catalog::{Catalog, InstanceType};
use crate::lint::dialect::{Subject, Tool};
use crate::lint::node::Node;

/// What nodes do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::lint) enum Role {
    Primary,
    Core,
    Task,
}

impl Role {
    pub(in crate::lint) const fn title(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Core => "core",
            Self::Task => "task",
        }
    }
}

/// One type of a fleet.
#[derive(Clone, Copy, Debug)]
pub(in crate::lint) struct TypeConfig<'a> {
    pub(in crate::lint) node: &'a Node,
    pub(in crate::lint) name: Option<&'a str>,
    pub(in crate::lint) weight: Option<f64>,
    pub(in crate::lint) instance: Option<&'static InstanceType>,
}

/// A fleet or a group.
#[derive(Clone, Debug)]
pub(in crate::lint) struct Fleet<'a> {
    pub(in crate::lint) node: &'a Node,
    pub(in crate::lint) role: Option<Role>,
    pub(in crate::lint) is_group: bool,
    /// Units On-Demand; `None` when nothing is said or it is not known.
    pub(in crate::lint) on_demand: Option<f64>,
    /// Units of Spot.
    pub(in crate::lint) spot: Option<f64>,
    pub(in crate::lint) types: Vec<TypeConfig<'a>>,
}

impl<'a> Fleet<'a> {
    pub(in crate::lint) fn title(&self) -> &'static str {
        self.role.map_or("", Role::title)
    }

    /// Whether it asks for Spot capacity.
    pub(in crate::lint) fn is_spot(&self) -> bool {
        self.spot.is_some_and(|units| units > 0.0)
    }

    /// The Spot specification at launch.
    pub(in crate::lint) fn spot_specification(&self) -> Option<&'a Node> {
        self.node.find(&["LaunchSpecifications", "SpotSpecification"])
    }

    /// Most instances that it can have: its units in instances of its lightest type.
    pub(in crate::lint) fn instances(&self) -> f64 {
        let units = self.on_demand.unwrap_or(0.0) + self.spot.unwrap_or(0.0);
        let lightest = self.types.iter().filter_map(|kind| kind.weight).fold(f64::INFINITY, f64::min);
        units / if lightest.is_finite() && lightest > 0.0 { lightest } else { 1.0 }
    }

    fn of_fleet(node: &'a Node) -> Self {
        let role = node.get("InstanceFleetType").and_then(Node::text).and_then(role);
        let units = |name: &str| node.get(name).and_then(Node::number);
        let types = node.get("InstanceTypeConfigs").map_or(&[][..], Node::entries).iter().map(TypeConfig::of).collect();
        Self {
            node,
            role,
            is_group: false,
            on_demand: units("TargetOnDemandCapacity"),
            spot: units("TargetSpotCapacity"),
            types,
        }
    }

    fn of_group(node: &'a Node) -> Self {
        let role = ["InstanceRole", "InstanceGroupType"].iter().find_map(|name| node.get(name)?.text().and_then(role));
        let count = node.get("InstanceCount").and_then(Node::number);
        let market = node.get("Market").and_then(Node::text).map(str::to_ascii_uppercase);
        let spot = market.as_deref() == Some("SPOT") || node.get("BidPrice").is_some();
        let (on_demand, spot) = if spot { (None, count) } else { (count, None) };
        Self { node, role, is_group: true, on_demand, spot, types: vec![TypeConfig::of(node)] }
    }
}

impl<'a> TypeConfig<'a> {
    fn of(node: &'a Node) -> Self {
        let name = node.get("InstanceType").and_then(Node::text);
        let instance = name.and_then(|name| Catalog::embedded().instance(name));
        Self { node, name, weight: node.get("WeightedCapacity").and_then(Node::number), instance }
    }
}

fn role(text: &str) -> Option<Role> {
    match text.to_ascii_uppercase().as_str() {
        "MASTER" => Some(Role::Primary),
        "CORE" => Some(Role::Core),
        "TASK" => Some(Role::Task),
        _ => None,
    }
}

/// The cluster.
#[derive(Clone, Debug)]
pub(in crate::lint) struct Cluster<'a> {
    pub(in crate::lint) subject: &'a Subject,
    pub(in crate::lint) spec: &'a Node,
    pub(in crate::lint) instances: Option<&'a Node>,
    pub(in crate::lint) fleets: Vec<Fleet<'a>>,
}

impl<'a> Cluster<'a> {
    pub(in crate::lint) fn of(subject: &'a Subject) -> Self {
        let spec = &subject.spec;
        let instances = spec.get("Instances");
        let all = |name: &str| instances.and_then(|node| node.get(name)).map_or(&[][..], Node::entries);
        let fleets = all("InstanceFleets").iter().map(Fleet::of_fleet);
        let groups = all("InstanceGroups").iter().map(Fleet::of_group);
        Self { subject, spec, instances, fleets: fleets.chain(groups).collect() }
    }

    /// Fleets of a role.
    pub(in crate::lint) fn of_role(&self, role: Role) -> impl Iterator<Item = &Fleet<'a>> {
        self.fleets.iter().filter(move |fleet| fleet.role == Some(role))
    }

    /// Whether anything but the primary is asked for on Spot.
    pub(in crate::lint) fn spot_workers(&self) -> impl Iterator<Item = &Fleet<'a>> {
        self.fleets.iter().filter(|fleet| fleet.role != Some(Role::Primary) && fleet.is_spot())
    }

    /// A member of `Instances`.
    pub(in crate::lint) fn instance_member(&self, name: &str) -> Option<&'a Node> {
        self.instances.and_then(|node| node.get(name))
    }

    /// Whether it stays up when no step runs; `None` when the document does not say.
    pub(in crate::lint) fn stays_alive(&self) -> Option<bool> {
        self.instance_member("KeepJobFlowAliveWhenNoSteps").and_then(Node::flag)
    }

    /// Whether it is written for a tool other than Terraform, whose provider fills some gaps.
    pub(in crate::lint) fn is_terraform(&self) -> bool {
        self.subject.tool == Tool::Terraform
    }
}
