//! YAML text to a [`Node`] tree, within limits, and the parser's errors in our words.

use serde_saphyr::options::{DuplicateKeyPolicy, NonFiniteFloatPolicy};
use serde_saphyr::{Error, Options};

use super::tree::{LooseTree, Node, Place};

/// Deeper than any workload file, and far from the end of the stack.
const MAX_DEPTH: usize = 24;
/// A file-size histogram of ten thousand classes fits.
pub(super) const MAX_NODES: usize = 100_000;
/// Aliases may repeat a block, not multiply it.
const MAX_REPLAYED: usize = 20_000;
const MAX_ANCHORS: usize = 1_000;

/// What the parser refused, where, and what to do.
#[derive(Debug)]
pub(super) struct YamlProblem {
    pub place: Place,
    pub path: String,
    pub message: String,
    pub hint: String,
}

/// Parses one document.
///
/// # Errors
/// The first thing that is not YAML, that is written twice, or that passes a limit.
pub(super) fn parse(text: &str) -> Result<Node, YamlProblem> {
    match serde_saphyr::from_str_with_options::<LooseTree>(text, options()) {
        Ok(tree) => Ok(tree.into_node(text)),
        Err(error) => Err(problem(error.without_snippet(), text)),
    }
}

fn options() -> Options {
    serde_saphyr::options! {
        with_snippet: false,
        duplicate_keys: DuplicateKeyPolicy::Error,
        // `.nan` goes on as a text, so that the field's own reader can say what it wants instead.
        non_finite_float_policy: NonFiniteFloatPolicy::AsString,
        budget: serde_saphyr::budget! {
            max_depth: MAX_DEPTH,
            flow_nesting_limit: MAX_DEPTH,
            max_nodes: MAX_NODES,
            max_aliases: MAX_ANCHORS,
            max_anchors: MAX_ANCHORS,
            max_recorded_anchor_events: MAX_REPLAYED,
            max_documents: 2,
        },
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: MAX_REPLAYED,
            max_replay_stack_depth: 8,
        },
    }
}

fn problem(error: &Error, text: &str) -> YamlProblem {
    let place = error.location().map_or(Place::START, Place::from);
    let (path, message, hint) = explain(error, place, text);
    YamlProblem { place, path, message: format!("cannot parse the YAML: {message}"), hint: hint.to_owned() }
}

fn explain(error: &Error, place: Place, text: &str) -> (String, String, &'static str) {
    let whole = |message: &str, hint| (String::new(), message.to_owned(), hint);
    match error {
        Error::AliasError { error, .. } => explain(error.without_snippet(), place, text),
        Error::DuplicateMappingKey { key, .. } => {
            let key = key.clone().unwrap_or_default();
            let message = format!("the key `{key}` is written twice");
            (key, message, "keep one of the two: which one counts must not depend on the reader")
        }
        Error::MultipleDocuments { .. } => {
            whole("the file holds several YAML documents", "write one workload a file, without a second `---`")
        }
        Error::UnknownAnchor { .. } => whole(
            "a value that begins with `*` is an alias, and no anchor has that name",
            "put a schedule in quotes: \"*/15 * * * *\"",
        ),
        Error::Budget { breach: serde_saphyr::budget::BudgetBreach::Depth { .. }, .. } => whole(TOO_DEEP.0, TOO_DEEP.1),
        Error::Budget { .. }
        | Error::AliasReplayLimitExceeded { .. }
        | Error::AliasReplayStackDepthExceeded { .. }
        | Error::AliasExpansionLimitExceeded { .. } => whole(
            "the file passes a limit of keys, anchors or aliases",
            "write the values out; a workload file holds at most 100,000 of them",
        ),
        other if is_too_deep(other) => whole(TOO_DEEP.0, TOO_DEEP.1),
        other => other_problem(other, place, text),
    }
}

const TOO_DEEP: (&str, &str) = ("the nesting is too deep", "a workload file needs no more than six levels");

/// The scanner has its own limits for brackets, ahead of the budget, and words them in its own way.
fn is_too_deep(error: &Error) -> bool {
    let text = error.to_string();
    text.contains("recursion limit") || text.contains("nesting")
}

fn other_problem(error: &Error, place: Place, text: &str) -> (String, String, &'static str) {
    let full = error.to_string();
    let message = full.rfind(" at line ").map_or(full.as_str(), |end| &full[..end]);
    let first = text.lines().nth(place.line - 1).and_then(|line| line.chars().nth(place.column - 1));
    let hint = match first {
        Some('@' | '%' | '`') => "put the value in quotes: YAML keeps this character for itself",
        _ if message.contains("tab") => "indent with spaces",
        _ if message.contains("mapping values") => "put a value that holds a colon in quotes",
        _ if message.contains("quoted scalar") => "close the quote",
        _ if message.contains("expected ','") => "close the bracket, or put a comma between the values",
        _ if message.contains("unclosed") => "close the bracket or quote",
        _ => "see the commented example that `shapecast profile init` writes",
    };
    (String::new(), message.to_owned(), hint)
}
