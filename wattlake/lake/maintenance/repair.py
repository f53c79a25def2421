"""Repair: what follows from something else is forgotten where damaged, to be made anew.

DuckDB cannot delete rows of a file that it cannot read. So the catalog is told that the newest snapshot no longer needs
the file, as DuckLake does when all rows of a file are deleted. In the same transaction the progress of builds is
forgotten: whenever that is broken off, the next build makes everything anew. Rows that bronze lacks show as landings
with too few.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from wattlake.lake.landing.register_files import RegisterFile, write_anew
from wattlake.lake.landing.relanding import restore_landing_table
from wattlake.lake.maintenance.verification import Fault
from wattlake.lake.models.graph import models
from wattlake.lake.sql import Connection
from wattlake.lake.store.identity import METADATA
from wattlake.lake.store.lake import Lake
from wattlake.lake.store.snapshots import add_snapshot
from wattlake.lake.store.table_files import TableFile, table_files
from wattlake.lake.store.tables import create_locks
from wattlake.lake.streaming.following import FOLLOWED
from wattlake.lake.streaming.remaking import MADE

PROGRESS, LANDINGS, COUNTS = "ops.progress", "ops.landing", "ops.reconciliation"
READ_BY_LANDING = ("silver.", "quarantine.")


@dataclass(frozen=True)
class Repaired:
    """The outcome of a repair's first step.

    Attributes:
        is_forgotten: whether tables must now be filled and built again.
        snapshots_expired: the number of past snapshots that needed a damaged file, and went.
        lost: faults that only a backup mends.
        let_go: faults whose rows have no other copy, and were let go of.
    """

    is_forgotten: bool
    snapshots_expired: int
    lost: tuple[Fault, ...]
    let_go: tuple[Fault, ...] = ()


def forget_damaged(lake: Lake, faults: Sequence[Fault], *, accepts_loss: bool = False) -> Repaired:
    """Forget the damaged files of tables that can be made anew.

    The past snapshots that need them are let go of, and the files of the archive's register are written anew at once.
    Bronze is to be filled and everything built afterwards, where something was forgotten.

    Args:
        lake: the lake.
        faults: what verification found.
        accepts_loss: forget damaged files of given tables, too, whose rows are then gone for good.
    """
    damaged = [fault.file for fault in faults if isinstance(fault.file, TableFile)]
    files = [file for file in damaged if file.end_snapshot is None and (accepts_loss or comes_back(file.table))]
    past = [file for file in damaged if file.end_snapshot is not None]
    of_register = [fault.file for fault in faults if isinstance(fault.file, RegisterFile)]
    write_anew(lake, of_register)
    mended = {file.path for file in (*files, *past)} | {file.path for file in of_register}
    lost = [fault for fault in faults if fault.file is None or fault.file.path not in mended]
    if any(file.table == LANDINGS for file in files):
        restore_landing_table(lake)
        lost = [fault for fault in lost if fault.file is not None]
    ids = [file.data_file_id for file in files if file.table != LANDINGS]
    if files or past:
        whole = {PROGRESS, *_counted(lake.reader(), files)}  # Builds start from a snapshot, which may have to go.
        lake.change_catalog(partial(_forget, ids=ids, tables=whole))
        if lake.settings.is_postgres:
            lake.write(create_locks)
    expired = lake.write(partial(_expire, ids=[file.file_id for file in damaged]))
    gone = {file.path for file in files if not comes_back(file.table)}
    let_go = tuple(fault for fault in faults if fault.file is not None and fault.file.path in gone)
    return Repaired(bool(files or past), expired, tuple(lost), let_go)


def tables_of(faults: Sequence[Fault]) -> frozenset[str]:
    """List the tables whose newest rows cannot all be read, because of some faults."""
    files = [fault.file for fault in faults if isinstance(fault.file, TableFile)]
    return frozenset(file.table for file in files if file.end_snapshot is None)


def comes_back(table: str) -> bool:
    """Say whether a table's rows follow from the archive or from other tables."""
    follows = {*models(), *MADE, FOLLOWED, PROGRESS, LANDINGS, COUNTS}
    return table in follows or table.startswith(("bronze.", "silver.", "quarantine.", "ops.lock_"))


def _counted(connection: Connection, files: Sequence[TableFile]) -> set[str]:
    """List the tables to empty whole, where the counts of what silver has read are damaged."""
    if not any(file.table == COUNTS for file in files):
        return set()
    return {file.table for file in table_files(connection) if file.table.startswith(READ_BY_LANDING)} | {COUNTS}


def _forget(connection: Connection, ids: Sequence[int], tables: set[str]) -> None:
    """Make a snapshot that no longer needs some data files, nor any file of some tables."""
    live = [file for file in table_files(connection) if file.end_snapshot is None]
    going = [file for file in live if file.data_file_id in ids or file.table in tables]
    data_files = ", ".join(str(number) for number in sorted({file.data_file_id for file in going}))
    changes = ",".join(f"deleted_from_table:{number}" for number in sorted({file.table_id for file in going}))
    if not going:
        return
    connection.execute("begin")
    snapshot_id = add_snapshot(connection, "repair", changes=changes)
    for kind in ("data", "delete"):
        connection.execute(
            f"update {METADATA}.ducklake_{kind}_file set end_snapshot = {snapshot_id} "
            f"where data_file_id in ({data_files}) and end_snapshot is null"
        )
    connection.execute("commit")


def _expire(connection: Connection, ids: Sequence[int]) -> int:
    """Expire the past snapshots that need some files; the newest needs none of them."""
    spans = " or ".join(
        f"snapshot_id between {file.begin_snapshot} and {file.end_snapshot - 1}"
        for file in table_files(connection)
        if file.file_id in ids and file.end_snapshot is not None
    )
    if not spans:
        return 0
    old = connection.execute(f"select snapshot_id from ducklake_snapshots('lake') where {spans}").fetchall()
    if old:
        versions = ", ".join(str(snapshot_id) for (snapshot_id,) in old)
        connection.execute(f"call ducklake_expire_snapshots('lake', versions => [{versions}])")
    return len(old)
