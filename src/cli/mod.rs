//! The command line: arguments, commands (a file each), printing, progress, errors with hints, exit codes.
//!
//! This is the edge: the clock, the environment, files and terminals are touched here and in `store`, nowhere
//! below. No rule of the domain lives here.

mod answers;
pub mod args;
mod bucket;
mod calibration;
mod clock;
pub mod commands;
pub mod config;
mod context;
mod costs;
pub mod docs;
pub mod env_vars;
mod error;
pub mod exit;
mod inputs;
mod live;
mod logs;
mod own_prices;
mod printer;
mod progress;
mod records;
mod regions;
mod run;
#[cfg(test)]
mod tests;
mod vocabulary;

pub use error::{CliError, Stop};
pub use exit::Exit;
pub use printer::install_panic_hook;
pub use run::run;
