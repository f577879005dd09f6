variable "release" {
  default = "emr-7.2.0"
}

locals {
  spot_minutes = 10
}

# A cluster, its task fleet and its scaling are three resources.

resource "aws_emr_cluster" "nightly" {
  name          = "nightly-${terraform.workspace}"
  release_label = var.release
  applications  = ["Spark"]
  service_role  = aws_iam_role.emr.arn
  log_uri       = "s3://example-logs/emr/"
  tags          = { workload = "nightly" }

  ec2_attributes {
    subnet_ids       = [module.vpc.public_subnets[0]]
    instance_profile = aws_iam_instance_profile.emr.arn
  }

  master_instance_fleet {
    instance_type_configs {
      instance_type = "m6g.xlarge"
    }
    target_on_demand_capacity = 1
  }

  core_instance_fleet {
    target_spot_capacity = 16
    instance_type_configs {
      instance_type     = "r6g.2xlarge"
      weighted_capacity = 8
    }
  }

  step {
    name              = "job"
    action_on_failure = "TERMINATE_CLUSTER"
  }

  configurations_json = jsonencode([
    { Classification = "spark-defaults", Properties = { "spark.sql.adaptive.enabled" = "false" } },
  ])

  lifecycle { ignore_changes = [step] }
  # There is no such argument.
  managed_scaling_policy { max_capacity = 4 }
}

resource "aws_emr_instance_fleet" "task" {
  cluster_id           = aws_emr_cluster.nightly.id
  target_spot_capacity = 64

  instance_type_configs {
    instance_type = "r6g.4xlarge"
  }
  instance_type_configs {
    instance_type = "r6g.8xlarge"
  }

  launch_specifications {
    # The action is missing.
    spot_specification {
      allocation_strategy      = "price-capacity-optimized"
      timeout_duration_minutes = local.spot_minutes
    }
  }
}

resource "aws_emr_managed_scaling_policy" "nightly" {
  cluster_id = aws_emr_cluster.nightly.id

  # The minimum is above the maximum.
  compute_limits {
    unit_type              = "InstanceFleetUnits"
    minimum_capacity_units = 90
    maximum_capacity_units = 80
  }
}

resource "aws_glue_job" "nightly" {
  name              = "nightly"
  role_arn          = aws_iam_role.glue.arn
  glue_version      = "5.1"
  worker_type       = "G.3X"
  number_of_workers = 10
  timeout           = 90
  default_arguments = { "--spark-event-logs-path" = "s3://example-logs/" }
  tags              = { workload = "nightly" }
}
