//! Laying one snapshot's tables over another's: a row of the upper one replaces that of the lower one with the same key.

use std::collections::BTreeMap;

use super::snapshot::SnapshotError;

/// How a table is laid over another.
#[derive(Clone, Copy, Debug)]
pub(super) struct TableShape {
    /// File name.
    pub name: &'static str,
    /// The heading line.
    pub header: &'static str,
    /// How many leading columns make the key. Zones of a type are replaced together: two samples are not mixed.
    pub key: usize,
    /// The column with the source id.
    pub source: usize,
    /// The column with the rule id.
    pub rule: Option<usize>,
    /// What the table holds.
    pub about: &'static str,
    /// Whether every snapshot has it; an optional one that is absent is empty.
    pub required: bool,
}

impl TableShape {
    /// The table's text.
    pub fn text<'t>(&self, tables: &'t BTreeMap<String, String>) -> Result<&'t str, SnapshotError> {
        match tables.get(self.name) {
            Some(text) => Ok(text),
            None if !self.required => Ok(self.header),
            None => Err(SnapshotError::NoTable(self.name)),
        }
    }
}

/// Machines that the catalog does not describe, in the form of its own table with a source.
pub(super) const NEW_TYPES: &str = "instance_types.csv";

/// The tables of prices; `sources.csv` and `rules.csv` go with them.
pub(super) const TABLES: [TableShape; 7] = [
    TableShape {
        name: "databricks_dbu.csv",
        header: "instance_type,dbu_per_instance_hour,source",
        key: 1,
        source: 2,
        rule: None,
        about: "Databricks units that an hour of an instance type consumes",
        required: true,
    },
    TableShape {
        name: "ec2_on_demand.csv",
        header: "region,instance_type,usd_per_instance_hour,source",
        key: 2,
        source: 3,
        rule: None,
        about: "EC2 Linux On-Demand, shared tenancy",
        required: true,
    },
    TableShape {
        name: "ec2_spot_advisor.csv",
        header: "region,instance_type,savings_percent,interruption_band,source",
        key: 2,
        source: 4,
        rule: None,
        about: "Spot Advisor: savings against On-Demand and interruption band, Linux",
        required: true,
    },
    TableShape {
        name: "ec2_spot_zones.csv",
        header: "region,instance_type,zone_id,usd_per_instance_hour,source",
        key: 2,
        source: 4,
        rule: None,
        about: "Spot price by availability zone",
        required: true,
    },
    TableShape {
        name: "emr_uplift.csv",
        header: "region,instance_type,usd_per_instance_hour,source,rule",
        key: 2,
        source: 3,
        rule: Some(4),
        about: "EMR's fee on an instance type; `commercial` = every region outside GovCloud and China without a row of its own",
        required: true,
    },
    TableShape {
        name: NEW_TYPES,
        header: "instance_type,vcpu,memory_mib,architecture,current,bare_metal,network_gbps,ebs_mbps,local_disk_gb,\
                 local_nvme,gpus,cpu_manufacturer,spot,source",
        key: 1,
        source: 13,
        rule: None,
        about: "instance types that the catalog does not describe, as EC2 describes them",
        required: false,
    },
    TableShape {
        name: "services.csv",
        header: "region,service,item,unit,usd,source,rule",
        key: 3,
        source: 5,
        rule: Some(6),
        about: "every other service",
        required: true,
    },
];

/// The upper tables over the lower ones; ids of the upper one's sources and rules get `prefix`.
pub(super) fn lay_over(
    lower: &BTreeMap<String, String>,
    upper: &BTreeMap<String, String>,
    prefix: &str,
) -> Result<BTreeMap<String, String>, SnapshotError> {
    let mut tables = lower.clone();
    for shape in &TABLES {
        let top = shape.text(upper)?;
        if top.lines().nth(1).is_none() {
            continue;
        }
        let base = shape.text(lower)?;
        let mut rows = grouped(shape, base, "")?;
        rows.append(&mut grouped(shape, top, prefix)?);
        tables.insert(shape.name.to_owned(), text_of(shape, &rows));
    }
    for name in ["rules.csv", "sources.csv"] {
        let top = upper.get(name).ok_or(SnapshotError::NoTable(name))?;
        let base = tables.get(name).ok_or(SnapshotError::NoTable(name))?;
        let mut text = base.clone();
        for row in top.lines().skip(1).filter(|row| !row.is_empty()) {
            text.push_str(prefix);
            text.push_str(row);
            text.push('\n');
        }
        tables.insert(name.to_owned(), text);
    }
    Ok(tables)
}

type Groups = BTreeMap<Vec<String>, Vec<String>>;

fn grouped(shape: &TableShape, text: &str, prefix: &str) -> Result<Groups, SnapshotError> {
    let columns = shape.header.split(',').count();
    let mut groups = Groups::new();
    for row in text.lines().skip(1) {
        let mut fields: Vec<String> = row.split(',').map(str::to_owned).collect();
        if fields.len() != columns {
            return Err(SnapshotError::Row { table: shape.name, row: row.to_owned() });
        }
        for column in [Some(shape.source), shape.rule].into_iter().flatten() {
            if let Some(id) = fields.get_mut(column).filter(|id| !id.is_empty()) {
                id.insert_str(0, prefix);
            }
        }
        groups.entry(fields[..shape.key].to_vec()).or_default().push(fields.join(","));
    }
    Ok(groups)
}

fn text_of(shape: &TableShape, rows: &Groups) -> String {
    let mut text = format!("{}\n", shape.header);
    for row in rows.values().flatten() {
        text.push_str(row);
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tables(zones: &str, services: &str) -> BTreeMap<String, String> {
        let mut tables: BTreeMap<String, String> =
            TABLES.iter().map(|shape| (shape.name.to_owned(), format!("{}\n", shape.header))).collect();
        tables.insert("sources.csv".to_owned(), "source,as_of,text\ns,2026-01-01,a text\n".to_owned());
        tables.insert("rules.csv".to_owned(), "rule,text\n".to_owned());
        tables.get_mut("ec2_spot_zones.csv").expect("a table").push_str(zones);
        tables.get_mut("services.csv").expect("a table").push_str(services);
        tables
    }

    #[test]
    fn a_key_of_the_upper_table_replaces_all_rows_of_the_lower_one() {
        let lower = tables(
            "eu-1,m5.large,az1,0.04,s\neu-1,m5.large,az2,0.05,s\neu-1,r5.large,az1,0.06,s\n",
            "eu-1,glue,etl_flex,dpu-hour,0.29,s,\n",
        );
        let upper = tables("eu-1,m5.large,az3,0.09,s\n", "eu-0,glue,etl_flex,dpu-hour,0.3,s,r\n");
        let merged = lay_over(&lower, &upper, "1:").expect("fits");
        assert_eq!(
            merged["ec2_spot_zones.csv"],
            "region,instance_type,zone_id,usd_per_instance_hour,source\n\
             eu-1,m5.large,az3,0.09,1:s\neu-1,r5.large,az1,0.06,s\n"
        );
        assert_eq!(
            merged["services.csv"],
            "region,service,item,unit,usd,source,rule\n\
             eu-0,glue,etl_flex,dpu-hour,0.3,1:s,1:r\neu-1,glue,etl_flex,dpu-hour,0.29,s,\n"
        );
        assert_eq!(merged["sources.csv"], "source,as_of,text\ns,2026-01-01,a text\n1:s,2026-01-01,a text\n");
    }

    #[test]
    fn a_row_with_a_column_too_many_is_an_error() {
        let lower = tables("", "");
        let upper = tables("eu-1,m5.large,az3,0.09,s,x\n", "");
        assert!(matches!(lay_over(&lower, &upper, "1:"), Err(SnapshotError::Row { .. })));
    }
}
