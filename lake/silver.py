"""Silver, built by landing: type new readings, settle what contradicts, supersede what is corrected, count it all."""

from datetime import date

from lake.connection import Connection, named, quoted, scalar
from lake.contracts import columns, spec
from lake.models import Model, fill, with_original
from lake.settings import Settings


def build_silver(
    connection: Connection, model: Model, settings: Settings, landings: tuple[int, int], build_id: str
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

    Returns:
        The rows written and, for a table of periods, the days they touch.
    """
    window = {"from_landing": landings[0], "to_landing": landings[1]}
    connection.execute(f"create or replace temp table reading as {with_original(fill(model.sql, settings, window))}")
    landed = scalar(connection, "select count(*) from temp.reading")
    quarantined = _set_aside(connection, model)
    contradicting, repeated, superseded = _settle(connection, model)
    superseded += _supersede(connection, model)
    listed = ", ".join(named(name) for name in columns(model.table))
    rows = _count(connection, f"insert into {model.table} select {listed} from temp.reading")
    days = _days(connection) if "period_start_utc" in columns(model.table) else set()
    connection.execute("drop table temp.reading")
    connection.execute(
        "insert into ops.reconciliation values (?, ?, ?, ?, ?, ?, ?)",
        [build_id, model.source, model.table, landed, superseded, repeated, quarantined + contradicting],
    )
    return rows, days


def empty(connection: Connection, model: Model) -> set[date]:
    """Empty a silver table, its quarantine and its counts, to be read anew; gives the days that it held."""
    days: set[date] = set()
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
    return _count(connection, "delete from temp.reading where quarantine_reason is not null")


def _settle(connection: Connection, model: Model) -> tuple[int, int, int]:
    """Leave one reading of each key.

    Returns:
        Readings that contradict another of their landing, further copies of equal ones, and those of earlier landings.
    """
    key = ", ".join(spec(model.table).key)
    listed = ", ".join(named(name) for name in columns(model.table))
    connection.execute(
        f"create or replace temp table contested as select {key} from temp.reading group by {key} having count(*) > 1"
    )
    if not scalar(connection, "select count(*) from temp.contested"):
        return 0, 0, 0
    connection.execute(
        f"""
        create or replace temp table variant as
        select {listed}, copies, count(*) over (partition by {key}, _landing_id) as variants
        from (
            select {listed}, count(*) as copies
            from temp.reading semi join temp.contested using ({key})
            group by {listed}
        )
        """
    )
    connection.execute(
        f"delete from temp.reading using temp.contested where {_same_key(model, 'reading', 'contested')}"
    )
    contradicting = _count(
        connection,
        f"""
        insert into {_quarantine(model)}
        select _landing_id, 'contradicts another reading of its landing', to_json(variant)
        from temp.variant, range(copies)
        where variants > 1
        """,
    )
    kept = _count(
        connection,
        f"""
        insert into temp.reading by name
        select {listed} from temp.variant where variants = 1
        qualify row_number() over (partition by {key} order by _landing_id desc) = 1
        """,
    )
    alike = scalar(connection, "select count(*) from temp.variant where variants = 1")
    repeated = scalar(connection, "select sum(copies - 1) from temp.variant where variants = 1")
    connection.execute("drop table temp.contested; drop table temp.variant")
    return contradicting, repeated, alike - kept


def _supersede(connection: Connection, model: Model) -> int:
    """Make way for the readings whose keys come anew; one that says what the table says already stays as it is.

    The literal bounds let DuckLake skip files that cannot hold one of the keys.
    """
    within = _bounds(connection, model)
    if not within or not scalar(
        connection, f"select count(*) from (select 1 from {model.table} where {within} limit 1)"
    ):
        return 0
    same_key = _same_key(model, "old", "new")
    values = [named(name) for name in columns(model.table) if not name.startswith("_")]
    unchanged = " and ".join(f"old.{name} is not distinct from new.{name}" for name in values)
    old = f"(select * from {model.table} where {within}) as old"
    repeats = _count(connection, f"delete from temp.reading as new using {old} where {same_key} and {unchanged}")
    comes_anew = f"exists (select 1 from temp.reading as new where {same_key})"
    return repeats + _count(connection, f"delete from {model.table} as old where {within} and {comes_anew}")


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


def _count(connection: Connection, sql: str) -> int:
    """Run an insert or delete and say how many rows it touched."""
    row = connection.execute(sql).fetchone()
    return int(row[0]) if row else 0
