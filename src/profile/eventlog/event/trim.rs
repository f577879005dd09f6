//! A task's end without its accumulables, which are two thirds of its bytes and never needed.
//!
//! Skipping them by parsing costs as much as parsing them; finding where they end takes a search for a few bytes.
//! Inside a JSON string a quote is escaped, so the searched words cannot be the text of a name or a message. A line
//! that is laid out otherwise is parsed as it is.

use std::sync::LazyLock;

use memchr::memmem::Finder;

/// The last field of `Task Info`.
static ACCUMULABLES: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(b",\"Accumulables\":["));
/// The end of the accumulables and of `Task Info`, and the start of a field of the event itself.
static AFTER: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(b"]},\"Task "));

/// Writes the line without accumulables to `short`; `None` when the line is laid out otherwise.
pub fn without_accumulables<'s>(line: &[u8], short: &'s mut Vec<u8>) -> Option<&'s [u8]> {
    let inside = ACCUMULABLES.find(line)? + ACCUMULABLES.needle().len();
    // An empty array ends where it begins.
    let after = inside + AFTER.find(&line[inside..])?;
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
