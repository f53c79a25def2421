"""The command that does the whole job: run."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated

import polars as pl
import typer

from wattlake.app.commands._options import Days, First, Last, Now, check_sources, day, instant
from wattlake.app.files_shown import show_made
from wattlake.app.prefect_server import prefect_at_the_terminal
from wattlake.app.render import say, show_table
from wattlake.lake.reports import status
from wattlake.lake.reports.files import read_up_to
from wattlake.lake.reports.set_aside import set_aside
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake
from wattlake.tasks.landing.each_source import window

SHOWN = ("Fill the lake", 20)


def run(
    first: First = None,
    last: Last = None,
    days: Days = 7,
    source: Annotated[list[str] | None, typer.Option(help="Land this source only; may be repeated.")] = None,
    now: Now = None,
) -> None:
    """Do the whole job: land every source, build every table, forecast the next 24 hours.

    Runs the Prefect flow `pipeline`. Files are landed whole; `--from` and `--to` say which days the APIs are asked for.
    """
    settings, at = Settings(), instant(now) or datetime.now(UTC)
    check_sources(source)
    from_day, to_day = window(days, day(first), day(last), at)
    lake = Lake(settings, read_only=True)
    seen = read_up_to(lake.reader()) if lake.exists() else {}
    with prefect_at_the_terminal():
        from wattlake.flows.pipeline import pipeline
        from wattlake.tasks.landing.inboxes import unread_in_inboxes

        seconds = pipeline(sources=source, from_day=from_day, to_day=to_day, now_utc=at)
    built = Lake(settings, read_only=True)
    show_made(built.reader(), seen)
    show_run(built, seconds)
    for sentence in unread_in_inboxes(settings, source):
        say(f"Not read: {sentence}")


def show_run(lake: Lake, seconds: Mapping[str, float]) -> None:
    """Print every table with rows, newest period and the seconds that the last run spent on it, and what it did."""
    tables = status.tables(lake.reader()).frame().filter(pl.col("layer") != "ops")
    spent = [seconds.get(f"{layer}.{table}") for layer, table in tables.select("layer", "table").iter_rows()]
    show_table(f"The lake at {lake.settings.data}", tables.with_columns(pl.Series("seconds", spent, dtype=pl.Float64)))
    for sentence in set_aside(lake.reader()):
        say(sentence)
    say(str(status.runs(lake.reader(), newest=1).column("message")[0]))
