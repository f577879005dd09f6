//! What a spec is made of, whatever its engine.

use serde::Serialize;

use crate::engines::EngineId;
use crate::units::{Bytes, Span};

/// Figures that the spec needs and only the caller has: the forecast of the very candidate.
#[derive(Clone, Debug, PartialEq)]
pub struct SpecFacts {
    /// Expected time of one run, for people: "41 min (p95 52 min)".
    pub duration: String,
    /// Expected cost, for people: "$12.40 a run, $377 a month".
    pub cost: String,
    /// Time from trigger to result that 95 of 100 runs stay under; every time-out derives from it.
    pub makespan_p95: Span,
    /// Bytes that the largest shuffle of a run writes; its partitions are cut from them.
    pub largest_shuffle: Bytes,
    /// Whether a hot key makes one task outlast its stage.
    pub skewed: bool,
}

/// The files of a spec with what a reader must fill in and what a reviewer will ask about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SpecBundle {
    /// API documents, scripts and a README, in the order of their use.
    pub files: Vec<SpecFile>,
    /// What only the account knows, as `${NAME}` in the documents; exactly those that occur.
    pub placeholders: Vec<Placeholder>,
    /// The settings that are no defaults, with their reasons.
    pub settings: Vec<SettingReason>,
}

/// One file of a bundle.
///
/// An API document is called `<service>.<operation>.json`, both as the AWS CLI spells them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SpecFile {
    /// Its name inside the bundle's folder.
    pub name: String,
    /// Its text.
    pub contents: String,
}

/// A value that shapecast cannot know and does not invent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Placeholder {
    /// Its name: `SUBNET_ID_1` for `${SUBNET_ID_1}`.
    pub name: String,
    /// What to put there.
    pub meaning: String,
    /// A value of the right form, from AWS's documentation ranges: for checks, not for use.
    pub example: String,
}

/// Why a setting has the value it has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SettingReason {
    /// Its name as the document spells it.
    pub setting: String,
    /// Its value.
    pub value: String,
    /// The reason, in one or two sentences.
    pub reason: String,
}

/// There is no spec for this candidate, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize)]
#[error("no spec for {engine}: {text}")]
pub struct NoSpec {
    /// The candidate's engine.
    pub engine: EngineId,
    /// The reason.
    pub text: String,
}

impl NoSpec {
    pub(super) fn new(engine: EngineId, text: impl Into<String>) -> Self {
        Self { engine, text: text.into() }
    }
}

impl SpecBundle {
    /// The file of that name.
    #[must_use]
    pub fn file(&self, name: &str) -> Option<&SpecFile> {
        self.files.iter().find(|file| file.name == name)
    }
}
