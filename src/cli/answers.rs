//! The answers of one `recommend`: one document, or a portfolio, in each output format.

use std::path::Path;

use super::args::Format;
use super::context::in_file;
use super::{CliError, vocabulary};
use crate::finops::{Quotas, conflicts};
use crate::report::{
    Page, PortfolioDocument, RecommendDocument, View, csv, html, json, markdown, portfolio_page, recommend_page,
};

/// What was answered.
#[derive(Clone, Debug)]
pub enum Answers {
    /// To one workload.
    One(Box<RecommendDocument>),
    /// To several.
    Many(Box<PortfolioDocument>),
}

/// How a report is written to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileFormat {
    /// As on stdout.
    Text(Format),
    /// A table of numbers.
    #[cfg(feature = "tables")]
    Parquet,
}

impl Answers {
    /// The documents of one run; `None` when there is none.
    #[must_use]
    pub fn new(mut documents: Vec<RecommendDocument>) -> Option<Self> {
        if documents.len() == 1 {
            return documents.pop().map(|document| Self::One(Box::new(document)));
        }
        PortfolioDocument::new(documents).map(|portfolio| Self::Many(Box::new(portfolio)))
    }

    /// Finds what stands in each other's way in a portfolio.
    pub fn find_conflicts(&mut self, quotas: &Quotas, from: jiff::civil::Date) {
        if let Self::Many(portfolio) = self {
            portfolio.conflicts = conflicts(&portfolio.workloads, quotas, from);
        }
    }

    /// Reads a stored run.
    ///
    /// # Errors
    /// The text is no run of ours.
    pub fn from_text(text: &str) -> Result<Self, json::ReadError> {
        #[derive(serde::Deserialize)]
        struct Probe {
            workloads: Option<serde::de::IgnoredAny>,
        }
        let probe = serde_json::from_str::<Probe>(text)?;
        match probe.workloads {
            Some(_) => json::from_text(text).map(|portfolio| Self::Many(Box::new(portfolio))),
            None => json::from_text(text).map(|document| Self::One(Box::new(document))),
        }
    }

    /// One document for each workload.
    #[must_use]
    pub fn documents(&self) -> &[RecommendDocument] {
        match self {
            Self::One(document) => std::slice::from_ref(document.as_ref()),
            Self::Many(portfolio) => &portfolio.workloads,
        }
    }

    /// The document as JSON.
    ///
    /// # Errors
    /// A value cannot be written.
    pub fn json(&self) -> Result<String, CliError> {
        let text = match self {
            Self::One(document) => json::to_text(document.as_ref()),
            Self::Many(portfolio) => json::to_text(portfolio.as_ref()),
        };
        text.map_err(|error| unwritable(&error))
    }

    /// The pages: one for each workload, then the totals.
    #[must_use]
    pub fn pages(&self, view: View) -> Vec<Page> {
        let mut pages: Vec<Page> = self.documents().iter().map(|document| recommend_page(document, view)).collect();
        if let Self::Many(portfolio) = self {
            pages.push(portfolio_page(portfolio));
        }
        pages
    }

    /// The report in a text format; `page` sets a page for a screen.
    ///
    /// # Errors
    /// A value cannot be written.
    pub fn text(&self, format: Format, view: View, page: impl Fn(&Page) -> String) -> Result<String, CliError> {
        let joined = |set: &dyn Fn(&Page) -> String| self.pages(view).iter().map(set).collect::<Vec<_>>().join("\n");
        match format {
            Format::Table => Ok(joined(&page)),
            Format::Markdown => Ok(joined(&markdown::render)),
            Format::Html => Ok(self.html(view)),
            Format::Json => self.json(),
            Format::Csv => csv::recommend(self.documents(), view).map_err(|error| unwritable(&error)),
        }
    }

    fn html(&self, view: View) -> String {
        match self {
            Self::One(document) => html::recommend(document, view),
            Self::Many(portfolio) => html::portfolio(portfolio, view),
        }
    }

    /// The report for a file.
    ///
    /// # Errors
    /// A value cannot be written.
    pub fn bytes(&self, format: FileFormat, view: View) -> Result<Vec<u8>, CliError> {
        match format {
            FileFormat::Text(format) => self.text(format, view, in_file).map(String::into_bytes),
            #[cfg(feature = "tables")]
            FileFormat::Parquet => {
                crate::report::parquet::recommend(self.documents()).map_err(|error| unwritable(&error))
            }
        }
    }
}

/// The format that a file name asks for.
///
/// # Errors
/// No format has the extension.
pub fn format_of(path: &Path) -> Result<FileFormat, CliError> {
    const KNOWN: &[&str] = if cfg!(feature = "tables") {
        &["json", "csv", "md", "txt", "html", "parquet"]
    } else {
        &["json", "csv", "md", "txt", "html"]
    };
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    let text = |format| Ok(FileFormat::Text(format));
    match extension {
        "json" => text(Format::Json),
        "csv" => text(Format::Csv),
        "md" | "markdown" => text(Format::Markdown),
        "txt" => text(Format::Table),
        "html" | "htm" => text(Format::Html),
        #[cfg(feature = "tables")]
        "parquet" => Ok(FileFormat::Parquet),
        other => {
            let what = match other {
                "" => "the name has no extension, which says the format".to_owned(),
                "parquet" => "this build writes no Parquet: it was made without the feature `tables`".to_owned(),
                other => format!("no format has the extension `.{other}`"),
            };
            let near = vocabulary::nearest(other, KNOWN.iter().copied())
                .map_or_else(String::new, |near| format!("did you mean `.{near}`? "));
            Err(CliError::usage(format!("cannot write `{}`", path.display()), what)
                .hint(format!("{near}known extensions: .{}", KNOWN.join(", ."))))
        }
    }
}

fn unwritable(error: &dyn std::error::Error) -> CliError {
    CliError::because("cannot write the report", error)
}
