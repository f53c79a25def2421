"""The Solar fleet page's charts: a frame in, a Plotly figure out."""

import plotly.graph_objects as go
import polars as pl

GRID = "rgba(128, 128, 128, 0.25)"
OWN, PEERS, EXPECTED = "#E69F00", "#0072B2", "#009E73"
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
    figure.update_layout(height=max(240, 90 + 18 * ratio.height), margin={"l": 8, "r": 8, "t": 8, "b": 8})
    _on_any_page(figure)
    figure.update_yaxes(autorange="reversed", automargin=True, tickfont={"size": 11})
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
    figure.update_layout(
        height=380,
        hovermode="x unified",
        margin={"l": 8, "r": 8, "t": 44, "b": 8},
        legend={"orientation": "h", "x": 0, "xanchor": "left", "y": 1.02, "yanchor": "bottom"},
    )
    _on_any_page(figure)
    figure.update_xaxes(title_text="Start of interval (UTC)", hoverformat="%a %-d %b %H:%M UTC")
    figure.update_yaxes(title_text="AC power (kW)", rangemode="tozero")
    return figure


def _on_any_page(figure: go.Figure) -> None:
    """Give a figure no background of its own, so that it fits a light and a dark page."""
    figure.update_layout(paper_bgcolor="rgba(0, 0, 0, 0)", plot_bgcolor="rgba(0, 0, 0, 0)")
    figure.update_xaxes(gridcolor=GRID, automargin=True)
    figure.update_yaxes(gridcolor=GRID, automargin=True)
