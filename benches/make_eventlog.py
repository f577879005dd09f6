#!/usr/bin/env python3
"""Writes the event log of a made-up application for speed tests: make_eventlog.py TASKS > log

Jobs of three stages (a scan, a shuffle, a result) on 40 executors of 8 cores, each task on the first free core, with
log-normal times of its own. The same number of tasks gives the same bytes. Shapes of the lines: Spark 3.5.
"""
import heapq
import json
import random
import sys

EXECUTORS, CORES, START = 40, 8, 1_700_000_000_000
STAGES = [(0.60, 4.0, 0.2), (0.30, 6.0, 0.4), (0.10, 3.0, 0.3)]  # share of the job's tasks, median seconds, sigma


def main(tasks):
    draw, out = random.Random(7), sys.stdout
    say = lambda event: out.write(json.dumps(event, separators=(",", ":")) + "\n")
    say({"Event": "SparkListenerLogStart", "Spark Version": "3.5.1"})
    say({"Event": "SparkListenerApplicationStart", "App Name": "made", "App ID": "application_1_0001", "Timestamp": START, "User": "u"})
    conf = {"spark.executor.cores": str(CORES), "spark.executor.instances": str(EXECUTORS), "spark.executor.memory": "24g",
            "spark.master": "yarn", "spark.dynamicAllocation.enabled": "false"}
    say({"Event": "SparkListenerEnvironmentUpdate", "JVM Information": {}, "Spark Properties": conf, "System Properties": {}, "Classpath Entries": {}})
    for number in range(1, EXECUTORS + 1):
        say({"Event": "SparkListenerExecutorAdded", "Timestamp": START + 5_000, "Executor ID": str(number),
             "Executor Info": {"Host": f"ip-10-0-0-{number}", "Total Cores": CORES, "Log Urls": {}, "Attributes": {}, "Resources": {}}})
    now, stage_id, task_id, jobs = START + 10_000, 0, 0, max(1, tasks // 8_000)
    for job in range(jobs):
        mine = tasks // jobs + (1 if job < tasks % jobs else 0)
        counts = [max(1, round(mine * share)) for share, _, _ in STAGES]
        counts[-1] = max(1, mine - sum(counts[:-1]))
        infos = [{"Stage ID": stage_id + place, "Stage Attempt ID": 0, "Stage Name": f"stage {place} of job {job}", "Number of Tasks": count,
                  "Parent IDs": [stage_id + place - 1] if place else [], "Details": "", "RDD Info": [], "Accumulables": []}
                 for place, count in enumerate(counts)]
        say({"Event": "SparkListenerJobStart", "Job ID": job, "Submission Time": now, "Stage Infos": infos,
             "Stage IDs": [info["Stage ID"] for info in infos], "Properties": {}})
        for place, (info, count) in enumerate(zip(infos, counts)):
            now, task_id = stage(say, draw, info, count, STAGES[place], place, now + 100, task_id)
        say({"Event": "SparkListenerJobEnd", "Job ID": job, "Completion Time": now, "Job Result": {"Result": "JobSucceeded"}})
        now, stage_id = now + 1_000, stage_id + len(STAGES)
    say({"Event": "SparkListenerApplicationEnd", "Timestamp": now + 500})


def stage(say, draw, info, count, kind, place, now, task_id):
    _, median_s, sigma = kind
    cores = [(now, number) for number in range(EXECUTORS * CORES)]
    heapq.heapify(cores)
    began = dict(info, **{"Submission Time": now})
    say({"Event": "SparkListenerStageSubmitted", "Stage Info": began, "Properties": {}})
    last = now
    for index in range(count):
        launched, core = heapq.heappop(cores)
        run_ms = int(1000 * median_s * draw.lognormvariate(0, sigma))
        finished = launched + run_ms + 20
        heapq.heappush(cores, (finished, core))
        last = max(last, finished)
        task = {"Task ID": task_id, "Index": index, "Attempt": 0, "Partition ID": index, "Launch Time": launched,
                "Executor ID": str(core // CORES + 1), "Host": f"ip-10-0-0-{core // CORES + 1}", "Locality": "ANY", "Speculative": False,
                "Getting Result Time": 0, "Finish Time": finished, "Failed": False, "Killed": False, "Accumulables": []}
        read = {"Bytes Read": 128_000_000 if place == 0 else 0, "Records Read": 1_000_000 if place == 0 else 0}
        shuffled = 40_000_000 if place else 0
        written = 40_000_000 if place < 2 else 0
        metrics = {"Executor Deserialize Time": 5, "Executor Deserialize CPU Time": 4_000_000, "Executor Run Time": run_ms,
                   "Executor CPU Time": int(run_ms * 800_000), "Peak Execution Memory": 0, "Result Size": 2_000, "JVM GC Time": run_ms // 50,
                   "Result Serialization Time": 0, "Memory Bytes Spilled": 0, "Disk Bytes Spilled": 0,
                   "Shuffle Read Metrics": {"Remote Blocks Fetched": 40 if place else 0, "Local Blocks Fetched": 1 if place else 0,
                                            "Fetch Wait Time": 5 if place else 0, "Remote Bytes Read": shuffled, "Remote Bytes Read To Disk": 0,
                                            "Local Bytes Read": 0, "Total Records Read": 100_000 if place else 0},
                   "Shuffle Write Metrics": {"Shuffle Bytes Written": written, "Shuffle Write Time": 10_000_000, "Shuffle Records Written": 100_000},
                   "Input Metrics": read, "Output Metrics": {"Bytes Written": 0 if place < 2 else 1_000_000, "Records Written": 0},
                   "Updated Blocks": []}
        say({"Event": "SparkListenerTaskEnd", "Stage ID": info["Stage ID"], "Stage Attempt ID": 0,
             "Task Type": "ResultTask" if place == 2 else "ShuffleMapTask", "Task End Reason": {"Reason": "Success"},
             "Task Info": task, "Task Executor Metrics": {}, "Task Metrics": metrics})
        task_id += 1
    say({"Event": "SparkListenerStageCompleted", "Stage Info": dict(began, **{"Completion Time": last})})
    return last, task_id


if __name__ == "__main__":
    main(int(sys.argv[1]))
