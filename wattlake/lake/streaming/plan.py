"""What a build will make again of streams, planned by reading only."""

from collections.abc import Iterator, Sequence

from wattlake.lake.build.actions import Action, ReplaceRows
from wattlake.lake.build.progress import NOT_BUILT
from wattlake.lake.sql import Connection
from wattlake.lake.store.tables import existing
from wattlake.lake.streaming.batches import SOURCE
from wattlake.lake.streaming.following import FOLLOWED, REGISTER, has_changed, has_events, reason_to_make
from wattlake.lake.streaming.remaking import MADE


def plan_streams(connection: Connection, actions: Sequence[Action], *, is_full: bool = False) -> Iterator[ReplaceRows]:
    """Plan what is made again of streams before the other tables are built.

    Args:
        connection: with the lake as its current database; it may be read-only.
        actions: what is planned of the other tables.
        is_full: as if everything were rebuilt from bronze.
    """
    there = existing(connection, [f"bronze.{SOURCE}", FOLLOWED])
    if f"bronze.{SOURCE}" not in there or not has_events(connection):
        return
    of_register = [action.why for action in actions if isinstance(action, ReplaceRows) and action.table == REGISTER]
    why = NOT_BUILT if is_full or FOLLOWED not in there else reason_to_make(connection)
    if not why and (of_register or has_changed(connection)):
        why = f"{REGISTER} changed: what hangs together with its changed meters and members"
    if why:
        yield from (ReplaceRows(table, why) for table in MADE)
