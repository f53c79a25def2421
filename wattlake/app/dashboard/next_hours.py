"""The next hours: their prices, and when to sell or to run a load."""

from datetime import datetime, timedelta

import polars as pl
import streamlit as st

from wattlake.app.dashboard.words import hours_in_words

SHOWN = 6


def next_hours(slots: pl.DataFrame, now: datetime) -> pl.DataFrame:
    """Take the next six hours of a forecast's slots; its first six where it is over.

    Args:
        slots: ``period_start_utc``, ``period_minutes`` and more, in the order of time.
        now: UTC without a time zone.
    """
    minutes = slots["period_minutes"][0] if slots.height else 60
    left = slots.filter(pl.col("period_start_utc") + pl.duration(minutes=minutes) > now)
    return (left if left.height else slots).head(SHOWN * 60 // minutes)


def best_to_sell(slots: pl.DataFrame) -> int | None:
    """Find the slot with the highest price of those with a surplus; None without any."""
    with_surplus = slots.with_row_index("number").filter(pl.col("surplus_kwh") > 0).drop_nulls("spot_price_eur_per_mwh")
    if with_surplus.is_empty():
        return None
    return int(with_surplus.sort("spot_price_eur_per_mwh", descending=True)["number"][0])


def best_to_run(slots: pl.DataFrame) -> int:
    """Find the best slot to run a load in."""
    return int(slots["load_place"].arg_min() or 0)


def show_next_hours(slots: pl.DataFrame) -> None:
    """Draw the price of each slot, and mark the best to sell and the best to run a load in.

    Args:
        slots: as ``next_hours`` gives them.
    """
    sell, run = best_to_sell(slots), best_to_run(slots)
    with st.container(border=True):
        st.markdown("##### The next hours", help="Day-ahead prices of the exchange, before what the grid adds.")
        with st.container(horizontal=True):
            for number, row in enumerate(slots.iter_rows(named=True)):
                price = row["spot_price_eur_per_mwh"]
                marks = [name for name, best in (("sell", sell), ("load", run)) if best == number]
                st.metric(
                    f"{row['local_start']:%H:%M}", "–" if price is None else f"{price / 10:,.1f} ct",
                    ", ".join(marks) or None, delta_arrow="off", delta_color="off", width=92,
                )  # fmt: skip
        words = f"Of these hours, best to run a load, by the surplus expected, then by price: **{_hour(slots, run)}**."
        if sell is not None:
            words += f" Best to sell, by price: **{_hour(slots, sell)}**."
        st.caption(f"{words} On {slots['local_start'][0]:%a %-d %b %Y}, ct/kWh.")


def _hour(slots: pl.DataFrame, number: int) -> str:
    start = slots["local_start"][number]
    return hours_in_words(start, start + timedelta(minutes=slots["period_minutes"][number]))
