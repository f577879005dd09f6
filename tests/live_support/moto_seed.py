"""Starts moto's server, puts a bucket, a Glue run, a cluster and a Serverless run into it, prints where they are as a
line of JSON, and ends when stdin is closed."""
import json
import sys
import urllib.request

import boto3
from moto.server import ThreadedMotoServer

server = ThreadedMotoServer(port=0, verbose=False)
server.start()
host, port = server.get_host_and_port()
url = f"http://{host}:{port}"
REGION = "us-east-1"


def client(service):
    return boto3.client(service, region_name=REGION, endpoint_url=url, aws_access_key_id="x", aws_secret_access_key="x")


s3 = client("s3")
s3.create_bucket(Bucket="lake")
for number in range(1200):
    s3.put_object(Bucket="lake", Key=f"sales/day={number % 30:02}/part-{number:05}.parquet", Body=b"x" * 1000)
glue = client("glue")
glue.create_job(Name="nightly", Role="r", Command={"Name": "glueetl"}, GlueVersion="5.0", WorkerType="G.1X", NumberOfWorkers=4)
run = glue.start_job_run(JobName="nightly")["JobRunId"]
emr = client("emr")
cluster = emr.run_job_flow(
    Name="nightly", ReleaseLabel="emr-7.5.0", Instances={"InstanceGroups": [
        {"InstanceRole": "MASTER", "InstanceType": "m5.xlarge", "InstanceCount": 1},
        {"InstanceRole": "CORE", "InstanceType": "r5.4xlarge", "InstanceCount": 3, "Market": "SPOT"}],
        "KeepJobFlowAliveWhenNoSteps": True}, JobFlowRole="EMR_EC2_DefaultRole", ServiceRole="EMR_DefaultRole")["JobFlowId"]
serverless = client("emr-serverless")
app = serverless.create_application(name="nightly", releaseLabel="emr-7.5.0", type="SPARK")["applicationId"]
serverless.start_application(applicationId=app)
job = serverless.start_job_run(applicationId=app, executionRoleArn="arn:aws:iam::123456789012:role/x",
                               jobDriver={"sparkSubmit": {"entryPoint": "s3://lake/x.py"}})["jobRunId"]
# Athena: what a query over an inventory finds, and the table's size in the catalog.
s3.create_bucket(Bucket="staging")
client("athena").create_work_group(Name="reports", Configuration={
    "EnforceWorkGroupConfiguration": False, "BytesScannedCutoffPerQuery": 1 << 40})
glue.create_database(DatabaseInput={"Name": "lake"})
glue.create_table(DatabaseName="lake", TableInput={"Name": "inventory", "Parameters": {"totalSize": str(10 << 30)}})
ROWS = """section,name,number,objects,bytes
meta,objects,1,0,0
source,,0,5,0
state,current,0,5,4000
size,,10,5,4000"""
rows = [{"Data": [{"VarCharValue": field} for field in line.split(",")]} for line in ROWS.splitlines()]
results = {"results": [{"rows": rows, "column_info": []}]}
urllib.request.urlopen(urllib.request.Request(
    f"{url}/moto-api/static/athena/query-results", json.dumps(results).encode(), {"content-type": "application/json"}))
print(json.dumps({"url": url, "glue": run, "cluster": cluster, "app": app, "job": job}), flush=True)
sys.stdin.read()
server.stop()
