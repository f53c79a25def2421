"""Contracts are the only description of a column, and every table and view is as its contract says."""

import re
from collections.abc import Iterator

import duckdb
import pytest

from harness.lake_steps import plain_tables, select
from harness.services import PROJECT
from wattlake.lake.contracts import columns, contracts, spec
from wattlake.lake.layers import VIEWS, is_view
from wattlake.lake.models.graph import fill, models
from wattlake.lake.settings import Settings
from wattlake.lake.sql import quoted
from wattlake.lake.store.lake import Lake
from wattlake.lake.store.tables import meaning_with_unit
from wattlake.lake.store.views import comment_of, create_views
from wattlake.tasks.producers import producers

UNITS = {
    "gco2_per_kwh": "gCO₂/kWh",
    "eur_per_mwh": "EUR/MWh",
    "eur_per_kwh": "EUR/kWh",
    "eur": "EUR",
    "kg": "kg",
    "km": "km",
    "kwh_per_kwp": "kWh/kWp",
    "w_per_kwp": "W/kWp",
    "kwh_per_day": "kWh/d",
    "kwh_per_m2": "kWh/m²",
    "w_per_m2": "W/m²",
    "m_per_s": "m/s",
    "kwh": "kWh",
    "kwp": "kWp",
    "celsius": "°C",
    "pct": "%",
    "mm": "mm",
    "degrees": "°",
    "minutes": "min",
    "seconds": "s",
    "hours": "h",
    "kw": "kW",
    "w": "W",
}
"""Units by the ends of names, those with more words first."""

UNITS_OF_PLAIN_NAMES = {
    "latitude": "°",
    "longitude": "°",
    "bytes": "B",
    "hour": "h",
    "local_hour": "h",
    "issue_hour": "h",
    # Degrees that homes are heated and cooled by are of temperature, and no angles.
    "forecast_heating_degrees": "°C",
    "forecast_cooling_degrees": "°C",
    # The star schema has the names that analysts expect, which say no unit.
    "temperature": "°C",
    "cloud_cover": "%",
    "solar_irradiance": "W/m²",
    "spot_price": "EUR/kWh",
    "grid_buy_price": "EUR/kWh",
    "grid_sell_price": "EUR/kWh",
}
WAREHOUSE = [name for name in contracts() if is_view(name)]
EVERY_COLUMN = [(table, column) for table in contracts() for column in columns(table).values()]


def spelled(unit: str) -> str:
    """How a name ends in a unit that is not in the list, as a new source may bring one: `m³/s` is `_m3_per_s`."""
    return unit.lower().replace("/", "_per_").translate(str.maketrans("²³", "23"))


@pytest.fixture(scope="module")
def views() -> Iterator[duckdb.DuckDBPyConnection]:
    """Every table and view of the lake, empty, in a plain DuckDB."""
    with duckdb.connect() as tables:
        plain_tables(tables)
        for schema in VIEWS:
            tables.execute(f"create schema {schema}")
        create_views(tables, Settings())
        yield tables


@pytest.mark.parametrize("view", WAREHOUSE)
def test_a_view_has_its_contracts_columns_in_order_with_their_types(view: str, views: duckdb.DuckDBPyConnection):
    described = [(name, sql_type.lower()) for name, sql_type, *_ in views.execute(f"describe {view}").fetchall()]
    assert described == [(column.name, column.sql_type) for column in columns(view).values()]


@pytest.mark.parametrize("table", sorted(models().keys() - producers().keys()))
def test_a_model_lists_every_column_of_its_contract_in_order(table: str, views: duckdb.DuckDBPyConnection):
    sql = re.sub(r"\$(from|to)_utc", "timestamp '2013-01-01'", fill(models()[table].sql, Settings()))
    sql = re.sub(r"\$(from|to)_landing", "1", sql)
    found = [name for name, *_ in views.execute(f"describe {sql}").fetchall()]
    beside = ["is_rounded"] if table == "silver.meter_reading" else []
    assert found == [*columns(table), *(["quarantine_reason"] if table.startswith("silver.") else []), *beside]


def test_every_table_but_landed_and_kept_ones_is_made_by_a_model_and_every_model_has_a_contract():
    made = {name for name in contracts() if name.startswith(("silver.", "gold.", "warehouse.", "star."))}
    assert made - models().keys() == {
        *("gold.forecast", "gold.group_forecast", "gold.price_forecast", "gold.surplus_advice"),
        "gold.forecast_feature_issued",
        *("gold.settled_slot", "gold.settled_position", "gold.settled_trade", "gold.market_comparison"),
        *("silver.meter_event", "gold.window_5min", "gold.live_alert", "gold.live_limit"),
    }
    assert models().keys() <= contracts().keys()


def test_every_column_has_a_meaning_and_every_table_says_what_a_row_is():
    assert [f"{table}.{column.name}" for table, column in EVERY_COLUMN if not column.meaning] == []
    assert [name for name, contract in contracts().items() if not (contract.__doc__ or "").strip()] == []
    for name in contracts():
        assert set(spec(name).key) <= columns(name).keys(), name


def test_the_unit_in_a_name_is_the_unit_that_is_printed():
    wrong = []
    for table, column in EVERY_COLUMN:
        if table.startswith(("bronze.", "quarantine.")):
            continue
        ending = next((unit for end, unit in UNITS.items() if re.search(f"(^|_){end}$", column.name)), None)
        is_of_its_own = ending is None and column.name.endswith(f"_{spelled(column.unit or '')}")
        if column.unit != UNITS_OF_PLAIN_NAMES.get(column.name, ending) and not is_of_its_own:
            wrong.append((f"{table}.{column.name}", column.unit))
    assert wrong == []


def test_instants_end_in_utc_and_nothing_else_does():
    exceptions = {"local_start"}
    wrong = [
        f"{table}.{column.name}"
        for table, column in EVERY_COLUMN
        if (column.sql_type == "timestamp") != column.name.endswith("_utc") and column.name not in exceptions
    ]
    assert wrong == []


def test_comments_in_the_catalog_are_the_contracts_words(folder_lake: Lake):
    for name in contracts():
        if is_view(name):
            continue
        schema, _, table = name.partition(".")
        of_table = f"database_name = 'lake' and schema_name = {quoted(schema)} and table_name = {quoted(table)}"
        found = select(
            folder_lake,
            "select column_name, lower(data_type), comment from duckdb_columns() "
            f"where {of_table} order by column_index",
        )
        assert [(column, sql_type) for column, sql_type, _ in found] == [
            (column.name, column.sql_type) for column in columns(name).values()
        ]
        assert [comment for *_, comment in found] == [
            f"{column.meaning} [{column.unit}]" if column.unit else column.meaning for column in columns(name).values()
        ]
        meaning = (contracts()[name].__doc__ or "").partition("\n")[0]
        assert select(folder_lake, f"select comment from duckdb_tables() where {of_table}") == [(meaning,)]


COMMENTED = """
select schema_name || '.' || view_name as name, split_part(line, ': ', 1) as column_name,
    substr(line, strpos(line, ': ') + 2) as meaning
from (
    select *, unnest(string_split(comment, chr(10))[2:]) as line from duckdb_views() where database_name = 'lake'
)
"""
"""As docs/warehouse.md has it: the comments of views, a row for each column."""


def test_every_column_of_every_view_has_its_meaning_in_the_views_comment(folder_lake: Lake):
    told = select(folder_lake, COMMENTED)
    assert {(name, column): meaning for name, column, meaning in told} == {
        (name, column.name): meaning_with_unit(column)
        for name in contracts()
        if is_view(name)
        for column in columns(name).values()
    }
    shown = select(
        folder_lake,
        "select schema_name || '.' || table_name, column_name from duckdb_columns() "
        "where database_name = 'lake' and schema_name || '.' || table_name in (select distinct name from "
        f"({COMMENTED}))",
    )
    assert len(shown) > 400
    assert sorted(shown) == sorted((name, column) for name, column, _ in told)
    assert " ".join(COMMENTED.split()) in " ".join((PROJECT / "docs" / "warehouse.md").read_text().split())


def test_a_lake_whose_views_lack_comments_gets_them(folder_lake: Lake):
    folder_lake.write(lambda connection: connection.execute("comment on view star.dim_users is 'of before'"))
    folder_lake.create()
    comments = select(folder_lake, "select comment from duckdb_views() where view_name = 'dim_users'")
    assert comments == [(comment_of("star.dim_users"),)]


def test_tables_are_partitioned_as_their_contracts_say(folder_lake: Lake):
    for name in contracts():
        if spec(name).partitioned_by:
            schema, _, table = name.partition(".")
            found = select(
                folder_lake,
                "select count(*) from __ducklake_metadata_lake.ducklake_partition_column "
                "inner join __ducklake_metadata_lake.ducklake_table using (table_id) "
                "inner join __ducklake_metadata_lake.ducklake_schema using (schema_id) "
                f"where table_name = '{table}' and schema_name = '{schema}'",
            )
            assert found == [(len(spec(name).partitioned_by),)], name
