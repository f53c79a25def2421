"""The command that backs the lake up: backup."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from wattlake.app.commands._options import PLACE
from wattlake.app.progress import with_bar
from wattlake.app.render import say
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake

SHOWN = ("Fill the lake", 90)


def backup(
    address: Annotated[str, typer.Argument(metavar=PLACE, help="Where the backups of this lake are kept.")],
) -> None:
    """Back the lake up, while others write: its catalog at one instant, and each file that is not there yet.

    Every backup is whole; a file is kept once for all of them. A lake on Blob can be backed up to a folder, and the
    other way round.
    """
    from wattlake.lake.maintenance.backup import back_up

    settings = Settings()
    lake = Lake(settings)
    *_, last = with_bar(back_up(lake, settings.elsewhere(address), datetime.now(UTC)), "backup")
    say(
        f"Backed up {last.total:,} files and the catalog up to snapshot {last.snapshot_id}; "
        f"{last.copied:,} files were new, {last.bytes_copied / 1e6:,.1f} MB were written to {address}."
    )
