//! "Did you mean": the known name most like a mistyped one.

/// The candidate most like `text`, if it is near enough to be a slip of the fingers; ties go to the first.
///
/// Upper and lower case, dashes and underscores are told apart by nobody, so they do not count as slips.
pub(crate) fn nearest<'a>(text: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let text = plain(text);
    let length = text.chars().count();
    candidates
        .into_iter()
        .filter_map(|candidate| Some((slips(&text, length, &plain(candidate))?, candidate)))
        .min_by_key(|(slips, _)| *slips)
        .map(|(_, candidate)| candidate)
}

/// How many slips lie between two plain texts; `None` when there are too many for one to be meant by the other.
fn slips(text: &str, length: usize, candidate: &str) -> Option<usize> {
    let other = candidate.chars().count();
    let allowed = 1 + length.max(other) / 4;
    // The difference in length bounds the distance from below, which a text of any size must not pay for.
    if length.abs_diff(other) > allowed {
        return None;
    }
    Some(strsim::damerau_levenshtein(text, candidate)).filter(|slips| *slips <= allowed)
}

fn plain(text: &str) -> String {
    text.to_lowercase().replace('-', "_")
}

/// A clause for the end of an error message: "; did you mean `x`?", or nothing.
pub(crate) fn suggestion(near: Option<&str>) -> String {
    near.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}

/// A sentence for the start of a hint: "did you mean `x`? ", or nothing.
pub(crate) fn did_you_mean<'a>(text: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    nearest(text, candidates).map_or_else(String::new, |near| format!("did you mean `{near}`? "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_name_and_a_stranger_none() {
        let names = ["emr-serverless", "emr-ec2", "glue"];
        assert_eq!(nearest("gleu", names), Some("glue"));
        assert_eq!(nearest("EMR_Serverless", names), Some("emr-serverless"));
        assert_eq!(nearest("emr-serverles", names), Some("emr-serverless"));
        assert_eq!(nearest("dataproc", names), None);
        assert_eq!(nearest("glue", []), None);
    }

    #[test]
    fn a_tie_goes_to_the_first() {
        assert_eq!(nearest("ax", ["ab", "ac"]), Some("ab"));
        assert_eq!(nearest("ax", ["ac", "ab"]), Some("ac"));
        assert_eq!(nearest("a-b", ["a_b", "a-b"]), Some("a_b"));
    }

    #[test]
    fn the_length_is_counted_in_characters() {
        assert_eq!(nearest("größe", ["große"]), Some("große"));
        assert_eq!(nearest("éééé", ["ab"]), None);
    }

    /// Without the guard this would need a table of 10^7 cells.
    #[test]
    fn a_long_text_costs_nothing() {
        let long = "x".repeat(1_000_000);
        assert_eq!(nearest(&long, ["emr-serverless"]), None);
    }
}
