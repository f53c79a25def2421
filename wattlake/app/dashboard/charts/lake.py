"""Charts of the lake itself: its runs, its size, and the quality of its data."""

import plotly.graph_objects as go
import polars as pl

from wattlake.app.dashboard.charts.style import SEQUENCE, SEVERAL, drawn_as, dress, translucent

DAY = "%a %-d %b %Y"


def layers(commits: pl.DataFrame, column: str, title: str) -> go.Figure:
    """Draw the growth of the layers from snapshot to snapshot.

    Args:
        commits: ``committed_at_utc``, ``layer`` and ``column``.
        column: the quantity.
        title: of the axis, with the unit.
    """
    figure = go.Figure()
    for number, layer in enumerate(commits["layer"].unique().sort()):
        of_layer = commits.filter(pl.col("layer") == layer)
        colour = SEVERAL[number % len(SEVERAL)]
        figure.add_scatter(
            x=of_layer["committed_at_utc"], y=of_layer[column], name=layer, mode=drawn_as(of_layer.height),
            stackgroup="layers", line={"color": colour, "width": 1, "shape": "hv"}, fillcolor=translucent(colour, 0.45),
            hovertemplate="%{y:,.4~s}",
        )  # fmt: skip
    dress(figure, height=320)
    figure.update_xaxes(title_text="Committed (UTC)", hoverformat="%Y-%m-%d %H:%M:%S UTC")
    figure.update_yaxes(title_text=title, rangemode="tozero")
    return figure


def by_day(counts: pl.DataFrame, column: str, kind: str, title: str) -> go.Figure:
    """Draw stacked bars of each UTC day.

    Args:
        counts: ``day_utc``, ``kind`` and ``column``.
        column: the quantity.
        kind: the column that tells what is stacked.
        title: of the axis, with the unit.
    """
    figure = go.Figure()
    for number, name in enumerate(counts[kind].unique().sort()):
        of_kind = counts.filter(pl.col(kind) == name)
        figure.add_bar(
            x=of_kind["day_utc"], y=of_kind[column], name=name, marker={"color": SEVERAL[number % len(SEVERAL)]},
            hovertemplate="%{y:,.6~g}",
        )  # fmt: skip
    dress(figure, height=320)
    figure.update_layout(barmode="stack")
    figure.update_xaxes(title_text="Day (UTC)", hoverformat=DAY)
    figure.update_yaxes(title_text=title, rangemode="tozero")
    return figure


def scores(scored: pl.DataFrame) -> go.Figure:
    """Draw the mean score of all tables, dimension by dimension.

    Args:
        scored: ``checked_on``, ``dimension`` and ``score_ratio``.
    """
    figure = go.Figure()
    for number, dimension in enumerate(scored["dimension"].unique().sort()):
        of_dimension = scored.filter(pl.col("dimension") == dimension)
        figure.add_scatter(
            x=of_dimension["checked_on"], y=of_dimension["score_ratio"], name=dimension.capitalize(),
            mode="lines+markers",
            line={"color": SEVERAL[number], "width": 2}, hovertemplate="%{y:.2%}",
        )  # fmt: skip
    dress(figure, height=320)
    lowest = float(scored["score_ratio"].min() or 0)  # type: ignore[arg-type]
    figure.update_xaxes(title_text="Day of the checks (UTC)", hoverformat=DAY, nticks=8)
    figure.update_yaxes(title_text="In order", tickformat=".1%", range=[min(lowest, 0.98) - 0.005, 1.002])
    return figure


def completeness(ratios: pl.DataFrame) -> go.Figure:
    """Draw members by day: the part of each day that readings cover.

    Args:
        ratios: ``user_id``, ``day_utc`` and ``completeness_ratio``; members in the order they are to be drawn.
    """
    members = ratios["user_id"].unique(maintain_order=True)
    figure = go.Figure(
        go.Heatmap(
            x=ratios["day_utc"], y=ratios["user_id"], z=ratios["completeness_ratio"], zmin=0, zmax=1,
            colorscale=SEQUENCE, colorbar={"tickformat": ".0%", "thickness": 12, "outlinewidth": 0}, xgap=1, ygap=1,
            hovertemplate="%{y}, %{x|%-d %b %Y}: %{z:.1%}<extra></extra>",
        )
    )  # fmt: skip
    dress(figure, height=120 + 9 * len(members), hovermode="closest")
    figure.update_yaxes(type="category", categoryorder="array", categoryarray=list(members[::-1]), showgrid=False)
    figure.update_xaxes(title_text="Day (UTC)", showgrid=False)
    return figure
