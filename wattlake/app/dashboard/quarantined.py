"""What was set aside and why, with examples."""

import polars as pl
import streamlit as st

from wattlake.app.dashboard import widgets
from wattlake.app.dashboard.snapshot import ask
from wattlake.lake.reports import quarantine

EXAMPLES = 20
EXAMPLE_WIDTHS = {
    "name": st.column_config.TextColumn("Name", width=240),
    "original": st.column_config.TextColumn("Original", width=280),
}
"""Addresses and rows as sources write them are long: a cell that is clicked on shows all of it."""


def show_quarantine(set_aside: pl.DataFrame) -> None:
    """Draw what was set aside and why, with examples."""
    tables = set_aside["table"].unique().sort()
    names = tuple(quarantine.table_named(table) for table in tables)
    read = ask(quarantine.readings, names, None, EXAMPLES) if names else pl.DataFrame()
    if read.is_empty():
        widgets.nothing("Nothing is in quarantine.")
        return
    widgets.rows("Quarantine", set_aside, "Readings set aside, by table and reason.")
    widgets.rows("Examples of it", read, "As their source wrote them.", EXAMPLE_WIDTHS)
