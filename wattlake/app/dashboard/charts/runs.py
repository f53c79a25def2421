"""Charts of runs: when which flow ran and how it ended, and how its duration changes."""

from datetime import timedelta

import plotly.graph_objects as go
import polars as pl

from wattlake.app.dashboard.charts.style import COLOURS, SEVERAL, dress

STATUS = {"completed": COLOURS["good"], "failed": COLOURS["bought"], "broken off": COLOURS["price"]}
LEAST_PART = 250
"""A bar is at least so small a part of the time shown: of a run of seconds a week would show nothing."""


def timeline(recorded: pl.DataFrame) -> go.Figure:
    """Draw each run as a bar, flow by flow; its colour says how it ended.

    Args:
        recorded: ``name``, ``status``, ``started_at_utc``, ``duration_seconds`` (empty where it was broken off) and
            ``message``.
    """
    span = _span(recorded)
    figure = go.Figure()
    for status, colour in STATUS.items():
        ended = recorded.filter(pl.col("status") == status)
        if ended.is_empty():
            continue
        lasted = ended["duration_seconds"].fill_null(0.0)
        figure.add_bar(
            base=ended["started_at_utc"],
            x=[max(1000 * seconds, span / timedelta(milliseconds=LEAST_PART)) for seconds in lasted],
            y=ended["name"],
            orientation="h",
            customdata=ended.select("message", "started_at_utc", pl.Series("lasted", lasted)).rows(),
            name=status,
            marker={"color": colour, "line_width": 0},
            hovertemplate="%{y}, %{customdata[1]|%-d %b %H:%M} UTC: %{customdata[2]:,.1f} s<br>%{customdata[0]}",
        )
    flows = recorded["name"].unique().sort(descending=True)
    dress(figure, height=110 + 34 * max(len(flows), 2), hovermode="closest")
    figure.update_layout(barmode="overlay", showlegend=True, bargap=0.35)
    figure.update_xaxes(type="date", title_text="Time (UTC)")
    figure.update_yaxes(type="category", categoryorder="array", categoryarray=list(flows), tickmode="linear", dtick=1)
    return figure


def _span(recorded: pl.DataFrame) -> timedelta:
    """Give the time between the first start and the last end of runs."""
    if recorded.is_empty():
        return timedelta(0)
    ends = recorded["started_at_utc"] + pl.Series(
        [timedelta(seconds=seconds or 0) for seconds in recorded["duration_seconds"]]
    )
    first, last = recorded["started_at_utc"].min(), ends.max()
    return last - first  # type: ignore[operator,return-value]


def durations(days: pl.DataFrame, by: str) -> go.Figure:
    """Draw how long each flow or table took, day by day.

    Args:
        days: ``day_utc``, ``median_seconds`` and the column of names.
        by: that column.
    """
    figure = go.Figure()
    for number, name in enumerate(days[by].unique().sort()):
        of_name = days.filter(pl.col(by) == name)
        figure.add_scatter(
            x=of_name["day_utc"], y=of_name["median_seconds"], name=name, mode="lines+markers",
            line={"color": SEVERAL[number % len(SEVERAL)], "width": 2}, hovertemplate="%{y:,.1f} s",
        )  # fmt: skip
    dress(figure, height=320)
    figure.update_xaxes(title_text="Day (UTC)", hoverformat="%a %-d %b %Y")
    figure.update_yaxes(title_text="Median duration (s)", rangemode="tozero")
    return figure
