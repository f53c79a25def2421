"""A map of the zones without any network.

A zone's outline is what is nearest to its centre: it is schematic, for a register has one place for many members of a
zone, and no boundary of it.
"""

import math

import plotly.graph_objects as go
import polars as pl
from plotly.colors import sample_colorscale

from wattlake.app.dashboard.charts.style import dress

Point = tuple[float, float]

SCALE = [[0.0, "#FBF1D0"], [1.0, "#DDA600"]]
"""From little to much: light enough for dark letters on a light and on a dark page."""
INK = "#1c1c1c"
CORNERS = 32
LONE_DEGREES = 0.02
"""How far a zone reaches that has no neighbour, in degrees of latitude."""


def zone_map(zones: pl.DataFrame) -> go.Figure:
    """Draw zones where they are, coloured by what their members sold to neighbours.

    Args:
        zones: ``zone``, ``latitude``, ``longitude``, ``sold_kwh``, ``bought_kwh``, ``trades``,
            ``price_eur_per_kwh`` (empty where nothing was sold) and ``members``.
    """
    narrow = _narrowing(zones)
    most = float(zones["sold_kwh"].max() or 0) or 1.0  # type: ignore[arg-type]
    figure = go.Figure(_labels(zones, most))
    centres = [(longitude * narrow, latitude) for longitude, latitude in zones.select("longitude", "latitude").rows()]
    for outline, sold_kwh in zip(outlines(centres), zones["sold_kwh"], strict=True):
        corners = " L ".join(f"{x / narrow:.5f},{y:.5f}" for x, y in outline)
        figure.add_shape(
            type="path",
            path=f"M {corners} Z",
            fillcolor=sample_colorscale(SCALE, [sold_kwh / most])[0],
            line={"color": "rgba(128, 128, 128, 0.9)", "width": 1.5},
            layer="below",
        )
    dress(figure, height=420, hovermode="closest")
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False, scaleanchor="x", scaleratio=1 / narrow)
    return figure


def outlines(centres: list[Point]) -> list[list[Point]]:
    """Give each centre the places that are nearest to it, within a circle around it.

    Centres at one place share an outline.
    """
    radius = _reach(centres)
    around = [(math.cos(2 * math.pi * k / CORNERS), math.sin(2 * math.pi * k / CORNERS)) for k in range(CORNERS)]
    shapes = []
    for centre in centres:
        shape = [(centre[0] + radius * x, centre[1] + radius * y) for x, y in around]
        for other in centres:
            if other != centre:
                shape = _nearer(shape, centre, other)
        shapes.append(shape)
    return shapes


def _reach(centres: list[Point]) -> float:
    """Give the distance that all but the most remote centre have to their nearest neighbour."""
    nearest = sorted(
        min((math.dist(centre, other) for other in centres if other != centre), default=LONE_DEGREES)
        for centre in centres
    )
    return nearest[-2] if len(nearest) > 2 else (nearest[-1] * 0.8 if nearest else LONE_DEGREES)


def _nearer(shape: list[Point], centre: Point, other: Point) -> list[Point]:
    """Cut a shape to what is nearer to its centre than to another one."""
    middle = ((centre[0] + other[0]) / 2, (centre[1] + other[1]) / 2)
    towards = (other[0] - centre[0], other[1] - centre[1])

    def beyond(point: Point) -> float:
        return (point[0] - middle[0]) * towards[0] + (point[1] - middle[1]) * towards[1]

    cut: list[Point] = []
    for (x, y), following in zip(shape, shape[1:] + shape[:1], strict=True):
        here, there = beyond((x, y)), beyond(following)
        if here <= 0:
            cut.append((x, y))
        if here * there < 0:
            part = here / (here - there)
            cut.append((x + part * (following[0] - x), y + part * (following[1] - y)))
    return cut


def _labels(zones: pl.DataFrame, most: float) -> go.Scatter:
    prices = zones["price_eur_per_kwh"]
    written = ["no trades" if price is None else f"{100 * price:,.1f} ct/kWh on average" for price in prices]
    return go.Scatter(
        x=zones["longitude"],
        y=zones["latitude"],
        text=zones["zone"],
        mode="markers+text",
        textposition=_sides(zones.select("longitude", "latitude").rows()),
        textfont={"color": INK, "size": 12},
        customdata=[
            (*row, price)
            for row, price in zip(
                zones.select("zone", "members", "sold_kwh", "bought_kwh", "trades").rows(), written, strict=True
            )
        ],
        marker={
            "color": zones["sold_kwh"], "colorscale": SCALE, "cmin": 0, "cmax": most, "size": 14, "showscale": True,
            "line": {"color": INK, "width": 1.5}, "colorbar": {"title": "Sold (kWh)", "thickness": 12, "nticks": 5},
        },
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 1}},
        hovertemplate="%{customdata[0]}: %{customdata[1]} members sold %{customdata[2]:,.1f} kWh in "
        "%{customdata[4]:,} trades, at %{customdata[5]}, and bought %{customdata[3]:,.1f} kWh<extra></extra>",
    )  # fmt: skip


def _sides(centres: list[Point]) -> list[str]:
    """Put each label above or below its dot: on the other side than the nearest one west of it."""
    sides: dict[int, str] = {}
    for number in sorted(range(len(centres)), key=lambda other: centres[other]):
        nearest = min(sides, key=lambda other: math.dist(centres[other], centres[number]), default=None)
        is_below = nearest is not None and sides[nearest] == "top center"
        sides[number] = "bottom center" if is_below else "top center"
    return [sides[number] for number in range(len(centres))]


def _narrowing(zones: pl.DataFrame) -> float:
    """Give how much shorter a degree of longitude is than one of latitude."""
    return max(math.cos(math.radians(float(zones["latitude"].mean() or 0))), 0.1)  # type: ignore[arg-type]
