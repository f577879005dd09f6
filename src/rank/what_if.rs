//! What its owner could change about a declared job without another machine: the layout of its files, the number of its
//! partitions, adaptive execution.

use crate::simulate::chosen_shuffle_partitions;
use crate::simulate::data_cost::{COMPACTED_BYTES, compacted};
use crate::units::Bytes;
use crate::workload::{FileClass, FileSizes, Sourced, Workload};

/// A change to a job.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Stable, kebab-case.
    pub code: &'static str,
    /// What is done, with its figures.
    pub text: String,
    /// The job with the change.
    pub workload: Workload,
}

/// How many times as many shuffle partitions are asked about.
const MORE_PARTITIONS: u32 = 4;

/// The changes that mean something to the job on so many task slots.
#[must_use]
pub fn changes(workload: &Workload, slots: u32) -> Vec<Change> {
    [compact_input(workload), larger_outputs(workload), more_partitions(workload, slots), toggle_adaptive(workload)]
        .into_iter()
        .flatten()
        .collect()
}

fn compact_input(workload: &Workload) -> Option<Change> {
    let before = workload.input.file_classes();
    let after = compacted(&before);
    let count = |classes: &[(Bytes, u64)]| classes.iter().map(|(_, count)| count).sum::<u64>();
    let (old, new) = (count(&before), count(&after));
    let mut changed = workload.clone();
    changed.input.files.value = new;
    let class = |(size, count): (Bytes, u64)| FileClass { size, count };
    changed.input.file_sizes = Sourced::declared(FileSizes::Classes(after.into_iter().map(class).collect()));
    let text = format!(
        "compact the input: {old} files become {new}, those below {} of {} each",
        Bytes::new(COMPACTED_BYTES / 2),
        Bytes::new(COMPACTED_BYTES)
    );
    (new < old).then_some(Change { code: "compact-input", text, workload: changed })
}

fn larger_outputs(workload: &Workload) -> Option<Change> {
    let (old, volume) = (workload.output.files.value, workload.output.volume.value.get());
    let new = volume.div_ceil(COMPACTED_BYTES).max(1);
    let mut changed = workload.clone();
    changed.output.files.value = new;
    let text = format!("write {new} output files of {} instead of {old}", Bytes::new(volume / new));
    (new < old && volume > 0).then_some(Change { code: "larger-outputs", text, workload: changed })
}

fn more_partitions(workload: &Workload, slots: u32) -> Option<Change> {
    let shuffle = workload.job.shuffle.value;
    let now = match &workload.job.shuffle_partitions {
        Some(declared) => declared.value,
        None => chosen_shuffle_partitions(shuffle.as_f64(), slots),
    };
    let more = now.saturating_mul(MORE_PARTITIONS);
    let mut changed = workload.clone();
    changed.job.shuffle_partitions = Some(Sourced::declared(more));
    let text = format!("spark.sql.shuffle.partitions={more} instead of {now}");
    (shuffle > Bytes::ZERO && workload.job.archetype.value.is_spark()).then_some(Change {
        code: "more-partitions",
        text,
        workload: changed,
    })
}

fn toggle_adaptive(workload: &Workload) -> Option<Change> {
    let is_on = workload.job.adaptive.value;
    let mut changed = workload.clone();
    changed.job.adaptive = Sourced::declared(!is_on);
    let code = if is_on { "adaptive-off" } else { "adaptive-on" };
    let means_something = workload.job.shuffle.value > Bytes::ZERO && workload.job.archetype.value.is_spark();
    means_something.then_some(Change {
        code,
        text: format!("spark.sql.adaptive.enabled={}", !is_on),
        workload: changed,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload::{Vocabulary, read_str};

    fn job(text: &str) -> Workload {
        let text = format!("name: a\ncadence: daily\n{text}");
        read_str(&text, "a.yaml", &Vocabulary::unchecked()).expect("a workload")
    }

    fn change(changes: &[Change], code: &str) -> Change {
        changes.iter().find(|change| change.code == code).unwrap_or_else(|| panic!("no {code}")).clone()
    }

    /// 100 GB in 100,000 files of 1 MB: 100e9 / (256 MiB = 268,435,456 B) = 372.5, so 373 files. 4 × 200 partitions.
    #[test]
    fn small_files_are_compacted_and_partitions_multiplied() {
        let workload =
            job("input: {volume: 100 GB, format: parquet, files: 100000}\noutput: {volume: 10 GB, files: 5000}\n\
             job: {archetype: aggregation, shuffle: 20 GB, shuffle_partitions: 200}");
        let all = changes(&workload, 64);
        let compacted = change(&all, "compact-input").workload.input;
        assert_eq!(compacted.files.value, 373);
        let bytes: u64 = compacted.file_classes().iter().map(|(size, count)| size.get() * count).sum();
        assert!(bytes.abs_diff(100_000_000_000) < 1_000, "{bytes}");
        // 10 GB / 256 MiB = 37.3.
        assert_eq!(change(&all, "larger-outputs").workload.output.files.value, 38);
        let more = change(&all, "more-partitions").workload.job.shuffle_partitions.expect("declared");
        assert_eq!(more.value, 800);
        assert!(!change(&all, "adaptive-off").workload.job.adaptive.value);
    }

    #[test]
    fn what_means_nothing_to_the_job_is_not_asked() {
        let workload =
            job("input: {volume: 100 GB, format: parquet, files: 300}\noutput: {volume: 10 GB, files: 10}\n\
             job: {archetype: scan-filter, shuffle: 0 B}");
        assert_eq!(changes(&workload, 64), []);
    }
}
