"""Verification: every file that the lake names is there, with its size and, where wanted, with what it should hold."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import zstandard

from lake.catalog import Lake
from lake.connection import Connection, quoted
from lake.identity import METADATA
from lake.storage import Storage

TABLE_FILES = " union all ".join(
    f"""
    select
        schema.schema_name || '.' || "table".table_name,
        'tables/' || schema.path || "table".path || file.path, file.file_size_bytes, null, {rows}
    from {METADATA}.ducklake_{kind}_file as file
    inner join (
        select distinct on (table_id) table_id, schema_id, table_name, path
        from {METADATA}.ducklake_table order by table_id, begin_snapshot desc
    ) as "table" using (table_id)
    inner join (select distinct schema_id, schema_name, path from {METADATA}.ducklake_schema) as schema
        using (schema_id)
    """
    for kind, rows in (("data", "file.record_count"), ("delete", "null"))
)
REGISTERED = {
    "ops.landing": "select distinct 'ops.landing', archive_path, null, sha256, null from ops.landing",
    "ops.model": "select distinct 'ops.model', artifact_path, null, sha256, null from ops.model",
}


@dataclass(frozen=True)
class NamedFile:
    """A file that the lake names.

    Attributes:
        table: whose rows it holds, or which register names it: ``ops.landing`` or ``ops.model``.
        path: below the lake's data.
        size: in bytes, where the catalog knows it.
        sha256: of what it holds, unpacked, where a register knows it.
        rows: of a data file.
    """

    table: str
    path: str
    size: int | None
    sha256: str | None
    rows: int | None


@dataclass(frozen=True)
class Verified:
    """How far verification has come, and what is wrong, a sentence each."""

    done: int
    total: int
    faults: tuple[str, ...] = ()


def named_files(connection: Connection) -> Iterator[NamedFile]:
    """Every file that the catalog names for any kept snapshot, and those of landings and models."""
    for sql in (TABLE_FILES, *REGISTERED.values()):
        for row in connection.execute(sql).fetchall():
            yield NamedFile(*row)


def verify(lake: Lake, deep: bool = False) -> Iterator[Verified]:
    """Compare what the lake names with what is there.

    Args:
        lake: the lake.
        deep: read every file, too: landings and models are compared with their hashes, files of tables are decoded.

    Yields:
        After each file, what is wrong with it.
    """
    connection, storage = lake.reader(), Storage(lake.settings)
    sizes = storage.sizes()
    files: list[NamedFile] = []
    faults: list[str] = []
    for name, sql in {"": TABLE_FILES, **REGISTERED}.items():
        try:
            files += [NamedFile(*row) for row in connection.execute(sql).fetchall()]
        except duckdb.Error as error:
            faults.append(f"{name} cannot be read, so its files cannot be verified: {_in_a_line(error)}")
    yield Verified(0, len(files), tuple(faults))
    for done, file in enumerate(files, 1):
        fault = _fault_by_size(file, sizes)
        if deep and fault is None:
            fault = _fault_by_content(connection, storage, file)
        yield Verified(done, len(files), () if fault is None else (f"{file.path} of {file.table} {fault}",))


def _fault_by_size(file: NamedFile, sizes: dict[str, int]) -> str | None:
    if file.path not in sizes:
        return "is missing."
    if file.size is not None and sizes[file.path] != file.size:
        return f"has {sizes[file.path]:,} bytes, expected {file.size:,}."
    return None


def _fault_by_content(connection: Connection, storage: Storage, file: NamedFile) -> str | None:
    try:
        if file.sha256 is not None:
            plain = zstandard.ZstdDecompressor().decompressobj().decompress(storage.read(file.path))
            is_whole = hashlib.sha256(plain).hexdigest() == file.sha256
            return None if is_whole else "is not what was stored: its hash is another."
        path = quoted(f"{storage.root}/{file.path}")
        rows = connection.execute(f"select count(*), sum(hash(file)) from read_parquet({path}) as file").fetchall()
    except (duckdb.Error, zstandard.ZstdError, OSError) as error:
        return f"cannot be read: {_in_a_line(error)}"
    if file.rows is not None and rows[0][0] != file.rows:
        return f"has {rows[0][0]:,} rows, expected {file.rows:,}."
    return None


def _in_a_line(error: BaseException) -> str:
    return " ".join(str(error).split("\n\n")[0].split())
