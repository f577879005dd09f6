//! The program: parse, run, exit code. Everything else is in the library.

use std::process::ExitCode;

use mimalloc::MiMalloc;
use shapecast::{cli, rank};

/// A replication makes and drops hundreds of small vectors: with the system's allocator that is a third of its time
/// (docs/speed.md).
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    cli::install_panic_hook();
    let exit = cli::run(std::env::args_os(), rank::recommend);
    ExitCode::from(exit.code())
}
