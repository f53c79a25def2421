"""One member's slots."""

import plotly.graph_objects as go
import polars as pl

from wattlake.app.dashboard.charts.style import COLOURS, LABELS, drawn_as, dress


def slots(of_slots: pl.DataFrame) -> go.Figure:
    """Draw one member's slots; estimated and unlikely ones are marked.

    Args:
        of_slots: ``local_start``, energy in kWh, ``is_anomaly`` and ``anomaly_reason``.
    """
    figure = go.Figure()
    for quantity in ("consumption", "production"):
        figure.add_scatter(
            x=of_slots["local_start"],
            y=of_slots[f"{quantity}_kwh"],
            name=LABELS[quantity],
            mode=drawn_as(of_slots.height),
            line={"color": COLOURS[quantity], "width": 2},
            hovertemplate="%{y:,.3f} kWh",
        )
    figure.add_scatter(
        x=of_slots["local_start"],
        y=of_slots["consumption_estimated_kwh"],
        name="Estimated consumption",
        mode="markers", marker={"color": COLOURS["other"], "symbol": "circle-open"}, hovertemplate="%{y:,.3f} kWh",
    )  # fmt: skip
    unlikely = of_slots.filter("is_anomaly")
    figure.add_scatter(
        x=unlikely["local_start"],
        y=unlikely["consumption_kwh"],
        customdata=unlikely["anomaly_reason"],
        name="Unlikely",
        mode="markers", marker={"color": COLOURS["bought"], "symbol": "x", "size": 9}, hovertemplate="%{customdata}",
    )  # fmt: skip
    dress(figure, height=380)
    figure.update_xaxes(title_text="Start of slot (local time)", hoverformat="%a %-d %b %H:%M")
    figure.update_yaxes(title_text="Energy per slot (kWh)", rangemode="tozero")
    return figure
