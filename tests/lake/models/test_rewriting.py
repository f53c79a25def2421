"""A SELECT is changed on its tree: however it is laid out, and never without an effect."""

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from wattlake.lake.models.graph import models
from wattlake.lake.models.rewriting import (
    NothingToRewriteError,
    only_where,
    reading_from,
    with_literals,
    without_empty_columns,
)

LAYOUTS = (
    "select spot_price.eur from gold.spot_price where spot_price.eur > 1 order by all",
    "SELECT spot_price.eur\nFROM\n    gold.spot_price -- from gold.spot_price\nWHERE spot_price.eur > 1\nORDER BY ALL",
    'with dear as (select p.eur from "gold"."spot_price" as p where p.eur > 1) select eur from dear order by all',
)


@pytest.fixture
def connection():
    with duckdb.connect() as plain:
        plain.execute("create schema gold; create table gold.spot_price as select unnest([1, 2]) as eur")
        plain.execute("create temp table expected as select unnest([1, 7, 8]) as eur")
        yield plain


@pytest.mark.parametrize("sql", LAYOUTS)
@pytest.mark.parametrize("relation", ["expected", "temp.expected"])
def test_another_table_is_read_however_the_sql_is_laid_out(
    connection: duckdb.DuckDBPyConnection, sql: str, relation: str
):
    assert connection.execute(sql).fetchall() == [(2,)]
    assert connection.execute(reading_from(sql, {"gold.spot_price": relation})).fetchall() == [(7,), (8,)]


def test_every_place_that_reads_a_table_reads_the_other_one(connection: duckdb.DuckDBPyConnection):
    sql = "select * from gold.spot_price where eur = (select max(eur) from gold.spot_price)"
    assert connection.execute(reading_from(sql, {"gold.spot_price": "expected"})).fetchall() == [(8,)]


def test_tables_change_places(connection: duckdb.DuckDBPyConnection):
    connection.execute("create table one as select 1 as n; create table two as select 2 as n")
    sql = "select one.n, two.n from one cross join two"
    assert connection.execute(reading_from(sql, {"one": "two", "two": "one"})).fetchall() == [(2, 1)]


@pytest.mark.parametrize(
    "sql",
    [
        "select * from gold.zone",
        "select 'from gold.spot_price' as told from spot_price",
        "with spot_price as (select 1 as eur) select * from spot_price",
    ],
)
def test_a_table_that_is_not_read_is_an_error(sql: str):
    with pytest.raises(NothingToRewriteError, match=r"does not read gold\.spot_price"):
        reading_from(sql, {"gold.spot_price": "expected"})


def test_a_cte_is_not_taken_for_a_table_of_its_name():
    with pytest.raises(NothingToRewriteError, match="does not read slot"):
        reading_from("with slot as (select 1 as wh) select * from slot", {"slot": "temp.other"})


def test_literals_are_replaced_whether_texts_or_numbers_each_by_its_own():
    sql = "select unnest(range(2000, 2041)) as year, timestamp '2000-01-01' as first_utc"
    shorter = with_literals(sql, {"2000": "2041", "2041": "2043", "2000-01-01": "2013-01-01"})
    with duckdb.connect() as plain:
        rows = plain.execute(f"select year, year(first_utc) from ({shorter})").fetchall()
    assert rows == [(2041, 2013), (2042, 2013)]


def test_a_literal_that_is_not_there_is_an_error():
    with pytest.raises(NothingToRewriteError, match="lacks the literal '2040-12-31'"):
        with_literals(models()["gold.calendar"].sql, {"2040-12-31": "2014-01-01"})


def test_a_condition_is_added_to_those_there_are():
    sql = only_where("select * from range(9) as r (n) where n > 3 or n = 0", "n < 6")
    with duckdb.connect() as plain:
        assert plain.execute(f"from ({sql}) order by n").fetchall() == [(0,), (4,), (5,)]


def test_only_one_select_can_be_rewritten():
    with pytest.raises(ValueError, match="One SELECT was expected, but this is a delete"):
        reading_from("delete from gold.spot_price", {"gold.spot_price": "expected"})


def test_the_grid_reads_expected_prices_alone_however_its_model_is_laid_out():
    grid = models()["gold.grid_slot"].sql
    for laid_out in (grid, sqlglot.parse_one(grid, dialect="duckdb").sql(dialect="duckdb", pretty=True)):
        rewritten = reading_from(laid_out, {"gold.spot_price": "expected_price"})
        tables = {
            table.sql(dialect="duckdb") for table in sqlglot.parse_one(rewritten, dialect="duckdb").find_all(exp.Table)
        }
        assert "expected_price AS spot_price" in tables
        assert not any(table.startswith("gold.spot_price") for table in tables)


def test_columns_that_are_null_in_every_row_are_left_out():
    sql = "with a as (select null as x, 1 as y) select y, null as z, cast(null as varchar) as w, x from a"
    assert duckdb.sql(without_empty_columns(sql)).columns == ["y", "x"]
