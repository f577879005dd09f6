//! From a table to runs.

use std::collections::BTreeMap;
use std::path::Path;

use super::columns::{Meaning, meaning, near};
use super::fields;
use super::table::{BadRow, Table, TableError, from_csv, from_json};
use crate::catalog::Catalog;
use crate::learn::{Machine, Run};
use crate::units::GIB;

/// What a file of runs holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunsRead {
    /// The runs.
    pub runs: Vec<Run>,
    /// Rows that could not be used.
    pub bad: Vec<BadRow>,
    /// Columns that mean nothing here.
    pub ignored: Vec<String>,
    /// Machine types that neither the catalog nor the table describes.
    pub unknown_machines: Vec<String>,
}

/// Why a file is no history of runs.
#[derive(Debug, thiserror::Error)]
pub enum RunsError {
    /// It is no table.
    #[error(transparent)]
    Table(#[from] TableError),
    /// A column is missing.
    #[error("line 1: no column says {what}; the columns are {found}")]
    Column {
        /// What is missing.
        what: &'static str,
        /// The columns that are there.
        found: String,
        /// The next step.
        hint: String,
    },
    /// Two columns mean the same.
    #[error("line 1: `{first}` and `{second}` both say {what}")]
    Twice {
        /// The one.
        first: String,
        /// The other.
        second: String,
        /// What both say.
        what: &'static str,
    },
    /// No row can be used.
    #[error("none of {rows} rows can be used; the first: {first}")]
    NoRows {
        /// How many there are.
        rows: usize,
        /// What is wrong with the first.
        first: String,
    },
    /// A format that this build does not read.
    #[cfg(not(feature = "tables"))]
    #[error("this build reads no Parquet: it was made without the feature `tables`")]
    NoParquet,
    /// A Parquet file that cannot be read.
    #[cfg(feature = "tables")]
    #[error(transparent)]
    Parquet(#[from] crate::profile::tables::TableError),
}

impl RunsError {
    /// The next step.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Column { hint, .. } => hint.clone(),
            Self::Twice { .. } => "rename or drop one of them".to_owned(),
            #[cfg(not(feature = "tables"))]
            Self::NoParquet => "give the table as CSV or JSON".to_owned(),
            _ => {
                "a history of runs is a CSV, JSON or Parquet table with a row for each run: job, instance_type, nodes, \
                  duration_s, and what else is known; docs/guides/learn-from-runs.md lists the columns"
                    .to_owned()
            }
        }
    }
}

impl std::fmt::Display for BadRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}", self.line)?;
        if !self.column.is_empty() {
            write!(f, ", column `{}`", self.column)?;
        }
        write!(f, ": {}", self.why)
    }
}

/// Reads a history of runs; the format by the file's name, else by its first byte.
///
/// # Errors
/// The file cannot be read, is no table, lacks a column, or has no usable row.
pub fn read(path: &Path) -> Result<RunsRead, RunsError> {
    let bytes = std::fs::read(path).map_err(TableError::from)?;
    if bytes.starts_with(b"PAR1") {
        #[cfg(feature = "tables")]
        return runs_of(super::parquet::read(path)?);
        #[cfg(not(feature = "tables"))]
        return Err(RunsError::NoParquet);
    }
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default().to_ascii_lowercase();
    let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    let json = matches!(extension.as_str(), "json" | "jsonl" | "ndjson")
        || extension != "csv" && first.is_some_and(|byte| matches!(byte, b'{' | b'['));
    let table = if bytes.is_empty() {
        return Err(TableError::Empty.into());
    } else if json {
        from_json(&bytes)?
    } else {
        from_csv(&bytes)?
    };
    runs_of(table)
}

fn runs_of(table: Table) -> Result<RunsRead, RunsError> {
    let meanings: Vec<Option<Meaning>> = table.columns.iter().map(|name| meaning(name)).collect();
    check(&table.columns, &meanings)?;
    let ignored = table
        .columns
        .iter()
        .zip(&meanings)
        .filter(|(_, meaning)| meaning.is_none())
        .map(|(name, _)| name.clone())
        .collect();
    let mut found = RunsRead { bad: table.bad, ignored, ..RunsRead::default() };
    let rows = table.rows.len() + found.bad.len();
    for (row, (line, cells)) in (1..).zip(&table.rows) {
        match run_of(row, cells, &table.columns, &meanings) {
            Ok(run) => found.runs.push(run),
            Err((column, why)) => found.bad.push(BadRow { line: *line, column, why }),
        }
    }
    found.bad.sort_by_key(|bad| bad.line);
    if found.runs.is_empty() {
        let first = found.bad.first().map_or_else(|| "there is no row".to_owned(), ToString::to_string);
        return Err(RunsError::NoRows { rows, first });
    }
    found.unknown_machines = unknown(&mut found.runs);
    Ok(found)
}

fn check(columns: &[String], meanings: &[Option<Meaning>]) -> Result<(), RunsError> {
    let has = |wanted: fn(&Meaning) -> bool| meanings.iter().flatten().any(wanted);
    let missing = |what: &'static str, names: &[&str]| {
        let hint = near(names, columns).map_or_else(
            || format!("name it `{}`; docs/guides/learn-from-runs.md lists the names that are understood", names[0]),
            |near| format!("is it `{near}`? then name it `{}`", names[0]),
        );
        Err(RunsError::Column { what, found: columns.join(", "), hint })
    };
    if !has(|meaning| matches!(meaning, Meaning::Job)) {
        return missing("which job a run is of", &["job", "algorithm", "workload"]);
    }
    if !has(|meaning| matches!(meaning, Meaning::Nodes)) {
        return missing("how many machines it had", &["nodes", "count", "workers"]);
    }
    if !has(|meaning| matches!(meaning, Meaning::Duration(_))) {
        return missing("how long it took", &["duration_s", "runtime", "duration"]);
    }
    type Test = fn(&Meaning) -> bool;
    let single: [(&'static str, Test); 5] = [
        ("which job a run is of", |meaning| matches!(meaning, Meaning::Job)),
        ("how many machines it had", |meaning| matches!(meaning, Meaning::Nodes)),
        ("how long it took", |meaning| matches!(meaning, Meaning::Duration(_))),
        ("what it ran on", |meaning| matches!(meaning, Meaning::Machine)),
        ("how much it read", |meaning| matches!(meaning, Meaning::Input(_))),
    ];
    for (what, is) in single {
        let mut named = columns.iter().zip(meanings).filter(|(_, meaning)| meaning.as_ref().is_some_and(is));
        if let (Some((first, _)), Some((second, _))) = (named.next(), named.next()) {
            return Err(RunsError::Twice { first: first.clone(), second: second.clone(), what });
        }
    }
    Ok(())
}

fn run_of(
    row: usize,
    cells: &[String],
    columns: &[String],
    meanings: &[Option<Meaning>],
) -> Result<Run, (String, String)> {
    let mut run = Run {
        row,
        pool: String::new(),
        job: String::new(),
        framework: String::new(),
        data_size: String::new(),
        parameters: BTreeMap::new(),
        input_mb: None,
        machine: Machine { name: String::new(), vcpu: 0.0, usable_gib: 0.0 },
        nodes: 0.0,
        duration_s: 0.0,
        completed: true,
        note: String::new(),
        engine: String::new(),
        cost_usd: None,
        at: String::new(),
    };
    for ((name, meaning), cell) in columns.iter().zip(meanings).zip(cells) {
        let Some(meaning) = meaning else { continue };
        if cell.is_empty() || matches!(cell.to_ascii_lowercase().as_str(), "null" | "nan" | "na" | "n/a" | "none") {
            continue;
        }
        let at = |why: String| (name.clone(), why);
        match meaning {
            Meaning::Pool => run.pool.clone_from(cell),
            Meaning::Job => run.job.clone_from(cell),
            Meaning::Framework => run.framework.clone_from(cell),
            Meaning::DataSize => run.data_size.clone_from(cell),
            Meaning::Parameters => run.parameters.extend(fields::parameters(cell).map_err(at)?),
            Meaning::Parameter => {
                run.parameters.insert(name.clone(), fields::parameter(cell));
            }
            Meaning::Input(unit) => run.input_mb = fields::megabytes(cell, *unit).map_err(at)?,
            Meaning::Engine => run.engine.clone_from(cell),
            Meaning::Machine => run.machine.name.clone_from(cell),
            Meaning::Vcpu => run.machine.vcpu = fields::positive(cell).map_err(at)?,
            Meaning::Memory => run.machine.usable_gib = fields::positive(cell).map_err(at)?,
            Meaning::Nodes => run.nodes = fields::positive(cell).map_err(at)?,
            Meaning::Duration(unit) => run.duration_s = fields::seconds(cell, *unit).map_err(at)?,
            Meaning::Cost => run.cost_usd = Some(fields::number(cell).map_err(at)?).filter(|cost| *cost > 0.0),
            Meaning::Status => run.completed = fields::completed(cell).map_err(at)?,
            Meaning::Time => run.at.clone_from(cell),
            Meaning::Note => run.note.clone_from(cell),
        }
    }
    let empty = |what: &str| Err((String::new(), format!("it does not say {what}")));
    if run.job.is_empty() {
        return empty("which job it is of");
    }
    if run.nodes <= 0.0 {
        return empty("how many machines it had");
    }
    if run.duration_s <= 0.0 {
        return empty("how long it took");
    }
    if run.machine.name.is_empty() && run.machine.vcpu > 0.0 {
        run.machine.name = format!("{} vCPU, {} GiB", run.machine.vcpu, run.machine.usable_gib);
    }
    describe(&mut run.machine);
    Ok(run)
}

/// Part of a machine's memory that executors may use, where YARN's share is not known.
const USABLE: f64 = 0.75;

/// A machine that the catalog knows.
#[must_use]
pub fn machine(name: &str) -> Option<Machine> {
    let mut machine = Machine { name: name.to_owned(), vcpu: 0.0, usable_gib: 0.0 };
    describe(&mut machine);
    (machine.vcpu > 0.0 && machine.usable_gib > 0.0).then_some(machine)
}

/// Fills what the catalog knows of a machine; what the table says stands.
fn describe(machine: &mut Machine) {
    let catalog = Catalog::embedded();
    let gib = |bytes: crate::units::Bytes| bytes.as_f64() / GIB as f64;
    if machine.usable_gib > 0.0 {
        machine.usable_gib *= USABLE;
    }
    if let Some(known) = catalog.instance(&machine.name) {
        if machine.vcpu <= 0.0 {
            machine.vcpu = f64::from(known.vcpu);
        }
        if machine.usable_gib <= 0.0 {
            let yarn =
                catalog.yarn_memory(&machine.name).filter(|memory| !memory.inferred).map(|memory| gib(memory.memory));
            machine.usable_gib = yarn.unwrap_or(USABLE * gib(known.memory));
        }
    } else if let Some(worker) = catalog.glue_worker(&machine.name) {
        if machine.vcpu <= 0.0 {
            machine.vcpu = f64::from(worker.vcpu);
        }
        if machine.usable_gib <= 0.0 {
            machine.usable_gib = USABLE * gib(worker.memory);
        }
    }
}

/// Machines of unknown size are taken as the middle of the table's others, so that one of them stops nothing.
fn unknown(runs: &mut [Run]) -> Vec<String> {
    let middle = |of: fn(&Machine) -> f64, fallback: f64, runs: &[Run]| {
        let mut known: Vec<f64> = runs.iter().map(|run| of(&run.machine)).filter(|value| *value > 0.0).collect();
        known.sort_by(f64::total_cmp);
        known.get(known.len() / 2).copied().unwrap_or(fallback)
    };
    let vcpu = middle(|machine| machine.vcpu, 4.0, runs);
    let memory = middle(|machine| machine.usable_gib, 12.0, runs);
    let mut names = Vec::new();
    for run in runs {
        let machine = &mut run.machine;
        if machine.vcpu > 0.0 && machine.usable_gib > 0.0 {
            continue;
        }
        if !machine.name.is_empty() && !names.contains(&machine.name) {
            names.push(machine.name.clone());
        }
        machine.vcpu = if machine.vcpu > 0.0 { machine.vcpu } else { vcpu };
        machine.usable_gib = if machine.usable_gib > 0.0 { machine.usable_gib } else { memory };
    }
    names
}
