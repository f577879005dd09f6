//! What shapecast keeps on disk: atomic writes and the record of the last run.

mod atomic;
mod last_run;

pub use atomic::write;
pub use last_run::LastRun;
