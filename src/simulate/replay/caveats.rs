//! What a log cannot tell about a what-if: code and text.

use super::heap;
use super::run_model::RunModel;
use super::settings::{MODELLED, SparkSettings};
use super::target::Target;

/// A caveat: its code and its text.
pub type Caveat = (&'static str, String);

/// All caveats of a target for a run.
#[must_use]
pub fn of(run: &RunModel, target: &Target) -> Vec<Caveat> {
    let after = run.settings.with(&target.conf);
    let mut caveats: Vec<Caveat> = Vec::new();
    caveats.extend(heap::risk(run, target).map(|text| ("memory", text)));
    let known = |key: &str| MODELLED.iter().any(|modelled| key.starts_with(modelled));
    for key in target.conf.keys().filter(|key| !known(key)) {
        caveats.push(("conf-not-modelled", format!("{key} changes nothing here: its effect is not modelled")));
    }
    caveats.extend(adaptive(run, &after));
    caveats.extend(skew(run, &after));
    caveats.extend(partitions(run, target, &after));
    caveats.extend(speculation(run, &after));
    caveats.extend(allocation(run, target));
    caveats
}

fn adaptive(run: &RunModel, after: &SparkSettings) -> Option<Caveat> {
    let plans = run.settings.plans;
    if after.adaptive && !run.settings.adaptive && plans.sort_merge_join {
        let text = "adaptive execution may also turn sort-merge joins into broadcasts; the log cannot tell, so they stay as they are";
        return Some(("adaptive-replans", text.to_owned()));
    }
    if !after.adaptive && run.settings.adaptive && plans.local_read {
        let text = "adaptive execution had turned a join into a broadcast; without it the join sorts and merges, which the log does not \
            show";
        return Some(("adaptive-replans", text.to_owned()));
    }
    None
}

fn skew(run: &RunModel, after: &SparkSettings) -> Option<Caveat> {
    let before = &run.settings;
    match (before.splits_skew(), after.splits_skew()) {
        (false, true) if !before.plans.sort_merge_join => {
            let text =
                "splitting skewed partitions changes nothing: it mends sort-merge joins only, and the log has none";
            Some(("skew-join-without-join", text.to_owned()))
        }
        (true, false) if before.plans.skew_split && before.skew.0 == 0 => {
            let text = "the log split skewed partitions but does not count them: they stay split here, so the time is too short";
            Some(("skew-join-unknown", text.to_owned()))
        }
        (true, false) if before.skew.0 > 0 => {
            let (partitions, pieces) = before.skew;
            let text = format!(
                "the log had {pieces} pieces of {partitions} skewed partition{}; which tasks they are is told by their sizes",
                if partitions == 1 { "" } else { "s" }
            );
            Some(("skew-join-inferred", text))
        }
        _ => None,
    }
}

fn partitions(run: &RunModel, target: &Target, after: &SparkSettings) -> Option<Caveat> {
    let asked = target.conf.contains_key("spark.sql.shuffle.partitions");
    let more = after.shuffle_partitions() > run.settings.shuffle_partitions();
    if asked && more {
        let text = "more partitions are taken to cut the work evenly: a hot key cannot be cut, and few keys fill few partitions";
        return Some(("keys-unknown", text.to_owned()));
    }
    None
}

fn speculation(run: &RunModel, after: &SparkSettings) -> Option<Caveat> {
    let (was_on, is_on) = (run.settings.flag("spark.speculation", false), after.flag("spark.speculation", false));
    let beaten: usize = run.recording.stages.iter().map(|stage| stage.beaten.len()).sum();
    if !was_on && is_on {
        let text = "copies are taken to run as the median task does; tasks with far more data than others are taken to gain nothing";
        return Some(("speculation-assumed", text.to_owned()));
    }
    if was_on && !is_on && beaten > 0 {
        let text = format!(
            "{beaten} tasks were killed because a copy was faster: how long they would have run is not in the log, so the time is a lower \
            bound"
        );
        return Some(("speculation-unknown", text));
    }
    None
}

fn allocation(run: &RunModel, target: &Target) -> Option<Caveat> {
    let was_on = run.settings.flag("spark.dynamicAllocation.enabled", false);
    if was_on || !run.is_dynamic(target) {
        return None;
    }
    let text = "the log had a fixed number of executors: new ones are taken to come as late as its first one came after the start, and \
        executors with shuffle files or cached data stay until the end unless an external shuffle service is on";
    Some(("allocation-assumed", text.to_owned()))
}
