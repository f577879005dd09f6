//! The placeholders: one registry, from which bundles, checks and the guide take names and meanings.

use super::{Placeholder, SpecFile};

struct Known {
    name: &'static str,
    meaning: &'static str,
    example: &'static str,
}

/// Account 111122223333 is the one that AWS's documentation uses for examples; it belongs to nobody.
const KNOWN: &[Known] = &[
    Known {
        name: "APPLICATION_ID",
        meaning: "id of the EMR Serverless application that the first command creates",
        example: "00example1234567",
    },
    Known {
        name: "ATHENA_DATABASE",
        meaning: "name of the Glue Data Catalog database that the query reads",
        example: "example_database",
    },
    Known {
        name: "ATHENA_QUERY",
        meaning: "the SQL of the job; in JSON, quotes and line breaks escaped",
        example: "SELECT 1",
    },
    Known {
        name: "BATCH_EXECUTION_ROLE_ARN",
        meaning: "ARN of the IAM role with which ECS pulls the image and writes logs",
        example: "arn:aws:iam::111122223333:role/ExampleEcsExecutionRole",
    },
    Known {
        name: "BATCH_JOB_ROLE_ARN",
        meaning: "ARN of the IAM role of the containers: reads the input, writes the output",
        example: "arn:aws:iam::111122223333:role/ExampleBatchJobRole",
    },
    Known {
        name: "CUSTOM_AMI_ID",
        meaning: "id (`ami-…`) of the job's own machine image, of the cluster's architecture",
        example: "ami-0123456789abcdef0",
    },
    Known {
        name: "EKS_CLUSTER_NAME",
        meaning: "name of the EKS cluster with Karpenter, also the value of the tag `karpenter.sh/discovery` of its subnets and security groups",
        example: "example-cluster",
    },
    Known {
        name: "EKS_NAMESPACE",
        meaning: "Kubernetes namespace that EMR may use (`aws emr-containers create-virtual-cluster` maps it)",
        example: "example-namespace",
    },
    Known {
        name: "EMR_INSTANCE_PROFILE",
        meaning: "name of the EC2 instance profile of the nodes: reads the input, writes the output and the logs",
        example: "ExampleEmrInstanceProfile",
    },
    Known {
        name: "EMR_SECURITY_CONFIGURATION",
        meaning: "name of the EMR security configuration that turns Lake Formation on",
        example: "example-lake-formation",
    },
    Known {
        name: "EMR_SERVICE_ROLE",
        meaning: "name of the IAM role with which EMR starts and stops EC2 instances",
        example: "ExampleEmrServiceRole",
    },
    Known {
        name: "GLUE_JOB_ROLE_ARN",
        meaning: "ARN of the IAM role of the Glue job: reads the input, writes the output and the logs",
        example: "arn:aws:iam::111122223333:role/ExampleGlueJobRole",
    },
    Known {
        name: "JOB_ENTRY_POINT",
        meaning: "S3 URI of the PySpark script (or of the JAR; then name the main class too)",
        example: "s3://example-code-bucket/job.py",
    },
    Known {
        name: "JOB_EXECUTION_ROLE_ARN",
        meaning: "ARN of the IAM role of the job run: reads the input, writes the output and the logs",
        example: "arn:aws:iam::111122223333:role/ExampleJobRole",
    },
    Known {
        name: "JOB_IMAGE_URI",
        meaning: "URI of the job's own image in ECR; for EMR built on the base image of the release",
        example: "111122223333.dkr.ecr.us-east-1.amazonaws.com/example/job:1",
    },
    Known {
        name: "JOB_JARS",
        meaning: "S3 URIs of the job's own JAR files, separated by commas",
        example: "s3://example-code-bucket/lib.jar",
    },
    Known {
        name: "KARPENTER_NODE_ROLE",
        meaning: "name of the IAM role of the nodes that Karpenter starts",
        example: "ExampleKarpenterNodeRole",
    },
    Known {
        name: "LOG_BUCKET",
        meaning: "name of an S3 bucket in the job's region for logs and Spark event logs",
        example: "example-log-bucket",
    },
    Known {
        name: "SCHEDULER_ROLE_ARN",
        meaning: "ARN of the IAM role with which EventBridge Scheduler starts the state machine",
        example: "arn:aws:iam::111122223333:role/ExampleSchedulerRole",
    },
    Known {
        name: "SECURITY_GROUP_ID",
        meaning: "id (`sg-…`) of the security group of the workers",
        example: "sg-0123456789abcdef0",
    },
    Known {
        name: "STATE_MACHINE_ARN",
        meaning: "ARN of the state machine that the first command creates",
        example: "arn:aws:states:us-east-1:111122223333:stateMachine:example",
    },
    Known {
        name: "STATE_MACHINE_ROLE_ARN",
        meaning: "ARN of the IAM role of the state machine",
        example: "arn:aws:iam::111122223333:role/ExampleStateMachineRole",
    },
    Known {
        name: "STEP_RUNTIME_ROLE_ARN",
        meaning: "ARN of the IAM role that the step runs as; Lake Formation grants its permissions",
        example: "arn:aws:iam::111122223333:role/ExampleStepRole",
    },
    Known {
        name: "SUBNET_ID_1",
        meaning: "id (`subnet-…`) of a private subnet whose route table has an S3 gateway endpoint",
        example: "subnet-0123456789abcdef0",
    },
    Known {
        name: "SUBNET_ID_2",
        meaning: "the same in a second Availability Zone",
        example: "subnet-0123456789abcdef1",
    },
    Known {
        name: "SUBNET_ID_3",
        meaning: "the same in a third Availability Zone",
        example: "subnet-0123456789abcdef2",
    },
    Known {
        name: "VIRTUAL_CLUSTER_ID",
        meaning: "id of the EMR on EKS virtual cluster of the namespace",
        example: "abcdefghijklmnopqrstuvwxy",
    },
];

/// The placeholders that occur in the API documents, by name.
pub(super) fn used_in(files: &[SpecFile]) -> Vec<Placeholder> {
    let mut used = all();
    used.retain(|known| {
        let mark = format!("${{{}}}", known.name);
        files.iter().any(|file| is_document(file) && file.contents.contains(&mark))
    });
    used
}

/// All that there are, by name.
pub(super) fn all() -> Vec<Placeholder> {
    KNOWN
        .iter()
        .map(|known| Placeholder {
            name: known.name.to_owned(),
            meaning: known.meaning.to_owned(),
            example: known.example.to_owned(),
        })
        .collect()
}

/// Only documents carry placeholders: `${…}` in a script is the shell's.
pub(super) fn is_document(file: &SpecFile) -> bool {
    file.name.ends_with(".json") || file.name.ends_with(".yaml")
}

/// What to put at a placeholder.
pub(super) fn meaning(name: &str) -> Option<&'static str> {
    KNOWN.iter().find(|known| known.name == name).map(|known| known.meaning)
}
