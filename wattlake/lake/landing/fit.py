"""Try a mapping on the first rows of what came, before any of it is landed."""

import json
import re
from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from wattlake.lake.errors import UnreadableFileError
from wattlake.lake.foreign_text import shown
from wattlake.lake.landing.readers.cells import mapped_rows
from wattlake.lake.mapping import AnyMapping, PlantMapping, TranslatedMapping
from wattlake.lake.mapping.plants import NUMBERS
from wattlake.lake.mapping.readings import NO_READINGS, OTHER_ORDER, TEXTS, try_mapping

BLANK = (
    *("no meter id", "no plant id", "no inverter id", "no member id", "no values"),
    *("unreadable time", "no value", "unreadable energy", "unreadable number", "missing, says its source"),
    *NO_READINGS,
)
"""The reasons of readings set aside that say nothing about their mapping.

A cell is empty, or says that nothing was measured.
"""

ROWS_TRIED = 100
NUMBER = re.compile(r"[+\u2212-]?\d*(\.\d*)?([eE][+-]?\d+)?[-\u2212]?")


def check_fit(path: Path, mapping: AnyMapping, at_utc: datetime) -> None:
    """Refuse a file whose first rows do not fit its mapping.

    Raises:
        UnreadableFileError: a column is missing, or of the first rows not one reading can be made out.
    """
    expect_fit(path.name, mapping, mapped_rows(path, mapping), at_utc, str(path))


def expect_fit(
    name: str, mapping: AnyMapping, rows: Iterable[tuple[int, str]], at_utc: datetime, shown_as: str = ""
) -> None:
    """Refuse rows of which the first do not fit their mapping.

    Args:
        name: of what they came in, as it is registered.
        mapping: theirs.
        rows: the line of each, and its cells as JSON.
        at_utc: when they came.
        shown_as: what they came in, for the error.

    Raises:
        UnreadableFileError: of the first rows not one reading can be made out.
    """
    readings = try_mapping(mapping, name, islice(rows, ROWS_TRIED), at_utc)
    faults = []
    for reason, original in readings.select("quarantine_reason", "original").iter_rows():
        fault = _misfit(mapping, name, reason, json.loads(original)) if original else None
        if fault is None and reason not in BLANK:
            return
        faults += [fault] if fault else []
    if faults:
        raise UnreadableFileError(shown_as or name, f"does not fit the mapping `{mapping.name}`: {faults[0]}.")


def _misfit(mapping: AnyMapping, name: str, reason: str, original: dict[str, Any]) -> str | None:
    """Say what a reading that was set aside shows to be wrong with the mapping.

    ``None`` where only the reading itself is wrong.
    """
    line = original["line"]
    if isinstance(mapping, TranslatedMapping):
        written = original.get(reason.rpartition(" ")[2], original["cells"])
        is_odd = reason.startswith(("unreadable", "impossible", "unknown"))
        return f"line {line} would be set aside, `{reason}`: `{shown(written)}`" if is_odd else None
    columns = mapping.columns
    if original.get("line_text"):
        return (
            f"line {line} has more columns than the header: `{shown(original['line_text'])}`. Is "
            f"`{mapping.file.delimiter}` the delimiter (`file.delimiter`), and no decimal mark"
        )
    for key, pattern in mapping.file_name_patterns.items() if reason.startswith("no ") else ():
        if not re.search(pattern, name):
            return f"`{key}`, `{pattern}`, finds no {key.removeprefix('columns.').partition('_')[0]} in `{name}`"
    if reason in ("unreadable time", OTHER_ORDER) and original.get("time_text"):
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
    if decimal_mark != "." and "." in text:
        return False
    return NUMBER.fullmatch(text.replace(decimal_mark, ".")) is not None
