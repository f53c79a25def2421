"""Silver, built by landing: type new readings, settle what contradicts, supersede what is corrected, count it all."""

from collections.abc import Callable
from datetime import date

from lake.connection import Connection, named, quoted, scalar, touched
from lake.contracts import columns, listed, spec
from lake.keys import crowded
from lake.mapping import Mapping
from lake.mapping.readings import select_readings
from lake.models import Model, fill
from lake.originals import SET_ASIDE, with_original
from lake.settings import Settings

Readings = Callable[..., str]
"""Gives the SELECT of the readings in landings from a first to a last, with the original text of those wanted."""


def build_silver(
    connection: Connection,
    model: Model,
    settings: Settings,
    landings: tuple[int, int],
    build_id: str,
    mapping: Mapping | None = None,
) -> tuple[int, set[date]]:
    """Take the readings of some landings into a silver table, within the caller's transaction.

    Readings of one landing that are equal become one; those that contradict each other are quarantined; a later
    landing's valid reading supersedes an earlier one. ``ops.reconciliation`` records what became of every reading.

    Args:
        connection: in a transaction, with the lake as its current database.
        model: the silver model.
        settings: of the lake.
        landings: the first and the last landing to read, both included.
        build_id: the build.
        mapping: of all these landings, where they have one.

    Returns:
        The rows written and, for a table of periods, the days they touch.
    """

    def readings(first: int, last: int, of: str = SET_ASIDE) -> str:
        window = {"from_landing": first, "to_landing": last}
        if mapping:
            return select_readings(connection, mapping, window, of)
        return with_original(fill(model.sql, settings, window), model.source, of)

    connection.execute(f"create or replace temp table reading as {readings(*landings)}")
    landed = scalar(connection, "select count(*) from temp.reading")
    counted = "distinct (_landing_id, line)" if mapping else "*"
    rows_read = scalar(connection, f"select count({counted}) from temp.reading")
    quarantined = _set_aside(connection, model)
    contradicting, repeated, superseded = _settle(connection, model, readings)
    superseded += _supersede(connection, model)
    # In the order of time, rows come to their partitions in turn, which costs less than to sort them out.
    by_time = "order by period_start_utc" if "period_start_utc" in columns(model.table) else ""
    ordered = f"select {listed(model.table)} from temp.reading {by_time}"
    rows = touched(connection, f"insert into {model.table} ({listed(model.table)}) {ordered}")
    days = _days(connection) if "period_start_utc" in columns(model.table) else set()
    connection.execute("drop table temp.reading")
    connection.execute(
        f"insert into ops.reconciliation ({listed('ops.reconciliation')}) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            *(build_id, model.source, model.table, landed, superseded, repeated, quarantined + contradicting),
            *(rows_read, landings[0]),
        ],
    )
    return rows, days


def empty(connection: Connection, model: Model) -> set[date] | None:
    """Empty a silver table, its quarantine and its counts, to be read anew.

    Returns:
        The days that it held; ``None`` where it has never read anything.
    """
    days: set[date] = set()
    counted = "select count(*) from ops.reconciliation where table_name = ?"
    if not scalar(connection, counted, [model.table]):
        return None
    if "period_start_utc" in columns(model.table):
        held = connection.execute(f"select distinct cast(period_start_utc as date) from {model.table}").fetchall()
        days = {day for (day,) in held}
    for table in (model.table, _quarantine(model)):
        connection.execute(f"delete from {table}")
    connection.execute("delete from ops.reconciliation where table_name = ?", [model.table])
    return days


def _set_aside(connection: Connection, model: Model) -> int:
    """Move the readings that the model rejects to the quarantine."""
    connection.execute(
        f"insert into {_quarantine(model)} select _landing_id, quarantine_reason, original from temp.reading "
        "where quarantine_reason is not null"
    )
    return touched(connection, "delete from temp.reading where quarantine_reason is not null")


def _settle(connection: Connection, model: Model, readings: Readings) -> tuple[int, int, int]:
    """Leave one reading of each key.

    Those that contradict each other are read once more: only now it is known whose original text is wanted.

    Returns:
        Readings that contradict another of their landing, further copies of equal ones, and those of earlier landings.
    """
    key = ", ".join(spec(model.table).key)
    all_columns = listed(model.table)
    group, is_crowded = crowded(model.table)
    # Each look at all readings costs, so the few among which a key may come twice are taken out in one.
    connection.execute(
        f"""
        create or replace temp table suspect as
        select rowid as place, *
        from temp.reading
        where ({group}) in (select ({group}) from temp.reading group by {group} having {is_crowded})
        """
    )
    connection.execute(
        f"""
        create or replace temp table variant as
        select {all_columns}, copies, count(*) over (partition by {key}, _landing_id) as variants
        from (
            select {all_columns}, count(*) as copies, sum(copies) over (partition by {key}) as readings
            from temp.suspect
            group by {all_columns}
        )
        where readings > 1
        """
    )
    if not scalar(connection, "select count(*) from temp.variant"):
        return 0, 0, 0
    connection.execute(
        f"delete from temp.reading where rowid in (select place from temp.suspect semi join temp.variant using ({key}))"
    )
    contradicting = 0
    (ends,) = connection.execute(
        "select min(_landing_id), max(_landing_id) from temp.variant where variants > 1"
    ).fetchall()
    if ends[0] is not None:
        contradicting = touched(
            connection,
            f"""
            insert into {_quarantine(model)}
            select _landing_id, 'contradicts another reading of its landing', original
            from ({readings(*ends, "true")})
            semi join (from temp.variant where variants > 1) using ({key}, _landing_id)
            where quarantine_reason is null
            """,
        )
    kept = touched(
        connection,
        f"""
        insert into temp.reading by name
        select {all_columns} from temp.variant where variants = 1
        qualify row_number() over (partition by {key} order by _landing_id desc) = 1
        """,
    )
    alike = scalar(connection, "select count(*) from temp.variant where variants = 1")
    repeated = scalar(connection, "select sum(copies - 1) from temp.variant where variants = 1")
    connection.execute("drop table temp.suspect; drop table temp.variant")
    return contradicting, repeated, alike - kept


def _supersede(connection: Connection, model: Model) -> int:
    """Make way for the readings whose keys come anew; one that says what the table says already stays as it is.

    The literal bounds let DuckLake skip files that cannot hold one of the keys, and the first part of the key (a meter,
    a zone) most rows of the rest.
    """
    within = _bounds(connection, model)
    if not within:
        return 0
    first = named(spec(model.table).key[0])
    of_these = f"{within} and {first} in (select distinct {first} from temp.reading)"
    for condition in (within, of_these):
        if not scalar(connection, f"select count(*) from (select 1 from {model.table} where {condition} limit 1)"):
            return 0
    within = of_these
    same_key = _same_key(model, "old", "new")
    values = [named(name) for name in columns(model.table) if not name.startswith("_")]
    unchanged = " and ".join(f"old.{name} is not distinct from new.{name}" for name in values)
    old = f"(select * from {model.table} where {within}) as old"
    repeats = touched(connection, f"delete from temp.reading as new using {old} where {same_key} and {unchanged}")
    comes_anew = f"exists (select 1 from temp.reading as new where {same_key})"
    return repeats + touched(connection, f"delete from {model.table} as old where {within} and {comes_anew}")


def _bounds(connection: Connection, model: Model) -> str:
    """The condition that a key lies between the least and the greatest that come anew; empty where none comes."""
    bounds = []
    for name in spec(model.table).key:
        kind = columns(model.table)[name].sql_type
        (low, high) = connection.execute(
            f"select min({name})::varchar, max({name})::varchar from temp.reading"
        ).fetchall()[0]
        if low is None:
            return ""
        bounds.append(f"{name} between cast({quoted(low)} as {kind}) and cast({quoted(high)} as {kind})")
    return " and ".join(bounds)


def _same_key(model: Model, left: str, right: str) -> str:
    return " and ".join(f"{left}.{name} = {right}.{name}" for name in spec(model.table).key)


def _quarantine(model: Model) -> str:
    return model.table.replace("silver.", "quarantine.")


def _days(connection: Connection) -> set[date]:
    days = connection.execute("select distinct cast(period_start_utc as date) from temp.reading").fetchall()
    return {day for (day,) in days}
