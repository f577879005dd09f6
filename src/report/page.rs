//! What a report says, in order; screen and Markdown differ only in how they set it.

use super::Grid;

/// A report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The first lines: label and text.
    pub lead: Vec<(String, String)>,
    /// What follows.
    pub sections: Vec<Section>,
}

/// A part of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its title; the main table has none.
    pub title: Option<String>,
    /// Its rows.
    pub grid: Grid,
    /// What to add below the rows.
    pub note: Option<String>,
}

impl Page {
    /// Adds a line to the lead.
    pub fn lead(&mut self, label: &str, text: impl Into<String>) {
        self.lead.push((label.to_owned(), text.into()));
    }

    /// Adds a section with a title, unless it has nothing to say.
    pub fn section(&mut self, title: impl Into<String>, grid: Grid) {
        self.section_with_note(title, grid, None);
    }

    /// Adds a section with a title and a note, unless it has nothing to say.
    pub fn section_with_note(&mut self, title: impl Into<String>, grid: Grid, note: Option<String>) {
        if !grid.is_empty() || note.is_some() {
            self.sections.push(Section { title: Some(title.into()), grid, note });
        }
    }

    /// Adds the main table.
    pub fn main(&mut self, grid: Grid, note: Option<String>) {
        if !grid.is_empty() || note.is_some() {
            self.sections.push(Section { title: None, grid, note });
        }
    }
}
