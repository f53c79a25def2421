"""The picture of what flows from panels and grid to homes and neighbours, as SVG.

A line is as thick as its part. The letters follow the page's colours, and are legible on a phone. All its
words are our own and its numbers are formatted here, so nothing in it is foreign.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from wattlake.app.dashboard.charts.style import COLOURS, LABELS
from wattlake.app.dashboard.flows import Flows

WIDTH, HEIGHT = 404, 320
ENLARGED = 1.2
INK = (
    "<style>svg { color: #31333f; font-family: 'Source Sans', system-ui, sans-serif }"
    "@media (prefers-color-scheme: dark) { svg { color: #fafafa } }</style>"
)
"""In an image of its own, this is how it learns whether the page is dark."""
RADIUS, SMALLER = 50, 44
THICKEST, THINNEST = 18.0, 1.5
PANELS, GRID, NEIGHBOURS, HOMES = (202, 53), (54, 160), (350, 160), (202, 267)


@dataclass(frozen=True)
class Stream:
    """What flows from one circle to another.

    Attributes:
        quantity: whose colour and name it has.
        amount: how much.
        path: its line, as SVG writes it.
        at: where its number stands.
        anchor: the side of the number that stands there.
    """

    quantity: str
    amount: float
    path: str
    at: tuple[int, int]
    anchor: str = "middle"


def flow_picture(flows: Flows) -> str:
    """Draw what flows; without trades there are no neighbours in it."""
    shown = [stream for stream in streams(flows) if stream.amount > 0]
    most = max((stream.amount for stream in shown), default=1.0)
    lines = "".join(_line(stream, most, flows.written) for stream in shown)
    circles = "".join(_circles(flows))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH * ENLARGED:.0f}" '
        f'height="{HEIGHT * ENLARGED:.0f}" fill="none">{INK}{lines}{circles}</svg>'
    )


def in_words(flows: Flows) -> str:
    """Say the same in a sentence, for those who cannot see it."""
    written = flows.written
    traded = "" if flows.traded is None else f", {written(flows.traded)} to neighbours"
    return (
        f"Panels give {written(flows.production)}: {written(flows.self_consumption)} are used at once{traded}, "
        f"{written(flows.grid_export)} go into the grid. Homes consume {written(flows.consumption)}, of which "
        f"{written(flows.grid_import)} come from the grid."
    )


def streams(flows: Flows) -> list[Stream]:
    """List what flows where; numbers stand beside their lines and clear of each other."""
    traded = flows.traded or 0.0
    return [
        Stream("self_consumption", flows.self_consumption, "M202 103 L202 217", (214, 156), "start"),
        Stream("grid_export", flows.grid_export, "M157 75 Q108 92 82 125", (102, 74), "end"),
        Stream("grid_import", flows.grid_import, "M82 195 Q108 228 157 245", (102, 244), "end"),
        Stream("sold", traded, "M247 75 Q296 92 322 125", (302, 74), "start"),
        Stream("bought", traded, "M322 195 Q296 228 247 245", (302, 244), "start"),
    ]


def _line(stream: Stream, most: float, written: Callable[[float], str]) -> str:
    colour = COLOURS[stream.quantity]
    width = max(THINNEST, THICKEST * stream.amount / most)
    x, y = stream.at
    return (
        f'<path d="{stream.path}" stroke="{colour}" stroke-width="{width:.1f}" stroke-linecap="butt">'
        f"<title>{LABELS[stream.quantity]}: {written(stream.amount)}</title></path>"
        f'<text x="{x}" y="{y}" text-anchor="{stream.anchor}" fill="currentColor" font-size="13">'
        f'<tspan font-weight="600">{written(stream.amount)}</tspan>'
        f'<tspan x="{x}" dy="14" font-size="11" opacity="0.75">{SHORT[stream.quantity]}</tspan></text>'
    )


SHORT = {
    "self_consumption": "used at once",
    "grid_export": "fed in",
    "grid_import": "drawn",
    "sold": "sold",
    "bought": "bought",
}


def _circles(flows: Flows) -> Iterator[str]:
    yield _circle(PANELS, "Panels", flows.written(flows.production), COLOURS["production"])
    yield _circle(GRID, "Grid", "", COLOURS["grid_import"])
    if flows.traded is not None:
        yield _circle(NEIGHBOURS, "Neighbours", "", COLOURS["sold"])
    yield _circle(HOMES, "Homes", flows.written(flows.consumption), COLOURS["consumption"])


def _circle(middle: tuple[int, int], name: str, amount: str, colour: str) -> str:
    x, y = middle
    radius = RADIUS if amount else SMALLER
    number = (
        f'<text x="{x}" y="{y + 16}" text-anchor="middle" fill="currentColor" font-size="13" '
        f'font-weight="600">{amount}</text>'
        if amount
        else ""
    )
    return (
        f'<circle cx="{x}" cy="{y}" r="{radius}" stroke="{colour}" stroke-width="3"/>'
        f'<text x="{x}" y="{y + (-2 if amount else 4)}" text-anchor="middle" fill="currentColor" font-size="13">'
        f"{name}</text>{number}"
    )
