//! An open table at one snapshot.

use std::path::{Path, PathBuf};

use super::locate;
use super::manifest::{self, Manifest};
use super::metadata::{Metadata, Snapshot};
use crate::profile::objects::SourceError;

/// A table at one snapshot.
#[derive(Debug)]
pub(super) struct Table {
    /// Its metadata file.
    pub(super) path: PathBuf,
    pub(super) metadata: Metadata,
    pub(super) snapshot: Snapshot,
    root: PathBuf,
}

impl Table {
    /// Opens a table at its current snapshot, or at another one that it still has.
    pub(super) fn open(path: &Path, snapshot: Option<i64>) -> Result<Self, SourceError> {
        let path = locate::metadata_file(path)?;
        let metadata = Metadata::read(&path)?;
        let known = || metadata.snapshots.iter().flatten();
        // Early writers put -1 where there is no snapshot.
        let Some(wanted) = snapshot.or(metadata.current_snapshot_id.filter(|id| *id != -1)) else {
            return Err(SourceError::new(&path, "the table has no snapshot: nothing was written to it", ""));
        };
        let Some(found) = known().find(|it| it.snapshot_id == wanted).cloned() else {
            let newest: Vec<String> = known().rev().take(5).map(|it| it.snapshot_id.to_string()).collect();
            let hint =
                if newest.is_empty() { String::new() } else { format!("its newest snapshots: {}", newest.join(", ")) };
            return Err(SourceError::new(&path, format!("it has no snapshot {wanted}"), hint));
        };
        Ok(Self { root: locate::root_of(&path), path, metadata, snapshot: found })
    }

    pub(super) fn is_current(&self) -> bool {
        self.metadata.current_snapshot_id == Some(self.snapshot.snapshot_id)
    }

    /// The last part of its location.
    pub(super) fn name(&self) -> &str {
        let path = self.metadata.location.trim_end_matches('/');
        path.rsplit('/').next().unwrap_or(path)
    }

    /// The local copy of a path that the metadata names.
    pub(super) fn local(&self, path: &str) -> Option<PathBuf> {
        locate::local(&self.root, &self.metadata.location, path)
    }

    /// The manifests of the snapshot.
    pub(super) fn manifests(&self) -> Result<Vec<Manifest>, SourceError> {
        let hint = "copy the table's folder `metadata` whole, as it lies below the table's location";
        if let (None, Some(paths)) = (&self.snapshot.manifest_list, &self.snapshot.manifests) {
            return Ok(paths.iter().map(|path| Manifest::alone(path.clone())).collect());
        }
        let Some(list) = &self.snapshot.manifest_list else {
            return Err(SourceError::new(&self.path, "the snapshot names neither a manifest list nor manifests", ""));
        };
        let Some(path) = self.local(list) else {
            return Err(SourceError::new(
                &self.path,
                format!("the snapshot's manifest list `{list}` is not there"),
                hint,
            ));
        };
        manifest::list(&path).map_err(|error| SourceError::new(&path, error.to_string(), hint))
    }
}
