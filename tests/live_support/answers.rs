//! The answers, in each service's own form.

use serde_json::{Value, json};

use super::http::{Answer, Request, form};
use super::{Fault, Market, State, buckets, costs};

const JSON: &str = "application/x-amz-json-1.1";

/// The call as an IAM policy names it.
pub fn name(request: &Request) -> String {
    let service = request.scope(3);
    let target = request.header("x-amz-target");
    let operation = match service {
        "" => return if request.path.contains("advisor") { "web:Get".to_owned() } else { "unsigned".to_owned() },
        "emr-serverless" if request.method == "POST" => "StartJobRun",
        "emr-serverless" if request.method == "DELETE" => "CancelJobRun",
        "emr-serverless" if request.path.ends_with("/jobruns") => "ListJobRuns",
        "emr-serverless" if request.path.contains("/jobruns/") => "GetJobRun",
        "emr-serverless" => "GetApplication",
        "s3" if request.method == "PUT" => "PutObject",
        "s3" if request.path.trim_matches('/').contains('/') => "GetObject",
        "s3" => "ListBucket",
        _ if !target.is_empty() => target.rsplit('.').next().unwrap_or(""),
        _ => return format!("{service}:{}", form(&request.body).get("Action").cloned().unwrap_or_default()),
    };
    format!("{service}:{operation}")
}

pub fn faulty(request: &Request, call: &str, fault: Fault, state: &State) -> Answer {
    let xml = call.starts_with("ec2:") || call.starts_with("sts:") || call.starts_with("s3:");
    let error = |status, code: &str, message: &str| match xml {
        true if call.starts_with("s3:") => Answer {
            status,
            content_type: "application/xml",
            body: format!("<Error><Code>{code}</Code><Message>{message}</Message><RequestId>r</RequestId></Error>"),
        },
        true if call.starts_with("sts:") => Answer {
            status,
            content_type: "text/xml",
            body: format!(
                "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>\
                 <RequestId>r</RequestId></ErrorResponse>"
            ),
        },
        true => Answer {
            status,
            content_type: "text/xml",
            body: format!(
                "<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors>\
                 <RequestID>r</RequestID></Response>"
            ),
        },
        false => Answer { status, content_type: JSON, body: json!({"__type": code, "message": message}).to_string() },
    };
    match fault {
        Fault::Throttle => match call.split(':').next() {
            Some("ec2") => error(503, "RequestLimitExceeded", "Rate exceeded"),
            Some("s3") => error(503, "SlowDown", "Rate exceeded"),
            Some("sts") => error(400, "Throttling", "Rate exceeded"),
            Some("ce") => error(400, "LimitExceededException", "Rate exceeded"),
            _ => error(400, "ThrottlingException", "Rate exceeded"),
        },
        Fault::Server => error(503, "ServiceUnavailable", "the service is down"),
        Fault::Denied => {
            let (status, code) = match call.split(':').next() {
                Some("ec2") => (403, "UnauthorizedOperation"),
                Some("s3" | "sts") => (403, "AccessDenied"),
                _ => (400, "AccessDeniedException"),
            };
            error(status, code, "User: arn:aws:iam::123456789012:user/ann is not authorized")
        }
        Fault::Expired => {
            let code = if xml { "ExpiredToken" } else { "ExpiredTokenException" };
            error(400, code, "The security token included in the request is expired")
        }
        Fault::Html => Answer {
            status: 500,
            content_type: "text/html",
            body: "<!DOCTYPE html><html><body><h1>Sign in to the proxy</h1></body></html>".to_owned(),
        },
        Fault::Truncated => {
            let whole = answer(request, call, state);
            let half = whole.body.len() / 2;
            Answer { body: whole.body[..half].to_owned(), ..whole }
        }
        Fault::SameToken => same_token(answer(request, call, state), call),
        Fault::Slow | Fault::Hangup => unreachable!("handled before"),
    }
}

/// The answer with the token `again`, whatever was asked.
fn same_token(whole: Answer, call: &str) -> Answer {
    let name = match call {
        "ce:GetCostAndUsage" => "NextPageToken",
        call if call.starts_with("elasticmapreduce:") => "Marker",
        call if call.starts_with("emr-serverless:") || call.starts_with("ec2:") => "nextToken",
        "s3:ListBucket" => "NextContinuationToken",
        _ => "NextToken",
    };
    if let Ok(mut body) = serde_json::from_str::<Value>(&whole.body) {
        body[name] = json!("again");
        return Answer { body: body.to_string(), ..whole };
    }
    let mut body = whole.body.replace("<IsTruncated>false", "<IsTruncated>true");
    if let (Some(from), Some(to)) = (body.find(&format!("<{name}>")), body.find(&format!("</{name}>"))) {
        body.replace_range(from..to + name.len() + 3, "");
    }
    let end = body.rfind("</").expect("an end");
    body.insert_str(end, &format!("<{name}>again</{name}>"));
    Answer { body, ..whole }
}

pub fn answer(request: &Request, call: &str, state: &State) -> Answer {
    if let Some(answer) = state.engines.lock().expect("not poisoned").answer(request, call) {
        return answer;
    }
    let market = &*state.market.lock().expect("not poisoned");
    let ok = |content_type, body| Answer { status: 200, content_type, body };
    let asked: Value = serde_json::from_str(&request.body).unwrap_or(Value::Null);
    let region = request.scope(2).to_owned();
    match call {
        "pricing:GetProducts" => ok(JSON, products(&asked, market)),
        "ec2:DescribeSpotPriceHistory" => ok("text/xml", spot_history(&form(&request.body), &region, market)),
        "ec2:GetSpotPlacementScores" => ok("text/xml", placement_scores(&region)),
        "ec2:DescribeInstanceTypes" => ok("text/xml", instance_types(&form(&request.body), market)),
        "ec2:DescribeInstanceTypeOfferings" => ok("text/xml", offerings(&form(&request.body), market)),
        "sts:GetCallerIdentity" => ok(
            "text/xml",
            "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>\
             <Arn>arn:aws:iam::123456789012:user/ann</Arn><UserId>AIDAEXAMPLEEXAMPLE12</UserId><Account>123456789012</Account>\
             </GetCallerIdentityResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></GetCallerIdentityResponse>"
                .to_owned(),
        ),
        "elasticmapreduce:ListClusters" => ok(JSON, clusters(&asked)),
        "elasticmapreduce:DescribeCluster" => describe_cluster(&asked),
        "elasticmapreduce:ListInstances" => ok(JSON, instances(&asked)),
        "elasticmapreduce:ListInstanceFleets" => ok(
            JSON,
            json!({"InstanceFleets": [{"Id": "if-1", "InstanceFleetType": "MASTER"}, {"Id": "if-2", "InstanceFleetType": "TASK"}]}).to_string(),
        ),
        "elasticmapreduce:ListInstanceGroups" => ok(
            JSON,
            json!({"InstanceGroups": [{"Id": "ig-1", "InstanceGroupType": "MASTER"}, {"Id": "ig-2", "InstanceGroupType": "CORE"}]})
                .to_string(),
        ),
        "elasticmapreduce:ListSteps" => ok(JSON, steps(&asked)),
        "glue:GetJobRun" => ok(JSON, json!({"JobRun": glue_run("jr_1")}).to_string()),
        "glue:GetJobRuns" => ok(JSON, two_pages(&asked, "NextToken", "JobRuns", [glue_run("jr_1"), glue_run("jr_2")])),
        "glue:GetJobs" => {
            let jobs = [json!({"Name": "nightly"}), json!({"Name": "weekly"})];
            ok(JSON, two_pages(&asked, "NextToken", "Jobs", jobs))
        }
        "emr-serverless:ListJobRuns" => {
            let run = |id: &str| {
                json!({"applicationId": "00app", "id": id, "name": "nightly", "state": "SUCCESS", "stateDetails": "",
                    "arn": format!("arn:aws:emr-serverless:us-east-1:123456789012:/applications/00app/jobruns/{id}"),
                    "createdBy": "arn:aws:iam::123456789012:user/ann", "createdAt": minute(0), "updatedAt": minute(12),
                    "executionRole": "arn:aws:iam::123456789012:role/run", "releaseLabel": "emr-7.5.0"})
            };
            let token = request.query.get("nextToken").map_or(Value::Null, |token| json!({"nextToken": token}));
            ok("application/json", two_pages(&token, "nextToken", "jobRuns", [run("00run"), run("01run")]))
        }
        "ce:GetCostAndUsage" => ok(JSON, costs::answer(&asked, &state.bill)),
        "s3:ListBucket" => {
            let (buckets, page) = (state.buckets.lock().expect("not poisoned"), *state.page.lock().expect("not poisoned"));
            match buckets::list(&request.path, &request.query, &buckets, page) {
                Some(body) => ok("application/xml", body),
                None => Answer {
                    status: 404,
                    content_type: "application/xml",
                    body: "<Error><Code>NoSuchBucket</Code><Message>The specified bucket does not exist</Message></Error>"
                        .to_owned(),
                },
            }
        }
        "emr-serverless:GetJobRun" => ok("application/json", serverless_run()),
        "emr-serverless:GetApplication" => ok(
            "application/json",
            json!({"application": {"applicationId": "00app", "arn": "arn:aws:emr-serverless:us-east-1:123456789012:/applications/00app",
                "releaseLabel": "emr-7.5.0", "type": "SPARK", "state": "STARTED", "createdAt": 1_763_000_000.0,
                "updatedAt": 1_763_000_000.0, "architecture": "ARM64"}})
            .to_string(),
        ),
        "web:Get" => ok("application/json", feed()),
        other => Answer {
            status: 404,
            content_type: JSON,
            body: json!({"__type": "UnknownOperationException", "message": other}).to_string(),
        },
    }
}

fn wrap(name: &str, body: &str) -> String {
    format!("<{name} xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"><requestId>r</requestId>{body}</{name}>")
}

/// One element of the price list, as a text.
fn element(sku: &str, family: &str, attributes: &Value, unit: &str, tiers: &[(&str, &str)]) -> Value {
    let dimensions: serde_json::Map<String, Value> = tiers
        .iter()
        .enumerate()
        .map(|(index, (begin, usd))| {
            (
                format!("{sku}.JRTCKXETXF.{index}"),
                json!({"unit": unit, "beginRange": begin, "endRange": "Inf", "appliesTo": [], "rateCode": sku,
                    "description": "", "pricePerUnit": {"USD": usd}}),
            )
        })
        .collect();
    let element = json!({
        "product": {"productFamily": family, "attributes": attributes, "sku": sku},
        "serviceCode": "x",
        "terms": {"OnDemand": {format!("{sku}.JRTCKXETXF"): {"priceDimensions": dimensions, "sku": sku,
            "effectiveDate": "2026-11-01T00:00:00Z", "offerTermCode": "JRTCKXETXF", "termAttributes": {}}}},
        "version": "20261118000000", "publicationDate": "2026-11-18T00:00:00Z"});
    Value::String(element.to_string())
}

fn products(asked: &Value, market: &Market) -> String {
    let filter = |name: &str| {
        let filters = asked["Filters"].as_array().into_iter().flatten();
        filters
            .clone()
            .find(|filter| filter["Field"] == name)
            .and_then(|filter| filter["Value"].as_str())
            .map(str::to_owned)
    };
    let region = filter("regionCode").unwrap_or_default();
    let family = filter("productFamily").unwrap_or_default();
    let types = market.on_demand.get(&region).cloned().unwrap_or_default();
    let by_type = |usd: &dyn Fn(f64) -> f64, family: &str, usage: &str| -> Vec<Value> {
        types
            .iter()
            .map(|(name, price)| {
                let attributes = json!({"instanceType": name, "regionCode": region, "operatingSystem": "Linux",
                    "tenancy": "Shared", "capacitystatus": "Used", "preInstalledSw": "NA",
                    "usagetype": format!("{usage}{name}"), "softwareType": "EMR"});
                element(
                    &format!("{family}{name}").replace(' ', ""),
                    family,
                    &attributes,
                    "Hrs",
                    &[("0", &format!("{:.10}", usd(*price)))],
                )
            })
            .collect()
    };
    let one = |sku: &str, family: &str, usage: &str, operation: &str, unit: &str, usd: &str| {
        element(
            sku,
            family,
            &json!({"usagetype": usage, "operation": operation, "regionCode": region}),
            unit,
            &[("0", usd)],
        )
    };
    let elements = match (asked["ServiceCode"].as_str().unwrap_or(""), family.as_str()) {
        // The filter on tenancy and capacity is what keeps other products away; without it the stand-in gives none.
        ("AmazonEC2", "") if filter("tenancy").is_some() && filter("capacitystatus").is_some() => {
            by_type(&|usd| usd, "Compute Instance", "BoxUsage:")
        }
        ("AmazonEC2", "Storage") => vec![one("EBS1", "Storage", "EBS:VolumeUsage.gp3", "", "GB-Mo", "0.08")],
        ("ElasticMapReduce", "Elastic Map Reduce Instance") if filter("softwareType").is_some() => {
            by_type(&|usd| usd * 0.25, "Elastic Map Reduce Instance", "USE1-BoxUsage:")
        }
        ("ElasticMapReduce", "EMR Serverless") => vec![
            one("S1", &family, "USE1-EMR-SERVERLESS-vCPUHours", "", "vCPU-Hours", "0.0526240000"),
            one("S2", &family, "USE1-EMR-SERVERLESS-MemoryGBHours", "", "GB-Hours", "0.0057785000"),
            one("S3", &family, "USE1-EMR-SERVERLESS-ARM-vCPUHours", "", "vCPU-Hours", "0.0420940000"),
            one("S4", &family, "USE1-EMR-SERVERLESS-ARM-MemoryGBHours", "", "GB-Hours", "0.0046280000"),
        ],
        ("AWSGlue", _) => vec![
            one("G1", &family, "USE1-ETL-DPU-Hour", "jobrun", "DPU-Hour", market.glue),
            one("G2", &family, "USE1-ETL-Flex-DPU-Hour", "FlexJobrun", "DPU-Hour", "0.29"),
        ],
        ("AmazonS3", "Storage") => vec![element(
            "S3A",
            "Storage",
            &json!({"usagetype": "TimedStorage-ByteHrs", "storageClass": "General Purpose"}),
            "GB-Mo",
            &[("0", "0.023"), ("51200", "0.022")],
        )],
        ("AmazonECS", _) => vec![one("F1", "Compute", "USE1-Fargate-vCPU-Hours:perCPU", "", "hours", "0.04048")],
        _ => Vec::new(),
    };
    let page = 100;
    let from: usize = asked["NextToken"].as_str().and_then(|token| token.parse().ok()).unwrap_or(0);
    let to = (from + page).min(elements.len());
    let mut answer = json!({"FormatVersion": "aws_v1", "PriceList": &elements[from..to]});
    if to < elements.len() {
        answer["NextToken"] = json!(to.to_string());
    }
    answer.to_string()
}

fn spot_history(asked: &std::collections::BTreeMap<String, String>, region: &str, market: &Market) -> String {
    let wanted: Vec<&String> =
        asked.iter().filter(|(name, _)| name.starts_with("InstanceType.")).map(|(_, value)| value).collect();
    let mut records = Vec::new();
    let until = asked.get("EndTime").expect("an end");
    for (name, usd) in market.on_demand.get(region).into_iter().flatten() {
        if !wanted.is_empty() && !wanted.contains(&name) {
            continue;
        }
        for zone in 1..=market.zones {
            let price = usd * market.spot_share * (1.0 + 0.01 * zone as f64);
            records.push((name.clone(), zone, price, until.clone()));
            records.push((name.clone(), zone, price * 0.9, "2026-10-01T00:00:00Z".to_owned()));
        }
    }
    let from: usize = asked.get("NextToken").and_then(|token| token.parse().ok()).unwrap_or(0);
    let to = (from + 1000).min(records.len());
    let items: String = records[from..to]
        .iter()
        .map(|(name, zone, price, at)| {
            format!(
                "<item><instanceType>{name}</instanceType><productDescription>Linux/UNIX</productDescription>\
                 <spotPrice>{price:.6}</spotPrice><timestamp>{at}</timestamp><availabilityZone>{region}{}</availabilityZone>\
                 <availabilityZoneId>z-az{zone}</availabilityZoneId></item>",
                ["a", "b", "c"][zone - 1]
            )
        })
        .collect();
    let next = if to < records.len() { to.to_string() } else { String::new() };
    wrap(
        "DescribeSpotPriceHistoryResponse",
        &format!("<spotPriceHistorySet>{items}</spotPriceHistorySet><nextToken>{next}</nextToken>"),
    )
}

fn placement_scores(region: &str) -> String {
    let items: String = (1..=3)
        .map(|zone| {
            format!("<item><region>{region}</region><availabilityZoneId>z-az{zone}</availabilityZoneId><score>{}</score></item>", 3 + zone)
        })
        .collect();
    wrap("GetSpotPlacementScoresResponse", &format!("<spotPlacementScoreSet>{items}</spotPlacementScoreSet>"))
}

fn instance_types(asked: &std::collections::BTreeMap<String, String>, market: &Market) -> String {
    let wanted: Vec<&String> =
        asked.iter().filter(|(name, _)| name.starts_with("Filter.1.Value.")).map(|(_, value)| value).collect();
    assert_eq!(asked.get("Filter.1.Name").map(String::as_str), Some("instance-type"));
    let new = market.new.iter().filter(|machine| wanted.contains(&&machine.name));
    let old = wanted.iter().filter(|name| ["m5.xlarge", "r5.xlarge", "c5.xlarge"].contains(&name.as_str()));
    let item = |name: &str, vcpu: u32, memory_mib: u64, arm: bool| {
        let (architecture, maker) = if arm { ("arm64", "AWS") } else { ("x86_64", "Intel") };
        format!(
            "<item><instanceType>{name}</instanceType><currentGeneration>true</currentGeneration><bareMetal>false</bareMetal>\
             <supportedUsageClasses><item>on-demand</item><item>spot</item></supportedUsageClasses>\
             <vCpuInfo><defaultVCpus>{vcpu}</defaultVCpus></vCpuInfo><memoryInfo><sizeInMiB>{memory_mib}</sizeInMiB></memoryInfo>\
             <processorInfo><supportedArchitectures><item>{architecture}</item></supportedArchitectures>\
             <manufacturer>{maker}</manufacturer></processorInfo>\
             <networkInfo><networkCards><item><baselineBandwidthInGbps>{}</baselineBandwidthInGbps></item></networkCards></networkInfo>\
             <ebsInfo><ebsOptimizedInfo><baselineBandwidthInMbps>{}</baselineBandwidthInMbps></ebsOptimizedInfo></ebsInfo></item>",
            f64::from(vcpu) * 0.5,
            vcpu * 625
        )
    };
    let all: Vec<String> = new
        .map(|machine| item(&machine.name, machine.vcpu, machine.memory_mib, machine.arm))
        .chain(old.map(|name| item(name, 4, 16384, false)))
        .collect();
    paged(asked, "DescribeInstanceTypesResponse", "instanceTypeSet", &all)
}

fn offerings(asked: &std::collections::BTreeMap<String, String>, market: &Market) -> String {
    let names = market.new.iter().map(|machine| machine.name.as_str()).chain(["m5.xlarge", "r5.xlarge"]);
    let item = |name: &str| {
        format!(
            "<item><instanceType>{name}</instanceType><locationType>availability-zone-id</locationType><location>z-az1</location></item>"
        )
    };
    let all: Vec<String> = names.map(item).collect();
    paged(asked, "DescribeInstanceTypeOfferingsResponse", "instanceTypeOfferingSet", &all)
}

/// Two items a page.
fn paged(asked: &std::collections::BTreeMap<String, String>, name: &str, set: &str, all: &[String]) -> String {
    let from: usize = asked.get("NextToken").and_then(|token| token.parse().ok()).unwrap_or(0);
    let to = (from + 2).min(all.len());
    let next = if to < all.len() { to.to_string() } else { String::new() };
    wrap(name, &format!("<{set}>{}</{set}><nextToken>{next}</nextToken>", all[from..to].concat()))
}

/// 2026-11-20 00:00 UTC and some minutes.
fn minute(minute: i64) -> f64 {
    (1_795_132_800 + 60 * minute) as f64
}

fn clusters(asked: &Value) -> String {
    let one = |id: &str| json!({"Id": id, "Name": "nightly", "Status": {"State": "TERMINATED", "Timeline": {"CreationDateTime": minute(0)}}});
    match asked["Marker"].as_str() {
        None => json!({"Clusters": [one("j-1")], "Marker": "m"}),
        Some(_) => json!({"Clusters": [one("j-2")]}),
    }
    .to_string()
}

fn describe_cluster(asked: &Value) -> Answer {
    let id = asked["ClusterId"].as_str().unwrap_or("");
    if id == "j-GONE" {
        return Answer {
            status: 400,
            content_type: JSON,
            body: json!({"__type": "InvalidRequestException", "Message": "Cluster id 'j-GONE' is not valid."})
                .to_string(),
        };
    }
    let body = json!({"Cluster": {"Id": id, "Name": "nightly", "ReleaseLabel": "emr-7.5.0",
        "InstanceCollectionType": if id == "j-groups" { "INSTANCE_GROUP" } else { "INSTANCE_FLEET" }, "LogUri": "s3://logs/emr/",
        "Ec2InstanceAttributes": {"Ec2AvailabilityZone": "us-east-1a", "Ec2KeyName": "anns-key"},
        "MasterPublicDnsName": "ec2-1-2-3-4.compute-1.amazonaws.com",
        "Configurations": [{"Classification": "hive-site", "Properties": {"javax.jdo.option.ConnectionPassword": "hunter2"}}],
        "Status": {"State": "TERMINATED", "Timeline": {"CreationDateTime": minute(0), "ReadyDateTime": minute(6), "EndDateTime": minute(126)}}}});
    Answer { status: 200, content_type: JSON, body: body.to_string() }
}

/// The cluster that the history's own unit test works through by hand, in two pages.
fn instances(asked: &Value) -> String {
    let node = |id: &str, market: &str, ready: Option<i64>, ended: i64, code: &str, message: &str| {
        let mut timeline = json!({"CreationDateTime": minute(0), "EndDateTime": minute(ended)});
        if let Some(ready) = ready {
            timeline["ReadyDateTime"] = json!(minute(ready));
        }
        json!({"Ec2InstanceId": id, "Market": market, "InstanceType": "r5.4xlarge", "InstanceFleetId": "if-2",
            "Status": {"State": "TERMINATED", "Timeline": timeline, "StateChangeReason": {"Code": code, "Message": message}}})
    };
    match asked["Marker"].as_str() {
        None => json!({"Marker": "2", "Instances": [
            node("i-1", "ON_DEMAND", Some(6), 126, "CLUSTER_TERMINATED", ""),
            node("i-2", "SPOT", Some(6), 66, "INSTANCE_FAILURE", "The instance failed"),
            node("i-3", "SPOT", Some(6), 126, "INSTANCE_FAILURE", "Cluster ended")]}),
        Some(_) => json!({"Instances": [
            node("i-4", "SPOT", Some(6), 36, "", "Node removed by managed scaling"),
            node("i-5", "SPOT", Some(8), 38, "INSTANCE_FAILURE", "Server.SpotInstanceTermination"),
            node("i-6", "SPOT", None, 20, "BOOTSTRAP_FAILURE", "bootstrap")]}),
    }
    .to_string()
}

fn steps(asked: &Value) -> String {
    let step = |id: &str, from: i64, to: i64| {
        json!({"Id": id, "Name": "spark", "Config": {"Args": ["spark-submit", "--db-password", "hunter3"]},
            "Status": {"State": "COMPLETED", "Timeline": {"CreationDateTime": minute(from), "StartDateTime": minute(from), "EndDateTime": minute(to)}}})
    };
    match asked["Marker"].as_str() {
        None => json!({"Marker": "2", "Steps": [step("s-1", 6, 36), step("s-2", 30, 66)]}),
        Some(_) => json!({"Steps": [step("s-3", 96, 106)]}),
    }
    .to_string()
}

/// The first half, or with any token the second.
fn two_pages(asked: &Value, token: &str, list: &str, items: [Value; 2]) -> String {
    let [first, second] = items;
    match asked[token].as_str() {
        None => json!({list: [first], token: "2"}),
        Some(_) => json!({list: [second]}),
    }
    .to_string()
}

fn glue_run(id: &str) -> Value {
    json!({"Id": id, "JobName": "nightly", "JobRunState": "SUCCEEDED", "StartedOn": minute(0), "CompletedOn": minute(31),
        "ExecutionTime": 1800, "GlueVersion": "5.0", "WorkerType": "G.1X", "NumberOfWorkers": 10, "MaxCapacity": 10.0,
        "ExecutionClass": "FLEX", "DPUSeconds": 7200.0})
}

fn serverless_run() -> String {
    json!({"jobRun": {"applicationId": "00app", "jobRunId": "00run", "name": "nightly",
        "arn": "arn:aws:emr-serverless:us-east-1:123456789012:/applications/00app/jobruns/00run", "createdBy": "arn:aws:iam::123456789012:user/ann",
        "createdAt": minute(0), "updatedAt": minute(12), "executionRole": "arn:aws:iam::123456789012:role/run", "state": "SUCCESS",
        "stateDetails": "", "releaseLabel": "emr-7.5.0", "jobDriver": {"sparkSubmit": {"entryPoint": "s3://b/x.py"}},
        "totalExecutionDurationSeconds": 480,
        "billedResourceUtilization": {"vCPUHour": 1.751, "memoryGBHour": 7.613, "storageGBHour": 0.0}}})
    .to_string()
}

fn feed() -> String {
    json!({"global_rate": "<10%", "instance_types": {}, "ranges": [{"index": 0, "label": "<5%", "dots": 0, "max": 5}],
        "spot_advisor": {"us-east-1": {"Linux": {"r5.4xlarge": {"s": 70, "r": 0}}}}})
    .to_string()
}
