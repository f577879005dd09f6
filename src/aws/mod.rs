//! AWS: prices, Spot prices, clusters, job runs, spend are read; only [`Submits`] starts anything, when told to.
//!
//! The only module that names an `aws-*` crate or tokio, and that only below `sdk`, behind the feature `live`. What
//! it gives are plain types of earlier layers; what it cannot get is a [`CallError`] that names the call, the status,
//! the region and the next step. Nothing here decides anything about prices or jobs.

mod connection;
mod error;
mod policy;
mod reads;
#[cfg_attr(not(feature = "live"), allow(dead_code, reason = "only `sdk` records and replays"))]
mod recording;
mod redact;
#[cfg(feature = "live")]
mod sdk;
mod submits;

pub use connection::{Connection, Resolved, ResolvedFact};
pub use error::{CallError, CallFailure};
pub use policy::{ACTIONS, Action, SUBMIT_ACTIONS, policy, submit_policy};
pub use reads::{
    ClusterHistory, Fetched, Identity, ObjectPage, ObjectQuestion, Offering, PlacementScore, Reads, StoredObject,
    TypeFacts,
};
pub use recording::{RecordedRun, RecordingError};
pub use redact::redact;
pub use submits::{Application, GlueJob, RunProgress, RunState, Runner, S3Place, Submits, Work, WorkGroup};

/// Why nothing can be asked at all.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The program was built without the AWS SDK.
    #[error("this build was made without the feature `live`, so it cannot ask AWS")]
    NotBuilt,
    /// The recording cannot be used.
    #[error(transparent)]
    Recording(#[from] RecordingError),
    /// The runtime does not start.
    #[error("the network runtime does not start: {0}")]
    Runtime(String),
}

/// Opens the way to AWS: the network, a recording of it, or the network with a recorder.
///
/// # Errors
/// The program was built without `live`, or the recording cannot be used.
#[cfg(feature = "live")]
pub fn open(connection: &Connection) -> Result<Box<dyn Reads>, OpenError> {
    Ok(Box::new(sdk::open(connection)?))
}

/// Opens the way to AWS for one that may start something there.
///
/// # Errors
/// The program was built without `live`, or the recording cannot be used.
#[cfg(feature = "live")]
pub fn open_to_submit(connection: &Connection) -> Result<Box<dyn Submits>, OpenError> {
    Ok(Box::new(sdk::open(connection)?))
}

/// Without the feature `live` there is no way to AWS.
///
/// # Errors
/// Always.
#[cfg(not(feature = "live"))]
pub fn open_to_submit(_: &Connection) -> Result<Box<dyn Submits>, OpenError> {
    Err(OpenError::NotBuilt)
}

/// Without the feature `live` there is no way to AWS.
///
/// # Errors
/// Always.
#[cfg(not(feature = "live"))]
pub fn open(_: &Connection) -> Result<Box<dyn Reads>, OpenError> {
    Err(OpenError::NotBuilt)
}
