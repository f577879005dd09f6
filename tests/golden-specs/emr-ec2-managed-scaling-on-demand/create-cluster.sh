#!/usr/bin/env bash
# Creates the cluster of a filled emr.run-job-flow.json with the AWS CLI and jq; prints the cluster's id.
#
#   ./create-cluster.sh FILLED.json [more options of `aws emr create-cluster`, for example --region eu-west-1]
#
# `aws emr create-cluster` has no --cli-input-json, and the CLI offers no run-job-flow: so the members of the
# document are passed one by one. The CLI turns them into the same request.
set -euo pipefail

document=${1:?usage: create-cluster.sh FILLED.json [options]}
shift
json() { jq -c "$1" "$document"; }
text() { jq -r "$1" "$document"; }

options=(
  --name "$(text .Name)"
  --release-label "$(text .ReleaseLabel)"
  --log-uri "$(text .LogUri)"
  --applications "$(json .Applications)"
  --instance-fleets "$(json .Instances.InstanceFleets)"
  --configurations "$(json .Configurations)"
  --steps "$(json '[.Steps[] | {Type: "CUSTOM_JAR", Name, ActionOnFailure} + (.HadoopJarStep | {Jar, Args})]')"
  --ec2-attributes "$(json '{InstanceProfile: .JobFlowRole, SubnetIds: .Instances.Ec2SubnetIds}')"
  --service-role "$(text .ServiceRole)"
  --auto-termination-policy "$(json .AutoTerminationPolicy)"
  --auto-terminate
  --no-termination-protected
)

# option NAME MEMBER: passes a member that not every document has.
option() {
  local value
  value=$(jq -r "$2 | if . == null then empty elif type == \"string\" then . else tojson end" "$document")
  if [ -n "$value" ]; then options+=("$1" "$value"); fi
}
option --managed-scaling-policy .ManagedScalingPolicy
option --security-configuration .SecurityConfiguration
option --step-execution-role-arn .StepExecutionRoleArn
option --custom-ami-id .CustomAmiId

mapfile -t tags < <(text '.Tags[] | .Key + "=" + .Value')

aws emr create-cluster "${options[@]}" --tags "${tags[@]}" --query ClusterId --output text "$@"
