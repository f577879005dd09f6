"""Writes the generated tables of `src/catalog/tables/` from the facts folder; `build.py` runs it."""

import csv
from pathlib import Path

YES_NO = {"0": "no", "1": "yes"}
ARCHITECTURES = {"x86_64": "x86_64", "i386|x86_64": "x86_64", "x86_64_mac": "x86_64", "arm64": "arm64", "arm64_mac": "arm64"}
GLUE_KINDS = {"G.025X": "streaming", "Z.2X": "ray", "Standard": "legacy"}


def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def write(path, header, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def instance_types(facts):
    """DescribeInstanceTypes, the columns that the model uses; a missing EBS rate stays empty."""
    header = ["instance_type", "vcpu", "memory_mib", "architecture", "current", "bare_metal", "network_gbps",
              "ebs_mbps", "local_disk_gb", "local_nvme", "gpus", "cpu_manufacturer", "spot"]
    rows = sorted(
        [r["instance_type"], r["vcpu"], r["memory_mib"], ARCHITECTURES[r["arch"]], YES_NO[r["current_generation"]],
         YES_NO[r["bare_metal"]], r["network_baseline_gbps"], r["ebs_baseline_mbps"], r["local_storage_gb"],
         "yes" if r["local_nvme"] == "required" else "no", r["gpu_count"], r["cpu_manufacturer"],
         "yes" if "spot" in r["usage_classes"].split("|") else "no"]
        for r in read(facts / "prices" / "instance_attributes.csv"))
    return header, rows


def yarn_memory(facts):
    """`yarn.nodemanager.resource.memory-mb` by type, EMR release guide of 2022."""
    rows = sorted([r["instance_type"], r["yarn_nodemanager_memory_mb"]]
                  for r in read(facts / "emr_yarn_memory_2022.csv"))
    return ["instance_type", "yarn_memory_mib"], rows


def glue_workers(facts):
    """Glue worker types, in the order of the guide."""
    header = ["worker_type", "dpu", "memory_optimized", "kind", "vcpu", "memory_gib", "disk_gb", "disk_free_gb", "inferred"]
    rows = [[r["worker_type"], r["dpu"], "yes" if r["dpu_kind"] == "M-DPU" else "no",
             GLUE_KINDS.get(r["worker_type"], "spark"), r["vcpu"], r["memory_gb"], r["disk_gb"], r["disk_free_gb"],
             "yes" if r["basis"].startswith("inferred") else "no"]
            for r in read(facts / "prices" / "glue_workers.csv")]
    return header, rows


def build(facts, out):
    out = Path(out)
    for name, table in [("instance_types.csv", instance_types), ("emr_yarn_memory.csv", yarn_memory),
                        ("glue_workers.csv", glue_workers)]:
        write(out / name, *table(Path(facts)))
