"""What tests do to a lake: write small files, land them, build, and look at what came of it."""

import ast
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from wattlake.lake.build.run import Step, build
from wattlake.lake.contracts import columns, contracts
from wattlake.lake.landing.files import land_files
from wattlake.lake.landing.payloads import Origin, land_payload
from wattlake.lake.layers import is_view
from wattlake.lake.models.graph import fill, models
from wattlake.lake.models.macros import create_macros
from wattlake.lake.reports.status import content_hash
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake
from wattlake.lake.store.table_files import TableFile, table_files
from wattlake.tasks.producers import producers
from wattlake.tasks.sources import Inbox, source, source_names

NOW = datetime(2013, 3, 1, 12, tzinfo=UTC)
"""When the tests land and build, unless they say otherwise."""

LAYOUTS = {each.name: each.layouts for each in map(source, source_names()) if isinstance(each, Inbox)}
CALENDAR = ("gold.calendar", "warehouse.dim_time", "star.dim_time")
"""No landing changes them, and with forty years of slots they take longer than all others."""

METER_HEADER = "LCLid,tstp,energy(kWh/hh)"
REGISTER_HEADER = (
    "member_id,meter_id,production_meter_id,zone,latitude,longitude,panel_kwp,tilt_degrees,azimuth_degrees,"
    "member_type,valid_from,left"
)


def stored(*parts: int) -> datetime:
    """An instant as the lake stores it: UTC without an offset."""
    return datetime(*parts, tzinfo=UTC).replace(tzinfo=None)


def origin(source: str, now: datetime = NOW) -> Origin:
    return Origin(source, f"The terms of {source}", now, "run-1")


def written(path: Path, header: str, lines: Iterable[str]) -> Path:
    """A CSV file of these lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def land(lake: Lake, source: str, *paths: Path, now: datetime = NOW) -> int:
    """Land files; gives the rows landed."""
    return sum(rows for _, rows in land_files(lake, origin(source, now), paths, LAYOUTS[source]))


def land_rows(lake: Lake, source: str, name: str, rows: list[dict[str, str | None]], now: datetime = NOW) -> int:
    """Land an answer with these rows; the rows are its body, so equal rows are equal bytes."""
    frame = pl.DataFrame(rows, schema=dict.fromkeys(rows[0], pl.String))
    return land_payload(lake, origin(source, now), name, repr(rows).encode(), "json", frame)


def read_rows(_address: str, _asked: Mapping[str, Sequence[str]], body: bytes) -> pl.DataFrame:
    """The rows of an answer that ``land_rows`` landed."""
    rows = ast.literal_eval(body.decode())
    return pl.DataFrame(rows, schema=dict.fromkeys(rows[0], pl.String))


def reading_line(meter: str, start: datetime, energy: str) -> str:
    return f"{meter},{start:%Y-%m-%d %H:%M:%S}.0000000, {energy} "


def day_of_readings(meter: str, day: date, wh: int = 100) -> list[str]:
    """A meter's 48 readings of a day, each a little different."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return [
        reading_line(meter, midnight + timedelta(minutes=30 * number), f"{(wh + number * 7 % 50) / 1000:.3f}")
        for number in range(48)
    ]


def build_all(lake: Lake, build_id: str = "build", **how: Any) -> list[Step]:
    """Bring everything (or only what is wanted) up to date; gives what each transaction did."""
    return list(build(lake, producers(), build_id, NOW, **how))


def live_file(lake: Lake, table: str) -> TableFile:
    """A file that the newest snapshot needs of a table."""
    return next(file for file in table_files(lake.reader()) if file.table == table and file.end_snapshot is None)


def select(lake: Lake, sql: str) -> list[tuple[Any, ...]]:
    """What a query of the lake gives."""
    cursor = lake.reader()
    try:
        return cursor.execute(sql).fetchall()
    finally:
        cursor.close()


def hashes(lake: Lake, *layers: str) -> dict[str, str]:
    """The content hash of every table of some layers: by default of all that follow from what was landed."""
    wanted = layers or ("silver", "quarantine", "gold", "warehouse", "star")
    names = [name for name in contracts() if name.partition(".")[0] in wanted and name not in CALENDAR]
    return hashes_of(lake, names)


def hashes_of(lake: Lake, tables: Iterable[str]) -> dict[str, str]:
    """The content hash of some tables, all of one snapshot."""
    with lake.reader() as reader:
        # Else DuckLake looks up snapshot and tables anew for each of them, which takes four times the processor time.
        reader.execute("begin")
        return {table: content_hash(reader, table) for table in tables}


def plain_tables(connection: duckdb.DuckDBPyConnection, **rows: list[dict[str, Any]]) -> None:
    """Tables as their contracts describe them in a plain DuckDB, filled where rows are given (``gold__zone=[…]``)."""
    create_macros(connection)
    for name in contracts():
        if not is_view(name):
            connection.execute(f"create schema if not exists {name.partition('.')[0]}")
            listed = ", ".join(f'"{column.name}" {column.sql_type}' for column in columns(name).values())
            connection.execute(f"create table {name} ({listed})")
    for name, given in rows.items():
        fill_table(connection, name.replace("__", "."), given)


def fill_table(connection: duckdb.DuckDBPyConnection, table: str, rows: list[dict[str, Any]]) -> None:
    """Insert rows; columns that are not given are null."""
    for row in rows:
        listed, marks = ", ".join(f'"{name}"' for name in row), ", ".join("?" for _ in row)
        connection.execute(f"insert into {table} ({listed}) values ({marks})", list(row.values()))


def model_rows(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    settings: Settings,
    window: Mapping[str, datetime] | None = None,
) -> pl.DataFrame:
    """What a model's SELECT gives, run in a plain DuckDB; by default over a window that holds everything."""
    everything = {"from_utc": stored(2000, 1, 1), "to_utc": stored(2041, 1, 1)}
    connection.execute("set timezone = 'UTC'")
    return connection.execute(fill(models()[table].sql, settings, window or everything)).pl()
