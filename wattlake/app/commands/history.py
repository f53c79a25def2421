"""Commands about the past and the upkeep of the lake: history, maintain."""

from datetime import UTC, datetime
from typing import Annotated

import polars as pl
import typer

from wattlake.app.commands import recorded_command
from wattlake.app.render import complain, say, show_table, with_bar
from wattlake.lake.maintenance.file_removal import ORPHANS_PCT
from wattlake.lake.reports.history import commits
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake


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


def maintain(
    orphans_pct: Annotated[
        float,
        typer.Option(
            "--orphans-pct",
            min=0,
            max=100,
            help="Remove files that the catalog does not name up to this share of the tables' bytes, %.",
        ),
    ] = ORPHANS_PCT,
) -> None:
    """Keep house: merge and rewrite files, let go of snapshots past their time and of the files only they need.

    No row changes. `WATTLAKE_RETENTION_DAYS` says how far back `--as-of` can go; a killed run's leftovers go, too.
    """
    from wattlake.lake.maintenance.housekeeping import Maintained, keep_house, present

    with recorded_command("maintain") as (lake, this):
        steps = keep_house(lake, present(lake, datetime.now(UTC)), orphans_pct=orphans_pct)
        done = Maintained.of(list(with_bar(steps, "maintain")))
        this.message = str(done)
    if len(done.changed()):
        show_table("Files of tables that changed", done.changed())
    if done.files_left:
        complain(this.message)
        raise typer.Exit(1)
    say(this.message)


def verify(
    deep: Annotated[bool, typer.Option("--deep", help="Read every file whole, not only its name and size.")] = False,
) -> None:
    """Verify that every file is there which the lake names; exit with 1 and name what is lost or damaged.

    The ledger's hashes are computed anew, too, and the readings counted: landed = in silver or told where they went.

    `--deep` compares every file with the hash that it had when it was written. A file of the tables that has no hash
    yet is decoded: on Blob until the next `wattlake maintain`, in a folder only where a kill came in between.
    """
    from wattlake.lake.maintenance import bounds
    from wattlake.lake.maintenance.verification import broken_sums, catalog_fault
    from wattlake.lake.maintenance.verification import verify as verify_files

    if fault := catalog_fault(Settings()):
        complain(fault)
        raise typer.Exit(1)
    lake = Lake(Settings(), read_only=True)
    steps = list(with_bar(verify_files(lake, deep), "verify"))
    faults = [fault for step in steps for fault in step.faults]
    sums = [*bounds.sentences(lake.reader()), *broken_sums(lake.reader())]
    for sentence in (*map(str, faults), *sums):
        complain(sentence)
    if faults:
        complain("`wattlake repair` brings back what can be, and names what is lost; `--from` takes it from a backup.")
    if faults or sums:
        raise typer.Exit(1)
    state = "and can be read" if deep else "with the size they should have"
    say(f"{steps[-1].total:,} files are there, {state}; the ledger is whole, and every reading accounted for.")
