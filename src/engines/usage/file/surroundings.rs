//! Requests, storage, network, orchestration, catalog.

use rust_decimal::Decimal;

use super::super::{HOUR_S, Terms, VolumeUsage, exact_seconds};
use super::error::UsageError;
use super::fields::Fields;
use super::node::{Node, Value};
use super::nodes::volume_of;
use crate::engines::surroundings::{MonthSurroundings, MwaaSize, RunSurroundings, Surroundings};
use crate::units::{GIB, Span};

const MWAA_SIZES: &[(&str, MwaaSize)] = &[
    ("small", MwaaSize::Small),
    ("medium", MwaaSize::Medium),
    ("large", MwaaSize::Large),
    ("mw1.small", MwaaSize::Small),
    ("mw1.medium", MwaaSize::Medium),
    ("mw1.large", MwaaSize::Large),
];

pub(super) fn read(node: &Node, terms: &Terms) -> Result<Surroundings, UsageError> {
    let mut fields = Fields::of(node, "the surroundings")?;
    let mut run = per_run(&mut fields)?;
    let mut month = per_month(&mut fields, terms)?;
    if let Some(node) = fields.take(&["mwaa", "airflow"]) {
        mwaa(node, &mut run, &mut month, terms)?;
    }
    fields.finish()?;
    Ok(Surroundings { run, month })
}

fn per_run(fields: &mut Fields<'_>) -> Result<RunSurroundings, UsageError> {
    Ok(RunSurroundings {
        s3_puts: number(fields, &["s3_put_requests", "s3_puts", "s3_put"])?,
        s3_gets: number(fields, &["s3_get_requests", "s3_gets", "s3_get"])?,
        nat: fields.bytes("nat")?,
        cross_az: fields.bytes("cross_az")?,
        cross_region: fields.bytes("cross_region")?,
        internet: fields.bytes("internet")?,
        public_ipv4_hours: addresses(fields)?,
        step_functions_transitions: number(fields, &["step_functions_transitions", "state_transitions"])?,
        mwaa_worker_hours: Decimal::ZERO,
        catalog_requests: number(fields, &["catalog_requests", "data_catalog_requests"])?,
        volumes: volumes(fields)?,
    })
}

fn per_month(fields: &mut Fields<'_>, terms: &Terms) -> Result<MonthSurroundings, UsageError> {
    let hours_of = |count: Decimal| count * terms.month_hours;
    let nat_gateways = number(fields, &["nat_gateways"])?;
    let clusters = number(fields, &["eks_clusters", "eks_control_planes"])?;
    Ok(MonthSurroundings {
        s3_gb_months: number(fields, &["s3_gb_months", "s3_storage_gb_months"])? + stored(fields, "s3_storage", terms)?,
        s3_ia_gb_months: number(fields, &["s3_ia_gb_months"])? + stored(fields, "s3_ia_storage", terms)?,
        nat_gateway_hours: hours_of(nat_gateways) + number(fields, &["nat_gateway_hours", "nat_hours"])?,
        endpoint_hours: endpoints(fields, terms)?,
        eks_cluster_hours: hours_of(clusters) + number(fields, &["eks_cluster_hours"])?,
        eks_extended_support: fields.flag(&["eks_extended_support"])?.unwrap_or(false),
        catalog_objects: number(fields, &["catalog_objects", "data_catalog_objects"])?,
        ..MonthSurroundings::default()
    })
}

fn number(fields: &mut Fields<'_>, spellings: &[&str]) -> Result<Decimal, UsageError> {
    Ok(fields.number(spellings)?.unwrap_or_default())
}

/// `public_ipv4_hours: 52`, or `public_ipv4: {count: 26, running: 2 h}`.
fn addresses(fields: &mut Fields<'_>) -> Result<Decimal, UsageError> {
    let mut hours = number(fields, &["public_ipv4_hours"])?;
    for item in fields.list(&["public_ipv4", "public_ipv4_addresses"]) {
        let mut fields = Fields::of(item, "public_ipv4")?;
        let count = fields.count(&["count", "addresses"])?.unwrap_or(1);
        hours += Decimal::from(count) * exact_seconds(fields.needed_time(None)?) / HOUR_S;
        fields.finish()?;
    }
    Ok(hours)
}

/// `interface_endpoint_hours: 7300`, or `interface_endpoints: {count: 5, zones: 2}` all month.
fn endpoints(fields: &mut Fields<'_>, terms: &Terms) -> Result<Decimal, UsageError> {
    let mut total = number(fields, &["interface_endpoint_hours"])?;
    let items = fields.list(&["interface_endpoints", "endpoints", "vpc_endpoints"]);
    if let [Node { value: Value::Scalar(text), place }] = items.as_slice() {
        let count = super::quantity::amount(text);
        let count = count.map_err(|error| UsageError::of_parse(*place, "interface_endpoints", error))?;
        return Ok(total + count * terms.month_hours);
    }
    for item in items {
        let mut fields = Fields::of(item, "interface_endpoints")?;
        let count = Decimal::from(fields.count(&["count", "endpoints"])?.unwrap_or(1));
        let zones = Decimal::from(fields.count(&["zones", "availability_zones"])?.unwrap_or(1));
        total += count * zones * hours(&mut fields, terms)?;
        fields.finish()?;
    }
    Ok(total)
}

/// Hours of something that stands all month unless a time is given.
fn hours(fields: &mut Fields<'_>, terms: &Terms) -> Result<Decimal, UsageError> {
    let time: Option<Span> = fields.time(super::fields::RUNNING)?;
    Ok(time.map_or(terms.month_hours, |time| exact_seconds(time) / HOUR_S))
}

/// `s3_storage: {size: 100 GB, running: 15 d}`: byte-hours over the hours of the month.
fn stored(fields: &mut Fields<'_>, name: &str, terms: &Terms) -> Result<Decimal, UsageError> {
    let mut gb_months = Decimal::ZERO;
    for item in fields.list(&[name]) {
        let mut fields = Fields::of(item, "stored data")?;
        let bytes = fields.size("size")?.ok_or_else(|| fields.missing("size", "write for example `size: 100 GB`"))?;
        let gb = bytes / Decimal::from(GIB);
        let month = terms.month_seconds();
        let time = fields.time(super::fields::RUNNING)?.map_or(month, exact_seconds);
        gb_months += gb * time / month;
        fields.finish()?;
    }
    Ok(gb_months)
}

fn volumes(fields: &mut Fields<'_>) -> Result<Vec<(VolumeUsage, Span)>, UsageError> {
    let mut volumes = Vec::new();
    for item in fields.list(&["ebs", "volumes"]) {
        let mut fields = Fields::of(item, "a volume")?;
        volumes.push((volume_of(&mut fields)?, fields.needed_time(None)?));
        fields.finish()?;
    }
    Ok(volumes)
}

/// `mwaa: {size: small, environments: 1, worker_hours: 1519, database_gb_months: 10}`.
fn mwaa(
    node: &Node,
    run: &mut RunSurroundings,
    month: &mut MonthSurroundings,
    terms: &Terms,
) -> Result<(), UsageError> {
    let mut fields = Fields::of(node, "mwaa")?;
    month.mwaa_size = fields.word(&["size"], MWAA_SIZES)?.unwrap_or_default();
    let environments = number(&mut fields, &["environments"])?;
    month.mwaa_environment_hours = environments * terms.month_hours + number(&mut fields, &["environment_hours"])?;
    month.mwaa_database_gb_months = number(&mut fields, &["database_gb_months"])?;
    run.mwaa_worker_hours = number(&mut fields, &["worker_hours"])?;
    fields.finish()
}
