//! Every call that shapecast makes, and the IAM policy that allows exactly these.

use serde_json::json;

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

/// All of them; every one only reads.
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

/// The minimal policy, as JSON.
#[must_use]
pub fn policy() -> String {
    let mut parts: Vec<&str> = ACTIONS.iter().map(|action| action.part).collect();
    parts.dedup();
    let statement = |part: &str| {
        let actions: Vec<&str> =
            ACTIONS.iter().filter(|action| action.part == part).map(|action| action.name).collect();
        let resource = if part == "Data" { "arn:aws:s3:::REPLACE_WITH_INPUT_BUCKET" } else { "*" };
        json!({"Sid": format!("Shapecast{part}"), "Effect": "Allow", "Action": actions, "Resource": resource})
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
    fn the_policy_has_every_action_once() {
        let text = policy();
        for action in ACTIONS {
            assert_eq!(text.matches(&format!("\"{}\"", action.name)).count(), 1, "{}", action.name);
        }
        assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok());
    }
}
