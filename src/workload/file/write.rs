//! A [`Workload`] as a file again: only what reading would not work out by itself, with the origin of each figure
//! that nobody declared.

use std::collections::BTreeSet;

use serde::Serialize;

use super::numbers::{Count, Discount, Dollars, Number, OwnPrice};
use super::raw::{self, WorkloadFile};
use super::reader::{At, Reader, ShortOr, Table};
use super::resolve;
use super::values::{Fraction, Growth, Size, SizeOrShare, Time, Word};
use crate::workload::schedule::{self, Frequency};
use crate::workload::{
    Cadence, Constraints, DeclaredStage, Discounts, FileSizes, Input, Job, Network, Origin, Sourced, SpotAccount,
    Today, Vocabulary, Workload,
};

/// Figures without which a file cannot be read.
const REQUIRED: &[&str] = &["input.volume", "input.format", "job.archetype"];

pub(super) fn to_yaml(workload: &Workload) -> String {
    let file = settled(workload);
    let options = serde_saphyr::ser_options! {};
    // Only a formatter that fails could make this fail, and a String does not.
    let mut text = String::new();
    match serde_saphyr::to_fmt_writer_with_options(&mut text, &file, options) {
        Ok(()) => text,
        Err(error) => format!("# {error}\n"),
    }
}

/// The smallest file that reads back to this workload: inferred and default figures are written only where reading
/// would give another value. Writing one may change what follows from it, so this goes on until nothing differs.
fn settled(workload: &Workload) -> WorkloadFile {
    let figures = workload.figures();
    let told = |origin: &Origin| matches!(origin, Origin::Declared | Origin::Measured { .. });
    let mut keep: BTreeSet<&str> = REQUIRED.iter().copied().collect();
    keep.extend(figures.iter().filter(|figure| told(&figure.origin)).map(|figure| figure.path.as_str()));
    loop {
        let file = Writer::file(workload, &|path| keep.contains(path));
        let Some(read) = read_back(&file) else {
            return Writer::file(workload, &|_| true);
        };
        let read = read.figures();
        let known = |path: &str, exact: &str| read.iter().any(|other| other.path == path && other.exact == exact);
        let differs = |path: &str, exact: &str| !keep.contains(path) && !known(path, exact);
        let more: Vec<&str> =
            figures.iter().filter(|it| differs(&it.path, &it.exact)).map(|it| it.path.as_str()).collect();
        if more.is_empty() {
            return file;
        }
        keep.extend(more);
    }
}

fn read_back(file: &WorkloadFile) -> Option<Workload> {
    let vocabulary = Vocabulary::unchecked();
    resolve::resolve(file, &Reader::new("", &vocabulary))
}

/// Collects the origins of the figures that it writes.
struct Writer<'w> {
    keep: &'w dyn Fn(&str) -> bool,
    origins: Vec<(String, At<String>)>,
}

fn at<T>(value: T) -> At<T> {
    At::nowhere(value)
}

#[expect(clippy::unnecessary_wraps, reason = "every field of a section is optional")]
fn some<T>(value: T) -> Option<At<T>> {
    Some(at(value))
}

fn bytes(size: crate::units::Bytes) -> Option<At<Size>> {
    (size.get() > 0).then(|| at(Size(size)))
}

/// A section, unless it would be empty.
fn section<T: Serialize>(value: T) -> Option<At<T>> {
    let json = serde_json::to_value(&value).ok();
    let empty = json.is_some_and(|json| json.as_object().is_some_and(serde_json::Map::is_empty));
    (!empty).then(|| at(value))
}

fn names(list: &[String]) -> Option<At<Vec<At<String>>>> {
    (!list.is_empty()).then(|| at(list.iter().cloned().map(at).collect()))
}

impl Writer<'_> {
    fn file(workload: &Workload, keep: &dyn Fn(&str) -> bool) -> WorkloadFile {
        let mut writer = Writer { keep, origins: Vec::new() };
        let tags = workload.tags.iter().map(|(key, value)| (key.clone(), at(value.clone()))).collect();
        WorkloadFile {
            name: some(workload.name.clone()),
            region: writer.field("region", &workload.region, String::clone),
            input: some(writer.input(&workload.input)),
            output: section(raw::OutputSection {
                volume: writer.field("output.volume", &workload.output.volume, |size| SizeOrShare::Size(*size)),
                files: writer.field("output.files", &workload.output.files, |count| Count(*count)),
            }),
            cadence: some(writer.cadence(&workload.cadence)),
            deadline: writer.maybe("deadline", workload.deadline.as_ref(), |span| Time(*span)),
            job: some(writer.job(&workload.job)),
            constraints: section(writer.constraints(&workload.constraints)),
            orchestration: writer.field("orchestration", &workload.orchestration, |word| Word(*word)),
            network: section(writer.network(&workload.network)),
            discounts: section(discounts(&workload.discounts)),
            observed_runs: observed_runs(workload),
            today: section(today(&workload.today)),
            spot: section(writer.spot(&workload.spot)),
            tags: Some(at(Table(tags))).filter(|table| !table.value.0.is_empty()),
            origins: Some(at(Table(writer.origins))).filter(|table| !table.value.0.is_empty()),
        }
    }

    fn field<T, R>(&mut self, path: &str, figure: &Sourced<T>, write: impl FnOnce(&T) -> R) -> Option<At<R>> {
        if !(self.keep)(path) {
            return None;
        }
        self.origin(path, &figure.origin);
        some(write(&figure.value))
    }

    fn maybe<T, R>(&mut self, path: &str, figure: Option<&Sourced<T>>, write: impl FnOnce(&T) -> R) -> Option<At<R>> {
        figure.and_then(|figure| self.field(path, figure, write))
    }

    fn origin(&mut self, path: &str, origin: &Origin) {
        if *origin != Origin::Declared {
            self.origins.push((path.to_owned(), at(origin.to_string())));
        }
    }

    fn input(&mut self, input: &Input) -> raw::InputSection {
        raw::InputSection {
            volume: self.field("input.volume", &input.volume, |size| Size(*size)),
            format: self.field("input.format", &input.format, |word| Word(*word)),
            compression: self.field("input.compression", &input.compression, |word| Word(*word)),
            files: self.files(input),
            read_share: self.field("input.read_share", &input.read_share, |share| Fraction(*share)),
            growth: self.field("input.growth", &input.growth_per_month, |growth| Growth(*growth)),
        }
    }

    fn files(&mut self, input: &Input) -> Option<At<ShortOr<Count, raw::FilesSection>>> {
        let sizes = Some(&input.file_sizes).filter(|_| (self.keep)("input.files.sizes"));
        let long = match sizes.map(|sizes| &sizes.value) {
            None | Some(FileSizes::Even) => {
                let count = self.field("input.files.count", &input.files, |count| Count(*count))?;
                return some(ShortOr::Short(count.value));
            }
            Some(FileSizes::Median(median)) => raw::FilesSection {
                count: some(Count(input.files.value)),
                median_size: some(Size(*median)),
                histogram: None,
            },
            Some(FileSizes::Classes(classes)) => raw::FilesSection {
                histogram: some(
                    classes
                        .iter()
                        .map(|class| {
                            at(raw::FileClassSection { size: some(Size(class.size)), count: some(Count(class.count)) })
                        })
                        .collect(),
                ),
                ..raw::FilesSection::default()
            },
        };
        self.origin("input.files.count", &input.files.origin);
        self.origin("input.files.sizes", &input.file_sizes.origin);
        some(ShortOr::Long(long))
    }

    fn cadence(&mut self, cadence: &Cadence) -> ShortOr<String, raw::CadenceSection> {
        let parsed = cadence.schedule.as_ref().and_then(|text| schedule::parse(text).ok());
        let runs = cadence.runs_per_month.value;
        let fits = match parsed {
            Some(Frequency::Counted(own) | Frequency::Timetable(own)) => (runs / own - 1.0).abs() < 0.05,
            Some(_) => true,
            None => false,
        };
        let schedule = cadence.schedule.clone().filter(|_| fits);
        let said = matches!(parsed, Some(Frequency::Counted(own)) if own == runs)
            && cadence.runs_per_month.origin == Origin::Declared;
        let section = raw::CadenceSection {
            runs_per_month: if schedule.is_none() {
                self.origin("cadence.runs_per_month", &cadence.runs_per_month.origin);
                some(Number(runs))
            } else if said {
                None
            } else {
                self.field("cadence.runs_per_month", &cadence.runs_per_month, |runs| Number(*runs))
            },
            predictable: self.field("cadence.predictable", &cadence.predictable, |it| *it),
            schedule: schedule.clone().map(at),
        };
        match schedule {
            Some(text) if section.runs_per_month.is_none() && section.predictable.is_none() => ShortOr::Short(text),
            _ => ShortOr::Long(section),
        }
    }

    fn job(&mut self, job: &Job) -> ShortOr<Word<crate::workload::Archetype>, raw::JobSection> {
        let archetype = self.field("job.archetype", &job.archetype, |word| Word(*word));
        let details = raw::JobSection {
            archetype: None,
            shuffle: self.field("job.shuffle", &job.shuffle, |size| SizeOrShare::Size(*size)),
            iterations: self.field("job.iterations", &job.iterations, |count| Count((*count).into())),
            skew: self.skew(job),
            memory_expansion: self.field("job.memory_expansion", &job.memory_expansion, |it| Number(*it)),
            shuffle_partitions: self
                .maybe("job.shuffle_partitions", job.shuffle_partitions.as_ref(), |count| Count((*count).into())),
            adaptive: self.field("job.adaptive", &job.adaptive, |it| *it),
            item_time: self.maybe("job.item_time", job.item_time.as_ref(), |span| Time(*span)),
            container: job.container.map(|container| {
                at(raw::ContainerSection { vcpu: some(Number(container.vcpu)), memory: some(Size(container.memory)) })
            }),
            stages: (!job.stages.is_empty()).then(|| at(job.stages.iter().map(|it| at(stage(it))).collect())),
        };
        match section(details) {
            None => ShortOr::Short(Word(job.archetype.value)),
            Some(details) => ShortOr::Long(raw::JobSection { archetype, ..details.value }),
        }
    }

    fn skew(&mut self, job: &Job) -> Option<At<raw::SkewSection>> {
        let share = self.field("job.skew.hot_key_share", &job.skew.hot_key_share, |share| Fraction(*share))?;
        let place = Sourced { value: job.skew.place, origin: job.skew.place_origin.clone() };
        let place = self.field("job.skew.in", &place, |word| Word(*word));
        some(raw::SkewSection { hot_key_share: Some(share), r#in: place })
    }

    fn constraints(&mut self, it: &Constraints) -> raw::ConstraintsSection {
        raw::ConstraintsSection {
            engines: section(raw::EnginesSection {
                allow: names(&it.engines_allowed),
                deny: names(&it.engines_denied),
            }),
            instance_types: names(&it.instance_types),
            graviton: self.field("constraints.graviton", &it.graviton, |it| *it),
            spot: self.field("constraints.spot", &it.spot, |it| *it),
            custom_jar: self.field("constraints.custom_jar", &it.custom_jar, |it| *it),
            custom_image: self.field("constraints.custom_image", &it.custom_image, |it| *it),
            kubernetes: self.field("constraints.kubernetes", &it.kubernetes, |word| Word(*word)),
            lake_formation: self.field("constraints.lake_formation", &it.lake_formation, |it| *it),
            max_start_wait: self.maybe("constraints.max_start_wait", it.max_start_wait.as_ref(), |span| Time(*span)),
            budget: it.budget_per_month.map(|budget| at(Dollars(budget))),
            deadline_probability: self
                .field("constraints.deadline_probability", &it.deadline_probability, |share| Fraction(*share)),
            max_vcpu: self.maybe("constraints.max_vcpu", it.max_vcpu.as_ref(), |count| Count((*count).into())),
        }
    }

    fn spot(&mut self, it: &SpotAccount) -> raw::SpotSection {
        let history = it.history.iter().map(|pool| {
            at(raw::SpotHistorySection {
                instance_type: some(pool.instance_type.clone()),
                zone: pool.zone.clone().map(at),
                losses: some(Count(pool.losses.into())),
                events: pool.events.map(|events| at(Count(events.into()))),
                node_hours: some(Number(pool.node_hours)),
                source: pool.source.clone().map(at),
                as_of: pool.as_of.clone().map(at),
            })
        });
        raw::SpotSection {
            node_labels: self.field("spot.node_labels", &it.node_labels, |it| *it),
            history: (!it.history.is_empty()).then(|| at(history.collect())),
        }
    }

    fn network(&mut self, it: &Network) -> raw::NetworkSection {
        raw::NetworkSection {
            s3_through_nat: self.field("network.s3_through_nat", &it.s3_through_nat, |it| *it),
            public_ipv4: self.field("network.public_ipv4", &it.public_ipv4, |it| *it),
            interface_endpoints: (it.interface_endpoints > 0).then(|| at(Count(it.interface_endpoints.into()))),
            shared_by_pipelines: self
                .field("network.shared_by_pipelines", &it.shared_by_pipelines, |count| Count((*count).into())),
        }
    }
}

fn stage(it: &DeclaredStage) -> raw::StageSection {
    raw::StageSection {
        name: some(it.name.clone()),
        tasks: it.tasks.map(|count| at(Count(count.into()))),
        cpu: some(Time(it.cpu)),
        input: bytes(it.input),
        shuffle_read: bytes(it.shuffle_read),
        shuffle_write: bytes(it.shuffle_write),
        output: bytes(it.output),
        max_over_median: (it.max_over_median > 1.0).then(|| at(Number(it.max_over_median))),
        parents: names(&it.parents),
    }
}

fn discounts(it: &Discounts) -> raw::DiscountsSection {
    let by_service: Vec<_> = it.by_service.iter().map(|(key, value)| (key.clone(), at(Discount(*value)))).collect();
    let prices: Vec<_> = it.unit_prices.iter().map(|(key, value)| (key.clone(), at(OwnPrice(*value)))).collect();
    raw::DiscountsSection {
        enterprise: it.enterprise.map(|share| at(Discount(share))),
        by_service: (!by_service.is_empty()).then(|| at(Table(by_service))),
        unit_prices: (!prices.is_empty()).then(|| at(Table(prices))),
        free_allowances: it.free_allowances.then(|| at(true)),
    }
}

fn observed_runs(workload: &Workload) -> Option<At<Vec<At<raw::ObservedRunSection>>>> {
    let runs = workload.observed_runs.iter().map(|run| {
        at(raw::ObservedRunSection {
            instance_type: some(run.instance_type.clone()),
            count: some(Count(run.count.into())),
            duration: some(Time(run.duration)),
            volume: run.volume.map(|volume| at(Size(volume))),
        })
    });
    (!workload.observed_runs.is_empty()).then(|| at(runs.collect()))
}

fn today(it: &Today) -> raw::TodaySection {
    raw::TodaySection {
        single_instance: it.single_instance.clone().map(at),
        standing_cluster: it.standing_cluster.as_ref().map(|cluster| {
            at(raw::StandingClusterSection {
                instance_type: some(cluster.instance_type.clone()),
                count: some(Count(cluster.count.into())),
                cost_share: some(Fraction(cluster.cost_share)),
            })
        }),
        on_premises: it.on_premises.as_ref().map(|own| {
            at(raw::OnPremisesSection {
                yearly_cost: some(Dollars(own.yearly_cost)),
                cores: some(Count(own.cores.into())),
                cost_share: some(Fraction(own.cost_share)),
                utilisation: some(Fraction(own.utilisation)),
            })
        }),
    }
}
