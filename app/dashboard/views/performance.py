"""Performance: who trades most, where, how it grows, and what other mechanisms would make of it."""

import polars as pl
import streamlit as st

from app.dashboard import parts
from app.dashboard.answers import ask, meaning
from app.dashboard.charts import market
from app.dashboard.charts.style import COLOURS
from app.dashboard.filters import Chosen, chosen
from app.dashboard.queries import community, performance

KPI = "warehouse.kpi_member"
COMPARISON = "warehouse.fact_market_comparison"


def show_rankings(asked: Chosen) -> None:
    """Who sold and who bought most."""
    for place, side, who in zip(st.columns(2, gap="medium"), ("sold", "bought"), ("sellers", "buyers"), strict=True):
        found = ask(performance.top_members, asked.days, asked.zones, side)
        with place:
            parts.chart(
                f"Top {who}",
                market.ranking(found, side),
                f"The ten members who {side} most among neighbours, in kWh",
                found,
                f"{meaning(KPI, f'{side}_kwh')} {asked.name}.",
            )


def show_places(asked: Chosen) -> None:
    """Zones by volume, and the trend of revenue."""
    places, revenue = st.columns(2, gap="medium")
    zones = ask(performance.zone_volumes, asked.days, asked.zones)
    with places:
        parts.chart(
            "Zones by volume",
            market.zone_map(zones),
            "The zones where they are, as large as the energy that their members sell and buy, in kWh",
            zones,
            "The area of a mark is what its members sold and bought among neighbours.",
        )
    steps = ask(community.series, asked.days, asked.zones, asked.daily_step)
    with revenue:
        parts.chart(
            "Revenue",
            market.bars(steps, "revenue_eur", f"EUR per {asked.daily_step}", COLOURS["sold"], asked.daily_step, 2),
            f"What neighbours and the grid paid members for energy, each {asked.daily_step}, in EUR",
            steps.select("local_start", "revenue_eur"),
            meaning(KPI, "revenue_eur"),
        )


def show_growth(asked: Chosen) -> None:
    """Volume week by week, and members and volume month by month; all that is settled up to the period's end."""
    until = asked.known.lasting(asked.known.first, (asked.days.end - asked.known.first).days)
    weekly, monthly = st.columns(2, gap="medium")
    weeks = ask(community.series, until, asked.zones, "week")
    with weekly:
        parts.chart(
            "Weekly volume",
            market.bars(weeks, "sold_kwh", "kWh per week", COLOURS["bought"], "week"),
            "Energy that members of the zones sold to neighbours each week, in kWh",
            weeks.select("local_start", "sold_kwh", "trades"),
            "Weeks begin on Monday; the first and the last may not be whole.",
        )
    months = ask(performance.growth, asked.zones, until)
    with monthly:
        parts.chart(
            "Growth",
            market.growth(months),
            "Members, active members and the energy traded each month, in kWh",
            months,
            "The last month may not be whole: its change is by day.",
        )
        change = months["daily_change_pct"][-1] if months.height > 1 else None
        if change is not None:
            st.caption(f"Traded energy per day changed by **{change:+.1f} %** against the month before.")


def show_mechanisms(asked: Chosen) -> None:
    """What each mechanism would make of the same slots."""
    found = ask(performance.mechanisms, asked.zones)
    if found.is_empty():
        parts.nothing("No mechanisms have been compared. This computes all of them on the same slots:", compare(asked))
        return
    saved, table = st.columns(2, gap="medium")
    first = found.row(0, named=True)
    window = f"{first['from_utc']:%Y-%m-%d} to {first['to_utc']:%Y-%m-%d} UTC"
    with saved:
        parts.chart(
            "Mechanisms on the same slots",
            market.mechanisms(found),
            "What all members together would save under each mechanism, against the grid alone, in EUR",
            found,
            f"{meaning(COMPARISON, 'saving_eur')} Whatever period is chosen, the slots that were compared last.",
        )
    with table:
        parts.rows("Who would be better off", found.drop("from_utc", "to_utc").with_columns(_in_words()))
    st.caption(f"Slots of {window}, on the terms of when they were compared. `{compare(asked)}` compares others.")


def _in_words() -> pl.Expr:
    return pl.col("mechanism").str.replace_all("_", " ")


def compare(asked: Chosen) -> str:
    """The command that compares the mechanisms on the period."""
    return f"wattlake market compare --from {asked.days.first} --to {asked.days.last}"


def page() -> None:
    """Draw the page."""
    asked = chosen()
    if asked is None:
        return
    st.caption(f"**{asked.name}**, local time.")
    show_rankings(asked)
    show_places(asked)
    show_growth(asked)
    show_mechanisms(asked)


page()
