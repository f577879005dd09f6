"""Makes the Iceberg tables of `tests/iceberg.rs`, and `expected.json` with what pyiceberg itself says of them.

    pip install 'pyiceberg[pyarrow,sql-sqlite,pyiceberg-core]==0.12.0' fastavro
    python make.py

The data files of `events` and `plain` are left out of the project: a profile of a table reads its manifests only. All
identifiers are random, so that a new run gives other names and the same figures.
"""
import datetime
import glob
import gzip
import json
import os
import shutil
import sys
import tempfile

import fastavro
import pyarrow as pa
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.transforms import DayTransform, IdentityTransform
from pyiceberg.types import BooleanType, LongType, NestedField, StringType, TimestampType

HERE = os.path.dirname(os.path.abspath(__file__))
# The tables are written below this folder and say that they lie on S3: no test may depend on where they were made.
WAREHOUSE = os.path.join(tempfile.gettempdir(), "shapecast-iceberg-warehouse")
BUCKET = "s3://lake/warehouse"


def catalog():
    shutil.rmtree(WAREHOUSE, ignore_errors=True)
    os.makedirs(WAREHOUSE)
    return SqlCatalog("local", uri="sqlite:///%s/catalog.db" % WAREHOUSE, warehouse="file://%s" % WAREHOUSE)


def moved(value):
    """The same value with the bucket in place of this machine's folder."""
    if isinstance(value, str):
        return value.replace("file://" + WAREHOUSE, BUCKET)
    if isinstance(value, dict):
        return {key: moved(it) for key, it in value.items()}
    if isinstance(value, list):
        return [moved(it) for it in value]
    return value


def nightly(metadata):
    """One snapshot each night at 02:00 from 2025-01-01 on, whenever this program ran."""
    start = 1735696800000
    at = {it["snapshot-id"]: start + n * 86400000 for n, it in enumerate(metadata["snapshots"])}
    for it in metadata["snapshots"] + metadata["snapshot-log"]:
        it["timestamp-ms"] = at[it["snapshot-id"]]
    metadata["last-updated-ms"] = max(at.values())
    return metadata


def rewrite(path, codec, lengths):
    """Writes an Avro file again with the moved paths: a list of manifests also gets the new lengths."""
    with open(path, "rb") as source:
        reader = fastavro.reader(source)
        rows, schema = [moved(row) for row in reader], reader.writer_schema
        header = {key: moved(value) for key, value in reader.metadata.items() if not key.startswith("avro.")}
    for row in rows:
        if "manifest_path" in row:
            row["manifest_length"] = lengths[os.path.basename(row["manifest_path"])]
    with open(path, "wb") as out:
        fastavro.writer(out, schema, rows, codec=codec, metadata=header)
    lengths[os.path.basename(path)] = os.path.getsize(path)


def keep(table, name, codec, with_data=False, packed=False):
    """Copies a table's newest metadata, and its data when asked to, below this folder."""
    source = table.location().removeprefix("file://")
    target = os.path.join(HERE, name)
    shutil.rmtree(target, ignore_errors=True)
    os.makedirs(os.path.join(target, "metadata"))
    newest = table.metadata_location.removeprefix("file://")
    lengths, wanted = {}, [newest]
    for snapshot in table.snapshots():
        for manifest in snapshot.manifests(table.io):
            wanted.append(manifest.manifest_path.removeprefix("file://"))
        wanted.append(snapshot.manifest_list.removeprefix("file://"))
    for path in dict.fromkeys(wanted):
        copy = os.path.join(target, "metadata", os.path.basename(path))
        shutil.copy(path, copy)
        if path.endswith(".avro"):
            rewrite(copy, codec, lengths)
        else:
            text = json.dumps(nightly(moved(json.load(open(path)))), indent=1).encode()
            os.remove(copy)
            copy = copy.replace(".metadata.json", ".gz.metadata.json") if packed else copy
            with open(copy, "wb") as out:
                out.write(gzip.compress(text, mtime=0) if packed else text)
    if with_data:
        for path in glob.glob(os.path.join(source, "data", "**", "*.parquet"), recursive=True):
            copy = os.path.join(target, os.path.relpath(path, source))
            os.makedirs(os.path.dirname(copy), exist_ok=True)
            shutil.copy(path, copy)


def said(table, snapshot=None):
    """What pyiceberg says of a table's files."""
    files = table.inspect.files(snapshot_id=snapshot).to_pylist()
    data = [it for it in files if it["content"] == 0]
    columns, partitions = {}, {}
    names = {field_id: table.schema().find_column_name(field_id) for it in data for field_id, _ in it["column_sizes"]}
    for it in data:
        for field_id, size in it["column_sizes"]:
            name = names[field_id]
            columns[name] = columns.get(name, 0) + size
        folder = os.path.dirname(it["file_path"].split("/data/")[1])
        count = partitions.setdefault(folder, [0, 0])
        count[0] += 1
        count[1] += it["file_size_in_bytes"]
    return {
        "snapshot_id": str(snapshot or table.current_snapshot().snapshot_id),
        "files": len(data),
        "bytes": sum(it["file_size_in_bytes"] for it in data),
        "rows": sum(it["record_count"] for it in data),
        "columns": columns,
        "partitions": partitions,
        "manifests": len(table.inspect.manifests().to_pylist()) if snapshot is None else None,
    }


def events(local, version, name, codec, **how):
    schema = Schema(
        NestedField(1, "id", LongType(), required=False),
        NestedField(2, "ts", TimestampType(), required=False),
        NestedField(3, "region", StringType(), required=False),
        NestedField(4, "ok", BooleanType(), required=False),
    )
    spec = PartitionSpec(
        PartitionField(source_id=2, field_id=1000, transform=DayTransform(), name="ts_day"),
        PartitionField(source_id=3, field_id=1001, transform=IdentityTransform(), name="region"),
    )
    table = local.create_table("db.%s" % name, schema=schema, partition_spec=spec, properties={"format-version": str(version)})
    start = datetime.datetime(2025, 1, 1)
    arrow = pa.schema([("id", pa.int64()), ("ts", pa.timestamp("us")), ("region", pa.string()), ("ok", pa.bool_())])
    for night in range(6):
        rows = [
            {"id": night * 1000 + i, "ts": start + datetime.timedelta(days=night, seconds=i), "region": ["eu", "us", None, "a/b"][i % 4], "ok": i % 3 == 0}
            for i in range(100 + 10 * night)
        ]
        table.append(pa.Table.from_pylist(rows, schema=arrow))
    early = table.current_snapshot().snapshot_id
    # Rewrites the files of one day that hold other rows, removes those that hold none.
    table.delete("id < 50")
    table.delete("region == 'us' and id >= 5000")
    expected = {"now": said(table), "before": said(table, early)}
    keep(table, name, codec, **how)
    return expected


def plain(local):
    """Not partitioned, with one file."""
    table = local.create_table("db.plain", schema=pa.schema([("id", pa.int64())]), properties={"format-version": "2"})
    table.append(pa.table({"id": pa.array(range(10), pa.int64())}))
    keep(table, "plain", "null")
    return {"now": said(table)}


def s3_metadata(local):
    """An inventory as S3 Metadata keeps it: columns of the S3 user guide, "S3 Metadata live inventory tables schema"."""
    text, stamp = pa.string(), pa.timestamp("us")
    schema = pa.schema([
        ("bucket", text), ("key", text), ("sequence_number", text), ("version_id", text), ("is_delete_marker", pa.bool_()), ("size", pa.int64()),
        ("last_modified_date", stamp), ("e_tag", text), ("storage_class", text), ("is_multipart", pa.bool_()), ("encryption_status", text),
        ("is_bucket_key_enabled", pa.bool_()), ("kms_key_arn", text), ("checksum_algorithm", text), ("object_tags", pa.map_(text, text)),
        ("user_metadata", pa.map_(text, text))])
    table = local.create_table("db.inventory", schema=schema, properties={"format-version": "2"})

    def rows(first, last, size):
        start = datetime.datetime(2025, 1, 1)
        return pa.Table.from_pylist([
            {"bucket": "lake", "key": "raw/d=%02d/%05d.parquet" % (i % 10, i), "sequence_number": "%040d" % i, "is_delete_marker": False, "size": size + i,
             "last_modified_date": start + datetime.timedelta(hours=i), "storage_class": "GLACIER" if i % 50 == 7 else "STANDARD"}
            for i in range(first, last)], schema=schema)

    table.append(rows(0, 200, 1000))
    table.append(rows(200, 300, 1000))
    # S3 keeps the state of now: the objects below 100 were written again and are larger, and 250 to 299 are gone.
    table.delete("key < 'raw/d=01'")
    table.append(rows(300, 320, 5000))
    objects = table.scan(selected_fields=("key", "size", "storage_class")).to_arrow().to_pylist()
    keep(table, "s3-metadata", "deflate", with_data=True)
    live = {os.path.basename(it["file_path"]) for it in table.inspect.files().to_pylist()}
    every = glob.glob(os.path.join(HERE, "s3-metadata", "data", "*.parquet"))
    return {"objects": len(objects), "bytes": sum(it["size"] for it in objects),
            "archived": sum(it["storage_class"] == "GLACIER" for it in objects), "live_files": len(live), "files_that_lie_there": len(every)}


def main():
    local = catalog()
    local.create_namespace("db")
    expected = {
        "v1": events(local, 1, "v1", "deflate"),
        "v2": events(local, 2, "v2", "zstandard", packed=True),
        "plain": plain(local),
        "s3-metadata": s3_metadata(local),
        "by": "pyiceberg %s" % __import__("pyiceberg").__version__,
    }
    with open(os.path.join(HERE, "expected.json"), "w") as out:
        json.dump(expected, out, indent=1, sort_keys=True)
        out.write("\n")
    shutil.rmtree(WAREHOUSE)


if __name__ == "__main__":
    sys.exit(main())
