"""Makes the small cost exports beside it, as AWS writes them: `python make.py` (needs pyarrow). Committed, because a Parquet
map is written by AWS and pyarrow, not by what the project is built with.

cur2.csv and cur2.parquet hold the same rows of CUR 2.0: three pipelines over three weeks, credits, a refund, tax, an untagged
bucket, all tags in one map. explorer.csv and explorer.parquet hold the same days of Cost Explorer's table.
"""

import csv
import datetime
import json
import pathlib

import pyarrow as pa
import pyarrow.parquet as pq

HERE = pathlib.Path(__file__).parent
COLUMNS = [
    "identity_line_item_id", "identity_time_interval", "line_item_usage_start_date", "line_item_line_item_type",
    "line_item_product_code", "line_item_usage_type", "line_item_usage_amount", "line_item_unblended_cost",
    "line_item_currency_code", "line_item_resource_id", "pricing_public_on_demand_cost", "resource_tags",
]
FLOATS = {"line_item_usage_amount", "line_item_unblended_cost", "pricing_public_on_demand_cost"}


def rows():
    serial = 0

    def row(day, kind, product, usage_type, amount, cost, resource, listed, tags):
        nonlocal serial
        serial += 1
        begin = f"{day}T00:00:00Z"
        return ["id%04d" % serial, f"{begin}/{day}T01:00:00Z", begin, kind, product, usage_type, amount, cost, "USD", resource, listed, tags]

    for back in range(21):
        day = datetime.date(2026, 10, 26) + datetime.timedelta(days=back)
        orders = {"user_pipeline": "orders", "user_team": "ads", "aws_elasticmapreduce_job_flow_id": f"j-{day}"}
        cost = round(5.824137 + 0.01 * back, 6)
        yield row(day, "Usage", "AmazonEC2", "SpotUsage:r6g.4xlarge", 20.0, cost, f"i-{back}", 16.128, orders)
        yield row(day, "Usage", "AmazonEC2", "EBS:VolumeUsage.gp3", 0.75, 0.0612345678, f"vol-{back}", 0.0612345678, {"user_pipeline": "orders"})
        yield row(day, "Usage", "ElasticMapReduce", "BoxUsage:r6g.4xlarge", 20.0, 4.0320007, f"arn:aws:elasticmapreduce:us-east-1:1:cluster/j-{day}", 4.0320007, orders)
        yield row(day, "Usage", "AWSGlue", "USE1-ETL-DPU-Hour", 11.5, 5.06, "arn:aws:glue:us-east-1:1:job/clicks", 5.06, {"user_pipeline": "clicks, \"raw\""})
        yield row(day, "Usage", "AmazonS3", "Requests-Tier1", 3.0, 1.5e-07, "lake", 1.5e-07, {})
    yield row(datetime.date(2026, 11, 10), "Credit", "AWSGlue", "USE1-ETL-DPU-Hour", 0.0, -3.17, "", 0.0, {"user_pipeline": "clicks, \"raw\""})
    yield row(datetime.date(2026, 11, 11), "Refund", "AmazonEC2", "BoxUsage:m6g.xlarge", 0.0, -0.1, "", 0.0, {"user_pipeline": "orders"})
    yield row(datetime.date(2026, 11, 15), "Tax", "AmazonEC2", "", 0.0, 1.999, "", 0.0, {})


def cur():
    all_rows = list(rows())
    with open(HERE / "cur2.csv", "w", newline="") as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow(COLUMNS)
        table.writerows(row[:-1] + [json.dumps(row[-1], separators=(",", ":")) if row[-1] else ""] for row in all_rows)
    arrays, fields = [], []
    for index, name in enumerate(COLUMNS):
        values = [row[index] for row in all_rows]
        kind = pa.float64() if name in FLOATS else pa.string()
        if name == "line_item_usage_start_date":
            kind, values = pa.timestamp("ms"), [datetime.datetime.fromisoformat(value[:-1]) for value in values]
        if name == "resource_tags":
            kind, values = pa.map_(pa.string(), pa.string()), [list(value.items()) for value in values]
        arrays.append(pa.array(values, kind))
        fields.append((name, kind))
    pq.write_table(pa.table(arrays, schema=pa.schema(fields)), HERE / "cur2.parquet", compression="snappy", row_group_size=40,
                   write_page_checksum=True)


def explorer():
    heads = ["pipeline", "orders($)", "No tag key: pipeline($)", "Total costs($)"]
    days = [(datetime.date(2026, 11, 2) + datetime.timedelta(days=day), 1.5 + day, 0.25) for day in range(14)]
    with open(HERE / "explorer.csv", "w", newline="") as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow(heads)
        table.writerows([day, orders, rest, orders + rest] for day, orders, rest in days)
    columns = list(zip(*[(day, orders, rest, orders + rest) for day, orders, rest in days]))
    kinds = [pa.date32(), pa.float64(), pa.float64(), pa.float64()]
    pq.write_table(pa.table([pa.array(column, kind) for column, kind in zip(columns, kinds)], names=heads), HERE / "explorer.parquet")


cur()
explorer()
