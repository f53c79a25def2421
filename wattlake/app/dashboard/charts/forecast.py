"""Charts of forecasts, of the advice that comes from them, and of prices."""

from datetime import datetime

import plotly.graph_objects as go
import polars as pl

from wattlake.app.dashboard.charts.style import COLOURS, dress, translucent

BANDS = {"95 % band": ("", 0.2), "80 % band": ("_80", 0.3), "50 % band": ("_50", 0.45)}
"""The suffix of each band's columns and its opacity: the narrower lies on the wider."""
ADVICE = {"SELL": "sold", "HOLD": "other", "BUY": "bought"}
"""Advice, and the quantity whose colour it has."""
CHEAPEST = 3


def forecast(
    foreseen: pl.DataFrame, actual: pl.DataFrame, week_before: pl.DataFrame, issued_local: datetime, target: str
) -> go.Figure:
    """Draw a forecast with its bands, the known actual energy, and that of a week before.

    Args:
        foreseen: ``local_start``, ``period_minutes``, ``expected_kwh``, ``lower_kwh`` and ``upper_kwh``; those of the
            80 and 50 % bands where they are known.
        actual: ``local_start`` and ``actual_kwh``, which is empty where not known.
        week_before: the same of the week before, with the slots' starts moved to the forecast's.
        issued_local: when the forecast was issued, on the community's clock.
        target: consumption or production.
    """
    figure = go.Figure()
    for covered, (end, opacity) in BANDS.items():
        if _is_known(foreseen, f"lower{end}_kwh"):
            _draw_band(figure, foreseen, covered, end, opacity)
    if _is_known(week_before, "actual_kwh"):
        figure.add_scatter(
            x=week_before["local_start"],
            y=week_before["actual_kwh"],
            name="A week before",
            mode="lines",
            line={"color": "#9A9A9A", "width": 1.5},
            hovertemplate="%{y:,.3f} kWh",
        )
    figure.add_scatter(
        x=actual["local_start"],
        y=actual["actual_kwh"],
        name=f"Actual {target}",
        mode="lines",
        line={"color": COLOURS[target], "width": 2, "dash": "dot"},
        hovertemplate="%{y:,.3f} kWh",
    )
    figure.add_scatter(
        x=foreseen["local_start"],
        y=foreseen["expected_kwh"],
        customdata=foreseen.select("lower_kwh", "upper_kwh"),
        name="Expected",
        mode="lines",
        line={"color": COLOURS["forecast"], "width": 2.5, "dash": "dash"},
        hovertemplate="%{y:,.3f} kWh (%{customdata[0]:,.3f} to %{customdata[1]:,.3f})",
    )
    dress(figure, height=460)
    _mark_issue(figure, issued_local)
    minutes = foreseen["period_minutes"][0]
    figure.update_xaxes(title_text="Start of slot (local time)", hoverformat="%a %-d %b %H:%M")
    figure.update_yaxes(title_text=f"{target.capitalize()} per {minutes} minutes (kWh)", rangemode="tozero")
    return figure


def _is_known(foreseen: pl.DataFrame, name: str) -> bool:
    return name in foreseen.columns and foreseen[name].null_count() < foreseen.height


def _draw_band(figure: go.Figure, foreseen: pl.DataFrame, covered: str, end: str, opacity: float) -> None:
    """Fill the band between the forecast's lower and upper ends: two lines without width."""
    band = {"mode": "lines", "line": {"width": 0}, "legendgroup": covered, "hoverinfo": "skip", "name": covered}
    figure.add_scatter(x=foreseen["local_start"], y=foreseen[f"lower{end}_kwh"], showlegend=False, **band)
    figure.add_scatter(
        x=foreseen["local_start"],
        y=foreseen[f"upper{end}_kwh"],
        fill="tonexty",
        fillcolor=translucent(COLOURS["forecast"], opacity),
        **band,
    )


def _mark_issue(figure: go.Figure, issued_local: datetime) -> None:
    """Draw a dotted line at the time of issue."""
    issued = f"{issued_local:%Y-%m-%d %H:%M}"
    figure.add_vline(x=issued, line={"color": "rgba(128, 128, 128, 0.9)", "dash": "dot", "width": 1.5})
    figure.add_annotation(
        x=issued, y=1, yref="paper", text="issued", showarrow=False, xanchor="right", yanchor="top", xshift=-4
    )


def advice(advised: pl.DataFrame) -> go.Figure:
    """Draw each slot's expected surplus (deficit below zero), coloured by the advice.

    Args:
        advised: ``local_start``, ``advice``, ``expected_surplus_kwh`` and the ends of its band.
    """
    figure = go.Figure()
    for words, quantity in ADVICE.items():
        slots = advised.filter(advice=words)
        if slots.is_empty():
            continue
        surplus = slots["expected_surplus_kwh"]
        figure.add_bar(
            x=slots["local_start"],
            y=surplus,
            error_y={
                "type": "data",
                "array": (slots["upper_surplus_kwh"] - surplus).to_list(),
                "arrayminus": (surplus - slots["lower_surplus_kwh"]).to_list(),
                "thickness": 1,
                "color": "rgba(128, 128, 128, 0.9)",
            },
            name=words,
            marker_color=COLOURS[quantity],
            hovertemplate="%{y:,.3f} kWh",
        )
    dress(figure, height=320)
    figure.update_xaxes(title_text="Start of slot (local time)", hoverformat="%a %-d %b %H:%M")
    figure.update_yaxes(title_text="Surplus, or deficit below 0 (kWh)")
    return figure


def prices(expected: pl.DataFrame) -> go.Figure:
    """Draw the day-ahead price of each slot; the cheapest three of what is left stand out.

    Args:
        expected: ``period_start_utc``, ``local_start``, ``tier``, ``spot_price_eur_per_mwh`` and the ends of its 80 %
            band.
    """
    figure = go.Figure()
    cheapest = set(expected.bottom_k(CHEAPEST, by="spot_price_eur_per_mwh")["period_start_utc"])
    parts = {
        "Published": (pl.col("tier") == "published", COLOURS["members"]),
        "Forecast": (pl.col("tier") != "published", COLOURS["forecast"]),
    }
    for name, (which, colour) in parts.items():
        slots = expected.filter(which)
        if slots.is_empty():
            continue
        price = slots["spot_price_eur_per_mwh"]
        figure.add_bar(
            x=slots["local_start"],
            y=price,
            error_y={
                "type": "data",
                "array": (slots["upper_80_eur_per_mwh"] - price).to_list(),
                "arrayminus": (price - slots["lower_80_eur_per_mwh"]).to_list(),
                "thickness": 1,
                "color": "rgba(128, 128, 128, 0.9)",
            },
            name=name,
            marker_color=[COLOURS["good"] if start in cheapest else colour for start in slots["period_start_utc"]],
            hovertemplate="%{y:,.2f} EUR/MWh",
        )
    dress(figure, height=300)
    figure.update_xaxes(title_text="Start of slot (local time)", hoverformat="%a %-d %b %H:%M")
    figure.update_yaxes(title_text="Day-ahead price (EUR/MWh)")
    return figure
