"""What is known after a commit: progress, series, and the sums of open windows.

Each look into a table of the lake costs as much as its catalog has files, and files come with each commit. So what a
commit wrote is kept for the next, which asks the catalog alone whether anybody else changed these tables since; if so,
all is read from the lake.

Instants that follow those of a window add to it: no event near them is sought in the lake, then. A meter that sends its
power every second has three hundred events in a window, and each commit would read all of them again. Sums of windows
add up. So those of the newest window of each meter and direction are kept, with the last instant of each series in it.
Left out are meters that send periods, which later ones may supersede, and those that have events in silver after that
window.
"""

from typing import NamedTuple

import pyarrow as pa

from wattlake.lake.contracts import listed
from wattlake.lake.sql import Connection, materialized, scalar
from wattlake.lake.store.connection import current_snapshot
from wattlake.lake.store.identity import METADATA
from wattlake.lake.store.lake import Lake
from wattlake.lake.streaming.nearby import TABLE
from wattlake.lake.streaming.progress import Progress
from wattlake.lake.streaming.steps import run_step

READ = (
    *(TABLE, "bronze.meter_events", "gold.window_5min", "gold.member_meter"),
    *("ops.landing", "ops.stream_offset", "ops.stream_batch", "ops.stream_series"),
)
"""The tables whose rows are known after a commit; each of a stream changes some of them."""
CHANGES = f"""
with known as (
    select string_agg(table_id, '|') as numbers
    from {METADATA}.ducklake_table as tables
    inner join {METADATA}.ducklake_schema as schemas using (schema_id)
    where schema_name || '.' || table_name in {READ} and tables.end_snapshot is null
)
select count(*)
from {METADATA}.ducklake_snapshot_changes
where
    snapshot_id > {{since}}
    and regexp_matches(
        -- Files that are merged have the same rows.
        regexp_replace(changes_made, 'merge_adjacent:\\d+', '', 'g'), ':(' || (select numbers from known) || ')(,|$)'
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

OF_RULES = {"known_series": "from series_after", "known_window": "from near_window"}


class Kept(NamedTuple):
    """What is known after a batch, and the newest snapshot before it."""

    snapshot_id: int
    progress: Progress
    tables: dict[str, pa.Table]


class Known:
    """What one consumer of a stream keeps from one commit to the next."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._lake: Lake | None = None
        self._stream_name = ""
        self._kept: Kept | None = None
        self._coming: Kept | None = None

    def begin(self, lake: Lake, stream_name: str) -> None:
        """Begin a batch of a stream of a lake; of another one nothing is known."""
        if lake is not self._lake or stream_name != self._stream_name:
            self._lake, self._stream_name, self._kept = lake, stream_name, None

    def fill(self, connection: Connection) -> Progress | None:
        """Fill the tables of what is known, in the transaction of a batch.

        Returns:
            How far the stream has come; none where nothing is known, for another than the last batch changed what was.
        """
        if self._kept is None or scalar(connection, CHANGES.format(since=self._kept.snapshot_id)) != 1:
            return None
        for name, table in self._kept.tables.items():
            connection.register(f"{name}_rows", table)
            materialized(connection, name, f"select * from {name}_rows")
        return self._kept.progress

    def keep(self, connection: Connection, progress: Progress, *, has_rules: bool) -> None:
        """Read what is known at the end of a batch; it is kept where that is committed.

        Args:
            connection: in the transaction of the batch.
            progress: how far the stream comes by it.
            has_rules: whether rules judged it, and left tables of theirs.
        """
        run_step(connection, "newest_slot")
        run_step(connection, "newest_instant")
        of_others = "anti join judged using (meter_id, direction)"
        queries = {name: f"from {name} {of_others} union all by name from {made}" for name, made in MADE.items()}
        queries |= {"known_member": "from member_meter"} | (OF_RULES if has_rules else {})
        tables = {name: connection.execute(query).to_arrow_table() for name, query in queries.items()}
        self._coming = Kept(current_snapshot(connection), progress, tables)

    def is_committed(self) -> None:
        """Keep what was read: it is in the lake."""
        self._kept = self._coming


def forget(connection: Connection) -> None:
    """Know nothing: each event near those of the next batch is sought."""
    for name, columns in EMPTY.items():
        materialized(connection, name, f"select * from (select {columns}) where false")
