//! What `doctor` says.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::document::{SCHEMA_VERSION, Tool};
use super::grid::{Align, Grid};
use super::page::Page;

/// What `doctor --format json` writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DoctorDocument {
    /// Version of this contract; 1.
    pub schema_version: u32,
    /// Who wrote the document.
    pub tool: Tool,
    /// Settings with where they came from.
    pub settings: Vec<SettingOut>,
    /// Calls to AWS; empty with `--offline`.
    pub calls: Vec<CallOut>,
}

/// A setting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SettingOut {
    /// Its name.
    pub name: String,
    /// Its value; never a secret.
    pub value: String,
    /// Where it came from.
    pub origin: String,
}

/// A call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CallOut {
    /// Service and operation, as an IAM policy names them.
    pub call: String,
    /// `works`, `fails` or `not-tried`.
    pub state: String,
    /// What came, what is wrong, or why it was not tried.
    pub text: String,
    /// The next step, when it fails.
    pub hint: Option<String>,
}

impl DoctorDocument {
    /// The document of settings and calls.
    #[must_use]
    pub fn new(settings: Vec<SettingOut>, calls: Vec<CallOut>) -> Self {
        Self { schema_version: SCHEMA_VERSION, tool: Tool::this(), settings, calls }
    }
}

/// What `doctor` shows.
#[must_use]
pub fn page(document: &DoctorDocument) -> Page {
    let mut page = Page::default();
    page.lead("shapecast", document.tool.version.clone());
    let mut grid = Grid::with_headings(&[("Setting", Align::Tight), ("Value", Align::Left), ("From", Align::Left)]);
    for setting in &document.settings {
        grid.push(vec![setting.name.clone(), setting.value.clone(), setting.origin.clone()]);
    }
    page.main(grid, None);
    let calls = document.calls.iter().map(|call| {
        let hint = call.hint.as_ref().map_or_else(String::new, |hint| format!("; {hint}"));
        vec![call.call.clone(), call.state.clone(), format!("{}{hint}", call.text)]
    });
    page.section("Calls", Grid::plain(calls.collect()));
    page
}
