"""The works of a lake's life, in their order: small landings, builds, settlements and housekeeping."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from unittest.mock import patch

from benchmarks.torture.promises import LAYERS
from harness.lake_community import DAYS, REGISTER, prices, typical_year, weather
from harness.lake_steps import METER_HEADER, NOW, REGISTER_HEADER, day_of_readings, land, land_rows, written
from harness.short_calendar import calendar_of_one_year
from wattlake.lake.build import plan, steps
from wattlake.lake.build.progress import forget_progress
from wattlake.lake.build.run import build
from wattlake.lake.contracts import contracts
from wattlake.lake.maintenance.housekeeping import maintain
from wattlake.lake.market.settlement import settle
from wattlake.lake.models.graph import models
from wattlake.lake.store.lake import Lake
from wattlake.tasks.producers import producers

MODELS, CONTRACTS = models(), contracts()
"""Read once, before any process is forked."""

READINGS_AT_ONCE = 300
DAYS_AT_ONCE = 2
"""So little that a build of a few days is many transactions."""

FAR_AHEAD = timedelta(days=400)
"""Snapshots bear the real time, so only a time far ahead makes them old."""


@dataclass(frozen=True)
class Work:
    """One work of a life.

    Attributes:
        name: what it is, for people.
        kind: ``make``, ``file``, ``answer``, ``build``, ``settle`` or ``maintain``: at which points it can be killed.
        do: does it; what it did before it was killed, it does not do again.
    """

    name: str
    kind: str
    do: Callable[[Lake, Path], object]

    @property
    def changes(self) -> tuple[str, ...]:
        """The layers in which it may change something: what has to be compared after it."""
        return ("bronze.",) if self.kind in ("file", "answer") else LAYERS


def meter_file(name: str, meter: str, first: int, last: int, wh: int) -> Work:
    """Land a file with a meter's readings of some of the days."""
    lines = [line for day in DAYS[first:last] for line in day_of_readings(meter, day, wh)]
    return csv_file("smart_meters", name, METER_HEADER, lines)


def csv_file(source: str, name: str, header: str, lines: list[str]) -> Work:
    """Land a file."""
    return Work(f"land {name}", "file", partial(_land_file, source=source, name=name, header=header, lines=lines))


def answer(source: str, name: str, rows: list[dict[str, str | None]]) -> Work:
    """Land an answer of an API."""
    return Work(f"land {name}", "answer", lambda lake, _: land_rows(lake, source, f"https://{name}", rows))


def _land_file(lake: Lake, folder: Path, source: str, name: str, header: str, lines: list[str]) -> int:
    return land(lake, source, written(folder / name, header, lines))


def _build(lake: Lake, _: Path) -> None:
    with (
        calendar_of_one_year(),
        patch.object(steps, "READINGS_AT_ONCE", READINGS_AT_ONCE),
        patch.multiple(plan, DAYS_AT_ONCE=DAYS_AT_ONCE, READINGS_OF_A_CHUNK=1),
    ):
        list(build(lake, producers(), "build", NOW))


def _build_full(lake: Lake, folder: Path) -> None:
    lake.write(forget_progress, lock="build")
    _build(lake, folder)


def _settle(lake: Lake, _: Path) -> None:
    list(settle(lake, NOW, "settle"))


def _maintain(lake: Lake, _: Path) -> None:
    # Beside so small a lake, what one kill left behind is a large share.
    maintain(lake, datetime.now(UTC) + FAR_AHEAD, orphans_pct=100)


MAKE = Work("make the lake", "make", lambda lake, _: lake.create())
BUILD = Work("build", "build", _build)
BUILD_FULL = Work("build --full", "build", _build_full)
SETTLE = Work("settle", "settle", _settle)
MAINTAIN = Work("maintain", "maintain", _maintain)
FAULTS = [
    *("MAC1,2013-01-30 00:00:00, Null ", "MAC1,2013-02-01 00:17:00,1"),
    *("MAC3,2013-01-31 05:00:00,1", "MAC3,2013-01-31 05:00:00,2"),
]
NEW_ENTRIES = [
    "anna,MAC1,,north,51.5,-0.1,6,20,180,prosumer,2013-02-01 12:00:00,",
    "emil,MAC9,,north,51.7,-0.3,1,90,90,prosumer,2013-01-31 12:00:00,",
]
HOUSEHOLDS = "LCLid,stdorToU,Acorn,Acorn_grouped,file"

WORKS: tuple[Work, ...] = (
    MAKE,
    BUILD,
    csv_file("members", "register.csv", REGISTER_HEADER, REGISTER),
    meter_file("MAC1.csv", "MAC1", 0, 2, 100),
    answer("open_meteo", "archive.test/v1/archive?zone=north", weather("north", DAYS[0]) + weather("north", DAYS[1])),
    BUILD,
    meter_file("MAC2.csv", "MAC2", 0, 2, 120),
    meter_file("MAC3.csv", "MAC3", 0, 2, 140),
    answer("open_meteo", "archive.test/v1/archive?zone=south", weather("south", DAYS[0]) + weather("south", DAYS[1])),
    answer("energy_charts", "price.test/price?start=2013-01-30", prices(DAYS[0], 2, 40)),
    BUILD,
    SETTLE,
    MAINTAIN,
    meter_file("MAC1-later.csv", "MAC1", 1, 4, 105),
    meter_file("MAC4.csv", "MAC4", 0, 3, 160),
    answer("pvgis", "pvgis.test/seriescalc?zone=south", typical_year()),
    BUILD,
    SETTLE,
    csv_file("smart_meters", "faults.csv", METER_HEADER, FAULTS),
    csv_file("members", "households.csv", HOUSEHOLDS, ["MAC2,ToU,ACORN-A,Affluent,block_0"]),
    BUILD,
    MAINTAIN,
    csv_file("members", "register-2.csv", REGISTER_HEADER, NEW_ENTRIES),
    answer("energy_charts", "price.test/price?start=2013-01-31", prices(DAYS[1], 3, 50)),
    BUILD,
    SETTLE,
    meter_file("MAC9.csv", "MAC9", 0, 4, 180),
    answer("open_meteo", "archive.test/v1/archive?zone=north&again", weather("north", DAYS[0], 300)),
    BUILD_FULL,
    MAINTAIN,
)
