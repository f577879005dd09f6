#!/usr/bin/env python3
"""Sends specs to moto's EMR, EMR Serverless, Glue, Athena, EMR on EKS and Step Functions through real API calls of boto3.

    moto_calls.py ROOT

ROOT holds `CASE/FORMAT/` folders as `shapecast spec --dir` writes them, each with `samples.json`. boto3 builds and
validates every request as for AWS; moto answers it in this process. Prints one `CASE/FORMAT/FILE: problem` a line;
exit 0 clean, 1 problems.
"""

import functools
import json
import os
import pathlib
import re
import sys

import boto3
import botocore.exceptions
from moto import mock_aws
from moto.moto_api._internal.models import moto_api_backend

# Placeholders of moto's account; nothing is sent.
os.environ |= {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_DEFAULT_REGION": "us-east-1"}
PROBLEMS = []
CALLS = {}


def filled(path, extra=None):
    samples = json.loads((path.parent / "samples.json").read_text()) | (extra or {})
    return re.sub(r"\$\{(\w+)\}", lambda match: samples.get(match.group(1), match.group(0)), path.read_text())


@functools.cache
def client(service):
    return boto3.client(service)


def call(root, path, service, operation, extra=None, **more):
    """One request; the answer, or None and a problem."""
    name = path.relative_to(root)
    try:
        arguments = json.loads(filled(path, extra)) if not more else more
        answer = getattr(client(service), operation)(**arguments)
        CALLS[operation] = CALLS.get(operation, 0) + 1
        return answer
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError, ValueError, TypeError) as error:
        PROBLEMS.append(f"{name}: {operation}: {' '.join(str(error).split())}")
        return None


def documents(root, folder):
    path = folder / "emr.run-job-flow.json"
    if path.exists():
        call(root, path, "emr", "run_job_flow")
    path = folder / "emr-serverless.create-application.json"
    if path.exists():
        answer = call(root, path, "emr-serverless", "create_application")
        run = folder / "emr-serverless.start-job-run.json"
        if answer and run.exists():
            role = {"JOB_EXECUTION_ROLE_ARN": "arn:aws:iam::123456789012:role/job"}
            call(root, run, "emr-serverless", "start_job_run", role | {"APPLICATION_ID": answer["applicationId"]})
    path = folder / "glue.create-job.json"
    if path.exists() and call(root, path, "glue", "create_job"):
        run = folder / "glue.start-job-run.json"
        if run.exists():
            call(root, run, "glue", "start_job_run")
    path = folder / "athena.create-work-group.json"
    if path.exists():
        call(root, path, "athena", "create_work_group")


def machine(root, folder):
    path = folder / "state-machine.json"
    if path.exists():
        role = "arn:aws:iam::123456789012:role/states"
        more = {"name": "job", "definition": filled(path), "roleArn": role}
        answer = call(root, path, "stepfunctions", "create_state_machine", **more)
        # moto stores a definition without reading it: what it gives back must be one.
        try:
            kept = client("stepfunctions").describe_state_machine(stateMachineArn=answer["stateMachineArn"])
            json.loads(kept["definition"])["States"]
        except (TypeError, ValueError, KeyError) as error:
            PROBLEMS.append(f"{path.relative_to(root)}: create_state_machine: {error}")


def main(arguments):
    root = pathlib.Path(arguments[0])
    with mock_aws():
        for folder in sorted(root.glob("*/*/")):
            # Each spec meets an empty account.
            moto_api_backend.reset()
            if folder.name == "aws-json":
                documents(root, folder)
            elif folder.name == "step-functions":
                machine(root, folder)
    print("\n".join(PROBLEMS))
    print(json.dumps(CALLS, sort_keys=True), file=sys.stderr)
    return 1 if PROBLEMS else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
