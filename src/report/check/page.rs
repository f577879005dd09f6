//! The gate on a screen and in a pull request.

use crate::report::document::{CheckDocument, CheckedWorkload, Part, Verdict, WorkloadStatus};
use crate::report::number::Dollars;
use crate::report::{Align, Grid, Page, words};
use crate::units::Usd;

/// How much of a gate's answer is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckView {
    /// Workloads at most; failing ones first, then those that move most.
    pub workloads: usize,
}

impl Default for CheckView {
    fn default() -> Self {
        Self { workloads: usize::MAX }
    }
}

/// What `check` shows.
#[must_use]
pub fn page(document: &CheckDocument, view: CheckView) -> Page {
    let mut page = Page::default();
    page.lead("Gate", verdict(document));
    page.lead("Compared", compared(document));
    if is_quiet(document) {
        return page;
    }
    let shown = shown(document, view);
    let left_out = document.workloads.len() - shown.len();
    page.main(workloads(&shown, document), note(document, left_out));
    page.section("Broken limits", breaches(&shown));
    page.section("Changed values", changes(&shown));
    page.section("Choices", choices(&shown));
    page.section("To know", notes(document, &shown));
    page
}

/// Whether there is nothing to tell: all pass, nothing moved, nothing is new or gone.
pub(super) fn is_quiet(document: &CheckDocument) -> bool {
    let still = |one: &CheckedWorkload| {
        one.verdict == Verdict::Pass
            && one.status == WorkloadStatus::Unchanged
            && one.renamed_from.is_none()
            && one.notes.is_empty()
            && one.baseline_usd == one.current_usd
    };
    document.warnings.is_empty() && document.workloads.iter().all(still)
}

fn verdict(document: &CheckDocument) -> String {
    let count = document.workloads.len();
    let workloads = format!("{count} {}", words::plural(count, "workload", "workloads"));
    match document.verdict {
        Verdict::Fail => format!("failed: {} of {workloads} over a limit", document.totals.failed),
        Verdict::Pass if is_quiet(document) => format!("passed: {workloads}, no change of cost"),
        Verdict::Pass => format!("passed: {workloads}"),
    }
}

fn compared(document: &CheckDocument) -> String {
    let today = document.current.price_snapshots.join(", ");
    let models = |versions: &[u32]| versions.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
    let model = models(&document.current.model_versions);
    let Some(baseline) = &document.baseline else {
        return format!("with no baseline; prices {today}, model {model}");
    };
    let (then, model_then) = (baseline.price_snapshots.join(", "), models(&baseline.model_versions));
    let prices = if then == today { format!("same prices ({today})") } else { format!("prices {then} → {today}") };
    let model =
        if model_then == model { format!("same model ({model})") } else { format!("model {model_then} → {model}") };
    let fail_on: Vec<&str> = document.fail_on.iter().copied().map(Part::as_str).collect();
    format!("{prices}, {model}; can fail: {}", fail_on.join(", "))
}

fn shown(document: &CheckDocument, view: CheckView) -> Vec<&CheckedWorkload> {
    let mut all: Vec<&CheckedWorkload> = document.workloads.iter().collect();
    if all.len() > view.workloads {
        let moved = |one: &CheckedWorkload| {
            let (from, to) = (one.baseline_usd.unwrap_or_default(), one.current_usd.unwrap_or_default());
            (to.get() - from.get()).abs()
        };
        all.sort_by(|a, b| {
            (a.verdict == Verdict::Pass).cmp(&(b.verdict == Verdict::Pass)).then(moved(b).cmp(&moved(a)))
        });
        all.truncate(view.workloads);
    }
    all
}

fn workloads(shown: &[&CheckedWorkload], document: &CheckDocument) -> Grid {
    let mut grid = Grid::with_headings(&[
        ("Workload", Align::Tight),
        ("", Align::Tight),
        ("Baseline/month", Align::Right),
        ("Now/month", Align::Right),
        ("by workload", Align::Right),
        ("by prices", Align::Right),
        ("by model", Align::Right),
        ("Noise ±", Align::Right),
        ("Gate", Align::Tight),
    ]);
    for one in shown {
        grid.push(row(one));
    }
    if document.workloads.len() > 1 {
        let totals = &document.totals;
        grid.push(vec![
            "Total".to_owned(),
            String::new(),
            words::money(totals.baseline_usd),
            words::money(totals.current_usd),
            signed(totals.workload_effect_usd),
            signed(totals.prices_effect_usd),
            signed(totals.model_effect_usd),
            String::new(),
            String::new(),
        ]);
    }
    grid
}

fn row(one: &CheckedWorkload) -> Vec<String> {
    let known = |amount: Option<Dollars>, here: bool| if here { words::money(amount) } else { "-".to_owned() };
    let both = !matches!(one.status, WorkloadStatus::New | WorkloadStatus::Removed);
    let effect = |amount: Option<Dollars>| if both { signed(amount) } else { "-".to_owned() };
    let name = match &one.renamed_from {
        Some(old) => format!("{}\n(was {old})", one.name),
        None => one.name.clone(),
    };
    vec![
        name,
        status(one).to_owned(),
        known(one.baseline_usd, one.status != WorkloadStatus::New),
        known(one.current_usd, one.status != WorkloadStatus::Removed),
        effect(one.workload_effect_usd) + if one.within_noise { " (noise)" } else { "" },
        effect(one.prices_effect_usd),
        effect(one.model_effect_usd),
        if both { words::money(one.noise_usd) } else { "-".to_owned() },
        gate(one).to_owned(),
    ]
}

const fn status(one: &CheckedWorkload) -> &'static str {
    match one.status {
        WorkloadStatus::Unchanged => "unchanged",
        WorkloadStatus::Changed => "changed",
        WorkloadStatus::New => "new",
        WorkloadStatus::Removed => "removed",
    }
}

const fn gate(one: &CheckedWorkload) -> &'static str {
    match one.verdict {
        Verdict::Pass => "pass",
        Verdict::Fail => "FAIL",
    }
}

/// Money with its sign; nothing is "±0".
pub(super) fn signed(amount: Option<Dollars>) -> String {
    match amount.map(Dollars::usd) {
        None => words::UNKNOWN.to_owned(),
        Some(usd) if usd == Usd::ZERO => "±$0".to_owned(),
        Some(usd) if usd > Usd::ZERO => format!("+{usd}"),
        Some(usd) => usd.to_string(),
    }
}

fn note(document: &CheckDocument, left_out: usize) -> Option<String> {
    let mut parts = Vec::new();
    if left_out > 0 {
        parts.push(format!("{left_out} more {} left out.", words::plural(left_out, "workload is", "workloads are")));
    }
    let totals = &document.totals;
    let more = |amount: Option<Dollars>| amount.filter(|amount| !amount.get().is_zero());
    if let Some(new) = more(totals.new_usd) {
        parts.push(format!("New workloads cost {} a month.", new.usd()));
    }
    if let Some(removed) = more(totals.removed_usd) {
        parts.push(format!("Removed workloads cost {} a month.", removed.usd()));
    }
    (!parts.is_empty()).then(|| parts.join(" "))
}

fn breaches(shown: &[&CheckedWorkload]) -> Grid {
    let rows = shown.iter().flat_map(|one| {
        one.breaches.iter().map(move |breach| {
            let culprit = breach.path.as_ref().map_or_else(String::new, |path| format!(" ({path})"));
            vec![format!("{}:{}", super::place(one), breach.line), format!("{}{culprit}", breach.text)]
        })
    });
    Grid::plain(rows.collect())
}

fn changes(shown: &[&CheckedWorkload]) -> Grid {
    let mut grid = Grid::with_headings(&[
        ("Line", Align::Tight),
        ("Value", Align::Tight),
        ("Before", Align::Left),
        ("Now", Align::Left),
        ("Cost/month", Align::Right),
    ]);
    for one in shown {
        for change in &one.changes {
            let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
            grid.push(vec![
                format!("{}:{}", super::place(one), change.line),
                change.path.clone(),
                text(&change.before),
                text(&change.after),
                change.effect_usd.map_or_else(String::new, |amount| signed(Some(amount))),
            ]);
        }
    }
    grid
}

/// Where another shape is recommended than before.
fn choices(shown: &[&CheckedWorkload]) -> Grid {
    let rows = shown.iter().filter_map(|one| {
        let (then, now) = (one.baseline.as_ref()?, one.current.as_ref()?);
        let differs = then.id != now.id;
        let told = |choice: &crate::report::document::CheckedChoice| {
            format!("{}, {} ({})", choice.engine.title(), choice.shape_text, words::span(choice.duration_p50_s))
        };
        differs.then(|| vec![one.name.clone(), format!("{} → {}", told(then), told(now))])
    });
    Grid::plain(rows.collect())
}

fn notes(document: &CheckDocument, shown: &[&CheckedWorkload]) -> Grid {
    let own = shown.iter().flat_map(|one| one.notes.iter().map(move |note| vec![one.name.clone(), note.text.clone()]));
    let noisy = shown.iter().filter(|one| one.within_noise).map(|one| {
        vec![one.name.clone(), "the difference is within the simulation's noise: it says nothing".to_owned()]
    });
    let whole = document.warnings.iter().map(|warning| vec![warning.text.clone()]);
    Grid::plain(own.chain(noisy).chain(whole).collect())
}
