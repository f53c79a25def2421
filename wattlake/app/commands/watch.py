"""The command that lands what appears in inboxes: watch."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from wattlake.app.commands._options import check_sources
from wattlake.app.render import say
from wattlake.lake.runs.record import configure_logging
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake

SHOWN = ("Fill the lake", 35)


def watch(
    sources: Annotated[
        list[str] | None, typer.Argument(help="Sources whose inboxes to watch, by default all that have one.")
    ] = None,
    every: Annotated[float, typer.Option(min=0.1, max=3600, help="Seconds from one look to the next.")] = 2,
    quiet: Annotated[
        float, typer.Option(min=0, max=86_400, help="Build once nothing has come for so many seconds.")
    ] = 5,
    seconds: Annotated[
        float | None, typer.Option("--for", metavar="SECONDS", min=0, help="End after so many seconds.")
    ] = None,
) -> None:
    """Land what appears in inboxes within seconds and build when it is quiet, until Ctrl-C.

    A file is landed once two looks found it unchanged. What was begun is ended before the command ends.
    """
    check_sources(sources)
    from wattlake.tasks.landing.stopping import stopped_by_signals
    from wattlake.tasks.landing.watching import watch as watched

    settings = Settings()
    configure_logging(settings.log_format)
    with stopped_by_signals(seconds) as stopped:
        say("Watching the inboxes (Ctrl-C stops).")
        steps = watched(
            Lake(settings), sources or [], lambda: datetime.now(UTC), stopped, look_seconds=every, quiet_seconds=quiet
        )
        for happened in steps:
            say(f"{happened.table}: {happened.rows:,} rows.")
    say("Stopped; what was begun was ended.")
