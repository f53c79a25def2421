"""The command that verifies every file of the lake, its ledger and its sums: verify."""

from typing import Annotated

import typer

from wattlake.app.progress import waiting, with_bar
from wattlake.app.render import complain, say
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake

SHOWN = ("Look at it", 90)


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

    with waiting("verify the catalog"):
        fault = catalog_fault(Settings())
    if fault:
        complain(fault)
        raise typer.Exit(1)
    lake = Lake(Settings(), read_only=True)
    steps = list(with_bar(verify_files(lake, deep), "verify"))
    faults = [fault for step in steps for fault in step.faults]
    with waiting("verify bounds, ledger and sums"):
        sums = [*bounds.sentences(lake.reader()), *broken_sums(lake.reader())]
    for sentence in (*map(str, faults), *sums):
        complain(sentence)
    if faults:
        complain("`wattlake repair` brings back what can be, and names what is lost; `--from` takes it from a backup.")
    if faults or sums:
        raise typer.Exit(1)
    state = "and can be read" if deep else "with the size they should have"
    say(f"{steps[-1].total:,} files are there, {state}; the ledger is whole, and every reading accounted for.")
