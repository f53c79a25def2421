"""Landing meter files that have a mapping: whether it fits them, and their rows to bronze."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import polars as pl

from lake.connection import Connection
from lake.landing import Origin
from lake.mapping import Mapping as MeterMapping
from lake.mapping.file import UnreadableFileError, mapped_rows
from lake.mapping.readings import try_mapping

BLANK = ("no meter id", "unreadable time", "no value", "unreadable energy")
"""Why readings are set aside that say nothing of their mapping: a cell is empty, or says that nothing was measured."""

ROWS_TRIED = 100
ROWS_AT_ONCE = 50_000


def check_fit(path: Path, mapping: MeterMapping, at_utc: datetime) -> None:
    """Read a file's first rows as its mapping says.

    Raises:
        UnreadableFileError: a column is missing, or of the first rows not one reading can be made out.
    """
    readings = try_mapping(mapping, path.name, islice(mapped_rows(path, mapping), ROWS_TRIED), at_utc)
    faults = []
    for reason, original in readings.select("quarantine_reason", "original").iter_rows():
        fault = _misfit(mapping, path, reason, json.loads(original)) if original else None
        if fault is None and reason not in BLANK:
            return
        faults += [fault] if fault else []
    if faults:
        raise UnreadableFileError(str(path), f"does not fit the mapping `{mapping.name}`: {faults[0]}.")


def insert_mapped(connection: Connection, origin: Origin, files: Mapping[int, tuple[Path, MeterMapping]]) -> None:
    """Put the rows of files (by landing) into bronze, within the caller's transaction."""
    connection.execute("create or replace temp table mapped_row (_landing_id bigint, line bigint, cells varchar)")
    for landing_id, (path, mapping) in files.items():
        for rows in _frames(mapped_rows(path, mapping)):
            connection.register("mapped_rows", rows.to_arrow())
            connection.execute("insert into temp.mapped_row select ?, line, cells from mapped_rows", [landing_id])
    connection.execute(
        f"insert into bronze.{origin.source} by name select *, ? as _fetched_at_utc from temp.mapped_row",
        [origin.fetched_at],
    )
    connection.execute("drop table temp.mapped_row")


def _frames(rows: Iterable[tuple[int, str]]) -> Iterator[pl.DataFrame]:
    numbered = iter(rows)
    while taken := list(islice(numbered, ROWS_AT_ONCE)):
        yield pl.DataFrame(taken, schema={"line": pl.Int64, "cells": pl.String}, orient="row")


def _misfit(mapping: MeterMapping, path: Path, reason: str, original: dict[str, Any]) -> str | None:
    """What a reading that was set aside says of the mapping, rather than of itself."""
    line = original["line"]
    columns = mapping.columns
    if original.get("line_text"):
        return (
            f"line {line} has more columns than the header: `{original['line_text'][:100]}`. Is "
            f"`{mapping.file.delimiter}` the delimiter (`file.delimiter`), and no decimal mark"
        )
    if reason == "no meter id" and columns.meter_from_file_name:
        return f"`columns.meter_from_file_name`, `{columns.meter_from_file_name}`, finds no meter in `{path.name}`"
    if reason == "unreadable time" and original.get("time_text"):
        where = " and ".join(f"`{name}`" for name in (columns.datetime, columns.date, columns.time) if name)
        expected = "` or `".join(mapping.time.formats)
        return f"line {line}, column {where}: found `{original['time_text']}`, expected `{expected}` (`time.format`)"
    if reason == "unreadable energy" and re.search(r"\d", original.get("value_text", "")):
        return (
            f"line {line}, column `{original['column_name']}`: found `{original['value_text']}`, expected a number "
            f"with `{mapping.energy.decimal}` before its decimals (`energy.decimal`)"
        )
    return None
