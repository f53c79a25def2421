"""The output of all panels over a period, beside earlier ones, and its trend."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import polars as pl
import streamlit as st

from wattlake.app.dashboard import cards, widgets
from wattlake.app.dashboard.cards import Card
from wattlake.app.dashboard.charts import energy
from wattlake.app.dashboard.charts import fleet as charts
from wattlake.app.dashboard.queries import fleet_output as queries
from wattlake.app.dashboard.snapshot import ask

KPI = "warehouse.fact_panel_kpi_daily"
A_YEAR = timedelta(weeks=52)
LEAST_WEEKS = 8
"""A line through fewer weeks than these says more of the weather than of the panels."""
CARDS = (
    Card("Output", "energy_kwh", f"{KPI}.energy_kwh", "Of all panels, in the period."),
    Card("Output a day", "daily_kwh", remark="A mean over the days of the period that were read."),
    Card("Of what the light lets expect", "expected_ratio", f"{KPI}.expected_ratio"),
)


def figures(days: pl.DataFrame) -> dict[str, Any] | None:
    """Sum the output of some days; None where no day was read."""
    if days.is_empty():
        return None
    lit = days.drop_nulls("expected_kwh")
    expected_kwh = float(lit["expected_kwh"].sum())
    return {
        "energy_kwh": float(days["energy_kwh"].sum()),
        "daily_kwh": float(days["energy_kwh"].sum()) / days.height,
        "expected_ratio": float(lit["energy_kwh"].sum()) / expected_kwh if expected_kwh else None,
    }


def stretches(newest: datetime, days: int) -> dict[str, pl.DataFrame]:
    """Read the days of a period, of the one before, and of the same weekdays a year before."""
    length = timedelta(days=days - 1)
    ends = {"This period": newest, "Period before": newest - timedelta(days=days), "Year before": newest - A_YEAR}
    return {name: ask(queries.output, end - length, end) for name, end in ends.items()}


def show_output_cards(read: Mapping[str, pl.DataFrame], days: int) -> None:
    """Draw the period's output, and its change against earlier ones that were read in full."""
    now, before, year_before = (figures(of_days) for of_days in read.values())
    whole = {name for name, of_days in read.items() if of_days.height == days}
    cards.show(
        CARDS,
        now or {card.column: None for card in CARDS},
        before if "Period before" in whole else None,
        year_before if "Year before" in whole else None,
    )


def show_output(read: Mapping[str, pl.DataFrame], days: int) -> None:
    """Draw the output of each day beside that of the day as far into the earlier periods."""
    drawn = {
        name: of_days.select(pl.col("day_utc").alias("local_start"), pl.lit(True).alias("is_whole"), "energy_kwh")
        for name, of_days in read.items()
        if of_days.height
    }
    rows = [of_days.with_columns(pl.lit(name).alias("period")) for name, of_days in read.items()]
    widgets.chart(
        "Output by day",
        energy.compared(drawn, "energy_kwh", "kWh", "day"),
        "Output of all panels on each day of the period, of the period before and of the year before, in kWh",
        pl.concat(rows),
        "The year before is 52 weeks before, so that its weekdays agree.",
    )
    missing = [name.lower() for name, of_days in read.items() if of_days.height < days]
    if missing:
        st.caption(f"Of {' and of '.join(missing)} not all of the {days} days were read.")


def show_trend(newest: datetime) -> None:
    """Draw the part of the expected output that the panels gave, week by week, and its trend."""
    weeks = ask(queries.weeks, newest)
    known = weeks.drop_nulls("expected_ratio")
    if known.is_empty():
        widgets.nothing("Without a sensor's light there is no trend: nothing says what was to be expected.")
        return
    slope = yearly_change(known)
    words = "" if slope is None else f" Trend: {100 * slope:+.1f} points a year."
    widgets.chart(
        "Trend: output of the expected, by week",
        charts.trend(known, with_line=slope is not None),
        f"The part of what light and temperature let expect that all panels gave, each week.{words}",
        weeks,
        f"Weather is in what is expected: what falls is dirt, age or faults. A line needs {LEAST_WEEKS} weeks.",
    )
    st.caption(f"Weeks begin on Monday, UTC.{words}")


def yearly_change(weeks: pl.DataFrame) -> float | None:
    """Give the change of ``expected_ratio`` a year by the line through all weeks; None of few."""
    if weeks.height < LEAST_WEEKS:
        return None
    years = (weeks["week_utc"] - weeks["week_utc"][0]).dt.total_days() / 365.25
    spread = years - years.mean()
    return float((spread * weeks["expected_ratio"]).sum() / (spread * spread).sum())
