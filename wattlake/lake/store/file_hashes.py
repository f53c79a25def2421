"""SHA-256 hashes of the tables' files, by which changed bytes are found.

Parquet as DuckDB writes it has none, so changed bytes may decode to other values. Each file is read back and hashed
right after the commit that made it, before the writer's lock is let go. What a kill leaves out, and all files on Blob,
where that costs a download, ``maintain`` hashes. Until then a file is compared by its size, and is decoded.
"""

import logging
from collections.abc import Mapping
from contextlib import suppress

import duckdb

from wattlake.lake.settings import Settings
from wattlake.lake.sql import Connection, scalar
from wattlake.lake.store.copying import hashed
from wattlake.lake.store.files import Storage
from wattlake.lake.store.identity import METADATA
from wattlake.lake.store.table_files import HASHES, has_hashes, table_files

logger = logging.getLogger("wattlake.hashes")

NAMED = " union all ".join(
    f"select {kind}_file_id as file_id from {METADATA}.ducklake_{kind}_file" for kind in ("data", "delete")
)


def newest_file(connection: Connection) -> int:
    """Give the number of the newest file of any table.

    It is -1 where there is none, for the numbers begin at 0.
    """
    return scalar(connection, f"select coalesce(max(file_id), -1) from ({NAMED})")


def hash_committed(connection: Connection, settings: Settings, after_file: int) -> None:
    """Hash the files that a commit just wrote to a folder.

    A failure is logged, not raised, for the commit stands; ``maintain`` makes it good later.

    Args:
        connection: outside of any transaction.
        settings: of the lake.
        after_file: the newest file before.
    """
    try:
        store_hashes(connection, new_hashes(connection, settings, after_file))
    except (duckdb.Error, OSError) as error:
        logger.warning("files were not hashed; maintain will do it", extra={"reason": str(error).partition("\n")[0]})


def new_hashes(connection: Connection, settings: Settings, after_file: int = -1) -> dict[int, str]:
    """Hash the files with a number above ``after_file`` and no hash yet; key them by number.

    A file that is lost or has another size than the catalog says gets no hash: ``verify`` names it.
    """
    storage, hashes = Storage(settings), {}
    for file in table_files(connection, after_file):
        if file.sha256 is None:
            with suppress(FileNotFoundError):
                stored = hashed(storage, file.path)
                if stored.size == file.size:
                    hashes[file.file_id] = stored.sha256
    return hashes


def store_hashes(connection: Connection, hashes: Mapping[int, str]) -> None:
    """Write hashes to the catalog, outside of any transaction.

    Two processes that hash one file write the same.
    """
    if hashes:
        make_table(connection)
        listed = ", ".join(f"({file_id}, '{sha256}')" for file_id, sha256 in hashes.items())
        connection.execute(f"insert into {METADATA}.{HASHES} values {listed}")


def make_table(connection: Connection) -> None:
    """Make the catalog's table of hashes, where it has none."""
    if not has_hashes(connection):
        connection.execute(f"create table if not exists {METADATA}.{HASHES} (file_id bigint, sha256 varchar)")


def forget_removed(connection: Connection) -> None:
    """Let go of the hashes of files that the catalog no longer names."""
    if has_hashes(connection):
        gone = connection.execute(
            f"select distinct file_id from {METADATA}.{HASHES} where file_id not in ({NAMED})"
        ).fetchall()
        if gone:
            listed = ", ".join(str(file_id) for (file_id,) in gone)
            connection.execute(f"delete from {METADATA}.{HASHES} where file_id in ({listed})")
