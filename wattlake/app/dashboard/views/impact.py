"""The Impact page: carbon dioxide saved, self-sufficiency, and how even gains are."""

import math
from typing import Any

import streamlit as st

from wattlake.app.dashboard import cards, widgets
from wattlake.app.dashboard.address import in_address
from wattlake.app.dashboard.cards import KPI, Card, written
from wattlake.app.dashboard.charts import impact as charts
from wattlake.app.dashboard.charts.style import COLOURS
from wattlake.app.dashboard.filters import Chosen, chosen, marked
from wattlake.app.dashboard.foreign import literal
from wattlake.app.dashboard.pages import Page
from wattlake.app.dashboard.queries import impact
from wattlake.app.dashboard.snapshot import ask, lake, meaning

PAGE = Page(title="Impact", icon=":material/eco:", section="Community", place=30, filters=True, is_local=True)

CARDS = (
    Card("CO₂ saved", "co2_saved_kg", f"{KPI}.co2_saved_kg"),
    Card("As car rides", "co2_as_car_km", f"{KPI}.co2_as_car_km"),
    Card("As trees for a year", "co2_as_tree_years", f"{KPI}.co2_as_tree_years"),
    Card("Savings", "saving_eur", f"{KPI}.saving_eur"),
)
DEFAULT_GOAL_KG = 500.0
RATIOS = (
    ("Self-sufficiency", "self_sufficiency_ratio", COLOURS["consumption"]),
    ("Self-consumption", "self_consumption_ratio", COLOURS["production"]),
)


def figures(asked: Chosen) -> dict[str, Any]:
    """Read the period's figures, with carbon dioxide as car rides and trees by the settings."""
    sums = ask(impact.impact, asked.days, asked.zones).row(0, named=True)
    settings = lake().settings
    return sums | {
        "co2_as_car_km": sums["co2_saved_kg"] * 1000 / float(settings.car_gco2_per_km),
        "co2_as_tree_years": sums["co2_saved_kg"] / float(settings.tree_kg_co2_per_year),
    }


def show_goal(asked: Chosen) -> None:
    """Draw the month's progress towards a goal that the reader sets and the address holds."""
    done_kg = ask(impact.month_so_far, asked.days, asked.zones)
    with st.container(border=True, height="stretch"):
        st.markdown(f"##### Goal of {asked.days.last:%B %Y}", help="CO₂ saved in the month, up to the period's end.")
        goal_kg = in_address(
            st.number_input, "Goal of a month (kg CO₂)", 1.0, 10_000_000.0, key="goal",
            step=50.0, hidden={"value": DEFAULT_GOAL_KG},
        )  # fmt: skip
        reached = done_kg / goal_kg
        percent = math.floor(100 * reached)  # A goal that is all but reached is not reached.
        left = f", {written('co2_kg', goal_kg - done_kg)} to go" if reached < 1 else ", reached"
        st.progress(
            min(reached, 1.0), text=f"{written('co2_kg', done_kg)} of {written('co2_kg', goal_kg)}: {percent:,} %{left}"
        )


def show_carbon(asked: Chosen) -> None:
    """Draw the carbon dioxide saved over time, and the goal."""
    over_time, goal = st.columns([3, 1], gap="medium")
    steps = marked(ask(impact.saved_carbon, asked.days, asked.zones, asked.daily_step), asked.daily_step, asked.days)
    with over_time:
        widgets.chart(
            "CO₂ saved",
            charts.carbon(steps, asked.daily_step),
            f"Carbon dioxide saved each {asked.daily_step} and so far in the period, in kg",
            steps,
            meaning(KPI, "co2_saved_kg"),
        )
    with goal:
        show_goal(asked)


def show_distributions(asked: Chosen) -> None:
    """Draw members by self-sufficiency and self-consumption, and how even savings are."""
    members = ask(impact.members, asked.days, asked.zones)
    *ratios, fairness = st.columns(3, gap="medium")
    for column_shown, (title, column, colour) in zip(ratios, RATIOS, strict=True):
        with column_shown:
            widgets.chart(
                title,
                charts.distribution(members, column, colour),
                f"How many members have which {title.lower()}, in bands of ten per cent",
                members.select("user_id", "zone", "is_producer", column),
                meaning("warehouse.kpi_member", column),
            )
    with fairness:
        if members["saving_eur"].sum() <= 0:
            widgets.nothing("The members together save nothing in this period, so there is no way it is shared.")
            return
        widgets.chart(
            "Who gains",
            charts.fairness(members),
            "What part of all savings goes to what part of the members, the least first",
            members.select("user_id", "zone", "saving_eur"),
            meaning(KPI, "saving_gini"),
        )


def show() -> None:
    """Draw the page."""
    asked = chosen()
    if asked is None:
        return
    values = figures(asked)
    if values["worst_off_user_id"] is None:
        widgets.nothing(f"Nothing is settled of {asked.name}.")
        return
    cards.show(CARDS, values)
    st.caption(
        f"**{asked.name}**, local time. Gini coefficient of the savings: "
        f"**{written('saving_gini', values['saving_gini'])}**. The member who gains least is "
        f"{literal(values['worst_off_user_id'])} with **{written('saving_eur', values['worst_off_saving_eur'])}**.",
        help=meaning(KPI, "saving_gini"),
    )
    show_carbon(asked)
    show_distributions(asked)
