"""The command that brings a lake back: restore."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import polars as pl
import typer

from wattlake.app.commands._lake import recorded_command
from wattlake.app.commands._options import INSTANT, INSTANT_FORMATS, PLACE, instant
from wattlake.app.progress import with_bar
from wattlake.app.render import say, show_table
from wattlake.lake.settings import Settings
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake

if TYPE_CHECKING:
    pass

SHOWN = ("Fill the lake", 100)

NOT_IN_AN_ARCHIVE = (
    "Models, issued forecasts, settlements and the records of runs and checks are not in an archive; only a backup "
    "brings those back. For new ones run `wattlake settle`, `wattlake train` and `wattlake forecast`."
)


def restore(
    backups: Annotated[
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
        _restore_from_landing(settings, Storage(settings.elsewhere(backups)) if backups else Storage(settings))
    elif backups is None:
        raise ValueError("Name the place of the backups, or restore from the lake's own archive with --from-landing.")
    elif is_list:
        _list_backups(Storage(settings.elsewhere(backups)))
    else:
        _restore_backup(settings, settings.elsewhere(backups), instant(at))


def _restore_backup(settings: Settings, backups: Settings, at: datetime | None) -> None:
    from wattlake.lake.maintenance.backup_manifest import manifest_of
    from wattlake.lake.maintenance.restoring import restore as restore_lake

    manifest = manifest_of(Storage(backups), at)
    *_, last = with_bar(restore_lake(settings, backups, manifest), "restore")
    say(
        f"Restored {last.total:,} files, {last.bytes_restored / 1e6:,.1f} MB, to {settings.data}: the lake as it was "
        f"at {manifest.taken_at:%Y-%m-%d %H:%M:%S} UTC, up to snapshot {manifest.snapshot_id}."
    )


def _list_backups(backups: Storage) -> None:
    from wattlake.lake.maintenance.backup_manifest import expect_backups, manifest_of

    manifests = [manifest_of(backups, at) for at in expect_backups(backups)]
    rows = [
        (f"{manifest.taken_at:%Y-%m-%d %H:%M:%S}", manifest.snapshot_id, len(manifest.files), manifest.size / 1e6)
        for manifest in manifests
    ]
    show_table(f"Backups at {backups.root}", pl.DataFrame(rows, ["taken_utc", "snapshot", "files", "mb"], orient="row"))


def _restore_from_landing(settings: Settings, archive: Storage) -> None:
    from wattlake.lake.landing.relanding import unregistered
    from wattlake.tasks.building import build, written
    from wattlake.tasks.landing.relanding import has_batches, reland_all, reland_streams

    _take_over(settings)
    faults = [f"{name} is named by no register and was left out" for name in unregistered(archive)]
    with recorded_command("restore") as (lake, this):
        # Streams are judged by the register, and by what members used before.
        for reland in (reland_all, reland_streams) if has_batches(archive) else (reland_all,):
            for source, step in reland(lake, archive):
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
