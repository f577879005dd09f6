//! The answer on paper: one file per output format, all over one [`document`].
//!
//! A report computes nothing: it rounds, words and lays out. JSON is the document itself; table and Markdown share
//! a [`page`]; CSV has the rows of the page's ranking. Nothing here reads a clock, the environment or a file.

pub mod backtest;
pub mod bill;
pub mod check;
pub mod csv;
pub mod data;
pub mod doctor;
pub mod document;
pub mod event_log;
pub mod explain;
#[cfg(test)]
pub(crate) mod fixture;
mod grid;
pub mod history;
pub mod html;
pub mod json;
pub mod markdown;
pub mod market;
pub mod matrix;
mod number;
mod page;
#[cfg(feature = "tables")]
pub mod parquet;
mod portfolio;
pub mod prices;
mod ranking;
mod recommend;
pub mod sample;
mod sensitivity;
pub mod simulate;
pub mod spot_survival;
pub mod table;
#[cfg(test)]
mod tests;
pub mod weekly;
mod words;

pub use document::{
    BacktestDocument, BillDocument, CheckDocument, DataDocument, PortfolioDocument, ProfileDocument, RecommendDocument,
    SampleDocument, SimulateDocument, SpotSurvivalDocument,
};
pub use grid::{Align, Grid};
pub use number::{Amount, Dollars, Number, UnitDollars, six};
pub use page::{Page, Section};
pub use portfolio::page as portfolio_page;
pub use recommend::page as recommend_page;

/// How much of a report is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// Only the first so many candidates; alternatives and baselines always show.
    pub top: Option<usize>,
    /// Also what is usually folded: other shapes on the cost/time front, every rejected shape.
    pub all: bool,
}
