//! The shapes: sizes and counts that an engine can be asked for.

use serde::{Deserialize, Serialize};

use super::EngineId;
use crate::catalog::Architecture;
use crate::units::Bytes;

/// One concrete size of one engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Shape {
    /// EMR on EC2, transient or standing.
    EmrEc2(EmrEc2Shape),
    /// EMR Serverless, standard or Flex.
    EmrServerless(ServerlessShape),
    /// Glue Spark job, standard or Flex.
    Glue(GlueShape),
    /// EMR on EKS.
    EmrEks(EmrEksShape),
    /// Athena SQL: the service sizes itself.
    Athena(AthenaShape),
    /// AWS Batch on Fargate.
    BatchFargate(FargateShape),
    /// Redshift Serverless.
    RedshiftServerless(RedshiftShape),
    /// Databricks jobs compute.
    Databricks(DatabricksShape),
    /// Managed Flink.
    ManagedFlink(FlinkShape),
    /// One EC2 instance.
    Ec2Single(SingleShape),
    /// The user's own cluster.
    OnPremises(OnPremisesShape),
}

/// How one executor is cut out of a node or worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExecutorSize {
    /// `spark.executor.cores`: tasks at once.
    pub cores: u32,
    /// `spark.executor.memory`, MiB.
    pub memory_mib: u64,
    /// `spark.executor.memoryOverhead`, MiB.
    pub overhead_mib: u64,
    /// Executors on one node.
    pub per_node: u32,
}

/// Identical nodes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeGroup {
    /// For example `r6g.2xlarge`.
    pub instance_type: String,
    /// How many.
    pub count: u32,
    /// gp3 volume of each node, GiB, all volumes together.
    pub ebs_gib: u32,
}

/// One type of a Spot fleet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FleetType {
    /// For example `r6g.4xlarge`.
    pub instance_type: String,
    /// Units that one instance of it counts for: its vCPU.
    pub weight: u32,
    /// Expected share of the fleet's units, for the bill.
    pub share: f64,
}

/// Task nodes of several types: a diversified Spot fleet, or On-Demand where the workload forbids Spot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskFleet {
    /// Wanted capacity in units (vCPU).
    pub target_units: u32,
    /// The types that may serve it, one architecture, all with the same executor size per vCPU.
    pub types: Vec<FleetType>,
    /// gp3 volume per vCPU, GiB.
    pub ebs_gib_per_vcpu: u32,
    /// Whether the nodes are bought On-Demand all the same: task nodes of a workload that forbids Spot.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub on_demand: bool,
    /// The availability zone that the fleet is priced in; `None` where prices by zone are not known and the choice is
    /// left to the service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
}

/// EMR on EC2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EmrEc2Shape {
    /// For example `emr-7.13.0`.
    pub release: String,
    /// Processor architecture of all nodes.
    pub architecture: Architecture,
    /// The one primary node, On-Demand.
    pub primary: NodeGroup,
    /// Core nodes, On-Demand.
    pub core: NodeGroup,
    /// Task fleet on Spot; `None` when everything is On-Demand.
    pub task: Option<TaskFleet>,
    /// Executors on core nodes.
    pub executor: ExecutorSize,
    /// Whether the cluster is kept between runs.
    pub standing: bool,
    /// Whether the task fleet comes when tasks wait and goes when it is idle, instead of standing from start to end.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub managed_scaling: bool,
}

impl EmrEc2Shape {
    /// The task fleet, if it is bought on Spot.
    #[must_use]
    pub fn spot_fleet(&self) -> Option<&TaskFleet> {
        self.task.as_ref().filter(|fleet| !fleet.on_demand)
    }
}

/// EMR Serverless.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ServerlessShape {
    /// For example `emr-7.13.0`.
    pub release: String,
    /// Processor architecture.
    pub architecture: Architecture,
    /// Flex execution: executors on spare capacity.
    pub flex: bool,
    /// vCPU of one worker (executor).
    pub worker_vcpu: u32,
    /// Memory of one worker, GB as AWS counts it (2^30).
    pub worker_memory_gb: u32,
    /// Disk of one worker, GB; 20 are free.
    pub worker_disk_gb: u32,
    /// Most executors at once.
    pub max_executors: u32,
    /// vCPU of the driver's worker.
    pub driver_vcpu: u32,
    /// Memory of the driver's worker, GB.
    pub driver_memory_gb: u32,
    /// Workers that are kept ready between runs; `None` when each run waits for its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pre_initialised: Option<PreInitialised>,
}

/// Pre-initialised capacity of an EMR Serverless application (`initialCapacity`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreInitialised {
    /// Runs that find a driver and executors ready at the same time.
    pub runs: u32,
    /// Executors that are ready for each of them.
    pub executors: u32,
    /// The application stops after so many idle minutes, longer than the time between two runs; `None` when it never
    /// does.
    pub auto_stop_min: Option<u32>,
}

/// Glue Spark job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GlueShape {
    /// For example `5.1` or `6.0`.
    pub version: String,
    /// Flex execution.
    pub flex: bool,
    /// For example `G.1X`.
    pub worker_type: String,
    /// Workers, the driver's included.
    pub workers: u32,
}

/// EMR on EKS.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EmrEksShape {
    /// For example `emr-7.13.0`.
    pub release: String,
    /// Processor architecture.
    pub architecture: Architecture,
    /// Nodes for executors.
    pub nodes: NodeGroup,
    /// Whether executor nodes are Spot; the driver is always On-Demand.
    pub spot: bool,
    /// The types that Karpenter may use for executors when on Spot, with their expected shares.
    pub spot_types: Vec<FleetType>,
    /// The On-Demand node that carries the driver.
    pub driver_node: NodeGroup,
    /// Executors on one node.
    pub executor: ExecutorSize,
    /// vCPU and memory that the driver pod asks for.
    pub driver_vcpu: u32,
    /// Memory that the driver pod asks for, GiB.
    pub driver_memory_gib: u32,
    /// Whether this job pays the whole EKS control plane.
    pub own_control_plane: bool,
}

/// Athena SQL.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AthenaShape {
    /// Queries in one run of the workload.
    pub queries: u32,
}

/// AWS Batch on Fargate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FargateShape {
    /// Processor architecture.
    pub architecture: Architecture,
    /// vCPU of one task, in thousandths (250 = 0.25 vCPU).
    pub milli_vcpu: u32,
    /// Memory of one task, MiB.
    pub memory_mib: u32,
    /// Tasks at once.
    pub concurrency: u32,
    /// Containers of the whole run (array size); each works through its share of the items.
    pub containers: u32,
    /// Whether they run on Fargate Spot.
    #[serde(default)]
    pub spot: bool,
}

/// Redshift Serverless.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RedshiftShape {
    /// Base capacity, RPU.
    pub base_rpu: u32,
}

/// Databricks jobs compute.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DatabricksShape {
    /// Worker nodes; the driver is one more of the same type.
    pub nodes: NodeGroup,
    /// Whether workers are Spot (the driver stays On-Demand).
    pub spot: bool,
}

/// Managed Flink.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FlinkShape {
    /// Kinesis processing units, without the orchestration unit.
    pub kpu: u32,
}

/// One EC2 instance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SingleShape {
    /// The machine.
    pub node: NodeGroup,
}

/// The user's own cluster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OnPremisesShape {
    /// Cores that the job may use.
    pub cores: u32,
    /// Memory of one core's share.
    pub memory_per_core: Bytes,
}

/// A shape of an engine, with its stable id.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// Stable text: salts the random stream, names the row in every output.
    pub id: String,
    /// The engine.
    pub engine: EngineId,
    /// Its size.
    pub shape: Shape,
}
