//! What can be asked, in plain types. The SDK answers it, a recording does, or a stand-in in a test.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;

use super::{CallError, Resolved};
use crate::prices::SpotChange;
use crate::prices::list::ProductQuery;
use crate::profile::history::{ClusterRecord, GlueRun, NodeRecord, ServerlessRun, StepRecord};
use crate::profile::spend::{SpendQuestion, SpendRow};

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The account.
    pub account: String,
    /// The user or role.
    pub arn: String,
}

/// How likely a Spot request succeeds, 1 to 10.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacementScore {
    /// Region.
    pub region: String,
    /// Zone id, when zones were asked for.
    pub zone: Option<String>,
    /// The score.
    pub score: i32,
}

/// A type offered in a zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offering {
    /// Type.
    pub instance_type: String,
    /// Zone id.
    pub zone: String,
}

/// Size of an instance type.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeFacts {
    /// Type.
    pub instance_type: String,
    /// vCPU.
    pub vcpu: u32,
    /// Memory, MiB.
    pub memory_mib: u64,
    /// `x86_64` or `arm64`.
    pub architecture: String,
    /// Whether AWS calls it current.
    pub current: bool,
    /// Whether it is bare metal.
    pub bare_metal: bool,
    /// Baseline network, Gbit/s.
    pub network_gbps: Option<f64>,
    /// Baseline EBS throughput, Mbit/s.
    pub ebs_mbps: Option<u32>,
    /// Local disks, GB.
    pub local_disk_gb: u64,
    /// Whether they are NVMe.
    pub local_nvme: bool,
    /// GPUs.
    pub gpus: u32,
    /// Maker of the processor.
    pub manufacturer: Option<String>,
    /// Whether it can be had as Spot.
    pub spot: bool,
}

/// A cluster with its nodes and steps.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClusterHistory {
    /// The cluster.
    pub cluster: ClusterRecord,
    /// Its nodes; EMR keeps terminated ones for 30 days and lists 2,000 at most.
    pub nodes: Vec<NodeRecord>,
    /// Its steps.
    pub steps: Vec<StepRecord>,
    /// Parts that could not be had.
    pub gaps: Vec<CallError>,
}

/// An object in S3.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredObject {
    /// Its key.
    pub key: String,
    /// Its size.
    pub bytes: u64,
    /// Its storage class, `STANDARD` when S3 does not say.
    pub storage_class: String,
    /// When it was written.
    pub modified: Option<Timestamp>,
}

/// Which page of a bucket's objects.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ObjectQuestion {
    /// The bucket.
    pub bucket: String,
    /// Beginning of the keys.
    pub prefix: String,
    /// Only keys after this one.
    pub after: Option<String>,
    /// Folders of the next level instead of all that is in them.
    pub folders: bool,
    /// The token of the page before.
    pub token: Option<String>,
}

/// A page of objects.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ObjectPage {
    /// The objects, by key.
    pub objects: Vec<StoredObject>,
    /// Folders, when they were asked for.
    pub folders: Vec<String>,
    /// The token of the next page.
    pub next: Option<String>,
    /// The region whose endpoint was asked.
    pub region: String,
}

/// A document from the web.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// Its text.
    pub text: String,
    /// The `Last-Modified` header.
    pub modified: Option<String>,
}

/// Everything that is ever asked. Every answer is complete, all pages of it, except where it says otherwise.
pub trait Reads: Send + Sync + fmt::Debug {
    /// What was resolved from flags, environment and profile.
    fn resolved(&self) -> Resolved;

    /// Who asks.
    ///
    /// # Errors
    /// The call failed.
    fn identity(&self) -> Result<Identity, CallError>;

    /// The elements of the price list, each a JSON text.
    ///
    /// # Errors
    /// The call failed.
    fn products(&self, query: &ProductQuery) -> Result<Vec<String>, CallError>;

    /// Changes of Linux Spot prices in a region, of all types when none is named.
    ///
    /// # Errors
    /// The call failed.
    fn spot_changes(
        &self,
        region: &str,
        types: &[String],
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<SpotChange>, CallError>;

    /// Placement scores of some types in a region, by zone.
    ///
    /// # Errors
    /// The call failed.
    fn placement_scores(&self, region: &str, types: &[String], vcpu: u32) -> Result<Vec<PlacementScore>, CallError>;

    /// Sizes of types; of all types of the region when none is named.
    ///
    /// # Errors
    /// The call failed.
    fn instance_types(&self, region: &str, names: &[String]) -> Result<Vec<TypeFacts>, CallError>;

    /// Which zone has which type.
    ///
    /// # Errors
    /// The call failed.
    fn offerings(&self, region: &str) -> Result<Vec<Offering>, CallError>;

    /// Clusters created since a moment.
    ///
    /// # Errors
    /// The call failed.
    fn clusters(&self, region: &str, since: Timestamp) -> Result<Vec<ClusterRecord>, CallError>;

    /// One cluster with nodes and steps.
    ///
    /// # Errors
    /// The cluster cannot be had; parts that cannot are its gaps.
    fn cluster(&self, region: &str, id: &str) -> Result<ClusterHistory, CallError>;

    /// A job run of EMR Serverless, and why its application's architecture is not known.
    ///
    /// # Errors
    /// The call failed.
    fn serverless_run(
        &self,
        region: &str,
        application: &str,
        run: &str,
    ) -> Result<(ServerlessRun, Option<CallError>), CallError>;

    /// Ids of an application's runs since a moment.
    ///
    /// # Errors
    /// The call failed.
    fn serverless_runs(&self, region: &str, application: &str, since: Timestamp) -> Result<Vec<String>, CallError>;

    /// A job run of Glue.
    ///
    /// # Errors
    /// The call failed.
    fn glue_run(&self, region: &str, job: &str, run: &str) -> Result<GlueRun, CallError>;

    /// All runs of a Glue job that Glue still knows.
    ///
    /// # Errors
    /// The call failed.
    fn glue_runs(&self, region: &str, job: &str) -> Result<Vec<GlueRun>, CallError>;

    /// Names of the region's Glue jobs.
    ///
    /// # Errors
    /// The call failed.
    fn glue_jobs(&self, region: &str) -> Result<Vec<String>, CallError>;

    /// Daily cost and usage. Cost Explorer itself costs money by the request.
    ///
    /// # Errors
    /// The call failed.
    fn spend(&self, question: &SpendQuestion) -> Result<Vec<SpendRow>, CallError>;

    /// A page of a bucket's objects: the only question whose pages are asked for one by one, as there may be millions.
    ///
    /// # Errors
    /// The call failed.
    fn objects(&self, question: &ObjectQuestion) -> Result<ObjectPage, CallError>;

    /// A public document.
    ///
    /// # Errors
    /// It cannot be had.
    fn fetch(&self, url: &str) -> Result<Fetched, CallError>;

    /// One cheap question to every service that shapecast asks, by action; what failed says why.
    fn probe(&self, region: &str) -> BTreeMap<&'static str, Result<String, CallError>>;
}
