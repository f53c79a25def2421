"""Other people's databases, each of a kind that Wattlake reads, with a table of meter readings to be written to."""

import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from harness.mariadb import MariaDbServer
from harness.services import unavailable
from wattlake.lake.addresses import Address
from wattlake.lake.sql import quoted
from wattlake.lake.store.connection import libpq_keywords
from wattlake.lake.store.extensions import connect_with

PASSWORD = "p;w'=\" é}$x@/"
"""A password with all that means something somewhere."""


@dataclass
class Origin:
    """A database that is written to by its owner and read by Wattlake.

    Attributes:
        system: its kind.
        address: as a file of the project's ``sources`` names it.
        run: runs statements as its owner.
        environment: what the address names.
        instant: the type of an instant in UTC.
    """

    system: str
    address: str
    run: Callable[[str], object]
    environment: dict[str, str] = field(default_factory=dict)
    instant: str = "timestamp"


def of_sqlite(folder: Path) -> Origin:
    """A file of SQLite with a name that has to be quoted."""
    file = folder / 'it\'s; "a" base.sqlite'

    def run(sql: str) -> None:
        with sqlite3.connect(file) as connection:
            connection.executescript(sql)

    run("")
    return Origin("sqlite", f"sqlite:{file}", run)


def of_postgres(uri: str) -> Origin:
    """A database of PostgreSQL, read by a user who may only read, with a password."""

    def run(sql: str) -> None:
        with connect_with("postgres_scanner") as connection:
            connection.execute(f"attach {quoted(libpq_keywords(Address(uri)))} as origin (type postgres)")
            connection.execute(f"call postgres_execute('origin', {quoted(sql)})")

    reader = f'create role "r@x" login password {quoted(PASSWORD)}'
    run(f"do $do$ begin {reader}; exception when duplicate_object then null; end $do$")
    run('alter default privileges in schema public grant select on tables to "r@x"')
    parts = urlsplit(uri)
    host = parse_qs(parts.query)["host"][0]
    return Origin(
        "postgresql",
        f"postgresql://r%40x:$ORIGIN_PASSWORD@{parts.path}?host={host}",
        run,
        {"ORIGIN_PASSWORD": PASSWORD},
        instant="timestamptz",
    )


def of_odbc(uri: str) -> Origin:
    """The same kind of database, through the ODBC driver that Debian has for it."""
    if not (shutil.which("odbcinst") or Path("/etc/odbcinst.ini").exists()) or "PostgreSQL Unicode" not in Path(
        "/etc/odbcinst.ini"
    ).read_text(encoding="utf-8"):
        unavailable("odbc", "there is no ODBC driver; on Debian: apt-get install odbc-postgresql unixodbc")
    origin = of_postgres(uri)
    parts = urlsplit(uri)
    host, database = parse_qs(parts.query)["host"][0], unquote(parts.path.strip("/"))
    address = f"odbc:Driver={{PostgreSQL Unicode}};Servername={host};Database={database};UID=r@x;PWD=$ORIGIN_PASSWORD"
    return Origin("odbc", address, origin.run, origin.environment)


def of_mariadb(server: MariaDbServer) -> Origin:
    """A database of MariaDB, read by a user who may only read, with a password."""
    database = server.new_database()
    server.reader(database, "r@x", PASSWORD)
    address = server.address(database, "r@x", "$").replace("%24", "$ORIGIN_PASSWORD")

    def run(sql: str) -> None:
        server.run(sql.replace("\\", "\\\\"), database)

    return Origin("mysql", address, run, {"ORIGIN_PASSWORD": PASSWORD}, instant="datetime")


def of_server(system: str, request: pytest.FixtureRequest) -> Origin:
    """An empty database of a system that is served, ``postgresql``, ``mysql`` or ``odbc``."""
    if system == "mysql":
        return of_mariadb(request.getfixturevalue("mariadb"))
    uri = request.getfixturevalue("postgres_database")
    return {"postgresql": of_postgres, "odbc": of_odbc}[system](uri)
