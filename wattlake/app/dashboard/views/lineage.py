"""Lineage: tables from source to page, drawn from the SQL; each opens its contract and its model."""

import polars as pl
import streamlit as st

from wattlake.app.dashboard import lineage, widgets
from wattlake.app.dashboard.pages import Page
from wattlake.lake.contracts import columns, contracts, meaning_of_a_row, spec
from wattlake.lake.models.graph import models

PAGE = Page(title="Lineage", icon=":material/account_tree:", section="Lake", place=90)

DEFAULT = "warehouse.kpi_group"


def contract(table: str) -> pl.DataFrame:
    """The columns of a table as its contract describes them."""
    return pl.DataFrame(
        [(one.name, one.sql_type, one.unit, one.nullable, one.meaning) for one in columns(table).values()],
        schema={"column": pl.String, "type": pl.String, "unit": pl.String, "may_be_empty": pl.Boolean}
        | {"meaning": pl.String},
        orient="row",
    )


def show_table(table: str) -> None:
    """A table's contract and its model."""
    key = ", ".join(spec(table).key)
    widgets.rows(f"Contract of {table}", contract(table), f"{meaning_of_a_row(table)}{f' Key: {key}.' if key else ''}")
    with st.container(border=True):
        st.markdown(f"##### Model of {table}")
        if table in models():
            st.code(models()[table].sql, language="sql", line_numbers=True)
        else:
            st.markdown("It is no model: its rows are landed or written by Wattlake itself, or computed by a producer.")


def show() -> None:
    """Draw the page."""
    tables = [name for name in contracts() if not name.startswith("quarantine.")]
    table = widgets.pick(
        "Table", tables, "table", index=tables.index(DEFAULT), width=400,
        help="What it is made from stands to its left, what is made from it to its right.",
    )  # fmt: skip
    graph = lineage.around(table)
    with st.container(border=True):
        st.graphviz_chart(
            lineage.drawn(graph, table),
            width="stretch",
            alt=f"{table} with all that it is made from and all that is made from it: {', '.join(graph)}",
        )
        st.caption("From source to page. Click a table to open it; its frame is yellow.")
    show_table(table)
