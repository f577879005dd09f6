//! "Did you mean": the known name nearest to a slip of the fingers.

/// The candidate most like `text`, if it is near enough to be a slip.
pub(super) fn nearest<'a>(text: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let text = text.to_lowercase().replace('-', "_");
    candidates
        .into_iter()
        .map(|candidate| (distance(&text, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len().max(text.len()) / 4)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Dashes and underscores are told apart by nobody, so they do not count as slips.
fn distance(text: &str, candidate: &str) -> usize {
    if text.len().abs_diff(candidate.len()) > 40 {
        return usize::MAX;
    }
    strsim::damerau_levenshtein(text, &candidate.to_lowercase().replace('-', "_"))
}

/// "did you mean `x`? " or nothing.
pub(super) fn did_you_mean<'a>(text: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    nearest(text, candidates).map_or_else(String::new, |near| format!("did you mean `{near}`? "))
}
