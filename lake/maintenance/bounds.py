"""The least and greatest value of each column, by which DuckLake prunes: kept as wide as the files of all snapshots.

DuckLake 1.5.5 computes a table's bounds anew when it rewrites files: from those of the newest snapshot alone, so that a
past one loses rows to its filters and joins; and it leaves them empty where a file holds no value of a column, so that
the next insert's are taken for the table's, and the newest snapshot loses rows, too. No error shows it.
"""

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from lake.catalog import Lake
from lake.connection import Connection, quoted
from lake.identity import METADATA


class Bounds(NamedTuple):
    """What the bounds of a column should be, as DuckLake writes values down."""

    table: str
    column: str
    table_id: int
    column_id: int
    least: str
    greatest: str


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
    select table_id, column_id, min_value, max_value, table_name, column_name
    from {METADATA}.ducklake_table_column_stats
    inner join temp.known_columns using (table_id, column_id)
    where data_type = {{type_name}}
),

of_files as (
    select
        table_id, column_id, count(*) as files,
        bool_and(value_count = 0 or (min_value is not null and max_value is not null)) as is_known,
        arg_min(min_value, try_cast(min_value as {{type}})) as least,
        arg_max(max_value, try_cast(max_value as {{type}})) as greatest
    from {METADATA}.ducklake_file_column_stats
    semi join whole using (table_id, column_id)
    group by all
),

compared as (
    select
        *,
        coalesce(try_cast(min_value as {{type}}) <= try_cast(least as {{type}}), false) as holds_least,
        coalesce(try_cast(max_value as {{type}}) >= try_cast(greatest as {{type}}), false) as holds_greatest
    from whole
    inner join of_files using (table_id, column_id)
    where is_known and least is not null
)

select
    table_name, column_name, table_id, column_id, if(holds_least, min_value, least),
    if(holds_greatest, max_value, greatest)
from compared
-- A file from before the column was added has its default, which no file says.
semi join (select table_id, count(*) as files from {METADATA}.ducklake_data_file group by all) using (table_id, files)
where not (holds_least and holds_greatest)
order by all
"""


def too_narrow(connection: Connection, table: str = "") -> list[Bounds]:
    """The columns whose bounds leave values of their files out, and what they should be.

    Args:
        connection: outside of any transaction.
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
    """Widen the bounds of columns to hold the values of all files; gives of how many columns.

    Args:
        lake: the lake; where something was widened, its connection is opened anew, for DuckLake remembers bounds.
        table: only of this one.
    """
    widened = lake.change_catalog(partial(_widen, table=table))
    if widened:
        lake.close()
    return widened


def _widen(connection: Connection, table: str) -> int:
    narrow = too_narrow(connection, table)
    for bounds in narrow:
        connection.execute(
            f"update {METADATA}.ducklake_table_column_stats set min_value = {quoted(bounds.least)}, max_value = "
            f"{quoted(bounds.greatest)} where table_id = {bounds.table_id} and column_id = {bounds.column_id}"
        )
    return len(narrow)


def sentences(connection: Connection) -> Iterator[str]:
    """Name each column whose bounds leave values out, and what to do."""
    for bounds in too_narrow(connection):
        yield (
            f"The catalog's bounds of {bounds.table}.{bounds.column} leave out values that its files have, so queries "
            "may lose rows. `wattlake maintain` widens them; then run `wattlake build --full` and `wattlake settle`."
        )
