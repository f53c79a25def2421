"""Choose one reading of each key, in memory, before any of them goes into a silver table."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

from wattlake.lake.contracts import columns
from wattlake.lake.models.graph import Model
from wattlake.lake.models.intervals import interval
from wattlake.lake.models.key_collisions import crowded
from wattlake.lake.models.source_rows import SET_ASIDE
from wattlake.lake.sql import Connection, named, scalar, touched

Readings = Callable[..., str]
"""A function that writes the SELECT of the readings of some landings.

It takes the first and the last landing, and the condition of the readings whose original text is wanted.
"""


@dataclass(frozen=True)
class Workbench:
    """A database in memory, where cursors of its own prepare readings for the lake.

    DuckDB reads with one thread what the same transaction wrote, and with all of them what another has committed. The
    build's transaction sees the workbench as it is when it first looks, and cannot write there.

    Attributes:
        cursor: works on the tables below.
        lake: has the lake as its current database, and fills them from there. Each statement of such a cursor looks up
            the newest snapshot, a millisecond that most statements of a small landing's would not take themselves.
        reading: the table of the readings; in the end those that may go into the silver table.
        suspect: the table of those among which a key may come twice.
        variant: the table of the different readings of keys that come twice.
        overlap: the table of the places of readings that overlap others.
        aside: the table of the rows for the quarantine.
    """

    cursor: Connection
    lake: Connection
    reading: str
    suspect: str
    variant: str
    overlap: str
    aside: str


class Duplicates(NamedTuple):
    """The numbers of readings left out because a key came twice.

    Repeated are copies in the same landing; superseded are readings of earlier landings.
    """

    repeated: int
    superseded: int


@contextmanager
def workbench(connection: Connection, name: str) -> Iterator[Workbench]:
    """Open a workbench under a name that is new to the transaction.

    Under a name that was used before, DuckDB shows the older workbench's rows.
    """
    with connection.cursor() as cursor, connection.cursor() as lake:
        cursor.execute(f"attach ':memory:' as {name}")
        lake.execute("use lake")
        try:
            tables = ("reading", "suspect", "variant", "overlap", "aside")
            yield Workbench(cursor, lake, *(f"{name}.{table}" for table in tables))
        finally:
            cursor.execute(f"detach {name}")


def column_names(bench: Workbench, table: str) -> list[str]:
    """List the columns of a silver table that the workbench's readings have, in contract order."""
    described = {name for name, *_ in bench.cursor.execute(f"describe {bench.reading}").fetchall()}
    return [name for name in columns(table) if name in described]


def set_aside(bench: Workbench) -> None:
    """Move the readings that the model rejects to the rows for the quarantine."""
    bench.cursor.execute(
        f"""
        create table {bench.aside} as
        select _landing_id, quarantine_reason, original from {bench.reading} where {SET_ASIDE}
        """
    )
    bench.cursor.execute(f"delete from {bench.reading} where {SET_ASIDE}")


def resolve(bench: Workbench, model: Model, readings: Readings) -> Duplicates:
    """Leave one reading of each interval; set aside those that contradict another.

    Only readings of one landing do so; of several landings' the newest is left. Those that contradict each other are
    read once more: only now it is known whose original text is wanted.
    """
    key = ", ".join(interval(model.table))
    all_columns = ", ".join(map(named, column_names(bench, model.table)))
    group, is_crowded = crowded(model.table)
    # Each look at all readings costs, so the few among which a key may come twice are taken out in one.
    bench.cursor.execute(
        f"""
        create table {bench.suspect} as
        select rowid as place, *
        from {bench.reading}
        where ({group}) in (select ({group}) from {bench.reading} group by {group} having {is_crowded})
        """
    )
    bench.cursor.execute(
        f"""
        create table {bench.variant} as
        select {all_columns}, copies, count(*) over (partition by {key}, _landing_id) as variants
        from (
            select {all_columns}, count(*) as copies, sum(copies) over (partition by {key}) as readings
            from {bench.suspect}
            group by {all_columns}
        )
        where readings > 1
        """
    )
    if not scalar(bench.cursor, f"select count(*) from {bench.variant}"):
        return Duplicates(repeated=0, superseded=0)
    places = f"select place from {bench.suspect} semi join {bench.variant} using ({key})"
    bench.cursor.execute(f"delete from {bench.reading} where rowid in ({places})")
    (ends,) = bench.cursor.execute(
        f"select min(_landing_id), max(_landing_id) from {bench.variant} where variants > 1"
    ).fetchall()
    if ends[0] is not None:
        bench.lake.execute(
            f"""
            insert into {bench.aside}
            select _landing_id, 'contradicts another reading of its landing', original
            from ({readings(*ends, "true")})
            semi join (from {bench.variant} where variants > 1) using ({key}, _landing_id)
            where quarantine_reason is null
            """
        )
    kept = touched(
        bench.cursor,
        f"""
        insert into {bench.reading} by name
        select {all_columns} from {bench.variant} where variants = 1
        qualify row_number() over (partition by {key} order by _landing_id desc) = 1
        """,
    )
    alike = scalar(bench.cursor, f"select count(*) from {bench.variant} where variants = 1")
    repeated = scalar(bench.cursor, f"select sum(copies - 1) from {bench.variant} where variants = 1")
    return Duplicates(repeated, superseded=alike - kept)
