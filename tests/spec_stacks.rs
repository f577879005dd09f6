//! What a stack holds of the run: the machine of the format `step-functions`, its schedule, and never a run that the
//! workload's rules forbid.

use serde_json::{Value, json};
use shapecast::spec::{Format, SpecBundle};

#[path = "spec_check/fixtures.rs"]
#[allow(dead_code, reason = "shared with the other spec tests, which use other parts")]
mod fixtures;

fn written(case: &str, format: Format) -> SpecBundle {
    let case = fixtures::cases().into_iter().find(|known| known.name == case).expect("case");
    case.write_as(format).expect("has a spec")
}

fn file(bundle: &SpecBundle, name: &str) -> String {
    bundle.file(name).unwrap_or_else(|| panic!("no {name}")).contents.clone()
}

fn document(bundle: &SpecBundle, name: &str) -> Value {
    serde_json::from_str(&file(bundle, name)).expect("JSON")
}

fn resource_kinds(template: &Value) -> Vec<&str> {
    let resources = template["Resources"].as_object().expect("resources");
    resources.values().filter_map(|resource| resource["Type"].as_str()).collect()
}

#[test]
fn a_scheduled_cluster_is_a_machine_with_a_schedule_and_a_cluster_on_demand_only() {
    let template = document(&written("emr-ec2-spot", Format::CloudFormation), "template.json");
    let kinds = resource_kinds(&template);
    assert_eq!(kinds, ["AWS::EMR::Cluster", "AWS::Scheduler::Schedule", "AWS::StepFunctions::StateMachine"]);
    assert_eq!(template["Resources"]["Cluster"]["Condition"], "RunNow");
    assert_eq!(template["Parameters"]["RunNow"]["Default"], "false");
    let schedule = &template["Resources"]["Schedule"]["Properties"];
    // `daily` is two at night.
    assert_eq!(schedule["ScheduleExpression"], "cron(0 2 * * ? *)");
    assert_eq!(schedule["Target"]["Arn"], json!({"Fn::GetAtt": ["StateMachine", "Arn"]}));
    let machine = &template["Resources"]["StateMachine"]["Properties"]["Definition"];
    let alone = document(&written("emr-ec2-spot", Format::StepFunctions), "state-machine.json");
    assert_eq!(machine["States"]["RunStep"]["TimeoutSeconds"], alone["States"]["RunStep"]["TimeoutSeconds"]);
    assert_eq!(
        machine["States"]["CreateCluster"]["Parameters"]["Instances"]["InstanceFleets"],
        alone["States"]["CreateCluster"]["Parameters"]["Instances"]["InstanceFleets"]
    );
    assert_eq!(machine["States"]["CreateCluster"]["Parameters"]["ServiceRole"], json!({"Ref": "EmrServiceRole"}));

    let bundle = written("emr-ec2-spot", Format::Terraform);
    let main = file(&bundle, "main.tf");
    for resource in ["aws_emr_cluster", "aws_emr_instance_fleet", "aws_emr_managed_scaling_policy"] {
        assert!(main.contains(&format!("resource \"{resource}\"")), "{resource}");
    }
    assert_eq!(main.matches("count").count(), 3, "each of the three exists on demand only");
    assert_eq!(main.matches("aws_emr_cluster.job[0].id").count(), 2);
    assert!(main.contains("\"cron(0 2 * * ? *)\"") && main.contains("aws_sfn_state_machine.job.arn"), "{main}");
    assert!(file(&bundle, "variables.tf").contains("variable \"run_now\""));
}

#[test]
fn a_governed_cluster_runs_under_its_runtime_role_in_every_format() {
    let api = document(&written("emr-ec2-on-demand-governed", Format::AwsJson), "emr.run-job-flow.json");
    assert_eq!(api["StepExecutionRoleArn"], "${STEP_RUNTIME_ROLE_ARN}");
    let machine = document(&written("emr-ec2-on-demand-governed", Format::StepFunctions), "state-machine.json");
    assert_eq!(machine["States"]["RunStep"]["Parameters"]["ExecutionRoleArn"], "${STEP_RUNTIME_ROLE_ARN}");

    // Neither tool's cluster has such a role: there is none whose step would run without it.
    let bundle = written("emr-ec2-on-demand-governed", Format::CloudFormation);
    let template = document(&bundle, "template.json");
    assert_eq!(resource_kinds(&template), ["AWS::Scheduler::Schedule", "AWS::StepFunctions::StateMachine"]);
    let states = &template["Resources"]["StateMachine"]["Properties"]["Definition"]["States"];
    assert_eq!(states["RunStep"]["Parameters"]["ExecutionRoleArn"], json!({"Ref": "StepRuntimeRoleArn"}));
    assert!(file(&bundle, "README.md").contains("| `STEP_RUNTIME_ROLE_ARN` |"));

    let main = file(&written("emr-ec2-on-demand-governed", Format::Terraform), "main.tf");
    assert!(!main.contains("aws_emr_cluster"), "{main}");
    assert!(main.contains("var.step_runtime_role_arn") && main.contains("var.emr_security_configuration"), "{main}");
    assert!(
        file(&written("emr-ec2-on-demand-governed", Format::Airflow), "dag.py").contains("\"StepExecutionRoleArn\"")
    );
}

#[test]
fn without_a_timetable_a_governed_run_is_started_by_hand_and_a_plain_cluster_is_one_run() {
    let of = |name: &str, format| {
        let mut case = fixtures::cases().into_iter().find(|known| known.name == name).expect("case");
        case.workload.cadence.schedule = None;
        case.write_as(format).expect("has a spec")
    };
    let governed = of("emr-ec2-on-demand-governed", Format::CloudFormation);
    assert_eq!(resource_kinds(&document(&governed, "template.json")), ["AWS::StepFunctions::StateMachine"]);
    assert!(file(&governed, "README.md").contains("aws stepfunctions start-execution"));
    let governed = of("emr-ec2-on-demand-governed", Format::Terraform);
    assert!(file(&governed, "main.tf").contains("output \"state_machine_arn\""));
    assert!(file(&governed, "README.md").contains("terraform output -raw state_machine_arn"));

    let plain = of("emr-ec2-spot", Format::CloudFormation);
    let template = document(&plain, "template.json");
    assert_eq!(resource_kinds(&template), ["AWS::EMR::Cluster"]);
    assert!(template["Resources"]["Cluster"]["Condition"].is_null() && template["Conditions"].is_null());
    assert!(file(&plain, "README.md").contains("a stack is one run"));
    assert!(!file(&of("emr-ec2-spot", Format::Terraform), "main.tf").contains("count"));
}

/// What the stack creates is no placeholder of the same stack.
#[test]
fn the_machine_refers_to_what_its_stack_creates() {
    let template = document(&written("emr-serverless", Format::CloudFormation), "template.json");
    let run = &template["Resources"]["StateMachine"]["Properties"]["Definition"]["States"]["RunJob"];
    assert_eq!(run["Parameters"]["ApplicationId"], json!({"Ref": "Application"}));
    assert!(template["Parameters"]["ApplicationId"].is_null());
    let template = document(&written("emr-eks-spot", Format::CloudFormation), "template.json");
    let run = &template["Resources"]["StateMachine"]["Properties"]["Definition"]["States"]["RunJob"];
    assert_eq!(run["Parameters"]["VirtualClusterId"], json!({"Ref": "VirtualCluster"}));

    let main = file(&written("emr-serverless", Format::Terraform), "main.tf");
    assert!(main.contains("aws_emrserverless_application.job.id") && !main.contains("var.application_id"), "{main}");
    let main = file(&written("emr-eks-spot", Format::Terraform), "main.tf");
    assert!(main.contains("aws_emrcontainers_virtual_cluster.job.id"), "{main}");
}

/// Glue has a trigger of its own, which takes a cron and no rate.
#[test]
fn a_glue_job_has_a_trigger_or_a_machine_and_never_both() {
    let template = document(&written("glue", Format::CloudFormation), "template.json");
    assert_eq!(resource_kinds(&template), ["AWS::Glue::Job", "AWS::Glue::Trigger"]);
    let mut case = fixtures::cases().into_iter().find(|known| known.name == "glue").expect("case");
    case.workload.cadence.schedule = Some("rate(6 hours)".to_owned());
    let template = document(&case.write_as(Format::CloudFormation).expect("spec"), "template.json");
    assert_eq!(
        resource_kinds(&template),
        ["AWS::Glue::Job", "AWS::Scheduler::Schedule", "AWS::StepFunctions::StateMachine"]
    );
    let main = file(&case.write_as(Format::Terraform).expect("spec"), "main.tf");
    assert!(!main.contains("aws_glue_trigger") && main.contains("\"rate(6 hours)\""), "{main}");
}
