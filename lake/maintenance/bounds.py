"""What DuckLake knows of a column's values and prunes by, kept true of the files of all snapshots.

DuckLake 1.5.5 computes a table's least and greatest values, and whether some are null or NaN, anew when it rewrites
files: from those of the newest snapshot alone, so that a past one loses rows to its filters and joins; and it leaves
them empty where a file holds no value of a column, so that the next insert's are taken for the table's, and the newest
snapshot loses rows, too. No error shows it. Parts of nested columns are not looked after: no contract has any.
"""

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

import duckdb
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from lake.catalog import Lake
from lake.connection import Connection, quoted
from lake.identity import METADATA

ATTEMPTS = 10


class Bounds(NamedTuple):
    """What should be known of a column; values as DuckLake writes them down, ``None`` where they are not known."""

    table: str
    column: str
    table_id: int
    column_id: int
    least: str | None
    greatest: str | None
    contains_null: bool | None
    contains_nan: bool | None


COLUMNS = f"""
select
    "table".table_id, known.column_id, columns.data_type,
    columns.schema_name || '.' || columns.table_name as table_name, columns.column_name
from {METADATA}.ducklake_column as known
inner join {METADATA}.ducklake_table as "table" using (table_id)
inner join {METADATA}.ducklake_schema as schema using (schema_id)
inner join duckdb_columns() as columns using (schema_name, table_name, column_name)
where known.end_snapshot is null and "table".end_snapshot is null and schema.end_snapshot is null
    and known.parent_column is null and columns.database_name = 'lake'
"""

TOO_NARROW = f"""
with whole as (
    select
        table_id, column_id, table_name, column_name, min_value, max_value, contains_null::boolean as contains_null,
        contains_nan::boolean as contains_nan, coalesce(files, 0) as files
    from {METADATA}.ducklake_table_column_stats
    inner join temp.known_columns using (table_id, column_id)
    left join (select table_id, count(*) as files from {METADATA}.ducklake_data_file group by all) using (table_id)
    where data_type = {{type_name}}
),

of_files as (
    select
        table_id, column_id, count(*) as files_that_tell,
        bool_and(value_count = 0 or (min_value is not null and max_value is not null)) as is_known,
        arg_min(min_value, try_cast(min_value as {{type}})) as least,
        arg_max(max_value, try_cast(max_value as {{type}})) as greatest,
        bool_or(null_count is distinct from 0) as has_null,
        coalesce(bool_or(contains_nan::boolean), false) as has_nan
    from {METADATA}.ducklake_file_column_stats
    semi join whole using (table_id, column_id)
    group by all
),

compared as (
    select
        *,
        -- A file from before the column was added has its default, which no file says.
        is_known and least is not null and files_that_tell = files as is_bounded,
        try_cast(min_value as {{type}}) <= try_cast(least as {{type}}) as holds_least,
        try_cast(max_value as {{type}}) >= try_cast(greatest as {{type}}) as holds_greatest,
        is_bounded and holds_least is distinct from true as is_low,
        is_bounded and holds_greatest is distinct from true as is_high,
        contains_null is not distinct from false and (has_null or files_that_tell < files) as lacks_null,
        contains_nan is not distinct from false and has_nan as lacks_nan
    from whole
    inner join of_files using (table_id, column_id)
)

select
    table_name, column_name, table_id, column_id, if(is_low, least, min_value), if(is_high, greatest, max_value),
    contains_null or lacks_null, contains_nan or lacks_nan
from compared
where is_low or is_high or lacks_null or lacks_nan
order by all
"""


def too_narrow(connection: Connection, table: str = "") -> list[Bounds]:
    """The columns of which less is known than their files have, and what should be.

    Args:
        connection: with the lake attached.
        table: only of this one.
    """
    only = f" and columns.schema_name || '.' || columns.table_name = {quoted(table)}" if table else ""
    connection.execute(f"create or replace temp table known_columns as {COLUMNS}{only}")
    types = connection.execute("select distinct data_type from temp.known_columns order by all").fetchall()
    return [
        Bounds(*row)
        for (name,) in types
        for row in connection.execute(TOO_NARROW.format(type=name, type_name=quoted(name))).fetchall()
    ]


def widen(lake: Lake, table: str = "") -> int:
    """Widen what is known of columns to what all files have; gives of how many columns.

    Whoever has the lake open goes by what was known at its snapshot, and would write that back. So a snapshot is made.

    Args:
        lake: the lake; where something was widened, its connection is opened anew.
        table: only of this one.
    """
    if not too_narrow(lake.reader(), table):
        return 0
    retrying = Retrying(
        retry=retry_if_exception_type(duckdb.Error),  # Another's commit came in between, on PostgreSQL.
        wait=wait_random_exponential(multiplier=0.1, max=5),
        stop=stop_after_attempt(ATTEMPTS),
        reraise=True,
    )
    widened = retrying(lake.change_catalog, partial(_widen, table=table))
    lake.close()
    return widened


def _widen(connection: Connection, table: str) -> int:
    connection.execute("begin")
    try:
        narrow = too_narrow(connection, table)
        for bounds in narrow:
            connection.execute(
                f"update {METADATA}.ducklake_table_column_stats "
                "set min_value = ?, max_value = ?, contains_null = ?, contains_nan = ? "
                f"where table_id = {bounds.table_id} and column_id = {bounds.column_id}",
                [bounds.least, bounds.greatest, bounds.contains_null, bounds.contains_nan],
            )
        if narrow:
            _add_snapshot(connection)
        connection.execute("commit")
    except BaseException:
        connection.execute("rollback")
        raise
    return len(narrow)


def _add_snapshot(connection: Connection) -> None:
    """Make a snapshot with a file number of its own: by that DuckLake tells whether what it knows is out of date."""
    connection.execute(
        f"""
        insert into {METADATA}.ducklake_snapshot
        select snapshot_id + 1, now(), schema_version, next_catalog_id, next_file_id + 1
        from {METADATA}.ducklake_snapshot order by snapshot_id desc limit 1
        """
    )
    connection.execute(
        f"insert into {METADATA}.ducklake_snapshot_changes "
        f"select max(snapshot_id), '', 'wattlake', 'bounds', null from {METADATA}.ducklake_snapshot"
    )


def sentences(connection: Connection) -> Iterator[str]:
    """Name each column of which less is known than its files have, and what to do."""
    for bounds in too_narrow(connection):
        yield (
            f"The catalog's bounds of {bounds.table}.{bounds.column} leave out values that its files have, so queries "
            "may lose rows. `wattlake maintain` widens them; then run `wattlake build --full` and `wattlake settle`."
        )
