"""The command that lands sources: ingest."""

from datetime import UTC, date, datetime
from functools import partial
from time import perf_counter
from typing import Annotated

import typer

from wattlake.app.commands._lake import recorded_command
from wattlake.app.commands._options import Days, First, Last, Now, check_sources, day, instant, known_sources
from wattlake.app.files_shown import show_landed
from wattlake.app.progress import with_bar
from wattlake.app.render import say
from wattlake.lake.settings import Settings

SHOWN = ("Fill the lake", 30)


def ingest(
    sources: Annotated[
        list[str] | None, typer.Argument(help=f"Sources to land, by default all that are asked for{known_sources()}.")
    ] = None,
    first: First = None,
    last: Last = None,
    days: Days = 7,
    now: Now = None,
) -> None:
    """Land sources: archive what they give unchanged and put its rows into bronze."""
    check_sources(sources)
    from wattlake.tasks.landing.each_source import sources_to_land, window
    from wattlake.tasks.landing.inboxes import unread_in_inboxes

    at = instant(now) or datetime.now(UTC)
    wanted = window(days, day(first), day(last), at)

    names = sources or sources_to_land()
    try:
        _land(names, wanted, at)
    finally:
        for sentence in unread_in_inboxes(Settings(), names):
            say(f"Not read: {sentence}")


def _land(names: list[str], wanted: tuple[date, date], at: datetime) -> None:
    from wattlake.tasks.building import build, written
    from wattlake.tasks.landing.each_source import land_each
    from wattlake.tasks.landing.land import land
    from wattlake.tasks.landing.reachable import silent_sources

    with recorded_command("ingest") as (lake, this):

        def land_one(name: str) -> tuple[int, float]:
            started = perf_counter()
            landed = with_bar(land(lake, name, *wanted, at, this.run_id), f"land {name}")
            return sum(step.rows for step in landed), perf_counter() - started

        register = partial(build, lake, f"{this.run_id}/register", at, only="gold.zone")
        try:
            land_each(this, names, land_one, lambda: written(list(register())), silent_sources(names))
        finally:  # What came is told though something else did not.
            for name, rows in this.rows.items():
                if name.startswith("bronze."):
                    say(f"{name}: {rows:,} rows landed.")
            if any(this.rows.values()):
                show_landed(lake.reader(), this.run_id)
