"""The systems that can be asked: how each is attached, and how a SELECT is sent to it.

Values go as parameters where a scanner takes them. PostgreSQL's does not in the binary protocol, so a value is written
there as a literal; it is a whole number, a day or an instant that DuckDB read from the column itself, never a text.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import unquote

from wattlake.lake import sql
from wattlake.lake.addresses import Address
from wattlake.lake.odbc_string import OdbcString
from wattlake.lake.sql import Connection, named, quoted
from wattlake.lake.store.connection import libpq_keywords

Value = int | date | datetime | str
"""A value of a column that grows."""

ORIGIN = "origin"
SECRET = "wattlake_origin"
CONNECT_SECONDS = "10"


@dataclass(frozen=True)
class System:
    """How one system is asked.

    Attributes:
        extensions: DuckDB's extensions for it.
        attach: attaches an address to a connection.
        selected: writes the SQL for DuckDB that sends a SELECT, with its parameters.
        placeholder: writes where a value goes in the SELECT.
        named: quotes a name.
        limited: whether the SELECT itself says how many rows it wants.
        has_text_watermarks: whether texts are ordered as DuckDB orders them.
    """

    extensions: tuple[str, ...]
    attach: Callable[..., None]
    selected: Callable[[str, Sequence[Value]], tuple[str, list[Value]]]
    placeholder: Callable[[Value], str] = lambda _value: "?"
    named: Callable[[str], str] = named
    limited: bool = True
    has_text_watermarks: bool = False


def literal(value: Value) -> str:
    """Write a value of a column that grows in SQL; an instant is in UTC."""
    match value:
        case datetime() if value.tzinfo:
            return f"timestamptz '{value.isoformat(sep=' ')}'"
        case date():  # An instant is a day, too.
            return sql.literal(value)
        case int():
            return str(value)
    raise TypeError(f"{type(value).__name__} is written by no literal.")


def _attach_postgresql(connection: Connection, address: Address) -> None:
    password = address.password or address.query.get("password")
    if password:
        connection.execute(f"create secret {SECRET} (type postgres, password {quoted(password)})")
    keywords = libpq_keywords(address, connect_timeout=CONNECT_SECONDS)
    secret = f", secret {SECRET}" if password else ""
    connection.execute(f"attach {quoted(keywords)} as {ORIGIN} (type postgres, read_only{secret})")


def _attach_mysql(connection: Connection, address: Address) -> None:
    host, _, port = address.authority.partition(":")
    values = {
        "host": unquote(host),
        "port": port,
        "user": address.user or "",
        "password": address.password or "",
        "database": unquote(address.path.strip("/")),
    } | address.query
    written = ", ".join(f"{named(name)} {quoted(value)}" for name, value in values.items() if value)
    connection.execute("set mysql_session_time_zone = '+00:00'")
    connection.execute(f"create secret {SECRET} (type mysql, {written})")
    connection.execute(f"attach '' as {ORIGIN} (type mysql, secret {SECRET}, read_only)")


def _attach_sqlite(connection: Connection, address: Address) -> None:
    connection.execute(f"attach {quoted(address.get_secret_value())} as {ORIGIN} (type sqlite, read_only)")
    connection.execute(f"use {ORIGIN}")


def _attach_odbc(connection: Connection, address: OdbcString) -> None:
    connection.execute("set variable origin = odbc_connect(?)", [address.get_secret_value()])


def _of_postgresql(select: str, _values: Sequence[Value]) -> tuple[str, list[Value]]:
    return f"select * from postgres_query('{ORIGIN}', {quoted(select)})", []


def _of_mysql(select: str, values: Sequence[Value]) -> tuple[str, list[Value]]:
    return f"select * from mysql_query('{ORIGIN}', {quoted(select)}{_parameters(values)}, stream_results := true)", []


def _of_odbc(select: str, values: Sequence[Value]) -> tuple[str, list[Value]]:
    # Numbers as texts: a driver that does not know how many decimals there are gives others.
    sent = f"getvariable('{ORIGIN}'), {quoted(select)}{_parameters(values)}"
    return f"select * from odbc_query({sent}, decimal_columns_as_chars := true)", []


def _parameters(values: Sequence[Value]) -> str:
    """Write parameters as the scanners take them: a row of typed values."""
    written = [f"{value}::bigint" if isinstance(value, int) else literal(value) for value in values]
    return f", params := row({', '.join(written)})" if values else ""


SYSTEMS: Mapping[str, System] = {
    "postgresql": System(("postgres_scanner",), _attach_postgresql, _of_postgresql, placeholder=literal),
    "mysql": System(
        ("mysql_scanner",), _attach_mysql, _of_mysql, named=lambda name: "`" + name.replace("`", "``") + "`"
    ),
    "sqlite": System(
        ("sqlite_scanner",), _attach_sqlite, lambda select, values: (select, [*values]), has_text_watermarks=True
    ),
    "odbc": System(("odbc_scanner",), _attach_odbc, _of_odbc, limited=False),
}
