"""The charts: what is drawn, in which colour, with which unit."""

import math
from datetime import UTC, datetime, timedelta
from itertools import combinations

import numpy as np
import plotly.graph_objects as go
import polars as pl
import pytest

from wattlake.app.dashboard.charts import energy, impact, lake, market, member, runs, zone_map
from wattlake.app.dashboard.charts import forecast as foreseeing
from wattlake.app.dashboard.charts.forecast import forecast as forecast_chart
from wattlake.app.dashboard.charts.style import COLOURS, SEVERAL, by_step, translucent

START = datetime(2026, 4, 5, 6)  # noqa: DTZ001
BLINDNESS = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
}
"""What is left of linear red, green and blue (Machado, Oliveira and Fernandes 2009, severity 1)."""
TOGETHER = [
    ("self_consumption", "bought", "grid_import", "sold", "grid_export"),
    ("consumption", "production"),
    ("sold", "bought"),
    ("production", "consumption", "sold", "bought"),
    ("price", "other", "consumption", "production"),
    ("sold", "other", "bought"),
    ("other", "members", "sold"),
    ("members", "forecast", "good"),
    ("forecast", "consumption"),
    ("forecast", "production"),
]
"""Quantities that are drawn in one chart."""


def steps(**columns: list[float]) -> pl.DataFrame:
    return pl.DataFrame({"local_start": [START, START + timedelta(days=1)], "is_whole": [True, False], **columns})


def traces(figure: go.Figure) -> dict[str, list[float | None]]:
    return {trace.name: list(trace.y) for trace in figure.data}


def lab(colour: str, matrix: list[list[float]] | None) -> np.ndarray:
    """A colour in CIE L*a*b*, as it is seen with a colour blindness."""
    srgb = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(np.array(matrix) @ linear, 0, 1) if matrix else linear
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    x, y, z = np.cbrt(np.array(to_xyz) @ seen / [0.9505, 1.0, 1.089])
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("matrix", [None, *BLINDNESS.values()], ids=["all colours", *BLINDNESS])
def test_what_is_drawn_together_is_told_apart_also_by_the_colour_blind(matrix):
    drawn = [[COLOURS[quantity] for quantity in together] for together in TOGETHER]
    close = [
        (one, other, distance)
        for colours in (*drawn, SEVERAL[:6])
        for one, other in combinations(colours, 2)
        if (distance := float(np.linalg.norm(lab(one, matrix) - lab(other, matrix)))) < 12
    ]
    assert close == []


def test_a_colour_is_made_translucent():
    assert translucent("#E69F00", 0.25) == "rgba(230, 159, 0, 0.25)"


@pytest.fixture
def hours() -> go.Figure:
    mean_day = {"production_kwh": [0.0, 5.0], "consumption_kwh": [2.0, 3.0], "sold_kwh": [0.0, 2.5]}
    return energy.hours(pl.DataFrame({"local_hour": [0, 1], **mean_day, "bought_kwh": [2.0, 0.5]}))


@pytest.fixture
def flows() -> go.Figure:
    return energy.flows(
        steps(
            self_consumption_kwh=[1.0, 2.0], bought_kwh=[3.0, 4.0], grid_import_kwh=[5.0, 6.0], sold_kwh=[7.0, 8.0],
            grid_export_kwh=[9.0, 0.0],
        ),
        "day",
    )  # fmt: skip


@pytest.fixture
def forecast() -> go.Figure:
    starts = [START, START + timedelta(hours=1)]
    foreseen = pl.DataFrame(
        {
            "period_start_utc": starts,
            "local_start": starts,
            "period_minutes": [30, 30],
            "expected_kwh": [0.5, 0.6],
            "lower_kwh": [0.4, 0.5],
            "upper_kwh": [0.7, 0.8],
        },
        schema_overrides={"local_start": pl.Datetime},
    )
    actual = foreseen.select("period_start_utc", "local_start", pl.Series("actual_kwh", [0.55, None]))
    unknown = actual.with_columns(actual_kwh=pl.lit(None, pl.Float64))
    return forecast_chart(foreseen, actual, unknown, datetime(2026, 4, 5, 6, tzinfo=UTC), "consumption")


def test_the_mean_day_fills_four_areas_with_what_is_bought_below_zero(hours):
    assert traces(hours) == {
        "Consumption": [2.0, 3.0],
        "Production": [0.0, 5.0],
        "Surplus sold": [0.0, 2.5],
        "Energy bought": [-2.0, -0.5],
    }
    assert {trace.fill for trace in hours.data} == {"tozeroy"}
    assert [list(trace.customdata) for trace in hours.data][3] == [2.0, 0.5]
    assert hours.layout.xaxis2.title.text == "Hour of day (local time)"
    assert hours.layout.yaxis.title.text == "Mean energy (kWh)"


def test_flows_stack_what_is_consumed_upwards_and_what_is_handed_on_downwards(flows):
    assert traces(flows) == {
        "Used at once": [1.0, 2.0],
        "Energy bought": [3.0, 4.0],
        "Drawn from the grid": [5.0, 6.0],
        "Surplus sold": [-7.0, -8.0],
        "Fed into the grid": [-9.0, 0.0],
    }
    assert flows.layout.barmode == "relative"
    assert (flows.layout.xaxis.title.text, flows.layout.yaxis.title.text) == (
        "Day (local time)",
        "Energy per day (kWh)",
    )


def test_periods_are_laid_over_each_other_step_by_step():
    now, earlier = steps(bought_kwh=[1.0, 2.0]), steps(bought_kwh=[3.0, 4.0]).head(1)
    figure = energy.compared({"This period": now, "Period before": earlier}, "bought_kwh", "kWh", "day")
    assert [list(trace.x) for trace in figure.data] == [[1, 2], [1]]
    assert traces(figure) == {"This period": [1.0, 2.0], "Period before": [3.0]}
    assert list(figure.data[0].customdata) == ["Sun 5 Apr 2026", "Mon 6 Apr 2026 so far"]
    assert list(figure.data[0].marker.symbol) == ["circle", "circle-open"]
    assert figure.layout.yaxis.title.text == "kWh per day"


def test_a_single_slot_is_drawn_with_markers_for_a_line_needs_two():
    slot = pl.DataFrame(
        {
            "local_start": [START], "consumption_kwh": [1.0], "production_kwh": [0.0],
            "consumption_estimated_kwh": [None], "is_anomaly": [True], "anomaly_reason": ["spike"],
        }
    )  # fmt: skip
    figure = member.slots(slot)
    assert figure.data[0].mode == "lines+markers"
    assert (list(figure.data[3].x), list(figure.data[3].customdata)) == ([START], ["spike"])


def test_the_market_has_prices_on_one_axis_and_energy_on_the_other():
    found = steps(supply_kwh=[1.0, 2.0], demand_kwh=[3.0, 4.0], price_eur_per_kwh=[0.2, None])
    prices = {"grid_buy_price_eur_per_kwh": [0.3, 0.31], "grid_sell_price_eur_per_kwh": [0.1, 0.11]}
    figure = market.dynamics(found.with_columns(**{name: pl.Series(value) for name, value in prices.items()}), "hour")
    axes = {trace.name: trace.yaxis for trace in figure.data}
    prices_drawn = ("The grid charges", "Neighbours pay", "The grid pays")
    assert axes == {"Demand": "y2", "Supply": "y2"} | dict.fromkeys(prices_drawn)
    assert figure.layout.yaxis.title.text == "Mean price (EUR/kWh)"
    assert figure.layout.yaxis2.title.text == "Energy per hour (kWh)"


def test_zones_are_drawn_where_they_are_and_coloured_by_what_they_trade():
    zones = pl.DataFrame(
        {
            "zone": ["a", "b"], "latitude": [51.0, 52.0], "longitude": [0.0, 1.0], "sold_kwh": [4.0, 1.0],
            "bought_kwh": [4.0, 1.0], "trades": [7, 0], "price_eur_per_kwh": [0.125, None], "members": [2, 3],
        }
    )  # fmt: skip
    figure = zone_map.zone_map(zones)
    (marks,) = figure.data
    assert (list(marks.x), list(marks.y)) == ([0.0, 1.0], [51.0, 52.0])
    assert list(marks.text) == ["a", "b"]
    assert [row[-1] for row in marks.customdata] == ["12.5 ct/kWh on average", "no trades"]
    shades = [shape.fillcolor for shape in figure.layout.shapes]
    assert len(set(shades)) == 2, "four times as much has another colour"


def inside(shape: list[tuple[float, float]], point: tuple[float, float]) -> bool:
    """Whether a convex shape, drawn anticlockwise, has a point in it."""
    return all(
        (x2 - x1) * (point[1] - y1) - (y2 - y1) * (point[0] - x1) >= 0
        for (x1, y1), (x2, y2) in zip(shape, shape[1:] + shape[:1], strict=True)
    )


def test_an_outline_holds_its_own_centre_and_no_other():
    centres = [(0.0, 0.0), (1.0, 0.0), (0.3, 0.8), (2.0, 1.5)]
    shapes = zone_map.outlines(centres)
    for number, shape in enumerate(shapes):
        assert [inside(shape, centre) for centre in centres] == [other == number for other in range(len(centres))]
    for point in ((0.4, 0.1), (0.7, 0.6), (0.1, -0.2)):
        holding = [number for number, shape in enumerate(shapes) if inside(shape, point)]
        nearest = min(range(len(centres)), key=lambda number: math.dist(centres[number], point))
        assert holding == [nearest]


def test_a_lone_zone_and_zones_at_one_place_have_an_outline():
    assert len(zone_map.outlines([(0.0, 51.0)])[0]) == zone_map.CORNERS
    assert zone_map.outlines([]) == []
    same = zone_map.outlines([(0.0, 51.0), (0.0, 51.0), (1.0, 51.0)])
    assert same[0] == same[1] != same[2]


@pytest.mark.parametrize(
    ("step", "points", "dtick"),
    [
        ("hour", 24, 3 * 3_600_000),
        ("day", 7, 86_400_000),
        ("day", 31, 7 * 86_400_000),
        ("week", 12, 14 * 86_400_000),
        ("month", 12, "M2"),
    ],
)
def test_an_axis_of_time_has_round_steps_and_at_most_eight_of_them(step, points, dtick):
    starts = pl.Series([START + timedelta(days=number) for number in range(points)])
    assert by_step(go.Figure(), starts, step).layout.xaxis.dtick == dtick


def test_members_are_counted_in_bands_of_ten_per_cent_and_those_of_all_are_in_the_last():
    members = pl.DataFrame({"is_producer": [True, True, False, False], "ratio": [0.05, 1.0, 0.95, None]})
    figure = impact.distribution(members, "ratio", "#0072B2")
    assert traces(figure) == {"with panels": [1] + [0] * 8 + [1], "without": [0] * 9 + [1]}


def test_the_curve_of_savings_runs_from_nobody_with_nothing_to_all_with_all():
    _, curve = impact.fairness(pl.DataFrame({"saving_eur": [-1.0, 1.0, 4.0]})).data
    assert (list(curve.x), list(curve.y)) == ([0.0, 1 / 3, 2 / 3, 1.0], [0.0, -0.25, 0.0, 1.0])


def test_a_run_is_a_bar_of_its_flow_coloured_by_how_it_ended():
    recorded = pl.DataFrame(
        {
            "name": ["build", "ingest", "build"], "status": ["failed", "completed", "broken off"],
            "started_at_utc": [START, START, START + timedelta(days=5)], "duration_seconds": [3.0, 7200.0, None],
            "message": ["why", "all", "killed"],
        }
    )  # fmt: skip
    figure = runs.timeline(recorded)
    bars = {bar.name: (list(bar.y), list(bar.base), list(bar.x)) for bar in figure.data}
    least = 5 * 86_400_000 / 250
    assert bars == {
        "completed": (["ingest"], [START], [7_200_000.0]),
        "failed": (["build"], [START], [least]),
        "broken off": (["build"], [START + timedelta(days=5)], [least]),
    }
    assert len({bar.marker.color for bar in figure.data}) == 3
    assert [row[2] for bar in figure.data for row in bar.customdata] == [7200.0, 3.0, 0.0], "the label has the true one"


def test_the_heat_map_has_the_least_complete_member_on_top():
    found = pl.DataFrame({"user_id": ["b", "a"], "day_utc": [START, START], "completeness_ratio": [0.1, 0.9]})
    figure = lake.completeness(found)
    assert list(figure.layout.yaxis.categoryarray) == ["a", "b"]
    assert list(figure.data[0].z) == [0.1, 0.9]


def test_growth_shows_members_as_bars_and_energy_on_a_second_axis():
    months = pl.DataFrame(
        {
            "local_start": [datetime(2026, 5, 1), datetime(2026, 6, 1)],  # noqa: DTZ001
            **{"is_whole": [True, False], "members": [9, 9], "active_members": [8, 7], "traded_kwh": [7.0, 1.0]},
        }
    )
    figure = market.growth(months)
    assert traces(figure) == {"Members": [9, 9], "Active members": [8, 7], "Energy traded": [7.0, 1.0]}
    assert [list(bars.marker.opacity) for bars in figure.data[:2]] == [[1.0, 0.4]] * 2
    assert [(note.text, note.x) for note in figure.layout.annotations] == [("so far", datetime(2026, 6, 1))]  # noqa: DTZ001


def test_a_first_step_that_is_not_whole_is_in_part_and_the_last_so_far():
    parts = steps(revenue_eur=[1.0, 2.0]).with_columns(is_whole=pl.lit(False))
    figure = market.bars(parts, "revenue_eur", "EUR per month", COLOURS["sold"], "month")
    assert [note.text for note in figure.layout.annotations] == ["in part", "so far"]
    assert not market.bars(parts.with_columns(is_whole=True), "revenue_eur", "", "#000000", "day").layout.annotations


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
    assert list(expected.x) == [START, START + timedelta(hours=1)]
    assert actual.line.dash == "dot"


def test_narrower_bands_and_the_week_before_are_drawn_where_they_are_known():
    foreseen = pl.DataFrame(
        {
            "period_start_utc": [START],
            "local_start": [START],
            "period_minutes": [60],
            "expected_kwh": [0.5],
            **{"lower_kwh": [0.1], "upper_kwh": [0.9], "lower_80_kwh": [0.2], "upper_80_kwh": [0.8]},
            **{"lower_50_kwh": [None], "upper_50_kwh": [None]},
        }
    )
    actual = foreseen.select("period_start_utc", "local_start", pl.lit(None, pl.Float64).alias("actual_kwh"))
    before = actual.with_columns(actual_kwh=pl.lit(0.4))
    drawn = forecast_chart(foreseen, actual, before, datetime(2026, 4, 5, 6, tzinfo=UTC), "consumption")
    assert [(trace.name, list(trace.y)) for trace in drawn.data if trace.name != "Actual consumption"] == [
        *(("95 % band", [0.1]), ("95 % band", [0.9]), ("80 % band", [0.2]), ("80 % band", [0.8])),
        *(("A week before", [0.4]), ("Expected", [0.5])),
    ]


def test_advice_and_prices_are_bars_of_their_kind_and_the_cheapest_three_stand_out():
    starts = [START + timedelta(hours=hour) for hour in range(4)]
    advised = pl.DataFrame(
        {
            "period_start_utc": starts,
            "local_start": starts,
            "advice": ["BUY", "HOLD", "SELL", "SELL"],
            "expected_surplus_kwh": [-1.0, 0.0, 1.0, 2.0],
            "lower_surplus_kwh": [-1.5, -0.5, 0.5, 1.5],
            "upper_surplus_kwh": [-0.5, 0.5, 1.5, 2.5],
        }
    )
    assert {bar.name: list(bar.y) for bar in foreseeing.advice(advised).data} == {
        "SELL": [1.0, 2.0],
        "HOLD": [0.0],
        "BUY": [-1.0],
    }
    prices = pl.DataFrame(
        {
            "period_start_utc": starts,
            "local_start": starts,
            "tier": ["published", "published", "model", "model"],
            "spot_price_eur_per_mwh": [50.0, -5.0, 20.0, 30.0],
            "lower_80_eur_per_mwh": [50.0, -5.0, 10.0, 25.0],
            "upper_80_eur_per_mwh": [50.0, -5.0, 40.0, 35.0],
        }
    )
    published, foreseen = foreseeing.prices(prices).data
    assert (published.name, foreseen.name) == ("Published", "Forecast")
    assert [colour == "#009E73" for colour in (*published.marker.color, *foreseen.marker.color)] == [
        False,
        True,
        True,
        True,
    ]
    assert list(foreseen.error_y.array) == [20.0, 5.0]


def test_the_forecast_names_units_and_its_clock_and_marks_its_issue(forecast):
    assert forecast.layout.xaxis.title.text == "Start of slot (local time)"
    assert forecast.layout.yaxis.title.text == "Consumption per 30 minutes (kWh)"
    assert forecast.layout.yaxis.rangemode == "tozero"
    assert [line.x0 for line in forecast.layout.shapes] == ["2026-04-05 06:00"]
    assert [note.text for note in forecast.layout.annotations] == ["issued"]


def test_charts_have_no_background_of_their_own_so_that_light_and_dark_pages_show_through(hours, flows, forecast):
    for figure in (hours, flows, forecast):
        assert figure.layout.paper_bgcolor == figure.layout.plot_bgcolor == "rgba(0, 0, 0, 0)"
