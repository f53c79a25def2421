"""The identity of a lake: one id in catalog and data, so neither is taken for another's.

The catalog keeps it among DuckLake's own metadata, the data in ``lake.json``. The catalog is marked first and the
folder last, both before there is any table: where that is broken off, nothing can be lost yet, and it is done again.
"""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import unquote
from uuid import uuid4

from wattlake.lake.settings import Settings
from wattlake.lake.sql import Connection, quoted, scalar
from wattlake.lake.store.files import Storage
from wattlake.lake.store.formats import FORMAT_VERSION, fault_of

MARK = "lake.json"
METADATA = "__ducklake_metadata_lake"
"""The database that holds the catalog's own tables of a lake attached as ``lake``."""

ID, FORMAT = "wattlake_lake_id", "wattlake_format_version"

TO_RESTORE = (
    "Point WATTLAKE_CATALOG and WATTLAKE_DATA at the two that belong together; or bring the catalog back with "
    "`wattlake restore`; or make a new lake from what was landed with `wattlake restore --from-landing`. "
    "Nothing was changed."
)


class IdentityError(RuntimeError):
    """The catalog and the folder do not belong together, or have another version's format."""


@dataclass(frozen=True)
class Mark:
    """The mark beside the data: the lake's id and format, and the only catalog to remove files."""

    lake_id: str
    format_version: int
    catalog: str


_read_before: dict[str, Mark] = {}
"""The marks of folders on Blob that this process has read."""


@dataclass(frozen=True)
class CatalogMark:
    """The mark in the catalog; machines that make a lake at the same moment leave an id each."""

    lake_ids: frozenset[str]
    format_version: int
    has_tables: bool


def is_marked(settings: Settings, connection: Connection) -> bool:
    """Say whether catalog and folder are one lake; ``False`` where neither holds anything yet.

    On Blob a process reads the folder's mark once.

    Raises:
        IdentityError: they are not, or the lake's format is older or newer than this version's.
    """
    catalog = read_catalog_mark(connection)
    mark = read_mark(settings)
    if mark is not None and mark.lake_id in catalog.lake_ids:
        _expect_format(settings, {mark.format_version, catalog.format_version})
        return True
    if mark is not None:
        raise IdentityError(_another(settings, catalog))
    if catalog.has_tables:
        raise IdentityError(_unmarked(settings, catalog))
    expect_no_files(settings)
    return False


def establish(settings: Settings, connection: Connection) -> None:
    """Write a lake's identity: to the catalog first, where it has none, then to the folder."""
    if not read_catalog_mark(connection).lake_ids:
        connection.execute(
            f"insert into {METADATA}.ducklake_metadata (key, value) "
            f"values ({quoted(ID)}, '{uuid4()}'), ({quoted(FORMAT)}, '{FORMAT_VERSION}')"
        )
    write_mark(settings, connection)


def claim(settings: Settings, connection: Connection, takes_over: bool = False) -> None:
    """Mark a folder as a catalog's own, after a move or where the mark is missing.

    Args:
        settings: where the lake is.
        connection: with its catalog attached.
        takes_over: let a catalog without tables have a folder with the files of one that is lost.

    Raises:
        IdentityError: the folder is another lake's, or holds none of the files that the catalog names; or the
            lake's format is older or newer than this version's.
    """
    catalog, mark = read_catalog_mark(connection), read_mark(settings, anew=True)
    _expect_format(settings, {catalog.format_version if catalog.has_tables else FORMAT_VERSION})
    is_new = takes_over and not catalog.has_tables
    if mark is not None and mark.lake_id not in catalog.lake_ids and not is_new:
        raise IdentityError(_another(settings, catalog))
    if not is_new:
        _expect_own_files(settings, connection)
    establish(settings, connection)


def write_mark(settings: Settings, connection: Connection) -> None:
    """Mark the folder as the catalog's own, from which this catalog alone may remove files."""
    mark_folder(settings, min(read_catalog_mark(connection).lake_ids))


def mark_folder(settings: Settings, lake_id: str) -> None:
    """Mark the folder as that of a lake of today's format whose catalog is the settings'."""
    mark = Mark(lake_id, FORMAT_VERSION, catalog_place(settings))
    Storage(settings).write(MARK, json.dumps(asdict(mark), indent=1).encode())
    _read_before.pop(settings.data, None)


def expect_no_files(settings: Settings) -> None:
    """Refuse a new catalog beside a folder in which a lake has files.

    Raises:
        IdentityError: there are; the error says what to do.
    """
    if _holds_files(settings):
        raise IdentityError(
            f"The catalog of the lake at {settings.data} is missing or empty, but files of a lake are there. A new "
            f"catalog would know nothing of them. {TO_RESTORE}"
        )


def _expect_own_files(settings: Settings, connection: Connection) -> None:
    """Refuse a folder that has none of the files that the catalog names.

    Raises:
        IdentityError: it is another lake's folder, or an empty one.
    """
    named = {
        Path(path).name
        for (path,) in connection.execute(
            f"select path from {METADATA}.ducklake_data_file union select path from {METADATA}.ducklake_delete_file"
        ).fetchall()
    }
    if named and named.isdisjoint(Path(name).name for name in Storage(settings).names()):
        raise IdentityError(
            f"The catalog names {len(named):,} data files, and none of them is at {settings.data}. {TO_RESTORE}"
        )


def expect_removal_allowed(settings: Settings, connection: Connection) -> None:
    """Refuse to remove files for a catalog that is a copy, was moved, or is not the folder's.

    Raises:
        IdentityError: the folder's mark names another lake or another catalog.
    """
    mark, here = read_mark(settings, anew=True), catalog_place(settings)
    if mark is None or mark.lake_id not in read_catalog_mark(connection).lake_ids:
        raise IdentityError(f"The folder {settings.data} is not marked as this catalog's own. {TO_RESTORE}")
    if mark.catalog != here:
        raise IdentityError(
            f"No file is removed from {settings.data}: its catalog is {mark.catalog}, and this one is {here}. If this "
            "is a copy, keep house with the other. If the catalog was moved here for good, say so with `wattlake init`."
        )


def read_mark(settings: Settings, anew: bool = False) -> Mark | None:
    """Read the folder's mark; ``None`` where there is none that can be read.

    Args:
        settings: where the folder is.
        anew: read it also where this process has read it before.
    """
    if settings.data in _read_before and not anew:
        return _read_before[settings.data]
    try:
        content = Storage(settings).read(MARK) if settings.is_remote else (Path(settings.data) / MARK).read_bytes()
    except FileNotFoundError:
        return None
    mark = _parsed(content)
    if settings.is_remote and mark is not None:
        _read_before[settings.data] = mark
    return mark


def read_catalog_mark(connection: Connection) -> CatalogMark:
    """Read the catalog's mark; its format version is 0 where it has none."""
    rows = connection.execute(
        f"select key, value from {METADATA}.ducklake_metadata where key in ({quoted(ID)}, {quoted(FORMAT)})"
    ).fetchall()
    versions = [int(value) for key, value in rows if key == FORMAT]
    ids = frozenset(value for key, value in rows if key == ID)
    has_tables = scalar(connection, f"select count(*) from {METADATA}.ducklake_table") > 0
    return CatalogMark(ids, max(versions, default=0), has_tables)


def catalog_place(settings: Settings) -> str:
    """Give the catalog's place, without credentials; relative where it moves with the data."""
    if settings.is_postgres:
        address = settings.catalog
        return f"postgresql://{address.authority or address.query.get('host', '')}/{database_name(settings)}"
    file = settings.catalog_file.resolve()
    folder = Path(settings.data).resolve()
    return str(file.relative_to(folder)) if not settings.is_remote and file.is_relative_to(folder) else str(file)


def database_name(settings: Settings) -> str:
    """Give the name of a PostgreSQL catalog's database."""
    return unquote(settings.catalog.path.strip("/")) or settings.catalog.query.get("dbname", "")


def _parsed(content: bytes) -> Mark | None:
    try:
        return Mark(**json.loads(content))
    except (ValueError, TypeError):
        return None


def _holds_files(settings: Settings) -> bool:
    """Say whether a lake's mark, tables, landings or models are in the folder."""
    if settings.is_remote:
        return bool(Storage(settings).names())
    folder = Path(settings.data)
    below = (folder / name for name in ("tables", "landing", "models"))
    return (folder / MARK).exists() or any(files for subfolder in below for _, _, files in os.walk(subfolder))


def _expect_format(settings: Settings, versions: set[int]) -> None:
    if fault := fault_of(settings.data, versions):
        raise IdentityError(fault)


def _another(settings: Settings, catalog: CatalogMark) -> str:
    whose = "another lake's" if catalog.has_tables else "new"
    return f"The catalog is {whose}, and the folder {settings.data} holds the files of a lake. {TO_RESTORE}"


def _unmarked(settings: Settings, catalog: CatalogMark) -> str:
    if catalog.lake_ids:
        return (
            f"The folder {settings.data} has no {MARK} that can be read, so nothing says that it is this catalog's. "
            f"If it is, `wattlake init` marks it anew. If not: {TO_RESTORE}"
        )
    return fault_of(settings.data, {catalog.format_version})
