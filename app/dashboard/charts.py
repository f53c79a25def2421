"""The dashboard's charts: a frame in, a Plotly figure out; no Streamlit and no SQL.

The colours are Okabe and Ito's, which the colour-blind tell apart (https://jfly.uni-koeln.de/color/), chosen to be
legible on a white and on a dark page. A colour stands for one quantity in every chart.
"""

from datetime import datetime

import plotly.graph_objects as go
import polars as pl
from plotly.subplots import make_subplots

COLOURS = {
    "production": "#E69F00",
    "consumption": "#0072B2",
    "surplus": "#009E73",
    "deficit": "#D55E00",
    "forecast": "#CC79A7",
}
GRID = "rgba(128, 128, 128, 0.25)"


def translucent(colour: str, opacity: float) -> str:
    """A ``#rrggbb`` colour as Plotly's ``rgba(…)``."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity})"


def local_hours(hours: pl.DataFrame) -> go.Figure:
    """The mean day: production and consumption above, surplus (up) and deficit (down) below, by local hour.

    Args:
        hours: ``local_hour`` and ``production_kwh``, ``consumption_kwh``, ``surplus_kwh``, ``deficit_kwh``.
    """
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, row_heights=[0.6, 0.4], vertical_spacing=0.07)
    for quantity, row, sign in (("consumption", 1, 1), ("production", 1, 1), ("surplus", 2, 1), ("deficit", 2, -1)):
        energy_kwh = hours[f"{quantity}_kwh"]
        figure.add_scatter(
            x=hours["local_hour"],
            y=energy_kwh * sign,
            customdata=energy_kwh,
            name=quantity.capitalize(),
            mode="lines",
            line={"color": COLOURS[quantity], "width": 2},
            fill="tozeroy",
            fillcolor=translucent(COLOURS[quantity], 0.25),
            hovertemplate="%{customdata:,.1f} kWh",
            row=row,
            col=1,
        )
    _dress(figure, height=440)
    labelled = range(0, 24, 3)
    figure.update_xaxes(range=[0, 23], tickvals=list(labelled), ticktext=[f"{hour:02}:00" for hour in labelled])
    figure.update_xaxes(title_text="Hour of day (local time)", row=2, col=1)
    figure.update_yaxes(title_text="Mean energy (kWh)", rangemode="tozero", row=1, col=1)
    figure.update_yaxes(title_text="Balance (kWh)", row=2, col=1)
    return figure


def daily_balance(days: pl.DataFrame) -> go.Figure:
    """Day by day: surplus as bars up, deficit as bars down, production and consumption as lines.

    Args:
        days: ``day_utc`` and ``production_kwh``, ``consumption_kwh``, ``surplus_kwh``, ``deficit_kwh``.
    """
    figure = go.Figure()
    for quantity, sign in (("surplus", 1), ("deficit", -1)):
        figure.add_bar(
            x=days["day_utc"],
            y=days[f"{quantity}_kwh"] * sign,
            customdata=days[f"{quantity}_kwh"],
            name=quantity.capitalize(),
            marker={"color": translucent(COLOURS[quantity], 0.65), "line_width": 0},
            hovertemplate="%{customdata:,.1f} kWh",
        )
    for quantity in ("consumption", "production"):
        figure.add_scatter(
            x=days["day_utc"],
            y=days[f"{quantity}_kwh"],
            name=quantity.capitalize(),
            mode="lines+markers" if days.height < 2 else "lines",
            line={"color": COLOURS[quantity], "width": 2},
            hovertemplate="%{y:,.1f} kWh",
        )
    _dress(figure, height=440)
    figure.update_layout(barmode="relative", bargap=0.25)
    figure.update_xaxes(title_text="Day (UTC)", hoverformat="%a %-d %b %Y")
    figure.update_yaxes(title_text="Energy per day (kWh)")
    return figure


def forecast(foreseen: pl.DataFrame, actual: pl.DataFrame, issued_at_utc: datetime, target: str) -> go.Figure:
    """One member's forecast: the 95 % band, the expected energy, and the actual energy where it is known.

    Args:
        foreseen: ``period_start_utc``, ``local_start``, ``expected_kwh``, ``lower_kwh`` and ``upper_kwh``.
        actual: ``period_start_utc``, ``local_start`` and ``actual_kwh``, which is empty where not known.
        issued_at_utc: when the forecast was issued.
        target: consumption or production.
    """
    figure = go.Figure()
    _draw_band(figure, foreseen)
    figure.add_scatter(
        x=actual["period_start_utc"],
        y=actual["actual_kwh"],
        customdata=actual.select(_local_clock()),
        name=f"Actual {target}",
        mode="lines",
        line={"color": COLOURS[target], "width": 2},
        hovertemplate="%{y:,.3f} kWh, %{customdata[0]} local time",
    )
    figure.add_scatter(
        x=foreseen["period_start_utc"],
        y=foreseen["expected_kwh"],
        customdata=foreseen.select(_local_clock(), "lower_kwh", "upper_kwh"),
        name="Expected",
        mode="lines",
        line={"color": COLOURS["forecast"], "width": 2.5, "dash": "dash"},
        hovertemplate="%{y:,.3f} kWh (%{customdata[1]:,.3f} to %{customdata[2]:,.3f}), %{customdata[0]} local time",
    )
    _dress(figure, height=460)
    _mark_issue(figure, issued_at_utc)
    minutes = foreseen["period_minutes"][0]
    figure.update_xaxes(title_text="Start of slot (UTC)", hoverformat="%a %-d %b %H:%M UTC")
    figure.update_yaxes(title_text=f"{target.capitalize()} per {minutes} minutes (kWh)", rangemode="tozero")
    return figure


def _draw_band(figure: go.Figure, foreseen: pl.DataFrame) -> None:
    """What lies between the lower and the upper end of a forecast: two lines without width, filled between."""
    band = {"mode": "lines", "line": {"width": 0}, "legendgroup": "band", "hoverinfo": "skip", "name": "95 % band"}
    figure.add_scatter(x=foreseen["period_start_utc"], y=foreseen["lower_kwh"], showlegend=False, **band)
    figure.add_scatter(
        x=foreseen["period_start_utc"],
        y=foreseen["upper_kwh"],
        fill="tonexty",
        fillcolor=translucent(COLOURS["forecast"], 0.3),
        **band,
    )


def _mark_issue(figure: go.Figure, issued_at_utc: datetime) -> None:
    """A dotted line at the time of issue."""
    issued = f"{issued_at_utc:%Y-%m-%d %H:%M}"
    figure.add_vline(x=issued, line={"color": "rgba(128, 128, 128, 0.9)", "dash": "dot", "width": 1.5})
    figure.add_annotation(
        x=issued, y=1, yref="paper", text="issued", showarrow=False, xanchor="right", yanchor="top", xshift=-4
    )


def _local_clock() -> pl.Expr:
    return pl.col("local_start").dt.strftime("%H:%M").fill_null("unknown").alias("local_clock")


def _dress(figure: go.Figure, height: int) -> None:
    """What all charts share: no background of their own, a legend above, one hover label per instant."""
    figure.update_layout(
        height=height,
        paper_bgcolor="rgba(0, 0, 0, 0)",
        plot_bgcolor="rgba(0, 0, 0, 0)",
        hovermode="x unified",
        margin={"l": 8, "r": 8, "t": 44, "b": 8},
        legend={"orientation": "h", "x": 0, "xanchor": "left", "y": 1.02, "yanchor": "bottom"},
    )
    figure.update_xaxes(gridcolor=GRID, automargin=True)
    figure.update_yaxes(gridcolor=GRID, zerolinecolor="rgba(128, 128, 128, 0.6)", automargin=True)
