//! `metadata.json`: what a table is. Only what a profile needs is read, and what is unknown is let be.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value as Json;

use crate::profile::inventory::Columns;
use crate::profile::objects::SourceError;

/// The newest version of the table format that is known.
const NEWEST: u64 = 3;
/// Largest metadata file, unpacked: a table with 100,000 snapshots has some 50 MB.
const LARGEST: u64 = 1 << 30;

/// A table's metadata.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Metadata {
    pub(super) format_version: u64,
    pub(super) location: String,
    #[serde(default)]
    pub(super) last_updated_ms: Option<i64>,
    #[serde(default)]
    current_schema_id: Option<i64>,
    #[serde(default)]
    schemas: Vec<TableSchema>,
    #[serde(default)]
    schema: Option<TableSchema>,
    #[serde(default)]
    default_spec_id: Option<i64>,
    #[serde(default)]
    partition_specs: Vec<Spec>,
    #[serde(default)]
    partition_spec: Vec<SpecField>,
    #[serde(default)]
    pub(super) current_snapshot_id: Option<i64>,
    #[serde(default)]
    pub(super) snapshots: Option<Vec<Snapshot>>,
    #[serde(default)]
    snapshot_log: Vec<LogEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Probe {
    #[serde(default)]
    format_version: Option<u64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct TableSchema {
    #[serde(default)]
    schema_id: Option<i64>,
    #[serde(default)]
    fields: Vec<TableField>,
}

#[derive(Debug, Deserialize)]
struct TableField {
    id: i64,
    name: String,
    #[serde(rename = "type")]
    kind: Json,
}

/// How a table is partitioned.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Spec {
    #[serde(default)]
    spec_id: i64,
    #[serde(default)]
    fields: Vec<SpecField>,
}

/// One field of a partition.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct SpecField {
    pub(super) name: String,
    pub(super) transform: String,
    #[serde(default)]
    pub(super) source_id: Option<i64>,
    #[serde(default)]
    pub(super) field_id: Option<i64>,
}

/// One state of a table.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Snapshot {
    pub(super) snapshot_id: i64,
    pub(super) timestamp_ms: i64,
    #[serde(default)]
    pub(super) manifest_list: Option<String>,
    /// In place of a list, in tables of version 1.
    #[serde(default)]
    pub(super) manifests: Option<Vec<String>>,
    #[serde(default)]
    pub(super) summary: HashMap<String, Json>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct LogEntry {
    snapshot_id: i64,
    timestamp_ms: i64,
}

/// When a snapshot was made, and whether its files hold new data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Made {
    pub(super) ms: i64,
    /// A compaction: the files are new, their rows are not.
    pub(super) is_replace: bool,
}

impl Metadata {
    pub(super) fn read(path: &Path) -> Result<Self, SourceError> {
        let text = text(path).map_err(|error| SourceError::io(path, error))?;
        let hint = "give a table's folder, or a `….metadata.json` in its folder `metadata`";
        let probe: Probe = serde_json::from_slice(&text)
            .map_err(|error| SourceError::new(path, format!("it is no Iceberg metadata: {error}"), hint))?;
        // Said before the fields are looked at: another version may have other ones.
        match probe.format_version {
            Some(version) if (1..=NEWEST).contains(&version) => {}
            Some(version) => {
                let what = format!("its table format version {version} is not known, only 1 to {NEWEST}");
                return Err(SourceError::new(path, what, "profile a listing or an inventory of its data instead"));
            }
            None => {
                return Err(SourceError::new(path, "it has no `format-version`, so it is no Iceberg metadata", hint));
            }
        }
        serde_json::from_slice(&text)
            .map_err(|error| SourceError::new(path, format!("it is no Iceberg metadata: {error}"), hint))
    }

    /// The columns of its rows, nested ones with dots, by id.
    pub(super) fn columns(&self) -> HashMap<i64, String> {
        let mut out = HashMap::new();
        for field in self.fields() {
            name_columns(field.id, &field.name, &field.kind, &mut out);
        }
        out
    }

    fn fields(&self) -> &[TableField] {
        let current = self.schemas.iter().find(|it| it.schema_id == self.current_schema_id && it.schema_id.is_some());
        current.or(self.schema.as_ref()).or(self.schemas.last()).map_or(&[], |it| &it.fields)
    }

    /// Whether its rows list objects, as those of S3 Metadata's inventory and journal tables do.
    pub(super) fn is_inventory(&self) -> bool {
        let names = || self.fields().iter().map(|field| field.name.as_str());
        Columns::named(names()).is_some_and(|it| {
            it.size.is_some() && (it.modified.is_some() || it.class.is_some()) && names().any(|name| name == "bucket")
        })
    }

    /// The fields of a partition, for manifests that do not say.
    pub(super) fn spec(&self, id: i64) -> &[SpecField] {
        match self.partition_specs.iter().find(|it| it.spec_id == id) {
            Some(spec) => &spec.fields,
            None => &self.partition_spec,
        }
    }

    /// How new data is partitioned, for people: `day(ts), region`.
    pub(super) fn partitioning(&self) -> Vec<String> {
        let columns = self.columns();
        let one = |field: &SpecField| {
            let source = field.source_id.and_then(|id| columns.get(&id)).unwrap_or(&field.name);
            match field.transform.as_str() {
                "identity" => source.clone(),
                transform => match transform.split_once('[') {
                    Some((name, width)) => format!("{name}({}, {source})", width.trim_end_matches(']')),
                    None => format!("{transform}({source})"),
                },
            }
        };
        let fields = self.spec(self.default_spec_id.unwrap_or(0)).iter();
        fields.filter(|field| field.transform != "void").map(one).collect()
    }

    /// When each snapshot that is still known was made.
    pub(super) fn made(&self) -> HashMap<i64, Made> {
        let log = self.snapshot_log.iter().map(|it| (it.snapshot_id, Made { ms: it.timestamp_ms, is_replace: false }));
        let known = self.snapshots.iter().flatten().map(|it| {
            let is_replace = it.summary.get("operation").and_then(Json::as_str) == Some("replace");
            (it.snapshot_id, Made { ms: it.timestamp_ms, is_replace })
        });
        log.chain(known).collect()
    }
}

/// A metadata file's text, unpacked when it is gzipped.
fn text(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let mut head = [0; 2];
    let packed = file.read_exact(&mut head).is_ok() && head == *b"\x1f\x8b";
    let file = File::open(path)?;
    let mut stream: Box<dyn Read> = if packed {
        Box::new(flate2::read::MultiGzDecoder::new(std::io::BufReader::new(file)))
    } else {
        Box::new(file)
    };
    let mut out = Vec::new();
    stream.by_ref().take(LARGEST + 1).read_to_end(&mut out)?;
    if out.len() as u64 > LARGEST {
        return Err(std::io::Error::other(format!("it is larger than {} MiB", LARGEST >> 20)));
    }
    Ok(out)
}

/// Names as Iceberg has them: `a.b`, `list.element`, `map.key`, `map.value`. The depth is bounded by the JSON reader's.
fn name_columns(id: i64, name: &str, kind: &Json, out: &mut HashMap<i64, String>) {
    out.insert(id, name.to_owned());
    for field in kind.get("fields").and_then(Json::as_array).into_iter().flatten() {
        let text = |key: &str| field.get(key).and_then(Json::as_str);
        if let (Some(id), Some(part), Some(inner)) =
            (field.get("id").and_then(Json::as_i64), text("name"), field.get("type"))
        {
            name_columns(id, &format!("{name}.{part}"), inner, out);
        }
    }
    for part in ["element", "key", "value"] {
        if let (Some(id), Some(inner)) = (kind.get(format!("{part}-id")).and_then(Json::as_i64), kind.get(part)) {
            name_columns(id, &format!("{name}.{part}"), inner, out);
        }
    }
}
