//! From counted objects to a workload: measured figures that name their source.

use super::arrivals::Arrivals;
use super::profile::{ObjectsProfile, Reads};
use crate::units::Bytes;
use crate::workload::{
    Archetype, FileClass, FileSizes, Format, Origin, Sourced, Vocabulary, Workload, WorkloadError, read_str,
};

/// What a listing cannot say of the job.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    /// How often the job runs; `None`: as the data arrives, else daily.
    pub cadence: Option<String>,
    /// The kind of work; `None`: a scan and filter, which any job is at least.
    pub archetype: Option<Archetype>,
    /// What one run reads; `None`: what is new when arrivals have a cadence, else everything.
    pub reads: Option<Reads>,
    /// The job's name.
    pub name: Option<String>,
}

/// Growth beyond this, either way, is a migration or a clean-up and no trend.
const CREDIBLE_GROWTH: f64 = 0.5;

impl ObjectsProfile {
    /// The workload that reads this data.
    ///
    /// # Errors
    /// The cadence is not one.
    pub fn workload(&self, beside: &Beside) -> Result<Workload, Vec<WorkloadError>> {
        let arrivals = self.arrivals();
        let schedule = arrivals.as_ref().and_then(Arrivals::schedule);
        let cadence = beside.cadence.as_deref().or(schedule).unwrap_or("daily").replace('"', "");
        // The volume stands in until the measured one takes its place: what follows from it is worked out by reading.
        let volume = self.per_run(beside, arrivals.as_ref()).0.get().max(1);
        let format = self.format().map_or(Format::Parquet, |it| it.0);
        let archetype = beside.archetype.unwrap_or(Archetype::ScanFilter);
        let text = format!(
            "name: measured\ninput: {{volume: {volume} B, format: {}}}\ncadence: \"{cadence}\"\njob: {}\n",
            word(&format),
            word(&archetype)
        );
        let mut workload = read_str(&text, "--cadence", &Vocabulary::unchecked())?;
        workload.name = beside.name.clone().unwrap_or_else(|| self.name());
        self.measure_input(beside, arrivals.as_ref(), &mut workload);
        self.measure_cadence(beside, arrivals.as_ref(), schedule, &mut workload);
        if beside.archetype.is_none() {
            workload.job.archetype.origin = Origin::Default {
                why: "a listing does not say what the job does; every job scans its input; give --archetype".to_owned(),
            };
        }
        Ok(workload)
    }

    fn name(&self) -> String {
        let path = self.name.as_deref().unwrap_or(&self.source.path).trim_end_matches('/');
        let last = path.rsplit('/').next().unwrap_or(path);
        let stem = last.split('.').next().unwrap_or(last).trim();
        let name: String = stem.chars().filter(|c| !c.is_control()).take(100).collect();
        if name.is_empty() { "measured".to_owned() } else { name }
    }

    /// Bytes of one run, the share of the data that they are, and how that is said.
    fn per_run(&self, beside: &Beside, arrivals: Option<&Arrivals>) -> (Bytes, f64, String) {
        let all = self.data().bytes;
        let from = self.source.reference();
        let new = arrivals.filter(|it| !it.stream && it.burst_bytes > 0 && it.burst_bytes < all);
        match (beside.reads, new) {
            (None | Some(Reads::New), Some(arrivals)) => {
                let share = ratio(arrivals.burst_bytes, all);
                let how = format!("{from}: mean of {} arrivals in {} days", arrivals.bursts, arrivals.days);
                (Bytes::new(arrivals.burst_bytes), share, how)
            }
            _ => (Bytes::new(all), 1.0, format!("{from}: all of its data")),
        }
    }

    fn measure_input(&self, beside: &Beside, arrivals: Option<&Arrivals>, workload: &mut Workload) {
        let from = self.source.reference();
        let (volume, share, how) = self.per_run(beside, arrivals);
        let input = &mut workload.input;
        if volume == Bytes::ZERO {
            input.volume = Sourced::measured(Bytes::new(1), format!("{from}: no data"));
        } else {
            input.volume = Sourced::measured(volume, how.clone());
        }
        let classes = scaled(&self.size_classes(), share, volume);
        let files: u64 = classes.iter().map(|class| class.count).sum();
        input.files = Sourced::measured(files.max(1), how);
        if !classes.is_empty() {
            let how = format!("{from}: sizes by powers of two");
            input.file_sizes = Sourced::measured(FileSizes::Classes(classes), how);
        }
        if let Some((format, share)) = self.format() {
            input.format = Sourced::measured(format, by_name(&from, share));
        } else {
            input.format.origin =
                Origin::Default { why: "no file name tells the format; Parquet is the usual one".to_owned() };
        }
        if let Some((compression, share)) = self.compression() {
            let how = match &self.footers {
                Some(footers) if !footers.codecs.is_empty() => format!("{from}: footers of {} files", footers.files),
                _ => by_name(&from, share),
            };
            input.compression = Sourced::measured(compression, how);
        }
        if let Some(growth) = self.growth().filter(|growth| growth.abs() <= CREDIBLE_GROWTH) {
            let rounded = (growth * 1e4).round() / 1e4;
            input.growth_per_month = Sourced::measured(rounded, format!("{from}: whole months of arrivals"));
        }
    }

    fn measure_cadence(
        &self,
        beside: &Beside,
        arrivals: Option<&Arrivals>,
        schedule: Option<&str>,
        workload: &mut Workload,
    ) {
        if beside.cadence.is_some() {
            return;
        }
        let from = self.source.reference();
        let cadence = &mut workload.cadence;
        let Some(arrivals) = arrivals.filter(|it| !it.stream) else {
            let why = match arrivals {
                Some(_) => "data arrives all the time; how often the job runs is your choice: give --cadence",
                None => "too few arrivals tell a cadence; give --cadence",
            };
            cadence.runs_per_month.origin = Origin::Default { why: why.to_owned() };
            return;
        };
        let how = format!(
            "{from}: {} arrivals in {} days, intervals vary by {:.0} %",
            arrivals.bursts,
            arrivals.days,
            100.0 * arrivals.interval_variation
        );
        if schedule.is_none() {
            cadence.schedule = None;
            cadence.runs_per_month.value = (arrivals.per_month * 100.0).round().max(1.0) / 100.0;
        }
        cadence.runs_per_month.origin = Origin::Measured { from: how.clone() };
        cadence.predictable = Sourced::measured(arrivals.is_regular(), how);
    }
}

fn by_name(from: &str, share: f64) -> String {
    format!("{from}: file names of {:.0} % of the bytes that tell", 100.0 * share)
}

fn word<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_value(value).ok().and_then(|json| json.as_str().map(str::to_owned)).unwrap_or_default()
}

#[expect(clippy::cast_precision_loss, reason = "a share")]
fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

/// The classes of one run: of each size as large a share as of the whole, then all sizes scaled until the volume is met
/// (whole files do not divide evenly).
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share of a count is a count"
)]
fn scaled(classes: &[(Bytes, u64)], share: f64, volume: Bytes) -> Vec<FileClass> {
    let part = |count: u64| (count as f64 * share).round() as u64;
    let mut out: Vec<FileClass> = classes
        .iter()
        .map(|(size, count)| FileClass { size: *size, count: part(*count) })
        .filter(|class| class.count > 0)
        .collect();
    let sum: f64 = out.iter().map(|class| class.size.as_f64() * class.count as f64).sum();
    if sum > 0.0 {
        let factor = volume.as_f64() / sum;
        out.iter_mut().for_each(|class| class.size = class.size.scaled(factor).max(Bytes::new(1)));
    } else if volume > Bytes::ZERO {
        out = vec![FileClass { size: volume, count: 1 }];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tenth of 10 files of 100 and of 4 of 1,000 bytes is one file of 100 and none of 1,000: the 500 bytes of the run
    /// are one file of 500.
    #[test]
    fn the_files_of_a_run_hold_its_volume() {
        let classes = [(Bytes::new(100), 10), (Bytes::new(1_000), 4)];
        assert_eq!(scaled(&classes, 0.1, Bytes::new(500)), [FileClass { size: Bytes::new(500), count: 1 }]);
        assert_eq!(scaled(&classes, 0.01, Bytes::new(50)), [FileClass { size: Bytes::new(50), count: 1 }]);
        assert_eq!(scaled(&classes, 1.0, Bytes::new(5_000)).iter().map(|it| it.count).sum::<u64>(), 14);
    }
}
