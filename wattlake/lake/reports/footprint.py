"""Measure the files, bytes and rows of the lake, by layer over time and by table."""

import polars as pl

from wattlake.lake.maintenance.compaction import LARGE_BYTES
from wattlake.lake.sql import Connection
from wattlake.lake.store.connection import current_snapshot
from wattlake.lake.store.identity import METADATA

SMALL_BYTES = LARGE_BYTES // 16
"""A file of fewer bytes costs more to open than to read."""

LIVE_FILE = f"""
    select
        file.table_id, schemas.schema_name as layer, relation.table_name, file.begin_snapshot, file.end_snapshot,
        file.file_size_bytes, file.record_count
    from {METADATA}.ducklake_data_file as file
    inner join {METADATA}.ducklake_table as relation
        on file.table_id = relation.table_id and relation.end_snapshot is null
    inner join {METADATA}.ducklake_schema as schemas using (schema_id)
    union all
    select
        file.table_id, schemas.schema_name, relation.table_name, file.begin_snapshot, file.end_snapshot,
        file.file_size_bytes, -file.delete_count
    from {METADATA}.ducklake_delete_file as file
    inner join {METADATA}.ducklake_table as relation
        on file.table_id = relation.table_id and relation.end_snapshot is null
    inner join {METADATA}.ducklake_schema as schemas using (schema_id)
"""
"""Data files, and files that say which of their rows are deleted, with the snapshots they were live in."""


def layers_over_time(connection: Connection, most: int = 60) -> pl.DataFrame:
    """Measure how the layers grew, over at most so many of the kept snapshots.

    Returns:
        ``committed_at_utc``, ``layer``, ``rows``, ``bytes`` and ``files``, in that order.
    """
    return connection.execute(
        f"""
        with kept as (
            select max(snapshot_id) as snapshot_id, max(snapshot_time)::timestamp as committed_at_utc
            from (
                select *, ntile({most}) over (order by snapshot_id) as part
                from ducklake_snapshots('lake')
                where snapshot_id <= {current_snapshot(connection)}
            )
            group by part
        ),

        file as ({LIVE_FILE})

        select
            kept.committed_at_utc, file.layer, sum(file.record_count)::bigint as rows,
            sum(file.file_size_bytes)::bigint as bytes, count(*) as files
        from kept
        inner join file
            on file.begin_snapshot <= kept.snapshot_id and coalesce(file.end_snapshot > kept.snapshot_id, true)
        group by all
        order by kept.committed_at_utc, file.layer
        """
    ).pl()


def tables(connection: Connection) -> pl.DataFrame:
    """Measure the files, bytes and rows of each table now.

    Returns:
        ``layer``, ``table``, ``rows``, ``bytes``, ``files`` and how many of them are ``small_files``; the largest
        first.
    """
    snapshot = current_snapshot(connection)
    return connection.execute(
        f"""
        select
            layer, table_name as table, sum(record_count)::bigint as rows, sum(file_size_bytes)::bigint as bytes,
            count(*) as files, count(*) filter (where file_size_bytes < {SMALL_BYTES}) as small_files
        from ({LIVE_FILE})
        where begin_snapshot <= {snapshot} and coalesce(end_snapshot > {snapshot}, true)
        group by all
        order by bytes desc, layer, table_name
        """
    ).pl()
