//! What an edit of a workload file changed, key by key, with the line of each; and the file with one of these changes
//! taken back, so that a gate can say what each line of a commit costs.

use super::reader::join;
use super::tree::{Entry, Kind, Node, Place};
use super::{finish, reader::Reader, yaml};
use crate::workload::{Vocabulary, Workload, WorkloadError};

/// Labels that no figure depends on.
const LABELS: [&str; 3] = ["name", "tags", "origins"];

/// One changed value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The key path, for example `input.volume` or `job.stages[2].cpu`.
    pub path: String,
    /// Line in the edited file, from 1. Of a deleted key: that of the section it stood in.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
    /// What was written before; `None` for a new key.
    pub before: Option<String>,
    /// What is written now; `None` for a deleted key.
    pub after: Option<String>,
    steps: Vec<Step>,
}

/// One step from a node to a node below it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Key(String),
    /// Position in the edited list, if it stands there, and in the old one.
    Item(Option<usize>, Option<usize>),
}

/// The changed values from one text to another, in the order of the edited file; labels (name, tags) are left out.
///
/// Empty when one of them is no YAML: reading it says what is wrong.
#[must_use]
pub fn changes(before: &str, after: &str) -> Vec<Change> {
    let (Ok(before), Ok(after)) = (yaml::parse(before), yaml::parse(after)) else { return Vec::new() };
    let mut walk = Walk::default();
    walk.nodes(Some(&before), Some(&after), Spot { path: "", place: Place::START }, &[]);
    walk.found.retain(|change| !LABELS.contains(&change.path.split(['.', '[']).next().unwrap_or_default()));
    walk.found.sort_by_key(|change| (change.line, change.column));
    walk.found
}

impl Change {
    /// The edited workload without this change.
    ///
    /// # Errors
    /// The file makes no sense without it.
    pub fn taken_back(
        &self,
        before: &str,
        after: &str,
        vocabulary: &Vocabulary<'_>,
    ) -> Result<Workload, Vec<WorkloadError>> {
        let tree = yaml::parse(after).and_then(|mut tree| {
            let old = yaml::parse(before)?;
            restore(&mut tree, Some(&old), &self.steps);
            Ok(tree)
        });
        finish(Reader::new("", vocabulary), tree)
    }
}

/// Line and column of a key path, or of the nearest section above it that the text has; both from 1.
#[must_use]
pub fn locate(text: &str, path: &str) -> (usize, usize) {
    let mut place = Place::START;
    let Ok(root) = yaml::parse(text) else { return (place.line, place.column) };
    let mut node = &root;
    for step in path.split(['.', '[']) {
        let below = match (&node.kind, step.trim_end_matches(']')) {
            (Kind::Map(entries), key) => {
                entries.iter().find(|entry| entry.key == key).map(|entry| (entry.key_place, &entry.value))
            }
            (Kind::List(items), index) => {
                index.parse::<usize>().ok().and_then(|index| items.get(index)).map(|item| (item.place, item))
            }
            _ => None,
        };
        let Some((at, next)) = below else { break };
        place = at;
        node = next;
    }
    (place.line, place.column)
}

/// Where the walk stands.
#[derive(Clone, Copy)]
struct Spot<'a> {
    path: &'a str,
    place: Place,
}

#[derive(Default)]
struct Walk {
    found: Vec<Change>,
}

impl Walk {
    fn nodes(&mut self, before: Option<&Node>, after: Option<&Node>, spot: Spot<'_>, steps: &[Step]) {
        match (before.map(|node| &node.kind), after.map(|node| &node.kind)) {
            (Some(Kind::Map(old)), Some(Kind::Map(new))) => self.maps(old, new, spot, steps),
            // `job: aggregation` became `job: {archetype: aggregation, …}`: each of its keys is a change.
            (Some(Kind::Scalar(_) | Kind::Null), Some(Kind::Map(new))) => self.maps(&[], new, spot, steps),
            (Some(Kind::List(old)), Some(Kind::List(new))) => self.lists(old, new, spot, steps),
            _ => {
                let (old, new) = (before.map(written), after.map(written));
                if old != new {
                    self.found.push(Change {
                        path: spot.path.to_owned(),
                        line: spot.place.line,
                        column: spot.place.column,
                        before: old,
                        after: new,
                        steps: steps.to_vec(),
                    });
                }
            }
        }
    }

    fn maps(&mut self, old: &[Entry], new: &[Entry], spot: Spot<'_>, steps: &[Step]) {
        for entry in new {
            let path = join(spot.path, &entry.key);
            let place = entry.key_place;
            let before = find(old, &entry.key);
            self.nodes(before, Some(&entry.value), Spot { path: &path, place }, &with(steps, Step::key(&entry.key)));
        }
        for entry in old.iter().filter(|entry| find(new, &entry.key).is_none()) {
            let path = join(spot.path, &entry.key);
            self.nodes(Some(&entry.value), None, Spot { path: &path, ..spot }, &with(steps, Step::key(&entry.key)));
        }
    }

    fn lists(&mut self, old: &[Node], new: &[Node], spot: Spot<'_>, steps: &[Step]) {
        for (index, item) in new.iter().enumerate() {
            let was = partner(item, index, old);
            let path = format!("{}[{index}]", spot.path);
            let before = was.and_then(|at| old.get(at));
            let step = Step::Item(Some(index), was);
            self.nodes(before, Some(item), Spot { path: &path, place: item.place }, &with(steps, step));
        }
        for (index, item) in old.iter().enumerate() {
            if !new.iter().enumerate().any(|(at, other)| partner(other, at, old) == Some(index)) {
                let path = format!("{}[{index}]", spot.path);
                self.nodes(Some(item), None, Spot { path: &path, ..spot }, &with(steps, Step::Item(None, Some(index))));
            }
        }
    }
}

impl Step {
    fn key(name: &str) -> Self {
        Self::Key(name.to_owned())
    }
}

fn with(steps: &[Step], step: Step) -> Vec<Step> {
    steps.iter().cloned().chain([step]).collect()
}

fn find<'n>(entries: &'n [Entry], key: &str) -> Option<&'n Node> {
    entries.iter().find(|entry| entry.key == key).map(|entry| &entry.value)
}

/// The old list's item that this one was: of the same name, or at the same position where items have no names.
fn partner(item: &Node, index: usize, old: &[Node]) -> Option<usize> {
    match name_of(item) {
        Some(name) => old.iter().position(|other| name_of(other) == Some(name)),
        None => old.get(index).filter(|other| name_of(other).is_none()).map(|_| index),
    }
}

fn name_of(node: &Node) -> Option<&str> {
    match &node.kind {
        Kind::Map(entries) => match &find(entries, "name")?.kind {
            Kind::Scalar(name) => Some(name),
            _ => None,
        },
        _ => None,
    }
}

/// A node in one line.
fn written(node: &Node) -> String {
    match &node.kind {
        Kind::Null => "nothing".to_owned(),
        Kind::Scalar(text) => text.clone(),
        Kind::List(items) => format!("[{}]", items.iter().map(written).collect::<Vec<_>>().join(", ")),
        Kind::Map(entries) => {
            let entries: Vec<String> =
                entries.iter().map(|entry| format!("{}: {}", entry.key, written(&entry.value))).collect();
            format!("{{{}}}", entries.join(", "))
        }
    }
}

/// Puts the old node back at the end of the steps.
fn restore(tree: &mut Node, old: Option<&Node>, steps: &[Step]) {
    let Some((step, rest)) = steps.split_first() else { return };
    match (step, &mut tree.kind) {
        (Step::Key(key), Kind::Map(entries)) => {
            let old = old.and_then(|old| match &old.kind {
                Kind::Map(before) => find(before, key),
                _ => None,
            });
            let at = entries.iter().position(|entry| entry.key == *key);
            match (at, rest.is_empty(), old) {
                (Some(at), false, _) => restore(&mut entries[at].value, old, rest),
                (Some(at), true, Some(old)) => entries[at].value = old.clone(),
                (Some(at), true, None) => _ = entries.remove(at),
                (None, _, Some(old)) => {
                    entries.push(Entry { key: key.clone(), key_place: Place::START, value: old.clone() });
                }
                (None, _, None) => {}
            }
        }
        (Step::Item(now, was), Kind::List(items)) => {
            let old = old.and_then(|old| match &old.kind {
                Kind::List(before) => before.get((*was)?),
                _ => None,
            });
            match (now.filter(|now| *now < items.len()), rest.is_empty(), old) {
                (Some(now), false, _) => restore(&mut items[now], old, rest),
                (Some(now), true, Some(old)) => items[now] = old.clone(),
                (Some(now), true, None) => _ = items.remove(now),
                (None, _, Some(old)) => items.push(old.clone()),
                (None, _, None) => {}
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &str = "name: nightly\ninput:\n  volume: 2 TB\n  format: parquet\ncadence: daily\njob: join-heavy\n";

    fn told(before: &str, after: &str) -> Vec<String> {
        let word = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
        let line = |it: Change| format!("{}: {} {} -> {}", it.line, it.path, word(&it.before), word(&it.after));
        changes(before, after).into_iter().map(line).collect()
    }

    #[test]
    fn a_changed_value_has_its_line() {
        let after = BEFORE.replace("2 TB", "4 TB").replace("nightly", "renamed");
        assert_eq!(told(BEFORE, &after), ["3: input.volume 2 TB -> 4 TB"]);
        assert!(told(BEFORE, &format!("# a comment\n{BEFORE}")).is_empty());
        assert!(told(BEFORE, "name: [").is_empty());
    }

    #[test]
    fn a_path_is_found_or_the_nearest_section_above_it() {
        assert_eq!(locate(BEFORE, "input.format"), (4, 3));
        assert_eq!(locate(BEFORE, "input.files.count"), (2, 1));
        assert_eq!(locate("job:\n  stages:\n    - {name: scan}\n", "job.stages[0].name"), (3, 8));
        assert_eq!(locate("[", "input"), (1, 1));
    }

    #[test]
    fn a_word_that_became_a_mapping_is_told_key_by_key() {
        let after = BEFORE.replace("join-heavy", "{archetype: join-heavy, shuffle: 3 TB}");
        assert_eq!(told(BEFORE, &after), ["6: job.archetype - -> join-heavy", "6: job.shuffle - -> 3 TB"]);
    }

    #[test]
    fn a_deleted_key_is_told_at_its_section() {
        let before = BEFORE.replace("parquet\n", "parquet\n  files: 40\n");
        assert_eq!(told(&before, BEFORE), ["2: input.files 40 -> -"]);
    }

    #[test]
    fn items_are_known_by_their_names() {
        let old = "job:\n  stages:\n    - {name: scan, cpu: 1 h}\n    - {name: join, cpu: 2 h}\n";
        let new = "job:\n  stages:\n    - {name: join, cpu: 4 h}\n    - {name: sort, cpu: 1 h}\n";
        assert_eq!(
            told(old, new),
            [
                "2: job.stages[0] {name: scan, cpu: 1 h} -> -",
                "3: job.stages[0].cpu 2 h -> 4 h",
                "4: job.stages[1] - -> {name: sort, cpu: 1 h}",
            ]
        );
    }

    #[test]
    fn each_change_can_be_taken_back_for_itself() {
        let after = BEFORE.replace("2 TB", "4 TB").replace("daily", "hourly");
        let all = changes(BEFORE, &after);
        let vocabulary = Vocabulary::unchecked();
        let back: Vec<Workload> =
            all.iter().map(|it| it.taken_back(BEFORE, &after, &vocabulary).expect("reads")).collect();
        let bytes = |it: &Workload| it.input.volume.value.get();
        assert_eq!(back.iter().map(bytes).collect::<Vec<_>>(), [2_000_000_000_000, 4_000_000_000_000]);
        assert!(back[1].cadence.runs_per_month.value < 31.0 && back[0].cadence.runs_per_month.value > 700.0);
        let shuffled = BEFORE.replace("join-heavy", "{archetype: join-heavy, shuffle: 3 TB}");
        let shuffle = changes(BEFORE, &shuffled).pop().expect("the shuffle");
        let read = |text: &str| super::super::read_str(text, "", &vocabulary).expect("reads");
        let back = shuffle.taken_back(BEFORE, &shuffled, &vocabulary).expect("reads");
        assert_eq!(back.job.shuffle.value, read(BEFORE).job.shuffle.value);
        assert_ne!(read(&shuffled).job.shuffle.value, back.job.shuffle.value);
    }
}
