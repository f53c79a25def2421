"""The command that backtests the forecasters: backtest."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import polars as pl
import typer

from wattlake.app.commands._lake import lake_as_of
from wattlake.app.commands._options import DAY, DAY_FORMATS, Target
from wattlake.app.markdown import renew
from wattlake.app.render import say, show_table

if TYPE_CHECKING:
    from wattlake.tasks.forecasting.backtest import Outcome
    from wattlake.tasks.forecasts.history import History

SHOWN = ("Look at it", 60)


class Level(StrEnum):
    """Whose load is forecast."""

    member = "member"
    zone = "zone"
    community = "community"
    curve = "curve"


class Track(StrEnum):
    """Which weather the model of load or solar output may know."""

    none = "none"
    forecast = "forecast"
    perfect = "perfect"


def backtest(
    target: Annotated[Target, typer.Option(help="What is forecast.")],
    first: Annotated[datetime, typer.Option("--from", metavar=DAY, formats=DAY_FORMATS, help="First local day.")],
    last: Annotated[datetime, typer.Option("--to", metavar=DAY, formats=DAY_FORMATS, help="Last local day, included.")],
    level: Annotated[
        Level, typer.Option(help="Load of each member, each zone, all together, or random groups of growing size.")
    ] = Level.member,
    weather: Annotated[
        Track,
        typer.Option(help="Weather the lake's load or solar is forecast with: as forecast, or perfect, to analyse."),
    ] = Track.none,
    files: Annotated[
        Path | None, typer.Option("--data", help="Files to take the history from; the lake's by default.")
    ] = None,
    into: Annotated[
        Path | None, typer.Option("--into", help="Markdown file in which the tables of this backtest are renewed.")
    ] = None,
) -> None:
    """Forecast each day of the past as it would have been, and show how good that was beside every baseline.

    Issued at local midnight for the day that begins by what would have served: each month a model is trained, judged on
    the weeks before, and serves if it wins; until one has, the ladder's best rung does. Calibrated before each day; 28
    days of history before `--from` are the least that is needed.
    """
    from wattlake.tasks.forecasts.history import from_lake
    from wattlake.tasks.forecasts.recorded_history import from_files

    started = perf_counter()
    if weather is not Track.none and (files or target is Target.price):
        raise ValueError("Only load and solar of the lake are forecast with weather. Leave out --weather, or --data.")
    history = from_files(target, files) if files else from_lake(lake_as_of(None), target, weather)
    days = history.days
    span = days.number(first.date()), days.number(last.date())
    tables = _tables(target, level, history, *span)
    title = f"{target} by {level}, {first:%Y-%m-%d} to {last:%Y-%m-%d}, {history.source}"
    title += f", {weather} weather" if weather is not Track.none else ""
    for name, table in tables.items():
        show_table(f"{title}: {name}", table)
    say("MAPE is of slots whose actual is above zero.")
    say(f"{span[1] - span[0] + 1} days in {perf_counter() - started:,.0f} s.")
    if into:
        renew(into, f"{target} {level}" + (f" {weather}" if weather is not Track.none else ""), title, tables)


def _tables(target: Target, level: Level, history: "History", first: int, last: int) -> Mapping[str, pl.DataFrame]:
    """What is shown of a backtest, by title."""
    from wattlake.tasks.forecasting import backtests
    from wattlake.tasks.forecasting.sky import clear_sky_w_per_m2

    days = history.days
    if target is not Target.load and level is not Level.member:
        raise ValueError(f"There is no {target} by {level}. Only load is added up; leave --level out.")
    if level is Level.curve:
        return {"sums": _rounded(backtests.aggregation_curve(days, first, last, history.weather))}
    if target is Target.solar:
        clear = clear_sky_w_per_m2(days, *history.place)
        outcome = backtests.backtest_solar(days, first, last, clear, history.chain)
        return {
            "in % of kWp": _rounded(backtests.errors_by_daylight(outcome, clear[first : last + 1])),
            **_shown(outcome),
        }
    if target is Target.price:
        return _shown(backtests.backtest_price(days, first, last))
    if level is Level.member:
        return _shown(backtests.backtest_load(days, first, last, history.weather))
    return _shown(backtests.backtest_sums(days, first, last, _groups(level, history), history.weather))


def _groups(level: Level, history: "History") -> list[list[int]]:
    """The numbers of the members of each zone, or of all together."""
    members = history.days.series
    if level is Level.community:
        return [list(range(len(members)))]
    zones = sorted({zone for member, zone in history.zones.items() if member in members})
    if not zones:
        raise ValueError(f"{history.source} tells no zones. Backtest the community, or a lake with a register.")
    return [[number for number, member in enumerate(members) if history.zones.get(member) == zone] for zone in zones]


def _shown(outcome: "Outcome") -> Mapping[str, pl.DataFrame]:
    """What was scored, errors and intervals, rounded for reading, and what served."""
    tables = {
        "scored": _scored(outcome),
        "errors": _rounded(outcome.errors()),
        "intervals": _rounded(outcome.intervals()),
    }
    return tables if outcome.served.is_empty() else {**tables, "what served": outcome.served}


def _scored(outcome: "Outcome") -> pl.DataFrame:
    """How much there was to score: one row. Of the slots, those above zero alone have a percentage error."""
    import numpy as np

    actual = outcome.days.values
    is_known = ~np.isnan(actual) & ~np.isnan(next(iter(outcome.expected.values())))
    counted = {"series": is_known.any((1, 2)), "days": is_known.any((0, 2)), "slots": is_known}
    row = {name: [int(which.sum())] for name, which in counted.items()}
    return pl.DataFrame(
        {"of_series": [actual.shape[0]], **row, "slots_of_mape": [int((is_known & (actual > 0)).sum())]}
    )


def _rounded(table: pl.DataFrame) -> pl.DataFrame:
    return table.with_columns(pl.col(pl.Float64).round_sig_figs(4))
