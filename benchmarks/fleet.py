"""The solar fleet: what it costs to land and to build a plant's month, and a thousand inverters' year."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from benchmarks import tables
from benchmarks.bench import SEED, Bench, Step
from benchmarks.results import Result, Table, Target
from benchmarks.told import counted

BUILT = ("bronze.inverters", "silver.inverter_reading", "gold.panel_kpi_daily", "gold.panel_case")
NOTES = (
    "`wattlake simulate-fleet` makes the plants, in quarter-hours, with two panels that have each kind of fault. They "
    "are landed and built in a lake of their own, without meters, weather or prices.",
    "The plant has as many inverters and days as the public set of two plants in India has of each: 22, for 34 days.",
    "Every command is a process of its own with two threads and DuckDB's limit at 3 GB; its time has the start of "
    "Python, the making of the lake and its calendar of forty years in it.",
)


@dataclass(frozen=True)
class Fleet:
    """How large a simulated fleet is, and how long a lake may take for it."""

    name: str
    panels: int
    days: int
    plants: int
    faults: int
    limit_seconds: float
    until: date = date(2026, 7, 1)


PLANT = Fleet("a plant's month", 22, 34, 1, 1, limit_seconds=10)
THOUSAND = Fleet("a thousand inverters' year", 1_000, 365, 10, 2, limit_seconds=180)


def measure_fleet(bench: Bench, result: Result, fleets: Sequence[Fleet] = ()) -> None:
    """Measure landing and building fleets.

    Args:
        bench: the run.
        result: takes what was found.
        fleets: which; by default a plant's month, and a year of a thousand inverters or, scaled, of fewer.

    Raises:
        StepFailedError: a step ended with an error.
    """
    large = replace(
        THOUSAND,
        panels=max(round(THOUSAND.panels * bench.scale), 40),
        plants=max(round(THOUSAND.plants * bench.scale), 1),
    )
    result.notes += NOTES
    for fleet in fleets or (PLANT, large):
        measured, sizes = _measure(bench, fleet)
        seconds = sum(step.cost.seconds for step in measured)
        peak_gb = max(step.cost.peak_bytes for step in measured) / 1e9
        result.targets += [
            Target(f"landing and building {fleet.name}", seconds, "s", fleet.limit_seconds),
            Target(f"peak memory of {fleet.name}", peak_gb, "GB", 4),
        ]
        result.tables += [sizes, tables.by_table(measured, f"By table: {fleet.name}")]
    result.tables += [tables.steps(bench.steps)]


def _measure(bench: Bench, fleet: Fleet) -> tuple[list[Step], Table]:
    """The steps of landing and building a fleet, and what came of them."""
    inbox = bench.work / f"inbox-{fleet.panels}-{fleet.days}"
    bench.wattlake(
        f"simulate {fleet.name}", "simulate-fleet", "--out", str(inbox), "--seed", str(SEED), "--panels",
        str(fleet.panels), "--days", str(fleet.days), "--plants", str(fleet.plants), "--faults", str(fleet.faults),
        "--until", fleet.until.isoformat(), lake={},
    )  # fmt: skip
    lake = bench.lake(f"lake-{fleet.panels}-{fleet.days}", inbox)
    steps = [
        bench.wattlake(f"ingest {fleet.name}", "ingest", "inverters", lake=lake),
        bench.wattlake(f"build {fleet.name}", "build", lake=lake),
    ]
    rows = counted(lake, BUILT)
    return steps, Table(
        f"The fleet: {fleet.name}",
        ("panels", "plants", "days", *(table.rpartition(".")[2] for table in BUILT)),
        [(str(fleet.panels), fleet.plants, fleet.days, *(rows[table] for table in BUILT))],
    )
