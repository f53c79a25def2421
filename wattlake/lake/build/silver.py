"""Build silver by landing: type readings, resolve duplicates, count every reading.

A corrected reading replaces the row of the earlier one.
"""

from datetime import date

from wattlake.lake.build.duplicates import Readings, Workbench, resolve, set_aside, workbench
from wattlake.lake.build.superseded import delete_superseded, rivals, unchanged_readings
from wattlake.lake.contracts import columns, listed
from wattlake.lake.contracts.quarantine import quarantine_of
from wattlake.lake.mapping import AnyMapping
from wattlake.lake.mapping.readings import select_readings
from wattlake.lake.models.graph import Model, fill
from wattlake.lake.models.source_rows import SET_ASIDE, with_original
from wattlake.lake.settings import Settings
from wattlake.lake.store.connection import Connection, scalar, touched


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
        readings = _reader(bench, model, settings, mapping)
        bench.cursor.execute(f"create table {bench.reading} as {readings(*landings)}")
        counts = ("*", "distinct (_landing_id, line)" if mapping else "*", _rounded(bench))
        landed, rows_read, rounded = (scalar(bench.cursor, f"select count({of}) from {bench.reading}") for of in counts)
        set_aside(bench)
        duplicates = resolve(bench, model, readings)
        rival = rivals(connection, model, bench.reading)
        unchanged = unchanged_readings(connection, model, bench.reading, rival)
        coming = (
            f"from {bench.reading} as reading anti join {unchanged} as unchanged on reading.rowid = unchanged.place"
        )
        superseded = duplicates.superseded + scalar(connection, f"select count(*) from {unchanged}")
        superseded += delete_superseded(connection, model, coming, rival)
        quarantined = touched(connection, f"insert into {quarantine_of(model.table)} from {bench.aside}")
        rows, days = _insert(connection, model, coming)
    connection.execute(
        f"insert into ops.reconciliation ({listed('ops.reconciliation')}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            *(build_id, model.source, model.table, landed, superseded, duplicates.repeated, quarantined),
            *(rows_read, landings[0], rounded),
        ],
    )
    return rows, days


def _rounded(bench: Workbench) -> str:
    """Write what to count for the valid readings that had more decimals than six."""
    names = {name for name, *_ in bench.cursor.execute(f"describe {bench.reading}").fetchall()}
    return f"nullif(is_rounded and not ({SET_ASIDE}), false)" if "is_rounded" in names else "null"


def _reader(bench: Workbench, model: Model, settings: Settings, mapping: AnyMapping | None) -> Readings:
    """Make the function that writes the SELECT of some landings' readings.

    It reads them by their mapping or, where they have none, by the model.
    """

    def readings(first: int, last: int, of: str = SET_ASIDE) -> str:
        window = {"from_landing": first, "to_landing": last}
        if mapping:
            return select_readings(bench.cursor, mapping, window, of)
        return with_original(fill(model.sql, settings, window), model.source, of)

    return readings


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
    for table in (model.table, quarantine_of(model.table)):
        connection.execute(f"delete from {table}")
    connection.execute("delete from ops.reconciliation where table_name = ?", [model.table])
    return days


def _insert(connection: Connection, model: Model, coming: str) -> tuple[int, set[date]]:
    """Insert the coming readings; give their number and, for a table of periods, their days."""
    names = listed(model.table)
    rows = touched(connection, f"insert into {model.table} ({names}) select {names} from ({coming})")
    if "period_start_utc" not in columns(model.table):
        return rows, set()
    days = connection.execute(f"select distinct cast(period_start_utc as date) from ({coming})").fetchall()
    return rows, {day for (day,) in days}
