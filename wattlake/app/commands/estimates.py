"""The command that judges how missing readings are estimated: estimates."""

from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from wattlake.app.commands._lake import lake_as_of
from wattlake.app.commands._options import Target
from wattlake.app.markdown import renew
from wattlake.app.progress import waiting
from wattlake.app.render import say, show_table
from wattlake.lake.settings import Settings

SHOWN = ("Look at it", 65)
MEASURES = {Target.load: "consumption", Target.solar: "production"}


def estimates(
    target: Annotated[Target, typer.Option(help="Whose readings are hidden: load or solar.")] = Target.load,
    files: Annotated[
        Path | None, typer.Option("--data", help="Files to take the readings from; the lake's by default.")
    ] = None,
    into: Annotated[
        Path | None, typer.Option("--into", help="Markdown file in which the table of this trial is renewed.")
    ] = None,
) -> None:
    """Say how near estimates of missing readings come, by hiding known ones.

    Gaps of an hour to a day are estimated by every method. The errors are sums of absolute ones in % of the hidden
    energy; `served` is the method that a build takes.
    """
    from wattlake.tasks.estimates.hiding import judged
    from wattlake.tasks.forecasts.history import from_lake
    from wattlake.tasks.forecasts.recorded_history import from_files

    if target not in MEASURES:
        raise ValueError("Prices are not estimated: none are missing between two. Give --target load or solar.")
    with waiting("estimates"):
        history = from_files(target, files) if files else from_lake(lake_as_of(None), target)
        settings = Settings().model_copy(update={"timezone": history.days.timezone})
        rows = judged(history.days, MEASURES[target], settings)
    rows = rows.with_columns(pl.col(pl.Float64).round(1))
    title = f"{target}, {history.source}"
    show_table(title, rows)
    say(f"{rows['hidden'].sum():,} hours were hidden.")
    if into:
        renew(into, f"estimates {target}", title, {"errors in % of the hidden energy": rows})
