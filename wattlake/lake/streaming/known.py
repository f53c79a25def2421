"""What is known of open windows: a batch's instants that follow add to it.

No event near them is sought in the lake, then. A meter that sends its power every second has three hundred events in a
window, and each commit would read all of them again. Sums of windows add up. So those of the newest window of each
meter and direction are kept in memory, with the last instant of each series in it. Left out are meters that send
periods, which later ones may supersede, and those that have events in silver after that window.
"""

from typing import NamedTuple

import pyarrow as pa

from wattlake.lake.contracts import listed
from wattlake.lake.sql import Connection, materialized, scalar
from wattlake.lake.store.connection import current_snapshot
from wattlake.lake.store.identity import METADATA
from wattlake.lake.store.lake import Lake
from wattlake.lake.streaming.nearby import TABLE
from wattlake.lake.streaming.steps import run_step

CHANGES = f"""
with silver as (
    select table_id
    from {METADATA}.ducklake_table as tables
    inner join {METADATA}.ducklake_schema as schemas using (schema_id)
    where schema_name || '.' || table_name = '{TABLE}' and tables.end_snapshot is null
)
select count(*)
from {METADATA}.ducklake_snapshot_changes
where
    snapshot_id > {{since}}
    and regexp_matches(
        -- Files that are merged have the same rows.
        regexp_replace(changes_made, 'merge_adjacent:\\d+', '', 'g'), ':' || (select table_id from silver) || '(,|$)'
    )
"""
OF_A_WINDOW = "null::varchar as meter_id, null::varchar as direction, null::bigint as slot"
SPREAD = (
    "null::double as max_power_w, null::double as min_power_w, null::integer as quality_rank, "
    "null::boolean as is_simulated"
)
OF_NEWEST = "semi join newest_slot using (meter_id, direction, slot)"
EMPTY = {
    "known_instant": f"{listed(TABLE)} from {TABLE}",
    "known_sum": (
        f"{OF_A_WINDOW}, null::varchar as quantity, null::bigint as covered_ms, null::bigint as units, {SPREAD}"
    ),
    "known_count": (
        f"{OF_A_WINDOW}, null::bigint as event_count, null::bigint as milliwatts, null::bigint as power_count, {SPREAD}"
    ),
}
MADE = {
    "known_instant": "newest_instant",
    "known_sum": f"part_sum {OF_NEWEST}",
    "known_count": f"instant_sum {OF_NEWEST}",
}


class Kept(NamedTuple):
    """What is known after a batch, and the newest snapshot before it."""

    snapshot_id: int
    tables: dict[str, pa.Table]


class Known:
    """What one consumer of one lake keeps from one commit to the next."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._lake: Lake | None = None
        self._kept: Kept | None = None
        self._coming: Kept | None = None

    def begin(self, lake: Lake) -> None:
        """Begin a batch of a lake; of another one nothing is known."""
        if lake is not self._lake:
            self._lake, self._kept = lake, None

    def fill(self, connection: Connection) -> bool:
        """Fill the tables of what is known, in the transaction of a batch.

        Returns:
            Whether something is known: silver was changed by the last batch, and by nothing else since.
        """
        if self._kept is None or scalar(connection, CHANGES.format(since=self._kept.snapshot_id)) != 1:
            return False
        for name, table in self._kept.tables.items():
            connection.register(f"{name}_rows", table)
            materialized(connection, name, f"select * from {name}_rows")
        return True

    def keep(self, connection: Connection) -> None:
        """Read what is known once a batch's windows were made; it is kept where that is committed."""
        run_step(connection, "newest_slot")
        run_step(connection, "newest_instant")
        of_others = "anti join judged using (meter_id, direction)"
        self._coming = Kept(
            current_snapshot(connection),
            {
                name: connection.execute(
                    f"select * from {name} {of_others} union all by name select * from {made}"
                ).to_arrow_table()
                for name, made in MADE.items()
            },
        )

    def is_committed(self, *, has_changed: bool) -> None:
        """Keep what was read; nothing is known after a batch that did not change silver."""
        self._kept = self._coming if has_changed else None


def forget(connection: Connection) -> None:
    """Know nothing: each event near those of the next batch is sought."""
    for name, columns in EMPTY.items():
        materialized(connection, name, f"select * from (select {columns}) where false")
