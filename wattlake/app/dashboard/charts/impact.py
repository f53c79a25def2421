"""Impact: carbon dioxide, how far members do without the grid, and who gains."""

import plotly.graph_objects as go
import polars as pl

from wattlake.app.dashboard.charts.energy import HOVER, STEP_TITLES
from wattlake.app.dashboard.charts.style import COLOURS, by_step, dress, opacity, set_apart, translucent


def carbon(steps: pl.DataFrame, step: str) -> go.Figure:
    """Draw the carbon dioxide saved in each step (bars) and so far (area).

    Args:
        steps: ``local_start``, ``is_whole``, ``co2_saved_kg`` and ``so_far_kg``.
        step: ``day``, ``week`` or ``month``.
    """
    figure = go.Figure()
    figure.add_scatter(
        x=steps["local_start"], y=steps["so_far_kg"], name="So far", mode="lines", line={"color": COLOURS["good"]},
        fill="tozeroy", fillcolor=translucent(COLOURS["good"], 0.2), hovertemplate="%{y:,.1f} kg",
    )  # fmt: skip
    figure.add_bar(
        x=steps["local_start"], y=steps["co2_saved_kg"], name=f"In each {step}",
        marker={"color": COLOURS["consumption"], "opacity": opacity(steps)}, hovertemplate="%{y:,.2f} kg",
    )  # fmt: skip
    dress(figure, height=360)
    by_step(figure, steps["local_start"], step)
    figure.update_xaxes(title_text=STEP_TITLES[step], hoverformat=HOVER[step])
    figure.update_yaxes(title_text="Carbon dioxide saved (kg)", rangemode="tozero")
    return set_apart(figure, steps)


def distribution(members: pl.DataFrame, ratio: str, colour: str) -> go.Figure:
    """Draw the number of members in each band of ten per cent of a ratio.

    Those with panels and those without are drawn apart.

    Args:
        members: ``is_producer`` and the ratio (0-1; empty where not defined).
        ratio: the column.
        colour: of those with panels.
    """
    known = members.drop_nulls(ratio).with_columns((pl.col(ratio) * 10).floor().clip(0, 9).cast(pl.Int64).alias("band"))
    figure = go.Figure()
    for name, of_kind, shade in (
        ("with panels", known.filter("is_producer"), colour),
        ("without", known.filter(~pl.col("is_producer")), COLOURS["other"]),
    ):
        counted = dict(of_kind.group_by("band").len().iter_rows())
        figure.add_bar(
            x=[10 * band + 5 for band in range(10)],
            y=[counted.get(band, 0) for band in range(10)],
            customdata=[f"{10 * band} to {10 * band + 10} %" for band in range(10)],
            hovertemplate="%{y} of %{customdata}",
            name=name,
            marker={"color": shade},
        )
    dress(figure, height=340)
    figure.update_layout(barmode="stack", bargap=0.1)
    figure.update_xaxes(range=[0, 100], dtick=20, ticksuffix=" %")
    figure.update_yaxes(title_text="Members", rangemode="tozero")
    return figure


def fairness(members: pl.DataFrame) -> go.Figure:
    """Draw the Lorenz curve of savings.

    It shows what part of all savings goes to what part of the members, the least first.

    Args:
        members: ``saving_eur``, the smallest first; their sum is positive.
    """
    total = float(members["saving_eur"].sum())
    gained = [0.0, *(members["saving_eur"].cum_sum() / total)]
    placed = [number / members.height for number in range(members.height + 1)]
    figure = go.Figure()
    figure.add_scatter(
        x=[0, 1], y=[0, 1], name="all save the same", mode="lines", line={"color": COLOURS["other"], "dash": "dash"},
        hoverinfo="skip",
    )  # fmt: skip
    figure.add_scatter(
        x=placed, y=gained, name="savings", mode="lines", line={"color": COLOURS["consumption"], "width": 3},
        fill="tozeroy", fillcolor=translucent(COLOURS["consumption"], 0.15),
        hovertemplate="the lower %{x:.0%} of members have %{y:.1%} of all savings<extra></extra>",
    )  # fmt: skip
    dress(figure, height=340, hovermode="closest")
    figure.update_xaxes(title_text="Part of the members", tickformat=".0%", range=[0, 1], dtick=0.25)
    figure.update_yaxes(title_text="Part of the savings", tickformat=".0%")
    return figure
