//! Spot prices, placement scores, instance types.

use aws_config::SdkConfig;
use aws_sdk_ec2::Client;
use aws_sdk_ec2::types::{
    ArchitectureType, Filter, InstanceType, InstanceTypeInfo, LocationType, TargetCapacityUnitType, UsageClassType,
};
use jiff::Timestamp;

use super::failure::{Call, all_pages};
use super::time::{date_time, moment};
use crate::aws::{CallError, Offering, PlacementScore, TypeFacts};
use crate::prices::SpotChange;

pub async fn spot_changes(
    config: SdkConfig,
    region: String,
    types: Vec<String>,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<SpotChange>, CallError> {
    let call = Call::new("ec2:DescribeSpotPriceHistory", region);
    let client = Client::new(&config);
    let types: Vec<InstanceType> = types.iter().map(|name| InstanceType::from(name.as_str())).collect();
    all_pages(&call, |token| {
        let request = client
            .describe_spot_price_history()
            .set_instance_types((!types.is_empty()).then(|| types.clone()))
            .product_descriptions("Linux/UNIX")
            .start_time(date_time(from))
            .end_time(date_time(to))
            .max_results(1000)
            .set_next_token(token);
        let call = call.clone();
        async move {
            let answer = request.send().await.map_err(|error| call.failed(error))?;
            let changes = answer.spot_price_history().iter().filter_map(|change| {
                Some(SpotChange {
                    zone: change.availability_zone_id().or_else(|| change.availability_zone())?.to_owned(),
                    instance_type: change.instance_type()?.as_str().to_owned(),
                    product: change.product_description()?.as_str().to_owned(),
                    price: change.spot_price()?.to_owned(),
                    at: moment(change.timestamp()?)?,
                })
            });
            Ok((changes.collect(), answer.next_token().map(str::to_owned)))
        }
    })
    .await
}

pub async fn placement_scores(
    config: SdkConfig,
    region: String,
    types: Vec<String>,
    vcpu: u32,
) -> Result<Vec<PlacementScore>, CallError> {
    let call = Call::new("ec2:GetSpotPlacementScores", region.clone());
    let client = Client::new(&config);
    all_pages(&call, |token| {
        let request = client
            .get_spot_placement_scores()
            .set_instance_types(Some(types.clone()))
            .target_capacity(i32::try_from(vcpu).unwrap_or(i32::MAX))
            .target_capacity_unit_type(TargetCapacityUnitType::Vcpu)
            .single_availability_zone(true)
            .region_names(&region)
            .set_next_token(token);
        let call = call.clone();
        async move {
            let answer = request.send().await.map_err(|error| call.failed(error))?;
            let scores = answer.spot_placement_scores().iter().filter_map(|score| {
                Some(PlacementScore {
                    region: score.region()?.to_owned(),
                    zone: score.availability_zone_id().map(str::to_owned),
                    score: score.score()?,
                })
            });
            Ok((scores.collect(), answer.next_token().map(str::to_owned)))
        }
    })
    .await
}

pub async fn offerings(config: SdkConfig, region: String) -> Result<Vec<Offering>, CallError> {
    let call = Call::new("ec2:DescribeInstanceTypeOfferings", region);
    let client = Client::new(&config);
    all_pages(&call, |token| {
        let request = client
            .describe_instance_type_offerings()
            .location_type(LocationType::AvailabilityZoneId)
            .max_results(1000)
            .set_next_token(token);
        let call = call.clone();
        async move {
            let answer = request.send().await.map_err(|error| call.failed(error))?;
            let offerings = answer.instance_type_offerings().iter().filter_map(|offering| {
                Some(Offering {
                    instance_type: offering.instance_type()?.as_str().to_owned(),
                    zone: offering.location()?.to_owned(),
                })
            });
            Ok((offerings.collect(), answer.next_token().map(str::to_owned)))
        }
    })
    .await
}

pub async fn instance_types(
    config: SdkConfig,
    region: String,
    names: Vec<String>,
) -> Result<Vec<TypeFacts>, CallError> {
    let call = Call::new("ec2:DescribeInstanceTypes", region);
    let client = Client::new(&config);
    // A filter, not a list of names: EC2 refuses a whole list for one type that the region does not have. A filter takes
    // 200 values at most.
    let batches: Vec<Option<Vec<Filter>>> = if names.is_empty() {
        vec![None]
    } else {
        let filter =
            |batch: &[String]| Filter::builder().name("instance-type").set_values(Some(batch.to_vec())).build();
        names.chunks(100).map(|batch| Some(vec![filter(batch)])).collect()
    };
    let mut all = Vec::new();
    for batch in batches {
        let found = all_pages(&call, |token| {
            let request = client.describe_instance_types().set_filters(batch.clone()).set_next_token(token);
            let call = call.clone();
            async move {
                let answer = request.send().await.map_err(|error| call.failed(error))?;
                let facts = answer.instance_types().iter().filter_map(facts).collect();
                Ok((facts, answer.next_token().map(str::to_owned)))
            }
        });
        all.extend(found.await?);
    }
    Ok(all)
}

fn facts(info: &InstanceTypeInfo) -> Option<TypeFacts> {
    let processor = info.processor_info();
    let arm = processor.is_some_and(|processor| processor.supported_architectures().contains(&ArchitectureType::Arm64));
    let storage = info.instance_storage_info();
    Some(TypeFacts {
        instance_type: info.instance_type()?.as_str().to_owned(),
        vcpu: u32::try_from(info.v_cpu_info()?.default_v_cpus()?).ok()?,
        memory_mib: u64::try_from(info.memory_info()?.size_in_mib()?).ok()?,
        architecture: if arm { "arm64" } else { "x86_64" }.to_owned(),
        current: info.current_generation().unwrap_or(false),
        bare_metal: info.bare_metal().unwrap_or(false),
        network_gbps: info.network_info().and_then(|network| {
            let cards = network.network_cards().iter().filter_map(|card| card.baseline_bandwidth_in_gbps());
            let sum: f64 = cards.sum();
            (sum > 0.0).then_some(sum)
        }),
        ebs_mbps: info
            .ebs_info()
            .and_then(|ebs| ebs.ebs_optimized_info()?.baseline_bandwidth_in_mbps())
            .and_then(|mbps| u32::try_from(mbps).ok()),
        local_disk_gb: storage
            .and_then(|storage| storage.total_size_in_gb())
            .and_then(|gb| u64::try_from(gb).ok())
            .unwrap_or(0),
        local_nvme: storage
            .and_then(|storage| storage.nvme_support())
            .is_some_and(|nvme| nvme.as_str() != "unsupported"),
        gpus: info
            .gpu_info()
            .map(|gpu| gpu.gpus().iter().filter_map(|gpu| u32::try_from(gpu.count()?).ok()).sum())
            .unwrap_or(0),
        manufacturer: processor.and_then(|processor| processor.manufacturer()).map(str::to_owned),
        spot: info.supported_usage_classes().contains(&UsageClassType::Spot),
    })
}
