"""Commands that fill the lake: run, ingest, build, forecast."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime
from functools import partial
from time import perf_counter
from typing import Annotated

import polars as pl
import typer

from wattlake.app.commands import Days, First, Last, Now, check_sources, day, days_between, instant, recorded_command
from wattlake.app.prefect_server import prefect_at_the_terminal
from wattlake.app.render import say, show_table, with_bar
from wattlake.lake.reports import status
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake


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
    with prefect_at_the_terminal():
        from wattlake.flows.pipeline import pipeline
        from wattlake.tasks.landing.each_source import window

        from_day, to_day = window(days, day(first), day(last), at)
        seconds = pipeline(sources=source, from_day=from_day, to_day=to_day, now_utc=at)
    show_run(Lake(settings, read_only=True), seconds)


def show_run(lake: Lake, seconds: Mapping[str, float]) -> None:
    """Print every table with rows, newest period and the seconds that the last run spent on it, and what it did."""
    tables = status.tables(lake.reader()).filter(pl.col("layer") != "ops")
    spent = [seconds.get(f"{layer}.{table}") for layer, table in tables.select("layer", "table").iter_rows()]
    show_table(f"The lake at {lake.settings.data}", tables.with_columns(pl.Series("seconds", spent, dtype=pl.Float64)))
    say(str(status.runs(lake.reader(), newest=1)["message"].item()))


def ingest(
    sources: Annotated[list[str] | None, typer.Argument(help="Sources to land; all of them by default.")] = None,
    first: First = None,
    last: Last = None,
    days: Days = 7,
    now: Now = None,
) -> None:
    """Land sources: archive what they give unchanged and put its rows into bronze."""
    check_sources(sources)
    from wattlake.tasks.building import build, written
    from wattlake.tasks.landing.each_source import land_each, sources_to_land, window
    from wattlake.tasks.landing.land import land
    from wattlake.tasks.landing.reachable import silent_sources

    at = instant(now) or datetime.now(UTC)
    wanted = window(days, day(first), day(last), at)

    with recorded_command("ingest") as (lake, this):

        def land_one(name: str) -> tuple[int, float]:
            started = perf_counter()
            landed = with_bar(land(lake, name, *wanted, at, this.run_id), f"land {name}")
            return sum(step.rows for step in landed), perf_counter() - started

        register = partial(build, lake, f"{this.run_id}/register", at, only="gold.zone")
        names = sources or sources_to_land()
        land_each(this, names, land_one, lambda: written(list(register())), silent_sources(names))
    for name, rows in this.rows.items():
        if name.startswith("bronze."):
            say(f"{name}: {rows:,} rows landed.")


def build(
    first: First = None,
    last: Last = None,
    full: Annotated[bool, typer.Option("--full", help="Rebuild everything from bronze.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say which periods of which tables would be replaced, and why.")
    ] = False,
) -> None:
    """Build silver, gold and the warehouse from what was landed: what changed, and no more.

    `--from` and `--to` rebuild gold between these days even where nothing changed.
    """
    from wattlake.lake.build.run import forget_progress
    from wattlake.tasks.building import build as build_tables
    from wattlake.tasks.building import written

    again = days_between(first, last)
    if dry_run:
        _show_preview(full, again)
        return
    with recorded_command("build") as (lake, this):
        if full:
            lake.write(forget_progress, lock="build")
        for wrote in written(list(with_bar(build_tables(lake, this.run_id, datetime.now(UTC), again=again), "build"))):
            this.wrote(*wrote)
    if this.rows:
        rows = [(table, rows, this.seconds[table]) for table, rows in this.rows.items()]
        show_table("Built", pl.DataFrame(rows, schema=["table", "rows written", "seconds"], orient="row"))
    else:
        say("Nothing was new.")


def _show_preview(is_full: bool, again: frozenset[date]) -> None:
    from wattlake.lake.build.dry_run import preview
    from wattlake.tasks.producers import producers

    lake = Lake(Settings())
    lake.reader()  # Where there is no lake, that is what is to be said.
    if replaced := preview(lake, producers(), datetime.now(UTC), is_full, again):
        show_table("Would be replaced", pl.DataFrame([asdict(one) for one in replaced], infer_schema_length=None))
    else:
        say("Nothing is new: a build would replace nothing.")
