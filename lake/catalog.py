"""The catalog: connect to the lake, write in one transaction, read at one snapshot. The tables are DuckLake's."""

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import duckdb
from filelock import FileLock
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_random_exponential

from lake.contracts import columns, contracts, spec
from lake.settings import Settings

Connection = duckdb.DuckDBPyConnection
Result = TypeVar("Result")

SCHEMAS = ("bronze", "silver", "quarantine", "gold", "warehouse", "ops")
LOCK_TIMEOUT_SECONDS = 3600


class LakeNotFoundError(LookupError):
    """There is no lake at the place the settings name."""


class Lake:
    """One lake: its connection, its transactions, its tables."""

    def __init__(self, settings: Settings, read_only: bool = False) -> None:
        """Name a lake; nothing is opened or made before it is needed.

        Args:
            settings: where the lake is.
            read_only: attach it so that nothing can be written through this object.
        """
        self.settings = settings
        self._read_only = read_only
        self._connection: Connection | None = None

    def exists(self) -> bool:
        """Whether the lake has been made."""
        try:
            self._open(create=False)
        except LakeNotFoundError:
            return False
        return True

    def create(self) -> None:
        """Make the lake and every table that a contract describes; what is there stays as it is."""
        if not self.settings.is_remote:
            Path(self.settings.data).mkdir(parents=True, exist_ok=True)
        self.settings.local_folder.mkdir(parents=True, exist_ok=True)
        if not self.settings.is_postgres:
            self.settings.catalog_file.parent.mkdir(parents=True, exist_ok=True)
        with self._writers_lock():
            self._open(create=True)
        self.write(_create_tables)
        if self.settings.is_postgres:
            self.write(_create_locks)

    def reader(self) -> Connection:
        """A cursor with the lake as its current database; one for each thread.

        Raises:
            LakeNotFoundError: the lake has not been made yet.
        """
        cursor = self._open(create=False).cursor()
        cursor.execute("use lake")
        return cursor

    def write(self, step: Callable[[Connection], Result], lock: str = "") -> Result:
        """Run a step in one transaction: all of what it writes becomes visible at once, or nothing does.

        With a SQLite catalog one writer at a time holds a file lock for the whole transaction. With PostgreSQL a
        transaction that conflicts with another's is run anew, so a step must check for itself what is left to do.

        Args:
            step: what to do with the connection; it neither begins nor commits.
            lock: ``build``, ``forecast`` or a source. With PostgreSQL, of two steps with one lock that overlap only
                the first commits, even where neither touches a row of the other's (both fill the same empty day).
        """
        if not self.settings.is_postgres:
            with self._writers_lock():
                return self._attempt(step)
        retrying = Retrying(
            retry=retry_if_exception_type(duckdb.TransactionException),
            wait=wait_random_exponential(multiplier=0.1, max=10),
            stop=stop_after_delay(LOCK_TIMEOUT_SECONDS),
            reraise=True,
        )
        return retrying(self._attempt, step, lock)

    def snapshot_id(self) -> int:
        """The newest snapshot: it changes when, and only when, something was committed."""
        return current_snapshot(self.reader())

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _attempt(self, step: Callable[[Connection], Result], lock: str = "") -> Result:
        connection = self.reader()
        connection.execute("begin")
        try:
            if lock:
                connection.execute(f"update ops.lock_{lock} set taken = taken + 1")
            result = step(connection)
            connection.execute("commit")
        except BaseException:
            _roll_back(connection)
            raise
        finally:
            connection.close()
        return result

    def _writers_lock(self) -> FileLock:
        beside = self.settings.local_folder / "postgres" if self.settings.is_postgres else self.settings.catalog_file
        return FileLock(f"{beside}.lock", timeout=LOCK_TIMEOUT_SECONDS)

    def _open(self, create: bool) -> Connection:
        if self._connection is None:
            if not (create or self.settings.is_postgres or self.settings.catalog_file.exists()):
                raise LakeNotFoundError(self._missing())
            connection = connect(self.settings)
            try:
                connection.execute(_attach(self.settings, create, self._read_only))
            except (duckdb.InvalidInputException, duckdb.CatalogException) as error:
                connection.close()
                if create or "does not exist" not in str(error):
                    raise
                raise LakeNotFoundError(self._missing()) from error
            self._connection = connection
        return self._connection

    def _missing(self) -> str:
        place = self.settings.data
        return f"There is no lake at {place} yet. Run `wattlake run` to fill it, or `wattlake demo` to try it."


def connect(settings: Settings) -> Connection:
    """A DuckDB connection with the extensions, secrets and limits a lake needs; nothing is attached yet."""
    connection = duckdb.connect()
    for extension in ("ducklake", "postgres_scanner" if settings.is_postgres else "sqlite_scanner"):
        load_extension(connection, extension)
    if settings.is_remote:
        load_extension(connection, "azure")
        if settings.azure_connection_string is not None:
            secret = settings.azure_connection_string.get_secret_value()
            connection.execute(f"create secret (type azure, connection_string {quoted(secret)})")
    connection.execute("set timezone = 'UTC'")
    connection.execute(f"set memory_limit = {quoted(settings.memory_limit)}")
    connection.execute(f"set temp_directory = {quoted(str(settings.local_folder / 'tmp'))}")
    connection.execute("set preserve_insertion_order = false")
    if settings.threads:
        connection.execute(f"set threads = {settings.threads}")
    return connection


def load_extension(connection: Connection, name: str) -> None:
    """Load a DuckDB extension from its wheel, or where there is none from DuckDB's own site."""
    package = importlib.util.find_spec(f"duckdb_extension_{name}")
    wheel = Path(package.origin).parent if package and package.origin else Path()
    binaries = sorted(wheel.glob(f"extensions/v{duckdb.__version__}/*.duckdb_extension"))
    if not binaries:
        connection.install_extension(name)
    connection.load_extension(str(binaries[0]) if binaries else name)


def quoted(text: str) -> str:
    """A text as a SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def named(name: str) -> str:
    """A name as a SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def current_snapshot(connection: Connection) -> int:
    """The newest committed snapshot, as the connection's transaction sees it."""
    return int(scalar(connection, "select id from ducklake_current_snapshot('lake')"))


def scalar(connection: Connection, sql: str, parameters: object = None) -> int:
    """The one number a query gives; 0 where it gives nothing."""
    row = connection.execute(sql, parameters).fetchone()
    return int(row[0]) if row and row[0] is not None else 0


def _attach(settings: Settings, create: bool, read_only: bool) -> str:
    if settings.is_postgres:
        catalog = f"ducklake:postgres:{settings.catalog}"
    else:
        catalog = f"ducklake:sqlite:{settings.catalog_file}"
    # The catalog remembers where the files were; a lake that was moved is found where the settings say it is.
    options = [
        f"data_path {quoted(f'{settings.data}/tables/')}",
        "override_data_path true",
        "data_inlining_row_limit 0",
    ]
    if not settings.is_postgres:
        options += ["meta_journal_mode 'WAL'", f"meta_busy_timeout {LOCK_TIMEOUT_SECONDS * 1000}"]
    options += ["create_if_not_exists false"] if not create else []
    options += ["read_only"] if read_only else []
    return f"attach {quoted(catalog)} as lake ({', '.join(options)})"


def _roll_back(connection: Connection) -> None:
    try:
        connection.execute("rollback")
    except duckdb.TransactionException:
        return  # A commit that failed has already rolled back.


def _create_tables(connection: Connection) -> None:
    existing = {
        f"{schema}.{name}"
        for schema, name in connection.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'lake'"
        ).fetchall()
    }
    for schema in SCHEMAS:
        connection.execute(f"create schema if not exists {schema}")
    for name in contracts():
        if name not in existing and not name.startswith("warehouse."):
            create_table(connection, name)


def _create_locks(connection: Connection) -> None:
    for lock in ("build", "forecast", *(name.partition(".")[2] for name in contracts() if name.startswith("bronze."))):
        connection.execute(f"create table if not exists ops.lock_{lock} (taken bigint)")
        if not scalar(connection, f"select count(*) from ops.lock_{lock}"):
            connection.execute(f"insert into ops.lock_{lock} values (0)")


def create_table(connection: Connection, name: str) -> None:
    """Make the table of a contract, with its partitioning and the meanings of its columns as comments."""
    meaning_of_a_row = (contracts()[name].__doc__ or "").partition("\n")[0]
    listed = ", ".join(f"{named(column.name)} {column.sql_type}" for column in columns(name).values())
    connection.execute(f"create table {name} ({listed})")
    if spec(name).partitioned_by:
        connection.execute(f"alter table {name} set partitioned by ({', '.join(spec(name).partitioned_by)})")
    connection.execute(f"comment on table {name} is {quoted(meaning_of_a_row)}")
    for column in columns(name).values():
        meaning = f"{column.meaning} [{column.unit}]" if column.unit else column.meaning
        connection.execute(f"comment on column {name}.{named(column.name)} is {quoted(meaning)}")
