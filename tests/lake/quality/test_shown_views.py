"""What is given in a table is given in the views that show its rows one by one, so no build looks for it there."""

import pytest
import sqlglot
from sqlglot import exp

from wattlake.lake.contracts import columns, contracts, spec
from wattlake.lake.models.column_lineage import origins
from wattlake.lake.models.graph import models

SHOWING = [table for table in contracts() if spec(table).shows]
ENTRIES = "warehouse.dim_user"
"""An entry is there for each row of a table that is ``held`` to one."""


def outer_joined(tree: exp.Expression) -> set[str]:
    """The tables that a SELECT joins so that a row may find nothing in them."""
    return {
        f"{table.db}.{table.name}"
        for join in tree.find_all(exp.Join)
        if join.side
        for table in join.this.find_all(exp.Table)
    }


def may_lack(view: str, shown: str) -> list[str]:
    """The given columns of a view that a row of the table that it shows may leave empty."""
    tree = sqlglot.parse_one(models()[view].sql, dialect="duckdb")
    never_empty = {select.alias for select in tree.selects if isinstance(select.unalias(), exp.Not)}
    outer = outer_joined(tree) - ({ENTRIES} if spec(shown).held else set())
    return [
        name
        for name, column in columns(view).items()
        if not column.nullable and name not in never_empty
        for origin in origins(view, name)
        if origin.table in outer or columns(origin.table)[origin.column].nullable
    ]


def test_there_are_such_views():
    assert {"warehouse.fact_energy_flow", "gold.energy_flow_enriched"} <= set(SHOWING)


@pytest.mark.parametrize("view", SHOWING)
def test_a_view_leaves_nothing_empty_that_its_table_gives(view: str):
    assert spec(view).shows in models()[view].inputs
    assert may_lack(view, spec(view).shows) == []


def test_a_column_of_an_outer_join_would_be_told():
    assert may_lack("warehouse.fact_energy_flow", "gold.energy_flow") == []
    assert may_lack("warehouse.fact_energy_flow", "gold.energy_balance_daily") == ["user_sk"]
