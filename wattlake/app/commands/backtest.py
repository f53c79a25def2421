"""The command that backtests the forecasters: backtest."""

from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer

from wattlake.app.backtest_tables import Level, Track, Trial, tables_of
from wattlake.app.commands._lake import lake_as_of
from wattlake.app.commands._options import DAY, DAY_FORMATS, Target
from wattlake.app.markdown import renew
from wattlake.app.render import say, show_table

SHOWN = ("Look at it", 60)
Also = Annotated[
    list[str] | None, typer.Option(help="A feature that the load model learns from beside its own, to try it.")
]
MAPE = "MAPE is of slots whose actual is above zero."


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
    also: Also = None,
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
    span = history.days.number(first.date()), history.days.number(last.date())
    trial = Trial(target, level, weather, tuple(also or ()))
    tables = tables_of(trial, history, *span)
    title = trial.title(f"{first:%Y-%m-%d} to {last:%Y-%m-%d}, {history.source}")
    for name, table in tables.items():
        show_table(f"{title}: {name}", table)
    say(MAPE)
    say(f"{span[1] - span[0] + 1} days in {perf_counter() - started:,.0f} s.")
    if into:
        renew(into, trial.name, title, tables)
