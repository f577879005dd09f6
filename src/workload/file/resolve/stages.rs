//! Stages that the user or a profile wrote out: names, parents, and no circle.

use std::collections::BTreeMap;

use super::{Resolver, Section};
use crate::units::Bytes;
use crate::units::did_you_mean;
use crate::workload::DeclaredStage;
use crate::workload::file::raw::StageSection;
use crate::workload::file::reader::At;
use crate::workload::file::values::Size;

type Stages = At<Vec<At<StageSection>>>;

impl Resolver<'_> {
    pub(super) fn stages(&self, field: Option<&Stages>) -> Vec<DeclaredStage> {
        let Some(field) = field else { return Vec::new() };
        if field.value.is_empty() {
            self.reader.wrong(field, "it is empty", "write the stages, or delete the line: the archetype gives them");
        }
        self.check_names(field);
        self.check_parents(field);
        field.value.iter().filter_map(|at| self.stage(at)).collect()
    }

    fn stage(&self, at: &At<StageSection>) -> Option<DeclaredStage> {
        let (raw, section) = (&at.value, Section::from(at));
        let name = self.required(&raw.name, section, "name", "give the stage a name; parents refer to it");
        let hint = "write the CPU time of the whole stage, for example `cpu: 40 h`";
        let cpu = self.required(&raw.cpu, section, "cpu", hint);
        let tasks = raw.tasks.as_ref().and_then(|at| self.whole(at, 1..=10_000_000));
        let ratio = raw.max_over_median.as_ref().and_then(|at| self.within(at, 1.0..=1e6));
        if let (Some(read), None) = (&raw.shuffle_read, parents(raw).next()) {
            self.reader.wrong(read, "a stage without parents has no shuffle to read", "name its `parents`");
        }
        Some(DeclaredStage {
            name: name?.value.clone(),
            tasks,
            cpu: cpu?.value.0,
            input: bytes(&raw.input),
            shuffle_read: bytes(&raw.shuffle_read),
            shuffle_write: bytes(&raw.shuffle_write),
            output: bytes(&raw.output),
            max_over_median: ratio.unwrap_or(1.0),
            parents: parents(raw).map(|parent| parent.value.clone()).collect(),
        })
    }

    fn check_names(&self, field: &Stages) {
        let mut seen = BTreeMap::new();
        for name in field.value.iter().filter_map(|stage| stage.value.name.as_ref()) {
            if let Some(first) = seen.insert(&name.value, name.place.line) {
                let wrong = format!("the stage `{}` stands in line {first} already", name.value);
                self.reader.wrong(name, wrong, "give each stage its own name");
            }
        }
    }

    /// Parents must exist, and no stage may wait for itself.
    fn check_parents(&self, field: &Stages) {
        let named = |stage: &'_ At<StageSection>| stage.value.name.as_ref().map(|name| name.value.clone());
        let names: Vec<String> = field.value.iter().filter_map(named).collect();
        for parent in field.value.iter().flat_map(|stage| parents(&stage.value)) {
            if !names.contains(&parent.value) {
                let known = names.iter().map(String::as_str);
                let hint = format!("{}stages: {}", did_you_mean(&parent.value, known), names.join(", "));
                self.reader.wrong(parent, format!("no stage is called `{}`", parent.value), hint);
            }
        }
        if let Some(stuck) = first_in_circle(field) {
            let wrong = "its parents lead back to itself";
            self.reader.wrong(stuck, wrong, "a stage may wait only for stages that can end before it");
        }
    }
}

fn parents(stage: &StageSection) -> impl Iterator<Item = &At<String>> {
    stage.parents.iter().flat_map(|parents| &parents.value)
}

fn bytes(field: &Option<At<Size>>) -> Bytes {
    field.as_ref().map_or(Bytes::ZERO, |at| at.value.0)
}

/// Takes away every stage whose parents are done, again and again: what is left stands in or behind a circle. Of
/// those, the first that can reach itself is named.
fn first_in_circle(field: &Stages) -> Option<&At<String>> {
    let graph: BTreeMap<&str, Vec<&str>> = field
        .value
        .iter()
        .filter_map(|stage| {
            let name = stage.value.name.as_ref()?;
            Some((name.value.as_str(), parents(&stage.value).map(|parent| parent.value.as_str()).collect()))
        })
        .collect();
    let names = field.value.iter().filter_map(|stage| stage.value.name.as_ref());
    names.into_iter().find(|name| reaches_itself(&graph, &name.value))
}

fn reaches_itself(graph: &BTreeMap<&str, Vec<&str>>, name: &str) -> bool {
    let mut seen: Vec<&str> = Vec::new();
    let mut open: Vec<&str> = graph.get(name).cloned().unwrap_or_default();
    while let Some(next) = open.pop() {
        if next == name {
            return true;
        }
        if !seen.contains(&next) {
            seen.push(next);
            open.extend(graph.get(next).into_iter().flatten());
        }
    }
    false
}
