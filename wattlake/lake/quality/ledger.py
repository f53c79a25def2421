"""Check that every landed row is in bronze, was read once and is accounted for.

This ledger is of landings and readings: each reading's fate is told.
"""

from collections.abc import Iterator

from wattlake.lake.contracts import contracts
from wattlake.lake.contracts.promises import Dimension
from wattlake.lake.contracts.quarantine import quarantine_of
from wattlake.lake.quality.gates import answers, rows_in
from wattlake.lake.quality.results import CheckResult, failing_keys
from wattlake.lake.quality.rows import faults_of, results_of_scan, scan_of
from wattlake.lake.quality.written import Landings
from wattlake.lake.sql import Connection, quoted
from wattlake.lake.store.extents import extents_of
from wattlake.lake.store.tables import existing


def check_bronze(connection: Connection, source: str, read: Landings) -> list[CheckResult]:
    """Check that bronze has the rows that some landings of a source were registered with.

    Args:
        connection: with the lake as its current database.
        source: the source.
        read: the landings.
    """
    table, name = f"bronze.{source}", "landings have the rows they were registered with"
    rows, faults = rows_in(table, read), list(faults_of(table))
    missing = f"""
        select landing_id, coalesce(registered.rows, 0) as registered, coalesce(found.rows, 0) as found
        from (
            select landing_id, rows from ops.landing
            where source = {quoted(source)} and {read.condition_on("landing_id")}
        ) as registered
        full join (
            select _landing_id as landing_id, count(*) as rows from {rows.written} group by all
        ) as found using (landing_id)
        where registered.rows is distinct from found.rows
    """
    unlike = f"select coalesce(sum(abs(registered - found)), 0)::bigint as failing from ({missing})"
    (seen, faulty, _), (failing,) = answers(connection, [scan_of(table, rows, faults, has_key=False), unlike])
    keys = failing_keys(connection, missing) if failing else None
    results = results_of_scan(connection, table, rows, faults, seen, faulty)
    return [*results, CheckResult(name, table, "fail", seen, failing, keys, "completeness")]


def reconcile(connection: Connection, table: str) -> CheckResult:
    """Check that every reading landed for a silver table is accounted for.

    Readings landed = in silver + superseded + repeated + quarantined.
    """
    landed, unaccounted = connection.execute(
        f"""
        select
            coalesce(sum(landed), 0)::bigint,
            (abs(coalesce(sum(landed - superseded - repeated - quarantined), 0) - (select count(*) from {table}))
            + abs(coalesce(sum(quarantined), 0) - (select count(*) from {quarantine_of(table)}))
            )::bigint
        from ops.reconciliation
        where table_name = {quoted(table)}
        """
    ).fetchall()[0]
    name = "every reading is accounted for"
    return CheckResult(name, table, "fail", landed, unaccounted, None, "completeness")


def reconcile_source(connection: Connection, source: str, landing_id: int) -> CheckResult:
    """Check that the silver tables of a source together read each landed row once.

    Rows of landings up to ``landing_id`` count.
    """
    rows, read = connection.execute(
        """
        select
            (select sum(rows)::bigint from ops.landing where source = $source and landing_id <= $landing_id),
            (select sum(coalesce(rows_read, landed))::bigint from ops.reconciliation where source = $source)
        """,
        {"source": source, "landing_id": landing_id},
    ).fetchall()[0]
    unread = abs((rows or 0) - (read or 0))
    name = "every landed row is read once"
    return CheckResult(name, f"bronze.{source}", "fail", rows or 0, unread, None, "completeness")


def remark_on_readings(connection: Connection, table: str, read: Landings, build_id: str) -> list[CheckResult]:
    """Report the readings of a silver table that a build set aside or found repeated.

    Args:
        connection: with the lake as its current database.
        table: the silver table.
        read: the landings that the build read.
        build_id: the transaction whose count in ``ops.reconciliation`` is looked at.
    """
    landed, quarantined, repeated = connection.execute(
        """
        select
            coalesce(sum(landed), 0)::bigint, coalesce(sum(quarantined), 0)::bigint, coalesce(sum(repeated), 0)::bigint
        from ops.reconciliation where table_name = ? and build_id = ?
        """,
        [table, build_id],
    ).fetchall()[0]
    reasons = f"""
        select quarantine_reason, _landing_id, count(*) as readings
        from {quarantine_of(table)} where {read.condition}
        group by all order by readings desc, quarantine_reason, _landing_id
    """
    keys = failing_keys(connection, reasons) if quarantined else None
    remarks: list[tuple[str, int, Dimension, str | None]] = [
        ("no reading is quarantined", quarantined, "validity", keys),
        ("no reading comes twice", repeated, "uniqueness", None),
    ]
    return [
        CheckResult(name, table, "warn", landed, failing, keys, dimension) for name, failing, dimension, keys in remarks
    ]


def readings_unaccounted_for(connection: Connection) -> Iterator[str]:
    """Tell of each silver table whose readings are not all accounted for.

    Each must be there, superseded, repeated or quarantined.
    """
    accounts = connection.execute(
        "select table_name, sum(landed - superseded - repeated - quarantined)::bigint, sum(quarantined)::bigint "
        "from ops.reconciliation group by table_name"
    ).fetchall()
    counted = {table: (in_silver, quarantined) for table, in_silver, quarantined in accounts}
    names = [name for name in contracts() if name.startswith(("silver.", "quarantine."))]
    extents = extents_of(connection, existing(connection, names))
    for table in (name for name in extents if name.startswith("silver.")):
        in_silver, quarantined = counted.get(table, (0, 0))
        unaccounted = abs(in_silver - extents[table].rows) + abs(quarantined - extents[quarantine_of(table)].rows)
        if unaccounted:
            yield f"{unaccounted} readings of {table} are not accounted for. Run `wattlake build --full`."
