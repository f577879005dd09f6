"""Makes the data of the benchmark of `profile`, and times DuckDB on the same questions.

    pip install duckdb pyarrow numpy
    python benches/make_inventory.py inventory FOLDER [MILLIONS]    an S3 Inventory in Parquet, 1 million objects a file
    python benches/make_inventory.py sample FILE [MILLIONS]         rows with a skewed key, in Parquet
    python benches/make_inventory.py duckdb-inventory FOLDER        the same sums by DuckDB
    python benches/make_inventory.py duckdb-sample FILE
    python benches/make_inventory.py compare PROGRAM FOLDER FILE    shapecast and DuckDB one after the other: wall, CPU, memory

The inventory has S3's column names and types, keys of 70 to 90 bytes in order, sizes from 1 kB to 1 GB (log-normal), three
storage classes, 2 % older versions, 100 tables with daily and hourly partitions over three years.
"""
import binascii
import os
import subprocess
import sys
import time

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq


def taken(texts, places):
    """Texts by their places."""
    return pa.array(texts).take(pa.array(places))


def hexed(values):
    """Eight hexadecimal digits of each number below 2^32."""
    text = binascii.hexlify(values.astype(">u4").tobytes())
    offsets = np.arange(0, 8 * len(values) + 1, 8, dtype="int32")
    return pa.StringArray.from_buffers(len(values), pa.py_buffer(offsets.tobytes()), pa.py_buffer(text))


def inventory(folder, millions):
    os.makedirs(folder, exist_ok=True)
    random = np.random.default_rng(1)
    start = np.datetime64("2022-06-01T00:00:00", "ms").astype("int64")
    tables = ["warehouse/table_%02d/dt=" % table for table in range(100)]
    dates = np.datetime_as_string((start + np.arange(1096) * 86_400_000).astype("datetime64[ms]"), unit="D").tolist()
    hours = ["/hour=%02d/part-" % hour for hour in range(24)]
    for part in range(millions):
        n = 1_000_000
        index = np.arange(part * n, (part + 1) * n)
        table = index * 100 // (millions * n)
        # Within a table: 1,095 days of 24 hours, files in order.
        within = index - table * (millions * n // 100)
        per_hour = max(1, (millions * n // 100) // (1095 * 24))
        hour = np.minimum(within // per_hour, 1095 * 24 - 1)
        files = ["%05d-00000000" % file for file in range(per_hour)]
        keys = pc.binary_join_element_wise(
            taken(tables, table), taken(dates, hour // 24), taken(hours, hour % 24), taken(files, within % per_hour),
            hexed(index * 2654435761 % 2**32), ".c000.snappy.parquet", "")
        sizes = np.clip(np.exp(random.normal(15.5, 2.0, n)), 1_000, 1_000_000_000).astype("int64")
        classes = np.searchsorted([0.8, 0.95], random.random(n), side="right")
        columns = {
            "bucket": taken(["lake"], np.zeros(n, "int8")),
            "key": keys,
            "version_id": pa.nulls(n, pa.string()),
            "is_latest": pa.array(random.random(n) > 0.02),
            "is_delete_marker": pa.array(np.zeros(n, bool)),
            "size": pa.array(sizes),
            "last_modified_date": pa.array(start + hour * 3_600_000 + random.integers(0, 900_000, n), pa.timestamp("ms")),
            "storage_class": taken(["STANDARD", "STANDARD_IA", "GLACIER_IR"], classes),
        }
        pq.write_table(pa.table(columns), "%s/part-%04d.parquet" % (folder, part), compression="snappy", row_group_size=500_000)
    print("%d million objects in %s" % (millions, folder), flush=True)


def sample(file, millions):
    random = np.random.default_rng(2)
    n = millions * 1_000_000
    # Zipf with exponent 1.2 over many keys, a tenth of the rows on one key.
    key = random.zipf(1.2, n) % 5_000_000
    key[random.random(n) < 0.1] = 42
    columns = {"user": pa.array(key.astype("int64")), "country": pa.array(np.array(["C%03d" % c for c in range(200)])[key % 200]), "value": pa.array(random.random(n))}
    pq.write_table(pa.table(columns), file, compression="snappy", row_group_size=500_000)


def timed(what, query):
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    before, cpu = time.perf_counter(), time.process_time()
    rows = connection.execute(query).fetchall()
    print("%s: %.2f s wall, %.2f s CPU, %d rows" % (what, time.perf_counter() - before, time.process_time() - cpu, len(rows)))


def duckdb_inventory(folder):
    source = "read_parquet('%s/*.parquet')" % folder
    timed("duckdb inventory", """
        WITH live AS (SELECT *, regexp_extract(key, '^(.*)/[^/]*$', 1) AS folder, date_trunc('day', last_modified_date) AS day,
          regexp_extract(key, '([.][A-Za-z]{1,8})?[.][A-Za-z0-9]{1,8}$') AS suffix, ceil(log2(size + 1)) AS size_class FROM %s)
        SELECT 'folder', array_to_string(string_split(folder, '/')[1:8], '/'), count(*), sum(size), sum(CASE WHEN size < 16777216 THEN 1 ELSE 0 END) FROM live WHERE is_latest GROUP BY 2
        UNION ALL SELECT 'minute', CAST(date_trunc('minute', last_modified_date) AS VARCHAR), count(*), sum(size), 0 FROM live WHERE is_latest GROUP BY 2
        UNION ALL SELECT 'suffix', suffix, count(*), sum(size), max(size) FROM live WHERE is_latest GROUP BY 2
        UNION ALL SELECT 'size', CAST(size_class AS VARCHAR), count(*), sum(size), 0 FROM live WHERE is_latest GROUP BY 2
        UNION ALL SELECT 'class', storage_class, count(*), sum(size), 0 FROM live GROUP BY 2""" % source)


def duckdb_sample(file):
    timed("duckdb sample", """
        WITH counted AS (SELECT user, count(*) AS n FROM '%s' GROUP BY user)
        SELECT user, n, (SELECT count(*) FROM counted), (SELECT sum(n) FROM counted) FROM counted ORDER BY n DESC LIMIT 1000""" % file)


def measured(what, command):
    """Wall, CPU and peak memory of a child, by the kernel's own account of it."""
    before = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit("%s failed: %s" % (what, command))
    wall = time.perf_counter() - before
    print("%-20s wall %7.2f s  CPU %7.2f s  memory %6.0f MB" % (what, wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024), flush=True)


def compare(program, folder, file):
    print("machine: %d cores, load %.1f" % (os.cpu_count(), os.getloadavg()[0]), flush=True)
    own = [sys.executable, os.path.abspath(__file__)]
    measured("shapecast sample", [program, "profile", "sample", file, "--key", "user", "--format", "json", "-q"])
    measured("duckdb sample", own + ["duckdb-sample", file])
    measured("shapecast inventory", [program, "profile", folder, "--format", "json", "-q"])
    measured("duckdb inventory", own + ["duckdb-inventory", folder])


if __name__ == "__main__" and sys.argv[1] == "compare":
    compare(*sys.argv[2:5])
elif __name__ == "__main__":
    what, where = sys.argv[1], sys.argv[2]
    millions = int(sys.argv[3]) if len(sys.argv) > 3 else (100 if what == "inventory" else 10)
    {"inventory": lambda: inventory(where, millions), "sample": lambda: sample(where, millions),
     "duckdb-inventory": lambda: duckdb_inventory(where), "duckdb-sample": lambda: duckdb_sample(where)}[what]()
