"""Compaction: a table's small files are merged, those with many deletes rewritten."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from wattlake.lake.maintenance.bounds import widen
from wattlake.lake.sql import Connection, quoted
from wattlake.lake.store.lake import Lake

FILES_A_PARTITION = 2
MANY_DELETES = 0.1
"""The share of deleted rows from which on a file is rewritten."""
FEW_DELETES = 0.001
"""The share below which a file is rewritten last: a stream's month of windows has few rows deleted of many."""

LARGE_BYTES = 256 * 1024**2
"""The size in bytes from which on a file is left as it is.

It is half of what DuckLake fills a file up to.
"""


@dataclass(frozen=True)
class Compacted:
    """The outcome of compaction for one table.

    ``rewritten`` counts the files whose deleted rows were left out.
    """

    table: str
    files_before: int
    files_after: int
    bytes_before: int
    bytes_after: int
    rewritten: int

    @property
    def is_changed(self) -> bool:
        """Say whether any file was merged or rewritten."""
        return bool(self.rewritten) or self.files_before != self.files_after


@dataclass(frozen=True)
class DataFile:
    """A live data file.

    It has the folder of its partition, its size in bytes with that of its deletes, and whether it has any.
    """

    folder: str
    size_bytes: int
    has_deletes: bool


def table_names(connection: Connection) -> list[str]:
    """List the tables of the lake, sorted."""
    rows = connection.execute(
        "select schema_name || '.' || table_name from duckdb_tables() where database_name = 'lake' order by all"
    ).fetchall()
    return [name for (name,) in rows]


def compact(lake: Lake, table: str, *, large_bytes: int = LARGE_BYTES) -> Compacted:
    """Merge small files of a table; at most two remain per partition.

    Files with many deleted rows are rewritten without them. Files with deleted rows cannot be merged. So where many are
    left that have a few each, those are rewritten, too; those with very few only where that is not enough.

    Args:
        lake: the lake.
        table: the table.
        large_bytes: a file of this size is not small.
    """
    before = data_files(lake.reader(), table)
    after, rewritten = before, 0
    for share in (MANY_DELETES, FEW_DELETES, 0.0):
        if any(file.has_deletes for file in after):
            if files := _call(lake, "ducklake_rewrite_data_files", table, f", delete_threshold => {share}"):
                widen(lake, table)
            rewritten += files
            after = data_files(lake.reader(), table)
        if _is_scattered(after, large_bytes):
            _call(lake, "ducklake_merge_adjacent_files", table, f", max_file_size => {large_bytes}")
            after = data_files(lake.reader(), table)
        if not _is_scattered(after, large_bytes):
            break
    return Compacted(table, len(before), len(after), _size(before), _size(after), rewritten)


def data_files(connection: Connection, table: str) -> list[DataFile]:
    """List the live data files of a table."""
    schema, _, name = table.partition(".")
    rows = connection.execute(
        f"""
        select
            parse_dirpath(data_file), data_file_size_bytes + coalesce(delete_file_size_bytes, 0),
            delete_file is not null
        from ducklake_list_files('lake', {quoted(name)}, schema => {quoted(schema)})
        """
    ).fetchall()
    return [DataFile(*row) for row in rows]


def _is_scattered(files: Sequence[DataFile], large_bytes: int) -> bool:
    small = Counter(file.folder for file in files if file.size_bytes < large_bytes)
    return max(small.values(), default=0) > FILES_A_PARTITION


def _size(files: Sequence[DataFile]) -> int:
    return sum(file.size_bytes for file in files)


def _call(lake: Lake, function: str, table: str, options: str = "") -> int:
    """Merge or rewrite files of a table in one transaction; give the number of files taken.

    It takes no lock: a transaction that does this may change nothing else, not even a lock's row.
    """
    schema, _, name = table.partition(".")
    call = f"call {function}('lake', {quoted(name)}, schema => {quoted(schema)}{options})"
    rows = lake.write(lambda connection: connection.execute(call).fetchall())
    return sum(files for _schema, _table, files, _created in rows)
