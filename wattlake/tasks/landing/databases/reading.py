"""Read the rows of one landing from a database, within one transaction of it."""

import logging
from dataclasses import dataclass

from wattlake.lake.sql import Connection, named, scalar, types_of
from wattlake.tasks.landing.databases.connecting import DatabaseError
from wattlake.tasks.landing.databases.systems import SYSTEMS, Value
from wattlake.tasks.sources import Database

logger = logging.getLogger("wattlake.ingest")

ROWS = "temp.read_rows"
"""The relation that holds the rows that were read."""
UNTIMELY = "`watermark`: the column `{column}` holds {type}; expected is a whole number, a day or an instant. {remedy}"
WRITE_A_QUERY = "Give a `query` that makes one of it, or `whole = true`"
GROWING = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "DATE"}


@dataclass(frozen=True)
class Stretch:
    """The rows of one landing that were read.

    Attributes:
        rows: how many.
        first: the least value of the column that grows; nothing where there is none, or no row.
        last: the greatest.
        is_end: whether nothing more was there.
    """

    rows: int
    first: Value | None
    last: Value | None
    is_end: bool


def read_stretch(connection: Connection, described: Database, *, after: Value | None) -> Stretch:
    """Read the next rows behind a value of the column that grows, or all, into ``ROWS``.

    Rows of one value stay together: of a stretch that is full, those of its last value are left to the next one.

    Args:
        connection: to the database.
        described: the source.
        after: where the rows before ended.

    Raises:
        DatabaseError: the column that grows is none.
    """
    if not described.watermark:
        _read(connection, described, None, limit=None)
        return Stretch(scalar(connection, f"select count(*) from {ROWS}"), None, None, is_end=True)
    limit = described.chunk_rows + 1  # One more tells whether there are more.
    column = named(described.watermark)
    while True:
        _read(connection, described, after, limit=limit)
        _expect_growing(connection, described)
        rows, first, last = connection.execute(f"select count(*), min({column}), max({column}) from {ROWS}").fetchall()[
            0
        ]
        if rows < limit:
            return Stretch(rows, first, last, is_end=True)
        if first != last:
            break
        limit *= 2
    connection.execute(f"delete from {ROWS} where {column} = $1", [last])
    rows, last = connection.execute(f"select count(*), max({column}) from {ROWS}").fetchall()[0]
    return Stretch(rows, first, last, is_end=False)


def tell_rows_without_watermark(connection: Connection, described: Database) -> None:
    """Log how many rows have no value in the column that grows: they are never read."""
    system = SYSTEMS[described.system]
    select = f"select count(*) as n from {_base(described)} where {system.named(described.watermark)} is null"
    sql, parameters = system.selected(select, [])
    if rows := scalar(connection, sql, parameters):
        logger.warning(
            "%s: %s rows have nothing in `%s` and are not read; a `query` can give them a value",
            *(described.name, f"{rows:,}", described.watermark),
        )


def _read(connection: Connection, described: Database, after: Value | None, *, limit: int | None) -> None:
    system = SYSTEMS[described.system]
    select, values = f"select * from {_base(described)}", [after] if after is not None else []
    if described.watermark:
        column = system.named(described.watermark)
        select += (
            f" where {column} > {system.placeholder(after)}" if after is not None else f" where {column} is not null"
        )
        select += f" order by {column}"
    select += f" limit {limit}" if limit is not None and system.limited else ""
    sql, parameters = system.selected(select, values)
    sql += f" limit {limit}" if limit is not None and not system.limited else ""
    connection.execute(f"create or replace temp table read_rows as {sql}", parameters)


def _base(described: Database) -> str:
    """Write what is selected from, in the system's own SQL."""
    if described.table_parts:
        return ".".join(map(SYSTEMS[described.system].named, described.table_parts))
    return f"({described.query}\n) read_rows"


def _expect_growing(connection: Connection, described: Database) -> None:
    types = types_of(connection, ROWS)
    column = described.watermark
    if column not in types:
        raise DatabaseError(
            f"{described.file}: `watermark`: there is no column `{column}`; there are {', '.join(types)}. Mend it."
        )
    kind = types[column]
    if kind in GROWING or kind.startswith("TIMESTAMP"):
        return
    if kind == "VARCHAR" and SYSTEMS[described.system].has_text_watermarks:
        return
    fault = UNTIMELY.format(column=column, type=kind, remedy=WRITE_A_QUERY)
    raise DatabaseError(f"{described.file}: {fault}.")
