"""Silver, built by landing: type new readings, settle what contradicts, supersede what is corrected, count it all."""

from datetime import date

from wattlake.lake.build.duplicates import Workbench, set_aside, settle, workbench
from wattlake.lake.contracts import columns, listed, spec
from wattlake.lake.contracts.quarantine import quarantine_of
from wattlake.lake.mapping import AnyMapping
from wattlake.lake.mapping.readings import select_readings
from wattlake.lake.models.graph import Model, fill
from wattlake.lake.models.source_rows import SET_ASIDE, with_original
from wattlake.lake.settings import Settings
from wattlake.lake.store.connection import Connection, named, quoted, scalar, touched


def build_silver(
    connection: Connection,
    model: Model,
    settings: Settings,
    landings: tuple[int, int],
    build_id: str,
    mapping: AnyMapping | None = None,
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
    with workbench(connection, f"{model.table.replace('.', '_')}_{landings[0]}") as bench:

        def readings(first: int, last: int, of: str = SET_ASIDE) -> str:
            window = {"from_landing": first, "to_landing": last}
            if mapping:
                return select_readings(bench.cursor, mapping, window, of)
            return with_original(fill(model.sql, settings, window), model.source, of)

        bench.cursor.execute(f"create table {bench.reading} as {readings(*landings)}")
        counted = "distinct (_landing_id, line)" if mapping else "*"
        landed, rows_read = (
            scalar(bench.cursor, f"select count({count}) from {bench.reading}") for count in ("*", counted)
        )
        set_aside(bench)
        repeated, superseded = settle(bench, model, readings)
        superseded += _supersede(connection, model, bench)
        quarantined = touched(connection, f"insert into {_quarantine(model)} from {bench.aside}")
        rows = touched(
            connection,
            f"insert into {model.table} ({listed(model.table)}) select {listed(model.table)} from ({bench.coming})",
        )
        days = _days(connection, bench) if "period_start_utc" in columns(model.table) else set()
    connection.execute(
        f"insert into ops.reconciliation ({listed('ops.reconciliation')}) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            *(build_id, model.source, model.table, landed, superseded, repeated, quarantined),
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


def _supersede(connection: Connection, model: Model, bench: Workbench) -> int:
    """Make way for the readings whose keys come anew; one that says what the table says already stays as it is.

    The literal bounds let DuckLake skip files that cannot hold one of the keys, and the first part of the key (a meter,
    a zone) most rows of the rest.
    """
    connection.execute("create or replace temp table repeat (place bigint)")
    within = _bounds(connection, model, bench)
    if not within:
        return 0
    first = named(spec(model.table).key[0])
    of_these = f"{within} and {first} in (select distinct {first} from {bench.reading})"
    for condition in (within, of_these):
        if not scalar(connection, f"select count(*) from (select 1 from {model.table} where {condition} limit 1)"):
            return 0
    same_key = _same_key(model, "old", "new")
    values = [named(name) for name in columns(model.table) if not name.startswith("_")]
    unchanged = " and ".join(f"old.{name} is not distinct from new.{name}" for name in values)
    repeats = touched(
        connection,
        f"""
        insert into temp.repeat
        select new.rowid
        from {bench.reading} as new
        inner join (select * from {model.table} where {of_these}) as old on {same_key} and {unchanged}
        """,
    )
    comes_anew = f"exists (select 1 from ({bench.coming}) as new where {same_key})"
    return repeats + touched(connection, f"delete from {model.table} as old where {of_these} and {comes_anew}")


def _bounds(connection: Connection, model: Model, bench: Workbench) -> str:
    """The condition that a key lies between the least and the greatest that come anew; empty where none comes."""
    bounds = []
    for name in spec(model.table).key:
        kind = columns(model.table)[name].sql_type
        (low, high) = connection.execute(
            f"select min({name})::varchar, max({name})::varchar from {bench.reading}"
        ).fetchall()[0]
        if low is None:
            return ""
        bounds.append(f"{name} between cast({quoted(low)} as {kind}) and cast({quoted(high)} as {kind})")
    return " and ".join(bounds)


def _same_key(model: Model, left: str, right: str) -> str:
    return " and ".join(f"{left}.{name} = {right}.{name}" for name in spec(model.table).key)


def _quarantine(model: Model) -> str:
    return quarantine_of(model.table)


def _days(connection: Connection, bench: Workbench) -> set[date]:
    days = connection.execute(f"select distinct cast(period_start_utc as date) from ({bench.coming})").fetchall()
    return {day for (day,) in days}
