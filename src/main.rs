//! The program: parse, run, exit code. Everything else is in the library.

use std::process::ExitCode;

use shapecast::{cli, rank};

fn main() -> ExitCode {
    cli::install_panic_hook();
    let exit = cli::run(std::env::args_os(), rank::recommend);
    ExitCode::from(exit.code())
}
