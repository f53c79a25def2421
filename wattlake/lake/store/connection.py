"""DuckDB connections with the extensions a lake needs, by its settings."""

import re
from pathlib import Path
from urllib.parse import unquote

from wattlake.lake.addresses import Address
from wattlake.lake.settings import Settings
from wattlake.lake.sql import Connection, quoted, scalar
from wattlake.lake.store.extensions import connect_with

LOCK_TIMEOUT_SECONDS = 3600
HOST_AND_PORT = re.compile(r"(?P<host>.*?)(:(?P<port>\d+))?")
CATALOG_SECRET = "wattlake_catalog"


def connect(settings: Settings) -> Connection:
    """Open a DuckDB connection with a lake's extensions, secrets and limits, nothing attached."""
    catalog = "postgres_scanner" if settings.is_postgres else "sqlite_scanner"
    connection = connect_with("ducklake", catalog, *(["azure"] if settings.is_remote else []))
    for statement in _preparation(settings):
        connection.execute(statement)
    return connection


def opening(settings: Settings, snapshot_id: int) -> list[str]:
    """List the statements that open a lake as of a snapshot and bar all files but its tables'.

    They are for a process of its own whose DuckDB has loaded the extensions, and is closed to the outside afterwards.
    """
    return [
        *_preparation(settings),
        attachment(settings, create=False, read_only=True, snapshot_id=snapshot_id),
        f"set allowed_directories = [{quoted(f'{settings.data}/tables/')}]",
    ]


def _preparation(settings: Settings) -> list[str]:
    """List the statements that give a connection its secrets and limits."""
    statements = []
    if settings.is_remote and settings.azure_connection_string is not None:
        secret = settings.azure_connection_string.get_secret_value()
        statements.append(f"create secret (type azure, connection_string {quoted(secret)})")
    if password := _catalog_password(settings):
        # Apart from the address, which DuckDB repeats in errors and shows whoever asks for its databases.
        statements.append(f"create secret {CATALOG_SECRET} (type postgres, password {quoted(password)})")
    statements += [
        "set global timezone = 'UTC'",  # A cursor has settings of its own.
        f"set memory_limit = {quoted(settings.memory_limit)}",
        f"set temp_directory = {quoted(str(settings.local_folder / 'tmp'))}",
        "set preserve_insertion_order = false",
    ]
    return statements + ([f"set threads = {settings.threads}"] if settings.threads else [])


def current_snapshot(connection: Connection) -> int:
    """Give the number of the newest committed snapshot, as the connection's transaction sees it."""
    return int(scalar(connection, "select id from ducklake_current_snapshot('lake')"))


def attachment(settings: Settings, create: bool, read_only: bool, snapshot_id: int | None = None) -> str:
    """Write the statement that attaches the lake under the name ``lake``.

    It makes the lake, too, where that is wanted. With a snapshot, every table and view is as it was then.
    """
    if settings.is_postgres:
        catalog = f"ducklake:postgres:{libpq_keywords(settings.catalog)}"
    else:
        catalog = f"ducklake:sqlite:{settings.catalog_file}"
    options = [
        f"data_path {quoted(f'{settings.data}/tables/')}",
        "data_inlining_row_limit 0",
    ]
    if settings.catalog_file.parent == Path(settings.data) and not settings.is_postgres:
        # The catalog remembers where the files were; a folder that was moved, catalog and all, is found where it is.
        options.append("override_data_path true")
    if not settings.is_postgres:
        options += ["meta_journal_mode 'WAL'", f"meta_busy_timeout {LOCK_TIMEOUT_SECONDS * 1000}"]
    if _catalog_password(settings):
        options.append(f"meta_secret {quoted(CATALOG_SECRET)}")
    options += ["create_if_not_exists false"] if not create else []
    options += ["read_only"] if read_only else []
    options += [f"snapshot_version {snapshot_id}"] if snapshot_id is not None else []
    return f"attach {quoted(catalog)} as lake ({', '.join(options)})"


def catalog_database(settings: Settings, name: str, read_only: bool = False) -> str:
    """Write the statement that attaches a PostgreSQL catalog's own database under a name."""
    options = ["type postgres"]
    options += [f"secret {CATALOG_SECRET}"] if _catalog_password(settings) else []
    options += ["read_only"] if read_only else []
    return f"attach {quoted(libpq_keywords(settings.catalog))} as {name} ({', '.join(options)})"


def _catalog_password(settings: Settings) -> str | None:
    """Give a PostgreSQL catalog's password, from before the host or among the parameters."""
    return settings.catalog.password or settings.catalog.query.get("password")


def server_attachment(settings: Settings) -> str:
    """Write the statement that attaches ``postgres``, which every server has, as ``server``."""
    secret = f", secret {quoted(CATALOG_SECRET)}" if _catalog_password(settings) else ""
    return f"attach {quoted(libpq_keywords(settings.catalog, database='postgres'))} as server (type postgres{secret})"


def libpq_keywords(address: Address, database: str | None = None, **defaults: str) -> str:
    """Write a PostgreSQL address as libpq keywords, without its password; of a given database.

    What the address does not say is as in ``defaults``.
    """
    hosts = [HOST_AND_PORT.fullmatch(part) for part in address.authority.split(",")]
    written = {
        "host": ",".join(unquote(host["host"].strip("[]")) for host in hosts if host),
        "port": ",".join(host["port"] or "" for host in hosts if host),
        "user": address.user,
        "dbname": unquote(address.path.strip("/")),
    }
    values = defaults | written | {name: value for name, value in address.query.items() if name != "password"}
    values |= {"dbname": database} if database else {}
    return " ".join(f"{name}={_as_value(value)}" for name, value in values.items() if value and value.strip(","))


def _as_value(text: str) -> str:
    """Write a text as a value of libpq."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
