"""A forecast in a few numbers, and what it is made from."""

from datetime import timedelta
from typing import Any

import polars as pl
import streamlit as st

from wattlake.app.dashboard import foreign
from wattlake.app.dashboard.cards import energy
from wattlake.app.dashboard.queries import forecast as queries
from wattlake.app.dashboard.queries.forecast import Issue
from wattlake.app.dashboard.snapshot import meaning

FORECAST = "warehouse.fact_forecast"
NOT_YET = "none yet"


def outcome(foreseen: pl.DataFrame, actual: pl.DataFrame) -> dict[str, Any]:
    """Sum a forecast's slots and energy (kWh) where the actual energy is known by now."""
    known = foreseen.join(actual, on="period_start_utc").drop_nulls("actual_kwh")
    inside = pl.col("actual_kwh").is_between(pl.col("lower_kwh"), pl.col("upper_kwh"))
    went = known.select(pl.len().alias("slots"), inside.sum().alias("inside"), pl.sum("expected_kwh", "actual_kwh"))
    return went.row(0, named=True)


def show_cards(issue: Issue, foreseen: pl.DataFrame, actual: pl.DataFrame) -> None:
    """Draw the energy expected in all, the horizon, and the outcome where it is known."""
    went = outcome(foreseen, actual)
    slots, hours = went["slots"], (issue.ends_at_utc - issue.issued_at_utc) / timedelta(hours=1)
    bands = f"{meaning(FORECAST, 'lower_kwh')} {meaning(FORECAST, 'upper_kwh')}"
    figures = (
        (
            *("Expected in all", energy(float(foreseen["expected_kwh"].sum())), None),
            f"{meaning(FORECAST, 'expected_kwh')} Summed over the slots of the forecast.",
        ),
        ("Horizon", f"{hours:,.0f} h", None, "From the issue to the end of the last slot."),
        (
            *("Actual where known", energy(went["actual_kwh"]) if slots else NOT_YET),
            f"{energy(went['expected_kwh'])} expected" if slots else None,
            f"Of {slots} of {foreseen.height} slots, and what was expected of the same slots.",
        ),
        (
            *("Within the 95 % band", f"{went['inside']} of {slots} slots" if slots else NOT_YET, None),
            f"{bands} Where the actual energy is known.",
        ),
    )
    for column, (label, value, beside, help_text) in zip(st.columns(4), figures, strict=True):
        column.metric(
            label, value, beside, delta_color="off", delta_arrow="off", help=help_text, border=True, height="stretch"
        )


def made_from(foreseen: pl.DataFrame) -> str:
    """Say what a forecast is made from: a member's past slots, or a number of members."""
    samples = " or ".join(str(count) for count in foreseen["samples"].drop_nulls().unique().sort())
    if not samples:
        return (
            f"{foreseen['members'][0]:,} members are added up; the actual is shown where "
            f"{queries.MOSTLY:.0%} of them have readings."
        )
    tiers = ", ".join(foreign.literal(tier) for tier in foreseen["tier"].drop_nulls().unique().sort())
    return f"Each slot is foreseen from {samples} past slots{f', by: {tiers}' if tiers else ''}."
