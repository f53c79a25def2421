"""Every promise of every contract: the fault that breaks it is planted, and just its check finds it."""

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from harness.lake_steps import fill_table, plain_tables, stored
from tests.support.planted import (
    IMPLIED,
    Planted,
    PlantedStretches,
    faults_of_rows,
    faults_of_users,
    good_row,
    user_entry,
)
from wattlake.lake.contracts import columns, contracts, spec
from wattlake.lake.layers import VIEWS, is_view
from wattlake.lake.quality import WholeTable, check

REFERENCES = [
    (table, column.name, column.references)
    for table in contracts()
    for column in columns(table).values()
    if column.references
]


@pytest.fixture(scope="module")
def _tables() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        plain_tables(connection)
        for schema in VIEWS:
            connection.execute(f"create schema {schema}")
        for name in contracts():
            if is_view(name):
                listed = ", ".join(f'"{column.name}" {column.sql_type}' for column in columns(name).values())
                connection.execute(f"create table {name} ({listed})")
        yield connection


@pytest.fixture
def tables(_tables: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """A table for each contract and view, empty."""
    _tables.execute("begin")
    yield _tables
    _tables.execute("rollback")


def fill(connection: duckdb.DuckDBPyConnection, table: str, rows: list[dict[str, Any]], lacking: str = "") -> None:
    """Insert rows, and for each value that refers to another table a row there, but for one column."""
    fill_table(connection, table, rows)
    for column in columns(table).values():
        target, _, name = column.references.rpartition(".")
        for row in rows if target and column.name != lacking else ():
            fill_table(connection, target, [good_row(target) | {name: row[column.name]}])


def found(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, tuple[int, int]]:
    """Rows seen and failing, of each check that failed."""
    results = check(connection, table, WholeTable())
    assert len({result.check_name for result in results}) == len(results)
    assert all((result.keys is None) == (result.rows_failing == 0) for result in results)
    return {result.check_name: (result.rows_seen, result.rows_failing) for result in results if result.rows_failing}


@pytest.mark.parametrize("table", contracts())
def test_a_good_row_breaks_no_promise(tables: duckdb.DuckDBPyConnection, table: str):
    assert found(tables, table) == {}
    fill(tables, table, [good_row(table)])
    assert found(tables, table) == {}


@pytest.mark.parametrize("fault", faults_of_rows(), ids=lambda fault: f"{fault.table}: {fault.check_name}")
def test_a_row_that_breaks_one_promise_is_found_by_its_check_alone(tables: duckdb.DuckDBPyConnection, fault: Planted):
    fill(tables, fault.table, [fault.row])
    assert found(tables, fault.table) == dict.fromkeys(fault.found, (1, 1))


@pytest.mark.parametrize("table", [table for table in contracts() if spec(table).key])
def test_a_key_that_comes_twice_is_found(tables: duckdb.DuckDBPyConnection, table: str):
    fill(tables, table, [good_row(table), good_row(table)])
    again = found(tables, table)
    assert again.pop("key is unique") == (2, 1)
    assert again.keys() == IMPLIED.get((table, "key is unique"), set())


@pytest.mark.parametrize(("table", "column", "references"), REFERENCES)
def test_a_value_that_refers_to_nothing_is_found(
    tables: duckdb.DuckDBPyConnection, table: str, column: str, references: str
):
    fill(tables, table, [good_row(table)], lacking=column)
    assert found(tables, table) == {f"{column} is in {references}": (1, 1)}


@pytest.mark.parametrize("fault", list(faults_of_users()), ids=lambda fault: fault.check_name)
def test_entries_of_a_user_that_break_a_promise_together_are_found_by_its_check_alone(
    tables: duckdb.DuckDBPyConnection, fault: PlantedStretches
):
    fill(tables, "warehouse.dim_user", list(fault.rows))
    assert {name: failing for name, (_, failing) in found(tables, "warehouse.dim_user").items()} == {
        fault.check_name: 1
    }


def test_a_user_may_leave_and_come_again(tables: duckdb.DuckDBPyConnection):
    entries = [user_entry(1, 5, is_current=False), user_entry(5, 10, is_current=False), user_entry(20, 25)]
    fill(tables, "warehouse.dim_user", entries)
    of_user = good_row("silver.member") | {"member_id": entries[0]["user_id"]}
    for entry, left_utc in zip(entries, (None, stored(2013, 1, 10), stored(2013, 1, 25)), strict=True):
        dates = {"valid_from_utc": entry["valid_from_utc"], "left_utc": left_utc}
        fill_table(tables, "silver.member", [of_user | dates])
    assert found(tables, "warehouse.dim_user") == {}
    tables.execute("update silver.member set left_utc = null where valid_from_utc = '2013-01-20'")
    assert found(tables, "warehouse.dim_user") == {"entries of one user leave no gap but after a `left` date": (3, 1)}
