"""The Solar fleet page's charts: a frame in, a Plotly figure out."""

import numpy as np
import plotly.graph_objects as go
import polars as pl

from wattlake.app.dashboard.charts.style import COLOURS, SEVERAL, by_step, dress

OWN, PEERS, EXPECTED = COLOURS["production"], SEVERAL[0], SEVERAL[1]
WEEK = 7
SCALE = [(0, "#8c2d04"), (0.35, "#D55E00"), (0.475, "#f5deb3"), (0.5, "#f7f7f7"), (0.6, "#92c5de"), (1, "#0072B2")]
"""From nothing (dark) over as much as the peers (white) to twice as much (blue)."""


def heat_map(days: pl.DataFrame) -> go.Figure:
    """Draw panel by day: each panel's part of what its peers gave.

    Args:
        days: ``panel``, ``day_utc``, ``peers_ratio`` (empty where unknown) and ``kind``.
    """
    ratio = days.pivot("day_utc", index="panel", values="peers_ratio", sort_columns=True).sort("panel")
    kind = days.pivot("day_utc", index="panel", values="kind", sort_columns=True).sort("panel")
    dates = [name[:10] for name in ratio.columns[1:]]
    figure = go.Figure(
        go.Heatmap(
            x=dates,
            y=ratio["panel"],
            z=ratio.drop("panel").rows(),
            customdata=kind.drop("panel").fill_null("in order").rows(),
            zmin=0,
            zmax=2,
            colorscale=SCALE,
            xgap=1,
            ygap=1,
            colorbar={"title": "of peers", "tickformat": ".0%", "thickness": 12},
            hovertemplate="%{y}<br>%{x}: %{z:.0%} of its peers, %{customdata}<extra></extra>",
        )
    )
    dress(figure, height=max(240, 90 + 18 * ratio.height), hovermode="closest")
    figure.update_xaxes(type="date", tickformat="%-d %b\n%Y", title_text="Day (UTC)", showgrid=False)
    figure.update_yaxes(autorange="reversed", tickmode="linear", dtick=1, tickfont={"size": 11}, showgrid=False)
    return figure


def panel_power(intervals: pl.DataFrame) -> go.Figure:
    """Draw one panel's power against its peers and its expectation.

    Args:
        intervals: ``period_start_utc``, ``ac_power_kw``, ``peers_kw`` and ``expected_kw``.
    """
    figure = go.Figure()
    lines = (("peers_kw", "Its peers", PEERS, "dot"), ("expected_kw", "Expected of the light", EXPECTED, "dash"))
    for column, name, colour, dash in (*lines, ("ac_power_kw", "This panel", OWN, "solid")):
        figure.add_scatter(
            x=intervals["period_start_utc"],
            y=intervals[column],
            name=name,
            mode="lines",
            line={"color": colour, "width": 2, "dash": dash},
            hovertemplate="%{y:,.2f} kW",
        )
    dress(figure, height=380)
    figure.update_xaxes(title_text="Start of interval (UTC)", hoverformat="%a %-d %b %H:%M UTC")
    figure.update_yaxes(title_text="AC power (kW)", rangemode="tozero")
    return figure


def trend(weeks: pl.DataFrame, *, with_line: bool) -> go.Figure:
    """Draw the part of the expected output of each week, and the line through all of them.

    Args:
        weeks: ``week_utc``, ``days``, ``energy_kwh`` and ``expected_ratio``.
        with_line: whether there are weeks enough for a line.
    """
    figure = go.Figure()
    figure.add_scatter(
        x=weeks["week_utc"],
        y=weeks["expected_ratio"],
        customdata=weeks.select("days", "energy_kwh").rows(),
        name="Output of the expected",
        mode="lines+markers",
        marker={"symbol": ["circle" if days == WEEK else "circle-open" for days in weeks["days"]], "size": 8},
        line={"color": OWN, "width": 2},
        hovertemplate="%{y:.1%}, %{customdata[1]:,.0f} kWh on %{customdata[0]} days",
    )
    if with_line:
        numbers = np.arange(weeks.height)
        slope, start = np.polyfit(numbers, weeks["expected_ratio"].to_numpy(), 1)
        figure.add_scatter(
            x=weeks["week_utc"], y=start + slope * numbers, name="Trend", mode="lines", hoverinfo="skip",
            line={"color": COLOURS["other"], "width": 2, "dash": "dash"},
        )  # fmt: skip
    dress(figure, height=320)
    by_step(figure, weeks["week_utc"], "week").update_xaxes(title_text="Week (UTC)", hoverformat="week of %-d %b %Y")
    figure.update_yaxes(title_text="Of the expected", tickformat=".0%", rangemode="tozero")
    return figure
