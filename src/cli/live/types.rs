//! Types that AWS sells and the catalog does not describe: EC2 is asked for their sizes, so that they can be candidates.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use super::answers::{Answered, KeptRows, Part};
use super::fetch::{Fetch, Manner, default_endpoint, opened};
use crate::aws::{CallError, Reads, TypeFacts};
use crate::catalog::{Architecture, Catalog, InstanceType};
use crate::cli::Stop;
use crate::cli::clock;
use crate::cli::context::Context;
use crate::prices::Draft;
use crate::store::{Cache, Kept};
use crate::units::Bytes;

/// As it stands among the parts of a region.
const NAME: &str = "instance-types";
/// Sizes do not change; what is offered does.
const LIFE: SignedDuration = SignedDuration::from_hours(24);

impl Fetch<'_> {
    /// Adds the sizes of types that came with a price and that nothing describes yet.
    ///
    /// # Errors
    /// The way to AWS cannot be opened.
    pub(super) fn ask_types(
        &self,
        regions: &[String],
        reads: &mut Option<Box<dyn Reads>>,
        context: &mut Context,
        answered: &mut Answered,
    ) -> Result<(), Stop> {
        let cache = self.cache(context);
        for region in regions {
            let unknown = undescribed(region, &answered.rows);
            if unknown.is_empty() {
                continue;
            }
            let digest = named(&unknown);
            let endpoint = self.connection.endpoint_url.as_deref().unwrap_or_else(|| default_endpoint());
            let key = ["types", endpoint, region.as_str(), digest.as_str()];
            if let Some((rows, part, issues)) = self.kept_types(cache.as_ref(), &key, region, context.now) {
                answered.rows.extend(rows);
                answered.parts.push(part);
                answered.issues.extend(issues);
                continue;
            }
            if self.manner == Manner::CacheOnly {
                continue;
            }
            let reads = opened(reads, self.connection)?;
            match describe(region, &unknown, reads, context.now) {
                Ok((rows, issues)) => {
                    let kept = KeptRows::new(&rows, &issues, &clock::date(context.now).to_string());
                    if let Some(Err(error)) = cache.as_ref().map(|cache| cache.put(&key, context.now, &kept)) {
                        context.printer.warning(&format!("sizes of types are not kept in the cache: {error}"));
                    }
                    answered.parts.push(part(region, &rows, context.now, false));
                    answered.rows.extend(rows);
                    answered.issues.extend(issues);
                }
                Err(failure) => {
                    answered.missing.push(format!("{region} {NAME}"));
                    answered.failures.push(failure);
                }
            }
        }
        Ok(())
    }

    fn kept_types(
        &self,
        cache: Option<&Cache>,
        key: &[&str],
        region: &str,
        now: Timestamp,
    ) -> Option<(Draft, Part, Vec<String>)> {
        let kept: Kept<KeptRows> = cache.filter(|_| self.manner != Manner::Ask)?.get(key)?;
        if self.manner == Manner::CacheFirst && !kept.is_fresh(now, LIFE) {
            return None;
        }
        let rows = kept.answer.rows()?;
        let part = part(region, &rows, kept.fetched_at, true);
        Some((rows, part, kept.answer.issues))
    }
}

/// Types with an On-Demand price in a region of which neither the catalog nor the rows say the size.
fn undescribed(region: &str, rows: &Draft) -> Vec<String> {
    let (catalog, described) = (Catalog::embedded(), rows.described_types());
    let known = |name: &String| catalog.instance(name).is_some() || described.contains(name);
    rows.on_demand_types_of(region).into_iter().filter(|name| !known(name)).collect()
}

/// The offerings first: EC2 refuses a question about a type that a region does not have, and a price alone is no offer.
fn describe(
    region: &str,
    unknown: &[String],
    reads: &dyn Reads,
    now: Timestamp,
) -> Result<(Draft, Vec<String>), CallError> {
    let offered: BTreeSet<String> = reads.offerings(region)?.into_iter().map(|offer| offer.instance_type).collect();
    let wanted: Vec<String> = unknown.iter().filter(|name| offered.contains(*name)).cloned().collect();
    let (mut rows, mut issues) = (Draft::default(), Vec::new());
    if wanted.is_empty() {
        return Ok((rows, issues));
    }
    let source = format!("live-{NAME}-{region}");
    rows.source(&source, &clock::date(now).to_string(), &format!("EC2 DescribeInstanceTypes in {region}"));
    for facts in reads.instance_types(region, &wanted)? {
        let put = machine(&facts)
            .and_then(|machine| rows.instance_type(&machine, &source).map_err(|error| error.to_string()));
        if let Err(why) = put {
            issues.push(format!("{}: {why}; it is no candidate", facts.instance_type));
        }
    }
    Ok((rows, issues))
}

/// As the catalog has it.
fn machine(facts: &TypeFacts) -> Result<InstanceType, String> {
    let architecture = match facts.architecture.as_str() {
        "arm64" => Architecture::Arm64,
        "x86_64" => Architecture::X86_64,
        other => return Err(format!("its architecture `{other}` is unknown")),
    };
    Ok(InstanceType {
        name: facts.instance_type.clone(),
        vcpu: facts.vcpu,
        memory: Bytes::mib(facts.memory_mib),
        architecture,
        current_generation: facts.current,
        bare_metal: facts.bare_metal,
        network_baseline_gbps: facts.network_gbps.ok_or("EC2 does not say its network rate")?,
        ebs_baseline_mbps: facts.ebs_mbps.map(f64::from),
        local_disk_gb: facts.local_disk_gb,
        local_nvme: facts.local_nvme,
        gpus: facts.gpus,
        cpu_manufacturer: facts.manufacturer.clone().unwrap_or_else(|| "unknown".to_owned()),
        spot: facts.spot,
    })
}

fn part(region: &str, rows: &Draft, fetched_at: Timestamp, cached: bool) -> Part {
    Part { region: region.to_owned(), name: NAME, prices: rows.described_types().len(), fetched_at, cached }
}

/// The unknown types as the name of an answer: another type is another question.
fn named(unknown: &[String]) -> String {
    let digest = Sha256::digest(unknown.join(",").as_bytes());
    digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
