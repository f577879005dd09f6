//! Rows and columns before anybody decides how they look.

/// How a column is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Text that may be broken into lines.
    Left,
    /// Short text that stays on one line.
    Tight,
    /// Numbers; they stay on one line.
    Right,
}

/// Cells of text, with or without headings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grid {
    /// Headings; empty when the rows speak for themselves.
    pub headings: Vec<String>,
    /// Alignment of each column; columns beyond it are text.
    pub aligns: Vec<Align>,
    /// The rows.
    pub rows: Vec<Vec<String>>,
}

impl Grid {
    /// An empty grid with headings.
    #[must_use]
    pub fn with_headings(columns: &[(&str, Align)]) -> Self {
        let headings = columns.iter().map(|(heading, _)| (*heading).to_owned()).collect();
        Self { headings, aligns: columns.iter().map(|(_, align)| *align).collect(), rows: Vec::new() }
    }

    /// A grid of text rows without headings; the first column is what each row is about.
    #[must_use]
    pub fn plain(rows: Vec<Vec<String>>) -> Self {
        Self { headings: Vec::new(), aligns: vec![Align::Tight], rows }
    }

    /// Adds a row.
    pub fn push(&mut self, row: Vec<String>) {
        self.rows.push(row);
    }

    /// Alignment of a column.
    #[must_use]
    pub fn align(&self, column: usize) -> Align {
        self.aligns.get(column).copied().unwrap_or(Align::Left)
    }

    /// Whether there is nothing to show.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}
