//! Rows of text with the lines that they stand on, whatever the file's format.

use std::io;

/// A table as it was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// Names of the columns.
    pub columns: Vec<String>,
    /// Line of each row (for JSON and Parquet the row's number) and its cells.
    pub rows: Vec<(u64, Vec<String>)>,
    /// Rows that are none.
    pub bad: Vec<BadRow>,
}

/// A row that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRow {
    /// Its line; for JSON and Parquet its number.
    pub line: u64,
    /// The column at fault; empty when it is the row.
    pub column: String,
    /// What is wrong.
    pub why: String,
}

/// Why a text is no table.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// A wrong CSV header.
    #[error("the header cannot be read")]
    Header(#[source] csv::Error),
    /// Wrong JSON.
    #[error("line {}, column {}: no JSON table", .0.line(), .0.column())]
    Json(#[source] serde_json::Error),
    /// JSON of another form.
    #[error("the JSON is no table: {0}")]
    Form(String),
    /// No bytes.
    #[error("the file is empty")]
    Empty,
    /// The file cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Reads CSV; commas, semicolons or tabs, by what the header has most of.
pub fn from_csv(bytes: &[u8]) -> Result<Table, TableError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let header = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    if header.iter().all(u8::is_ascii_whitespace) {
        return Err(TableError::Empty);
    }
    let count = |wanted: u8| header.iter().filter(|byte| **byte == wanted).count();
    let delimiter = [b',', b';', b'\t'].into_iter().max_by_key(|one| (count(*one), *one == b',')).unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(bytes);
    let columns: Vec<String> = reader
        .byte_headers()
        .map_err(TableError::Header)?
        .iter()
        .map(|name| String::from_utf8_lossy(name).trim().to_owned())
        .collect();
    let mut table = Table { columns, ..Table::default() };
    let mut record = csv::ByteRecord::new();
    loop {
        match reader.read_byte_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {
                let line = record.position().map_or(0, csv::Position::line);
                if record.len() != table.columns.len() {
                    let why = format!("{} cells under {} headings", record.len(), table.columns.len());
                    table.bad.push(BadRow { line, column: String::new(), why });
                    continue;
                }
                let cells = record.iter().map(|cell| String::from_utf8_lossy(cell).trim().to_owned()).collect();
                table.rows.push((line, cells));
            }
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                table.bad.push(BadRow { line, column: String::new(), why: error.to_string() });
                if matches!(error.kind(), csv::ErrorKind::Io(_)) {
                    break;
                }
            }
        }
    }
    Ok(table)
}

/// Reads JSON: a list of objects, an object with a list under `runs`, or one object a line.
pub fn from_json(bytes: &[u8]) -> Result<Table, TableError> {
    use serde_json::{Map, Value};
    let mut bad = Vec::new();
    let mut objects: Vec<(u64, Map<String, Value>)> = Vec::new();
    let mut take = |number: u64, value: Value, bad: &mut Vec<BadRow>| match value {
        Value::Object(object) => objects.push((number, object)),
        other => bad.push(BadRow { line: number, column: String::new(), why: format!("`{other}` is no object") }),
    };
    let mut list = |values: Vec<Value>, bad: &mut Vec<BadRow>| {
        for (number, value) in (1..).zip(values) {
            take(number, value, bad);
        }
    };
    match serde_json::from_slice::<Value>(bytes) {
        Ok(Value::Array(values)) => list(values, &mut bad),
        Ok(Value::Object(mut object)) => match object.remove("runs") {
            Some(Value::Array(values)) => list(values, &mut bad),
            Some(_) => return Err(TableError::Form("`runs` is no list".to_owned())),
            // A file of one line is a list of one.
            None => list(vec![Value::Object(object)], &mut bad),
        },
        Ok(_) => return Err(TableError::Form("neither a list nor an object".to_owned())),
        Err(whole) => {
            let lines = bytes.split(|byte| *byte == b'\n');
            let mut any = false;
            for (number, line) in (1..).zip(lines).filter(|(_, line)| !line.iter().all(u8::is_ascii_whitespace)) {
                match serde_json::from_slice::<Value>(line) {
                    Ok(value) => {
                        any |= value.is_object();
                        take(number, value, &mut bad);
                    }
                    Err(error) => bad.push(BadRow { line: number, column: String::new(), why: error.to_string() }),
                }
            }
            if !any {
                return Err(TableError::Json(whole));
            }
        }
    }
    let mut columns: Vec<String> = Vec::new();
    for (_, object) in &objects {
        for name in object.keys().filter(|name| !columns.contains(*name)).collect::<Vec<_>>() {
            columns.push(name.clone());
        }
    }
    let cell = |value: Option<&Value>| match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(Value::Object(object)) => pairs(object),
        Some(other) => other.to_string(),
    };
    let rows = objects
        .iter()
        .map(|(number, object)| (*number, columns.iter().map(|name| cell(object.get(name))).collect()))
        .collect();
    Ok(Table { columns, rows, bad })
}

/// An object of parameters as the text that a CSV would have.
fn pairs(object: &serde_json::Map<String, serde_json::Value>) -> String {
    let text = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let all: Vec<String> = object.iter().map(|(name, value)| format!("{name}={}", text(value))).collect();
    all.join(";")
}
