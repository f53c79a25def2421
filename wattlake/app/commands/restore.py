"""Commands that keep a lake from being lost: backup, restore."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import polars as pl
import typer

from wattlake.app.commands import INSTANT, INSTANT_FORMATS, instant, recorded_command
from wattlake.app.render import complain, say, show_table, with_bar
from wattlake.lake.settings import Settings
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake

if TYPE_CHECKING:
    from wattlake.lake.maintenance.verification import Fault

PLACE = "DIR|az://…"
NOT_IN_AN_ARCHIVE = (
    "Models, issued forecasts, settlements and the records of runs and checks are not in an archive; only a backup "
    "brings those back. For new ones run `wattlake settle`, `wattlake train` and `wattlake forecast`."
)


def backup(
    place: Annotated[str, typer.Argument(metavar=PLACE, help="Where the backups of this lake are kept.")],
) -> None:
    """Back the lake up, while others write: its catalog at one instant, and each file that is not there yet.

    Every backup is whole; a file is kept once for all of them. A lake on Blob can be backed up to a folder, and the
    other way round.
    """
    from wattlake.lake.maintenance.backup import back_up

    settings = Settings()
    lake = Lake(settings)
    *_, last = with_bar(back_up(lake, settings.elsewhere(place), datetime.now(UTC)), "backup")
    say(
        f"Backed up {last.total:,} files and the catalog up to snapshot {last.snapshot_id}; "
        f"{last.copied:,} files were new, {last.bytes_copied / 1e6:,.1f} MB were written to {place}."
    )


def restore(
    place: Annotated[
        str | None,
        typer.Argument(metavar=PLACE, help="The backups; with --from-landing the archive, by default the lake's own."),
    ] = None,
    at: Annotated[
        datetime | None,
        typer.Option(
            metavar=INSTANT, formats=INSTANT_FORMATS, help="The newest backup that was taken by this UTC time."
        ),
    ] = None,
    is_list: Annotated[bool, typer.Option("--list", help="Only list the backups.")] = False,
    from_landing: Annotated[
        bool, typer.Option("--from-landing", help="From the archived payloads alone: all is landed and built again.")
    ] = False,
) -> None:
    """Have a lake back, from a backup or from its archive alone, where `WATTLAKE_DATA` and `WATTLAKE_CATALOG` say.

    That must be an empty place. A catalog may be restored as the other kind, SQLite or PostgreSQL.
    """
    settings = Settings()
    if from_landing:
        if at or is_list:
            raise ValueError("--at and --list are about backups: give them without --from-landing.")
        _restore_from_landing(settings, Storage(settings.elsewhere(place)) if place else Storage(settings))
    elif place is None:
        raise ValueError("Name the place of the backups, or restore from the lake's own archive with --from-landing.")
    elif is_list:
        _list_backups(Storage(settings.elsewhere(place)))
    else:
        _restore_backup(settings, settings.elsewhere(place), instant(at))


def repair(
    place: Annotated[
        str | None, typer.Option("--from", metavar=PLACE, help="Backups, from which damaged files are taken first.")
    ] = None,
) -> None:
    """Repair what `wattlake verify --deep` finds: from a backup, from the archive, or by building it anew.

    What is given and has no other copy (ledger, issued forecasts, models, archived payloads) is named as lost, exit
    code 1. Past snapshots that need a damaged file go. Broken off, it goes on when it is run again.
    """
    from wattlake.lake.maintenance.repair import fetch_from_backup, forget_damaged
    from wattlake.tasks.building import build, written
    from wattlake.tasks.landing.relanding import refill_all

    settings = Settings()
    lake = Lake(settings)
    faults = _faults(lake)
    if place:
        fetched: set[str] = set()
        # A register that came back names files that could not be looked for before.
        while came := {*fetch_from_backup(lake, Storage(settings.elsewhere(place)), faults)} - fetched:
            fetched, faults = fetched | came, _faults(lake)
        say(f"{len(fetched):,} files came back from {place}.")
    repaired = forget_damaged(lake, faults)
    lost = [str(fault) for fault in repaired.lost]
    with recorded_command("repair") as (_, this):
        for source, step in refill_all(lake):
            this.wrote(f"bronze.{source}", step.rows, 0.0)
            lost += step.faults
        for wrote in written(list(with_bar(build(lake, this.run_id, datetime.now(UTC)), "build"))):
            this.wrote(*wrote)
    if repaired.snapshots_expired:
        say(f"{repaired.snapshots_expired:,} past snapshots needed a damaged file; they can no longer be read.")
    if lost:
        complain("Lost, unless a backup has it (`wattlake repair --from DIR`); models come anew with `wattlake train`:")
        for sentence in lost:
            complain(sentence)
        raise typer.Exit(1)
    say("Everything that the lake names is there, and whole.")


def _faults(lake: Lake) -> "list[Fault]":
    from wattlake.lake.maintenance.verification import verify

    return [fault for step in with_bar(verify(lake, deep=True), "verify") for fault in step.faults]


def _restore_backup(settings: Settings, place: Settings, at: datetime | None) -> None:
    from wattlake.lake.maintenance.backup_manifest import manifest_of
    from wattlake.lake.maintenance.restoring import restore as restore_lake

    manifest = manifest_of(Storage(place), at)
    *_, last = with_bar(restore_lake(settings, place, manifest), "restore")
    say(
        f"Restored {last.total:,} files, {last.bytes_restored / 1e6:,.1f} MB, to {settings.data}: the lake as it was "
        f"at {manifest.taken_at:%Y-%m-%d %H:%M:%S} UTC, up to snapshot {manifest.snapshot_id}."
    )


def _list_backups(place: Storage) -> None:
    from wattlake.lake.maintenance.backup_manifest import manifest_of, taken_at

    manifests = [manifest_of(place, at) for at in taken_at(place)]
    rows = [(f"{one.taken_at:%Y-%m-%d %H:%M:%S}", one.snapshot_id, len(one.files), one.size / 1e6) for one in manifests]
    show_table(f"Backups at {place.root}", pl.DataFrame(rows, ["taken_utc", "snapshot", "files", "mb"], orient="row"))


def _restore_from_landing(settings: Settings, archive: Storage) -> None:
    from wattlake.lake.landing.relanding import unregistered
    from wattlake.tasks.building import build, written
    from wattlake.tasks.landing.relanding import reland_all

    _take_over(settings)
    faults = [f"{name} is named by no register and was left out" for name in unregistered(archive)]
    with recorded_command("restore") as (lake, this):
        for source, step in reland_all(lake, archive):
            this.wrote(f"bronze.{source}", step.rows, 0.0)
            faults += step.faults
        for wrote in written(list(with_bar(build(lake, this.run_id, datetime.now(UTC)), "build"))):
            this.wrote(*wrote)
    for fault in faults:
        say(fault)
    say(f"Restored from the archive at {archive.root}. {NOT_IN_AN_ARCHIVE}")
    raise typer.Exit(bool(faults))


def _take_over(settings: Settings) -> None:
    """Make a new catalog for a folder that holds an archive, where there is no catalog.

    Raises:
        ValueError: the folder holds tables, too.
    """
    from wattlake.lake.maintenance.restoring import has_catalog

    if has_catalog(settings):
        return
    if names := Storage(settings).names("tables"):
        raise ValueError(
            f"There are {len(names):,} files of tables at {settings.data}/tables, but no catalog that names them. "
            "Restore from a backup into an empty place; or, where there is no backup, move the folder `tables` away "
            "(without its catalog nothing can read it) and restore from the archive."
        )
    Lake(settings).claim(takes_over=True)
