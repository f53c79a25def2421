"""Find and delete the rows of a silver table that new readings replace.

Readings that only repeat a row are found, too.
"""

from wattlake.lake.build.coming import Coming
from wattlake.lake.contracts import columns, spec
from wattlake.lake.models.graph import Model
from wattlake.lake.models.intervals import has_other_lengths, lengths, overlap
from wattlake.lake.sql import Connection, materialized, named, quoted, scalar, touched


def rivals(connection: Connection, model: Model, reading: str, held: str) -> str:
    """Write the condition of the table's rows that may have the key of a reading, or overlap it.

    It is empty where the table holds no such row; ``held`` is the relation of its rows.

    The literal bounds let DuckLake skip files that cannot hold one of the keys, and the first part of the key (a meter,
    a zone) most rows of the rest.
    """
    within = _bounds(connection, model, reading)
    if not within:
        return ""
    first = named(spec(model.table).key[0])
    of_these = f"{within} and {first} in (select distinct {first} from {reading})"
    for condition in (within, of_these):
        if not scalar(connection, f"select count(*) from (select 1 from {held} where {condition} limit 1)"):
            return ""
    return of_these


def unchanged_readings(connection: Connection, model: Model, reading: str, rival: str, held: str) -> str:
    """Find the readings that the table holds already, value for value.

    Args:
        connection: in a transaction, with the lake as its current database.
        model: the silver model.
        reading: the relation of the readings.
        rival: the condition of the table's rows that may have their keys.
        held: the relation of the table's rows.

    Returns:
        The relation of their row numbers, as ``place``.
    """
    values = [named(name) for name in columns(model.table) if not name.startswith("_")]
    alike = " and ".join(f"old.{name} is not distinct from new.{name}" for name in values)
    return materialized(
        connection,
        "unchanged",
        f"""
        select new.rowid as place
        from {reading} as new
        inner join (select * from {held} where {rival}) as old on {_same_key(model, "old", "new")} and {alike}
        """
        if rival
        else "select 0::bigint as place where false",
    )


def replaced(connection: Connection, model: Model, reading: str, rival: str, held: str) -> str:
    """Write the condition that a row of the table (``old``) is replaced by a reading (``new``).

    It has its key or overlaps it; where all of them are equally long, who overlaps has the same key.

    Args:
        connection: in a transaction, with the lake as its current database.
        model: the silver model.
        reading: the relation of the readings.
        rival: the condition of the table's rows that may be replaced; empty where none may.
        held: the relation of the table's rows.
    """
    extremes = lengths(connection, reading) if rival and spec(model.table).has_intervals else None
    if extremes is None:
        return _same_key(model, "old", "new")
    rows = f"select period_minutes from {held} where {rival}"
    is_mixed = extremes[0] < extremes[1] or has_other_lengths(connection, rows, extremes[0])
    return overlap(model.table, "old", "new") if is_mixed else _same_key(model, "old", "new")


def delete_superseded(connection: Connection, model: Model, coming: Coming) -> int:
    """Delete the rows of the table that coming ones replace; return their number."""
    if not coming.rival:
        return 0
    comes_anew = f"exists (select 1 from ({coming.readings}) as new where {coming.replaced})"
    return touched(connection, f"delete from {model.table} as old where {coming.rival} and {comes_anew}")


def would_be_replaced(model: Model) -> str:
    """Write the condition that a reading (``new``) of any length replaces a row (``old``)."""
    return overlap(model.table, "old", "new") if spec(model.table).has_intervals else _same_key(model, "old", "new")


def _bounds(connection: Connection, model: Model, reading: str) -> str:
    """Write the condition that a key lies between those of the readings, or in their hours.

    It is empty where there are no readings.
    """
    bounds = []
    for name in spec(model.table).key:
        kind = columns(model.table)[name].sql_type
        low_key, high_key = f"min({name})", f"max({name})"
        if name == "period_start_utc" and spec(model.table).has_intervals:
            low_key, high_key = (
                f"date_trunc('hour', {low_key})",
                f"date_trunc('hour', {high_key}) + interval 59 minutes",
            )
        (low, high) = connection.execute(
            f"select ({low_key})::varchar, ({high_key})::varchar from {reading}"
        ).fetchall()[0]
        if low is None:
            return ""
        bounds.append(f"{name} between cast({quoted(low)} as {kind}) and cast({quoted(high)} as {kind})")
    return " and ".join(bounds)


def _same_key(model: Model, left: str, right: str) -> str:
    return " and ".join(f"{left}.{name} = {right}.{name}" for name in spec(model.table).key)
