"""Mapped files in SQL: what a mapping says becomes the parameters of ``sql/silver/mapped``."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache

import duckdb
import polars as pl

from lake.connection import Connection
from lake.mapping import AnyMapping, Mapping, PlantMapping
from lake.mapping.plants import NUMBERS
from lake.models import SQL_FOLDER, fill_in
from lake.originals import SET_ASIDE, with_cells

MAPPED_FOLDER = SQL_FOLDER / "silver" / "mapped"
CELLS = {"smart_meters": "meter_cell", "inverters": "plant_cell"}
READING = {"smart_meters": "meter_reading", "inverters": "plant_reading"}
W_PER_UNIT = {"W": 1, "kW": 1_000, "MW": 1_000_000}
WH_PER_UNIT = {"kWh": 1000, "Wh": 1, "total kWh": 1000, "total Wh": 1}
PRODUCTION = "-production"
"""What follows the id of a meter in the readings of its production."""

TEXTS = ("ac_text", "dc_text", "daily_text", "total_text", "light_text", "module_text", "ambient_text")
WRITTEN = {
    "smart_meters": ("line", "line_text", "column_name", "time_text", "value_text"),
    "inverters": ("line", "line_text", "plant_id", "panel_id", "time_text", *TEXTS),
}
"""What a file says of a reading, by source; with it a reading is set aside."""

TO_THE_DAYS_END = {"M": "00", "S": "00", "f": "0+"}
Parameters = dict[str, object]


def parameters(mapping: AnyMapping) -> Parameters:
    """What the SELECTs of ``sql/silver/mapped`` need to know of a mapping, by the names of their parameters."""
    columns, time = mapping.columns, mapping.time
    of_its_own: Parameters = _of_plant(mapping) if isinstance(mapping, PlantMapping) else _of_meters(mapping)
    return of_its_own | {
        "date_column": columns.datetime or columns.date,
        "time_column": columns.time,
        "formats": time.formats,
        "end_of_day": _end_of_day(time.formats),
        "zone": time.zone,
        "period_minutes": time.period_minutes,
        "decimal_mark": mapping.decimal_mark,
        "provenance": mapping.provenance,
    }


def _of_meters(mapping: Mapping) -> Parameters:
    columns, time, energy = mapping.columns, mapping.time, mapping.energy
    minutes = time.period_minutes
    return {
        "parts": _parts(mapping),
        "meter_id": columns.meter_id,
        "meter_column": columns.meter,
        "meter_pattern": columns.meter_from_file_name or "()",
        "label_minutes": minutes if mapping.labels_ends else 0,
        "is_day_per_row": mapping.is_day_per_row,
        "is_elapsed": mapping.is_day_per_row and time.day_columns == "elapsed",
        "wh_per_unit": WH_PER_UNIT.get(energy.unit, 1000 * minutes // 60),
        "is_total": mapping.is_total,
        "is_net": energy.sign == "net",
    }


def _of_plant(mapping: PlantMapping) -> Parameters:
    columns, power = mapping.columns, mapping.power
    numbers: Parameters = {name: columns.numbers.get(name) for name in NUMBERS}
    return numbers | {
        "plant_id": columns.plant_id,
        "plant_column": columns.plant,
        "plant_pattern": columns.plant_from_file_name or "()",
        "panel_id": columns.panel_id,
        "panel_column": columns.panel,
        "panel_pattern": columns.panel_from_file_name or "()",
        "label_minutes": mapping.time.period_minutes if mapping.time.label == "end" else 0,
        "is_day_per_row": False,
        "is_elapsed": False,
        "w_per_unit": W_PER_UNIT[power.unit],
        "wh_per_unit": W_PER_UNIT[power.yield_unit.removesuffix("h")],
        "w_per_m2_per_unit": W_PER_UNIT[power.irradiance_unit.removesuffix("/m²")],
    }


def select_readings(connection: Connection, mapping: AnyMapping, window: dict[str, int], of: str = SET_ASIDE) -> str:
    """The SELECT of the readings in some landings that have one mapping; makes the views that it reads.

    Args:
        connection: with the bronze table of the mapping's source and ``ops.landing``.
        mapping: of the landings.
        window: the first and the last landing, as ``from_landing`` and ``to_landing``.
        of: the readings whose original text is wanted, as a condition on the columns.

    Returns:
        SQL that gives the columns of the mapping's silver table, ``quarantine_reason``, the ``line`` of the file and
        ``original``, what the source wrote, where it is to be quarantined.
    """
    values = parameters(mapping) | window
    source = mapping.SOURCE
    # The clock is read alike, whosesoever it is.
    for view, model in (("meter_cell", CELLS[source]), ("meter_time", "meter_time")):
        connection.execute(f"create or replace temp view {view} as {fill_in(mapped_sql()[model], values)}")
    return with_cells(fill_in(mapped_sql()[READING[source]], values), WRITTEN[source], of)


def try_mapping(mapping: AnyMapping, file_name: str, rows: Iterable[tuple[int, str]], at_utc: datetime) -> pl.DataFrame:
    """How some rows of a file would be read, without a lake.

    Args:
        mapping: to try.
        file_name: of the file.
        rows: line in the file, and the cells as JSON.
        at_utc: when the file came.

    Returns:
        A row for each reading, in the order of the file, in the columns of ``select_readings``.
    """
    at = at_utc.astimezone(UTC).replace(tzinfo=None)
    landed = pl.DataFrame(list(rows), schema={"line": pl.Int64, "cells": pl.String}, orient="row").to_arrow()
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'; create schema bronze; create schema ops")
        connection.register("landed", landed)
        connection.execute(
            f"create table bronze.{mapping.SOURCE} as "
            "select 1 as _landing_id, cast(? as timestamp) as _fetched_at_utc, * from landed",
            [at],
        )
        connection.execute(
            "create table ops.landing as select ? as source, 1 as landing_id, ? as name", [mapping.SOURCE, file_name]
        )
        readings = select_readings(connection, mapping, {"from_landing": 1, "to_landing": 1})
        return connection.execute(f"from ({readings}) order by line, period_start_utc, columns('_id$')").pl()


@cache
def mapped_sql() -> dict[str, str]:
    """The SELECTs that read mapped files, by the names of their files."""
    return {path.stem: path.read_text() for path in sorted(MAPPED_FOLDER.glob("*.sql"))}


def _parts(mapping: Mapping) -> list[dict[str, object]]:
    """The cells of a row that hold readings: column, interval of the day, and what their number counts for."""
    columns, sign = mapping.columns, mapping.energy.sign
    cells = [(name, slot, sign) for slot, name in enumerate(columns.of_day or [columns.value])]
    if columns.production:
        cells.append((columns.production, 0, "production"))
    kept = [(name, slot, 1, PRODUCTION if sign == "production" else "") for name, slot, sign in cells]
    kept += [(name, slot, -1, PRODUCTION) for name, slot, sign in cells if sign == "net"]
    return [{"column_name": name, "slot": slot, "sign": sign, "suffix": suffix} for name, slot, sign, suffix in kept]


def _end_of_day(formats: list[str]) -> str:
    """A regular expression for a time of these formats at 24:00, with what stands before and after the 24 as groups."""
    halves = [one.replace("%-H", "%H").partition("%H") for one in formats if re.search("%-?H", one)]
    before, after = ("|".join(_shown(half[side]) for half in halves) for side in (0, 2))
    return f"^({before})24({after})$"


def _shown(time_format: str) -> str:
    """A regular expression for a part of a time, at the full hour."""
    pieces = re.split(r"(%-?[A-Za-z])", time_format)
    return "".join(
        TO_THE_DAYS_END.get(piece[-1], r"[^\s]+") if piece.startswith("%") else re.escape(piece) for piece in pieces
    )
