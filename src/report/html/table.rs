//! A grid as an HTML table that scrolls within its place on a narrow screen.

use super::escape::{attribute, escape};
use crate::report::{Align, Grid};

/// The table, named for screen readers; nothing for an empty grid.
pub fn table(grid: &Grid, caption: &str) -> String {
    if grid.is_empty() {
        return String::new();
    }
    let label = attribute(caption);
    let mut out = format!(
        "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{label}\">\n<table>\n<caption>{}</caption>\n",
        escape(caption)
    );
    if !grid.headings.is_empty() {
        out.push_str("<thead><tr>");
        for (column, heading) in grid.headings.iter().enumerate() {
            let class = if grid.align(column) == Align::Right { " class=\"number\"" } else { "" };
            out.push_str(&format!("<th scope=\"col\"{class}>{}</th>", escape(heading)));
        }
        out.push_str("</tr></thead>\n");
    }
    out.push_str("<tbody>\n");
    for row in &grid.rows {
        // Sums stay below their rows when these are sorted.
        out.push_str(if row.first().is_some_and(|cell| cell == "Total") { "<tr class=\"total\">" } else { "<tr>" });
        for (column, text) in row.iter().enumerate() {
            out.push_str(&cell(grid, column, text));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table>\n</div>\n");
    out
}

/// The first text column names its row.
fn cell(grid: &Grid, column: usize, text: &str) -> String {
    let text = escape(text);
    match grid.align(column) {
        Align::Right => format!("<td class=\"number\">{text}</td>"),
        Align::Tight if names_the_row(grid, column) => format!("<th scope=\"row\">{text}</th>"),
        Align::Tight => format!("<td class=\"tight\">{text}</td>"),
        Align::Left if names_the_row(grid, column) => format!("<th scope=\"row\">{text}</th>"),
        Align::Left => format!("<td>{text}</td>"),
    }
}

fn names_the_row(grid: &Grid, column: usize) -> bool {
    (0..column).all(|before| grid.align(before) == Align::Right)
}
