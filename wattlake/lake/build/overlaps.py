"""Leave no two readings that overlap among those that come to a silver table.

A reading is superseded by each valid reading of a later landing that overlaps it, whatever became of that one: so what
is in silver follows from the landings alone, and a landing only ever deletes and adds. Were a reading to come back once
the one over it is superseded in turn, all landings would have to be looked at again. No reading is ever cut.
"""

from wattlake.lake.build.duplicates import Readings, Workbench
from wattlake.lake.contracts import spec
from wattlake.lake.models.graph import Model
from wattlake.lake.models.intervals import crowded_hours, interval, lengths, overlap, owner
from wattlake.lake.sql import touched


def set_overlaps_aside(bench: Workbench, model: Model, readings: Readings) -> None:
    """Set aside the readings that overlap another one of their landing.

    Which of them holds cannot be told. They are read once more, for their original text.
    """
    _find_overlaps(bench, model, "one._landing_id = other._landing_id")
    marked = f"from {bench.reading} where rowid in (from {bench.overlap})"
    ends = bench.cursor.execute(f"select min(_landing_id), max(_landing_id) {marked}").fetchall()[0]
    if ends[0] is None:
        return
    names = ", ".join([*interval(model.table), "_landing_id"])
    bench.lake.execute(
        f"""
        insert into {bench.aside}
        select _landing_id, 'overlaps another reading of its landing', original
        from ({readings(*ends, "true")})
        semi join (select {names} {marked}) using ({names})
        where quarantine_reason is null
        """
    )
    bench.cursor.execute(f"delete {marked}")


def leave_out_overlapped(bench: Workbench, model: Model) -> int:
    """Leave out the readings that one of a later landing overlaps; return their number."""
    _find_overlaps(bench, model, "one._landing_id < other._landing_id")
    return touched(bench.cursor, f"delete from {bench.reading} where rowid in (from {bench.overlap})")


def _find_overlaps(bench: Workbench, model: Model, of_landings: str) -> None:
    """Put the row numbers of readings that overlap another one into a table.

    Readings of one length lie on one grid and overlap only where they have one key: nothing is compared.
    """
    extremes = lengths(bench.cursor, bench.reading) if spec(model.table).has_intervals else None
    if extremes is None or extremes[0] == extremes[1]:
        bench.cursor.execute(f"create or replace table {bench.overlap} as select 0::bigint as place where false")
        return
    names = ", ".join(owner(model.table))
    bench.cursor.execute(
        f"""
        create or replace table {bench.overlap} as
        with near as materialized (
            select rowid as place, *, date_trunc('hour', period_start_utc) as hour_utc
            from {bench.reading}
            where ({names}, hour_utc) in ({crowded_hours(model.table, bench.reading)})
        )
        select distinct one.place
        from near as one
        inner join near as other on {overlap(model.table, "one", "other")} and {of_landings}
        -- Those of one interval are duplicates.
        where (one.period_start_utc, one.period_minutes) <> (other.period_start_utc, other.period_minutes)
        """
    )
