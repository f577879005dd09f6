//! Every figure of a workload with its origin, so that the output can name what nobody said.

use std::fmt::{Debug, Display};

use serde::Serialize;

use super::{Constraints, FileSizes, Input, Job, Network, Origin, Sourced, SpotAccount, Workload};

/// One figure of a workload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// The key path in the workload file, for example `job.shuffle`.
    pub path: String,
    /// The value as a person would write it.
    pub value: String,
    /// Where it came from.
    pub origin: Origin,
    /// The value with all its digits, for comparing.
    pub(super) exact: String,
}

/// A default that was used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefaultUsed {
    /// The key path in the workload file.
    pub path: String,
    /// The value as a person would write it.
    pub value: String,
    /// Why it is a fair default, with its source.
    pub why: String,
}

impl Workload {
    /// Every figure that has an origin, in the order of the file.
    #[must_use]
    pub fn figures(&self) -> Vec<Figure> {
        let mut list = Figures(Vec::new());
        list.shown("region", &self.region);
        list.input(&self.input);
        list.shown("output.volume", &self.output.volume);
        list.shown("output.files", &self.output.files);
        list.with("cadence.runs_per_month", &self.cadence.runs_per_month, |runs| format!("{runs:.1}"));
        list.shown("cadence.predictable", &self.cadence.predictable);
        list.maybe("deadline", self.deadline.as_ref());
        list.job(&self.job);
        list.constraints(&self.constraints);
        list.word("orchestration", &self.orchestration);
        list.network(&self.network);
        list.spot(&self.spot);
        list.0
    }

    /// The defaults that were used because the file says nothing, in the order of the file.
    #[must_use]
    pub fn defaults_used(&self) -> Vec<DefaultUsed> {
        let defaults = self.figures().into_iter().filter_map(|figure| match figure.origin {
            Origin::Default { why } => Some(DefaultUsed { path: figure.path, value: figure.value, why }),
            _ => None,
        });
        defaults.collect()
    }

    /// The figures that were computed from others by a rule, in the order of the file.
    #[must_use]
    pub fn inferences(&self) -> Vec<Figure> {
        self.figures().into_iter().filter(|figure| matches!(figure.origin, Origin::Inferred { .. })).collect()
    }
}

struct Figures(Vec<Figure>);

impl Figures {
    fn with<T: Debug>(&mut self, path: &str, figure: &Sourced<T>, show: impl Fn(&T) -> String) {
        self.push(path, show(&figure.value), format!("{:?}", figure.value), &figure.origin);
    }

    fn push(&mut self, path: &str, value: String, exact: String, origin: &Origin) {
        self.0.push(Figure { path: path.to_owned(), value, exact, origin: origin.clone() });
    }

    fn shown<T: Debug + Display>(&mut self, path: &str, figure: &Sourced<T>) {
        self.with(path, figure, T::to_string);
    }

    fn maybe<T: Debug + Display>(&mut self, path: &str, figure: Option<&Sourced<T>>) {
        if let Some(figure) = figure {
            self.shown(path, figure);
        }
    }

    fn word<T: Debug + Serialize>(&mut self, path: &str, figure: &Sourced<T>) {
        self.with(path, figure, word);
    }

    fn input(&mut self, input: &Input) {
        self.shown("input.volume", &input.volume);
        self.word("input.format", &input.format);
        self.word("input.compression", &input.compression);
        self.shown("input.files.count", &input.files);
        self.with("input.files.sizes", &input.file_sizes, |sizes| match sizes {
            FileSizes::Even => "even".to_owned(),
            FileSizes::Median(size) => format!("median {size}"),
            FileSizes::Classes(classes) => format!("{} classes", classes.len()),
        });
        self.shown("input.read_share", &input.read_share);
        self.with("input.growth", &input.growth_per_month, |growth| format!("{} %", (growth * 1000.0).round() / 10.0));
    }

    fn job(&mut self, job: &Job) {
        self.word("job.archetype", &job.archetype);
        self.shown("job.shuffle", &job.shuffle);
        self.shown("job.iterations", &job.iterations);
        self.shown("job.skew.hot_key_share", &job.skew.hot_key_share);
        if job.skew.hot_key_share.value.get() > 0.0 {
            let (place, origin) = (&job.skew.place, &job.skew.place_origin);
            self.push("job.skew.in", word(place), format!("{place:?}"), origin);
        }
        self.shown("job.memory_expansion", &job.memory_expansion);
        self.maybe("job.shuffle_partitions", job.shuffle_partitions.as_ref());
        self.shown("job.adaptive", &job.adaptive);
        self.maybe("job.item_time", job.item_time.as_ref());
    }

    fn constraints(&mut self, constraints: &Constraints) {
        self.shown("constraints.graviton", &constraints.graviton);
        self.shown("constraints.spot", &constraints.spot);
        self.shown("constraints.custom_jar", &constraints.custom_jar);
        self.shown("constraints.custom_image", &constraints.custom_image);
        self.word("constraints.kubernetes", &constraints.kubernetes);
        self.shown("constraints.lake_formation", &constraints.lake_formation);
        self.maybe("constraints.max_start_wait", constraints.max_start_wait.as_ref());
        self.shown("constraints.deadline_probability", &constraints.deadline_probability);
        self.maybe("constraints.max_vcpu", constraints.max_vcpu.as_ref());
    }

    fn spot(&mut self, spot: &SpotAccount) {
        // Only where somebody turned them off: what is usual needs no line in every answer.
        if !spot.node_labels.is_default() {
            self.shown("spot.node_labels", &spot.node_labels);
        }
    }

    fn network(&mut self, network: &Network) {
        self.shown("network.s3_through_nat", &network.s3_through_nat);
        self.shown("network.public_ipv4", &network.public_ipv4);
        self.shown("network.shared_by_pipelines", &network.shared_by_pipelines);
    }
}

/// The word that the file has for a variant.
fn word<T: Debug + Serialize>(value: &T) -> String {
    let json = serde_json::to_value(value).ok();
    json.and_then(|json| json.as_str().map(str::to_owned)).unwrap_or_else(|| format!("{value:?}"))
}
