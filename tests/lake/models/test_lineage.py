"""Lineage: every table is made from something, down to what a source said or what is given."""

import re

import pytest
import sqlglot
from sqlglot import exp

from wattlake import PACKAGE
from wattlake.lake.contracts import contracts
from wattlake.lake.market.clearing import MECHANISMS
from wattlake.lake.models.column_lineage import Origin, columns_upstream, ways_to
from wattlake.lake.models.graph import models
from wattlake.lake.models.lineage import WRITTEN_FROM, inputs, made_from, steps

MADE = [name for name in contracts() if name.startswith(("silver.", "gold.", "warehouse.", "star."))]


def named_in(sql: str) -> set[str]:
    """The tables and relations that a SELECT reads and does not make itself."""
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    own = {cte.alias for cte in tree.find_all(exp.CTE)}
    tables = [table for table in tree.find_all(exp.Table) if table.name]
    return {
        f"{table.db}.{table.name}" if table.db else table.name for table in tables if table.db or table.name not in own
    }


def upstream(table: str) -> frozenset[str]:
    """List all tables that a table is made from, directly or not, without itself."""
    tables, waiting = set[str](), set(made_from(table))
    while waiting:
        name = waiting.pop()
        if name not in tables:
            tables.add(name)
            waiting |= made_from(name)
    return frozenset(tables - {table})


def is_given(table: str) -> bool:
    """Whether nothing comes before a table: a landing, what the lake notes of itself, or a SELECT of settings alone."""
    return table.startswith(("bronze.", "ops.")) or (table in models() and not named_in(models()[table].sql))


@pytest.mark.parametrize("table", MADE)
def test_every_table_is_made_from_what_a_source_said_or_what_is_given(table):
    ends = {name for name in {table} | upstream(table) if not made_from(name)}
    assert ends
    assert {name for name in ends if not is_given(name)} == set()


@pytest.mark.parametrize("name", steps())
def test_a_step_says_what_its_sql_reads(name):
    assert steps()[name].reads.keys() == named_in(steps()[name].sql)
    assert steps()[name].inputs <= contracts().keys() | steps().keys()


def test_what_tables_are_written_from_is_there_and_no_table_is_left_out():
    assert {name for names in WRITTEN_FROM.values() for name in names} <= contracts().keys() | steps().keys()
    assert {name for name in MADE if name not in models()} <= WRITTEN_FROM.keys() <= contracts().keys()


def test_a_claim_is_of_any_mechanism():
    claims = frozenset(f"market/{mechanism}" for mechanism in MECHANISMS)
    assert steps()["market/seller_claim"].reads["claims"] == steps()["market/apportioned"].reads["claim"] == claims


def test_key_figures_reach_the_register_and_the_meters():
    assert {"bronze.members", "bronze.smart_meters"} <= upstream("warehouse.kpi_member")
    assert "bronze.inverters" not in upstream("warehouse.kpi_member")


def test_the_ledger_and_the_forecasts_are_made_from_what_their_steps_read():
    assert made_from("gold.settled_slot") == {
        *("gold.energy_flow", "gold.member_version", "gold.grid_slot", "gold.zone"),
    }
    assert inputs("gold.settled_trade") == {"market/trade"}
    assert made_from("gold.surplus_advice") == {"gold.forecast", "gold.grid_slot", "gold.price_forecast"}
    assert {"gold.energy_flow", "silver.weather_forecast"} < made_from("gold.forecast")
    assert "bronze.open_meteo" in upstream("warehouse.fact_surplus_advice")


def tables_of(graph: dict[Origin, frozenset[Origin]]) -> set[str]:
    return {f"{origin.table}.{origin.column}" for origin in graph}


def test_a_column_is_followed_to_the_columns_of_its_source():
    graph = columns_upstream("warehouse.fact_energy_flow", "consumption_kwh")
    assert graph[Origin("warehouse.fact_energy_flow", "consumption_kwh")] == {
        Origin("gold.energy_flow", "consumption_kwh")
    }
    assert {"silver.meter_reading.energy_kwh", "bronze.smart_meters.KWH/hh (per half hour)"} <= tables_of(graph)
    assert not any(name.startswith(("bronze.members", "silver.spot_price")) for name in tables_of(graph))


def test_a_union_by_name_takes_columns_by_their_names():
    graph = columns_upstream("warehouse.kpi_member", "consumption_kwh")
    assert graph[Origin("warehouse.kpi_member", "consumption_kwh")] == {
        Origin("gold.market_daily", "consumption_kwh"),
        Origin("gold.member_bill_monthly", "consumption_kwh"),
    }


def test_a_column_of_the_ledger_is_followed_through_the_steps_of_the_market():
    names = tables_of(columns_upstream("gold.settled_position", "bought_eur"))
    assert {
        "market/outcome.bought_eur",
        "market/trade.amount_eur",
        "gold.energy_flow.consumption_kwh",
    } <= names
    assert "bronze.energy_charts.price" in names


def test_what_a_producer_computes_is_made_from_all_that_it_is_handed():
    names = tables_of(columns_upstream("gold.pv_output_hourly", "output_w_per_kwp"))
    assert {"silver.weather_hourly.shortwave_w_per_m2", "bronze.open_meteo.shortwave_radiation"} <= names


@pytest.mark.parametrize("table", [name for name in MADE if name.startswith(("gold.", "warehouse.", "star."))])
def test_columns_reach_no_table_that_the_lineage_of_their_table_lacks(table):
    for column in list(contracts()[table].to_schema().columns)[:4]:
        tables = {origin.table for origin in columns_upstream(table, column) if origin.table in contracts()}
        assert tables <= {table} | upstream(table)


def test_the_forecasts_are_written_from_the_tables_that_their_code_reads():
    folder = PACKAGE / "tasks" / "forecasts"
    names = ("inputs", "energy_inputs", "price_inputs", "history", "weather")
    code = "".join((folder / f"{name}.py").read_text(encoding="utf-8") for name in names)
    read = set(re.findall(r"\b(?:from|join)\s+((?:silver|gold)\.\w+)", code))
    declared = inputs("gold.forecast") | inputs("gold.price_forecast")
    of_steps = steps()["features/weather_forecast"].inputs
    assert read == {name for name in declared if name.startswith(("silver.", "gold."))}
    assert of_steps <= read


def test_ways_are_counted_along_all_tables_and_once_around_a_table_that_reads_itself():
    end, left, right, self_reading, source = (Origin(name, "kwh") for name in "elrxs")
    graph = {
        end: frozenset({left, right}),
        left: frozenset({self_reading}),
        right: frozenset({self_reading, source}),
        self_reading: frozenset({self_reading, source}),
        source: frozenset[Origin](),
    }
    ways = ways_to(graph, end)
    assert (ways[left], ways[right], ways[source]) == (1, 1, 3)
