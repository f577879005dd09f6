//! The likely run of the recommendation: start-up, stages, tail, and how much of the held capacity works.

use super::{WIDTH, line, plot, rect, short, text, time_ticks};
use crate::report::document::{Entry, LikelyRun};
use crate::report::words;

const LEFT: f64 = 170.0;
const RIGHT: f64 = 45.0;
const ROW: f64 = 22.0;
/// Stages that are drawn; the longest of more.
const MOST: usize = 24;

/// The plot; nothing for a service without a timeline.
pub fn timeline(entry: &Entry) -> Option<String> {
    let run = &entry.likely_run;
    if run.makespan_s <= 0.0 || run.stages.is_empty() {
        return None;
    }
    let x = |seconds: f64| LEFT + seconds / run.makespan_s * (WIDTH - LEFT - RIGHT);
    let mut content = String::new();
    let mut y = 10.0;
    let mut row = |name: &str, from: f64, to: f64, class: &str, said: &str| {
        content.push_str(&text(LEFT - 8.0, y + 13.0, "end", "", &short(name, 24)));
        content.push_str(&rect(x(from), y, x(to) - x(from), 16.0, class, said));
        y += ROW;
    };
    row("start-up", 0.0, run.start_up_s, "f6", &format!("start-up: {}", words::span(run.start_up_s)));
    let mut stages: Vec<_> = run.stages.iter().collect();
    if stages.len() > MOST {
        stages.sort_by(|a, b| (b.end_s - b.start_s).total_cmp(&(a.end_s - a.start_s)));
        stages.truncate(MOST);
        stages.sort_by(|a, b| a.start_s.total_cmp(&b.start_s));
    }
    for stage in &stages {
        let said = format!(
            "{}: {} tasks, {}, median task {}, longest {}",
            stage.name,
            words::count(stage.tasks),
            words::span(stage.end_s - stage.start_s),
            words::span(stage.median_task_s),
            words::span(stage.longest_task_s)
        );
        row(&stage.name, stage.start_s, stage.end_s, "f1", &said);
        // The tail: from when a task of the median length could have ended the stage.
        let tail = (stage.longest_task_s - stage.median_task_s).clamp(0.0, stage.end_s - stage.start_s);
        if tail > 0.02 * run.makespan_s {
            let said = format!("{}: up to {} of its end wait for the longest task", stage.name, words::span(tail));
            row("  its tail", stage.end_s - tail, stage.end_s, "f5", &said);
        }
    }
    let (busy, held) = use_of(run);
    if held > 0.0 {
        content.push_str(&text(LEFT - 8.0, y + 13.0, "end", "", "held slots at work"));
        let full = WIDTH - LEFT - RIGHT;
        let share = (busy / held).clamp(0.0, 1.0);
        content.push_str(&rect(LEFT, y, full * share, 16.0, "f3", &format!("at work: {}", words::percent(share))));
        let idle = format!("idle: {}", words::percent(1.0 - share));
        content.push_str(&rect(LEFT + full * share, y, full * (1.0 - share), 16.0, "f2", &idle));
        y += ROW;
    }
    for seconds in time_ticks(run.makespan_s) {
        content.push_str(&line((x(seconds), 6.0), (x(seconds), y), "axis"));
        let label = if seconds == 0.0 { "0".to_owned() } else { words::span(seconds) };
        content.push_str(&text(x(seconds), y + 14.0, "middle", "soft", &label));
    }
    let left_out = run.stages.len() - stages.len();
    let description = format!(
        "Start-up of {}, then {} stages{} until {}; grey start-up, blue stages, red tails, green work, yellow idle",
        words::span(run.start_up_s),
        run.stages.len(),
        if left_out > 0 { format!(" (the longest {MOST} drawn)") } else { String::new() },
        words::span(run.makespan_s)
    );
    Some(plot(y + 24.0, "The likely run", &description, &content))
}

/// Slot-seconds in which a task ran, and those that executors were held for. Slots of a group are its busiest guess: a
/// group whose slots are not known counts as fully used.
fn use_of(run: &LikelyRun) -> (f64, f64) {
    let held: f64 = run.executor_groups.iter().map(|group| group.executor_time_s).sum();
    let busy: f64 = run.executor_groups.iter().map(|group| group.busy_slot_time_s).sum();
    let slots = run.slots_per_executor();
    (busy, held * slots)
}

impl LikelyRun {
    /// Fewest whole slots an executor that explain the work: busy time never exceeds slots × held time.
    fn slots_per_executor(&self) -> f64 {
        let held: f64 = self.executor_groups.iter().map(|group| group.executor_time_s).sum();
        let busy: f64 = self.executor_groups.iter().map(|group| group.busy_slot_time_s).sum();
        if held <= 0.0 { 1.0 } else { (busy / held).ceil().max(1.0) }
    }
}
