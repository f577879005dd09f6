//! What a run reads and writes.

use super::{Resolver, Section};
use crate::units::{Bytes, MEGABYTE, MIB, Share};
use crate::workload::file::numbers::Count;
use crate::workload::file::raw::{FileClassSection, FilesSection, InputSection, OutputSection};
use crate::workload::file::reader::{At, ShortOr};
use crate::workload::file::values::SizeOrShare;
use crate::workload::{Archetype, Compression, FileClass, FileSizes, Format, Input, Output, Sourced};

/// One split of Spark, and the lower end of the advised 128 MB to 1 GB a file.
const USUAL_FILE: u64 = 128 * MEGABYTE;
/// Between the 128 MB and 1 GB that are advised for Parquet.
const USUAL_OUTPUT_FILE: u64 = 256 * MIB;
/// A histogram may be a sample or a day old: so far may its sum be off.
const HISTOGRAM_SLACK: f64 = 0.1;

/// Number and sizes of the files, as far as the file says.
#[derive(Default)]
struct Files {
    count: Option<u64>,
    sizes: Option<FileSizes>,
}

impl Resolver<'_> {
    pub(super) fn input(&self, field: Option<&At<InputSection>>, root: Section<'_>) -> Option<Input> {
        let hint = "write `input: {volume: 500 GB, format: parquet}`";
        let at = self.required_ref(field, root, "input", hint)?;
        let section = Section::from(at);
        let raw = &at.value;
        let files = raw.files.as_ref().map_or_else(Files::default, |files| self.files(files));
        let volume = self.input_volume(raw, section, &files);
        let format = self
            .required(&raw.format, section, "format", "write the file format, for example `format: parquet`")
            .map(|at| self.sourced("input.format", at.value.0));
        let (volume, format) = (volume?, format?);
        let files_at = raw.files.as_ref().map(Section::from);
        self.check_files(&volume, &files, files_at);
        Some(Input {
            compression: self.compression(raw, format.value),
            files: self.file_count(&volume, files.count),
            file_sizes: self.file_sizes(files.sizes),
            read_share: self.or_default(
                &raw.read_share,
                "input.read_share",
                |share| share.0,
                || (Share::ALL, "nobody said that columns or partitions are left out"),
            ),
            growth_per_month: self.or_default(
                &raw.growth,
                "input.growth",
                |growth| growth.0,
                || (0.0, "nobody said that the volume grows"),
            ),
            volume,
            format,
        })
    }

    fn input_volume(&self, raw: &InputSection, section: Section<'_>, files: &Files) -> Option<Sourced<Bytes>> {
        if let (None, Some(FileSizes::Classes(classes))) = (&raw.volume, &files.sizes) {
            return Some(Sourced::inferred(total(classes), "the sum of the file-size histogram"));
        }
        let hint = "write the bytes that one run reads, for example `volume: 500 GB`";
        let at = self.required(&raw.volume, section, "volume", hint)?;
        if at.value.0 == Bytes::ZERO {
            self.reader.wrong(at, "a job that reads nothing cannot be forecast", "write the bytes that one run reads");
            return None;
        }
        Some(self.sourced("input.volume", at.value.0))
    }

    fn compression(&self, raw: &InputSection, format: Format) -> Sourced<Compression> {
        self.or_default(&raw.compression, "input.compression", |word| word.0, || format.usual_compression())
    }

    fn file_count(&self, volume: &Sourced<Bytes>, count: Option<u64>) -> Sourced<u64> {
        match count {
            Some(count) => self.sourced("input.files.count", count),
            None => {
                Sourced::inferred(volume.value.get().div_ceil(USUAL_FILE).max(1), "one file per 128 MB of the volume")
            }
        }
    }

    fn file_sizes(&self, sizes: Option<FileSizes>) -> Sourced<FileSizes> {
        match sizes {
            Some(sizes) => self.sourced("input.files.sizes", sizes),
            None => Sourced::default_because(FileSizes::Even, "no sizes are given: all files as large as their mean"),
        }
    }

    fn files(&self, at: &At<ShortOr<Count, FilesSection>>) -> Files {
        match &at.value {
            ShortOr::Short(count) => Files { count: self.file_total(&at.with(*count)), sizes: None },
            ShortOr::Long(raw) => self.files_in_detail(raw, Section::from(at)),
        }
    }

    fn files_in_detail(&self, raw: &FilesSection, section: Section<'_>) -> Files {
        if let Some(histogram) = &raw.histogram {
            let others = [raw.count.as_ref().map(Section::from), raw.median_size.as_ref().map(Section::from)];
            for other in others.into_iter().flatten() {
                let message = format!("cannot use `{}`: the histogram already says it", other.path);
                self.reader.problem(other.place, other.path, message, "keep the histogram or the other, not both");
            }
            let classes = self.classes(histogram);
            let count = classes.iter().map(|class| class.count).sum();
            return Files { count: Some(count), sizes: Some(FileSizes::Classes(classes)) };
        }
        let hint = "write how many files, for example `count: 1600`";
        let count = self.required(&raw.count, section, "count", hint).and_then(|at| self.file_total(at));
        Files { count, sizes: raw.median_size.as_ref().map(|at| FileSizes::Median(at.value.0)) }
    }

    fn file_total(&self, at: &At<Count>) -> Option<u64> {
        if at.value.0 == 0 {
            self.reader.wrong(at, "there is at least one file", "write how many files one run reads");
            return None;
        }
        Some(at.value.0)
    }

    fn classes(&self, histogram: &At<Vec<At<FileClassSection>>>) -> Vec<FileClass> {
        let class = |at: &At<FileClassSection>| {
            let section = Section::from(at);
            let size = self.required(&at.value.size, section, "size", "write `{size: 128 MB, count: 300}`");
            let count = self.required(&at.value.count, section, "count", "write `{size: 128 MB, count: 300}`");
            Some(FileClass { size: size?.value.0, count: self.file_total(count?)? })
        };
        let mut classes: Vec<FileClass> = histogram.value.iter().filter_map(class).collect();
        if histogram.value.is_empty() {
            self.reader.wrong(histogram, "it is empty", "write its classes, or delete it");
        }
        classes.sort_by_key(|class| class.size);
        classes
    }

    /// Files and volume must fit together.
    fn check_files(&self, volume: &Sourced<Bytes>, files: &Files, at: Option<Section<'_>>) {
        let Some(at) = at else { return };
        let problem = |wrong: String, hint: &str| {
            self.reader.problem(at.place, at.path, format!("cannot use `{}`: {wrong}", at.path), hint);
        };
        if let Some(count) = files.count.filter(|count| *count > volume.value.get()) {
            problem(
                format!("{count} files are more than the {} of the volume", volume.value),
                "check count and volume",
            );
        }
        if let Some(FileSizes::Classes(classes)) = &files.sizes {
            let sum = total(classes);
            if (sum.as_f64() / volume.value.as_f64() - 1.0).abs() > HISTOGRAM_SLACK {
                let wrong = format!("its classes sum to {sum}, the volume is {}", volume.value);
                problem(wrong, "make them agree within 10 %, or delete `volume`: it follows from the histogram");
            }
        }
    }

    pub(super) fn output(
        &self,
        field: Option<&At<OutputSection>>,
        input: Option<&Input>,
        archetype: Option<&Sourced<Archetype>>,
    ) -> Option<Output> {
        let (input, archetype) = (input?, archetype?.value);
        let nothing = OutputSection::default();
        let raw = field.map_or(&nothing, |at| &at.value);
        let volume = match &raw.volume {
            Some(at) => self.sourced("output.volume", amount(at.value, input)),
            None => {
                let share = archetype.output_share();
                Sourced::inferred(as_parquet(input).scaled(share.value), in_words("output", share.why, input))
            }
        };
        let files = match &raw.files {
            Some(at) => self.sourced("output.files", at.value.0),
            None if archetype == Archetype::ContainerBatch => {
                Sourced::inferred(input.files.value, "each container writes one file for each that it reads")
            }
            None => Sourced::inferred(
                volume.value.get().div_ceil(USUAL_OUTPUT_FILE).max(1),
                "one file per 256 MiB of the output",
            ),
        };
        Some(Output { volume, files })
    }
}

/// Bytes that the job really reads.
pub(super) fn bytes_read(input: &Input) -> Bytes {
    input.volume.value.scaled(input.read_share.value.get())
}

/// What the bytes that are read would be in Parquet: shares per archetype are measured on Parquet.
pub(super) fn as_parquet(input: &Input) -> Bytes {
    bytes_read(input).scaled(1.0 / input.format.value.over_parquet(input.compression.value))
}

/// An amount that may be given as a share of the bytes read.
pub(super) fn amount(given: SizeOrShare, input: &Input) -> Bytes {
    match given {
        SizeOrShare::Size(bytes) => bytes,
        SizeOrShare::Share(share) => bytes_read(input).scaled(share),
    }
}

/// The rule of an inferred amount, with the factor for text formats if it was used.
pub(super) fn in_words(what: &str, why: &str, input: &Input) -> String {
    let factor = input.format.value.over_parquet(input.compression.value);
    if factor > 1.0 {
        format!("{what} of the bytes read, which Parquet would store in 1/{factor}: {why}")
    } else {
        format!("{what} of the bytes read: {why}")
    }
}

fn total(classes: &[FileClass]) -> Bytes {
    let bytes = |class: &FileClass| class.size.get().saturating_mul(class.count);
    Bytes::new(classes.iter().map(bytes).fold(0, u64::saturating_add))
}
