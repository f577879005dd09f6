//! The rules of practice and the relations between fields: a file for each kind of thing, a function for each rule.

mod application;
mod capacity;
mod cluster;
mod defaults;
mod fleet;
mod glue;
mod lifetime;
mod network;
mod release;
mod spark;

pub(super) use cluster::{Cluster, Fleet, Role, TypeConfig};
pub(super) use spark::{Property, properties};

use super::dialect::{Kind, Subject};
use super::finding::Finding;
use crate::units::Span;

/// What the rules know besides the document.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Within which time the job must end.
    pub deadline: Option<Span>,
    /// Today as `YYYY-MM-DD`: releases age.
    pub today: Option<String>,
}

/// What all rules find in a subject.
#[must_use]
pub fn check(subject: &Subject, asked: &Asked) -> Vec<Finding> {
    let mut found = Vec::new();
    match subject.kind {
        Kind::Cluster => {
            let cluster = Cluster::of(subject);
            capacity::check(&cluster, &mut found);
            fleet::check(&cluster, &mut found);
            lifetime::check(&cluster, &mut found);
            spark::driver_on_spot(&cluster, &mut found);
        }
        Kind::Application | Kind::JobRun => application::check(subject, asked, &mut found),
        Kind::GlueJob => glue::check(subject, asked, &mut found),
    }
    release::check(subject, asked, &mut found);
    defaults::check(subject, &mut found);
    network::check(subject, &mut found);
    found
}
