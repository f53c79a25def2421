"""The Forecast page: expected energy, advice, prices, and the forecasts' quality."""

from datetime import timedelta
from typing import Any

import polars as pl
import streamlit as st

from wattlake.app.dashboard import foreign, widgets
from wattlake.app.dashboard.cards import energy
from wattlake.app.dashboard.charts import forecast as charts
from wattlake.app.dashboard.pages import Page
from wattlake.app.dashboard.period import Window
from wattlake.app.dashboard.queries import forecast as queries
from wattlake.app.dashboard.queries.forecast import MEMBER, Issue, Subject
from wattlake.app.dashboard.snapshot import ask, meaning

PAGE = Page(title="Forecast", icon=":material/trending_up:", section="Community", place=40, refresh="30s")

SHOWN_BEFORE, WEEK = timedelta(days=3), timedelta(days=7)
FORECAST = "warehouse.fact_forecast"
CONSUMPTION = "Consumption"
NOT_YET = "none yet"


def chosen_issue(subjects: list[Subject]) -> Issue | None:
    """Ask whose forecast, of what, and which issue (default: newest); None if there is none."""
    of_whom, of_what, of_when = st.columns([2, 2, 3])
    with of_whom:
        by_name = {str(subject): subject for subject in subjects}
        subject = by_name[widgets.pick("Of whom", list(by_name), "member")]
    with of_what:
        target = st.segmented_control(
            "Energy",
            [CONSUMPTION, "Production"],
            default=CONSUMPTION,
            required=True,
            key="target",
            bind="query-params",
        )
    target = (target or CONSUMPTION).lower()
    issues = ask(queries.forecast_issues, subject, target)
    if not issues:
        st.info(f"There is no {target} forecast of {foreign.literal(subject)}.", icon=":material/info:")
        return None
    by_label = {issue_label(issue): issue for issue in issues}
    with of_when:
        help_text = meaning(FORECAST, "issued_at_utc")
        return by_label[st.selectbox("Issued", list(by_label), key="issue", bind="query-params", help=help_text)]


def issue_label(issue: Issue) -> str:
    """Label an issue in the picker: when and by whom."""
    return f"{issue.issued_at_utc:%Y-%m-%d %H:%M} UTC by {issue.forecaster} {issue.forecaster_version}"


def outcome(foreseen: pl.DataFrame, actual: pl.DataFrame) -> dict[str, Any]:
    """Sum a forecast's slots and energy (kWh) where the actual energy is known by now."""
    known = foreseen.join(actual, on="period_start_utc").drop_nulls("actual_kwh")
    inside = pl.col("actual_kwh").is_between(pl.col("lower_kwh"), pl.col("upper_kwh"))
    went = known.select(pl.len().alias("slots"), inside.sum().alias("inside"), pl.sum("expected_kwh", "actual_kwh"))
    return went.row(0, named=True)


def show_cards(issue: Issue, foreseen: pl.DataFrame, actual: pl.DataFrame) -> None:
    """Draw the energy expected in all, the horizon, and the outcome where it is known."""
    went = outcome(foreseen, actual)
    expected, horizon, became, band = st.columns(4)
    expected.metric(
        "Expected in all",
        energy(float(foreseen["expected_kwh"].sum())),
        help=f"{meaning(FORECAST, 'expected_kwh')} Summed over the slots of the forecast.",
        border=True,
        height="stretch",
    )
    horizon.metric(
        "Horizon",
        f"{(issue.ends_at_utc - issue.issued_at_utc) / timedelta(hours=1):,.0f} h",
        help="From the issue to the end of the last slot.",
        border=True,
        height="stretch",
    )
    became.metric(
        "Actual where known",
        energy(went["actual_kwh"]) if went["slots"] else NOT_YET,
        f"{energy(went['expected_kwh'])} expected" if went["slots"] else None,
        delta_color="off",
        delta_arrow="off",
        help=f"Of {went['slots']} of {foreseen.height} slots, and what was expected of the same slots.",
        border=True,
        height="stretch",
    )
    band.metric(
        "Within the 95 % band",
        f"{went['inside']} of {went['slots']} slots" if went["slots"] else NOT_YET,
        help=f"{meaning(FORECAST, 'lower_kwh')} {meaning(FORECAST, 'upper_kwh')} Where the actual energy is known.",
        border=True,
        height="stretch",
    )


def show_chart(issue: Issue, foreseen: pl.DataFrame, actual: pl.DataFrame, week_before: pl.DataFrame) -> None:
    """Draw the bands, the expected and the actual energy, and that of the week before."""
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader(
                f"{issue.target.capitalize()} of {foreign.literal(issue.subject)}", anchor=False, width="content"
            )
            for provenance in foreseen["provenance"].unique().sort():
                widgets.marks([provenance], of="forecast")
            widgets.download(foreseen, f"{issue.target} forecast of {issue.subject}")
        foreign.chart(
            charts.forecast(foreseen, actual, week_before, issue.issued_at_utc, issue.target),
            "forecast",
            f"Expected {issue.target} with its 50, 80 and 95 % bands, and the actual where known, in kWh",
        )
    st.caption(
        f"Forecaster {foreign.literal(f'{issue.forecaster}, version {issue.forecaster_version}')}. "
        f"{made_from(foreseen)} The last {SHOWN_BEFORE.days} days before the issue are drawn for comparison."
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


def show_advice(advised: pl.DataFrame) -> None:
    """Draw the advice of each slot, its revenue, and the best slots to run a load in."""
    best = advised.sort("load_rank").head(charts.CHEAPEST)["local_start"].dt.strftime("%H:%M")
    widgets.chart(
        "Surplus and advice",
        charts.advice(advised),
        "Expected surplus or deficit of each slot with its 80 % band, coloured by what is advised: SELL, HOLD or BUY",
        advised,
        help=meaning("gold.surplus_advice", "advice"),
        marks=["forecast"],
    )
    revenue = advised.select(pl.sum("lower_revenue_eur", "upper_revenue_eur")).row(0)
    st.caption(
        f"Best slots to run a load in, local time: **{', '.join(best)}**. Expected revenue of the whole: "
        f"**{revenue[0]:,.2f} to {revenue[1]:,.2f} EUR** (negative is a cost)."
    )


def show_prices(expected: pl.DataFrame) -> None:
    """Draw the price of each slot, and which are the cheapest."""
    widgets.chart(
        "Day-ahead price",
        charts.prices(expected),
        "Day-ahead price of each slot in EUR/MWh, published or with its 80 % band; the cheapest three stand out",
        expected,
        help="Green: the three cheapest slots.",
        marks=["forecast"],
    )


def show_quality(target: str) -> None:
    """Draw the forecasts' errors by lead time, and the models that made them."""
    errors, models = ask(queries.errors_by_lead, target), ask(queries.models)
    if not errors.is_empty():
        widgets.rows("Error by lead time", errors, help="Over all members, of the days that are scored.")
    if models.is_empty():
        widgets.nothing("No model was trained yet: the ladder of baselines forecasts.", "wattlake train")
    else:
        widgets.rows("Models", models, help="How good each was on the weeks it did not see, and since it serves.")


def show() -> None:
    """Draw the page."""
    subjects = ask(queries.subjects)
    if not subjects:
        st.info("No forecast has been issued yet. This issues one of the next day:", icon=":material/trending_up:")
        st.code("wattlake forecast", language="shell")
        return
    issue = chosen_issue(subjects)
    if issue is None:
        return
    foreseen = ask(queries.forecast, issue)
    of_whom = issue.subject, foreseen["members"][0], issue.target
    actual = ask(queries.actuals, *of_whom, Window(issue.issued_at_utc - SHOWN_BEFORE, issue.ends_at_utc))
    before = ask(queries.actuals, *of_whom, Window(issue.issued_at_utc - WEEK, issue.ends_at_utc - WEEK))
    show_cards(issue, foreseen, actual)
    show_chart(issue, foreseen, actual, before.with_columns(pl.col("period_start_utc") + WEEK))
    if issue.subject.level == MEMBER and not (advised := ask(queries.advice, issue)).is_empty():
        show_advice(advised)
    if not (expected := ask(queries.prices, issue.issued_at_utc)).is_empty():
        show_prices(expected)
    show_quality(issue.target)
