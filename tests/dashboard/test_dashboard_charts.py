"""The charts: what is drawn, in which colour, with which unit."""

from datetime import UTC, date, datetime, timedelta

import plotly.graph_objects as go
import polars as pl
import pytest

from app.dashboard import charts

OKABE_ITO = {"#000000", "#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7"}
ENERGY = {
    "production_kwh": [0.0, 5.0],
    "consumption_kwh": [2.0, 3.0],
    "surplus_kwh": [0.0, 2.5],
    "deficit_kwh": [2.0, 0.5],
}
START = datetime(2026, 4, 5, 6)  # noqa: DTZ001


def traces(figure: go.Figure) -> dict[str, list[float | None]]:
    return {trace.name: list(trace.y) for trace in figure.data}


@pytest.fixture
def hours() -> go.Figure:
    return charts.local_hours(pl.DataFrame({"local_hour": [0, 1], **ENERGY}))


@pytest.fixture
def days() -> go.Figure:
    return charts.daily_balance(pl.DataFrame({"day_utc": [date(2026, 4, 1), date(2026, 4, 2)], **ENERGY}))


@pytest.fixture
def forecast() -> go.Figure:
    starts = [START, START + timedelta(hours=1)]
    foreseen = pl.DataFrame(
        {
            "period_start_utc": starts,
            "local_start": [None, starts[1] + timedelta(hours=1)],
            "period_minutes": [30, 30],
            "expected_kwh": [0.5, 0.6],
            "lower_kwh": [0.4, 0.5],
            "upper_kwh": [0.7, 0.8],
        },
        schema_overrides={"local_start": pl.Datetime},
    )
    actual = foreseen.select("period_start_utc", "local_start", pl.Series("actual_kwh", [0.55, None]))
    return charts.forecast(foreseen, actual, datetime(2026, 4, 5, 6, tzinfo=UTC), "consumption")


def test_every_colour_is_of_okabe_and_ito_and_stands_for_one_quantity():
    assert set(charts.COLOURS.values()) <= OKABE_ITO
    assert len(set(charts.COLOURS.values())) == len(charts.COLOURS)
    assert charts.translucent("#E69F00", 0.25) == "rgba(230, 159, 0, 0.25)"


def test_the_mean_day_fills_four_areas_with_the_deficit_below_zero(hours):
    assert traces(hours) == {
        "Consumption": [2.0, 3.0],
        "Production": [0.0, 5.0],
        "Surplus": [0.0, 2.5],
        "Deficit": [-2.0, -0.5],
    }
    assert {trace.fill for trace in hours.data} == {"tozeroy"}
    assert [list(trace.customdata) for trace in hours.data][3] == [2.0, 0.5]


def test_the_mean_day_names_units_and_the_local_clock(hours):
    assert hours.layout.xaxis2.title.text == "Hour of day (local time)"
    assert hours.layout.yaxis.title.text == "Mean energy (kWh)"
    assert hours.layout.yaxis2.title.text == "Balance (kWh)"


def test_the_daily_balance_stacks_bars_around_zero_and_draws_both_totals_as_lines(days):
    assert traces(days) == {
        "Surplus": [0.0, 2.5],
        "Deficit": [-2.0, -0.5],
        "Consumption": [2.0, 3.0],
        "Production": [0.0, 5.0],
    }
    assert [trace.type for trace in days.data] == ["bar", "bar", "scatter", "scatter"]
    assert days.layout.barmode == "relative"
    assert (days.layout.xaxis.title.text, days.layout.yaxis.title.text) == ("Day (UTC)", "Energy per day (kWh)")


def test_a_single_day_is_drawn_with_markers_for_a_line_needs_two():
    one = charts.daily_balance(pl.DataFrame({"day_utc": [date(2026, 4, 1)], **{k: v[:1] for k, v in ENERGY.items()}}))
    assert one.data[2].mode == "lines+markers"


def test_the_forecast_draws_band_expectation_and_actuals_with_gaps(forecast):
    lower, upper, actual, expected = forecast.data
    assert (list(lower.y), list(upper.y), upper.fill) == ([0.4, 0.5], [0.7, 0.8], "tonexty")
    assert [trace.name for trace in forecast.data if trace.showlegend is not False] == [
        "95 % band",
        "Actual consumption",
        "Expected",
    ]
    assert list(expected.y) == [0.5, 0.6]
    assert (actual.y[0], actual.y[1] != actual.y[1]) == (0.55, True)
    assert [row[0] for row in expected.customdata] == ["unknown", "08:00"]


def test_the_forecast_names_units_and_utc_and_marks_its_issue(forecast):
    assert forecast.layout.xaxis.title.text == "Start of slot (UTC)"
    assert forecast.layout.yaxis.title.text == "Consumption per 30 minutes (kWh)"
    assert forecast.layout.yaxis.rangemode == "tozero"
    assert [line.x0 for line in forecast.layout.shapes] == ["2026-04-05 06:00"]
    assert [note.text for note in forecast.layout.annotations] == ["issued"]


def test_charts_have_no_background_of_their_own_so_that_light_and_dark_pages_show_through(hours, days, forecast):
    for figure in (hours, days, forecast):
        assert figure.layout.paper_bgcolor == figure.layout.plot_bgcolor == "rgba(0, 0, 0, 0)"
