"""One panel: its cases with what to do about them, and its power beside that of its peers."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

import polars as pl
import streamlit as st

from wattlake.app.dashboard import foreign, widgets
from wattlake.app.dashboard.case_advice import ADVICE
from wattlake.app.dashboard.charts import fleet as charts
from wattlake.app.dashboard.queries import fleet as queries
from wattlake.app.dashboard.queries.fleet import Panel
from wattlake.app.dashboard.snapshot import ask

SHOWN_DAYS = 7
PANEL = "panel"
"""The picker's key, and the address's parameter."""


def label_of(plant_id: str, panel_id: str) -> str:
    """Name a panel as the picker does."""
    return f"{plant_id} {panel_id}"


def open_panel(rows: pl.DataFrame, row: int) -> None:
    """Choose the panel of a table's row."""
    st.session_state[PANEL] = label_of(*rows.select("plant_id", "panel_id").row(row))


def show_panel(panels: pl.DataFrame, cases: pl.DataFrame, newest: datetime) -> None:
    """Draw one panel with its cases; the worst by default."""
    ranked = pl.concat(
        [cases.filter("is_open").select("plant_id", "panel_id"), panels.select("plant_id", "panel_id")]
    ).unique(maintain_order=True)
    by_label = {label_of(*row): Panel(*row) for row in ranked.rows()}
    which, until = st.columns([3, 2])
    with which:
        label = widgets.pick("Panel", list(by_label), PANEL)
    last = until.date_input("Week up to", newest.date(), key="until", format="YYYY-MM-DD")
    panel = by_label[label]
    show_case(cases.filter(plant_id=panel.plant_id, panel_id=panel.panel_id), label)
    end = datetime.combine(last, time.min) if not isinstance(last, tuple) and last else newest
    power = ask(queries.intervals, panel, end - timedelta(days=SHOWN_DAYS - 1), SHOWN_DAYS)
    if power.is_empty():
        widgets.nothing(f"{foreign.literal(label)} sent nothing in the week up to {end:%Y-%m-%d}.")
        return
    widgets.chart(
        "One panel against its peers and its expectation",
        charts.panel_power(power),
        f"AC power of {label} over a week, that of its peers and what the light lets expect, in kW",
        power,
    )


def cost(case: Mapping[str, Any]) -> str:
    """Write what a case has cost so far."""
    if not case["loss_kwh"]:
        return "It costs no energy: only what is read is wrong."
    lost, by_day = f"**{case['loss_kwh']:,.1f} kWh**", f"{case['loss_kwh_per_day']:,.1f} kWh"
    return f"It lost {lost}, {case['loss_eur']:,.2f} EUR: {by_day} a day."


def show_case(cases: pl.DataFrame, label: str) -> None:
    """Draw what is wrong with one panel, since when, what it costs, and what to do."""
    with st.container(border=True):
        st.markdown(f"##### What to do about {foreign.literal(label)}")
        if cases.filter("is_open").is_empty():
            st.success("It has no open case.", icon=":material/check_circle:")
        for row in cases.filter("is_open").iter_rows(named=True):
            advice = ADVICE[row["kind"]]
            days = f"{row['days']:,} day{'' if row['days'] == 1 else 's'}"
            st.markdown(f"**{row['kind'].capitalize()}** since {row['since_utc']:%-d %b %Y}, {days}. {cost(row)}")
            st.markdown(f"{advice.meaning} **What to do:** {advice.to_do}")
        for row in cases.filter(~pl.col("is_open")).head(3).iter_rows(named=True):
            st.caption(f"Over: {row['kind']}, {row['since_utc']:%-d %b %Y} to {row['last_day_utc']:%-d %b %Y}.")
