"""Landing of files that have a mapping: it is tried first, then their rows go to bronze."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from wattlake.lake.errors import UnreadableFileError
from wattlake.lake.foreign_text import shown
from wattlake.lake.landing.payloads import Origin
from wattlake.lake.landing.readers.cells import mapped_frames, mapped_rows
from wattlake.lake.mapping import AnyMapping, PlantMapping
from wattlake.lake.mapping.plants import NUMBERS
from wattlake.lake.mapping.readings import NO_READINGS, TEXTS, try_mapping
from wattlake.lake.sql import Connection

BLANK = (
    *("no meter id", "no plant id", "no inverter id"),
    *("unreadable time", "no value", "unreadable energy", "unreadable number", "missing, says its source"),
    *NO_READINGS,
)
"""The reasons of readings set aside that say nothing about their mapping.

A cell is empty, or says that nothing was measured.
"""

ROWS_TRIED = 100


def check_fit(path: Path, mapping: AnyMapping, at_utc: datetime) -> None:
    """Refuse a file whose first rows do not fit its mapping.

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


def insert_mapped(connection: Connection, origin: Origin, files: Mapping[int, tuple[Path, AnyMapping]]) -> None:
    """Insert the rows of files into bronze, within the caller's transaction.

    The files are keyed by the numbers of their landings.
    """
    connection.execute("create or replace temp table mapped_row (_landing_id bigint, line bigint, cells varchar)")
    for landing_id, (path, mapping) in files.items():
        for rows in mapped_frames(path, mapping):
            connection.register("mapped_rows", rows.to_arrow())
            connection.execute("insert into temp.mapped_row select ?, line, cells from mapped_rows", [landing_id])
    connection.execute(
        f"insert into bronze.{origin.source} by name select *, ? as _fetched_at_utc from temp.mapped_row",
        [origin.fetched_at],
    )
    connection.execute("drop table temp.mapped_row")


def _misfit(mapping: AnyMapping, path: Path, reason: str, original: dict[str, Any]) -> str | None:
    """Say what a reading that was set aside shows to be wrong with the mapping.

    ``None`` where only the reading itself is wrong.
    """
    line = original["line"]
    columns = mapping.columns
    if original.get("line_text"):
        return (
            f"line {line} has more columns than the header: `{shown(original['line_text'])}`. Is "
            f"`{mapping.file.delimiter}` the delimiter (`file.delimiter`), and no decimal mark"
        )
    for key, pattern in mapping.file_name_patterns.items() if reason.startswith("no ") else ():
        if not re.search(pattern, path.name):
            return f"`{key}`, `{pattern}`, finds no {key.removeprefix('columns.').partition('_')[0]} in `{path.name}`"
    if reason == "unreadable time" and original.get("time_text"):
        where = " and ".join(f"`{name}`" for name in (columns.datetime, columns.date, columns.time) if name)
        expected = "` or `".join(mapping.time.formats)
        written = shown(original["time_text"])
        return f"line {line}, column {where}: found `{written}`, expected `{expected}` (`time.format`)"
    if reason in ("unreadable energy", "unreadable number"):
        return _no_number(mapping, original)
    return None


def _no_number(mapping: AnyMapping, original: dict[str, Any]) -> str | None:
    """Say which number is written otherwise than the mapping says; ``None`` where none is.

    A word that stands for no number says nothing.
    """
    if isinstance(mapping, PlantMapping):
        texts = [
            (mapping.columns.numbers[name], original.get(text))
            for name, text in zip(NUMBERS, TEXTS, strict=True)
            if text in original
        ]
    else:
        texts = [(original["column_name"], original.get("value_text"))]
    for column, text in texts:
        if text and re.search(r"\d", text) and not _is_number(text, mapping.decimal_mark):
            key = "power.decimal" if isinstance(mapping, PlantMapping) else "energy.decimal"
            return (
                f"line {original['line']}, column `{shown(column)}`: found `{shown(text)}`, expected a number with "
                f"`{mapping.decimal_mark}` before its decimals (`{key}`)"
            )
    return None


def _is_number(text: str, decimal_mark: str) -> bool:
    return re.fullmatch(r"[+-]?\d*(\.\d*)?([eE][+-]?\d+)?", text.replace(decimal_mark, ".")) is not None and (
        decimal_mark == "." or "." not in text
    )
