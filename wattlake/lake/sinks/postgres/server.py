"""A PostgreSQL server as DuckDB attaches it: statements, answers, errors as sentences."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import duckdb

from wattlake.lake.addresses import Address
from wattlake.lake.sinks.description import Sink
from wattlake.lake.sinks.errors import SinkError
from wattlake.lake.sql import Connection, quoted
from wattlake.lake.store.connection import libpq_keywords
from wattlake.lake.store.extensions import load_extension

ATTACHED = "sink"
SECRET = "wattlake_sink"
CONNECT_SECONDS = "10"

REMEDIES = {
    "password authentication failed|no password supplied|fe_sendauth": "User or password are wrong: correct them.",
    'database ".*" does not exist': "That server has no such database: make it, or correct the name.",
    'role ".*" does not exist': "That server has no such user: correct the name.",
    "Connection refused|could not translate host name|timeout expired|No such file or directory|No route": (
        "No server answers there: start it, or correct the address."
    ),
    "permission denied|must be owner": "The user may not do that: grant it the right, or name another schema.",
    "lock timeout": "Somebody holds a lock on a table: end that, or wait for it with `wait_seconds`.",
    "No space left|could not extend file|disk full": "The server's disk is full: make room there.",
    "violates foreign key": "A row refers to one that is not there: `wattlake quality` shows what the lake has.",
    "violates unique|could not create unique|is duplicated": "Two rows have one key: `wattlake quality` shows which.",
    "server closed the connection|terminating connection|connection to server was lost|SSL connection": (
        "The server broke the connection off: run it again."
    ),
}
"""What to do, by the words of PostgreSQL's error."""


class Server:
    """A PostgreSQL server, attached to a connection of DuckDB for the time of a load."""

    def __init__(self, connection: Connection) -> None:
        """Take a connection that it is attached to."""
        self.connection = connection

    def execute(self, statement: str) -> None:
        """Run statements, in the connection's transaction where it is in one."""
        self.connection.execute(f"call postgres_execute('{ATTACHED}', {quoted(statement)})")

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Read the answer to a query, as the connection's transaction sees it."""
        return self.connection.execute(f"from postgres_query('{ATTACHED}', {quoted(query)})").fetchall()

    def forget_structure(self) -> None:
        """Let DuckDB look anew which tables there are."""
        self.connection.execute("call pg_clear_cache()")


@contextmanager
def attached(connection: Connection, sink: Sink) -> Iterator[Server]:
    """Attach a sink's server while the block runs.

    Raises:
        SinkError: it cannot be reached, or fails in the block.
    """
    address = sink.address
    if address.scheme not in ("postgresql", "postgres"):
        raise SinkError(f"sinks/{sink.name}.toml has an address that is not of PostgreSQL. Write postgresql://….")
    with _told(sink):
        load_extension(connection, "postgres_scanner")
        password = address.password or address.query.get("password") or ""
        secret = f", password {quoted(password)}" if password else ""
        connection.execute(f"create or replace secret {SECRET} (type postgres{secret})")
        try:
            connection.execute(f"attach {quoted(_keywords(address))} as {ATTACHED} (type postgres, secret {SECRET})")
            try:
                yield Server(connection)
            finally:
                with suppress(duckdb.Error):  # The first error matters.
                    connection.execute(f"detach {ATTACHED}")
        finally:
            with suppress(duckdb.Error):
                connection.execute(f"drop secret if exists {SECRET}")


def _keywords(address: Address) -> str:
    timeout = "" if "connect_timeout" in address.query else f" connect_timeout={CONNECT_SECONDS}"
    return libpq_keywords(address) + timeout


@contextmanager
def _told(sink: Sink) -> Iterator[None]:
    """Tell what fails in the target as a sentence; what fails in the lake passes as it is."""
    try:
        yield
    except duckdb.Error as error:
        written = sink.address.masked(" ".join(str(error).split("\n\nLINE")[0].split()))
        remedy = next((remedy for words, remedy in REMEDIES.items() if re.search(words, written)), "")
        # Errors of the server name PostgreSQL or the attached database; others are of the lake.
        if not remedy and "postgres" not in written.lower() and ATTACHED not in written:
            raise
        sentence = f"{remedy} " if remedy else ""
        raise SinkError(
            f"The sink {sink.name} at {sink.address} was not loaded; nothing of this load is there. "
            f"{sentence}({written})"
        ) from None
