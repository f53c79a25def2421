"""Connect to somebody's database, to read it at one snapshot and never to write."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import duckdb

from wattlake.lake.settings import Settings
from wattlake.lake.sql import Connection, quoted
from wattlake.lake.store.extensions import connect_with
from wattlake.tasks.landing.databases.systems import SYSTEMS
from wattlake.tasks.sources import Database


class DatabaseError(ValueError):
    """A database could not be read as it is described; nothing of that landing was kept."""


class DatabaseGoneError(DatabaseError, OSError):
    """A database does not answer, or broke off; it may answer when it is asked again."""


@contextmanager
def opened(described: Database, settings: Settings) -> Iterator[Connection]:
    """Open a connection to somebody's database, which it cannot write to.

    Raises:
        DatabaseError: it cannot be reached; without what opens it.
    """
    system = SYSTEMS[described.system]
    connection = connect_with(*system.extensions)
    try:
        connection.execute("set global timezone = 'UTC'")
        connection.execute(f"set memory_limit = {quoted(settings.memory_limit)}")
        connection.execute(f"set temp_directory = {quoted(str(settings.local_folder / 'tmp'))}")
        with at_one_snapshot(connection, described):
            system.attach(connection, described.address)
        yield connection
    finally:
        connection.close()


@contextmanager
def at_one_snapshot(connection: Connection, described: Database) -> Iterator[None]:
    """Read within one transaction of a database, so that all that is read is as of one moment.

    Raises:
        DatabaseError: it does not answer, or breaks off; without what opens it.
    """
    try:
        connection.execute("begin")
        yield
        connection.execute("commit")
    except duckdb.Error as error:
        with suppress(duckdb.Error):  # The first error says what is wrong.
            connection.execute("rollback")
        kind = DatabaseGoneError if isinstance(error, duckdb.IOException) else DatabaseError
        raise kind(f"{described.name}: {described.address}: {_masked(described, error)}") from None


def _masked(described: Database, error: duckdb.Error) -> str:
    """Tell DuckDB's error in a line, without what opens the database."""
    paragraph = " ".join(str(error).split("\n\nLINE ")[0].split()).rstrip(" :.")
    return f"{described.address.masked(paragraph)}. Nothing of this landing was kept; run it again once that is mended."
