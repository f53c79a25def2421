"""Tell how much tables hold from the catalog, and count only what it does not know."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from wattlake.lake.contracts import columns
from wattlake.lake.sql import Connection, quoted
from wattlake.lake.store.connection import current_snapshot
from wattlake.lake.store.identity import METADATA

KNOWN = f"""
with file as (
    select data_file_id, table_id, record_count, coalesce(partial_max > {{snapshot}}, false) as is_of_many_snapshots
    from {METADATA}.ducklake_data_file
    where {{is_kept}}
),

-- What has rows taken out of its files, or beside them, must be counted.
uncounted as (
    select table_id from {METADATA}.ducklake_delete_file where {{is_kept}}
    union
    select table_id from {METADATA}.ducklake_inlined_data_tables
    union
    select table_id from file where is_of_many_snapshots
),

"table" as (
    select table_id, schema_name || '.' || table_name as name
    from (from {METADATA}.ducklake_table where {{is_kept}})
    inner join (from {METADATA}.ducklake_schema where {{is_kept}}) using (schema_id)
    anti join uncounted using (table_id)
),

instant as (
    select table_id, column_id
    from (from {METADATA}.ducklake_column where {{is_kept}} and parent_column is null)
    inner join "table" using (table_id)
    inner join (values {{instants}}) as wanted (name, column_name) using (name, column_name)
),

newest as (
    select
        table_id, max(max_value::timestamp) as newest_utc,
        bool_and(max_value is not null or value_count = null_count) and count(*) = any_value(files.files) as is_known
    from {METADATA}.ducklake_file_column_stats
    inner join instant using (table_id, column_id)
    semi join file using (data_file_id)
    inner join (select table_id, count(*) as files from file group by all) as files using (table_id)
    group by all
)

select name, coalesce(sum(record_count), 0)::bigint, any_value(newest_utc)
from "table"
left join file using (table_id)
left join newest using (table_id)
group by name
having count(record_count) = 0 or bool_and(coalesce(is_known, name not in ({{with_instant}})))
"""


class Extent(NamedTuple):
    """How many rows a table has, and the newest of its instants where that is asked for."""

    rows: int
    newest_utc: datetime | None


def known_extents(connection: Connection, instants: Mapping[str, str]) -> dict[str, Extent]:
    """Read the extents of the tables of which the catalog knows them exactly.

    Tables are left out that have rows deleted from files that stay, or a file whose newest instant is not known.

    Args:
        connection: with the lake as its current database; what it reads is what counts.
        instants: the column whose newest value is wanted, by table; none is read of other tables.
    """
    snapshot = current_snapshot(connection)
    is_kept = f"begin_snapshot <= {snapshot} and coalesce(end_snapshot > {snapshot}, true)"
    wanted = [f"({quoted(table)}, {quoted(column)})" for table, column in instants.items()] or ["('', '')"]
    sql = KNOWN.format(
        snapshot=snapshot,
        is_kept=is_kept,
        instants=", ".join(wanted),
        with_instant=", ".join(map(quoted, instants)) or "''",
    )
    return {name: Extent(rows, newest_utc) for name, rows, newest_utc in connection.execute(sql).fetchall()}


def extents_of(connection: Connection, names: list[str]) -> dict[str, Extent]:
    """Give the extent of each table and view.

    Views, and what the catalog does not know, are counted in one query.
    """
    instants = {name: instant for name in names if (instant := _instant(name))}
    extents = {name: extent for name, extent in known_extents(connection, instants).items() if name in names}
    newest = {name: f"max({instants[name]})" if name in instants else "null" for name in names}
    counts = [
        f"select {quoted(name)}, count(*), {newest[name]}::timestamp from {name}"
        for name in names
        if name not in extents
    ]
    rows = connection.execute(" union all ".join(counts)).fetchall() if counts else []
    return extents | {name: Extent(*extent) for name, *extent in rows}


def _instant(name: str) -> str:
    """Give the column whose newest value tells how far a table has come; empty if none."""
    if name.partition(".")[2].startswith(("dim_time", "calendar")):
        return ""
    instants = ("period_start_utc", "fetched_at_utc", "started_at_utc")
    return next((instant for instant in instants if instant in columns(name)), "")
