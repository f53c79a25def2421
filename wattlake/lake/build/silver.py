"""Build silver by landing: type readings, count each, let a correction replace a row."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

from wattlake.lake.build.coming import Coming
from wattlake.lake.build.duplicates import Readings, Workbench, resolve, set_aside, workbench
from wattlake.lake.build.overlaps import leave_out_overlapped, set_overlaps_aside
from wattlake.lake.build.own_functions import expect_no_failure
from wattlake.lake.build.power_limits import NO_LIMITS, PowerLimits, set_impossible_aside
from wattlake.lake.build.superseded import delete_superseded, replaced, rivals, unchanged_readings
from wattlake.lake.build.workbench_rows import count_readings, count_rounded, leave_readings, whole_readings
from wattlake.lake.contracts import columns, listed
from wattlake.lake.contracts.quarantine import quarantine_of
from wattlake.lake.mapping import AnyMapping
from wattlake.lake.mapping.readings import select_readings
from wattlake.lake.models.graph import Model, fill
from wattlake.lake.models.rewriting import without_empty_columns
from wattlake.lake.models.source_rows import SET_ASIDE, with_original
from wattlake.lake.quality import Rows
from wattlake.lake.settings import Settings
from wattlake.lake.sql import Connection, scalar, touched
from wattlake.lake.store.tables import typed


@contextmanager
def read_silver(
    connection: Connection,
    model: Model,
    settings: Settings,
    landings: tuple[int, int],
    mapping: AnyMapping | None = None,
    held: str = "",
    limits: PowerLimits = NO_LIMITS,
) -> Iterator[Coming]:
    """Read what some landings would bring to a silver table, and write nothing to the lake.

    Readings of one landing that are equal become one; those that contradict or overlap each other are set aside; a
    later landing's valid reading supersedes the earlier ones that it overlaps; one that the table holds is left out.

    Args:
        connection: with the lake as its current database.
        model: the silver model.
        settings: of the lake.
        landings: the first and the last landing to read, both included.
        mapping: of all these landings, where they have one.
        held: the relation of the rows that the table holds by then; by default the table.
        limits: of the power of meters' connections.

    Yields:
        The coming readings; they are there until the context ends.
    """
    held = held or model.table
    with workbench(connection, f"{model.table.replace('.', '_')}_{landings[0]}") as bench:
        readings = _reader(bench, model, settings, mapping)
        bench.lake.execute(f"create table {bench.reading} as {without_empty_columns(readings(*landings))}")
        expect_no_failure(connection, model, readings(*landings))
        rows_read = leave_readings(bench, has_lines=mapping is not None)
        landed, rounded = count_readings(bench), count_rounded(bench)
        set_aside(bench)
        set_impossible_aside(bench, model, readings, limits)
        set_overlaps_aside(bench, model, readings)
        repeated, superseded = resolve(bench, model, readings)
        suspects = scalar(bench.cursor, f"select count(*) from {bench.suspect}")
        superseded += leave_out_overlapped(bench, model)
        rival = rivals(connection, model, bench.reading, held)
        unchanged = unchanged_readings(connection, model, whole := whole_readings(bench, model.table), rival, held)
        coming = f"from {whole} as reading anti join {unchanged} as known on reading.rowid = known.place"
        superseded += scalar(connection, f"select count(*) from {unchanged}")
        days = _days_of(connection, model, f"({coming})")
        replaced_by = replaced(connection, model, bench.reading, rival, held)
        counted = (landed, rows_read, repeated, superseded, rounded)
        yield Coming(landings[0], coming, days, rival, replaced_by, bench.aside, not suspects, *counted)


def write_silver(
    connection: Connection, model: Model, coming: Coming, build_id: str, gate: Callable[[Rows], None]
) -> int:
    """Take the coming readings into a silver table, within the caller's transaction.

    ``ops.reconciliation`` records what became of every reading.

    Args:
        connection: with the lake as its current database.
        model: makes the table.
        coming: the readings.
        build_id: names the transaction in ``ops``.
        gate: holds them to the contract, beside the rows that they leave in the table.

    Returns:
        The rows written.
    """
    superseded = coming.superseded + delete_superseded(connection, model, coming)
    older = f"(from {model.table} where {coming.rival})" if coming.rival else ""
    readings = f"(select {typed(model.table)} from ({coming.readings}))"
    gate(Rows(readings, older, have_own_keys=coming.have_own_keys))
    quarantined = touched(connection, f"insert into {quarantine_of(model.table)} from {coming.aside}")
    rows = touched(connection, f"insert into {model.table} ({listed(model.table)}) from {readings}")
    connection.execute(
        f"insert into ops.reconciliation ({listed('ops.reconciliation')}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            *(build_id, model.source, model.table, coming.landed, superseded, coming.repeated, quarantined),
            *(coming.rows_read, coming.first_landing, coming.rounded),
        ],
    )
    return rows


def _reader(bench: Workbench, model: Model, settings: Settings, mapping: AnyMapping | None) -> Readings:
    """Make the function that writes the SELECT of some landings' readings.

    It reads them by their mapping or, where they have none, by the model.
    """

    def readings(first: int, last: int, of: str = SET_ASIDE) -> str:
        window = {"from_landing": first, "to_landing": last}
        if mapping:
            return select_readings(mapping, window, of)
        return with_original(fill(model.sql, settings, window), model.source, of)

    return readings


def held_days(connection: Connection, model: Model) -> set[date] | None:
    """Find the days that a silver table holds; ``None`` where it has never read anything."""
    counted = "select count(*) from ops.reconciliation where table_name = ?"
    if not scalar(connection, counted, [model.table]):
        return None
    return _days_of(connection, model, model.table)


def empty(connection: Connection, model: Model) -> None:
    """Empty a silver table, its quarantine and its counts, to be read anew."""
    for table in (model.table, quarantine_of(model.table)):
        connection.execute(f"delete from {table}")
    connection.execute("delete from ops.reconciliation where table_name = ?", [model.table])


def _days_of(connection: Connection, model: Model, relation: str) -> set[date]:
    """Find the days of a relation's readings; none where the table has no periods."""
    if "period_start_utc" not in columns(model.table):
        return set()
    days = connection.execute(f"select distinct cast(period_start_utc as date) from {relation}").fetchall()
    return {day for (day,) in days}
