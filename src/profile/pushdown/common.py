"""Written by shapecast: the profile of data where it lies. Runs on EMR, EMR Serverless, Glue or a laptop:

    spark-submit JOB.py --output s3://BUCKET/PREFIX/

The output is one CSV file of sums; bring it back and give it to `shapecast profile`.
"""
import argparse

from pyspark.sql import SparkSession
from pyspark.sql import functions as F


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--source", default=SOURCE, help="table or path that is profiled")
    parser.add_argument("--output", required=True, help="folder that the result is written into")
    # Glue adds arguments of its own.
    return parser.parse_known_args()[0]


def is_path(source):
    return "/" in source


def row(section, name=None, number=None, objects=None, size=None):
    """The columns of one section."""

    def whole(column):
        return (F.lit(0) if column is None else column).cast("bigint")

    return [
        F.lit(section).alias("section"),
        (F.lit("") if name is None else name).cast("string").alias("name"),
        whole(number).alias("number"),
        whole(objects).alias("objects"),
        whole(size).alias("bytes"),
    ]


def write(parts, output):
    result = parts[0]
    for part in parts[1:]:
        result = result.unionByName(part)
    # One file, quoted as RFC 4180 says.
    writer = result.coalesce(1).write.mode("overwrite").option("header", True)
    writer.option("quote", '"').option("escape", '"').option("emptyValue", "").csv(output)

