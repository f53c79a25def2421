"""A whole file as a mapping reads it, with the checks of a build, in bounded memory."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import polars as pl

from wattlake.lake.build.duplicates import Workbench, resolve, set_aside
from wattlake.lake.build.overlaps import set_overlaps_aside
from wattlake.lake.build.workbench_rows import count_readings, leave_readings
from wattlake.lake.landing.readers.cells import mapped_frames
from wattlake.lake.mapping import AnyMapping
from wattlake.lake.mapping.readings import IN_ORDER, create_landing, select_readings
from wattlake.lake.models.graph import models
from wattlake.lake.models.source_rows import SET_ASIDE
from wattlake.lake.times import naive_utc

SHOWN_ROWS = 12
MOST_METERS = 30
HOURS_PER_YEAR = 8766
"""Of a mean year, leap years included: what is shown is energy that was measured."""

WHOSE = {"smart_meters": "meter_id", "inverters": "plant_id || ' ' || panel_id"}
TABLES = ("reading", "suspect", "variant", "overlap", "aside")
REASONS = """
    select quarantine_reason as reason, count(*) as readings, min(cast(original ->> 'line' as bigint)) as first_line
    from aside group by all order by 2 desc, 1
"""
ENERGY_KWH = {"smart_meters": "energy_kwh", "inverters": "ac_power_w * period_minutes / 60000.0"}


@dataclass(frozen=True)
class Step:
    """The rows that were read of a file, and about how many there are."""

    done: int
    total: int


@dataclass(frozen=True)
class WholeFile:
    """What a mapping makes of a file.

    Attributes:
        first: the first readings, with the reason where one is set aside.
        meters: whose readings it holds, from when to when, and how much.
        reasons: why readings are set aside: how many, and the first one's line.
        readings: how many there are.
        kept: how many of them are kept.
        repeated: how many are copies of those.
    """

    first: pl.DataFrame
    meters: pl.DataFrame
    reasons: pl.DataFrame
    readings: int
    kept: int
    repeated: int

    @property
    def aside(self) -> int:
        """Count the readings that are set aside."""
        return self.readings - self.kept - self.repeated


class WholeFileReader:
    """A reader of a whole file by a mapping, step by step."""

    def __init__(self, path: Path, mapping: AnyMapping, at_utc: datetime) -> None:
        """Prepare to read a file as if it came at an instant."""
        self._path, self._mapping, self._at = path, mapping, naive_utc(at_utc)
        self.result: WholeFile | None = None

    def steps(self) -> Iterator[Step]:
        """Read the file; the result is there after the last step."""
        with (
            TemporaryDirectory(prefix="wattlake-map-") as folder,
            duckdb.connect(f"{folder}/file.duckdb") as connection,
        ):
            self._prepare(connection)
            done = total = 0
            for rows in mapped_frames(self._path, self._mapping):
                self._insert(connection, rows)
                done += rows.height
                total = total or _rows_about(self._path, rows.item(0, "cells"))
                yield Step(done, max(done, total))
            self.result = self._summary(connection)

    def _prepare(self, connection: duckdb.DuckDBPyConnection) -> None:
        connection.execute("set memory_limit = '600MB'")
        create_landing(connection, self._mapping, self._path.name)

    def _insert(self, connection: duckdb.DuckDBPyConnection, rows: pl.DataFrame) -> None:
        connection.register("frame", rows.to_arrow())
        connection.execute(
            f"insert into bronze.{self._mapping.SOURCE} by name "
            "select 1 as _landing_id, cast(? as timestamp) as _fetched_at_utc, line, cells from frame",
            [self._at],
        )

    def _summary(self, connection: duckdb.DuckDBPyConnection) -> WholeFile:
        """Leave the readings that a build would keep, by the build's own steps, and sum them up."""
        source, bench = self._mapping.SOURCE, Workbench(connection, connection, *TABLES)
        connection.execute(f"create table reading as {self._readings()}")
        leave_readings(bench, has_lines=True)
        first = connection.execute(f"from reading order by {IN_ORDER} limit {SHOWN_ROWS}")
        shown, count = first.pl(), count_readings(bench)
        set_aside(bench)
        model, readings = models()[self._mapping.TABLE], self._readings
        set_overlaps_aside(bench, model, readings)
        repeated = resolve(bench, model, readings).repeated
        meters, reasons = (connection.execute(sql).pl() for sql in (_meters(source), REASONS))
        return WholeFile(shown, meters, reasons, count, count_readings(bench), repeated)

    def _readings(self, first: int = 1, last: int = 1, of: str = SET_ASIDE) -> str:
        return select_readings(self._mapping, {"from_landing": first, "to_landing": last}, of)


def _rows_about(path: Path, cells: str) -> int:
    """Estimate the rows of a file from its size and one of its rows."""
    row_bytes = sum(len(str(text)) + 1 for text in json.loads(cells).values())
    return path.stat().st_size // max(1, row_bytes)


def _meters(source: str) -> str:
    if source not in ENERGY_KWH:
        return "select '' as whose, 0.0 as kwh, 0 as kwh_a_year where false"
    return f"""
        select
            {WHOSE[source]} as whose, count(*) as readings,
            min(period_start_utc) as first_utc, max(period_start_utc) as last_utc,
            count(distinct cast(period_start_utc as date)) as days,
            cast(round(sum({ENERGY_KWH[source]}), 3) as decimal(18, 3)) as kwh,
            cast(round(sum({ENERGY_KWH[source]}) * 60 * {HOURS_PER_YEAR} / sum(period_minutes)) as bigint) as kwh_a_year
        from reading group by whose order by whose limit {MOST_METERS}
    """
