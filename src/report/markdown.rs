//! A page as Markdown: for a pull request, a wiki or a mail.

use super::grid::{Align, Grid};
use super::page::{Page, Section};

/// Sets a page; the text ends in a newline.
#[must_use]
pub fn render(page: &Page) -> String {
    let mut out = String::new();
    for (label, text) in &page.lead {
        out.push_str(&format!("**{label}:** {}  \n", escape(text)));
    }
    for section in &page.sections {
        out.push('\n');
        section_text(&mut out, section);
    }
    out
}

fn section_text(out: &mut String, section: &Section) {
    if let Some(title) = &section.title {
        out.push_str(&format!("### {}\n\n", escape(title)));
    }
    if section.grid.headings.is_empty() {
        list(out, &section.grid)
    } else {
        table(out, &section.grid)
    }
    if let Some(note) = &section.note {
        out.push_str(&format!("\n{}\n", escape(note)));
    }
}

fn table(out: &mut String, grid: &Grid) {
    row(out, &grid.headings);
    out.push('|');
    for column in 0..grid.headings.len() {
        out.push_str(if grid.align(column) == Align::Right { "---:|" } else { "---|" });
    }
    out.push('\n');
    for cells in &grid.rows {
        row(out, cells);
    }
}

fn row(out: &mut String, cells: &[String]) {
    out.push('|');
    for cell in cells {
        out.push_str(&format!(" {} |", escape(cell)));
    }
    out.push('\n');
}

/// Rows without headings read as a list: what it is about in bold, then the rest.
fn list(out: &mut String, grid: &Grid) {
    for cells in &grid.rows {
        let cells: Vec<String> = cells.iter().filter(|cell| !cell.is_empty()).map(|cell| escape(cell)).collect();
        match cells.split_first() {
            Some((first, rest)) if !rest.is_empty() => out.push_str(&format!("- **{first}**: {}\n", rest.join(": "))),
            Some((first, _)) => out.push_str(&format!("- {first}\n")),
            None => {}
        }
    }
}

/// Texts come from files that others wrote: nothing in them may end a cell, open a tag or format.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '|' | '\\' | '`' | '*' | '_' | '[' | ']' => {
                out.push('\\');
                out.push(c);
            }
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            // A mention in a pull request would notify somebody.
            '@' => out.push_str("@\u{200b}"),
            // A stacked cell: median above late, name above role.
            '\n' | '\r' => out.push_str("<br>"),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_cannot_leave_its_cell() {
        assert_eq!(escape("a|b\n<img>"), "a\\|b<br>&lt;img&gt;");
    }
}
