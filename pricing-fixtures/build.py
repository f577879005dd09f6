#!/usr/bin/env python3
"""Builds the price snapshot of this folder from a folder of price facts and the prices of `found/`.

    python3 pricing-fixtures/build.py FACTS_DIR [--out DIR] [--catalog DIR]

Same facts, same bytes: nothing here reads a clock, a network or an environment. What the facts do not say is left
out, never filled in. Prices are copied as decimal text; where one is computed, the row names the rule (rules.csv).
"""

import argparse
import hashlib
import json
import sys
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from pathlib import Path

sys.dont_write_bytecode = True  # no cache folder beside the tables

import catalog
import found
from mapping import (ADDED, BANDS, DATABRICKS_REGIONS, DROPPED, EBS_ITEMS, EMR_RULES, ESTIMATES, FEE_SCOPE, NOTES,
                     REDSHIFT_ITEMS, RULES, SERVICE_ITEMS, SERVICE_NAMES, SOURCES, TRANSFER_ITEMS, UNITS, ZONE_DATE)

# The newest AWS price list in the facts that covers several services and regions; what is older or newer says so.
SNAPSHOT_DATE = "2026-09-03"
COLLECTED = "2026-11-21"


def plain(text):
    """A decimal as given, but never in scientific notation."""
    return format(Decimal(text), "f") if "e" in text.lower() else text


class Sources:
    """Gives every (text, date) pair of the facts a short id and collects them for sources.csv."""

    def __init__(self):
        self.used = {}

    def id(self, text, as_of):
        for prefix, (short, title) in SOURCES.items():
            if text.startswith(prefix):
                return self.dated(short, title, as_of)
        raise SystemExit(f"no short id for the source {text!r}: add it to mapping.py")

    def dated(self, short, title, as_of):
        date = as_of if len(as_of) == 10 and as_of[4] == "-" else "undated"
        key = f"{short}-{date[2:].replace('-', '')}" if date != "undated" else short
        self.used.setdefault(key, (date, title))
        if self.used[key] != (date, title):
            raise SystemExit(f"two sources under the id {key}")
        return key

    def rows(self):
        return sorted([key, date, title] for key, (date, title) in self.used.items())


def on_demand(facts, sources):
    rows = [[r["region"], r["instance_type"], r["usd_per_hour"], sources.id(r["source"], r["as_of"])]
            for r in catalog.read(facts / "ec2_ondemand.csv")]
    return ["region", "instance_type", "usd_per_instance_hour", "source"], sorted(rows)


def spot_advisor(facts, sources):
    """Savings and band as AWS publishes them; the price itself is computed at look-up."""
    source = sources.id("spot-advisor", "2025-06-28")
    rows = [[r["region"], r["instance_type"], r["savings_pct_vs_ondemand"], BANDS[r["interruption_band"]], source]
            for r in catalog.read(facts / "spot_advisor_2025-06.csv")]
    return ["region", "instance_type", "savings_percent", "interruption_band", "source"], sorted(rows)


def spot_zones(facts, sources):
    """A few recent prices by availability zone; dated by the earlier of the two bounds that are known."""
    rows = [[r["region"], r["instance_type"], r["az_id"], r["spot_usd_per_hour"], sources.id(r["source"], ZONE_DATE)]
            for r in catalog.read(facts / "spot_az_sample_skypilot_v8.csv")]
    return ["region", "instance_type", "zone_id", "usd_per_instance_hour", "source"], sorted(rows)


def emr_uplift(facts, sources):
    """EMR's fee: one price for all commercial regions; the GovCloud figures are rows of their own."""
    observed = {(r["region"], r["instance_type"]): r for r in catalog.read(facts / "emr_ec2_uplift_observed.csv")}
    where_read = {name: r["source"] for (region, name), r in sorted(observed.items()) if not region.startswith("us-gov")}
    rows = []
    for r in catalog.read(facts / "emr_ec2_uplift.csv"):
        rule = EMR_RULES[r["basis"]]
        source = where_read[r["instance_type"]] if rule == "" else "karpenter-provider-aws:zz_generated.pricing_aws.go"
        rows.append([FEE_SCOPE, r["instance_type"], r["emr_usd_per_hour"], sources.id(source, r["as_of"]), rule])
    for (region, name), r in observed.items():
        if region.startswith("us-gov"):
            rows.append([region, name, r["emr_usd_per_hour"], sources.id(r["source"], r["as_of"]), ""])
    return ["region", "instance_type", "usd_per_instance_hour", "source", "rule"], sorted(rows)


def databricks_dbu(facts, sources):
    rows = [[r["instance_type"], r["dbu_per_hour"], sources.id(r["source"], r["as_of"])]
            for r in catalog.read(facts / "databricks_dbu.csv")]
    return ["instance_type", "dbu_per_instance_hour", "source"], sorted(rows)


class Services:
    """Service rows by (region, service, item). Of several a read one wins over an estimate, then the newest; an
    undated one loses. `source` is a function that gives the id, called for the rows that stay."""

    def __init__(self):
        self.rows = {}

    def add(self, region, service, item, unit, usd, as_of, source, rule=""):
        key = (region, service, item)
        rank = (rule not in ESTIMATES, as_of if as_of[:1].isdigit() else "")
        old_rank, (_, old_usd, _, _) = self.rows.get(key, ((), (None, usd, None, None)))
        if rank == old_rank and Decimal(usd) != Decimal(old_usd):
            raise SystemExit(f"two prices of one date for {key}")
        if rank > old_rank:
            self.rows[key] = (rank, (unit, usd, source, rule))

    def table(self):
        rows = [[*key, unit, usd, source(), rule] for key, (_, (unit, usd, source, rule)) in sorted(self.rows.items())]
        return ["region", "service", "item", "unit", "usd", "source", "rule"], rows


class FactServices:
    """Adds service rows whose source is a text of the facts."""

    def __init__(self, services, sources):
        self.services, self.sources = services, sources

    def add(self, region, service, item, unit, usd, as_of, source, rule=""):
        self.services.add(region, service, item, unit, usd, as_of, lambda: self.sources.id(source, as_of), rule)


def service_prices(facts, services):
    for r in catalog.read(facts / "service_prices.csv"):
        service = SERVICE_NAMES.get(r["service"], r["service"])
        item = SERVICE_ITEMS.get((service, r["item"]), r["item"])
        if (service, item) in DROPPED:
            continue
        usd, rule, source, as_of = plain(r["usd"]), NOTES.get((service, item), ""), r["source"], r["as_of"]
        if r["basis"].startswith("DERIVED"):
            # Computed from an undated price, so no newer than it.
            rule, source, as_of = f"serverless-{item}", "aws/aws-emr-best-practices", "undated"
        if (service, item) == ("eks", "cluster_extended_support_total"):
            usd = str(Decimal(usd) + Decimal("0.10"))
        if r["basis"].startswith("community"):
            source = "community"
        regions = DATABRICKS_REGIONS if r["region"] == "us (list)" else [r["region"]]
        for region in regions:
            services.add(region, service, item, UNITS[r["unit"]], usd, as_of, source, rule)


def ebs(facts, services):
    for r in catalog.read(facts / "ebs.csv"):
        item, unit = EBS_ITEMS[r["item"], r["unit"]]
        usd, rule = r["usd"], ""
        if item == "gp3_throughput":
            usd, rule = format((Decimal(usd) / 1024).normalize(), "f"), "gibps-to-mibps"
        services.add(r["region"], "ebs", item, unit, usd, r["as_of"], r["source"], rule)


def redshift(facts, services):
    for r in catalog.read(facts / "redshift.csv"):
        service, item, unit = REDSHIFT_ITEMS.get(r["item"], ("redshift", r["item"], "node-hour"))
        services.add(r["region"], service, item, unit, r["usd"], r["as_of"], r["source"])


def data_transfer(facts, services):
    for r in catalog.read(facts / "data_transfer.csv"):
        services.add(r["region"], "data-transfer", TRANSFER_ITEMS[r["item"]], "gb-transferred", r["usd_per_gb"],
                     r["as_of"], r["source"])


def found_prices(services, sources):
    """The prices of `found/`; its sources have their own ids, or those of the facts."""
    titles = {short: title for short, title in SOURCES.values()} | found.titles()
    for r in found.prices():
        source = partial(sources.dated, r["source"], titles[r["source"]], r["as_of"])
        services.add(r["region"], r["service"], r["item"], r["unit"], r["usd"], r["as_of"], source, r["rule"])


def service_table(facts, sources):
    services = Services()
    of_facts = FactServices(services, sources)
    for part in (service_prices, ebs, redshift, data_transfer):
        part(facts, of_facts)
    for row in ADDED:
        of_facts.add(*row)
    found_prices(services, sources)
    header, rows = services.table()
    found.check_computed(rows)
    return header, rows


def dates(rows, sources, header):
    """Oldest and newest date of a table, and how many rows have none."""
    if "source" not in header:
        return {}
    used = [sources.used[row[header.index("source")]][0] for row in rows]
    dated = sorted(date for date in used if date != "undated")
    return {"oldest": dated[0], "newest": dated[-1], "undated_rows": len(used) - len(dated)}


def manifest(out, tables, sources):
    entries, digests = {}, []
    for name, (header, rows, about, confidence) in sorted(tables.items()):
        digest = hashlib.sha256((out / name).read_bytes()).hexdigest()
        digests.append(f"{digest}  {name}\n")
        by_source = defaultdict(int)
        if name != "sources.csv" and "source" in header:
            for row in rows:
                by_source[row[header.index("source")]] += 1
        entries[name] = {"about": about, "rows": len(rows), "sha256": digest, "confidence": confidence,
                         **({} if name == "sources.csv" else dates(rows, sources, header)),
                         **({"sources": dict(sorted(by_source.items()))} if by_source else {})}
    whole = hashlib.sha256("".join(digests).encode()).hexdigest()
    return {"format": 1, "snapshot_date": SNAPSHOT_DATE, "collected": COLLECTED, "currency": "USD", "sha256": whole,
            "tables": entries}


def build(facts, out):
    prices, sources = facts / "prices", Sources()
    parts = {
        "ec2_on_demand.csv": (on_demand, "EC2 Linux On-Demand, shared tenancy", "high"),
        "ec2_spot_advisor.csv": (spot_advisor, "Spot Advisor: savings against On-Demand and interruption band, Linux", "high for both figures; the price computed from them is rounded to a percent and drifts"),
        "ec2_spot_zones.csv": (spot_zones, "Spot price by availability zone, a sample", "figures high, date bounded only"),
        "emr_uplift.csv": (emr_uplift, "EMR's fee on an instance type; `commercial` = every region outside GovCloud and China", "read rows high; the rule reproduces 55 of 58 read figures"),
        "databricks_dbu.csv": (databricks_dbu, "Databricks units that an hour of an instance type consumes", "medium"),
        "services.csv": (service_table, "every other service", "by source"),
    }
    tables = {name: (*part(prices, sources), about, confidence) for name, (part, about, confidence) in parts.items()}
    check_rules(tables)
    tables["rules.csv"] = (["rule", "text"], rules_used(tables), "rules of computed prices", "")
    tables["sources.csv"] = (["source", "as_of", "text"], sources.rows(), "what the short source ids stand for", "")
    for name, (header, rows, _, _) in tables.items():
        catalog.write(out / name, header, rows)
    text = json.dumps(manifest(out, tables, sources), indent=2, ensure_ascii=False)
    (out / "MANIFEST.json").write_text(text + "\n", encoding="utf-8")


def used_rules(header, rows):
    return {row[header.index("rule")] for row in rows} - {""} if "rule" in header else set()


def rules_used(tables):
    used = set().union(*(used_rules(header, rows) for header, rows, _, _ in tables.values()))
    return sorted([rule, RULES[rule]] for rule in used)


def check_rules(tables):
    """Every rule id in use is explained, and every computed row that has one keeps what the rule says."""
    for name, (header, rows, _, _) in tables.items():
        unknown = used_rules(header, rows) - set(RULES)
        if unknown:
            raise SystemExit(f"{name} uses rules without a text: {sorted(unknown)}")
    listed = {row[1]: Decimal(row[2]) for row in tables["ec2_on_demand.csv"][1] if row[0] == "us-east-1"}
    for _, name, fee, _, rule in tables["emr_uplift.csv"][1]:
        if rule.startswith("emr-"):
            quarter = (listed[name] / 4).quantize(Decimal("0.00001"), ROUND_HALF_UP)
            expected = min(quarter, Decimal("0.27")) if "cap" in rule else quarter
            if abs(Decimal(fee) - expected) > Decimal("0.00001"):
                raise SystemExit(f"emr_uplift {name}: {fee} is not what {rule} gives ({expected})")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("facts", type=Path, help="folder with prices/ and emr_yarn_memory_2022.csv")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent, help="where the snapshot goes")
    parser.add_argument("--catalog", type=Path, help="also write the generated tables of src/catalog/tables here")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    build(arguments.facts, arguments.out)
    if arguments.catalog:
        catalog.build(arguments.facts, arguments.catalog)


if __name__ == "__main__":
    main()
