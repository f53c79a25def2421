"""The rows of an answer of a described service: texts, or cells that a mapping reads."""

import json
from collections.abc import Iterator
from typing import Any
from zipfile import BadZipFile

import polars as pl

from wattlake.tasks.own_sources.rest.reading import Reading, Rows
from wattlake.tasks.own_sources.rest.records import Record, records
from wattlake.tasks.own_sources.rest.series import in_time
from wattlake.tasks.own_sources.rest.xml_records import Missing
from wattlake.tasks.sources._answer import Answer, NothingCameError
from wattlake.tasks.sources._pages import unpacked
from wattlake.tasks.sources.base import Request

Row = dict[str, Any]


def read(request: Request, body: bytes) -> pl.DataFrame:
    """Read the rows of an answer, as its question says that they are read.

    Returns:
        The columns as text; of rows that are mapped ``line`` and ``cells``.

    Raises:
        ValueError: the answer is not what the description says.
        NothingCameError: there is nothing in it.
    """
    reading = Reading.model_validate_json(request.asked["reading"][0])
    answers = [Answer(request, page) for page in _pages(request, reading, body)]
    rows = [row for answer in answers for row in rows_of(answer, reading.rows)]
    if not rows:
        if reading.may_be_empty:
            return pl.DataFrame()
        raise NothingCameError(str(answers[0].wrong("at least one row, but nothing came for this question")))
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = {name: [row.get(name) for row in rows] for name in names}
    columns |= {name: [value] * len(rows) for name, value in reading.rows.constants.items()}
    table = answers[0].frame(columns)
    return _as_cells(table) if reading.is_mapped else table


def rows_of(answer: Answer, rows: Rows) -> list[Row]:
    """Read the rows of a page.

    Raises:
        ValueError: it is not what the description says.
    """
    wanted = [record for record in _records(answer, rows) if _is_wanted(record, rows)]
    values = [_values(answer, record, rows) for record in wanted]
    return in_time(answer, wanted, values, rows.series) if rows.series else values


def count_rows(request: Request, body: bytes, rows: Rows) -> int:
    """Count the rows of a page, wanted or not."""
    return sum(1 for _ in _records(Answer(request, body), rows))


def _records(answer: Answer, rows: Rows) -> Iterator[Record]:
    """Read the records of a page; of one that says that there is nothing, none."""
    try:
        yield from records(answer, rows)
    except NothingCameError:
        return


def _is_wanted(record: Record, rows: Rows) -> bool:
    return all(record.at(path) == value for path, value in rows.only.items())


def _values(answer: Answer, record: Record, rows: Rows) -> Row:
    columns = rows.columns or {name: name for name in record.fields()}
    row = {name: record.at(path) for name, path in columns.items()}
    for name, value in row.items():
        if value is Missing and name not in rows.optional:
            raise answer.wrong(f"`{columns[name]}` in each row, as the column `{name}`")
    return {name: None if value is Missing else value for name, value in row.items()}


def _pages(request: Request, reading: Reading, body: bytes) -> list[bytes]:
    try:
        return unpacked(body) if reading.has_pages else [body]
    except BadZipFile as error:
        raise Answer(request, body).wrong(f"the pages of an answer ({error})") from None


def _as_cells(table: pl.DataFrame) -> pl.DataFrame:
    """Write each row as the cells that a mapping reads; lines are counted from 1."""
    cells = [json.dumps(row, ensure_ascii=False) for row in table.iter_rows(named=True)]
    return pl.DataFrame(
        {"line": range(1, len(cells) + 1), "cells": cells}, schema={"line": pl.Int64, "cells": pl.String}
    )
