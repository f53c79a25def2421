"""The command that lists alerts of streams: alerts."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from wattlake.app.commands._lake import lake_as_of
from wattlake.app.commands._options import INSTANT, INSTANT_FORMATS, AsOfOption
from wattlake.app.render import say, show_table
from wattlake.lake.reports.alerts import alerts as listed
from wattlake.lake.times import naive_utc

SHOWN = ("Look at it", 42)


def alerts(
    only_open: Annotated[bool, typer.Option("--open", help="Only those that last.")] = False,
    since: Annotated[
        datetime | None,
        typer.Option(metavar=INSTANT, formats=INSTANT_FORMATS, help="Only those found since this UTC time."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many to show at most, the newest first.")] = 50,
    as_of: AsOfOption = None,
) -> None:
    """List what streams' rules found wrong: since when, of whom, what was seen, the limit.

    docs/streaming.md says what each rule is. An alert that stands open has no `until_utc`, or one that is to
    come: so a warning of the weather has.
    """
    lake = lake_as_of(as_of, is_little=True)
    lasting_at_utc = naive_utc(datetime.now(UTC)) if only_open else None
    rows = listed(lake.reader(), lasting_at_utc=lasting_at_utc, since_utc=since, limit=limit + 1)
    if not rows.rows:
        say("No alert stands open." if only_open else "There is no alert.")
        return
    show_table("Alerts, those found last first", rows._replace(rows=rows.rows[:limit]))
    if len(rows.rows) > limit:
        say("There are more; --limit shows up to 1,000, and `wattlake sql` all of gold.live_alert.")
