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
        name: "CUSTOM_AMI_ID",
        meaning: "id (`ami-…`) of the job's own machine image, of the cluster's architecture",
        example: "ami-0123456789abcdef0",
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
        meaning: "URI of the job's own image in ECR, built on EMR Serverless's base image of the release",
        example: "111122223333.dkr.ecr.us-east-1.amazonaws.com/example/job:1",
    },
    Known {
        name: "JOB_JARS",
        meaning: "S3 URIs of the job's own JAR files, separated by commas",
        example: "s3://example-code-bucket/lib.jar",
    },
    Known {
        name: "LOG_BUCKET",
        meaning: "name of an S3 bucket in the job's region for logs and Spark event logs",
        example: "example-log-bucket",
    },
    Known {
        name: "SECURITY_GROUP_ID",
        meaning: "id (`sg-…`) of the security group of the workers",
        example: "sg-0123456789abcdef0",
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
];

/// The placeholders that occur in the API documents, by name.
pub(super) fn used_in(files: &[SpecFile]) -> Vec<Placeholder> {
    KNOWN
        .iter()
        .filter(|known| {
            let mark = format!("${{{}}}", known.name);
            files.iter().any(|file| is_document(file) && file.contents.contains(&mark))
        })
        .map(|known| Placeholder {
            name: known.name.to_owned(),
            meaning: known.meaning.to_owned(),
            example: known.example.to_owned(),
        })
        .collect()
}

/// Only the API documents carry placeholders: `${…}` in a script is the shell's.
pub(super) fn is_document(file: &SpecFile) -> bool {
    file.name.ends_with(".json")
}
