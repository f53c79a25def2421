"""Read mapped files in SQL, by the SELECTs of ``sql/steps/mapping``."""

from collections.abc import Iterable
from datetime import datetime

import duckdb
import polars as pl

from wattlake.lake.contracts import bounds, columns
from wattlake.lake.mapping import AnyMapping, TranslatedMapping
from wattlake.lake.mapping.parameters import parameters
from wattlake.lake.mapping.steps import mapped_sql, views
from wattlake.lake.mapping.translation import select_translated
from wattlake.lake.models.graph import fill_in
from wattlake.lake.models.macros import create_macros
from wattlake.lake.models.source_rows import SET_ASIDE, with_cells
from wattlake.lake.sql import Connection, named
from wattlake.lake.times import naive_utc

READING = {"smart_meters": "meter_reading", "inverters": "plant_reading"}
TEXTS = ("ac_text", "dc_text", "daily_text", "total_text", "light_text", "module_text", "ambient_text")
WRITTEN = {
    "smart_meters": ("line", "line_text", "column_name", "time_text", "value_text"),
    "inverters": ("line", "line_text", "plant_id", "panel_id", "time_text", *TEXTS),
}
"""The columns of a reading's original text, by source; it is set aside with them."""

NO_READINGS = ("no reading, says its mapping", "part of another reading")
"""The reasons of rows that hold no reading of their own: they are counted as read, and neither kept nor set aside."""

IN_ORDER = "line, columns('^period_start_utc$|_id$')"
"""The order of a file's readings."""

OTHER_ORDER = "day and month the other way round"
DOUBTFUL_ORDER = "day and month may be the other way round"
"""The reasons of dates that are written month first among those that are written day first, or the other way round."""

NO_READING = f"quarantine_reason in {NO_READINGS}"


def select_readings(mapping: AnyMapping, window: dict[str, int], of: str = SET_ASIDE) -> str:
    """Write the SELECT of the readings in some landings that have one mapping.

    It reads the bronze table of the mapping's source and ``ops.landing``. Its steps are CTEs of one statement: as
    views, each would be bound anew for every one that reads it, which takes longer than to read a small file.

    Args:
        mapping: of the landings.
        window: the first and the last landing, as ``from_landing`` and ``to_landing``.
        of: the readings whose original text is wanted, as a condition on the columns.

    Returns:
        SQL that gives the columns of the mapping's silver table, ``quarantine_reason``, the ``line`` of the file and
        ``original``, what the source wrote, where it is to be quarantined.
    """
    values = parameters(mapping) | bounds(mapping.TABLE) | window
    source = mapping.SOURCE
    made: dict[str, str] = {}
    for view, step in views(mapping):
        sql = f"from {step}" if step in made else fill_in(mapped_sql()[step], values)
        made[view] = f"{view} as not materialized (\n{sql}\n)"
    if isinstance(mapping, TranslatedMapping):
        readings = select_translated(mapping, window, of)
    else:
        readings = with_cells(fill_in(mapped_sql()[READING[source]], values), WRITTEN[source], of)
    return f"with {', '.join(made.values())} select * from ({readings})"


def try_mapping(mapping: AnyMapping, file_name: str, rows: Iterable[tuple[int, str]], at_utc: datetime) -> pl.DataFrame:
    """Read some rows of a file by a mapping, without a lake, to try the mapping.

    Args:
        mapping: to try.
        file_name: of the file.
        rows: line in the file, and the cells as JSON.
        at_utc: when the file came.

    Returns:
        A row for each reading, in the order of the file, in the columns of ``select_readings``.
    """
    at = naive_utc(at_utc)
    landed = pl.DataFrame(list(rows), schema={"line": pl.Int64, "cells": pl.String}, orient="row").to_arrow()
    with duckdb.connect() as connection:
        create_landing(connection, mapping, file_name)
        connection.register("landed", landed)
        connection.execute(
            f"insert into bronze.{mapping.SOURCE} by name "
            "select 1 as _landing_id, cast(? as timestamp) as _fetched_at_utc, * from landed",
            [at],
        )
        readings = select_readings(mapping, {"from_landing": 1, "to_landing": 1})
        return connection.execute(f"from ({readings}) order by {IN_ORDER}").pl()


def create_landing(connection: Connection, mapping: AnyMapping, file_name: str) -> None:
    """Make what a mapping reads in an empty database, where a file is landing number 1."""
    connection.execute("set timezone = 'UTC'; create schema bronze; create schema ops")
    create_macros(connection)
    names = columns(f"bronze.{mapping.SOURCE}").items()
    described = ", ".join(f"{named(name)} {column.sql_type}" for name, column in names)
    connection.execute(f"create table bronze.{mapping.SOURCE} ({described})")
    connection.execute(
        "create table ops.landing as select ? as source, 1 as landing_id, ? as name", [mapping.SOURCE, file_name]
    )
