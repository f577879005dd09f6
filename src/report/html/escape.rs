//! Texts that others wrote, made harmless.

/// A text as HTML content: nothing in it opens a tag; lines stay lines.
#[must_use]
pub fn escape(text: &str) -> String {
    escaped(text, "<br>")
}

/// A text inside a double-quoted attribute or an SVG text, where no tag may stand.
#[must_use]
pub fn attribute(text: &str) -> String {
    escaped(text, " ")
}

fn escaped(text: &str, line_break: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' => out.push_str(line_break),
            // Control characters are no characters of HTML or XML.
            c if c.is_control() && c != '\t' => {}
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_cannot_leave_its_place() {
        assert_eq!(escape("a<b>\n\"c\" & 'd'\u{7}"), "a&lt;b&gt;<br>&quot;c&quot; &amp; &#39;d&#39;");
        assert_eq!(attribute("a\nb"), "a b");
    }
}
