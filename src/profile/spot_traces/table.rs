//! The table of runs: rows to spells.

use std::collections::BTreeMap;

use csv::{ReaderBuilder, StringRecord};

use super::{PoolHistory, Spell, TraceError};

/// Ten years: an offset beyond it is no offset.
const LONGEST_S: f64 = 3.2e8;
/// Rows that lie closer than this adjoin each other, seconds.
const ADJOINING_S: f64 = 1e-6;

/// What a table holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Traces {
    /// Pools of which one node was watched on AWS.
    pub pools: Vec<PoolHistory>,
    /// What was left out, and why.
    pub left_out: Vec<String>,
}

/// One row.
#[derive(Clone, Copy, Debug)]
struct Run {
    line: u64,
    start_s: f64,
    duration_s: f64,
    has_capacity: bool,
}

#[derive(Debug, Default)]
struct Trace {
    cloud: Option<String>,
    nodes: u32,
    collection: String,
    runs: Vec<Run>,
}

/// Reads a table.
///
/// # Errors
/// A column is missing, a cell is wrong, or rows overlap.
pub fn parse(bytes: &[u8], file: &str) -> Result<Traces, TraceError> {
    let mut reader = ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes);
    let not_csv = |error: &csv::Error| TraceError::NotCsv {
        file: file.to_owned(),
        line: error.position().map_or(1, csv::Position::line),
        why: error.to_string(),
    };
    let headings = reader.headers().map_err(|error| not_csv(&error))?.clone();
    let table = Table::new(&headings, file)?;
    let mut traces: BTreeMap<String, Trace> = BTreeMap::new();
    for record in reader.records() {
        let record = record.map_err(|error| not_csv(&error))?;
        table.read(&record, &mut traces)?;
    }
    let mut all = Traces::default();
    for (id, trace) in traces {
        if let Some(why) = trace.unfit() {
            all.left_out.push(format!("{id}: {why}"));
            continue;
        }
        all.pools.push(trace.history(id, file)?);
    }
    Ok(all)
}

/// Where the columns are.
struct Table<'f> {
    file: &'f str,
    trace_id: usize,
    start: usize,
    duration: usize,
    count: usize,
    nodes: Option<usize>,
    cloud: Option<usize>,
    kind: Option<usize>,
    date: Option<usize>,
}

impl<'f> Table<'f> {
    fn new(headings: &StringRecord, file: &'f str) -> Result<Self, TraceError> {
        let find = |name: &str| headings.iter().position(|heading| heading.eq_ignore_ascii_case(name));
        let needed = |column: &'static str| {
            find(column).ok_or_else(|| TraceError::NoColumn {
                file: file.to_owned(),
                column,
                found: headings.iter().map(str::to_owned).collect(),
            })
        };
        Ok(Self {
            file,
            trace_id: needed("trace_id")?,
            start: needed("start_offset_s")?,
            duration: needed("duration_s")?,
            count: needed("available_count")?,
            nodes: find("nodes"),
            cloud: find("cloud"),
            kind: find("kind"),
            date: find("trace_start_date"),
        })
    }

    fn read(&self, record: &StringRecord, traces: &mut BTreeMap<String, Trace>) -> Result<(), TraceError> {
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |index: usize| record.get(index).unwrap_or_default();
        let optional = |index: Option<usize>| index.map(cell).filter(|text| !text.is_empty());
        let id = cell(self.trace_id);
        if id.is_empty() {
            return Err(self.bad(line, "trace_id", id, "is empty"));
        }
        let start_s = self.seconds(line, "start_offset_s", cell(self.start))?;
        let duration_s = self.seconds(line, "duration_s", cell(self.duration))?;
        let count = self.whole(line, "available_count", cell(self.count))?;
        let nodes = optional(self.nodes).map_or(Ok(1), |text| self.whole(line, "nodes", text))?;
        let trace = traces.entry(id.to_owned()).or_insert_with(|| Trace {
            cloud: optional(self.cloud).map(str::to_owned),
            collection: [optional(self.kind), optional(self.date)].into_iter().flatten().collect::<Vec<_>>().join(" "),
            ..Trace::default()
        });
        trace.nodes = trace.nodes.max(nodes);
        trace.runs.push(Run { line, start_s, duration_s, has_capacity: count >= 1 });
        Ok(())
    }

    fn seconds(&self, line: u64, column: &'static str, text: &str) -> Result<f64, TraceError> {
        let seconds: f64 = text.parse().map_err(|_| self.bad(line, column, text, "is no number of seconds"))?;
        if (0.0..=LONGEST_S).contains(&seconds) {
            Ok(seconds)
        } else {
            Err(self.bad(line, column, text, "is out of range (0 s to 10 years)"))
        }
    }

    fn whole(&self, line: u64, column: &'static str, text: &str) -> Result<u32, TraceError> {
        text.parse().map_err(|_| self.bad(line, column, text, "is no count of nodes"))
    }

    fn bad(&self, line: u64, column: &'static str, value: &str, why: &'static str) -> TraceError {
        TraceError::BadCell { file: self.file.to_owned(), line, column, value: value.to_owned(), why }
    }
}

impl Trace {
    /// Why the survival of one node cannot be read from the trace.
    fn unfit(&self) -> Option<String> {
        match &self.cloud {
            Some(cloud) if !cloud.eq_ignore_ascii_case("aws") => Some(format!("recorded on {cloud}, not on AWS")),
            _ if self.nodes != 1 => Some(format!("{} nodes were watched together, not one", self.nodes)),
            _ => None,
        }
    }

    /// Adjoining rows with capacity are one spell; a spell is lost when a row without capacity follows at once.
    fn history(mut self, name: String, file: &str) -> Result<PoolHistory, TraceError> {
        self.runs.sort_by(|a, b| a.start_s.total_cmp(&b.start_s));
        let mut spells: Vec<Spell> = Vec::new();
        let mut end_s = 0.0_f64;
        let mut is_up = false;
        for run in self.runs.iter().filter(|run| run.duration_s > 0.0) {
            if run.start_s < end_s - ADJOINING_S {
                return Err(TraceError::Overlap {
                    file: file.to_owned(),
                    line: run.line,
                    trace: name,
                    at_s: run.start_s,
                });
            }
            let adjoins = run.start_s <= end_s + ADJOINING_S;
            let end_h = (run.start_s + run.duration_s) / 3600.0;
            match spells.last_mut() {
                Some(spell) if is_up && adjoins && run.has_capacity => spell.end_h = end_h,
                Some(spell) if is_up && adjoins => spell.lost = true,
                _ => {}
            }
            if run.has_capacity && !(is_up && adjoins) {
                spells.push(Spell { start_h: run.start_s / 3600.0, end_h, lost: false });
            }
            is_up = run.has_capacity;
            end_s = run.start_s + run.duration_s;
        }
        let collection = if self.collection.is_empty() { file.to_owned() } else { self.collection };
        Ok(PoolHistory { name, collection, spells, end_h: end_s / 3600.0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pools(rows: &str) -> Vec<PoolHistory> {
        parse(format!("trace_id,start_offset_s,duration_s,available_count\n{rows}").as_bytes(), "t.csv")
            .expect("a table")
            .pools
    }

    #[test]
    fn rows_become_spells() {
        // Up for two rows of 1,800 s, down for an hour, up until nobody looks any longer.
        let pools = pools("a,0,1800,1\na,1800,1800,1\na,3600,3600,0\na,7200,3600,1\n");
        let expected =
            [Spell { start_h: 0.0, end_h: 1.0, lost: true }, Spell { start_h: 2.0, end_h: 3.0, lost: false }];
        assert_eq!(pools[0].spells, expected);
        assert!((pools[0].end_h - 3.0).abs() < 1e-12);
    }

    #[test]
    fn a_gap_in_the_record_is_no_loss() {
        let pools = pools("a,0,3600,1\na,7200,3600,0\n");
        assert_eq!(pools[0].spells, [Spell { start_h: 0.0, end_h: 1.0, lost: false }]);
    }

    #[test]
    fn traces_of_several_nodes_or_other_clouds_are_named() {
        let table = "cloud,nodes,trace_id,start_offset_s,duration_s,available_count\naws,4,a,0,9,4\ngcp,1,b,0,9,1\naws,1,c,0,9,1\n";
        let traces = parse(table.as_bytes(), "t.csv").expect("a table");
        assert_eq!(traces.pools.len(), 1);
        assert_eq!(traces.left_out, ["a: 4 nodes were watched together, not one", "b: recorded on gcp, not on AWS"]);
    }

    #[test]
    fn errors_name_the_line_and_the_column() {
        let error = |text: &str| parse(text.as_bytes(), "t.csv").expect_err("a wrong table").to_string();
        let head = "trace_id,start_offset_s,duration_s,available_count\n";
        assert_eq!(error("a,b\n1,2\n"), "t.csv:1: no column `trace_id`; the columns are a, b");
        assert_eq!(
            error(&format!("{head}a,0,10,1\na,10,soon,0\n")),
            "t.csv:3: column `duration_s`: `soon` is no number of seconds"
        );
        assert!(error(&format!("{head}a,-5,10,1\n")).contains("out of range"));
        assert!(error(&format!("{head}a,0,10,1\na,5,10,0\n")).contains("t.csv:3: trace `a` has two rows for 5 s"));
        assert!(error(&format!("{head}a,0,10\n")).starts_with("t.csv:2: not a row of this table"));
    }
}
