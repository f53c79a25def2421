"""Commands about the past and the upkeep of the lake: history, maintain."""

from datetime import UTC, datetime
from typing import Annotated

import polars as pl
import typer

from app.commands import recorded_command
from app.render import say, show_table, with_bar
from lake.catalog import Lake
from lake.history import commits
from lake.settings import Settings


def history(
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many commits to show.")] = 20,
    table: Annotated[
        str | None, typer.Option(metavar="LAYER.TABLE", help="Only commits to this table, with the rows they changed.")
    ] = None,
) -> None:
    """Show the lake's commits, newest first: when, by which run, what changed. `--as-of` reads any of them."""
    reader = Lake(Settings(), read_only=True).reader()
    found = commits(reader, limit, table).with_columns(pl.col("snapshot").cast(pl.String))  # digits, as --as-of takes
    show_table("Commits, newest first" if table is None else f"Commits to {table}, newest first", found)


def maintain() -> None:
    """Keep house: merge and rewrite files, let go of snapshots past their time and of the files only they need.

    No row changes. `WATTLAKE_RETENTION_DAYS` says how far back `--as-of` can go; a killed run's leftovers go, too.
    """
    from lake.maintenance.housekeeping import Maintained, keep_house

    with recorded_command("maintain") as (lake, this):
        done = Maintained.of(list(with_bar(keep_house(lake, datetime.now(UTC)), "maintain")))
        this.message = str(done)
    if len(done.changed()):
        show_table("Files of tables that changed", done.changed())
    say(this.message)
