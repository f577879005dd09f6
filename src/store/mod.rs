//! What shapecast keeps on disk: atomic writes and the record of the last run.

mod atomic;
mod cache;
mod last_run;
mod snapshot_folder;

pub use atomic::write;
pub use cache::{Cache, Kept};
pub use last_run::LastRun;
pub use snapshot_folder::{SnapshotFolderError, read_snapshot, write_snapshot};
