"""The command that keeps house: maintain."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from wattlake.app.commands._lake import recorded_command
from wattlake.app.progress import with_bar
from wattlake.app.render import complain, say, show_table
from wattlake.lake.maintenance.file_removal import ORPHANS_PCT

SHOWN = ("Fill the lake", 80)


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
