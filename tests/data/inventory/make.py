"""Makes the inventories of `src/profile/inventory/tests.rs`: the same rows as CSV, ORC in each codec, and Parquet.

    pip install pyarrow
    python make.py
"""
import datetime

import pyarrow as pa
import pyarrow.orc as orc
import pyarrow.parquet as pq

ROWS = 1500
start = datetime.datetime(2025, 1, 1, tzinfo=datetime.timezone.utc)


def row(i):
    marker = i % 97 == 5
    return {
        "bucket": "lake",
        "key": None if i % 500 == 499 else "raw/d=%02d/%s-%05d%s" % (i % 30, "größe" if i % 11 == 0 else "part", i, ".json.gz" if i % 3 == 0 else ".parquet"),
        "version_id": "v%d" % i,
        "is_latest": i % 7 != 3,
        "is_delete_marker": marker,
        # Runs, small numbers with a few large ones, and long stretches that grow by one: every encoding of ORC.
        "size": None if marker else (4096 if i < 300 else (i % 50 + (10**10 if i % 61 == 0 else 0) if i < 900 else i)),
        "last_modified_date": None if i % 250 == 1 else start + datetime.timedelta(minutes=i * 7, milliseconds=i % 1000),
        "e_tag": "e",
        "storage_class": ["STANDARD", "STANDARD_IA", "GLACIER"][i % 10 // 8 + (i % 40 == 0)] if not marker else None,
        "intelligent_tiering_access_tier": "DEEP_ARCHIVE" if i % 333 == 0 else None,
    }


rows = [row(i) for i in range(ROWS)]
schema = pa.schema([
    ("bucket", pa.string()), ("key", pa.string()), ("version_id", pa.string()), ("is_latest", pa.bool_()), ("is_delete_marker", pa.bool_()),
    ("size", pa.int64()), ("last_modified_date", pa.timestamp("ms", tz="UTC")), ("e_tag", pa.string()), ("storage_class", pa.string()),
    ("intelligent_tiering_access_tier", pa.string())])
table = pa.Table.from_pylist(rows, schema=schema)
for codec in ("uncompressed", "zlib", "snappy", "lz4", "zstd"):
    orc.write_table(table, "%s.orc" % codec, compression=codec, stripe_size=65536, compression_block_size=65536,
                    dictionary_key_size_threshold=0.5, file_version="0.12")
orc.write_table(table.slice(0, 1000), "first-version.orc", compression="zlib", file_version="0.11", dictionary_key_size_threshold=0.5)

# The inventory table of S3 Metadata has maps of tags and metadata beside the columns of an inventory.
tags = pa.array([[("team", "etl")] if i % 2 else [] for i in range(ROWS)], pa.map_(pa.string(), pa.string()))
pq.write_table(table.drop(["is_latest", "intelligent_tiering_access_tier"]).append_column("object_tags", tags), "s3-metadata.parquet",
               compression={"key": "ZSTD", **{n: "SNAPPY" for n in ("bucket", "size")}}, row_group_size=600)

# What other programs make of an inventory: sizes as floats (some rows have none), times and truth values as texts; then
# sizes as texts and times as days.
first = [f"2025-01-{i % 28 + 1:02d}T02:00:00Z" if i != 5 else "yesterday" for i in range(40)]
sizes = [None if i == 1 else 1.5 if i == 2 else -4.0 if i == 3 else float(i * 1000) for i in range(40)]
keys = ["raw/d=%d/%02d.parquet" % (i % 4, i) for i in range(40)]
floats = pa.table({"bucket": ["lake"] * 40, "key": keys, "size": pa.array(sizes, pa.float64()), "last_modified_date": first,
                   "is_latest": ["false" if i == 7 else "TRUE" for i in range(40)]})
texts = pa.table({"bucket": ["lake"] * 40, "key": keys, "size": ["many" if i == 1 else str(i * 1000) for i in range(40)],
                  "last_modified_date": pa.array([datetime.date(2025, 1, i % 28 + 1) for i in range(40)], pa.date32())})
for name, table in (("floats", floats), ("texts", texts)):
    orc.write_table(table, "odd-%s.orc" % name)
    pq.write_table(table, "odd-%s.parquet" % name)

# Structs that are absent make their fields absent.
users = pa.array([None if i % 10 == 0 else {"id": i % 7, "name": None if i % 10 == 1 else {"last": "n%d" % (i % 3)}} for i in range(1000)])
pq.write_table(pa.table({"user": users}), "nested.parquet", row_group_size=300)

with open("rows.csv", "w", newline="\n") as out:
    out.write("Bucket,Key,VersionId,IsLatest,IsDeleteMarker,Size,LastModifiedDate,ETag,StorageClass,IntelligentTieringAccessTier\n")
    for it in rows:
        date = it["last_modified_date"]
        cells = [it["bucket"], it["key"], it["version_id"], it["is_latest"], it["is_delete_marker"], it["size"],
                 date and date.strftime("%Y-%m-%dT%H:%M:%S.") + "%03dZ" % (date.microsecond // 1000), it["e_tag"], it["storage_class"], it["intelligent_tiering_access_tier"]]
        out.write(",".join('"%s"' % ("" if c is None else str(c).lower() if isinstance(c, bool) else c) for c in cells) + "\n")
