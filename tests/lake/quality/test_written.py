"""What was written is a value: each kind picks its rows, and what a check does follows from the kind alone."""

import inspect
from collections.abc import Iterator
from datetime import date
from importlib import import_module
from pkgutil import iter_modules

import duckdb
import pytest

from harness.lake_steps import stored
from wattlake.lake import quality
from wattlake.lake.quality import Days, IssuedRows, Landings, Links, Stretch, WholeTable, Written

NEW_YEAR, SECOND, THIRD, FOURTH = (date(2013, 1, day) for day in (1, 2, 3, 4))


@pytest.fixture(scope="module")
def rows() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(
            """
            create table rows as
            select n, timestamp '2012-12-31 12:00:00' + interval 12 hours * n as period_start_utc, n as _landing_id,
                n as settlement_id, timestamp '2013-01-01' + interval 1 hour * (n // 2) as issued_at_utc,
                timestamp '2013-01-01' + interval 1 hour * n as _made_at_utc
            from range(8) as r (n)
            """
        )
        yield connection


@pytest.mark.parametrize(
    ("written", "picked"),
    [
        (WholeTable(), [*range(8)]),
        (Days(frozenset({NEW_YEAR})), [1, 2]),
        (Days(frozenset({NEW_YEAR, SECOND, THIRD})), [1, 2, 3, 4, 5, 6]),
        (Days(frozenset({NEW_YEAR, THIRD})), [1, 2, 5, 6]),
        (Days(frozenset({FOURTH})), [7]),
        (Days(frozenset()), []),
        (Stretch(stored(2013, 1, 1, 12), stored(2013, 1, 2, 12)), [2, 3]),
        (Landings(2, 3), [2, 3]),
        (Links(6, 9), [6, 7]),
        (IssuedRows(stored(2013, 1, 1, 1)), [2, 3]),
        (IssuedRows(stored(2013, 1, 1, 1), stored(2013, 1, 1, 3)), [3]),
    ],
)
def test_each_kind_picks_its_rows(rows: duckdb.DuckDBPyConnection, written: Written, picked: list[int]):
    asked = f"select n from rows where {written.condition} order by n"
    assert [n for (n,) in rows.execute(asked).fetchall()] == picked


def test_landings_are_named_by_another_column_where_it_holds_their_numbers(rows: duckdb.DuckDBPyConnection):
    condition = Landings(5, 7).condition_on("settlement_id")
    assert rows.execute(f"select min(n), count(*) from rows where {condition}").fetchall() == [(5, 3)]


def test_the_same_rows_are_the_same_value():
    assert len({Days(frozenset({NEW_YEAR, SECOND})), Days(frozenset([SECOND, NEW_YEAR])), Landings(1, 2)}) == 2
    assert Landings(1, 2) != Links(1, 2)


def test_no_check_takes_a_condition_as_text():
    modules = [import_module(f"{quality.__name__}.{module.name}") for module in iter_modules(quality.__path__)]
    functions = {
        function
        for module in (quality, *modules)
        for _, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__.startswith(quality.__name__)
    }
    assert len(functions) > 30
    assert [f.__qualname__ for f in functions if {"where", "condition"} & inspect.signature(f).parameters.keys()] == []
