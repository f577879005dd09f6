"""How far single runs scatter about any smooth curve: what no prediction of them can be better than.

    pip install numpy
    python benches/noise_of_runs.py RUNS.csv DATASET

ln(time) of each job is fitted as an effect of the machine type, one of the total of cores, and a slope over ln(cores) for
each type, once over all runs, and once without the run that is asked. Asked are the counts between the smallest, the middle
and the largest of each curve, as in docs/accuracy/learning.md.
"""
import collections
import csv
import math
import sys

import numpy as np


def vcpus(machine):
    """Of a current generation's type: `large` has 2, `xlarge` 4, `Nxlarge` 4 N."""
    size = machine.split(".")[1]
    return 2 if size == "large" else 4 * int(size.removesuffix("xlarge") or 1)


def columns(runs):
    types = sorted({machine for machine, _, _ in runs})
    totals = sorted({cores for _, cores, _ in runs})
    table = np.zeros((len(runs), 2 * len(types) + len(totals)))
    for row, (machine, cores, _) in enumerate(runs):
        at = types.index(machine)
        table[row, at] = 1
        table[row, len(types) + at] = math.log(cores)
        table[row, 2 * len(types) + totals.index(cores)] = 1
    return table


def main():
    path, dataset = sys.argv[1:]
    jobs = collections.defaultdict(list)
    with open(path) as file:
        for row in csv.DictReader(file):
            if row["dataset"] == dataset and row["completed"] == "true":
                cores = int(row["nodes"]) * vcpus(row["instance_type"])
                jobs[row["job"]].append((row["instance_type"], cores, math.log(float(row["duration_s"]))))
    every = [[], []]
    for job, runs in sorted(jobs.items()):
        table, times = columns(runs), np.array([time for _, _, time in runs])
        hat = table @ np.linalg.pinv(table)
        rest = times - hat @ times
        curves = collections.defaultdict(list)
        for machine, cores, _ in runs:
            curves[machine].append(cores)
        known = {machine: (min(all), sorted(all)[len(all) // 2], max(all)) for machine, all in curves.items()}
        asked = [at for at, (machine, cores, _) in enumerate(runs) if cores not in known[machine]]
        # Leaving one out of a linear fit: Sherman and Morrison's formula.
        errors = [np.abs(np.exp(-some[asked]) - 1) for some in (rest, rest / (1 - np.diag(hat)))]
        for all, own in zip(every, errors):
            all.extend(own)
        report(job, errors)
    report("all", every)


def report(name, errors):
    seen, unseen = ("%.1f / %.1f %%" % (100 * np.median(own), 100 * np.percentile(own, 90)) for own in errors)
    print("%s: %d asked, median / p90 %s with the asked run in the fit, %s without" % (name, len(errors[0]), seen, unseen))


if __name__ == "__main__":
    main()
