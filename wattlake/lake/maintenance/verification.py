"""Verification: files that the lake names are there with their size and, if asked, content."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

import duckdb
import zstandard

from wattlake.lake.landing.packs import hash_of_payload, payload_sizes, read_archived
from wattlake.lake.landing.register_files import RegisterFile, fault_of, register_files
from wattlake.lake.maintenance.sqlite_catalog import damage
from wattlake.lake.quality import readings_unaccounted_for
from wattlake.lake.settings import Settings
from wattlake.lake.sql import Connection, quoted
from wattlake.lake.store.copying import hashed
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake
from wattlake.lake.store.table_files import TableFile, table_files

LANDINGS = "ops.landing"
REGISTERED = {
    LANDINGS: "select distinct 'ops.landing', archive_path, sha256 from ops.landing",
    "ops.model": "select distinct 'ops.model', artifact_path, sha256 from ops.model",
}


@dataclass(frozen=True)
class RegisteredFile:
    """A landing's payload or a model.

    Attributes:
        table: the register that names it: ``ops.landing`` or ``ops.model``.
        path: below the lake's data.
        sha256: of what it holds, unpacked.
        size: in bytes, which no register knows.
    """

    table: str
    path: str
    sha256: str
    size: None = None


NamedFile = TableFile | RegisteredFile | RegisterFile


@dataclass(frozen=True)
class Fault:
    """A fault: the end of a sentence about ``file``, or a whole one where that is ``None``."""

    file: NamedFile | None
    reason: str

    def __str__(self) -> str:
        """Describe the fault in a sentence."""
        return self.reason if self.file is None else f"{self.file.path} of {self.file.table} {self.reason}"


@dataclass(frozen=True)
class Verified:
    """The progress of verification, and the faults found in its last step."""

    done: int
    total: int
    faults: tuple[Fault, ...] = ()


def named_files(
    storage: Storage, connection: Connection, names: Collection[str]
) -> tuple[list[NamedFile], list[Fault]]:
    """List the files that a kept snapshot or a register names, and the unreadable registers.

    Args:
        storage: the lake's.
        connection: to the lake.
        names: the files that are there, below the lake's data.
    """
    files: list[NamedFile] = list(table_files(connection))
    faults = []
    for name, sql in REGISTERED.items():
        try:
            files += [RegisteredFile(*row) for row in connection.execute(sql).fetchall()]
            files += list(register_files(storage, connection, names)) if name == LANDINGS else []
        except duckdb.Error as error:
            reason = f"{name} cannot be read, so its files cannot be verified: {_in_a_line(error)}"
            faults.append(Fault(None, reason))
    return files, faults


def verify(lake: Lake, deep: bool = False) -> Iterator[Verified]:
    """Compare what the lake names with what is there.

    Args:
        lake: the lake.
        deep: read every file, too, and compare its hash; a file of a table that has none yet is decoded.

    Yields:
        After each file, what is wrong with it.
    """
    connection, storage = lake.reader(), Storage(lake.settings)
    sizes = payload_sizes(storage)
    files, faults = named_files(storage, connection, sizes)
    yield Verified(0, len(files), tuple(faults))
    for done, file in enumerate(files, 1):
        fault = _fault_by_size(file, sizes)
        if deep and fault is None:
            fault = _fault_by_content(connection, storage, file)
        yield Verified(done, len(files), () if fault is None else (Fault(file, fault),))


def lost_files(lake: Lake) -> list[str]:
    """Say in a sentence how many files are missing or cut, if any, and name the first."""
    storage = Storage(lake.settings)
    sizes = payload_sizes(storage)
    files, faults = named_files(storage, lake.reader(), sizes)
    lost = [file for file in files if _fault_by_size(file, sizes)]
    if not lost:
        return [str(fault) for fault in faults]
    return [
        f"{len(lost):,} files that the lake names are missing or cut, the first is {lost[0].path} of {lost[0].table}. "
        "`wattlake verify` names them all, `wattlake repair` brings back what can be."
    ]


def catalog_fault(settings: Settings) -> str | None:
    """Say what SQLite finds wrong with a catalog's pages; PostgreSQL keeps watch over its own.

    Raises:
        OSError: the catalog cannot be read.
    """
    if settings.is_postgres or not settings.catalog_file.exists():
        return None
    fault = damage(settings.catalog_file)
    if fault is None:
        return None
    return (
        f"The catalog {settings.catalog_file} is damaged ({_in_a_line(fault)}). Move it away, with `-wal` and `-shm`; "
        "`wattlake restore` brings the lake back from a backup, `wattlake restore --from-landing` from its archive."
    )


def broken_sums(connection: Connection) -> list[str]:
    """List the broken links of the ledger's chain of hashes, and readings unaccounted for."""
    from wattlake.lake.market.verification import broken_links  # `status` asks for lost files alone.

    return [
        *_faults_of("the ledger", broken_links, connection),
        *_faults_of("readings", readings_unaccounted_for, connection),
    ]


def _faults_of(what: str, check: Callable[[Connection], Iterable[str]], connection: Connection) -> list[str]:
    """List a check's sentences, or one that it could not look, for a file it reads is lost."""
    try:
        return list(check(connection))
    except duckdb.Error as error:
        return [f"{what.capitalize()} cannot be verified: {_in_a_line(error)}"]


def _fault_by_size(file: NamedFile, sizes: dict[str, int]) -> str | None:
    if file.path not in sizes:
        return "is missing."
    if file.size is not None and sizes[file.path] != file.size:
        return f"has {sizes[file.path]:,} bytes, expected {file.size:,}."
    return None


def _fault_by_content(connection: Connection, storage: Storage, file: NamedFile) -> str | None:
    try:
        if isinstance(file, RegisterFile):
            return fault_of(storage, connection, file)
        if isinstance(file, RegisteredFile):
            sha256 = hash_of_payload(read_archived(storage, file.path))
        elif file.sha256 is not None:
            sha256 = hashed(storage, file.path).sha256
        else:
            return _fault_by_rows(connection, storage, file)
    except (duckdb.Error, zstandard.ZstdError, OSError) as error:
        return f"cannot be read: {_in_a_line(error)}"
    return None if sha256 == file.sha256 else "is not what was stored: its hash is another."


def _fault_by_rows(connection: Connection, storage: Storage, file: TableFile) -> str | None:
    """Decode a file that has no hash yet, and compare its number of rows."""
    path = quoted(f"{storage.root}/{file.path}")
    rows = connection.execute(f"select count(*), sum(hash(file)) from read_parquet({path}) as file").fetchall()
    if file.rows is not None and rows[0][0] != file.rows:
        return f"has {rows[0][0]:,} rows, expected {file.rows:,}."
    return None


def _in_a_line(error: object) -> str:
    return " ".join(str(error).split("\n\n")[0].split())
