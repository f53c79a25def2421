"""The command that repairs what is damaged: repair."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from wattlake.app.commands._lake import recorded_command
from wattlake.app.commands._options import PLACE
from wattlake.app.progress import with_bar
from wattlake.app.render import complain, say
from wattlake.lake.maintenance.fetching import fetch_from_backup
from wattlake.lake.settings import Settings
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake

if TYPE_CHECKING:
    from wattlake.lake.maintenance.verification import Fault

SHOWN = ("Fill the lake", 110)


def repair(
    backups: Annotated[
        str | None, typer.Option("--from", metavar=PLACE, help="Backups, from which damaged files are taken first.")
    ] = None,
    accepts_loss: Annotated[
        bool, typer.Option("--accept-loss", help="Let go of rows that have no other copy, so that builds go on.")
    ] = False,
) -> None:
    """Repair what `wattlake verify --deep` finds: from a backup, from the archive, or by building it anew.

    What is given and has no other copy (ledger, issued forecasts, models, archived payloads) is named as lost, exit
    code 1; what is made from it stays as it is. Past snapshots that need a damaged file go. Broken off, it goes on when
    it is run again.
    """
    from wattlake.lake.maintenance.repair import forget_damaged, tables_of
    from wattlake.tasks.building import build, written
    from wattlake.tasks.landing.relanding import refill_all

    settings = Settings()
    lake = Lake(settings)
    faults = _faults(lake)
    if backups:
        fetched: set[str] = set()
        # A register that came back names files that could not be looked for before.
        while came := {*fetch_from_backup(lake, Storage(settings.elsewhere(backups)), faults)} - fetched:
            fetched, faults = fetched | came, _faults(lake)
        say(f"{len(fetched):,} files came back from {backups}.")
    repaired = forget_damaged(lake, faults, accepts_loss=accepts_loss)
    lost = [str(fault) for fault in repaired.lost]
    tables = tables_of(repaired.lost)
    with recorded_command("repair") as (_, this):
        for source, step in refill_all(lake):
            this.wrote(f"bronze.{source}", step.rows, 0.0)
            lost += step.faults
        for wrote in written(list(with_bar(build(lake, this.run_id, datetime.now(UTC), lost=tables), "build"))):
            this.wrote(*wrote)
    if repaired.snapshots_expired:
        say(f"{repaired.snapshots_expired:,} past snapshots needed a damaged file; they can no longer be read.")
    for fault in repaired.let_go:
        complain(f"Let go of for good: {fault} `wattlake settle verify` names the days of the ledger that lack rows.")
    if lost:
        complain("Lost, unless a backup has it (`wattlake repair --from DIR`); models come anew with `wattlake train`:")
        for sentence in lost:
            complain(sentence)
        if tables:
            complain(
                f"What is made from {', '.join(sorted(tables))} stays as it is, and builds stop there, until a backup "
                "brings that back or `wattlake repair --accept-loss` lets go of the rows for good."
            )
        raise typer.Exit(1)
    say("Everything that the lake names is there, and whole.")


def _faults(lake: Lake) -> "list[Fault]":
    from wattlake.lake.maintenance.verification import verify

    return [fault for step in with_bar(verify(lake, deep=True), "verify") for fault in step.faults]
