//! What a run does.

use super::input::{amount, as_parquet, in_words};
use super::{Resolver, Section};
use crate::units::{Bytes, GIB, MIB, Share};
use crate::workload::file::raw::{ContainerSection, JobSection, SkewSection};
use crate::workload::file::reader::{At, ShortOr};
use crate::workload::file::values::Word;
use crate::workload::{Archetype, ContainerSize, Input, Job, Origin, Skew, Sourced};

type JobField = At<ShortOr<Word<Archetype>, JobSection>>;

const KINDS: &str = "write the kind of work, for example `job: aggregation`; one of: scan-filter, aggregation, \
                     join-heavy, sort, ml-iteration, sql-ad-hoc, sql-bi, container-batch, event-stream";

impl Resolver<'_> {
    /// The kind of work, from either form of the field.
    pub(super) fn archetype(&self, field: Option<&JobField>, root: Section<'_>) -> Option<Sourced<Archetype>> {
        let at = self.required_ref(field, root, "job", KINDS)?;
        let word = match &at.value {
            ShortOr::Short(word) => word,
            ShortOr::Long(raw) => &self.required(&raw.archetype, Section::from(at), "archetype", KINDS)?.value,
        };
        Some(self.sourced("job.archetype", word.0))
    }

    pub(super) fn job(
        &self,
        field: Option<&JobField>,
        input: Option<&Input>,
        archetype: Option<Sourced<Archetype>>,
    ) -> Option<Job> {
        let nothing = JobSection::default();
        let raw = match field.map(|at| &at.value) {
            Some(ShortOr::Long(raw)) => raw,
            _ => &nothing,
        };
        let kind = archetype.as_ref().map(|archetype| archetype.value);
        let iterations = self.iterations(raw, kind);
        let memory_expansion = self.memory_expansion(raw);
        let skew = self.skew(raw.skew.as_ref(), kind);
        let shuffle_partitions = raw.shuffle_partitions.as_ref().and_then(|at| self.whole(at, 1..=10_000_000));
        let item_time = raw.item_time.as_ref().and_then(|at| self.positive_time(at));
        let container = raw.container.as_ref().and_then(|at| self.container(at));
        let stages = self.stages(raw.stages.as_ref());
        let (archetype, input) = (archetype?, input?);
        Some(Job {
            shuffle: self.shuffle(raw, input, archetype.value),
            iterations,
            skew,
            memory_expansion,
            shuffle_partitions: shuffle_partitions.map(|count| self.sourced("job.shuffle_partitions", count)),
            adaptive: self.or_default(
                &raw.adaptive,
                "job.adaptive",
                |adaptive| *adaptive,
                || (true, "on by default since Spark 3.2"),
            ),
            item_time: item_time.map(|span| self.sourced("job.item_time", span)),
            container,
            stages,
            archetype,
        })
    }

    fn shuffle(&self, raw: &JobSection, input: &Input, archetype: Archetype) -> Sourced<Bytes> {
        if let Some(at) = &raw.shuffle {
            return self.sourced("job.shuffle", amount(at.value, input));
        }
        let share = archetype.shuffle_share();
        Sourced::inferred(as_parquet(input).scaled(share.value), in_words("shuffle", share.why, input))
    }

    fn iterations(&self, raw: &JobSection, archetype: Option<Archetype>) -> Sourced<u32> {
        let (default, why) = archetype.unwrap_or(Archetype::ScanFilter).iterations();
        match &raw.iterations {
            Some(at) => self.sourced("job.iterations", self.whole(at, 1..=1_000_000).unwrap_or(default)),
            None => Sourced::default_because(default, why),
        }
    }

    fn memory_expansion(&self, raw: &JobSection) -> Sourced<f64> {
        match &raw.memory_expansion {
            Some(at) => self.sourced("job.memory_expansion", self.within(at, 0.1..=100.0).unwrap_or(3.0)),
            None => Sourced::default_because(3.0, "compressed columns grow 2 to 4 times in memory (assumed)"),
        }
    }

    fn skew(&self, field: Option<&At<SkewSection>>, archetype: Option<Archetype>) -> Skew {
        let (place, why) = archetype.unwrap_or(Archetype::Aggregation).skew_place();
        let Some(at) = field else {
            let share = Sourced::default_because(Share::NONE, "nobody said that one key is hot");
            return Skew { hot_key_share: share, place, place_origin: Origin::Default { why: why.to_owned() } };
        };
        let hint = "write the share of the rows that the most frequent key has, for example `hot_key_share: 2.3 %`";
        let share = self.required(&at.value.hot_key_share, Section::from(at), "hot_key_share", hint);
        let place = self.or_default(&at.value.r#in, "job.skew.in", |word| word.0, || (place, why));
        Skew {
            hot_key_share: self.sourced("job.skew.hot_key_share", share.map_or(Share::NONE, |at| at.value.0)),
            place: place.value,
            place_origin: place.origin,
        }
    }

    fn container(&self, at: &At<ContainerSection>) -> Option<ContainerSize> {
        let section = Section::from(at);
        let hint = "write `container: {vcpu: 1, memory: 2 GiB}`";
        let vcpu = self.required(&at.value.vcpu, section, "vcpu", hint).and_then(|at| self.within(at, 0.25..=192.0));
        let memory = self.required(&at.value.memory, section, "memory", hint)?;
        if !(Bytes::new(128 * MIB)..=Bytes::new(4096 * GIB)).contains(&memory.value.0) {
            let wrong = format!("a container of {} does not exist", memory.value.0);
            self.reader.wrong(memory, wrong, "write the memory of one container, for example 2 GiB");
        }
        Some(ContainerSize { vcpu: vcpu?, memory: memory.value.0 })
    }
}
