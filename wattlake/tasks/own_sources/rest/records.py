"""The records of a page in JSON, CSV or XML: what stands at a path of each, as text."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from typing import Any, Protocol

from wattlake.tasks.own_sources.rest.reading import Rows
from wattlake.tasks.own_sources.rest.xml_records import Missing, xml_records
from wattlake.tasks.sources._answer import Answer, NothingCameError

ROOT = "$."


class Record(Protocol):
    """A row of an answer, of whatever format."""

    def at(self, path: str) -> Any:  # noqa: ANN401
        """Give what stands at a path, or ``Missing``."""

    def fields(self) -> list[str]:
        """List the paths of its own single values."""


@dataclass(frozen=True)
class JsonRecord:
    """A row of JSON: an object, or a list whose places are counted from 0."""

    row: Any
    whole: Any = None

    def at(self, path: str) -> Any:  # noqa: ANN401
        """Give what stands at a path of names with dots between them."""
        return json_at(self.whole, path.removeprefix(ROOT)) if path.startswith(ROOT) else json_at(self.row, path)

    def fields(self) -> list[str]:
        """List its names, or the numbers of its places."""
        names = self.row if isinstance(self.row, dict) else map(str, range(len(self.row)))
        return [name for name in names if not isinstance(self.at(name), dict | list)]


@dataclass(frozen=True)
class CsvRecord:
    """A line of CSV, by the names of its header."""

    cells: Mapping[str, str]

    def at(self, path: str) -> Any:  # noqa: ANN401
        """Give a cell."""
        return self.cells.get(path, Missing)

    def fields(self) -> list[str]:
        """List the names of the header."""
        return list(self.cells)


def records(answer: Answer, rows: Rows) -> Iterator[Record]:
    """Read the records of a page.

    Raises:
        ValueError: it is not what the description says.
        NothingCameError: it says that there is nothing.
    """
    return {"json": _of_json, "csv": _of_csv, "xml": xml_records}[rows.format](answer, rows)


def json_at(part: Any, path: str) -> Any:  # noqa: ANN401
    """Give what stands at a path of JSON, or ``Missing``."""
    for name in path.split(".") if path else ():
        if isinstance(part, list) and name.isdecimal() and int(name) < len(part):
            part = part[int(name)]
        elif isinstance(part, dict) and name in part:
            part = part[name]
        else:
            return Missing
    return part


def _of_json(answer: Answer, rows: Rows) -> Iterator[Record]:
    whole = answer.parsed()
    if rows.nothing and json_at(whole, rows.nothing) is not Missing:
        raise NothingCameError(str(answer.wrong("rows, but it says that there are none")))
    listed = json_at(whole, rows.path)
    where = f"a list of rows in `{rows.path}`" if rows.path else "a list of rows"
    if isinstance(listed, dict):
        listed = _transposed(answer, listed, where)
    if not isinstance(listed, list) or not all(isinstance(row, dict | list) for row in listed):
        raise answer.wrong(where)
    yield from (JsonRecord(row, whole) for row in listed)


def _transposed(answer: Answer, lists: dict[str, Any], where: str) -> list[dict[str, Any]]:
    """Make rows of lists of equal length, one for each column."""
    columns = {name: values for name, values in lists.items() if isinstance(values, list)}
    if not columns or len({len(values) for values in columns.values()}) > 1:
        raise answer.wrong(f"{where}, or lists of one length there")
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _of_csv(answer: Answer, rows: Rows) -> Iterator[Record]:
    try:
        lines = csv.reader(StringIO(answer.body.decode("utf-8-sig"), newline=""), delimiter=rows.delimiter, strict=True)
        header, *others = [line for line in lines if line] or [[]]
    except (UnicodeDecodeError, csv.Error) as error:
        raise answer.wrong(f"CSV in UTF-8 ({error})") from None
    if twice := [name for name in header if header.count(name) > 1]:
        raise answer.wrong(f"different names in the header of the CSV; `{twice[0]}` is there twice")
    for line in others:
        if len(line) != len(header):
            raise answer.wrong(f"{len(header)} cells in each line of the CSV, but one has {len(line)}")
        yield CsvRecord(dict(zip(header, line, strict=True)))
