//! Athena, Redshift Serverless, Managed Flink, the own cluster.

use rust_decimal::Decimal;

use super::super::{
    AthenaCapacity, AthenaQueries, AthenaUsage, FlinkUsage, OnPremisesUsage, QueryKind, RedshiftActivity,
    RedshiftUsage, Scanned,
};
use super::error::UsageError;
use super::fields::Fields;
use super::node::{Node, Value};
use super::quantity::whole_bytes;

const QUERY_KINDS: &[(&str, QueryKind)] = &[
    ("succeeded", QueryKind::Succeeded),
    ("query", QueryKind::Succeeded),
    ("cancelled", QueryKind::Cancelled),
    ("canceled", QueryKind::Cancelled),
    ("failed", QueryKind::Failed),
    ("ddl", QueryKind::Ddl),
];

pub(super) fn athena(fields: &mut Fields<'_>) -> Result<AthenaUsage, UsageError> {
    let mut usage = AthenaUsage { queries: Vec::new(), provisioned: Vec::new(), spark: Vec::new() };
    for item in fields.list(&["provisioned", "capacity"]) {
        usage.provisioned.push(capacity(item)?);
    }
    for item in fields.list(&["spark", "sessions"]) {
        usage.spark.push(capacity(item)?);
    }
    let queries = fields.list(&["queries", "query"]);
    match queries.first() {
        // `queries: 100` beside `scanned: 100 MB`.
        Some(Node { value: Value::Scalar(_), place }) => {
            let count = single_count(queries[0]).map_err(|error| UsageError::of_parse(*place, "queries", error))?;
            usage.queries.push(query(fields, count)?);
        }
        Some(_) => {
            for item in queries {
                let mut fields = Fields::of(item, "a query")?;
                let count = fields.count(&["count", "queries"])?.unwrap_or(1);
                usage.queries.push(query(&mut fields, count)?);
                fields.finish()?;
            }
        }
        None if usage.provisioned.is_empty() && usage.spark.is_empty() => usage.queries.push(query(fields, 1)?),
        None => {}
    }
    Ok(usage)
}

fn single_count(node: &Node) -> Result<u32, crate::units::ParseError> {
    let Value::Scalar(text) = &node.value else { return Ok(1) };
    let number = super::quantity::amount(text)?;
    u32::try_from(number).ok().filter(|_| number.fract().is_zero()).ok_or_else(|| {
        crate::units::ParseError::new(format!("`{text}` is not a count"), "write a whole number, or a list of queries")
    })
}

fn query(fields: &mut Fields<'_>, count: u32) -> Result<AthenaQueries, UsageError> {
    let kind = fields.word(&["kind", "state"], QUERY_KINDS)?.unwrap_or_default();
    let free = matches!(kind, QueryKind::Failed | QueryKind::Ddl);
    let total = fields.size("scanned_total")?;
    let each = fields.size("scanned")?;
    let scanned = match (total, each) {
        (Some(total), None) => Scanned::Total(whole_bytes(total)),
        (None, Some(each)) => Scanned::Each(whole_bytes(each)),
        (None, None) if free => Scanned::Each(crate::units::Bytes::ZERO),
        (None, None) => return Err(fields.missing("scanned", "write for example `scanned: 100 MB` (each query)")),
        (Some(_), Some(_)) => {
            let hint = "`scanned` is per query, `scanned_total` is of all together: keep one";
            return Err(UsageError::at(fields.place, "both `scanned` and `scanned_total` are given", hint));
        }
    };
    Ok(AthenaQueries { count, scanned, kind })
}

fn capacity(item: &Node) -> Result<AthenaCapacity, UsageError> {
    let mut fields = Fields::of(item, "a capacity")?;
    let dpu = fields.machine_size(&["dpu", "dpus"])?;
    let capacity = AthenaCapacity {
        dpu: dpu.ok_or_else(|| fields.missing("dpu", "write for example `dpu: 24`"))?,
        running: fields.needed_time(None)?,
    };
    fields.finish()?;
    Ok(capacity)
}

pub(super) fn redshift(fields: &mut Fields<'_>) -> Result<RedshiftUsage, UsageError> {
    let rpu = fields.machine_size(&["rpu", "rpus", "base_rpu", "base_capacity"])?;
    let mut activity = Vec::new();
    for item in fields.list(&["activity", "queries"]) {
        let mut fields = Fields::of(item, "an activity")?;
        activity.push(redshift_activity(&mut fields, rpu)?);
        fields.finish()?;
    }
    let storage_gb_months = fields.number(&["storage_gb_months"])?.unwrap_or_default();
    let spectrum = fields.bytes("spectrum")?;
    let storage_alone = rpu.is_none() && (!storage_gb_months.is_zero() || spectrum.get() > 0);
    if activity.is_empty() && !storage_alone {
        activity.push(redshift_activity(fields, rpu)?);
    }
    Ok(RedshiftUsage { activity, storage_gb_months, spectrum })
}

fn redshift_activity(fields: &mut Fields<'_>, rpu: Option<Decimal>) -> Result<RedshiftActivity, UsageError> {
    let own = fields.machine_size(&["rpu", "rpus"])?;
    Ok(RedshiftActivity {
        rpu: own.or(rpu).ok_or_else(|| fields.missing("rpu", "write for example `rpu: 128`"))?,
        running: fields.needed_time(None)?,
        count: fields.count(&["count"])?.unwrap_or(1),
        own_share: Decimal::ONE,
    })
}

pub(super) fn flink(fields: &mut Fields<'_>) -> Result<FlinkUsage, UsageError> {
    let kpu = fields.machine_size(&["kpu", "kpus"])?;
    Ok(FlinkUsage {
        kpu: kpu.ok_or_else(|| fields.missing("kpu", "write the units without the one for orchestration"))?,
        running: fields.needed_time(None)?,
        count: fields.count(&["count", "starts"])?.unwrap_or(1),
        standing: fields.flag(&["standing"])?.unwrap_or(false),
    })
}

/// The yearly cost is a price that only the user knows: it is returned beside the usage.
pub(super) fn on_premises(fields: &mut Fields<'_>) -> Result<(OnPremisesUsage, Option<Decimal>), UsageError> {
    let yearly = fields.number(&["yearly_cost_usd", "yearly_cost"])?;
    Ok((OnPremisesUsage { cost_share: fields.share(&["cost_share"])?.unwrap_or(Decimal::ONE) }, yearly))
}
