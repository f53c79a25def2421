"""The command that builds the tables: build."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Annotated

import polars as pl
import typer

from wattlake.app.commands._lake import recorded_command
from wattlake.app.commands._options import First, Last, days_between
from wattlake.app.files_shown import show_made
from wattlake.app.progress import with_bar
from wattlake.app.render import say, show_table
from wattlake.lake.build import removed
from wattlake.lake.build.progress import read_progress
from wattlake.lake.reports.files import read_up_to
from wattlake.lake.reports.set_aside import set_aside
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake

SHOWN = ("Fill the lake", 40)


def build(
    first: First = None,
    last: Last = None,
    full: Annotated[bool, typer.Option("--full", help="Rebuild everything from bronze.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only print the plan: which days of which tables, and why. Takes no lock.")
    ] = False,
) -> None:
    """Build silver, gold and the warehouse from what was landed: what changed, and no more.

    `--from` and `--to` rebuild gold between these days even where nothing changed.
    """
    from wattlake.lake.build.progress import forget_progress
    from wattlake.tasks.building import build as build_tables
    from wattlake.tasks.building import written

    again = days_between(first, last)
    if dry_run:
        _show_plan(full, again)
        return
    with recorded_command("build") as (lake, this):
        seen = {} if full else read_up_to(lake.reader())
        if full:
            lake.write(forget_progress, lock="build")
        for wrote in written(list(with_bar(build_tables(lake, this.run_id, datetime.now(UTC), again=again), "build"))):
            this.wrote(*wrote)
    if this.rows:
        rows = [(table, rows, this.seconds[table]) for table, rows in this.rows.items()]
        show_table("Built", pl.DataFrame(rows, schema=["table", "rows written", "seconds"], orient="row"))
    else:
        say("Nothing was new.")
    _show_files(seen if this.rows else None)


def _show_files(seen: Mapping[str, int] | None) -> None:
    """Show what became of files that were landed after some, and what of the lake was set aside."""
    reader = Lake(Settings(), read_only=True).reader()
    if seen is not None:
        show_made(reader, seen)
    for sentence in (*set_aside(reader), *removed.sentences(read_progress(reader))):
        say(sentence)


def _show_plan(is_full: bool, again: frozenset[date]) -> None:
    from wattlake.lake.build.dry_run import plan_build
    from wattlake.lake.build.explain import explained
    from wattlake.lake.streaming.plan import plan_streams
    from wattlake.tasks.producers import producers

    lake = Lake(Settings(), read_only=True)
    actions = plan_build(lake.reader(), lake.settings, producers(), is_full=is_full, again=again)
    lines = explained([*plan_streams(lake.reader(), actions, is_full=is_full), *actions])
    if lines:
        show_table("The plan", pl.DataFrame(lines, orient="row", infer_schema_length=None))
        if any(line.action == "compare" for line in lines):
            say("\nDays to compare are made anew where an earlier table turns out to differ.")
    else:
        say("Nothing is new: a build would replace nothing.")
