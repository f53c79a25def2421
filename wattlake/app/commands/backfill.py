"""The command that fills gaps of the past: backfill."""

from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Annotated

import typer

from wattlake.app.commands._lake import recorded_command
from wattlake.app.commands._options import DAY, DAY_FORMATS, Last, Now, day, instant
from wattlake.app.progress import with_bar
from wattlake.app.render import say

SHOWN = ("Fill the lake", 70)


def backfill(
    source: Annotated[str, typer.Argument(help="The API to ask, such as open_meteo.")],
    first: Annotated[
        datetime, typer.Option("--from", metavar=DAY, formats=DAY_FORMATS, help="First UTC day; the last is yesterday.")
    ],
    last: Last = None,
    again: Annotated[bool, typer.Option("--again", help="Ask for every day, whatever was answered before.")] = False,
    chunk_days: Annotated[int, typer.Option(min=1, max=366, help="How many days to ask for at once.")] = 31,
    now: Now = None,
) -> None:
    """Ask an API for the days of the past that are missing, and for no others.

    Broken off, it goes on with what is still missing when it is run again. `wattlake build` builds what came.
    """
    from wattlake.tasks.landing.backfill import backfill as fill
    from wattlake.tasks.landing.missing_days import api, past_days

    at = instant(now) or datetime.now(UTC)
    from_day, to_day = first.date(), day(last) or at.date() - timedelta(days=1)
    table = api(source).table
    wanted = past_days(from_day, to_day, at)
    with recorded_command("backfill") as (lake, this):
        started, asked, rows = perf_counter(), 0, 0
        steps = fill(lake, source, from_day, to_day, at, this.run_id, chunk_days, again)
        try:
            for step in with_bar(steps, f"backfill {source}"):
                asked, rows = step.total, rows + step.rows
        finally:
            this.wrote(table, rows, perf_counter() - started)
    if asked:
        say(f"{source}: asked for {asked} of {len(wanted)} days; {rows:,} rows landed.")
    else:
        say(f"{source}: none of the {len(wanted)} days is missing; nothing was asked.")
