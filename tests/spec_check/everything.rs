//! Everything that `spec` writes: the cases of the fixtures, and every example workload on every engine that can serve
//! it, in every purchase option and on every architecture of that engine, in every format.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use shapecast::catalog::Catalog;
use shapecast::engines::{Candidate, EngineId, Question, REGISTRY, Shape};
use shapecast::prices::{Overlay, PriceBook, Remembered};
use shapecast::spec::{self, Format, SpecBundle};
use shapecast::workload::{Vocabulary, Workload};

use super::{fixtures, folder};

/// The bundles of one candidate.
pub struct Written {
    /// The folder's name.
    pub name: String,
    pub engine: EngineId,
    pub bundles: Vec<(Format, SpecBundle)>,
}

/// Written once for all tests of a program.
pub static ALL: LazyLock<Vec<Written>> = LazyLock::new(write);

pub fn write() -> Vec<Written> {
    let mut all = Vec::new();
    for case in fixtures::cases() {
        let formats = Format::of_engine(case.candidate.engine);
        let bundles = formats.iter().map(|format| (*format, case.write_as(*format).expect("has a spec"))).collect();
        all.push(Written { name: case.name.to_owned(), engine: case.candidate.engine, bundles });
    }
    for (name, workload) in examples() {
        for (option, candidate) in candidates(&workload).into_iter().flatten() {
            let bundle = |format: Format| {
                spec::write_as(format, &candidate, &workload, &fixtures::facts())
                    .unwrap_or_else(|none| panic!("{name}: {}: {none}", candidate.id))
            };
            let bundles = Format::of_engine(candidate.engine).iter().map(|format| (*format, bundle(*format))).collect();
            let engine = candidate.engine;
            all.push(Written { name: format!("{name}.{engine}.{option}"), engine, bundles });
        }
    }
    all
}

/// Every file of `docs/examples` that is a workload.
pub fn examples() -> Vec<(String, Workload)> {
    let mut files: Vec<PathBuf> = fs::read_dir("docs/examples")
        .expect("folder")
        .map(|entry| entry.expect("entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .collect();
    files.sort();
    files
        .iter()
        .map(|path| {
            let name = path.file_stem().and_then(|stem| stem.to_str()).expect("UTF-8").to_owned();
            (name, shapecast::workload::read_file(path, &Vocabulary::unchecked()).expect("a workload"))
        })
        .collect()
}

/// One candidate for each engine without an obstacle, purchase option and architecture: the name of the two and it.
/// Or the engine, none of whose sizes holds the job.
fn candidates(workload: &Workload) -> Vec<Result<(String, Candidate), EngineId>> {
    let book = PriceBook::embedded().expect("a price book");
    let regional = book.in_region(&workload.region.value).expect("a region");
    let overlay = Overlay::new(&regional, &workload.discounts).expect("terms");
    let rates = Remembered::new(&overlay);
    let question =
        Question { workload, catalog: Catalog::embedded(), rates: &rates, slot_ladder: &[64, 256, 1024, 4096] };
    let mut all = Vec::new();
    for engine in REGISTRY.iter().filter(|engine| spec::no_spec(engine.id()).is_none()) {
        if !engine.obstacles(&question).is_empty() {
            continue;
        }
        let mut by_option = BTreeMap::new();
        for candidate in engine.shapes(&question) {
            let option = candidate.shape.behaviour().option();
            let key = format!("{option}{}", architecture(&candidate.shape));
            by_option.entry(key).or_insert(candidate);
        }
        if by_option.is_empty() {
            all.push(Err(engine.id()));
        }
        all.extend(by_option.into_iter().map(Ok));
    }
    all
}

fn architecture(shape: &Shape) -> String {
    match shape {
        Shape::EmrEc2(shape) => format!("-{:?}", shape.architecture),
        Shape::EmrEks(shape) => format!("-{:?}", shape.architecture),
        Shape::EmrServerless(shape) => format!("-{:?}", shape.architecture),
        Shape::BatchFargate(shape) => format!("-{:?}", shape.architecture),
        _ => String::new(),
    }
}

/// Writes all into folders `NAME/FORMAT/`.
pub fn write_folders(root: &Path) {
    for written in ALL.iter() {
        for (format, bundle) in &written.bundles {
            folder::write(bundle, &root.join(&written.name).join(format.as_str()));
        }
    }
}

/// Examples on engines that take their kind of job and have no size that holds it: `recommend` says why.
pub fn without_shape() -> Vec<String> {
    let none = |(name, workload): (String, Workload)| {
        let engines = candidates(&workload).into_iter().filter_map(Result::err);
        engines.map(|engine| format!("{name}.{engine}")).collect::<Vec<_>>()
    };
    examples().into_iter().flat_map(none).collect()
}

/// What was written: engine, and the part of the name after it (option and architecture).
pub fn covered() -> BTreeSet<(EngineId, String)> {
    ALL.iter().filter_map(|written| Some((written.engine, written.name.rsplit_once('.')?.1.to_owned()))).collect()
}
