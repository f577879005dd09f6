//! Where pods run: Karpenter's pools (API v1) and the pod templates that choose among them.

use serde_json::{Value, json as value};

use crate::catalog::{Architecture, Catalog};
use crate::engines::{EmrEksShape, EngineId, NodeGroup};
use crate::spec::NoSpec;
use crate::spec::notes::Notes;

/// Compiled libraries do not run on two architectures.
pub(super) fn one_architecture(shape: &EmrEksShape) -> Result<(), NoSpec> {
    let spot = shape.spot_types.iter().map(|kind| &kind.instance_type);
    for name in [&shape.nodes.instance_type, &shape.driver_node.instance_type].into_iter().chain(spot) {
        let known = Catalog::embedded().instance(name);
        if known.is_some_and(|instance| instance.architecture != shape.architecture) {
            let text = format!("`{name}` has another architecture than the rest of the nodes");
            return Err(NoSpec::new(EngineId::EmrEks, text));
        }
    }
    Ok(())
}

const fn architecture(shape: &EmrEksShape) -> &'static str {
    match shape.architecture {
        Architecture::Arm64 => "arm64",
        Architecture::X86_64 => "amd64",
    }
}

/// The node class, the driver's pool and the executors' pool.
///
/// # Errors
/// A type is newer than the catalog, so that its vCPU, which limit the pool, are not known.
pub(super) fn pools(name: &str, shape: &EmrEksShape, notes: &mut Notes) -> Result<[Value; 4], NoSpec> {
    let executors = if shape.spot && !shape.spot_types.is_empty() {
        shape.spot_types.iter().map(|kind| kind.instance_type.as_str()).collect()
    } else {
        vec![shape.nodes.instance_type.as_str()]
    };
    let market = if shape.spot { "spot" } else { "on-demand" };
    notes.setting(
        "NodePool executors",
        format!("{market}, {} types", executors.len()),
        if shape.spot {
            "Karpenter draws Spot from these types by price and capacity; one reclaimed pool takes a part only."
        } else {
            "Executors on On-Demand nodes of the forecast's type."
        },
    );
    notes.setting("NodePool driver", "on-demand", "The driver's loss ends the run: its pool never draws Spot.");
    notes.setting(
        "consolidationPolicy",
        "WhenEmpty after 60s",
        "A node goes a minute after its last pod, and none is emptied while it works.",
    );
    let limit = vcpu(&shape.nodes)? * u64::from(shape.nodes.count);
    notes.setting(
        "NodePool limits",
        format!("{limit} vCPU"),
        "A second run at the same time waits instead of doubling the bill.",
    );
    let driver = [shape.driver_node.instance_type.as_str()];
    Ok([
        node_class(name, "driver", shape.driver_node.ebs_gib),
        node_class(name, "executors", shape.nodes.ebs_gib),
        pool(name, "driver", "on-demand", &driver, vcpu(&shape.driver_node)?, shape),
        pool(name, "executors", market, &executors, limit, shape),
    ])
}

fn vcpu(nodes: &NodeGroup) -> Result<u64, NoSpec> {
    let known = Catalog::embedded().instance(&nodes.instance_type).map(|instance| u64::from(instance.vcpu));
    known.ok_or_else(|| {
        let text =
            format!("`{}` is newer than the catalog: the vCPU that limit its pool are not known", nodes.instance_type);
        NoSpec::new(EngineId::EmrEks, text)
    })
}

fn node_class(name: &str, role: &str, gib: u32) -> Value {
    value!({
        "apiVersion": "karpenter.k8s.aws/v1",
        "kind": "EC2NodeClass",
        "metadata": {"name": format!("{name}-{role}")},
        "spec": {
            "amiSelectorTerms": [{"alias": "al2023@latest"}],
            "role": "${KARPENTER_NODE_ROLE}",
            "subnetSelectorTerms": [{"tags": {"karpenter.sh/discovery": "${EKS_CLUSTER_NAME}"}}],
            "securityGroupSelectorTerms": [{"tags": {"karpenter.sh/discovery": "${EKS_CLUSTER_NAME}"}}],
            "blockDeviceMappings": [{
                "deviceName": "/dev/xvda",
                "ebs": {
                    "volumeSize": format!("{gib}Gi"),
                    "volumeType": "gp3",
                    "iops": 3000,
                    "throughput": 125,
                    "encrypted": true,
                    "deleteOnTermination": true,
                },
            }],
            "tags": {"shapecast:workload": name},
        },
    })
}

fn pool(name: &str, role: &str, market: &str, types: &[&str], cpu: u64, shape: &EmrEksShape) -> Value {
    let full = format!("{name}-{role}");
    value!({
        "apiVersion": "karpenter.sh/v1",
        "kind": "NodePool",
        "metadata": {"name": full},
        "spec": {
            "limits": {"cpu": cpu.to_string()},
            "disruption": {"consolidationPolicy": "WhenEmpty", "consolidateAfter": "60s"},
            "template": {
                "metadata": {"labels": {"shapecast/role": full}},
                "spec": {
                    "expireAfter": "Never",
                    "nodeClassRef": {"group": "karpenter.k8s.aws", "kind": "EC2NodeClass", "name": full},
                    "requirements": [
                        {"key": "karpenter.sh/capacity-type", "operator": "In", "values": [market]},
                        {"key": "kubernetes.io/arch", "operator": "In", "values": [architecture(shape)]},
                        {"key": "node.kubernetes.io/instance-type", "operator": "In", "values": types},
                    ],
                    "taints": [{"key": "shapecast/role", "value": full, "effect": "NoSchedule"}],
                },
            },
        },
    })
}

/// The templates of the driver's and the executors' pods.
pub(super) fn pods(name: &str, shape: &EmrEksShape, notes: &mut Notes) -> (Value, Value) {
    notes.setting(
        "taints and nodeSelector",
        "shapecast/role",
        "Nothing else lands on the run's nodes, and the driver lands on none of the executors'.",
    );
    (
        pod(&format!("{name}-driver"), "spark-kubernetes-driver", shape),
        pod(&format!("{name}-executors"), "spark-kubernetes-executor", shape),
    )
}

fn pod(role: &str, container: &str, shape: &EmrEksShape) -> Value {
    value!({
        "apiVersion": "v1",
        "kind": "Pod",
        "spec": {
            "nodeSelector": {"shapecast/role": role, "kubernetes.io/arch": architecture(shape)},
            "tolerations": [
                {"key": "shapecast/role", "operator": "Equal", "value": role, "effect": "NoSchedule"},
            ],
            "containers": [{"name": container}],
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nodes(instance_type: &str) -> NodeGroup {
        NodeGroup { instance_type: instance_type.to_owned(), count: 4, ebs_gib: 100 }
    }

    #[test]
    fn a_type_that_nobody_knows_limits_no_pool() {
        // m6g.xlarge has 4 vCPU (EC2, instance types).
        assert_eq!(vcpu(&nodes("m6g.xlarge")).ok(), Some(4));
        assert!(vcpu(&nodes("z99.xlarge")).is_err());
    }
}
