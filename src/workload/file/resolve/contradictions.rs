//! Wishes that cannot be true together.

use super::{Resolver, Section};
use crate::units::Span;
use crate::workload::file::raw::{ConstraintsSection, EnginesSection, JobSection, WorkloadFile};
use crate::workload::file::reader::{At, ShortOr};
use crate::workload::schedule::{self, Frequency};
use crate::workload::{Archetype, Format, Job, Kubernetes};

/// Slower reactions than this are batches, and much cheaper so.
const LONGEST_REACTION: Span = Span::minutes(1.0);

impl Resolver<'_> {
    pub(super) fn contradictions(&self, file: &WorkloadFile, job: Option<&Job>) {
        if let Some(constraints) = file.constraints.as_ref().map(|at| &at.value) {
            self.check_engines(constraints);
            self.check_architecture(constraints);
            self.check_wait(file, constraints);
        }
        let archetype = job.map(|job| job.archetype.value);
        if let (Some(archetype), Some(at)) = (archetype, file.job.as_ref()) {
            self.check_container_batch(archetype, at);
            self.check_stream(archetype, file);
            self.check_format(archetype, file);
        }
    }

    fn check_engines(&self, constraints: &ConstraintsSection) {
        let nothing = EnginesSection::default();
        let engines = constraints.engines.as_ref().map_or(&nothing, |at| &at.value);
        let (allowed, denied) = (list(&engines.allow), list(&engines.deny));
        for at in denied.iter().filter(|at| names(allowed, &at.value)) {
            let wrong = format!("the engine `{}` is both allowed and denied", at.value);
            self.reader.wrong(at, wrong, "delete it from one of the two lists");
        }
        self.check_kubernetes(constraints, allowed, denied);
        let no_spot = constraints.spot.as_ref().filter(|at| !at.value);
        let flex = |at: &At<String>| at.value.ends_with("-flex");
        if let Some(spot) = no_spot.filter(|_| !allowed.is_empty() && allowed.iter().all(flex)) {
            let wrong = "only Flex engines are allowed, and Flex is spare capacity as Spot is";
            self.reader.wrong(spot, wrong, "allow `spot`, or allow an engine that is not Flex");
        }
    }

    fn check_kubernetes(&self, constraints: &ConstraintsSection, allowed: &[At<String>], denied: &[At<String>]) {
        let required = constraints.kubernetes.as_ref().filter(|at| at.value.0 == Kubernetes::Required);
        let Some(at) = required else { return };
        let hint = "write `kubernetes: available`, or allow `emr-eks`";
        if !allowed.is_empty() && !names(allowed, "emr-eks") {
            self.reader.wrong(at, "Kubernetes is required, but the allowed engines leave out `emr-eks`", hint);
        }
        if names(denied, "emr-eks") {
            self.reader.wrong(at, "Kubernetes is required, but `emr-eks` is denied", hint);
        }
    }

    fn check_architecture(&self, constraints: &ConstraintsSection) {
        if constraints.graviton.as_ref().is_none_or(|at| at.value) {
            return;
        }
        for at in list(&constraints.instance_types) {
            if self.reader.vocabulary.instances.is_arm(&at.value) == Some(true) {
                let wrong = format!("`{}` is Graviton, and `graviton: false` forbids it", at.value);
                self.reader.wrong(at, wrong, "name an x86 type, or write `graviton: true`");
            }
        }
    }

    fn check_wait(&self, file: &WorkloadFile, constraints: &ConstraintsSection) {
        let (Some(deadline), Some(wait)) = (&file.deadline, &constraints.max_start_wait) else { return };
        if deadline.value.0 <= wait.value.0 {
            let wrong = format!(
                "waiting {} for the start leaves nothing of the deadline of {}",
                wait.value.0, deadline.value.0
            );
            self.reader.wrong(wait, wrong, "make the wait shorter than the deadline");
        }
    }

    fn check_container_batch(
        &self,
        archetype: Archetype,
        at: &At<ShortOr<crate::workload::file::values::Word<Archetype>, JobSection>>,
    ) {
        let nothing = JobSection::default();
        let raw = match &at.value {
            ShortOr::Long(raw) => raw,
            ShortOr::Short(_) => &nothing,
        };
        let section = Section::from(at);
        if archetype == Archetype::ContainerBatch {
            let _ =
                self.required(&raw.item_time, section, "item_time", "write how long one file takes: `item_time: 8 s`");
            let hint = "write the size of one container: `container: {vcpu: 1, memory: 2 GiB}`";
            let _ = self.required(&raw.container, section, "container", hint);
            return;
        }
        let fields = [raw.item_time.as_ref().map(Section::from), raw.container.as_ref().map(Section::from)];
        for at in fields.into_iter().flatten() {
            let message = format!("cannot use `{}`: only a container batch has it", at.path);
            self.reader.problem(at.place, at.path, message, "write `archetype: container-batch`, or delete the line");
        }
        if let Some(stages) = raw.stages.as_ref().filter(|_| !archetype.is_spark()) {
            self.reader.wrong(stages, "only Spark work has stages", "delete the stages, or choose another archetype");
        }
    }

    fn check_stream(&self, archetype: Archetype, file: &WorkloadFile) {
        let continuous = schedule_of(file).filter(|at| schedule::parse(&at.value) == Ok(Frequency::Continuous));
        if archetype != Archetype::EventStream {
            if let Some(at) = continuous {
                let hint = "write `job: event-stream`, or how often it runs";
                self.reader.wrong(&at, "only an event stream runs without end", hint);
            }
            return;
        }
        match &file.deadline {
            Some(at) if at.value.0 > LONGEST_REACTION => {
                let wrong = format!("an event stream with {} to react is a batch", at.value.0);
                let hint =
                    "write the time from event to reaction, or a batch such as `job: aggregation` every 15 minutes";
                self.reader.wrong(at, wrong, hint);
            }
            Some(_) => {}
            None => {
                let root = Section { place: file.job.as_ref().map_or_else(Default::default, |at| at.place), path: "" };
                let hint = "write the longest time from event to reaction: `deadline: 500 ms`";
                let _ = self.required(&file.deadline, root, "deadline", hint);
            }
        }
    }

    fn check_format(&self, archetype: Archetype, file: &WorkloadFile) {
        let Some(input) = file.input.as_ref().map(|at| &at.value) else { return };
        let binary = input.format.as_ref().filter(|at| at.value.0 == Format::Binary);
        if let Some(at) = binary.filter(|_| archetype.is_sql()) {
            self.reader.wrong(at, "SQL cannot query opaque files", "name the format of the table");
        }
        if archetype == Archetype::ContainerBatch && input.files.is_none() {
            let section =
                file.input.as_ref().map_or(Section { place: Default::default(), path: "input" }, Section::from);
            let hint = "write how many files there are, as each is one item of work: `files: 200000`";
            let _ = self.required(&input.files, section, "files", hint);
        }
    }
}

fn list(field: &Option<At<Vec<At<String>>>>) -> &[At<String>] {
    field.as_ref().map_or(&[], |list| &list.value)
}

fn names(list: &[At<String>], name: &str) -> bool {
    list.iter().any(|at| at.value == name)
}

fn schedule_of(file: &WorkloadFile) -> Option<At<String>> {
    let at = file.cadence.as_ref()?;
    match &at.value {
        ShortOr::Short(schedule) => Some(at.with(schedule.clone())),
        ShortOr::Long(section) => section.schedule.clone(),
    }
}
