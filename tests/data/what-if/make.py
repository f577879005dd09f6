"""Makes pairs of event logs with a real Spark that differ in one property: what a what-if must predict from one of them.

    pip install --target /tmp/spark-3.5 pyspark==3.5.6
    pip install --target /tmp/spark-4.1 pyspark==4.1.0
    PYTHONPATH=/tmp/spark-3.5 python3 make.py
    PYTHONPATH=/tmp/spark-4.1 python3 make.py [CASE…]

Needs Java 17 and takes some ten minutes a version. A standalone master and four workers of two cores each run on this machine as
127.0.0.1 to 127.0.0.4, so that Spark takes them for four hosts (speculative copies need another host). Tasks sleep instead of
computing (`java_method('java.lang.Thread', 'sleep', …)` for each row), so that two cores are enough for eight slots.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

HERE = Path(os.environ.get("MAKE_LOGS_IN") or Path(__file__).resolve().parent)
NEUTRAL_JVM = "-Duser.name=spark -Duser.home=/home/spark -Dos.version=6.1 -Djava.io.tmpdir=/tmp"
NEUTRAL_ENV = {"SPARK_LOCAL_IP": "127.0.0.1", "SPARK_USER": "spark", "HOME": "/tmp"}
HOSTS = 4

SKEW = {
    "spark.sql.shuffle.partitions": "16",
    "spark.sql.adaptive.advisoryPartitionSizeInBytes": "400k",
    "spark.sql.adaptive.coalescePartitions.enabled": "false",
    "spark.sql.adaptive.skewJoin.skewedPartitionThresholdInBytes": "1m",
}
DYNAMIC = {
    "spark.dynamicAllocation.enabled": "true",
    "spark.dynamicAllocation.shuffleTracking.enabled": "true",
    "spark.dynamicAllocation.minExecutors": "1",
    "spark.dynamicAllocation.maxExecutors": "4",
    "spark.dynamicAllocation.executorIdleTimeout": "3s",
    "spark.cores.max": "8",
}


def static(executors, cores=1):
    return {"spark.executor.cores": str(cores), "spark.cores.max": str(executors * cores)}


SIZES = static(4) | {
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.shuffle.partitions": "16",
    "spark.sql.files.maxPartitionBytes": "128k",
    "spark.sql.files.openCostInBytes": "1k",
}


# Name: program and the properties that are not the same in all cases of it.
CASES = {
    "skew-split": ("skew", SKEW | static(4)),
    "skew-whole": ("skew", SKEW | static(4) | {"spark.sql.adaptive.skewJoin.enabled": "false"}),
    "coalesce-on": ("group", static(4) | {"spark.sql.shuffle.partitions": "48"}),
    "coalesce-off": (
        "group",
        static(4) | {"spark.sql.shuffle.partitions": "48", "spark.sql.adaptive.coalescePartitions.enabled": "false"},
    ),
    "coalesce-small": (
        "group",
        static(4)
        | {
            "spark.sql.shuffle.partitions": "48",
            "spark.sql.adaptive.advisoryPartitionSizeInBytes": "60k",
            "spark.sql.adaptive.coalescePartitions.parallelismFirst": "false",
            "spark.sql.adaptive.coalescePartitions.minPartitionSize": "1k",
        },
    ),
    "adaptive-off": ("group", static(4) | {"spark.sql.shuffle.partitions": "48", "spark.sql.adaptive.enabled": "false"}),
    "partitions-6": ("group", static(4) | {"spark.sql.shuffle.partitions": "6", "spark.sql.adaptive.enabled": "false"}),
    "partitions-16": ("group", static(4) | {"spark.sql.shuffle.partitions": "16", "spark.sql.adaptive.enabled": "false"}),
    "straggler": ("straggler", static(4)),
    "straggler-speculation": ("straggler", static(4) | {"spark.speculation": "true"}),
    "wide-4": ("wide", static(4)),
    "wide-2": ("wide", static(2)),
    "wide-dynamic": ("wide", DYNAMIC | {"spark.executor.cores": "1"}),
    "size-1": ("size_1", SIZES),
    "size-2": ("size_2", SIZES),
    "size-4": ("size_4", SIZES),
    "wide-decommission": (
        "wide_decommission",
        static(4)
        | {
            "spark.decommission.enabled": "true",
            "spark.storage.decommission.enabled": "true",
            "spark.storage.decommission.shuffleBlocks.enabled": "true",
            "spark.storage.decommission.replicationReattemptInterval": "1s",
        },
    ),
}


def warm_up(spark):
    """Starts JVMs and Python workers and loads classes: four JVMs that start on two cores would be all that the logs show.

    Its jobs are named `count at …`, those that are measured are not.
    """
    spark.sparkContext.parallelize(range(64), 32).map(one_tenth).count()
    facts = spark.range(0, 3200, 1, 8).selectExpr("id % 100 AS key", "sha2(cast(id AS string), 512) AS pad", nap(1))
    facts.groupBy("key").agg({"pad": "max"}).join(spark.range(0, 100).withColumnRenamed("id", "key"), "key").count()


def one_tenth(number):
    time.sleep(0.1)
    return number


def nap(milliseconds):
    return f"java_method('java.lang.Thread', 'sleep', cast({milliseconds} as bigint)) AS nap"


def skew(spark):
    """A sort-merge join in which one key has 40 % of the rows; each joined row takes 8 ms."""
    pad = "concat_ws('', transform(sequence(1, 20), i -> sha2(cast(id * 31 + i AS string), 512))) AS pad"
    facts = spark.range(0, 6000, 1, 8).selectExpr("if(id % 10 < 4, 0, id % 200) AS key", pad)
    names = spark.range(0, 200, 1, 2).selectExpr("id AS key", "concat('name', id) AS name")
    facts.join(names.hint("merge"), "key").selectExpr("key", "name", "pad", nap(8)).write.format("noop").mode("overwrite").save()


def group(spark):
    """A group-by; each of 600 groups takes 40 ms."""
    facts = spark.range(0, 24_000, 1, 8).selectExpr("id % 600 AS key", "sha2(cast(id AS string), 512) AS pad")
    grouped = facts.groupBy("key").agg({"pad": "max"})
    grouped.selectExpr("*", nap(40)).write.format("noop").mode("overwrite").save()


def sized(factor):
    """Reads lines, 5 ms each, and groups them by 400 keys, 20 ms each: the first part grows with the data, the second does not."""

    def program(spark):
        with open("lines.txt", "w") as file:
            for row in range(2000 * factor):
                file.write(f"{row % 400:04d}{'x' * 1019}\n")
        lines = spark.read.text(f"file://{os.getcwd()}/lines.txt").selectExpr("substring(value, 1, 4) AS key", nap(5))
        grouped = lines.groupBy("key").agg({"nap": "count"})
        grouped.selectExpr("key", nap(20)).write.format("noop").mode("overwrite").save()

    return program


size_1, size_2, size_4 = sized(1), sized(2), sized(4)


def straggler(spark):
    """24 tasks of a second; the first attempt of one of them takes fifteen, as on a sick machine."""
    from pyspark import TaskContext

    def work(index, rows):
        time.sleep(15 if index == 9 and TaskContext.get().attemptNumber() == 0 else 1)
        return rows

    spark.sparkContext.parallelize(range(24), 24).mapPartitionsWithIndex(work).foreach(lambda row: None)


def one_second(number):
    time.sleep(1)
    return (number % 7, number)


def wide(spark, meanwhile=None):
    """Two jobs of 24 seconds of work each, a pause between them."""
    sc = spark.sparkContext
    for job in range(2):
        if job == 1:
            time.sleep(8)
        if meanwhile and job == 0:
            threading.Timer(3, meanwhile).start()
        sc.parallelize(range(24), 24).map(one_second).groupByKey(4).foreach(lambda row: None)


def wide_decommission(spark):
    """The same; one executor is taken out of service in order three seconds after the first job's start."""
    sc = spark.sparkContext
    jvm = sc._jvm

    def leave():
        info = jvm.org.apache.spark.scheduler.ExecutorDecommissionInfo("spot notice", jvm.scala.Option.empty())
        sc._jsc.sc().schedulerBackend().decommissionExecutor("0", info, True, False)

    wide(spark, leave)


def run(name, master, folder):
    """One case, in a process of its own."""
    from pyspark.sql import SparkSession

    program, differs = CASES[name]
    conf = {
        "spark.eventLog.enabled": "true",
        "spark.eventLog.dir": f"file://{folder}/log",
        "spark.eventLog.rolling.enabled": "false",
        "spark.eventLog.compress": "true",
        "spark.eventLog.compression.codec": "zstd",
        "spark.ui.enabled": "false",
        "spark.driver.extraJavaOptions": NEUTRAL_JVM,
        "spark.executor.memory": "512m",
        "spark.sql.autoBroadcastJoinThreshold": "-1",
        "spark.sql.warehouse.dir": f"{folder}/warehouse",
        # All executors of a fixed number come before the first job.
        "spark.scheduler.minRegisteredResourcesRatio": "1.0",
        "spark.scheduler.maxRegisteredResourcesWaitingTime": "60s",
    } | differs
    builder = SparkSession.builder.master(master).appName(name)
    for key, value in conf.items():
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    if "spark.dynamicAllocation.enabled" not in conf:
        wanted = int(conf["spark.cores.max"]) // int(conf["spark.executor.cores"])
        deadline = time.time() + 60
        while spark.sparkContext._jsc.sc().getExecutorMemoryStatus().size() < wanted + 1 and time.time() < deadline:
            time.sleep(0.1)
    warm_up(spark)
    globals()[program](spark)
    spark.stop()


class Cluster:
    """A master and its workers, each with an address of its own."""

    def __init__(self, home, folder):
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.master = f"spark://127.0.0.1:{port}"
        self.processes = []
        environment = os.environ | NEUTRAL_ENV | {"SPARK_HOME": str(home), "SPARK_DAEMON_MEMORY": "256m"}
        base = [str(home / "bin/spark-class")]
        ui = ["--webui-port", "0"]
        master = base + ["org.apache.spark.deploy.master.Master", "--host", "127.0.0.1", "--port", str(port)] + ui
        self.start(master, environment)
        time.sleep(6)
        for host in range(1, HOSTS + 1):
            address = f"127.0.0.{host}"
            worker = base + ["org.apache.spark.deploy.worker.Worker", "--host", address, "--cores", "2", "--memory", "2g"]
            worker += ["--work-dir", f"{folder}/work-{host}"] + ui + [self.master]
            self.start(worker, environment | {"SPARK_LOCAL_IP": address})
        time.sleep(10)

    def start(self, command, environment):
        out = open(f"{self.folder}/daemon-{len(self.processes)}.txt", "w")
        self.processes.append(subprocess.Popen(command, env=environment, stdout=out, stderr=out))

    def stop(self):
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait()


def main():
    import pyspark

    version = ".".join(pyspark.__version__.split(".")[:2])
    home = Path(pyspark.__file__).parent
    folder = tempfile.mkdtemp(dir="/tmp", prefix="what-if-")
    cluster = Cluster(home, folder)
    environment = os.environ | NEUTRAL_ENV | {"SPARK_HOME": str(home), "PYSPARK_PYTHON": sys.executable}
    environment |= {"PYSPARK_SUBMIT_ARGS": f'--driver-java-options "{NEUTRAL_JVM}" pyspark-shell'}
    script = shutil.copy(Path(__file__), f"{folder}/job.py")
    try:
        for name in sys.argv[1:] or CASES:
            case = Path(folder, name)
            Path(case, "log").mkdir(parents=True)
            command = [sys.executable, script, "--run", name, cluster.master, str(case)]
            subprocess.run(command, env=environment, cwd=case, check=True)
            (log,) = Path(case, "log").glob("*.zstd")
            shutil.copy(log, HERE / f"{version}-{name}.zstd")
            print(version, name, flush=True)
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--run"]:
        run(*sys.argv[2:5])
    else:
        main()
