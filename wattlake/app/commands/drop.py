"""The command that removes a table whose model was removed from the project: drop."""

from functools import partial
from typing import Annotated

import typer

from wattlake.app.commands._lake import recorded_command
from wattlake.app.render import say

SHOWN = ("Extend it", 30)


def drop(table: Annotated[str, typer.Argument(help="The table, such as gold.heat_share_daily.")]) -> None:
    """Remove a table of the project that no model makes any more.

    Such a table stays, as it was built last, until this is said: `wattlake status` names it.
    """
    from wattlake.lake.build import removed

    with recorded_command("drop") as (lake, _):
        lake.write(partial(removed.drop, table=table), lock="build")
    say(f"Removed {table}.")
