"""The command that forecasts the next day: forecast."""

from datetime import UTC, datetime, time
from typing import Annotated

import typer

from wattlake.app.commands._lake import lake_as_of, recorded_command
from wattlake.app.commands._options import INSTANT, INSTANT_FORMATS, First, Last, Now, days_between, instant
from wattlake.app.render import say
from wattlake.lake.runs.record import configure_logging

SHOWN = ("Fill the lake", 60)


def forecast(
    first: First = None,
    last: Last = None,
    now: Now = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            "--as-of",
            metavar=INSTANT,
            formats=INSTANT_FORMATS,
            help="Make the forecast that was issued last by this UTC time again, and compare; nothing is stored.",
        ),
    ] = None,
) -> None:
    """Forecast the next 24 hours: every member's load and production, the zones' and the community's, and the price.

    `--from` and `--to` issue one at the start of each UTC day between them, from what was known then.
    """
    from wattlake.tasks.forecasts.inputs import time_of_issue
    from wattlake.tasks.forecasts.issue import forecast as issue

    if as_of is not None:
        if first or last or now:
            raise ValueError("--as-of makes again what was issued by then. Leave out --from, --to and --now.")
        _again(as_of)
        return
    issues = [datetime.combine(day, time.min, UTC) for day in sorted(days_between(first, last))]
    with recorded_command("forecast") as (lake, this):
        for at in issues or [time_of_issue(lake, instant(now) or datetime.now(UTC))]:
            issued = issue(lake, at, datetime.now(UTC))
            issued.tell(this)
            rows = sum(issued.rows.values())
            none = "" if rows else " (it was issued before, or nothing was known to make it from)"
            say(f"Forecast issued at {at:%Y-%m-%d %H:%M} UTC: {rows:,} rows{none}.")
            for drift in issued.drifts:
                if drift.is_breach:
                    say(f"{str(drift).capitalize()}: `wattlake train`.")


def _again(as_of: datetime) -> None:
    """Make a stored forecast again, from what had been fetched when it was made."""
    from wattlake.tasks.forecasts.replay import replay_forecast
    from wattlake.tasks.producers import producers

    lake = lake_as_of(None)
    configure_logging(lake.settings.log_format)  # A model that is not what it was is told there.
    replayed = replay_forecast(lake, producers(), as_of)
    say(
        f"The forecast issued at {replayed.issued_at_utc:%Y-%m-%d %H:%M} UTC, "
        f"made at {replayed.made_at_utc:%Y-%m-%d %H:%M}, made again: "
        f"{replayed.rows:,} rows, {replayed.differing:,} of them differ from what is stored."
    )
    if replayed.differing:
        raise typer.Exit(1)
