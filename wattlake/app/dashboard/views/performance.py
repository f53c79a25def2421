"""The Performance page: top members, zones, growth and other mechanisms."""

import polars as pl
import streamlit as st

from wattlake.app.dashboard import period, widgets
from wattlake.app.dashboard.cards import Card
from wattlake.app.dashboard.charts import market
from wattlake.app.dashboard.charts.style import COLOURS
from wattlake.app.dashboard.charts.zone_map import zone_map
from wattlake.app.dashboard.filters import Chosen, chosen, marked, said
from wattlake.app.dashboard.links import go
from wattlake.app.dashboard.pages import Page
from wattlake.app.dashboard.period import Days
from wattlake.app.dashboard.queries import community, performance
from wattlake.app.dashboard.rankings import RANKINGS, show_ranking
from wattlake.app.dashboard.snapshot import ask, meaning

PAGE = Page(
    title="Performance", icon=":material/leaderboard:", section="Community", place=20, filters=True, is_local=True
)

KPI = "warehouse.kpi_member"
COMPARISON = "warehouse.fact_market_comparison"


def show_rankings(asked: Chosen) -> None:
    """Draw the members who sold most, and who gained most of what they bought."""
    for column, ranking in zip(st.columns(2, gap="medium"), RANKINGS[:2], strict=True):
        with column:
            show_ranking(ranking, ask(performance.top_members, asked.days, asked.zones, ranking.by))


def filter_zone(zone: str) -> None:
    """Look at one zone alone from now on; at all of them where it was the only one."""
    go("performance", zone="" if st.query_params.get_all("zone") == [zone] else zone)


def show_places(asked: Chosen) -> None:
    """Draw zones by volume, and who needs the grid least."""
    places, sufficient = st.columns(2, gap="medium")
    zones = ask(performance.zone_volumes, asked.days, asked.zones)
    with places:
        widgets.chart(
            "Zones by volume",
            zone_map(zones),
            "The zones where they are, coloured by the energy that their members sold to neighbours, in kWh",
            zones,
            "Outlines are schematic: what is nearest to a zone's centre. A click on a dot looks at that zone alone.",
            on_click=lambda row: filter_zone(zones["zone"][row]),
        )
    with sufficient:
        show_ranking(RANKINGS[2], ask(performance.top_members, asked.days, asked.zones, RANKINGS[2].by))


def show_revenue(asked: Chosen) -> None:
    """Draw the trend of revenue."""
    steps = marked(ask(community.series, asked.days, asked.zones, asked.daily_step), asked.daily_step, asked.days)
    widgets.chart(
        "Revenue",
        market.bars(steps, "revenue_eur", f"EUR per {asked.daily_step}", COLOURS["sold"], asked.daily_step, 2),
        f"What neighbours and the grid paid members for energy, each {asked.daily_step}, in EUR",
        steps.select("local_start", "is_whole", "revenue_eur"),
        meaning(KPI, "revenue_eur"),
    )


def show_growth(asked: Chosen) -> None:
    """Draw volume by week, and members and volume by month.

    They show all that is settled up to the period's end.
    """
    until = asked.known.lasting(asked.known.first, (asked.days.end - asked.known.first).days)
    weekly, monthly = st.columns(2, gap="medium")
    weeks = marked(ask(community.series, until, asked.zones, "week"), "week", until)
    with weekly:
        widgets.chart(
            "Volume of every week",
            market.bars(weeks, "sold_kwh", "kWh per week", COLOURS["sold"], "week"),
            "Energy that members of the zones sold to neighbours each week, in kWh",
            weeks.select("local_start", "is_whole", "sold_kwh", "trades"),
            "Weeks begin on Monday. Those that are not whole are faint: so far, or in part.",
        )
    months = marked(ask(performance.growth, until, asked.zones), "month", until)
    with monthly:
        widgets.chart(
            "Growth over every month",
            market.growth(months),
            "Members, active members and the energy traded each month, in kWh",
            months,
            "Months that are not whole are faint: so far, or in part.",
        )
    st.caption(f"All weeks and months of **{said(until)}**, whatever part of it is chosen. {change(asked, until)}")


def change(asked: Chosen, until: Days) -> str:
    """Compare the last month's traded energy with as much of the month before.

    It is empty where that is not known.
    """
    month = period.looked_at("Month", until.last, until)
    before = period.before("Month", month)
    if before is None or not until.holds(before):
        return ""
    now, then = (ask(community.totals, days, asked.zones).row(0, named=True) for days in (month, before))
    difference = Card("Energy traded", "traded_kwh").change(now, then)
    return f"Energy traded in {said(month)}: **{difference}** against {said(before)}." if difference else ""


def show_mechanisms(asked: Chosen) -> None:
    """Draw the result of each mechanism on the same slots."""
    compared = ask(performance.mechanisms, asked.days, asked.zones)
    if compared.is_empty():
        widgets.nothing(
            "No mechanisms have been compared on days of this period. This computes all of them on the same slots:",
            compare(asked),
        )
        return
    widgets.chart(
        "Mechanisms on the same slots",
        market.mechanisms(compared),
        "What all members together would save under each mechanism, against the grid alone, in EUR",
        compared,
        f"{meaning(COMPARISON, 'saving_eur')} Of the days of the period that were compared.",
    )
    in_words = pl.col("mechanism").str.replace_all("_", " ")
    widgets.rows("Who would be better off", compared.drop("days").with_columns(in_words))
    st.caption(
        f"Of **{compared['days'][0]} of the period's {len(asked.days)} days**, in UTC, on the terms of when they were "
        f"compared. `{compare(asked)}` compares them all."
    )


def compare(asked: Chosen) -> str:
    """Write the command that compares the mechanisms."""
    return f"wattlake market compare --from {asked.days.first} --to {asked.days.last}"


def show() -> None:
    """Draw the page."""
    asked = chosen()
    if asked is None:
        return
    st.caption(f"**{asked.name}**")
    show_rankings(asked)
    show_places(asked)
    show_revenue(asked)
    show_growth(asked)
    show_mechanisms(asked)
