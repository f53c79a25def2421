"""What is live, as charts: the last hours in windows of five minutes, and power now by zone."""

from datetime import timedelta

import plotly.graph_objects as go
import polars as pl

from wattlake.app.dashboard.charts.style import COLOURS, LABELS, dress
from wattlake.lake.contracts.gold.live import WINDOW_MINUTES

WIDTH = timedelta(minutes=WINDOW_MINUTES)
ALMOST_ALL = 0.9
"""A window that fewer of the meters have told of is faint: it is not whole yet, or some were silent."""
ABOVE = 1.06
"""Alerts are marked so much above the highest bar."""
MOST_TIMES = 4
"""A bar more than so many times as high as nineteen in twenty would flatten all others: it is cut, and says so."""


def windows(of_windows: pl.DataFrame, alerts: pl.DataFrame) -> go.Figure:
    """Draw consumption (bars up) and production (bars down), with a mark where an alert began.

    Args:
        of_windows: ``direction``, ``period_start_utc``, ``power_kw``, ``energy_kwh`` and ``meters``.
        alerts: ``rule``, ``subject`` and ``started_at_utc``.
    """
    figure = go.Figure()
    for direction, sign in (("consumption", 1), ("production", -1)):
        bars = of_windows.filter(pl.col("direction") == direction)
        all_meters = max(bars["meters"].to_list(), default=1)
        figure.add_bar(
            x=bars["period_start_utc"] + WIDTH / 2,
            y=bars["power_kw"] * sign,
            width=WIDTH.total_seconds() * 1000 * 0.86,
            customdata=bars.select("power_kw", "energy_kwh", "meters").rows(),
            name=LABELS[direction],
            marker={
                "color": COLOURS[direction],
                "line_width": 0,
                "opacity": [1.0 if meters >= ALMOST_ALL * all_meters else 0.4 for meters in bars["meters"]],
            },
            hovertemplate="%{customdata[0]:,.2f} kW (%{customdata[1]:,.3f} kWh of %{customdata[2]} meters)",
        )
    top = _top(of_windows)
    _mark(figure, of_windows, alerts, top=top)
    dress(figure, height=420)
    figure.update_layout(barmode="relative", bargap=0)
    figure.update_xaxes(title_text="Time (UTC)", hoverformat="%a %-d %b %H:%M UTC")
    figure.update_yaxes(title_text="Mean power (kW)", autorangeoptions={"clipmax": top * ABOVE**2})
    return figure


def _top(of_windows: pl.DataFrame) -> float:
    """Give the height that all bars but a few impossible ones have room in."""
    consumed = of_windows.filter(pl.col("direction") == "consumption")["power_kw"].to_list() or [0.0]
    usual = MOST_TIMES * sorted(consumed)[len(consumed) * 19 // 20]
    return float(min(max(consumed), usual) if usual else max(consumed))


def _mark(figure: go.Figure, of_windows: pl.DataFrame, alerts: pl.DataFrame, *, top: float) -> None:
    cut = of_windows.filter((pl.col("direction") == "consumption") & (pl.col("power_kw") > top))
    for start, power_kw in cut.select("period_start_utc", "power_kw").rows():
        figure.add_annotation(x=start + WIDTH / 2, y=top, text=f"{power_kw:,.0f} kW", showarrow=False, xanchor="right")
    if of_windows.is_empty():
        return
    first, last = of_windows["period_start_utc"].min(), of_windows["period_start_utc"].max()
    began = alerts.filter(pl.col("started_at_utc").is_between(first, last))
    figure.add_scatter(
        x=began["started_at_utc"],
        y=[ABOVE * top] * began.height,
        customdata=began.select("rule", "subject").rows(),
        name="Alert begins",
        mode="markers",
        marker={"symbol": "triangle-down", "size": 11, "color": COLOURS["grid_import"]},
        hovertemplate="%{customdata[0]}: %{customdata[1]}<extra></extra>",
    )


def zones(members: pl.DataFrame) -> go.Figure:
    """Draw what each zone consumes and produces now.

    Args:
        members: ``zone``, ``consumption_w`` and ``production_w`` of members; one without a zone counts as nobody's.
    """
    by_zone = (
        members.with_columns(pl.col("zone").fill_null("no zone"))
        .group_by("zone")
        .agg(pl.col("consumption_w", "production_w").sum() / 1000)
        .sort("zone", descending=True)
    )
    figure = go.Figure()
    for direction in ("production", "consumption"):
        figure.add_bar(
            y=by_zone["zone"],
            x=by_zone[f"{direction}_w"],
            orientation="h",
            name=LABELS[direction],
            marker={"color": COLOURS[direction], "line_width": 0},
            hovertemplate="%{x:,.2f} kW",
        )
    dress(figure, height=max(180, 90 + 46 * by_zone.height), hovermode="y unified")
    figure.update_layout(barmode="group", bargap=0.35, legend_traceorder="reversed")
    figure.update_xaxes(title_text="Power now (kW)", rangemode="tozero")
    return figure
