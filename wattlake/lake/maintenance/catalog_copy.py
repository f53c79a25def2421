"""A catalog saved as a SQLite file while others write, put back as SQLite or PostgreSQL."""

import sqlite3
from contextlib import closing
from pathlib import Path

from wattlake.lake.maintenance.sqlite_catalog import copy_database
from wattlake.lake.settings import Settings
from wattlake.lake.sql import Connection, named, quoted
from wattlake.lake.store.connection import attachment, catalog_database, connect
from wattlake.lake.store.extensions import load_extension
from wattlake.lake.store.file_hashes import make_table
from wattlake.lake.store.identity import ID
from wattlake.lake.store.table_files import HASHES

DATA_PATH = "update ducklake_metadata set value = ? where key = 'data_path'"
FILES = """
select coalesce(schema.path, '') || coalesce("table".path, '') || file.path, file.file_size_bytes
from {kind} as file
inner join (select distinct table_id, schema_id, path from ducklake_table) as "table" using (table_id)
inner join (select distinct schema_id, path from ducklake_schema) as schema using (schema_id)
"""
FILES_WITH_HASHES = f"""
select coalesce(schema.path, '') || coalesce("table".path, '') || file.path, hashes.sha256
from ducklake_{{kind}}_file as file
inner join {HASHES} as hashes on hashes.file_id = file.{{kind}}_file_id
inner join (select distinct table_id, schema_id, path from ducklake_table) as "table" using (table_id)
inner join (select distinct schema_id, path from ducklake_schema) as schema using (schema_id)
"""


class StrangeCatalogError(RuntimeError):
    """A catalog holds something that a copy would not hold."""


def save_catalog(settings: Settings, file: Path) -> None:
    """Write a lake's catalog, as it is at one instant, to a new SQLite file."""
    if settings.is_postgres:
        _make_empty(settings.elsewhere(settings.data, str(file)))
        _copy_tables(settings, source="postgres", file=file)
    else:
        copy_database(settings.catalog_file, file)
    _point_to(file, settings)


def load_catalog(settings: Settings, file: Path, its_id: str) -> None:
    """Move a catalog from a SQLite file to a lake that has none; nobody sees half of it.

    Args:
        settings: where the lake is.
        file: the file.
        its_id: the lake's identity; empty for one of a time when lakes had none.
    """
    _point_to(file, settings)
    with closing(sqlite3.connect(file)) as catalog, catalog:
        catalog.execute("delete from ducklake_metadata where key = ?", [ID])
        if its_id:
            catalog.execute("insert into ducklake_metadata (key, value) values (?, ?)", [ID, its_id])
    if settings.is_postgres:
        _make_empty(settings)
        _copy_tables(settings, source="copied", file=file)
    else:
        settings.catalog_file.parent.mkdir(parents=True, exist_ok=True)
        file.replace(settings.catalog_file)


def table_files(file: Path) -> dict[str, int]:
    """Map the table files that a catalog names, below the lake's data, to sizes, newest first.

    Raises:
        StrangeCatalogError: a file is not below the lake's data.
    """
    with closing(sqlite3.connect(file)) as catalog:
        sizes: dict[str, int] = {}
        for kind in ("ducklake_data_file", "ducklake_delete_file"):
            elsewhere = catalog.execute(f"select path from {kind} where not path_is_relative limit 1").fetchone()
            if elsewhere:
                raise StrangeCatalogError(f"The catalog names {elsewhere[0]}, which is not below the lake's data.")
            sizes |= {f"tables/{path}": size for path, size in catalog.execute(FILES.format(kind=kind))}
    return dict(sorted(sizes.items(), key=lambda file: file[0].rpartition("/")[2], reverse=True))


def known_hashes(file: Path) -> dict[str, str]:
    """Map the files that a catalog has hashes of, below the lake's data, to their SHA-256."""
    with closing(sqlite3.connect(file)) as catalog:
        if not catalog.execute("select 1 from sqlite_master where name = ?", [HASHES]).fetchone():
            return {}
        return {
            f"tables/{path}": sha256
            for kind in ("data", "delete")
            for path, sha256 in catalog.execute(FILES_WITH_HASHES.format(kind=kind))
        }


def newest_snapshot(file: Path) -> int:
    """Read the number of a catalog's newest snapshot."""
    with closing(sqlite3.connect(file)) as catalog:
        return int(catalog.execute("select max(snapshot_id) from ducklake_snapshot").fetchone()[0])


def lake_id(file: Path) -> str:
    """Read the identity of a catalog's lake; empty for one of a time when lakes had none."""
    with closing(sqlite3.connect(file)) as catalog:
        return catalog.execute("select min(value) from ducklake_metadata where key = ?", [ID]).fetchone()[0] or ""


def _point_to(file: Path, settings: Settings) -> None:
    """Write to a catalog in a SQLite file that its files are where the settings say."""
    with closing(sqlite3.connect(file)) as catalog, catalog:
        catalog.execute(DATA_PATH, [f"{settings.data}/tables/"])


def _make_empty(settings: Settings) -> None:
    """Make an empty catalog: DuckLake's tables, where they are not there, and ours."""
    with closing(connect(settings)) as connection:
        connection.execute(attachment(settings, create=True, read_only=False))
        make_table(connection)


def _copy_tables(settings: Settings, *, source: str, file: Path) -> None:
    """Replace the rows of one catalog's tables by those of another's.

    Each side is one transaction. PostgreSQL's reads at one snapshot (repeatable read), so a copy is of one instant.

    Raises:
        StrangeCatalogError: the source has a table with rows that the target does not have.
    """
    with closing(connect(settings)) as connection:
        load_extension(connection, "sqlite_scanner")
        connection.execute(catalog_database(settings, "postgres"))
        connection.execute(f"attach {quoted(str(file))} as copied (type sqlite)")
        target = "copied" if source == "postgres" else "postgres"
        connection.execute("begin")
        tables, target_tables = _tables(connection, source), _tables(connection, target)
        for table in tables:
            rows = connection.execute(f"from {source}.{named(table)}").to_arrow_table()
            if table not in target_tables:
                if rows.num_rows:
                    raise StrangeCatalogError(f"The catalog's table {table} has no place in a copy of it.")
                continue
            connection.execute(f"delete from {target}.{named(table)}")
            connection.register("catalog_rows", rows)
            connection.execute(f"insert into {target}.{named(table)} by name from catalog_rows")
        connection.execute("commit")


def _tables(connection: Connection, database: str) -> set[str]:
    listed = connection.execute(
        "select table_name from duckdb_tables() where database_name = ? "
        "and (starts_with(table_name, 'ducklake_') or table_name = ?)",
        [database, HASHES],
    ).fetchall()
    return {name for (name,) in listed}
