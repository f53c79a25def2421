"""The command that shows how the lake is: status."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from wattlake.app.commands._lake import lake_as_of
from wattlake.app.commands._options import AsOfOption
from wattlake.app.files_shown import show_made
from wattlake.app.progress import waiting
from wattlake.app.render import complain, say, show_table
from wattlake.lake.build import removed
from wattlake.lake.build.progress import read_progress
from wattlake.lake.maintenance.verification import lost_files
from wattlake.lake.model_registry import unreadable
from wattlake.lake.reports import status as lake_status
from wattlake.lake.reports.exports import newest_loads
from wattlake.lake.reports.transformations import transformations
from wattlake.lake.runs.record import BROKEN_OFF
from wattlake.lake.runs.running import unended
from wattlake.lake.settings import Settings
from wattlake.lake.sql import Connection
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake
from wattlake.lake.store.rows import Rows

SHOWN = ("Look at it", 10)


def status(
    with_hash: Annotated[bool, typer.Option("--hash", help="Hash the content of every table, too.")] = False,
    views: Annotated[bool, typer.Option("--views", help="Count what the warehouse's views show, too.")] = False,
    files: Annotated[bool, typer.Option("--files", help="Show what was read of each file, too.")] = False,
    as_of: AsOfOption = None,
) -> None:
    """Show tables, sources, readings, register and runs; exit with 1 where something is wrong."""
    lake = lake_as_of(as_of, is_little=not (with_hash or views))
    fates, gaps = _show_tables(lake, with_hash, views or with_hash)
    reader = lake.reader()
    if files:
        show_made(reader, {})
        for sentence in [] if as_of else _unread(lake.settings):
            say(sentence)
    remarks = (*_quarantined(fates), *_counted_twice(gaps), *_unfinished(reader))
    for remark in (*remarks, *([] if as_of else _at_work(lake.settings))):
        say(remark)
    with waiting("look for troubles"):
        troubles = lake_status.troubles(reader, None if as_of else datetime.now(UTC))
        if not as_of:
            troubles += [*lost_files(lake), *unreadable(reader, Storage(lake.settings)), *_broken_off(lake.settings)]
    for trouble in troubles:
        complain(trouble)
    if troubles:
        raise typer.Exit(1)
    say("The lake was healthy." if as_of else "The lake is healthy.")


def _unread(settings: Settings) -> list[str]:
    """Name the files of the inboxes that no rule reads."""
    from wattlake.tasks.landing.inboxes import unread_in_inboxes  # It looks into files, with large libraries.

    return unread_in_inboxes(settings)


def _show_tables(lake: Lake, with_hash: bool, with_views: bool) -> tuple[Rows, Rows]:
    """Show all that is counted; return what became of readings, and the gaps of the register."""
    with waiting("status"):
        reader = lake.reader()
        tables = lake_status.tables(reader, with_hash, with_views)
    say(f"The lake at {lake.settings.data}, snapshot {lake.snapshot_id()}.")
    show_table("Tables", tables)
    show_table("Sources", lake_status.sources(reader))
    fates = lake_status.reconciliation(reader)
    show_table("Readings: landed = in silver + superseded + repeated + quarantined", fates.select(*fates.names[1:]))
    gaps = lake_status.register_gaps(reader)
    show_table("Register", gaps) if gaps.rows else say("\nRegister: no gaps.")
    if (loads := newest_loads(reader)).rows:
        show_table("Sinks", loads)
    runs = lake_status.runs(reader).select("name", "started_at_utc", "status", "message")
    show_table(
        "Last runs", Rows(runs.names, [(*run, message and message.partition("\n")[0]) for *run, message in runs.rows])
    )
    own = transformations(reader)
    if own.rows:
        show_table("What builds did with the project's own tables", own.select(*own.names[:-1]))
    return fates, gaps


def _quarantined(fates: Rows) -> list[str]:
    """A sentence on each table some of whose readings are quarantined, with the command that says why."""
    return [
        f"{count:,} readings of {table} are quarantined. To see why: `wattlake quarantine`."
        for table, count in fates.select("table", "quarantined").rows
        if count
    ]


def _counted_twice(gaps: Rows) -> list[str]:
    """A sentence where the energy of meters counts for two members each, with what to do."""
    of_two = [row["readings"] // 2 for row in gaps.records() if row["gap"] == "meter of two members"]
    ended = "with the `valid_from` it has, and `left` when it ended, or the same time to take it back whole"
    return [
        f"{readings:,} readings count for two members each. End an entry of one in the register: a line {ended}."
        for readings in of_two
    ]


def _unfinished(reader: Connection) -> list[str]:
    """A sentence where a build was stopped between its chunks, and on tables without a model."""
    progress = read_progress(reader)
    is_unfinished = any(come.target_snapshot_id is not None for come in progress.values())
    return [
        *(["A build is unfinished; `wattlake build` goes on with it."] if is_unfinished else []),
        *removed.sentences(progress),
    ]


def _at_work(settings: Settings) -> list[str]:
    """A sentence on each run that is under way on this machine."""
    return [
        f"A run of {note.name} is under way since {note.started_at_utc:%Y-%m-%d %H:%M} UTC."
        for note, is_at_work in unended(settings)
        if is_at_work
    ]


def _broken_off(settings: Settings) -> list[str]:
    """A sentence on each run that could not say how it ended; the next run records it."""
    return [
        f"A run of {note.name} that began on {note.started_at_utc:%Y-%m-%d %H:%M} UTC was broken off. {BROKEN_OFF} "
        "Run it again; it goes on from there."
        for note, is_at_work in unended(settings)
        if not is_at_work
    ]
