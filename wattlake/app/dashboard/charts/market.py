"""Charts of the market: prices, traders, zones and other mechanisms."""

import math

import plotly.graph_objects as go
import polars as pl
from plotly.subplots import make_subplots

from wattlake.app.dashboard.charts.energy import HOVER, STEP_TITLES
from wattlake.app.dashboard.charts.style import (
    COLOURS,
    SEVERAL,
    drawn_as,
    dress,
    opacity,
    set_apart,
    symbols,
    translucent,
)

LARGEST_MARK = 60


def dynamics(steps: pl.DataFrame, step: str) -> go.Figure:
    """Draw the neighbours' price between the grid's two, and supply and demand beside it.

    Args:
        steps: ``local_start``, ``is_whole``, prices in EUR/kWh, ``supply_kwh`` and ``demand_kwh``.
        step: ``hour``, ``day``, ``week`` or ``month``.
    """
    figure = make_subplots(specs=[[{"secondary_y": True}]])
    for quantity, colour in (("demand", COLOURS["grid_import"]), ("supply", COLOURS["production"])):
        figure.add_scatter(
            x=steps["local_start"], y=steps[f"{quantity}_kwh"], name=quantity.capitalize(), mode=drawn_as(steps.height),
            line={"color": colour, "width": 1}, fill="tozeroy", fillcolor=translucent(colour, 0.18),
            hovertemplate="%{y:,.1f} kWh", secondary_y=True,
        )  # fmt: skip
    for column, name, colour, dash in (
        ("grid_buy_price_eur_per_kwh", "The grid charges", COLOURS["other"], "dash"),
        ("price_eur_per_kwh", "Neighbours pay", COLOURS["price"], "solid"),
        ("grid_sell_price_eur_per_kwh", "The grid pays", COLOURS["other"], "dot"),
    ):
        figure.add_scatter(
            x=steps["local_start"], y=steps[column], name=name, mode=drawn_as(steps.height),
            line={"color": colour, "width": 3 if dash == "solid" else 2, "dash": dash},
            hovertemplate="%{y:.4f} EUR/kWh",
        )  # fmt: skip
    dress(figure, height=420)
    figure.update_xaxes(title_text=STEP_TITLES[step], hoverformat=HOVER[step])
    figure.update_yaxes(title_text="Mean price (EUR/kWh)", rangemode="tozero", secondary_y=False)
    figure.update_yaxes(title_text=f"Energy per {step} (kWh)", rangemode="tozero", secondary_y=True, showgrid=False)
    return set_apart(figure, steps)


def ranking(members: pl.DataFrame, quantity: str) -> go.Figure:
    """Draw members by energy, the largest on top.

    Args:
        members: ``user_id``, ``zone`` and ``energy_kwh``, the largest first.
        quantity: ``sold`` or ``bought``.
    """
    figure = go.Figure(
        go.Bar(
            x=members["energy_kwh"], y=members["user_id"], customdata=members["zone"], orientation="h",
            marker={"color": COLOURS[quantity]}, hovertemplate="%{y} in %{customdata}: %{x:,.1f} kWh<extra></extra>",
            text=members["energy_kwh"].map_elements(lambda kwh: f"{kwh:,.0f}", pl.String),
            textposition="auto", textangle=0,
        )
    )  # fmt: skip
    dress(figure, height=360, hovermode="closest")
    figure.update_yaxes(autorange="reversed", type="category")
    figure.update_xaxes(title_text="Energy (kWh)")
    return figure


def zone_map(zones: pl.DataFrame) -> go.Figure:
    """Draw zones where they are, as large as their members' trade; no tiles are fetched.

    Args:
        zones: ``zone``, ``latitude``, ``longitude``, ``sold_kwh``, ``bought_kwh`` and ``members``.
    """
    volume = zones["sold_kwh"] + zones["bought_kwh"]
    largest = float(volume.max() or 0) or 1.0  # type: ignore[arg-type]
    figure = go.Figure(
        go.Scatter(
            x=zones["longitude"], y=zones["latitude"], text=zones["zone"], mode="markers+text",
            textposition="middle center",
            customdata=zones.select("sold_kwh", "bought_kwh", "members").rows(),
            marker={
                "size": [14 + LARGEST_MARK * math.sqrt(float(kwh) / largest) for kwh in volume],
                "color": translucent(COLOURS["bought"], 0.55), "line": {"color": COLOURS["consumption"], "width": 2},
            },
            hovertemplate="%{text}: %{customdata[2]} members sold %{customdata[0]:,.1f} kWh and "
            "bought %{customdata[1]:,.1f} kWh<extra></extra>",
        )
    )  # fmt: skip
    dress(figure, height=420, hovermode="closest")
    middle = math.radians(float(zones["latitude"].mean() or 0))  # type: ignore[arg-type]
    figure.update_yaxes(title_text="Latitude (°)", scaleanchor="x", scaleratio=1 / max(math.cos(middle), 0.1), nticks=6)
    figure.update_xaxes(title_text="Longitude (°)", nticks=6)
    return figure


def bars(steps: pl.DataFrame, column: str, title: str, colour: str, step: str, decimals: int = 1) -> go.Figure:
    """Draw one quantity step by step.

    Args:
        steps: ``local_start``, ``is_whole`` and ``column``.
        column: the quantity.
        title: of the axis, with the unit.
        colour: of the bars.
        step: ``day``, ``week`` or ``month``.
        decimals: of the hover label.
    """
    figure = go.Figure(
        go.Bar(
            x=steps["local_start"], y=steps[column], marker={"color": colour, "opacity": opacity(steps)},
            hovertemplate=f"%{{x|{HOVER[step]}}}: %{{y:,.{decimals}f}}<extra></extra>",
        )
    )  # fmt: skip
    dress(figure, height=320, hovermode="closest")
    figure.update_xaxes(title_text=STEP_TITLES[step])
    figure.update_yaxes(title_text=title, rangemode="tozero")
    return set_apart(figure, steps)


def growth(months: pl.DataFrame) -> go.Figure:
    """Draw members (bars) and energy traded (line, second axis) month by month.

    Args:
        months: ``local_start``, ``is_whole``, ``members``, ``active_members`` and ``traded_kwh``.
    """
    figure = make_subplots(specs=[[{"secondary_y": True}]])
    for column, name, colour in (
        ("members", "Members", COLOURS["other"]),
        ("active_members", "Active members", COLOURS["bought"]),
    ):
        figure.add_bar(
            x=months["local_start"], y=months[column], name=name, marker={"color": colour, "opacity": opacity(months)}
        )
    figure.add_scatter(
        x=months["local_start"], y=months["traded_kwh"], name="Energy traded", mode="lines+markers",
        marker={"symbol": symbols(months), "size": 9},
        line={"color": COLOURS["sold"], "width": 3}, hovertemplate="%{y:,.0f} kWh", secondary_y=True,
    )  # fmt: skip
    dress(figure, height=320)
    figure.update_xaxes(title_text="Month (local time)", hoverformat="%B %Y", dtick="M1", tickformat="%b %Y")
    figure.update_yaxes(title_text="Members", rangemode="tozero", secondary_y=False)
    figure.update_yaxes(title_text="Energy per month (kWh)", rangemode="tozero", secondary_y=True, showgrid=False)
    return set_apart(figure, months)


def mechanisms(compared: pl.DataFrame) -> go.Figure:
    """Draw what all members together would save under each mechanism.

    Args:
        compared: ``mechanism`` and ``saving_eur``, the best first.
    """
    colours = [SEVERAL[number % len(SEVERAL)] for number in range(compared.height)]
    names = compared["mechanism"].str.replace_all("_", " ")
    figure = go.Figure(
        go.Bar(
            x=compared["saving_eur"], y=names, orientation="h", marker={"color": colours},
            hovertemplate="%{y}: %{x:,.2f} EUR<extra></extra>",
        )
    )  # fmt: skip
    dress(figure, height=320, hovermode="closest")
    figure.update_yaxes(autorange="reversed")
    figure.update_xaxes(title_text="Saving of all members (EUR)")
    return figure
