"""The colours and the layout that all charts share.

A colour stands for one quantity in every chart: production is green, consumption blue, what is sold yellow, what is
bought red. They are legible on a white and on a dark page, and the colour-blind tell them apart where they are drawn
together (a test computes how they are seen). Things of one kind have Okabe and Ito's colours
(https://jfly.uni-koeln.de/color/).
"""

from datetime import date

import numpy as np
import plotly.graph_objects as go
import polars as pl

COLOURS = {
    "production": "#1A9850",
    "consumption": "#2B7BBA",
    "sold": "#DDA600",
    "bought": "#D7301F",
    "grid_import": "#8466B0",
    "grid_export": "#A8A8A8",
    "self_consumption": "#7CC48D",
    "price": "#CC79A7",
    "forecast": "#CC79A7",
    "other": "#787878",
    "good": "#009E73",
    "members": "#56B4E9",
}
LABELS = {
    "production": "Production",
    "consumption": "Consumption",
    "sold": "Surplus sold",
    "bought": "Energy bought",
    "grid_import": "Drawn from the grid",
    "grid_export": "Fed into the grid",
    "self_consumption": "Used at once",
}
GRID = "rgba(128, 128, 128, 0.25)"
SEVERAL = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#8C8C8C"]
"""Colours for things of one kind: mechanisms, layers, sources."""
DATES = [
    {"dtickrange": [None, 60_000], "value": "%H:%M:%S\n%-d %b %Y"},
    {"dtickrange": [60_000, 86_400_000 - 1], "value": "%H:%M\n%-d %b %Y"},
    {"dtickrange": [86_400_000, 28 * 86_400_000], "value": "%-d %b\n%Y"},
    {"dtickrange": ["M1", "M11"], "value": "%b\n%Y"},
    {"dtickrange": ["M12", None], "value": "%Y"},
]
"""How an axis of time is labelled that says nothing of its own, from seconds to years."""
SEQUENCE = [[0.0, "#D55E00"], [0.5, "#F0E442"], [0.9, "#56B4E9"], [1.0, "#0072B2"]]
"""Colours from nothing to all: they differ by brightness as well as by hue."""


def translucent(colour: str, opacity: float) -> str:
    """Write a ``#rrggbb`` colour as Plotly's ``rgba(…)``."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity})"


def dress(figure: go.Figure, height: int, hovermode: str | bool = "x unified") -> go.Figure:
    """Lay a figure out: no background, a legend above, one hover label per instant.

    Axes have round steps of their own, a second one too. `hovermode` says otherwise of the label.
    """
    has_legend = sum(trace.showlegend is not False for trace in figure.data) > 1
    figure.update_layout(
        height=height,
        paper_bgcolor="rgba(0, 0, 0, 0)",
        plot_bgcolor="rgba(0, 0, 0, 0)",
        hovermode=hovermode,
        margin={"l": 8, "r": 8, "t": 56 if has_legend else 20, "b": 8},
        legend={"orientation": "h", "x": 0, "xanchor": "left", "y": 1.06, "yanchor": "bottom"},
    )
    figure.update_xaxes(gridcolor=GRID, automargin=True, tickformatstops=DATES if _is_over_time(figure) else None)
    figure.update_yaxes(tickmode="auto", nticks=7)
    figure.update_yaxes(gridcolor=GRID, zerolinecolor="rgba(128, 128, 128, 0.6)", automargin=True)
    return figure


def _is_over_time(figure: go.Figure) -> bool:
    starts = (trace.x[0] for trace in figure.data if trace.x is not None and len(trace.x))
    return any(isinstance(start, date | np.datetime64) for start in starts)


def by_step(figure: go.Figure, starts: pl.Series, step: str) -> go.Figure:
    """Label an axis of time at round steps: months, weeks from Monday, days or hours.

    Args:
        figure: the chart.
        starts: the steps' starts on the community's clock.
        step: ``hour``, ``day``, ``week`` or ``month``.
    """
    if step == "month":
        every = next(number for number in (1, 2, 3, 6, 12, 1_000) if starts.len() <= 8 * number)
        return figure.update_xaxes(tickformatstops=(), dtick=f"M{every}", tickformat="%b\n%Y", hoverformat="%B %Y")
    of_step_ms = {"hour": 3_600_000, "day": 86_400_000, "week": 7 * 86_400_000}[step]
    steps = {"hour": (1, 3, 6, 12, 24), "day": (1, 2, 7, 14, 28), "week": (1, 2, 4, 8, 13)}[step]
    every = next((number for number in steps if starts.len() <= 8 * number), steps[-1])
    return figure.update_xaxes(
        tickformatstops=(),
        tick0=starts[0] if starts.len() else None,
        dtick=every * of_step_ms,
        tickformat="%H:%M\n%-d %b" if step == "hour" else "%-d %b\n%Y",
    )


def opacity(steps: pl.DataFrame) -> list[float]:
    """Give each bar its opacity: steps that are not whole are faint."""
    return [1.0 if whole else 0.4 for whole in steps["is_whole"]]


def symbols(steps: pl.DataFrame) -> list[str]:
    """Give each point its symbol: steps that are not whole are hollow."""
    return ["circle" if whole else "circle-open" for whole in steps["is_whole"]]


def in_words(steps: pl.DataFrame) -> list[str]:
    """Label each step that is not whole: ``so far`` for the last, ``in part`` otherwise.

    Whole steps have an empty label.
    """
    words = ["in part"] * (steps.height - 1) + ["so far"]
    return ["" if whole else word for whole, word in zip(steps["is_whole"], words, strict=False)]


def set_apart(figure: go.Figure, steps: pl.DataFrame) -> go.Figure:
    """Label the steps that are not whole: their height must not be compared.

    The label stands above the step.

    Args:
        figure: the chart.
        steps: ``local_start`` and ``is_whole``.
    """
    for start, words in zip(steps["local_start"], in_words(steps), strict=True):
        if words:
            figure.add_annotation(
                x=start, y=1, yref="paper", text=words, showarrow=False, yanchor="bottom", font={"size": 11}
            )
    return figure


def drawn_as(points: int) -> str:
    """Choose a line's mode: with a marker if it is a single point, which has no length."""
    return "lines+markers" if points < 2 else "lines"
