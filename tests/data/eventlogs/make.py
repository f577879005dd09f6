"""Makes the event logs of this folder with a real Spark, and says what is in them.

    pip install --target /tmp/spark-3.5 pyspark==3.5.6
    pip install --target /tmp/spark-4.1 pyspark==4.1.0
    PYTHONPATH=/tmp/spark-3.5 python3 make.py
    PYTHONPATH=/tmp/spark-4.1 python3 make.py

Needs Java 17 and takes a few minutes. Each case runs in a process of its own. What the tests expect is counted from
the text that Spark's own reader unpacks (`EventLogFileReader`), so it depends on none of the code under test; it
goes to `expected.json` beside this file.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

HERE = Path(os.environ.get("MAKE_LOGS_IN") or Path(__file__).resolve().parent)

# Nothing about the machine that made the logs is in them; the script itself runs from a neutral place too.
NEUTRAL_JVM = "-Duser.name=spark -Duser.home=/home/spark -Dos.version=6.1 -Djava.io.tmpdir=/tmp"
NEUTRAL_ENV = {
    "SPARK_LOCAL_HOSTNAME": "localhost",
    "SPARK_LOCAL_IP": "127.0.0.1",
    "SPARK_USER": "spark",
    "HOME": "/tmp",
}


def case(name, spark, program, conf=None, master="local[2,4]"):
    return {"name": name, "spark": spark, "program": program, "conf": conf or {}, "master": master}


def single(codec):
    return {
        "spark.eventLog.rolling.enabled": "false",
        "spark.eventLog.compress": "true",
        "spark.eventLog.compression.codec": codec,
    }


PLAIN = {"spark.eventLog.rolling.enabled": "false", "spark.eventLog.compress": "false"}
CASES = [
    case("3.5-plain", "3.5", "mixed", PLAIN),
    case("3.5-zstd", "3.5", "mixed", single("zstd")),
    case("3.5-lz4", "3.5", "mixed", single("lz4")),
    case("3.5-snappy", "3.5", "mixed", single("snappy")),
    case("3.5-lzf", "3.5", "mixed", single("lzf")),
    case(
        "3.5-rolling",
        "3.5",
        "many",
        {
            "spark.eventLog.rolling.enabled": "true",
            "spark.eventLog.rolling.maxFileSize": "10m",
            "spark.eventLog.compress": "true",
            "spark.eventLog.compression.codec": "zstd",
        },
    ),
    case("3.5-in-progress", "3.5", "unfinished", single("zstd")),
    case("3.5-loss", "3.5", "loss", single("zstd"), "local-cluster[2,1,512]"),
    case(
        "3.5-dynamic",
        "3.5",
        "dynamic",
        single("zstd")
        | {
            "spark.dynamicAllocation.enabled": "true",
            "spark.dynamicAllocation.shuffleTracking.enabled": "true",
            "spark.dynamicAllocation.minExecutors": "1",
            "spark.dynamicAllocation.maxExecutors": "3",
            "spark.dynamicAllocation.executorIdleTimeout": "2s",
        },
        "local-cluster[3,1,512]",
    ),
    case(
        "3.5-decommission",
        "3.5",
        "decommission",
        single("zstd")
        | {
            "spark.decommission.enabled": "true",
            "spark.storage.decommission.enabled": "true",
            "spark.storage.decommission.shuffleBlocks.enabled": "true",
            "spark.storage.decommission.replicationReattemptInterval": "1s",
        },
        "local-cluster[2,1,512]",
    ),
    case("4.1-defaults", "4.1", "mixed"),
    case("4.1-lz4", "4.1", "mixed", single("lz4")),
]


def mixed(spark, folder):
    """Scans, joins with AQE (coalescing, a split skewed partition), a group-by, a cache, failing tasks, writes."""
    facts = spark.range(0, 60_000, 1, 6).selectExpr(
        "id", "if(id % 10 < 6, 7, id % 997) AS key", "repeat(cast(id AS string), 20) AS pad"
    )
    facts.write.parquet(f"{folder}/facts")
    keys = spark.range(0, 997, 1, 2).selectExpr("id AS key", "concat('name', id) AS name")
    facts = spark.read.parquet(f"{folder}/facts")
    joined = facts.join(keys, "key").selectExpr("key", "name", "length(pad) AS size")
    joined.write.parquet(f"{folder}/joined")
    joined.groupBy("name").sum("size").orderBy("name").limit(5).collect()

    sc = spark.sparkContext
    pairs = sc.parallelize(range(4000), 5).map(lambda x: (x % 13, 1)).reduceByKey(lambda a, b: a + b, 4).cache()
    pairs.count()
    pairs.map(lambda pair: pair[1]).sum()
    sc.parallelize(range(4), 4).map(fail_once).count()
    threads = [threading.Thread(target=lambda: sc.parallelize(range(3), 3).map(nap).count()) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def fail_once(number):
    from pyspark import TaskContext

    if number == 2 and TaskContext.get().attemptNumber() == 0:
        raise ValueError("the first attempt fails")
    return number


def nap(number):
    time.sleep(0.3)
    return number


def many(spark, folder):
    """Enough tasks for two parts."""
    for _ in range(2):
        spark.range(0, 1300, 1, 1300).selectExpr("id % 3 AS k").groupBy("k").count().collect()


def unfinished(spark, folder):
    """The log is copied while a job runs."""
    spark.range(0, 1000, 1, 4).selectExpr("id % 3 AS k").groupBy("k").count().collect()
    thread = threading.Thread(target=lambda: spark.sparkContext.parallelize(range(8), 8).map(lambda x: time.sleep(2)).count())
    thread.start()
    time.sleep(3)
    for name in os.listdir(f"{folder}/log"):
        shutil.copy(f"{folder}/log/{name}", f"{folder}/copy-{name}")
    thread.join()


def loss(spark, folder):
    """An executor dies when its shuffle output is needed: failed fetches, resubmitted tasks, a second attempt."""
    sc = spark.sparkContext
    flag = f"{folder}/killed"

    def reduce(index, rows):
        time.sleep(0.2)
        if index == 3 and not os.path.exists(flag):
            open(flag, "w").close()
            worker = os.getppid()
            with open(f"/proc/{worker}/stat") as stat:
                jvm = int(stat.read().rsplit(")", 1)[1].split()[1])
            os.kill(jvm, signal.SIGKILL)
            time.sleep(5)
        return rows

    pairs = sc.parallelize(range(2000), 8).map(lambda x: (x % 11, x)).groupByKey(8)
    pairs.mapPartitionsWithIndex(reduce).count()


def dynamic(spark, folder):
    """A wide stage, a pause longer than the idle time, a wide stage again."""
    sc = spark.sparkContext
    sc.parallelize(range(12), 12).map(lambda x: time.sleep(1)).count()
    time.sleep(7)
    sc.parallelize(range(12), 12).map(lambda x: time.sleep(1)).count()


def decommission(spark, folder):
    """An executor is taken out of service in order, between two stages: its shuffle blocks move to the other one."""
    sc = spark.sparkContext
    pairs = sc.parallelize(range(2000), 8).map(lambda x: (x % 11, x)).groupByKey(8).persist()
    pairs.count()
    jvm = sc._jvm
    info = jvm.org.apache.spark.scheduler.ExecutorDecommissionInfo("spot notice", jvm.scala.Option.empty())
    sc._jsc.sc().schedulerBackend().decommissionExecutor("0", info, True, False)
    time.sleep(10)
    pairs.map(lambda pair: len(pair[1])).sum()


def run(wanted):
    """Runs one case in this process and prints what was counted."""
    folder = tempfile.mkdtemp(dir="/tmp", prefix="spark-log-")
    os.chdir(folder)
    os.makedirs("log")
    from pyspark.sql import SparkSession

    conf = {
        "spark.eventLog.enabled": "true",
        "spark.eventLog.dir": f"file://{folder}/log",
        "spark.ui.enabled": "false",
        "spark.driver.extraJavaOptions": NEUTRAL_JVM,
        "spark.executor.memory": "512m",
        "spark.sql.shuffle.partitions": "8",
        "spark.sql.autoBroadcastJoinThreshold": "-1",
        "spark.sql.adaptive.advisoryPartitionSizeInBytes": "64k",
        "spark.sql.adaptive.coalescePartitions.parallelismFirst": "false",
        "spark.sql.adaptive.coalescePartitions.minPartitionSize": "16k",
        "spark.sql.adaptive.skewJoin.skewedPartitionThresholdInBytes": "128k",
        "spark.sql.warehouse.dir": f"{folder}/warehouse",
    } | wanted["conf"]
    builder = SparkSession.builder.master(wanted["master"]).appName(wanted["name"])
    for key, value in conf.items():
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    globals()[wanted["program"]](spark, folder)
    jvm = spark.sparkContext._jvm
    spark.sparkContext._jsc.sc().stop()

    copies = sorted(Path(folder).glob("copy-*"))
    logs = copies or sorted(Path(folder, "log").glob("*"))
    target = HERE / wanted["name"]
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    expected = {}
    for log in logs:
        name = log.name.removeprefix("copy-")
        final = target / name
        shutil.copytree(log, final) if log.is_dir() else shutil.copy(log, final)
        expected = counted(text_of(jvm, final)) | {"path": f"{wanted['name']}/{name}", "spark": wanted["spark"]}
    for marker in target.rglob("*.crc"):
        marker.unlink()
    shutil.rmtree(folder)
    print("EXPECTED " + json.dumps(expected))


def text_of(jvm, path):
    """The text of a log as Spark's own reader unpacks it; a log in progress may break off."""
    hadoop = jvm.org.apache.hadoop
    configuration = hadoop.conf.Configuration()
    files = hadoop.fs.FileSystem.getLocal(configuration)
    parts = sorted(path.glob("events_*"), key=lambda part: int(part.name.split("_")[1])) if path.is_dir() else [path]
    text = b""
    for part in parts:
        stream = jvm.org.apache.spark.deploy.history.EventLogFileReader.openEventLog(
            hadoop.fs.Path(str(part)), files
        )
        lines = jvm.java.io.BufferedReader(jvm.java.io.InputStreamReader(stream, "UTF-8"))
        try:
            while (line := lines.readLine()) is not None:
                text += line.encode() + b"\n"
        except Exception as error:  # noqa: BLE001 - the frame that is still open
            print(f"{part.name} breaks off: {type(error).__name__}")
    return text


def counted(text):
    """What the tests compare, counted without any of the code under test."""
    result = dict.fromkeys(
        ["jobs", "stages", "tasks", "failed_tasks", "killed_tasks", "executors", "removed", "input_bytes", "output_bytes",
         "shuffle_read_bytes", "shuffle_write_bytes", "run_ms", "gc_ms", "cpu_ns", "retries", "adaptive_updates"], 0)
    result |= {"complete": False, "wall_ms": None, "first_task_ms": None, "last_task_ms": None}
    started, stages, removed = None, set(), set()
    for line in text.splitlines():
        event = json.loads(line)
        kind = event["Event"].split(".")[-1].removeprefix("SparkListener")
        if kind == "JobStart":
            result["jobs"] += 1
        elif kind == "StageCompleted":
            info = event["Stage Info"]
            stages.add((info["Stage ID"], info["Stage Attempt ID"]))
            result["retries"] += info["Stage Attempt ID"] > 0
        elif kind == "ExecutorAdded":
            result["executors"] += 1
        elif kind == "ExecutorRemoved":
            removed.add(event["Executor ID"])
        elif kind == "SQLAdaptiveExecutionUpdate":
            result["adaptive_updates"] += 1
        elif kind == "ApplicationStart":
            started = event["Timestamp"]
        elif kind == "ApplicationEnd":
            result["complete"] = True
            result["wall_ms"] = event["Timestamp"] - started
        elif kind == "TaskEnd":
            reason = event["Task End Reason"]["Reason"]
            result["tasks"] += 1
            result["killed_tasks"] += reason == "TaskKilled"
            result["failed_tasks"] += reason not in ("Success", "TaskKilled")
            info, metrics = event["Task Info"], event.get("Task Metrics") or {}
            first, last = result["first_task_ms"], result["last_task_ms"]
            result["first_task_ms"] = min(first or info["Launch Time"], info["Launch Time"])
            result["last_task_ms"] = max(last or 0, info["Finish Time"])
            result["run_ms"] += metrics.get("Executor Run Time", 0)
            result["gc_ms"] += metrics.get("JVM GC Time", 0)
            result["cpu_ns"] += metrics.get("Executor CPU Time", 0)
            result["input_bytes"] += metrics.get("Input Metrics", {}).get("Bytes Read", 0)
            result["output_bytes"] += metrics.get("Output Metrics", {}).get("Bytes Written", 0)
            read = metrics.get("Shuffle Read Metrics", {})
            result["shuffle_read_bytes"] += read.get("Remote Bytes Read", 0) + read.get("Local Bytes Read", 0)
            result["shuffle_write_bytes"] += metrics.get("Shuffle Write Metrics", {}).get("Shuffle Bytes Written", 0)
    result["stages"] = len(stages)
    result["removed"] = len(removed)
    return result


def main():
    import pyspark

    version = ".".join(pyspark.__version__.split(".")[:2])
    file = HERE / "expected.json"
    expected = json.loads(file.read_text()) if file.exists() else {}
    wanted = [case for case in CASES if case["spark"] == version and (not sys.argv[1:] or case["name"] in sys.argv[1:])]
    for one in wanted:
        environment = os.environ | NEUTRAL_ENV | {"SPARK_HOME": str(Path(pyspark.__file__).parent)}
        environment["PYSPARK_SUBMIT_ARGS"] = f'--driver-java-options "{NEUTRAL_JVM}" pyspark-shell'
        environment["MAKE_LOGS_IN"] = str(HERE)
        script = shutil.copy(HERE / "make.py", "/tmp/job.py")
        command = [sys.executable, script, "--run", one["name"]]
        output = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout
        print(one["name"], output)
        line = next(line for line in output.splitlines() if line.startswith("EXPECTED "))
        expected[one["name"]] = json.loads(line.removeprefix("EXPECTED "))
        file.write_text(json.dumps(expected, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--run"]:
        run(next(case for case in CASES if case["name"] == sys.argv[2]))
    else:
        main()
