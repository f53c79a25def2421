"""A whole file as a mapping reads it, with the checks of a build, in bounded memory."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import polars as pl

from wattlake.lake.landing.readers.cells import mapped_rows
from wattlake.lake.mapping import AnyMapping
from wattlake.lake.mapping.readings import select_readings
from wattlake.lake.models.macros import create_macros
from wattlake.lake.times import naive_utc

ROWS_AT_ONCE = 50_000
SHOWN_ROWS = 12
MOST_METERS = 30
HOURS_PER_YEAR = 8766

WHOSE = {"smart_meters": "meter_id", "inverters": "plant_id || ' ' || panel_id"}
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
    """

    first: pl.DataFrame
    meters: pl.DataFrame
    reasons: pl.DataFrame
    readings: int
    kept: int


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
            written = mapped_rows(self._path, self._mapping)
            while rows := list(islice(written, ROWS_AT_ONCE)):
                self._insert(connection, rows)
                done += len(rows)
                total = total or _rows_about(self._path, rows[0][1])
                yield Step(done, max(done, total))
            self.result = self._summary(connection)

    def _prepare(self, connection: duckdb.DuckDBPyConnection) -> None:
        connection.execute("set timezone = 'UTC'; set memory_limit = '600MB'; create schema bronze; create schema ops")
        create_macros(connection)
        connection.execute(
            f"create table bronze.{self._mapping.SOURCE} "
            "(_landing_id bigint, _fetched_at_utc timestamp, line bigint, cells varchar)"
        )
        landing = [self._mapping.SOURCE, self._path.name]
        connection.execute("create table ops.landing as select ? as source, 1 as landing_id, ? as name", landing)

    def _insert(self, connection: duckdb.DuckDBPyConnection, rows: list[tuple[int, str]]) -> None:
        frame = pl.DataFrame(rows, schema={"line": pl.Int64, "cells": pl.String}, orient="row")
        connection.register("frame", frame.to_arrow())
        connection.execute(f"insert into bronze.{self._mapping.SOURCE} select 1, ?, line, cells from frame", [self._at])

    def _summary(self, connection: duckdb.DuckDBPyConnection) -> WholeFile:
        source = self._mapping.SOURCE
        select = select_readings(connection, self._mapping, {"from_landing": 1, "to_landing": 1})
        connection.execute(
            f"create table reading as select * exclude (original), {WHOSE[source]} as whose from ({select})"
        )
        count, kept = connection.execute(
            "select count(*), count(*) filter (quarantine_reason is null) from reading"
        ).fetchall()[0]
        return WholeFile(
            connection.execute(f"from reading order by line, period_start_utc, whose limit {SHOWN_ROWS}").pl(),
            connection.execute(_meters(source)).pl(),
            connection.execute(
                "select quarantine_reason as reason, count(*) as readings, min(line) as first_line "
                "from reading where quarantine_reason is not null group by all order by 2 desc, 1"
            ).pl(),
            count,
            kept,
        )


def _rows_about(path: Path, cells: str) -> int:
    """Estimate the rows of a file from its size and one of its rows."""
    row_bytes = sum(len(str(text)) + 1 for text in json.loads(cells).values())
    return path.stat().st_size // max(1, row_bytes)


def _meters(source: str) -> str:
    return f"""
        select
            whose, count(*) as readings, min(period_start_utc) as first_utc, max(period_start_utc) as last_utc,
            count(distinct cast(period_start_utc as date)) as days,
            cast(round(sum({ENERGY_KWH[source]}), 3) as decimal(18, 3)) as kwh,
            cast(round(sum({ENERGY_KWH[source]}) * 60 * {HOURS_PER_YEAR} / sum(period_minutes)) as bigint) as kwh_a_year
        from reading where quarantine_reason is null group by whose order by whose limit {MOST_METERS}
    """
