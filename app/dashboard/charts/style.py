"""What all charts share: their colours and how they are dressed.

The colours are Okabe and Ito's, which the colour-blind tell apart (https://jfly.uni-koeln.de/color/), chosen to be
legible on a white and on a dark page. A colour stands for one quantity in every chart.
"""

import plotly.graph_objects as go

COLOURS = {
    "production": "#E69F00",
    "consumption": "#0072B2",
    "sold": "#009E73",
    "bought": "#56B4E9",
    "grid_import": "#D55E00",
    "grid_export": "#C9C9C9",
    "self_consumption": "#F0C75E",
    "price": "#CC79A7",
    "forecast": "#CC79A7",
    "other": "#707070",
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
"""For things of one kind: mechanisms, layers, sources."""
SEQUENCE = [[0.0, "#D55E00"], [0.5, "#F0E442"], [0.9, "#56B4E9"], [1.0, "#0072B2"]]
"""From nothing to all: by brightness as well as by hue."""


def translucent(colour: str, opacity: float) -> str:
    """A ``#rrggbb`` colour as Plotly's ``rgba(…)``."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity})"


def dress(figure: go.Figure, height: int, hovermode: str | bool = "x unified") -> go.Figure:
    """No background of its own, a legend above, and by default one hover label per instant."""
    figure.update_layout(
        height=height,
        paper_bgcolor="rgba(0, 0, 0, 0)",
        plot_bgcolor="rgba(0, 0, 0, 0)",
        hovermode=hovermode,
        margin={"l": 8, "r": 8, "t": 44, "b": 8},
        legend={"orientation": "h", "x": 0, "xanchor": "left", "y": 1.02, "yanchor": "bottom"},
    )
    figure.update_xaxes(gridcolor=GRID, automargin=True)
    figure.update_yaxes(gridcolor=GRID, zerolinecolor="rgba(128, 128, 128, 0.6)", automargin=True)
    return figure


def drawn_as(points: int) -> str:
    """How a line is drawn: with a marker where it would be a single point, which has no length."""
    return "lines+markers" if points < 2 else "lines"
