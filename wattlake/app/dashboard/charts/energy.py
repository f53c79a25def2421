"""Energy over the hours of a day and over days."""

import plotly.graph_objects as go
import polars as pl
from plotly.subplots import make_subplots

from wattlake.app.dashboard.charts.style import (
    COLOURS,
    LABELS,
    SEVERAL,
    by_step,
    drawn_as,
    dress,
    in_words,
    opacity,
    set_apart,
    symbols,
    translucent,
)

HOVER = {"hour": "%a %-d %b %Y %H:%M", "day": "%a %-d %b %Y", "week": "week of %-d %b %Y", "month": "%B %Y"}
STEP_TITLES = {step: f"{step.capitalize()} (local time)" for step in HOVER}


def hours(mean_day: pl.DataFrame) -> go.Figure:
    """Draw the mean day by local hour: output and use above 0, sold and bought energy below.

    Args:
        mean_day: ``local_hour`` and ``production_kwh``, ``consumption_kwh``, ``sold_kwh``, ``bought_kwh``.
    """
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, row_heights=[0.6, 0.4], vertical_spacing=0.07)
    for quantity, row, sign in (("consumption", 1, 1), ("production", 1, 1), ("sold", 2, 1), ("bought", 2, -1)):
        energy_kwh = mean_day[f"{quantity}_kwh"]
        figure.add_scatter(
            x=mean_day["local_hour"],
            y=energy_kwh * sign,
            customdata=energy_kwh,
            name=LABELS[quantity],
            mode=drawn_as(mean_day.height),
            line={"color": COLOURS[quantity], "width": 2},
            fill="tozeroy",
            fillcolor=translucent(COLOURS[quantity], 0.25),
            hovertemplate="%{customdata:,.1f} kWh",
            row=row,
            col=1,
        )
    dress(figure, height=420)
    labelled = range(0, 24, 3)
    figure.update_xaxes(range=[0, 23], tickvals=list(labelled), ticktext=[f"{hour:02}:00" for hour in labelled])
    figure.update_xaxes(title_text="Hour of day (local time)", row=2, col=1)
    figure.update_yaxes(title_text="Mean energy (kWh)", rangemode="tozero", row=1, col=1)
    figure.update_yaxes(title_text="Traded (kWh)", row=2, col=1)
    return figure


def flows(steps: pl.DataFrame, step: str) -> go.Figure:
    """Draw the sources of consumption (bars up) and the uses of production (bars down).

    Args:
        steps: ``local_start``, ``is_whole`` and energy in kWh.
        step: ``hour``, ``day``, ``week`` or ``month``.
    """
    figure = go.Figure()
    for quantity, sign in (
        ("self_consumption", 1),
        ("bought", 1),
        ("grid_import", 1),
        ("sold", -1),
        ("grid_export", -1),
    ):
        figure.add_bar(
            x=steps["local_start"],
            y=steps[f"{quantity}_kwh"] * sign,
            customdata=steps[f"{quantity}_kwh"],
            name=LABELS[quantity],
            marker={"color": COLOURS[quantity], "line_width": 0, "opacity": opacity(steps)},
            hovertemplate="%{customdata:,.1f} kWh",
        )
    dress(figure, height=420)
    figure.update_layout(barmode="relative", bargap=0.2)
    by_step(figure, steps["local_start"], step)
    figure.update_xaxes(title_text=STEP_TITLES[step], hoverformat=HOVER[step])
    figure.update_yaxes(title_text=f"Energy per {step} (kWh)")
    return set_apart(figure, steps)


def compared(stretches: dict[str, pl.DataFrame], quantity: str, unit: str, step: str) -> go.Figure:
    """Draw one quantity of this period, the one before and the year before, step by step.

    Args:
        stretches: by what each is called; frames with ``local_start``, ``is_whole`` and ``quantity``, this period
            first.
        quantity: the column.
        unit: as it is printed.
        step: ``hour``, ``day``, ``week`` or ``month``.
    """
    figure = go.Figure()
    styles = ((SEVERAL[0], "solid", 3), (SEVERAL[1], "dash", 2), (SEVERAL[7], "dot", 2))
    for (name, steps), (colour, dash, width) in zip(stretches.items(), styles, strict=False):
        figure.add_scatter(
            x=list(range(1, steps.height + 1)),
            y=steps[quantity],
            customdata=[
                f"{start} {words}".strip()
                for start, words in zip(steps["local_start"].dt.strftime(HOVER[step]), in_words(steps), strict=True)
            ],
            marker={"symbol": symbols(steps), "size": 8},
            name=name,
            mode="lines+markers",
            line={"color": colour, "width": width, "dash": dash},
            hovertemplate=f"%{{y:,.1f}} {unit} (%{{customdata}})",
        )
    dress(figure, height=420)
    longest = max((steps.height for steps in stretches.values()), default=1)
    every = next((number for number in (1, 2, 5, 7, 10) if longest <= 8 * number), 30)
    figure.update_xaxes(title_text=f"{step.capitalize()} of the period", tick0=1, dtick=every)
    figure.update_yaxes(title_text=f"{unit} per {step}", rangemode="tozero")
    return figure
