//! Every call that shapecast makes, and the IAM policy that allows exactly these.

use serde_json::{Value, json};

/// One action and what it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Action {
    /// As a policy names it.
    pub name: &'static str,
    /// What it brings.
    pub purpose: &'static str,
    /// Which statement of the policy it stands in.
    pub part: &'static str,
}

const fn action(name: &'static str, part: &'static str, purpose: &'static str) -> Action {
    Action { name, purpose, part }
}

/// All that every command but a submitting one makes; every one only reads.
pub const ACTIONS: [Action; 20] = [
    action("pricing:GetProducts", "Prices", "list prices of every service"),
    action("ec2:DescribeSpotPriceHistory", "Prices", "Spot prices by zone"),
    action("ec2:GetSpotPlacementScores", "Prices", "how likely Spot capacity is"),
    action("ec2:DescribeInstanceTypes", "Prices", "sizes of instance types"),
    action("ec2:DescribeInstanceTypeOfferings", "Prices", "which zone has which type"),
    action("elasticmapreduce:ListClusters", "History", "clusters of the account"),
    action("elasticmapreduce:DescribeCluster", "History", "a cluster's zone, release and times"),
    action("elasticmapreduce:ListInstances", "History", "its nodes: hours, losses, delays"),
    action("elasticmapreduce:ListInstanceFleets", "History", "what its nodes were for"),
    action("elasticmapreduce:ListInstanceGroups", "History", "what its nodes were for"),
    action("elasticmapreduce:ListSteps", "History", "when it worked and when it idled"),
    action("emr-serverless:GetApplication", "History", "an application's architecture and release"),
    action("emr-serverless:GetJobRun", "History", "a run's billed use"),
    action("emr-serverless:ListJobRuns", "History", "runs of an application"),
    action("glue:GetJobRun", "History", "a run's workers and DPU-seconds"),
    action("glue:GetJobRuns", "History", "runs of a job"),
    action("glue:GetJobs", "History", "jobs of the account"),
    action("ce:GetCostAndUsage", "Spend", "what was paid; AWS charges for this call"),
    action("s3:ListBucket", "Data", "sizes of input files"),
    action("sts:GetCallerIdentity", "Identity", "who asks; always allowed"),
];

/// What `--live` beside `--pushdown` needs besides: the only calls that start, write or stop anything.
pub const SUBMIT_ACTIONS: [Action; 18] = [
    action("athena:GetWorkGroup", "Athena", "where results go, and the most that a query may scan"),
    action("athena:StartQueryExecution", "Athena", "starts the query"),
    action("athena:GetQueryExecution", "Athena", "how far it is"),
    action("athena:StopQueryExecution", "Athena", "stops it: time limit, Ctrl-C"),
    action("athena:GetQueryResults", "Athena", "its result, where Athena keeps it itself"),
    action("glue:GetDatabase", "Catalog", "Athena looks the table up with the caller's rights"),
    action("glue:GetTable", "Catalog", "the same; and its bytes, for the estimated cost"),
    action("glue:GetPartitions", "Catalog", "Athena looks the table up with the caller's rights"),
    action("glue:GetJob", "GlueJob", "workers, version and retries: what a run may cost"),
    action("glue:StartJobRun", "GlueJob", "starts the job"),
    action("glue:BatchStopJobRun", "GlueJob", "stops it: time limit, Ctrl-C"),
    action("emr-serverless:StartJobRun", "Serverless", "starts the job"),
    action("emr-serverless:CancelJobRun", "Serverless", "stops it: time limit, Ctrl-C"),
    action("iam:PassRole", "Role", "the role that the job runs as (EMR Serverless)"),
    action("s3:PutObject", "Staging", "the script; Athena writes its result with the caller's rights"),
    action("s3:GetObject", "Staging", "the result"),
    action("s3:AbortMultipartUpload", "Staging", "Athena writes its result with the caller's rights"),
    action("s3:GetBucketLocation", "Buckets", "Athena asks for it with the caller's rights"),
];

/// The minimal policy, as JSON.
#[must_use]
pub fn policy() -> String {
    text(&ACTIONS, |part| match part {
        "Data" => json!({"Resource": "arn:aws:s3:::REPLACE_WITH_INPUT_BUCKET"}),
        _ => json!({"Resource": "*"}),
    })
}

/// What comes to it for an identity that may submit pushed-down profiles.
#[must_use]
pub fn submit_policy() -> String {
    text(&SUBMIT_ACTIONS, |part| match part {
        "Athena" => json!({"Resource": "arn:aws:athena:*:*:workgroup/REPLACE_WITH_WORK_GROUP"}),
        "GlueJob" => json!({"Resource": "arn:aws:glue:*:*:job/REPLACE_WITH_JOB"}),
        "Serverless" => json!({"Resource": "arn:aws:emr-serverless:*:*:/applications/REPLACE_WITH_APPLICATION*"}),
        "Role" => json!({
            "Resource": "arn:aws:iam::*:role/REPLACE_WITH_EXECUTION_ROLE",
            "Condition": {"StringEquals": {"iam:PassedToService": "emr-serverless.amazonaws.com"}},
        }),
        "Staging" => json!({"Resource": "arn:aws:s3:::REPLACE_WITH_STAGING_BUCKET/*"}),
        "Buckets" => json!({"Resource": "arn:aws:s3:::REPLACE_WITH_STAGING_BUCKET"}),
        _ => json!({"Resource": [
            "arn:aws:glue:*:*:catalog",
            "arn:aws:glue:*:*:database/REPLACE_WITH_DATABASE",
            "arn:aws:glue:*:*:table/REPLACE_WITH_DATABASE/*",
        ]}),
    })
}

/// A policy with a statement for each part, on what `on` says of the part.
fn text(actions: &[Action], on: impl Fn(&str) -> Value) -> String {
    let mut parts: Vec<&str> = actions.iter().map(|action| action.part).collect();
    parts.dedup();
    let statement = |part: &str| {
        let names: Vec<&str> = actions.iter().filter(|action| action.part == part).map(|action| action.name).collect();
        let mut statement = json!({"Sid": format!("Shapecast{part}"), "Effect": "Allow", "Action": names});
        if let (Value::Object(statement), Value::Object(on)) = (&mut statement, on(part)) {
            statement.extend(on);
        }
        statement
    };
    let statements: Vec<_> = parts.into_iter().map(statement).collect();
    let policy = json!({"Version": "2012-10-17", "Statement": statements});
    serde_json::to_string_pretty(&policy).unwrap_or_default() + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_only_reads() {
        for action in ACTIONS {
            let (_, verb) = action.name.split_once(':').expect("service:Verb");
            assert!(["Get", "List", "Describe"].iter().any(|read| verb.starts_with(read)), "{}", action.name);
        }
    }

    #[test]
    fn the_policies_have_every_action_once_and_share_none() {
        for (text, actions) in [(policy(), &ACTIONS[..]), (submit_policy(), &SUBMIT_ACTIONS[..])] {
            for action in actions {
                assert_eq!(text.matches(&format!("\"{}\"", action.name)).count(), 1, "{}", action.name);
            }
            assert!(serde_json::from_str::<Value>(&text).is_ok());
        }
        assert!(ACTIONS.iter().all(|read| SUBMIT_ACTIONS.iter().all(|submit| submit.name != read.name)));
    }

    #[test]
    fn what_starts_something_is_allowed_on_named_things_only() {
        let policy: Value = serde_json::from_str(&submit_policy()).expect("JSON");
        for statement in policy["Statement"].as_array().expect("statements") {
            assert!(statement["Resource"].to_string().contains("REPLACE_WITH"), "{statement}");
        }
    }
}
