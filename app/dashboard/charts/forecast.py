"""A forecast and what became of it."""

from datetime import datetime

import plotly.graph_objects as go
import polars as pl

from app.dashboard.charts.style import COLOURS, dress, translucent


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
    dress(figure, height=460)
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
