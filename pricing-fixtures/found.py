"""Reads the service prices of `found/`, which were looked up one by one and stand in the snapshot's own words."""

from decimal import Decimal
from pathlib import Path

import catalog

FOLDER = Path(__file__).parent / "found"

# Rule of a computed price -> (service and item that it is computed from, factor); no item: the same one.
COMPUTED = {
    "serverless-arm": ("fargate", None, Decimal("1.30")),
    "fargate-arm": ("emr-serverless", None, 1 / Decimal("1.30")),
    "fargate-disk": ("emr-serverless", "storage_beyond_20gb_per_worker", Decimal(1)),
}


def titles():
    """What the source ids of `found/sources.csv` stand for."""
    return {row["source"]: row["text"] for row in catalog.read(FOLDER / "sources.csv")}


def prices():
    """The found rows: sorted by region, service and item, one for each."""
    rows = catalog.read(FOLDER / "service_prices.csv")
    keys = [(r["region"], r["service"], r["item"]) for r in rows]
    if keys != sorted(set(keys)):
        raise SystemExit("found/service_prices.csv is not sorted, or has two rows for one price")
    unused = set(titles()) - {r["source"] for r in rows}
    if unused:
        raise SystemExit(f"found/sources.csv has sources of no row: {sorted(unused)}")
    return rows


def check_computed(rows):
    """Every price computed by a rule of `COMPUTED` is what the rule gives from the price that stands beside it."""
    listed = {(region, service, item): Decimal(usd) for region, service, item, _, usd, _, _ in rows}
    for region, service, item, _, usd, _, rule in rows:
        if rule in COMPUTED:
            base, base_item, factor = COMPUTED[rule]
            expected = listed[region, base, base_item or item] * factor
            if abs(Decimal(usd) - expected) > Decimal("0.000001"):
                raise SystemExit(f"{region} {service}/{item}: {usd} is not what {rule} gives ({expected})")
