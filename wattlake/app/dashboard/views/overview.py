"""The Overview page: energy, trades and money of a period, with earlier ones."""

from typing import Any

import polars as pl
import streamlit as st

from wattlake.app.dashboard import cards, widgets
from wattlake.app.dashboard.cards import KPI, Card
from wattlake.app.dashboard.charts import energy, market
from wattlake.app.dashboard.filters import Chosen, chosen, marked, said
from wattlake.app.dashboard.foreign import literal
from wattlake.app.dashboard.loose_ends import show_register_gaps, show_unsettled
from wattlake.app.dashboard.pages import Page
from wattlake.app.dashboard.period import Days, local
from wattlake.app.dashboard.queries import community, extent
from wattlake.app.dashboard.snapshot import ask, meaning

PAGE = Page(title="Overview", icon=":material/bolt:", section="Community", place=10, filters=True, is_local=True)

ZONE_SLOT = "warehouse.fact_zone_slot"
CARDS = (
    (
        Card("Transactions", "trades", remark="Trades between members that count, by the seller's zone."),
        Card("Revenue", "revenue_eur", f"{KPI}.revenue_eur"),
        Card("Revenue a day", "daily_revenue_eur", f"{KPI}.revenue_eur", "A mean over the days of the period."),
        Card("Energy traded", "traded_kwh", f"{KPI}.bought_kwh"),
        Card("Active members", "active_members", f"{KPI}.active_members", "At least once in the period."),
    ),
    (
        Card("Self-sufficiency", "self_sufficiency_ratio", f"{KPI}.self_sufficiency_ratio"),
        Card("Self-consumption", "self_consumption_ratio", f"{KPI}.self_consumption_ratio"),
        Card("Consumption", "consumption_kwh", f"{KPI}.consumption_kwh", delta_color="off"),
        Card("Production", "production_kwh", f"{KPI}.production_kwh"),
        Card("Savings", "saving_eur", f"{KPI}.saving_eur"),
    ),
)
SO_FAR = (
    Card("Consumption", "consumption_kwh", f"{KPI}.consumption_kwh", delta_color="off"),
    Card("Production", "production_kwh", f"{KPI}.production_kwh"),
    Card("Energy traded", "traded_kwh", f"{KPI}.bought_kwh"),
    Card("Revenue", "revenue_eur", f"{KPI}.revenue_eur"),
)
"""The key figures of the running day."""
COMPARED = {
    "Energy traded": ("bought_kwh", "kWh"),
    "Consumption": ("consumption_kwh", "kWh"),
    "Production": ("production_kwh", "kWh"),
    "Revenue": ("revenue_eur", "EUR"),
    "Transactions": ("trades", "trades"),
}


def totals(days: Days | None, zones: tuple[str, ...]) -> dict[str, Any] | None:
    """Read the key figures of some days; None where there are no such days."""
    if not days:
        return None
    sums = ask(community.totals, days, zones).row(0, named=True)
    return sums | {"daily_revenue_eur": sums["revenue_eur"] / len(days)}


def show_cards(asked: Chosen) -> None:
    """Draw the period's key figures with their change against earlier settled periods."""
    now = totals(asked.days, asked.zones)
    before, year_before = totals(asked.before, asked.zones), totals(asked.year_before, asked.zones)
    for row in CARDS:
        cards.show(row, now or {}, before, year_before)
    against = [said(other) for other in (asked.before, asked.year_before) if other]
    compared = f"Compared with {' and with '.join(against)}." if against else "Nothing before it to compare with."
    provisional = (
        " Some of it is provisional: it is settled again once all readings are there."
        if (now or {})["is_provisional"]
        else ""
    )
    st.caption(f"**{asked.name}**, local time. {compared}{provisional}")


def show_running_day(asked: Chosen) -> None:
    """Draw the settled part of the running day beside the same hours of the day before."""
    running, day_before = asked.settled.running, asked.settled.day_before
    if running is None or asked.days.end != asked.known.end:
        return
    begins, until = (local(instant, asked.known.timezone) for instant in (running.from_utc, running.to_utc))
    now = ask(community.so_far, running, asked.zones).row(0, named=True)
    before = ask(community.so_far, day_before, asked.zones).row(0, named=True) if day_before else None
    changes = [(card, card.change(now, before)) for card in SO_FAR]
    figures = [f"{card.label} **{card.value(now)}**" + (f" ({change})" if change else "") for card, change in changes]
    against = f" In brackets, the change against {asked.known.last:%a %-d %b} until {until:%H:%M}." if before else ""
    with st.container(border=True):
        st.markdown(f"**{begins:%a %-d %b %Y} so far, until {until:%H:%M}**: {', '.join(figures)}.")
        st.caption(f"It is in no figure above: they are of whole days.{against}")


def show_flows(asked: Chosen) -> None:
    """Draw the mean day, and the sources and uses of energy in each step."""
    by_hour, by_step = st.columns(2, gap="medium")
    mean_day = ask(community.hours, asked.days, asked.zones)
    steps = marked(ask(community.series, asked.days, asked.zones, asked.step), asked.step, asked.days)
    with by_hour:
        widgets.chart(
            "A mean day",
            energy.hours(mean_day),
            "Mean production, consumption, surplus sold and energy bought in each local hour of the day, in kWh",
            mean_day,
            f"Surplus sold: {meaning(ZONE_SLOT, 'sold_kwh')} Energy bought: {meaning(ZONE_SLOT, 'bought_kwh')} "
            "Summed over the members, a mean over the days.",
        )
    with by_step:
        widgets.chart(
            "Where energy comes from and goes",
            energy.flows(steps, asked.step),
            f"For each {asked.step}: energy used at once, bought, drawn from the grid, sold and fed into it, in kWh",
            steps,
            f"Upwards is what is consumed, downwards what is handed on. {meaning(ZONE_SLOT, 'grid_import_kwh')}",
        )


def show_market(asked: Chosen) -> None:
    """Draw prices with supply and demand, and one quantity beside earlier periods."""
    dynamics, comparison = st.columns(2, gap="medium")
    steps = marked(ask(community.prices, asked.days, asked.zones, asked.step), asked.step, asked.days)
    with dynamics:
        widgets.chart(
            "Marketplace dynamics",
            market.dynamics(steps, asked.step),
            "The neighbours' mean price between what the grid charges and pays, in EUR/kWh; supply and demand in kWh",
            steps,
            "Supply is what members have left over, demand what they lack. The neighbours' price is a mean over the "
            "energy traded, the grid's are means over time, by the settings of today.",
        )
    with comparison, st.container(border=True, height="stretch"):
        show_comparison(asked)


def show_comparison(asked: Chosen) -> None:
    """Draw one quantity, step by step, of this period and the ones before."""
    name = widgets.pick("Compare", list(COMPARED), "compare", label_visibility="collapsed")
    column, unit = COMPARED[name]
    stretches = {"This period": asked.days, "Period before": asked.before, "Year before": asked.year_before}
    drawn = {
        label: marked(ask(community.series, days, asked.zones, asked.step), asked.step, days)
        for label, days in stretches.items()
        if days
    }
    numbers = [
        steps.select(pl.lit(label).alias("period"), "local_start", "is_whole", column) for label, steps in drawn.items()
    ]
    widgets.chart(
        f"{name}, compared",
        energy.compared(drawn, column, unit, asked.step),
        f"{name} of each {asked.step} in {unit}: this period, the period before and the year before",
        pl.concat(numbers),
        f"Each {asked.step} of the period beside the one as far from the beginning of the period before.",
        is_framed=False,
    )


def show() -> None:
    """Draw the page."""
    asked = chosen()
    show_unsettled(ask(extent.unsettled_slots))
    if asked is None:
        return
    show_cards(asked)
    if ask(community.hours, asked.days, asked.zones).is_empty():
        widgets.nothing(f"Nothing is settled of {', '.join(literal(zone) for zone in asked.zones)} in this period.")
    else:
        show_flows(asked)
        show_market(asked)
    show_running_day(asked)
    show_register_gaps(ask(extent.register_gaps))
