//! Names and cost-allocation tags in the characters that every service here accepts.

use std::collections::BTreeMap;

use super::notes::Notes;
use crate::engines::Candidate;
use crate::workload::Workload;

/// EMR Serverless has the narrowest rules: 128 characters of a key, 256 of a value, `[A-Za-z0-9 /_.:=+@-]`
/// (botocore 1.44.5, 2026-11-17). A key keeps no `=`, because the AWS CLI splits `key=value` there.
const KEY_MAX: usize = 128;
const VALUE_MAX: usize = 256;
/// EMR and Glue take 50 tags; three are ours (botocore 1.44.5).
const USER_TAGS_MAX: usize = 47;

/// `text` with every other character than letters, digits and `extra` replaced by `_`, cut to `max` characters.
fn cleaned(text: &str, extra: &str, max: usize) -> String {
    text.chars()
        .take(max)
        .map(|character| if character.is_ascii_alphanumeric() || extra.contains(character) { character } else { '_' })
        .collect()
}

/// A name that EMR, EMR Serverless (64 characters of `[A-Za-z0-9._/#-]`) and Glue accept, and that no shell expands.
pub(super) fn job_name(workload: &Workload) -> String {
    let name = cleaned(&workload.name, "._-", 64);
    if name.is_empty() { "shapecast-job".to_owned() } else { name }
}

/// A name of letters, digits, `-` and `_`, which Batch and Kubernetes' stricter kin accept too.
pub(super) fn plain_name(workload: &Workload) -> String {
    let name = cleaned(&workload.name, "_-", 64);
    let name = name.trim_start_matches(['-', '_']);
    if name.is_empty() { "shapecast-job".to_owned() } else { name.to_owned() }
}

/// A Kubernetes name: lower-case letters, digits and `-`, with a letter first (RFC 1035 label).
pub(super) fn kubernetes_name(workload: &Workload) -> String {
    let name: String = cleaned(&workload.name, "-", 40).to_ascii_lowercase().replace('_', "-");
    let name = name.trim_matches('-');
    if name.starts_with(|first: char| first.is_ascii_lowercase()) {
        name.to_owned()
    } else {
        format!("job-{name}").trim_end_matches('-').to_owned()
    }
}

/// The candidate's id in the characters of a tag's value.
pub(super) fn candidate_id(candidate: &Candidate) -> String {
    cleaned(&candidate.id, " /_.:=+@-", VALUE_MAX)
}

/// The tags by which the cost report finds the runs again: ours and the workload's own.
pub(super) fn tags(candidate: &Candidate, workload: &Workload, notes: &mut Notes) -> BTreeMap<String, String> {
    let mut tags = user_tags(workload, notes);
    tags.insert("shapecast:workload".to_owned(), cleaned(&workload.name, " /_.:=+@-", VALUE_MAX));
    tags.insert("shapecast:candidate".to_owned(), candidate_id(candidate));
    notes.setting(
        "tags",
        "shapecast:workload, shapecast:candidate",
        "The cost report finds the runs by them once they are activated as cost-allocation tags in the Billing console.",
    );
    tags
}

fn user_tags(workload: &Workload, notes: &mut Notes) -> BTreeMap<String, String> {
    let mut tags = BTreeMap::new();
    for (key, value) in &workload.tags {
        let (clean_key, clean_value) = (cleaned(key, " /_.:+@-", KEY_MAX), cleaned(value, " /_.:=+@-", VALUE_MAX));
        if key.is_empty() || key.to_ascii_lowercase().starts_with("aws:") {
            notes.remark(format!("The tag `{key}` is left out: AWS takes no empty key and reserves `aws:`."));
            continue;
        }
        if tags.len() == USER_TAGS_MAX {
            notes.remark(format!("Only {USER_TAGS_MAX} of the workload's tags fit under AWS's limit of 50."));
            break;
        }
        if clean_key != *key || clean_value != *value {
            notes.remark(format!(
                "The tag `{key}` is written as `{clean_key}={clean_value}`: AWS takes no other characters."
            ));
        }
        tags.insert(clean_key, clean_value);
    }
    tags
}
