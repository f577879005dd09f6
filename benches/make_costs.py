"""Makes a year of cost data for the benchmark of `report`: a CUR 2.0 export of a data platform, some 5.3 million rows.

    python benches/make_costs.py FOLDER [DAYS]            cur.csv and jobs/ (Python's standard library is enough)
    python benches/make_costs.py FOLDER [DAYS] --parquet  also cur.parquet (needs pyarrow)

The same arguments give the same bytes: the seed is fixed, the year is 2025-11-17 to 2026-11-16 (or its last DAYS days).
`sums.json` holds what was written: rows, the exact total, and totals by week, so that a report can be held against it.

What the platform is: 128 pipelines of six teams (EMR on EC2 with Spot and On-Demand, EMR Serverless, Glue) on daily and
hourly schedules, with growth over the year, quiet weekends, retries, and a change of price and of a volume in between; a
standing cluster that idles at night; buckets, logs and network without a tag; tax, support, credits and refunds by month.
As in CUR 2.0: a row for each resource, usage type and hour; costs as 64-bit floats; all tags in one map (in CSV its JSON).
Prices are On-Demand prices of us-east-1 of 2026, rounded; Spot costs between 30 and 45 % of them.
"""

import csv
import datetime
import decimal
import hashlib
import json
import os
import random
import sys

COLUMNS = [
    "bill_bill_type", "bill_billing_entity", "bill_billing_period_start_date", "bill_billing_period_end_date",
    "bill_payer_account_id", "identity_line_item_id", "identity_time_interval", "line_item_availability_zone",
    "line_item_currency_code", "line_item_line_item_description", "line_item_line_item_type", "line_item_operation",
    "line_item_product_code", "line_item_resource_id", "line_item_unblended_cost", "line_item_unblended_rate",
    "line_item_usage_account_id", "line_item_usage_amount", "line_item_usage_end_date", "line_item_usage_start_date",
    "line_item_usage_type", "pricing_public_on_demand_cost", "pricing_term", "pricing_unit", "product_region_code",
    "resource_tags",
]
FLOATS = {"line_item_unblended_cost", "line_item_usage_amount", "pricing_public_on_demand_cost"}
TIMES = {"bill_billing_period_start_date", "bill_billing_period_end_date", "line_item_usage_start_date", "line_item_usage_end_date"}
LAST = datetime.date(2026, 11, 16)
# Instance type: On-Demand price and EMR's fee an hour.
NODES = {"r6g.4xlarge": (0.8064, 0.2016), "r5.4xlarge": (1.008, 0.27), "m6g.xlarge": (0.154, 0.0385), "m5.2xlarge": (0.384, 0.096)}
TEAMS = ["ads", "billing", "fraud", "network", "search", "warehouse"]
ACCOUNT = "111122223333"


class Pipeline:
    def __init__(self, number, dice):
        self.name = "%s-%02d" % (["orders", "clicks", "sessions", "cdr", "ledger", "features"][number % 6], number)
        self.team = TEAMS[number % len(TEAMS)]
        self.engine = ["emr", "emr", "emr", "serverless", "glue", "emr"][number % 6]
        self.node = ["r6g.4xlarge", "r5.4xlarge", "m5.2xlarge"][number % 3]
        self.nodes = dice.choice([8, 12, 16, 24, 32]) if self.engine == "emr" else dice.choice([10, 20, 40])
        self.hours = dice.choice([2, 3, 4])
        self.at = [dice.randrange(0, 6)] if number % 4 else list(range(0, 24, 4))
        self.hours = 1 if len(self.at) > 1 else self.hours
        self.spot = dice.choice([0.0, 0.5, 0.8, 0.9]) if self.engine == "emr" else 0.0
        self.growth = dice.uniform(0.95, 1.3)
        self.tags = {"user_pipeline": self.name, "user_team": self.team, "user_env": "prod"}


class Rows:
    """Rows of one day at a time; `total` is exact over what is written."""

    def __init__(self, dice):
        self.dice, self.serial, self.rows = dice, 0, []

    def add(self, day, hour, kind, product, usage_type, operation, resource, amount, unit, rate, tags, listed=None, zone="us-east-1a"):
        cost = round(amount * rate, 10) if kind == "Usage" else rate
        begin = "%sT%02d:00:00Z" % (day, hour)
        end = "%sT%02d:00:00Z" % ((day, hour + 1) if hour < 23 else (day + datetime.timedelta(days=1), 0))
        first = day.replace(day=1)
        following = (first + datetime.timedelta(days=32)).replace(day=1)
        self.serial += 1
        identity = hashlib.blake2b(b"%d" % self.serial, digest_size=26).hexdigest()
        self.rows.append((
            "Anniversary", "AWS", "%sT00:00:00Z" % first, "%sT00:00:00Z" % following, ACCOUNT, identity, begin + "/" + end, zone,
            "USD", "$%s per %s %s" % (rate, unit, usage_type), kind, operation, product, resource, cost, str(rate), ACCOUNT,
            amount, end, begin, usage_type, round(amount * listed, 10) if listed is not None else cost,
            "Spot" if "SpotUsage" in usage_type else "OnDemand", unit, "us-east-1", tags,
        ))

    def cluster(self, day, hour, pipeline, nodes, hours, spot_price):
        """A run on its own EMR cluster: instances, their disks and EMR's fee, hour by hour."""
        self.serial += 1
        cluster = "j-" + hashlib.blake2b(b"cluster %d" % self.serial, digest_size=7).hexdigest().upper()[:13]
        tags = dict(pipeline.tags, aws_elasticmapreduce_job_flow_id=cluster)
        arn = "arn:aws:elasticmapreduce:us-east-1:%s:cluster/%s" % (ACCOUNT, cluster)
        listed, fee = NODES[pipeline.node]
        on_spot = round(nodes * pipeline.spot)
        ids = ["i-0%016x" % self.dice.getrandbits(64) for _ in range(nodes)]
        for step in range(hours):
            at, when = (hour + step) % 24, day + datetime.timedelta(days=(hour + step) // 24)
            used = 1.0 if step < hours - 1 else round(self.dice.uniform(0.2, 1.0), 6)
            for index, node in enumerate(ids):
                is_spot = index < on_spot
                kind = ("SpotUsage:" if is_spot else "BoxUsage:") + pipeline.node
                rate = round(listed * spot_price, 4) if is_spot else listed
                self.add(when, at, "Usage", "AmazonEC2", kind, "RunInstances", node, used, "Hrs", rate, tags, listed)
                self.add(when, at, "Usage", "AmazonEC2", "EBS:VolumeUsage.gp3", "CreateVolume-Gp3", "vol-0" + node[3:],
                         round(used * 64 / 730, 8), "GB-Mo", 0.08, pipeline.tags)
            self.add(when, at, "Usage", "ElasticMapReduce", "BoxUsage:" + pipeline.node, "RunInstances", arn,
                     round(used * nodes, 6), "Hrs", fee, tags)

    def serverless(self, day, hour, pipeline, nodes, hours):
        self.serial += 1
        arn = "arn:aws:emr-serverless:us-east-1:%s:/applications/00f/jobruns/%012x" % (ACCOUNT, self.serial)
        for step in range(hours):
            at, when = (hour + step) % 24, day + datetime.timedelta(days=(hour + step) // 24)
            used = round(nodes * 4 * self.dice.uniform(0.5, 1.0), 6)
            self.add(when, at, "Usage", "ElasticMapReduce", "USE1-EMR-SERVERLESS-ARM-vCPUHours", "Worker", arn, used, "vCPU-Hours", 0.042094, pipeline.tags)
            self.add(when, at, "Usage", "ElasticMapReduce", "USE1-EMR-SERVERLESS-ARM-MemoryGBHours", "Worker", arn, round(used * 4, 6), "GB-Hours", 0.004628, pipeline.tags)

    def glue(self, day, hour, pipeline, nodes, hours):
        arn = "arn:aws:glue:us-east-1:%s:job/%s" % (ACCOUNT, pipeline.name)
        for step in range(hours):
            at, when = (hour + step) % 24, day + datetime.timedelta(days=(hour + step) // 24)
            used = round(nodes * self.dice.uniform(0.5, 1.0), 6)
            self.add(when, at, "Usage", "AWSGlue", "USE1-ETL-DPU-Hour", "Jobrun", arn, used, "DPU-Hour", 0.44, pipeline.tags)

    def everything_else(self, day):
        """A standing cluster, and what carries no tag."""
        tags = {"user_pipeline": "standing", "user_team": "warehouse", "aws_elasticmapreduce_job_flow_id": "j-STANDING00001"}
        for hour in range(24):
            for node in range(20):
                self.add(day, hour, "Usage", "AmazonEC2", "BoxUsage:r5.4xlarge", "RunInstances", "i-0standing%08d" % node, 1.0, "Hrs", 1.008, tags)
            for bucket in range(40):
                name = "lake-%02d" % bucket
                self.add(day, hour, "Usage", "AmazonS3", "TimedStorage-ByteHrs", "StandardStorage", name, round(2.0 + bucket * 1.37, 6), "GB-Mo", 0.023, {})
                self.add(day, hour, "Usage", "AmazonS3", "Requests-Tier1", "PutObject", name, float(self.dice.randrange(100, 90000)), "Requests", 5e-06, {})
            for index in range(12):
                self.add(day, hour, "Usage", "AmazonCloudWatch", "DataProcessing-Bytes", "PutLogEvents", "log-%02d" % index, round(self.dice.uniform(0.01, 1.5), 8), "GB", 0.5, {})
                self.add(day, hour, "Usage", "AmazonEC2", "DataTransfer-Regional-Bytes", "InterZone-In", "eni-%02d" % index, round(self.dice.uniform(0.1, 9.0), 8), "GB", 0.01, {})

    def of_the_month(self, day, pipelines):
        for pipeline in pipelines[::7]:
            self.add(day, 0, "Credit", "AWSGlue", "USE1-ETL-DPU-Hour", "Jobrun", "", 0.0, "", -round(self.dice.uniform(1, 40), 6), pipeline.tags)
            self.add(day, 0, "Refund", "AmazonEC2", "BoxUsage:r5.4xlarge", "RunInstances", "", 0.0, "", -round(self.dice.uniform(0.1, 4), 6), pipeline.tags)
        self.add(day, 0, "Tax", "AmazonEC2", "", "", "", 0.0, "", 412.37, {})
        self.add(day, 0, "Fee", "AWSSupportBusiness", "Dollar", "", "", 0.0, "", 300.0, {})

    def day(self, day, progress, pipelines):
        quiet = 0.6 if day.weekday() >= 5 else 1.0
        spot_price = 0.32 + 0.13 * progress
        for number, pipeline in enumerate(pipelines):
            size = (1 + (pipeline.growth - 1) * progress) * quiet * self.dice.uniform(0.9, 1.15)
            if number == 5 and progress > 0.9:
                size *= 2
            nodes = max(2, round(pipeline.nodes * size))
            for hour in pipeline.at:
                for _ in range(2 if self.dice.random() < 0.02 else 1):
                    if pipeline.engine == "emr":
                        self.cluster(day, hour, pipeline, nodes, pipeline.hours, spot_price)
                    elif pipeline.engine == "serverless":
                        self.serverless(day, hour, pipeline, nodes, pipeline.hours)
                    else:
                        self.glue(day, hour, pipeline, nodes, pipeline.hours)
        self.everything_else(day)
        if day.day == 1:
            self.of_the_month(day, pipelines)
        rows, self.rows = self.rows, []
        return rows


def parquet_writer(path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    def kind(name):
        if name in FLOATS:
            return pa.float64()
        if name in TIMES:
            return pa.timestamp("ms")
        return pa.map_(pa.string(), pa.string()) if name == "resource_tags" else pa.string()

    schema = pa.schema([(name, kind(name)) for name in COLUMNS])
    writer = pq.ParquetWriter(path, schema, compression="snappy")

    def write(rows):
        columns = []
        for index, field in enumerate(schema):
            values = [row[index] for row in rows]
            if field.name in TIMES:
                values = [datetime.datetime.fromisoformat(value[:-1]) for value in values]
            elif field.name == "resource_tags":
                values = [list(value.items()) for value in values]
            columns.append(pa.array(values, field.type))
        writer.write_table(pa.table(columns, schema=schema))

    return write, writer.close


def jobs(folder, pipelines):
    os.makedirs(folder, exist_ok=True)
    for pipeline in pipelines[:12]:
        times = pipeline.at[0] if len(pipeline.at) == 1 else "0/4"
        with open(os.path.join(folder, pipeline.name + ".yaml"), "w") as out:
            out.write("name: %s\ninput: {volume: %d GB, format: parquet}\ncadence: cron(0 %s * * ? *)\ndeadline: 4 h\njob: aggregation\ntags: {team: %s}\n"
                      % (pipeline.name, 40 * pipeline.nodes * pipeline.hours, times, pipeline.team))


def main(arguments):
    folder = arguments[0]
    numbers = [it for it in arguments[1:] if it.isdigit()]
    days = int(numbers[0]) if numbers else 365
    os.makedirs(folder, exist_ok=True)
    dice = random.Random(20261116)
    pipelines = [Pipeline(number, dice) for number in range(128)]
    jobs(os.path.join(folder, "jobs"), pipelines)
    maker = Rows(dice)
    write, close = parquet_writer(os.path.join(folder, "cur.parquet")) if "--parquet" in arguments else (lambda rows: None, lambda: None)
    exact = decimal.Context(prec=60)
    total, weeks, count, kept = decimal.Decimal(0), {}, 0, []
    with open(os.path.join(folder, "cur.csv"), "w", newline="") as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow(COLUMNS)
        start = COLUMNS.index("line_item_usage_start_date")
        cost = COLUMNS.index("line_item_unblended_cost")
        for back in range(days - 1, -1, -1):
            rows = maker.day(LAST - datetime.timedelta(days=back), 1 - back / 365, pipelines)
            table.writerows(row[:-1] + (json.dumps(row[-1], separators=(",", ":")) if row[-1] else "",) for row in rows)
            for row in rows:
                amount = decimal.Decimal(repr(row[cost]))
                week = "%d-W%02d" % datetime.date.fromisoformat(row[start][:10]).isocalendar()[:2]
                weeks[week] = exact.add(weeks.get(week, decimal.Decimal(0)), amount)
                total = exact.add(total, amount)
            count += len(rows)
            kept += rows
            # A row group of about 250,000 rows.
            if len(kept) > 250_000 or back == 0:
                write(kept)
                kept = []
    close()
    with open(os.path.join(folder, "sums.json"), "w") as out:
        json.dump({"rows": count, "total_usd": str(total), "weeks": {week: str(sum) for week, sum in weeks.items()}}, out, indent=1)
    print(count, "rows,", total, "USD")


if __name__ == "__main__":
    main(sys.argv[1:])
