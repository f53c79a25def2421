"""Let DuckDB bind a SELECT over empty tables that are as the contracts describe them."""

import re
from collections.abc import Iterator
from types import TracebackType
from typing import NamedTuple, Self

import duckdb

from wattlake.lake.contracts import column_types, columns, contracts, spec
from wattlake.lake.contracts.base import OwnTable
from wattlake.lake.functions.of_project import OR_NULL, WHY, functions
from wattlake.lake.layers import SCHEMAS, is_view
from wattlake.lake.models.graph import tables_read
from wattlake.lake.models.guard import Allowed, RefusedError
from wattlake.lake.models.macros import create_macros
from wattlake.lake.models.query_check import check_query
from wattlake.lake.models.safe_functions import ALLOWED_FUNCTIONS
from wattlake.lake.project_check.timeless import faults_of_time
from wattlake.lake.project_check.types import fits
from wattlake.lake.sql import named

LINE = re.compile(r"LINE (\d+):")


class Wrong(NamedTuple):
    """What is wrong with a SELECT, and in which line."""

    how: str
    line: int


class Binding:
    """A DuckDB without a lake, in which SELECTs are bound and none is run."""

    def __init__(self) -> None:
        """Open it, with the macros and the functions of the project."""
        self._connection = duckdb.connect()
        create_macros(self._connection)
        names = {name + end for name in functions() for end in ("", OR_NULL, WHY)}
        self._allowed = Allowed(SCHEMAS, ALLOWED_FUNCTIONS | names)
        if functions():
            from wattlake.lake.functions.calls import register

            register(self._connection)

    def __enter__(self) -> Self:
        """Give it."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Close it."""
        self._connection.close()

    def mistakes(self, sql: str, table: str = "") -> Iterator[Wrong]:
        """Say what is wrong with a SELECT; of a model, also by its contract."""
        try:
            check_query(self._connection, sql, self._allowed)
        except RefusedError as error:
            yield Wrong(str(error).rstrip("."), _line_at(sql, error.offset))
            return
        if table.startswith(("silver.", "gold.")) and (faults := list(faults_of_time(sql))):
            yield from (Wrong(how, _line_with(sql, written)) for written, how in faults)
            return
        if unknown := sorted(tables_read(sql) - contracts().keys()):
            yield from (Wrong(f"there is no table `{name}`", _line_of(sql, name)) for name in unknown)
            return
        for name in tables_read(sql):
            self.make_table(name)
        try:
            described = self._connection.execute(f"describe {sql}").fetchall()
        except duckdb.Error as error:
            line = LINE.search(str(error))
            # DESCRIBE stands before the first line.
            yield Wrong(str(error).partition("\n")[0].rstrip("."), int(line[1]) if line else 1)
            return
        names = [name for name, *_ in described]
        if table and (twice := [name for name in names if names.count(name) > 1]):
            yield Wrong(f"the SELECT gives two columns `{twice[0]}`", _line_of(sql, twice[0]))
        elif table:
            yield from _breaches(sql, table, {name: kind.lower() for name, kind, *_ in described})

    def make_table(self, name: str) -> None:
        """Make an empty table as its contract describes it.

        Raises:
            duckdb.Error: there can be no table of such columns.
        """
        listed = ", ".join(f"{named(column.name)} {column.sql_type}" for column in columns(name).values())
        self._connection.execute(f"create schema if not exists {name.partition('.')[0]}")
        self._connection.execute(f"create table if not exists {name} ({listed})")


def _breaches(sql: str, table: str, given: dict[str, str]) -> Iterator[Wrong]:
    """Say where the columns of a SELECT are not those of its table's contract."""
    promised = spec(table)
    if isinstance(promised, OwnTable) and promised.made_by:
        return  # The function gives the columns, and its frame is validated.
    wanted = column_types(table)
    wanted |= {"quarantine_reason": "varchar"} if table.startswith("silver.") else {}
    for name in [name for name in wanted if name not in given]:
        yield Wrong(f"its contract has the column `{name}`, which the SELECT does not give", _last_line(sql))
    for name, kind in given.items():
        if name not in wanted:
            yield Wrong(f"the SELECT gives the column `{name}`, which its contract does not have", _line_of(sql, name))
        elif not fits(kind, wanted[name], is_exact=is_view(table)):
            how = f"the column `{name}` is {kind}, and its contract says {wanted[name]}. Cast it: `…::{wanted[name]}`"
            yield Wrong(how, _line_of(sql, name))


def _line_at(sql: str, offset: int) -> int:
    return sql.encode()[:offset].count(b"\n") + 1


def _line_of(sql: str, name: str) -> int:
    """Find the last line that has a name as a whole word: there columns are given."""
    lines = [number for number, line in enumerate(sql.splitlines(), 1) if re.search(rf"\b{re.escape(name)}\b", line)]
    return lines[-1] if lines else _last_line(sql)


def _line_with(sql: str, part: str) -> int:
    """Find the first line that has a part of a name."""
    return next((number for number, line in enumerate(sql.splitlines(), 1) if part in line.lower()), 1)


def _last_line(sql: str) -> int:
    """Find the line in which the last SELECT begins."""
    starts = [number for number, line in enumerate(sql.splitlines(), 1) if re.match(r"select\b", line, re.IGNORECASE)]
    return starts[-1] if starts else 1
