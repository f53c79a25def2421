"""The lineage: what each table and page is made from, as the SQL says."""

import re

import pytest

from wattlake.app.dashboard import lineage
from wattlake.lake.contracts import contracts
from wattlake.lake.models.graph import models
from wattlake.lake.models.lineage import made_from


def test_the_graph_has_what_every_table_is_made_from_and_the_source_of_every_bronze_table():
    edges = lineage.edges()
    assert all(edges[table] >= model.inputs for table, model in models().items())
    assert edges["gold.settled_trade"] == made_from("gold.settled_trade") != frozenset()
    assert edges["bronze.smart_meters"] == {"source.smart_meters"}


def test_a_page_is_made_from_what_its_queries_read():
    edges = lineage.edges()
    assert edges["page.performance"] == {
        *("warehouse.kpi_member", "warehouse.fact_zone_slot", "warehouse.dim_zone"),
        "warehouse.fact_market_comparison",
    }
    assert "gold.member_bill_monthly" in edges["page.member"], "also what is asked of the lake's own functions"
    assert edges["page.sql"] == set()


def test_around_a_table_is_all_it_is_made_from_and_all_that_is_made_from_it():
    graph = lineage.around("gold.spot_price")
    assert {"source.energy_charts", "bronze.energy_charts", "silver.spot_price"} <= graph.keys()
    assert {"gold.grid_slot", "warehouse.dim_price", "warehouse.kpi_member", "page.impact"} <= graph.keys()
    assert {"gold.price_forecast", "gold.settled_slot", "page.forecast"} <= graph.keys(), "past ledger and forecasts"
    assert "source.open_meteo" not in graph
    assert graph["warehouse.kpi_group"] == {"warehouse.kpi_member"}


@pytest.mark.parametrize("table", ["bronze.pvgis", "warehouse.fact_zone_slot"])
def test_a_graph_is_drawn_with_every_node_and_edge_and_a_link_for_every_table(table):
    graph = lineage.around(table)
    drawn = lineage.drawn(graph, table)
    assert set(re.findall(r'"([\w.]+)" \[label', drawn)) == graph.keys()
    assert len(re.findall(" -> ", drawn)) == sum(len(inputs) for inputs in graph.values())
    assert len(re.findall(r'URL="\?table=', drawn)) == len(graph.keys() & contracts().keys())
    assert drawn.count("penwidth=3") == 1


def test_the_graph_of_a_column_is_drawn_with_the_steps_on_its_way():
    graph = lineage.around_column("gold.settled_position", "bought_kwh")
    drawn = lineage.drawn(graph, "gold.settled_position.bought_kwh")
    assert set(re.findall(r'"([^"]+)" \[label', drawn)) == graph.keys()
    assert {"step.market/outcome.bought_kwh", "bronze.smart_meters.KWH/hh (per half hour)"} <= graph.keys()
    assert drawn.count("penwidth=3") == 1
