//! shapecast: on which compute should this big-data job run, what will it cost, and will it finish in time?
//!
//! The modules form layers; data flows one way through them (see `docs/architecture.md`):
//!
//! ```text
//! units ► workload, catalog ► profile ► prices ► engines ► simulate ► bill ► rank ► report · spec · gate
//!                                                                             (cli on top; store at the edge)
//! ```

pub mod aws;
pub mod bill;
pub mod catalog;
pub mod cli;
pub mod engines;
pub mod finops;
pub mod gate;
pub mod learn;
pub mod lint;
pub mod prices;
pub mod profile;
pub mod rank;
pub mod report;
pub mod simulate;
pub mod spec;
pub mod store;
pub mod units;
pub mod workload;
