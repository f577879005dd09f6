//! Why a row stands where it stands, and what can go wrong: each a coded note with its figures.

use super::deadline::Deadline;
use super::finalist::Finalist;
use super::model::{Note, SpotFigures};
use crate::bill::Cost;
use crate::engines::{EngineId, Question, Role, Shape};
use crate::units::{Share, Span};

/// Reasons for a ranked row. `first` is the recommendation's monthly cost and engine.
#[must_use]
pub fn reasons(
    row: &Finalist,
    spot: Option<&SpotFigures>,
    first: Option<(EngineId, Cost)>,
    deadline: &Deadline,
) -> Vec<Note> {
    let mut notes = Vec::new();
    notes.extend(place(row, first));
    if row.meets_deadline {
        notes.push(Note::new(
            "meets-deadline",
            format!(
                "meets {} in {} of runs (p95 {})",
                deadline.within, row.replicated.deadline_met, row.replicated.duration.p95
            ),
        ));
    }
    notes.extend(spot.map(spot_note));
    notes.extend(start_up_note(row));
    notes.extend(tail_note(row));
    notes
}

fn place(row: &Finalist, first: Option<(EngineId, Cost)>) -> Option<Note> {
    let (engine, cheapest) = first?;
    let says_nothing = !row.monthly.is_telling() || !cheapest.is_telling();
    if row.monthly.missing > cheapest.missing || row.monthly.missing > 0 && says_nothing {
        let prices = if row.monthly.missing == 1 { "price" } else { "prices" };
        return Some(Note::new(
            "price-missing",
            format!("{} {prices} missing: at least {} a month", row.monthly.missing, row.monthly.known),
        ));
    }
    let is_baseline = row.evaluated.candidate.engine.role() == Role::Baseline;
    if row.monthly <= cheapest && !is_baseline {
        return Some(Note::new("cheapest", "lowest expected cost"));
    }
    let times = row.monthly.known.approximate() / cheapest.known.approximate().max(1e-12);
    Some(Note::new("costs-more", format!("{times:.2} × the cost of {}", engine.title())))
}

fn spot_note(spot: &SpotFigures) -> Note {
    let mut text = format!(
        "Spot nodes cost {} less EC2 than On-Demand, {:.2} lost nodes a run expected",
        spot.discount, spot.expected_losses
    );
    if let Some(rate) = spot.break_even_losses_per_hour {
        text.push_str(&format!("; On-Demand would be cheaper only if a node were lost every {}", lifetime(rate)));
        if let Some(below) = spot.break_even_probability {
            text.push_str(&format!(" (it is lost less often with {below})"));
        }
    }
    Note::new("spot-saves", text)
}

/// Time between losses of one node at a rate per hour.
fn lifetime(per_hour: f64) -> Span {
    Span::hours(1.0 / per_hour.max(1e-9))
}

/// Start-up that weighs: more than a tenth of the whole time.
fn start_up_note(row: &Finalist) -> Option<Note> {
    let run = &row.evaluated.likely;
    let share = run.start_up.as_seconds() / run.makespan.as_seconds().max(1e-9);
    (share > 0.1).then(|| {
        Note::new("start-up-weighs", format!("start-up is {} of the time ({})", Share::clamped(share), run.start_up))
    })
}

/// A stage that one task holds up: the longest task far over the median and a good part of the run.
fn tail_note(row: &Finalist) -> Option<Note> {
    let run = &row.evaluated.likely;
    let stage = run.stages.iter().max_by(|a, b| a.longest_task.as_seconds().total_cmp(&b.longest_task.as_seconds()))?;
    let over_median = stage.longest_task.as_seconds() / stage.median_task.as_seconds().max(1e-9);
    let of_run = stage.longest_task.as_seconds() / run.work.as_seconds().max(1e-9);
    (over_median > 4.0 && of_run > 0.2).then(|| {
        Note::new(
            "skew-bound",
            format!(
                "one task of stage `{}` runs {} while the median runs {}: more executors do not help",
                stage.name, stage.longest_task, stage.median_task
            ),
        )
    })
}

/// What can go wrong with a row.
#[must_use]
pub fn risks(row: &Finalist, question: &Question<'_>) -> Vec<Note> {
    let mut notes = Vec::new();
    if row.replicated.failure > Share::NONE {
        let why = row.replicated.failure_text.as_ref().map(|why| format!(", for example: {why}")).unwrap_or_default();
        notes.push(Note::new("may-fail", format!("{} of simulated runs fail{why}", row.replicated.failure)));
    }
    if let Some(spot) = row.spot.as_ref().filter(|spot| spot.worst_band.as_deref() == Some(">20%")) {
        notes.push(Note::new(
            "scarce-pool",
            format!(
                "a pool of the fleet is in AWS's worst interruption band ({})",
                spot.worst_band.as_deref().unwrap_or("?")
            ),
        ));
    }
    if is_flex(&row.evaluated.candidate.shape) {
        notes.push(Note::new(
            "may-wait",
            "Flex runs when spare capacity is there and may be taken back; AWS promises no start time",
        ));
    }
    if row.evaluated.likely.spill_bytes.get() > 0 {
        notes.push(Note::new(
            "spills",
            format!(
                "{} spill to disk: executors with more memory per core would not",
                row.evaluated.likely.spill_bytes
            ),
        ));
    }
    notes.extend(small_files(question));
    notes
}

const fn is_flex(shape: &Shape) -> bool {
    match shape {
        Shape::EmrServerless(shape) => shape.flex,
        Shape::Glue(shape) => shape.flex,
        _ => false,
    }
}

/// Files so small that opening them costs more than reading them.
fn small_files(question: &Question<'_>) -> Option<Note> {
    let input = &question.workload.input;
    let mean = input.volume.value.as_f64() / f64::from(u32::try_from(input.files.value.max(1)).unwrap_or(u32::MAX));
    (mean < 16e6 && input.files.value > 1000).then(|| {
        Note::new(
            "small-files",
            format!(
                "{} files of {:.1} MB on average: compaction to 128 MB and more saves time and requests",
                input.files.value,
                mean / 1e6
            ),
        )
    })
}

/// The shortest honest answer to "why not": what a finalist that misses lacks.
#[must_use]
pub fn miss_text(row: &Finalist, deadline: &Deadline, demanded: Share) -> String {
    let shape = row.evaluated.candidate.shape.behaviour().describe();
    if let Some(why) = row.replicated.failure_text.as_ref().filter(|_| row.fails_too_often(demanded)) {
        return format!("the best shape ({shape}) fails in {} of runs: {why}", row.replicated.failure);
    }
    let fastest: Span = row.replicated.duration.p95;
    format!(
        "the best shape ({shape}) is done within {} in {} of runs, {demanded} are demanded; p95 is {fastest}",
        deadline.within, row.replicated.deadline_met
    )
}
