"""Lineage: tables and columns from source to page, by the SQL; each table with its contract."""

from collections.abc import Mapping

import polars as pl
import streamlit as st

from wattlake.app.dashboard import lineage, widgets
from wattlake.app.dashboard.pages import Page
from wattlake.lake.contracts import columns, contracts, meaning_of_a_row, spec
from wattlake.lake.layers import layer_of
from wattlake.lake.models.column_lineage import Origin, columns_upstream, ways_to
from wattlake.lake.models.graph import models
from wattlake.lake.models.lineage import inputs, steps

PAGE = Page(title="Lineage", icon=":material/account_tree:", section="Lake", place=90, has_rows=lambda: True)

DEFAULT = "warehouse.kpi_group"
WHOLE = "The whole table"


def contract(table: str) -> pl.DataFrame:
    """Read the columns of a table as its contract describes them."""
    return pl.DataFrame(
        [(field.name, field.sql_type, field.unit, field.nullable, field.meaning) for field in columns(table).values()],
        schema={"column": pl.String, "type": pl.String, "unit": pl.String, "may_be_empty": pl.Boolean}
        | {"meaning": pl.String},
        orient="row",
    )


def show_table(table: str) -> None:
    """Show a table's contract, and the SQL that makes it."""
    key = ", ".join(spec(table).key)
    widgets.rows(f"Contract of {table}", contract(table), f"{meaning_of_a_row(table)}{f' Key: {key}.' if key else ''}")
    with st.container(border=True):
        st.markdown(f"##### Model of {table}")
        if table in models():
            st.code(models()[table].sql, language="sql", line_numbers=True)
        elif its_steps := sorted(inputs(table) & steps().keys()):
            st.markdown("It is no model: Wattlake writes its rows from these steps and the steps before them.")
            for name in its_steps:
                st.caption(f"`sql/steps/{name}.sql`")
                st.code(steps()[name].sql, language="sql", line_numbers=True)
        else:
            st.markdown("It is no model: its rows are landed or written by Wattlake itself.")


def show_graph(graph: Mapping[str, frozenset[str]], focus: str, caption: str) -> None:
    """Show a graph with its focus framed."""
    with st.container(border=True):
        made_of = f"{focus} with all that it is made from and all that is made from it: {', '.join(graph)}"
        st.graphviz_chart(lineage.drawn(graph, focus), width="stretch", alt=made_of)
        st.caption(caption)


def show_column(table: str, column: str) -> None:
    """Show where the way of a column begins, and the columns that it is made from."""
    graph = columns_upstream(table, column)
    ways = ways_to(graph, Origin(table, column))
    begins = [origin for origin, made_of in graph.items() if not made_of]
    begins.sort(key=lambda origin: (layer_of(origin.table) != "bronze", -ways[origin], origin))
    rows = [(origin.table, origin.column, ways[origin], meaning_of(origin)) for origin in begins]
    widgets.rows(
        f"Where {column} begins",
        pl.DataFrame(rows, schema=["table", "column", "ways", "meaning"], orient="row"),
        "The columns that are made from no other: first those as sources wrote them, by how many ways of the SQL lead "
        "from them; then what is given, or a constant.",
    )
    show_graph(
        lineage.around_column(table, column),
        f"{table}.{column}",
        "From the columns of the sources to the column; its frame is yellow. Conditions on rows are not drawn.",
    )


def meaning_of(origin: Origin) -> str:
    """Read what the contract says of a column; nothing of a step's own."""
    return columns(origin.table)[origin.column].meaning if origin.table in contracts() else ""


def show() -> None:
    """Draw the page."""
    tables = [name for name in contracts() if not name.startswith("quarantine.")]
    of_table, of_column = st.columns(2)
    with of_table:
        table = widgets.pick(
            "Table", tables, "table", index=tables.index(DEFAULT),
            help="What it is made from stands to its left, what is made from it to its right.",
        )  # fmt: skip
    with of_column:
        column = widgets.pick(
            "Column", [WHOLE, *columns(table)], "column",
            help="The columns that it is made from, down to those of the sources.",
        )  # fmt: skip
    if column == WHOLE:
        show_graph(lineage.around(table), table, "From source to page. Click a table to open it; its frame is yellow.")
    else:
        show_column(table, column)
    show_table(table)
