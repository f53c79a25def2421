"""The command that shows the lake's commits: history."""

from typing import Annotated

import polars as pl
import typer

from wattlake.app.render import show_table
from wattlake.lake.reports.history import commits
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake

SHOWN = ("Look at it", 80)


def history(
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many commits to show.")] = 20,
    table: Annotated[
        str | None, typer.Option(metavar="LAYER.TABLE", help="Only commits to this table, with the rows they changed.")
    ] = None,
) -> None:
    """Show the lake's commits, newest first: when, by which run, what changed. `--as-of` reads any of them."""
    reader = Lake(Settings(), read_only=True).reader()
    newest = commits(reader, limit, table).with_columns(pl.col("snapshot").cast(pl.String))  # digits, as --as-of takes
    show_table("Commits, newest first" if table is None else f"Commits to {table}, newest first", newest)
