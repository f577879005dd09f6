//! The written keys to a [`Workload`]: required fields, defaults that are named, names that exist, figures that
//! can be. Every section is gone through before the first missing one ends the reading.

mod cadence;
mod constraints;
mod contradictions;
mod input;
mod job;
mod origins;
mod spot;
mod stages;
mod surroundings;

use std::ops::RangeInclusive;

use self::origins::Origins;
use super::numbers::Count;
use super::raw::WorkloadFile;
use super::reader::{At, Reader};
use super::tree::Place;
use crate::units::Span;
use crate::workload::vocabulary::Names;
use crate::workload::{DEFAULT_REGION, Orchestration, Sourced, Workload};

/// Resolves the whole file; `None` after problems were noted.
pub(super) fn resolve(file: &WorkloadFile, reader: &Reader<'_>) -> Option<Workload> {
    let cx = Resolver { reader, origins: Origins::read(file.origins.as_ref(), reader) };
    let root = Section { place: Place::START, path: "" };
    let name = cx.required(&file.name, root, "name", "write `name: nightly-sales`").map(|name| name.value.clone());
    let region = cx.region(file.region.as_ref());
    let archetype = cx.archetype(file.job.as_ref(), root);
    let input = cx.input(file.input.as_ref(), root);
    let output = cx.output(file.output.as_ref(), input.as_ref(), archetype.as_ref());
    let cadence = cx.cadence(file.cadence.as_ref(), root);
    let deadline = file.deadline.as_ref().and_then(|at| cx.positive_time(at));
    let deadline = deadline.map(|span| cx.sourced("deadline", span));
    let job = cx.job(file.job.as_ref(), input.as_ref(), archetype);
    let constraints = cx.constraints(file.constraints.as_ref(), job.as_ref());
    let orchestration = cx.or_default(
        &file.orchestration,
        "orchestration",
        |word| word.0,
        || (Orchestration::None, "a schedule in EventBridge costs nothing at this size"),
    );
    let network = cx.network(file.network.as_ref());
    let discounts = cx.discounts(file.discounts.as_ref());
    let observed_runs = cx.observed_runs(file.observed_runs.as_ref());
    let today = cx.today(file.today.as_ref());
    let spot = cx.spot(file.spot.as_ref());
    cx.contradictions(file, job.as_ref());
    cx.origins.refuse_unused(reader);
    Some(Workload {
        name: name?,
        region,
        input: input?,
        output: output?,
        cadence: cadence?,
        deadline,
        job: job?,
        constraints,
        orchestration,
        network,
        discounts,
        observed_runs,
        today,
        spot,
        tags: tags(file),
    })
    .filter(|_| reader.is_clean())
}

fn tags(file: &WorkloadFile) -> std::collections::BTreeMap<String, String> {
    let tags = file.tags.iter().flat_map(|tags| &tags.value.0);
    tags.map(|(key, value)| (key.clone(), value.value.clone())).collect()
}

/// Where a section stands, for telling what is missing in it.
#[derive(Clone, Copy, Debug)]
struct Section<'p> {
    place: Place,
    path: &'p str,
}

impl<'p, T> From<&'p At<T>> for Section<'p> {
    fn from(at: &'p At<T>) -> Self {
        Section { place: at.place, path: &at.path }
    }
}

/// What the resolution of all sections shares.
struct Resolver<'a> {
    reader: &'a Reader<'a>,
    origins: Origins,
}

impl Resolver<'_> {
    /// A field that must be there.
    fn required<'f, T>(
        &self,
        field: &'f Option<At<T>>,
        section: Section<'_>,
        key: &str,
        hint: &str,
    ) -> Option<&'f At<T>> {
        let path = super::reader::join(section.path, key);
        if field.is_none() && !self.reader.has_problem_at(&path) && !self.reader.has_misspelt(section.path, key) {
            let what = match section.path {
                "" => "the workload file".to_owned(),
                path => format!("`{path}`"),
            };
            self.reader.problem(section.place, &path, format!("cannot read {what}: `{key}` is missing"), hint);
        }
        field.as_ref()
    }

    /// As [`Self::required`], for a field that is at hand by reference only.
    fn required_ref<'f, T>(
        &self,
        field: Option<&'f At<T>>,
        section: Section<'_>,
        key: &str,
        hint: &str,
    ) -> Option<&'f At<T>> {
        if field.is_none() {
            self.required::<T>(&None, section, key, hint);
        }
        field
    }

    /// A value that the file gives: declared, unless `origins` says otherwise.
    fn sourced<T>(&self, path: &str, value: T) -> Sourced<T> {
        Sourced { value, origin: self.origins.of(path) }
    }

    /// A field, or its documented default.
    fn or_default<T, U>(
        &self,
        field: &Option<At<T>>,
        path: &str,
        convert: impl FnOnce(&T) -> U,
        default: impl FnOnce() -> (U, &'static str),
    ) -> Sourced<U> {
        match field {
            Some(at) => self.sourced(path, convert(&at.value)),
            None => {
                let (value, why) = default();
                Sourced::default_because(value, why)
            }
        }
    }

    /// A whole number within limits.
    fn whole(&self, at: &At<Count>, limits: RangeInclusive<u32>) -> Option<u32> {
        let number = u32::try_from(at.value.0).ok().filter(|number| limits.contains(number));
        if number.is_none() {
            let wrong = format!("{} is out of range", at.value.0);
            self.reader.wrong(at, wrong, format!("write a number from {} to {}", limits.start(), limits.end()));
        }
        number
    }

    /// A number within limits.
    fn within(&self, at: &At<super::numbers::Number>, limits: RangeInclusive<f64>) -> Option<f64> {
        let number = Some(at.value.0).filter(|number| limits.contains(number));
        if number.is_none() {
            let wrong = format!("{} is out of range", at.value.0);
            self.reader.wrong(at, wrong, format!("write a number from {} to {}", limits.start(), limits.end()));
        }
        number
    }

    /// A time that is longer than nothing.
    fn positive_time(&self, at: &At<super::values::Time>) -> Option<Span> {
        let span = Some(at.value.0).filter(|span| *span > Span::ZERO);
        if span.is_none() {
            self.reader.wrong(at, "a time of zero cannot be met", "write a longer time, or delete the line");
        }
        span
    }

    fn region(&self, field: Option<&At<String>>) -> Sourced<String> {
        let Some(at) = field else {
            return Sourced::default_because(
                DEFAULT_REGION.to_owned(),
                "AWS's first region, whose prices are listed first",
            );
        };
        let regions = self.reader.vocabulary.regions;
        if !regions.is_empty() && !Names::contains(regions, &at.value) {
            let near = regions.nearest(&at.value).map_or_else(String::new, |near| format!("did you mean `{near}`? "));
            let hint = format!("{near}regions with prices: {}", regions.join(", "));
            self.reader.wrong(at, format!("the region `{}` is unknown", at.value), hint);
        }
        self.sourced("region", at.value.clone())
    }
}
