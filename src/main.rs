//! The program: parse, run, exit code. Everything else is in the library.

use std::process::ExitCode;

use shapecast::cli;

fn main() -> ExitCode {
    cli::install_panic_hook();
    let exit = cli::run(std::env::args_os(), cli::commands::recommend::rank_with_the_library);
    ExitCode::from(exit.code())
}
