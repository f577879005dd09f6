//! A page on a screen: comfy-table for the main grid, aligned lines for the rest, plain ASCII where asked.
//!
//! The text carries ANSI styles for headings only, and means the same without them; the edge strips them.

use comfy_table::{
    Cell, CellAlignment, ColumnConstraint, ContentArrangement, ContentLineStyle, LineStyle, Table, TableStyle,
};

use super::grid::{Align, Grid};
use super::page::{Page, Section};

/// The screen that a page is set for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Screen {
    /// Columns of characters.
    pub width: u16,
    /// Whether to keep to ASCII.
    pub ascii: bool,
}

impl Default for Screen {
    /// What a file or a pipe gets.
    fn default() -> Self {
        Self { width: 120, ascii: false }
    }
}

/// No frame and no vertical lines.
const OPEN: TableStyle = TableStyle::new()
    .header_lines(ContentLineStyle::none())
    .header_separator(LineStyle::none().fill('─').junction('─'))
    .content_lines(ContentLineStyle::none());

/// With rules between rows: only where most of them are several lines high.
const RULED: TableStyle = OPEN.row_separator(LineStyle::none().fill('╌').junction('╌'));

const BOLD: anstyle::Style = anstyle::Style::new().bold();

/// Sets a page; the text ends in a newline.
#[must_use]
pub fn render(page: &Page, screen: Screen) -> String {
    let mut out = String::new();
    for (label, text) in &page.lead {
        lead(&mut out, label, text, screen);
    }
    for section in &page.sections {
        out.push('\n');
        section_text(&mut out, section, screen);
    }
    if screen.ascii { to_ascii(&out) } else { out }
}

fn lead(out: &mut String, label: &str, text: &str, screen: Screen) {
    let label = format!("{label}: ");
    let indent = label.chars().count();
    for (number, line) in wrap(text, usize::from(screen.width).saturating_sub(indent)).iter().enumerate() {
        if number == 0 {
            out.push_str(&format!("{BOLD}{label}{BOLD:#}{line}\n"));
        } else {
            out.push_str(&format!("{:indent$}{line}\n", ""));
        }
    }
}

fn section_text(out: &mut String, section: &Section, screen: Screen) {
    if let Some(title) = &section.title {
        out.push_str(&format!("{BOLD}{title}{BOLD:#}\n"));
    }
    for line in grid_lines(&section.grid, screen) {
        out.push_str(line.trim_end());
        out.push('\n');
    }
    if let Some(note) = &section.note {
        for line in wrap(note, usize::from(screen.width).saturating_sub(2)) {
            out.push_str(&format!("  {line}\n"));
        }
    }
}

fn grid_lines(grid: &Grid, screen: Screen) -> Vec<String> {
    if grid.is_empty() {
        Vec::new()
    } else if grid.headings.is_empty() {
        plain(grid, screen.width)
    } else {
        match without_last_column(grid, screen.width) {
            Some((narrow, below)) => {
                let mut lines = ruled(&narrow, screen.width);
                lines.push(String::new());
                lines.extend(plain(&below, screen.width));
                lines
            }
            None => ruled(grid, screen.width),
        }
    }
}

/// Fewest characters in which a sentence can still be read.
const READABLE: usize = 22;

/// When the text columns would be too narrow to read: the grid without its last text, and that text below it by row.
fn without_last_column(grid: &Grid, width: u16) -> Option<(Grid, Grid)> {
    let last = grid.headings.len().checked_sub(1)?;
    if grid.align(last) != Align::Left || text_width(grid, width) >= READABLE {
        return None;
    }
    let mut narrow = grid.clone();
    narrow.headings.truncate(last);
    narrow.aligns.truncate(last);
    narrow.rows.iter_mut().for_each(|row| row.truncate(last));
    let key = |row: &[String]| {
        if grid.align(0) == Align::Right {
            row.iter().take(2).cloned().collect::<Vec<_>>().join(" ")
        } else {
            row.first().cloned().unwrap_or_default()
        }
    };
    let below = grid.rows.iter().filter_map(|row| Some(vec![key(row), row.get(last)?.clone()]));
    Some((narrow, Grid::plain(below.collect())))
}

/// Characters left for each text column once numbers and short texts have theirs.
fn text_width(grid: &Grid, width: u16) -> usize {
    let columns = grid.aligns.len();
    let texts = grid.aligns.iter().filter(|align| **align == Align::Left).count();
    let fixed: usize =
        (0..columns).filter(|column| grid.align(*column) != Align::Left).map(|c| content_width(grid, c)).sum();
    let padding = columns * (usize::from(GAP) + 1);
    usize::from(width).saturating_sub(fixed + padding) / texts.max(1)
}

fn content_width(grid: &Grid, column: usize) -> usize {
    let cells = grid.rows.iter().filter_map(|row| row.get(column)).chain(grid.headings.get(column));
    cells.flat_map(|cell| cell.lines()).map(|line| line.chars().count()).max().unwrap_or(0)
}

/// A grid with headings, ruled under them.
fn ruled(grid: &Grid, width: u16) -> Vec<String> {
    let mut table = Table::new();
    table.load_style(OPEN);
    table.set_header(grid.headings.iter().enumerate().map(|(column, heading)| cell(heading, grid.align(column))));
    set(&mut table, grid, width);
    if table.lines().count() > grid.rows.len() * 2 + 3 {
        table.load_style(RULED);
    }
    table.lines().collect()
}

/// Rows without headings, indented, with the last column taking what is left.
fn plain(grid: &Grid, width: u16) -> Vec<String> {
    let mut table = Table::new();
    table.load_style(OPEN);
    set(&mut table, grid, width.saturating_sub(2));
    table.lines().map(|line| format!("  {line}")).collect()
}

/// Space between columns.
const GAP: u16 = 1;

fn set(table: &mut Table, grid: &Grid, width: u16) {
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    for row in &grid.rows {
        table.add_row(row.iter().enumerate().map(|(column, text)| cell(text, grid.align(column))));
    }
    let fits = text_width(grid, width) >= READABLE / 2;
    for column in table.column_iter_mut() {
        column.set_padding((0, GAP));
        if fits && grid.align(column.index) != Align::Left {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
}

fn cell(text: &str, align: Align) -> Cell {
    Cell::new(text).set_alignment(match align {
        Align::Left | Align::Tight => CellAlignment::Left,
        Align::Right => CellAlignment::Right,
    })
}

/// Breaks a text at spaces into lines of at most `width` characters; a longer word stays whole.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let used = lines.last().map_or(0, |line| line.chars().count());
        if used > 0 && used + 1 + word.chars().count() > width {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

/// One ASCII character for each of ours, so that columns stay aligned.
fn to_ascii(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            _ if c.is_ascii() => c,
            '─' | '═' | '╌' | '–' | '—' | '−' => '-',
            '│' | '┆' => '|',
            '┼' | '╪' | '┌' | '┐' | '└' | '┘' | '├' | '┤' | '╞' | '╡' => '+',
            '×' => 'x',
            '·' => '.',
            '→' | '▸' => '>',
            '≤' => '<',
            '≥' => '>',
            '≈' => '~',
            '…' => '~',
            '“' | '”' => '"',
            '‘' | '’' => '\'',
            '\u{a0}' | '\u{202f}' => ' ',
            _ => '?',
        })
        .collect()
}
