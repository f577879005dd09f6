//! Bundles as folders, the way the checkers read them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use shapecast::spec::SpecBundle;

/// Writes the files of a bundle and `samples.json`, the placeholders' documented examples.
pub fn write(bundle: &SpecBundle, folder: &Path) {
    fs::create_dir_all(folder).expect("folder");
    for file in &bundle.files {
        fs::write(folder.join(&file.name), &file.contents).expect("file");
    }
    let samples: BTreeMap<&str, &str> =
        bundle.placeholders.iter().map(|known| (known.name.as_str(), known.example.as_str())).collect();
    fs::write(folder.join("samples.json"), serde_json::to_string(&samples).expect("json")).expect("samples");
}
