//! The commands, a file each.

mod asked;
pub mod backtest;
mod backtest_billed;
mod backtest_logs;
pub mod bill;
pub mod check;
pub mod completions;
pub mod doctor;
pub mod explain;
pub mod lint;
pub mod man;
pub mod matrix;
mod out_files;
pub mod prices;
mod prices_diff;
mod prices_spot;
mod prices_update;
pub mod profile;
pub mod recommend;
pub mod report;
mod run_history;
pub mod schema;
pub mod simulate;
mod simulate_history;
pub mod spec;
mod spot_survival;
mod what_if;

use super::CliError;

/// `--strict` and a price that nobody has.
fn missing_under_strict(meters: &[&str]) -> CliError {
    CliError::usage("", format!("prices are missing and --strict was given: {}", meters.join(", ")))
        .hint("give your own prices with --prices FILE, a YAML map from these ids to dollars")
}
