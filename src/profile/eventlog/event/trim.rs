//! A task's end without its accumulables, which are two thirds of its bytes and never needed.
//!
//! Skipping them by parsing costs as much as parsing them; finding where they end takes a search for a few bytes.
//! Inside a JSON string a quote is escaped, so the searched words cannot be the text of a name or a message. A line
//! that is laid out otherwise is parsed as it is.

use memchr::memmem;

/// The last field of `Task Info`.
const ACCUMULABLES: &[u8] = b",\"Accumulables\":[";
/// The end of the accumulables and of `Task Info`, and the start of a field of the event itself.
const AFTER: &[u8] = b"]},\"Task ";
/// Writes the line without accumulables to `short`; `None` when the line is laid out otherwise.
pub fn without_accumulables<'s>(line: &[u8], short: &'s mut Vec<u8>) -> Option<&'s [u8]> {
    let inside = memmem::find(line, ACCUMULABLES)? + ACCUMULABLES.len();
    // An empty array ends where it begins.
    let after = inside + memmem::find(&line[inside..], AFTER)?;
    short.clear();
    short.extend_from_slice(&line[..inside]);
    short.extend_from_slice(&line[after..]);
    Some(short)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_not_needed_goes() {
        let line = br#"{"Stage ID":1,"Task Info":{"Task ID":5,"Accumulables":[{"ID":1,"Value":[{"a":[1]}]},{"Name":"]},\"Task "}]},"Task Executor Metrics":{"x":0},"Task Metrics":{"Executor Run Time":7}}"#;
        let mut short = Vec::new();
        let short = without_accumulables(line, &mut short).expect("the usual layout");
        assert_eq!(
            std::str::from_utf8(short).expect("text"),
            r#"{"Stage ID":1,"Task Info":{"Task ID":5,"Accumulables":[]},"Task Executor Metrics":{"x":0},"Task Metrics":{"Executor Run Time":7}}"#
        );
    }

    #[test]
    fn other_layouts_are_left_alone() {
        for line in [
            &br#"{"Task Info":{"Accumulables":[]}}"#[..],
            br#"{"Task Info":{"Task ID":5,"Accumulables":[]}}"#,
            br#"{"Task Metrics":{},"Task Info":{"Task ID":5,"Accumulables":[]}}"#,
            br#"{"Task Info":{"Task ID":5,"Accumulables": []},"Task Metrics":{}}"#,
            b"",
        ] {
            assert_eq!(without_accumulables(line, &mut Vec::new()), None);
        }
    }
}
