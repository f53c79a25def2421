"""Charts of the market: prices, traders, zones and other mechanisms."""

import plotly.graph_objects as go
import polars as pl
from plotly.subplots import make_subplots

from wattlake.app.dashboard.charts.energy import HOVER, STEP_TITLES
from wattlake.app.dashboard.charts.style import (
    COLOURS,
    SEVERAL,
    by_step,
    drawn_as,
    dress,
    opacity,
    set_apart,
    symbols,
    translucent,
)


def dynamics(steps: pl.DataFrame, step: str) -> go.Figure:
    """Draw the neighbours' price between the grid's two, and supply and demand beside it.

    Args:
        steps: ``local_start``, ``is_whole``, prices in EUR/kWh, ``supply_kwh`` and ``demand_kwh``.
        step: ``hour``, ``day``, ``week`` or ``month``.
    """
    figure = make_subplots(specs=[[{"secondary_y": True}]])
    for quantity, colour in (("demand", COLOURS["consumption"]), ("supply", COLOURS["production"])):
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
    by_step(figure, steps["local_start"], step)
    figure.update_xaxes(title_text=STEP_TITLES[step], hoverformat=HOVER[step])
    figure.update_yaxes(title_text="Mean price (EUR/kWh)", rangemode="tozero", secondary_y=False)
    figure.update_yaxes(title_text=f"Energy per {step} (kWh)", rangemode="tozero", secondary_y=True, showgrid=False)
    return set_apart(figure, steps)


def ranking(members: pl.DataFrame, column: str, title: str, colour: str) -> go.Figure:
    """Draw members by one quantity, the largest on top, with words on each bar.

    Args:
        members: ``user_id``, ``zone``, the quantity, and ``label``, which stands on the bar, and ``words`` of all
            that is known; the largest first.
        column: the quantity.
        title: of its axis, with the unit.
        colour: of the bars.
    """
    figure = go.Figure(
        go.Bar(
            x=members[column], y=members["user_id"], customdata=members.select("zone", "words").rows(),
            orientation="h", marker={"color": colour}, text=members["label"], textposition="auto",
            textangle=0, cliponaxis=False,
            hovertemplate="%{y} in %{customdata[0]}: %{customdata[1]}<extra></extra>",
            selected={"marker": {"opacity": 1}}, unselected={"marker": {"opacity": 1}},
        )
    )  # fmt: skip
    dress(figure, height=90 + max(29 * members.height, 58), hovermode="closest")
    figure.update_yaxes(autorange="reversed", type="category", tickmode="linear", dtick=1)
    figure.update_xaxes(title_text=title, rangemode="tozero", tickformat=".0%" if column.endswith("_ratio") else "")
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
    by_step(figure, steps["local_start"], step)
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
        ("active_members", "Active members", COLOURS["members"]),
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
    figure.update_xaxes(title_text="Month (local time)", hoverformat="%B %Y")
    by_step(figure, months["local_start"], "month")
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
