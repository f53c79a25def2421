"""The bounds of columns, by which DuckLake prunes files, kept true for all snapshots.

The bounds are a column's least and greatest value, and whether some are null or NaN. DuckLake 1.5.5 computes them anew
when it rewrites a table's files: from those of the newest snapshot alone, so that a past one loses rows to its filters
and joins. And it leaves them empty where one of the files of a commit holds no value of a column, so that the next
insert's are taken for the table's, and the newest snapshot loses rows, too. No error shows it. So bounds are looked
after right after each commit. Those of parts of nested columns are not: no contract has any.
"""

import logging
from typing import NamedTuple

import duckdb

from wattlake.lake.sql import Connection
from wattlake.lake.store.identity import METADATA
from wattlake.lake.store.snapshots import add_snapshot

logger = logging.getLogger("wattlake.bounds")

EMPTIED = f"""
select distinct whole.table_id
from {METADATA}.ducklake_table_column_stats as whole
semi join {METADATA}.ducklake_data_file as file
    on whole.table_id = file.table_id and file.data_file_id > {{after_file}}
semi join {METADATA}.ducklake_file_column_stats as stats
    on whole.table_id = stats.table_id and whole.column_id = stats.column_id and stats.min_value is not null
where whole.min_value is null
"""


class Bounds(NamedTuple):
    """The bounds to be known of a column, as DuckLake writes them; ``None`` where not known."""

    table: str
    column: str
    table_id: int
    column_id: int
    least: str | None
    greatest: str | None
    contains_null: bool | None
    contains_nan: bool | None
    is_harmless: bool
    """Nothing is known yet, so nothing is left out; after the next insert something would be."""


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
    contains_null or lacks_null, contains_nan or lacks_nan,
    min_value is null and max_value is null and not lacks_null and not lacks_nan
from compared
where is_low or is_high or lacks_null or lacks_nan
order by all
"""


def too_narrow(connection: Connection, table_ids: frozenset[int] | None = None) -> list[Bounds]:
    """List the columns whose bounds leave out values of their files, with the bounds they need.

    Args:
        connection: with the lake attached.
        table_ids: only of these tables.
    """
    only = "" if table_ids is None else f' and "table".table_id in ({", ".join(map(str, sorted(table_ids)))})'
    connection.execute(f"create or replace temp table known_columns as {COLUMNS}{only}")
    types = connection.execute("select distinct data_type from temp.known_columns order by all").fetchall()
    return [
        Bounds(*row)
        for (name,) in types
        for row in connection.execute(TOO_NARROW.format(type=name, type_name=f"'{name}'")).fetchall()
    ]


def widen_committed(connection: Connection, after_file: int) -> None:
    """Widen bounds that a commit left empty; a failure is logged and made good by ``maintain``.

    Args:
        connection: outside of any transaction.
        after_file: the newest file before the commit.
    """
    try:
        emptied = connection.execute(EMPTIED.format(after_file=after_file)).fetchall()
        if emptied:
            widen_tables(connection, frozenset(table_id for (table_id,) in emptied), has_readers=False)
    except duckdb.Error as error:  # The commit stands.
        logger.warning("bounds are not whole; maintain will mend them", extra={"reason": str(error).partition("\n")[0]})


def widen_tables(connection: Connection, table_ids: frozenset[int] | None, has_readers: bool) -> int:
    """Widen the bounds of tables in one transaction, and give the number of columns widened.

    Args:
        connection: outside of any transaction.
        table_ids: of which tables; ``None`` for all.
        has_readers: others may go by the narrow bounds, and would write them back: a snapshot makes them look again.
    """
    connection.execute("begin")
    try:
        narrow = too_narrow(connection, table_ids)
        for bounds in narrow:
            connection.execute(
                f"update {METADATA}.ducklake_table_column_stats "
                "set min_value = ?, max_value = ?, contains_null = ?, contains_nan = ? "
                f"where table_id = {bounds.table_id} and column_id = {bounds.column_id}",
                [bounds.least, bounds.greatest, bounds.contains_null, bounds.contains_nan],
            )
        if narrow and has_readers:
            # A new file number is what tells DuckLake that the bounds it holds are out of date.
            add_snapshot(connection, "bounds", files=1)
        connection.execute("commit")
    except BaseException:
        connection.execute("rollback")
        raise
    return len(narrow)
