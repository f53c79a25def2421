"""Find the inputs of every table, ledger and forecasts included, down to what is given.

A model's SQL names its inputs. A table that is no model is written by steps: SELECTs of ``sql/steps`` whose lines
``-- reads: …`` say what they read, a relation of their own with its origin (``grid = gold.grid_slot``).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from wattlake.lake.models.graph import SQL_FOLDER, models

READS = re.compile(r"^-- reads: (.+)$", re.MULTILINE)
GIVEN = "given"
"""The origin of a relation that Python hands in, such as the times of issue."""

MEMBERS_FORECAST = (
    "features/feature_with_weather",
    "features/history",
    "features/weather_forecast",
    "gold.calendar",
    "gold.energy_flow",
    "gold.member_version",
    "gold.zone",
    "silver.weather_forecast",
    "ops.model",
)
WRITTEN_FROM: Mapping[str, tuple[str, ...]] = {
    "silver.meter_reading": ("mapping/meter_cell", "ops.mapping", "bronze.members"),
    "silver.inverter_reading": ("mapping/plant_cell", "ops.mapping"),
    "silver.member": ("mapping/register_row", "ops.mapping"),
    "silver.listed_price": ("mapping/price_cell", "ops.mapping"),
    "silver.weather_station": ("mapping/weather_cell", "ops.mapping"),
    "gold.settled_slot": ("market/slot_hash",),
    "gold.settled_position": ("market/outcome",),
    "gold.settled_trade": ("market/trade",),
    "ops.settlement": ("gold.settled_slot",),
    "gold.market_comparison": ("market/compared",),
    "gold.forecast": MEMBERS_FORECAST,
    "gold.group_forecast": MEMBERS_FORECAST,
    "gold.forecast_feature_issued": MEMBERS_FORECAST,
    "gold.price_forecast": ("gold.spot_price", "ops.model"),
    "gold.surplus_advice": ("forecast/surplus_advice",),
    "ops.forecast_score": ("forecast/score",),
    "silver.meter_event": ("stream/judged",),
    "gold.window_5min": ("stream/window_row",),
    "gold.live_alert": ("stream/alert_change", "stream/silence_change", "stream/warning_change"),
    "gold.live_limit": ("stream/live_limit",),
}
"""Steps and tables that a table is written from which no model makes, or not alone."""


@dataclass(frozen=True)
class Step:
    """A SELECT of ``sql/steps``.

    Attributes:
        name: ``folder/file``.
        sql: the SELECT.
        reads: by each relation that the SQL names, the tables and steps that it comes from.
    """

    name: str
    sql: str
    reads: Mapping[str, frozenset[str]]

    @property
    def inputs(self) -> frozenset[str]:
        """List the tables and steps that it reads."""
        return frozenset().union(*self.reads.values())

    @property
    def is_whole(self) -> bool:
        """Say whether it reads only tables and steps, and nothing that Python hands in."""
        return all(self.reads.values())


@cache
def steps(folder: Path = SQL_FOLDER) -> dict[str, Step]:
    """Read every step, by name."""
    by_name = {}
    for path in sorted((folder / "steps").glob("*/*.sql")):
        room, sql = path.parent.name, path.read_text(encoding="utf-8")
        entries = [entry for line in READS.findall(sql) for entry in line.split(", ")]
        reads = dict(_entry(entry, room) for entry in entries)
        by_name[f"{room}/{path.stem}"] = Step(f"{room}/{path.stem}", sql, reads)
    return by_name


def inputs(name: str) -> frozenset[str]:
    """List the tables and steps that a table or a step reads at once."""
    if name in steps():
        return steps()[name].inputs
    of_model = models()[name].inputs if name in models() else frozenset()
    return of_model | frozenset(WRITTEN_FROM.get(name, ()))


def made_from(table: str) -> frozenset[str]:
    """List the tables that a table is made from, with no other table between."""
    tables, waiting, seen = set[str](), set(inputs(table)), set[str]()
    while waiting:
        name = waiting.pop()
        if name in steps() and name not in seen:
            seen.add(name)
            waiting |= steps()[name].inputs
        elif name not in steps():
            tables.add(name)
    return frozenset(tables - {table})


def _entry(entry: str, room: str) -> tuple[str, frozenset[str]]:
    """Read ``relation`` or ``relation = origin + origin`` of a line ``-- reads: …``."""
    relation, _, origins = entry.partition(" = ")
    names = (origins or relation).split(" + ")
    return relation, frozenset(name if "." in name else f"{room}/{name}" for name in names if name != GIVEN)
