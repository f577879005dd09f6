//! JUnit XML: a test case for each workload, a failure for each broken limit. Jenkins, GitLab and most others read it.

use std::fmt::Write;

use crate::report::document::{CheckDocument, CheckedWorkload, Verdict};

/// The document.
#[must_use]
pub fn render(document: &CheckDocument) -> String {
    let (tests, failures) = (document.workloads.len(), document.totals.failed);
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(out, "<testsuites name=\"shapecast\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\">");
    let _ = writeln!(
        out,
        "  <testsuite name=\"shapecast check\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"0\">"
    );
    for one in &document.workloads {
        case(&mut out, one);
    }
    out.push_str("  </testsuite>\n</testsuites>\n");
    out
}

fn case(out: &mut String, one: &CheckedWorkload) {
    let file = one.file.as_ref().map_or_else(String::new, |file| format!(" file=\"{}\"", escape(file)));
    let _ = write!(out, "    <testcase classname=\"shapecast.check\" name=\"{}\"{file}", escape(&one.name));
    if one.verdict == Verdict::Pass && one.notes.is_empty() {
        out.push_str("/>\n");
        return;
    }
    out.push_str(">\n");
    if !one.breaches.is_empty() {
        // A test case has one failure in most readers: the first is its message, all are its text.
        let all: Vec<String> = one
            .breaches
            .iter()
            .map(|breach| format!("{}:{}: {}: {}", super::place(one), breach.line, breach.code, breach.text))
            .collect();
        let _ = writeln!(
            out,
            "      <failure type=\"{}\" message=\"{}\">{}</failure>",
            escape(&one.breaches[0].code),
            escape(&one.breaches[0].text),
            escape(&all.join("\n"))
        );
    }
    if !one.notes.is_empty() {
        let notes: Vec<&str> = one.notes.iter().map(|note| note.text.as_str()).collect();
        let _ = writeln!(out, "      <system-out>{}</system-out>", escape(&notes.join("\n")));
    }
    out.push_str("    </testcase>\n");
}

/// XML 1.0 has no way to write most control characters: they are left out.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(c),
            '\u{FFFE}' | '\u{FFFF}' => {}
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}
