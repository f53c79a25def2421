"""The Forecast page: expected energy, advice, prices, and the forecasts' quality."""

from datetime import UTC, datetime, timedelta

import polars as pl
import streamlit as st

from wattlake.app.dashboard import foreign, widgets
from wattlake.app.dashboard.charts import forecast as charts
from wattlake.app.dashboard.forecast_cards import made_from, show_cards
from wattlake.app.dashboard.forecast_choice import chosen_issue, clock, days_before, on_the_clock
from wattlake.app.dashboard.next_hours import next_hours, show_next_hours
from wattlake.app.dashboard.pages import Page
from wattlake.app.dashboard.period import Window, local
from wattlake.app.dashboard.queries import forecast as queries
from wattlake.app.dashboard.queries import models as trained
from wattlake.app.dashboard.queries import surplus
from wattlake.app.dashboard.queries.forecast import MEMBER, ZONE, Issue
from wattlake.app.dashboard.served_model import show_model
from wattlake.app.dashboard.snapshot import ask, meaning
from wattlake.app.dashboard.words import surplus_in_words
from wattlake.lake.times import naive_utc

PAGE = Page(
    title="Forecast", icon=":material/trending_up:", section="Community", place=40, refresh="30s", is_local=True,
    table="warehouse.fact_forecast",
)  # fmt: skip

WEEK = timedelta(days=7)


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
            charts.forecast(
                on_the_clock(foreseen),
                on_the_clock(actual),
                on_the_clock(week_before),
                local(issue.issued_at_utc, clock()),
                issue.target,
            ),
            "forecast",
            f"Expected {issue.target} with its 50, 80 and 95 % bands, and the actual where known, in kWh",
        )
    st.caption(
        f"Forecaster {foreign.literal(f'{issue.forecaster}, version {issue.forecaster_version}')}. "
        f"{made_from(foreseen)}"
    )


def show_advice(advised: pl.DataFrame) -> None:
    """Draw the advice of each slot, its revenue, and the best slots to run a load in."""
    best = advised.sort("load_rank").head(charts.CHEAPEST)["local_start"].dt.strftime("%H:%M")
    widgets.chart(
        "Surplus and advice",
        charts.advice(on_the_clock(advised)),
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
        charts.prices(on_the_clock(expected)),
        "Day-ahead price of each slot in EUR/MWh, published or with its 80 % band; the cheapest three stand out",
        expected,
        help="Green: the three cheapest slots.",
        marks=["forecast"],
    )


def show_quality(target: str) -> None:
    """Draw the forecasts' errors by lead time, and the models that made them."""
    errors, models = ask(trained.errors_by_lead, target), ask(trained.models)
    if not errors.is_empty():
        widgets.rows("Error by lead time", errors, help="Over all members, of the days that are scored.")
    if models.is_empty():
        widgets.nothing("No model was trained yet: the ladder of baselines forecasts.", "wattlake train")
    else:
        widgets.rows("Models", models, help="How good each was on the weeks it did not see, and since it serves.")


def show_expectation(issue: Issue) -> None:
    """Draw the surplus in a sentence, the next hours' prices, and the model that serves."""
    now = datetime.now(UTC)
    user_id = issue.subject.name if issue.subject.level == MEMBER else None
    if issue.subject.level != ZONE:
        issued = naive_utc(issue.issued_at_utc)
        for day in ask(surplus.expected, user_id, issued):
            st.markdown(f":material/solar_power: {surplus_in_words(day, local(now, clock()).date())}")
        if not (slots := ask(surplus.hours, user_id, issued)).is_empty():
            show_next_hours(next_hours(slots, naive_utc(now)))
    if model := ask(trained.served, issue.target, issue.forecaster_version):
        show_model(model, issue.target)


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
    begin = issue.issued_at_utc - timedelta(days=int(days_before()))
    actual = ask(queries.actuals, *of_whom, Window(begin, issue.ends_at_utc))
    before = ask(queries.actuals, *of_whom, Window(begin - WEEK, issue.ends_at_utc - WEEK))
    show_cards(issue, foreseen, actual)
    show_expectation(issue)
    show_chart(issue, foreseen, actual, before.with_columns(pl.col("period_start_utc") + WEEK))
    if issue.subject.level == MEMBER and not (advised := ask(queries.advice, issue)).is_empty():
        show_advice(advised)
    if not (expected := ask(queries.prices, issue.issued_at_utc)).is_empty():
        show_prices(expected)
    show_quality(issue.target)
