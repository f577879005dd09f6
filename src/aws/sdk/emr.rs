//! Clusters, nodes, steps.

use std::collections::BTreeMap;

use aws_config::SdkConfig;
use aws_sdk_emr::Client;
use aws_sdk_emr::types::{Cluster, ClusterTimeline, Instance, InstanceCollectionType, StepSummary};
use jiff::Timestamp;

use super::failure::{Call, all_pages};
use super::time::{date_time, moment};
use crate::aws::{CallError, ClusterHistory};
use crate::profile::history::{ClusterRecord, Market, NodeRecord, NodeRole, StepRecord};

pub async fn clusters(config: SdkConfig, region: String, since: Timestamp) -> Result<Vec<ClusterRecord>, CallError> {
    let call = Call::new("elasticmapreduce:ListClusters", region);
    let client = Client::new(&config);
    all_pages(&call, |marker| {
        let request = client.list_clusters().created_after(date_time(since)).set_marker(marker);
        let call = call.clone();
        async move {
            let answer = request.send().await.map_err(|error| call.failed(error))?;
            let clusters = answer.clusters().iter().map(|found| {
                let status = found.status();
                let mut record = ClusterRecord {
                    id: found.id().unwrap_or_default().to_owned(),
                    name: found.name().unwrap_or_default().to_owned(),
                    state: status
                        .and_then(|status| status.state())
                        .map_or_else(String::new, |state| state.as_str().to_owned()),
                    ..ClusterRecord::default()
                };
                times(&mut record, status.and_then(|status| status.timeline()));
                record
            });
            Ok((clusters.collect(), answer.marker().map(str::to_owned)))
        }
    })
    .await
}

pub async fn cluster(config: SdkConfig, region: String, id: String) -> Result<ClusterHistory, CallError> {
    let call = Call::new("elasticmapreduce:DescribeCluster", region.clone());
    let client = Client::new(&config);
    let answer = client.describe_cluster().cluster_id(&id).send().await.map_err(|error| call.failed(error))?;
    let found = answer.cluster().ok_or_else(|| call.not_found(&format!("there is no cluster {id}")))?;
    let mut history = ClusterHistory { cluster: record(found), ..ClusterHistory::default() };
    let by_fleet = found.instance_collection_type() == Some(&InstanceCollectionType::InstanceFleet);
    let roles = match roles(&client, &region, &id, by_fleet).await {
        Ok(roles) => roles,
        Err(gap) => {
            history.gaps.push(gap);
            BTreeMap::new()
        }
    };
    match nodes(&client, &region, &id).await {
        Ok(found) => history.nodes = found.iter().filter_map(|found| node(found, &roles)).collect(),
        Err(gap) => history.gaps.push(gap),
    }
    match steps(&client, &region, &id).await {
        Ok(found) => history.steps = found,
        Err(gap) => history.gaps.push(gap),
    }
    Ok(history)
}

fn record(found: &Cluster) -> ClusterRecord {
    let status = found.status();
    let text = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
    let tags =
        found.tags().iter().filter_map(|tag| Some((tag.key()?.to_owned(), tag.value().unwrap_or_default().to_owned())));
    let mut record = ClusterRecord {
        id: found.id().unwrap_or_default().to_owned(),
        name: found.name().unwrap_or_default().to_owned(),
        state: status.and_then(|status| status.state()).map_or_else(String::new, |state| state.as_str().to_owned()),
        release: text(found.release_label()),
        zone: found.ec2_instance_attributes().and_then(|attributes| text(attributes.ec2_availability_zone())),
        log_uri: text(found.log_uri()),
        tags: tags.collect(),
        ..ClusterRecord::default()
    };
    times(&mut record, status.and_then(|status| status.timeline()));
    record
}

fn times(record: &mut ClusterRecord, timeline: Option<&ClusterTimeline>) {
    record.created = timeline.and_then(|times| moment(times.creation_date_time()?));
    record.ready = timeline.and_then(|times| moment(times.ready_date_time()?));
    record.ended = timeline.and_then(|times| moment(times.end_date_time()?));
}

/// What each fleet or group is for, by its id.
async fn roles(
    client: &Client,
    region: &str,
    id: &str,
    by_fleet: bool,
) -> Result<BTreeMap<String, NodeRole>, CallError> {
    let role = |name: &str| match name {
        "MASTER" => Some(NodeRole::Primary),
        "CORE" => Some(NodeRole::Core),
        "TASK" => Some(NodeRole::Task),
        _ => None,
    };
    let pairs: Vec<(String, NodeRole)> = if by_fleet {
        let call = Call::new("elasticmapreduce:ListInstanceFleets", region);
        all_pages(&call, |marker| {
            let request = client.list_instance_fleets().cluster_id(id).set_marker(marker);
            let call = call.clone();
            async move {
                let answer = request.send().await.map_err(|error| call.failed(error))?;
                let fleets = answer.instance_fleets().iter();
                let pairs = fleets
                    .filter_map(|fleet| Some((fleet.id()?.to_owned(), role(fleet.instance_fleet_type()?.as_str())?)));
                Ok((pairs.collect(), answer.marker().map(str::to_owned)))
            }
        })
        .await?
    } else {
        let call = Call::new("elasticmapreduce:ListInstanceGroups", region);
        all_pages(&call, |marker| {
            let request = client.list_instance_groups().cluster_id(id).set_marker(marker);
            let call = call.clone();
            async move {
                let answer = request.send().await.map_err(|error| call.failed(error))?;
                let groups = answer.instance_groups().iter();
                let pairs = groups
                    .filter_map(|group| Some((group.id()?.to_owned(), role(group.instance_group_type()?.as_str())?)));
                Ok((pairs.collect(), answer.marker().map(str::to_owned)))
            }
        })
        .await?
    };
    Ok(pairs.into_iter().collect())
}

async fn nodes(client: &Client, region: &str, id: &str) -> Result<Vec<Instance>, CallError> {
    let call = Call::new("elasticmapreduce:ListInstances", region);
    all_pages(&call, |marker| {
        let request = client.list_instances().cluster_id(id).set_marker(marker);
        let call = call.clone();
        async move {
            let answer = request.send().await.map_err(|error| call.failed(error))?;
            Ok((answer.instances.unwrap_or_default(), answer.marker))
        }
    })
    .await
}

fn node(found: &Instance, roles: &BTreeMap<String, NodeRole>) -> Option<NodeRecord> {
    let status = found.status();
    let reason = status.and_then(|status| status.state_change_reason());
    let timeline = status.and_then(|status| status.timeline());
    let group = found.instance_fleet_id().or_else(|| found.instance_group_id());
    Some(NodeRecord {
        ec2_id: found.ec2_instance_id().unwrap_or_default().to_owned(),
        market: if found.market().is_some_and(|market| market.as_str() == "SPOT") {
            Market::Spot
        } else {
            Market::OnDemand
        },
        instance_type: found.instance_type()?.to_owned(),
        role: group.and_then(|group| roles.get(group)).copied(),
        state: status.and_then(|status| status.state()).map_or_else(String::new, |state| state.as_str().to_owned()),
        reason_code: reason.and_then(|reason| reason.code()).map(|code| code.as_str().to_owned()),
        reason: reason.and_then(|reason| reason.message()).map(str::to_owned),
        created: timeline.and_then(|times| moment(times.creation_date_time()?)),
        ready: timeline.and_then(|times| moment(times.ready_date_time()?)),
        ended: timeline.and_then(|times| moment(times.end_date_time()?)),
    })
}

async fn steps(client: &Client, region: &str, id: &str) -> Result<Vec<StepRecord>, CallError> {
    let call = Call::new("elasticmapreduce:ListSteps", region);
    all_pages(&call, |marker| {
        let request = client.list_steps().cluster_id(id).set_marker(marker);
        let call = call.clone();
        async move {
            let answer = request.send().await.map_err(|error| call.failed(error))?;
            Ok((answer.steps().iter().map(step).collect(), answer.marker().map(str::to_owned)))
        }
    })
    .await
}

fn step(found: &StepSummary) -> StepRecord {
    let status = found.status();
    let timeline = status.and_then(|status| status.timeline());
    StepRecord {
        id: found.id().unwrap_or_default().to_owned(),
        name: found.name().unwrap_or_default().to_owned(),
        state: status.and_then(|status| status.state()).map_or_else(String::new, |state| state.as_str().to_owned()),
        created: timeline.and_then(|times| moment(times.creation_date_time()?)),
        started: timeline.and_then(|times| moment(times.start_date_time()?)),
        ended: timeline.and_then(|times| moment(times.end_date_time()?)),
    }
}
