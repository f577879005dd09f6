//! One comment on a pull request, found again by its hidden first line, and never too long to post.

use super::page::{CheckView, page};
use crate::report::document::{CheckDocument, Verdict};
use crate::report::markdown;

/// The first line. Whoever posts looks for a comment that begins with it and replaces that one.
pub const MARKER: &str = "<!-- shapecast-check -->";

/// GitHub takes 65,536 characters a comment, GitLab a million; this leaves room for what an action adds.
pub const MAX_BYTES: usize = 60_000;

/// The comment in at most `max_bytes` bytes: fewer workloads first, then the text is cut.
#[must_use]
pub fn render(document: &CheckDocument, max_bytes: usize) -> String {
    let mut shown = document.workloads.len();
    loop {
        let text = whole(document, CheckView { workloads: shown });
        if text.len() <= max_bytes {
            return text;
        }
        if shown == 0 {
            return cut(&text, max_bytes);
        }
        shown = if shown > 64 { shown / 2 } else { shown - 1 };
    }
}

fn whole(document: &CheckDocument, view: CheckView) -> String {
    let sign = match document.verdict {
        Verdict::Pass => "✅",
        Verdict::Fail => "❌",
    };
    format!("{MARKER}\n## {sign} shapecast: projected cost\n\n{}", markdown::render(&page(document, view)))
}

/// Cut at the end of a line, and said.
fn cut(text: &str, max_bytes: usize) -> String {
    const SAID: &str = "\n… the rest is left out.\n";
    let mut end = max_bytes.saturating_sub(SAID.len()).min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let kept = &text[..end];
    let line = kept.rfind('\n').unwrap_or(end);
    format!("{}{SAID}", &kept[..line])
}
