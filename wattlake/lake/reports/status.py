"""Tell what the lake holds and what is wrong with it: tables, sources and runs."""

from collections.abc import Iterator
from datetime import datetime

from wattlake.lake.contracts import columns, contracts
from wattlake.lake.layers import SCHEMAS, is_view, layer_of
from wattlake.lake.market import unsettled
from wattlake.lake.models.graph import models
from wattlake.lake.quality import readings_unaccounted_for
from wattlake.lake.quality.report import failures_of_last_build
from wattlake.lake.reports import exports
from wattlake.lake.reports.set_aside import set_aside
from wattlake.lake.reports.silence import silent_sources
from wattlake.lake.sql import Connection, named
from wattlake.lake.store.extents import extents_of
from wattlake.lake.store.rows import Rows, read_rows
from wattlake.lake.store.tables import existing


def tables(connection: Connection, with_hash: bool = False, with_views: bool = True) -> Rows:
    """List every table with its number of rows and its newest instant.

    Returns:
        ``layer``, ``table``, ``rows``, ``newest_utc`` and, if wanted, ``content_hash``.
    """
    listed_tables = [name for name in contracts() if with_views or not is_view(name)]
    names = sorted(listed_tables, key=lambda name: (SCHEMAS.index(layer_of(name)), name))
    names = existing(connection, names)
    extents = extents_of(connection, names)
    counted = [
        (*name.split("."), *extents[name], *([content_hash(connection, name)] if with_hash else [])) for name in names
    ]
    return Rows(("layer", "table", "rows", "newest_utc", *(["content_hash"] if with_hash else [])), counted)


def content_hash(connection: Connection, table: str) -> str:
    """Hash a table's rows, whatever their order.

    Columns that begin with ``_`` are left out.

    It is empty for a view that shows ``ops`` alone: lakes of the same content were not built by the same runs.
    """
    inputs = models()[table].inputs if table in models() else ()
    if inputs and all(name.startswith("ops.") for name in inputs):
        return ""
    listed = ", ".join(named(name) for name in columns(table) if not name.startswith("_"))
    (rows, total) = connection.execute(
        f"select count(*), sum(hash({listed})::hugeint)::varchar from {table}"
    ).fetchall()[0]
    return f"{rows}:{total or 0}"


def sources(connection: Connection) -> Rows:
    """List landed sources: ``source``, ``landings``, ``rows``, ``bytes``, ``last_fetched_utc``."""
    return read_rows(
        connection,
        """
        select
            source, count(*) as landings, sum(rows)::bigint as rows, sum(bytes)::bigint as bytes,
            max(fetched_at_utc) as last_fetched_utc
        from ops.landing group by source order by source
        """,
    )


def runs(connection: Connection, newest: int = 10) -> Rows:
    """List the newest runs, newest first."""
    return read_rows(connection, f"from ops.run order by started_at_utc desc limit {newest}")


def reconciliation(connection: Connection) -> Rows:
    """Count what became of the readings of every silver table.

    Returns:
        ``source``, ``table``, ``landed``, ``in_silver``, ``superseded``, ``repeated``, ``quarantined``; in each row the
        first is the sum of the others. And ``rounded``: those of more than six decimals.
    """
    return read_rows(
        connection,
        """
        select
            source, table_name as table, sum(landed)::bigint as landed,
            sum(landed - superseded - repeated - quarantined)::bigint as in_silver,
            sum(superseded)::bigint as superseded, sum(repeated)::bigint as repeated,
            sum(quarantined)::bigint as quarantined, sum(rounded)::bigint as rounded
        from ops.reconciliation group by all order by source, table_name
        """,
    )


def register_gaps(connection: Connection) -> Rows:
    """Count members and meters that do not go together: ``gap``, ``found``, ``readings``."""
    return read_rows(
        connection,
        """
        select gap, count(*) as found, sum(readings)::bigint as readings
        from warehouse.register_gap group by gap order by gap
        """,
    )


def troubles(connection: Connection, now_utc: datetime | None = None) -> list[str]:
    """List what is wrong with the lake, a sentence each; nothing where it is healthy.

    Args:
        connection: with the lake as its current database.
        now_utc: the present; by default the time of the newest landing.
    """
    return [
        *_runs_that_failed(connection),
        *_checks_that_failed(connection),
        *readings_unaccounted_for(connection),
        *set_aside(connection),
        *silent_sources(connection, now_utc),
        *unsettled.sentences(connection),
        *exports.failures(connection),
    ]


def _runs_that_failed(connection: Connection) -> Iterator[str]:
    ended = {"failed": "failed on", "broken off": "was broken off; it had begun on"}
    newest = connection.execute(
        "select name, started_at_utc, status, message from ops.run "
        "qualify row_number() over (partition by name order by started_at_utc desc) = 1 order by name"
    ).fetchall()
    for name, started, status, message in newest:
        if status in ended:
            yield f"The last run of {name} {ended[status]} {started:%Y-%m-%d %H:%M} UTC: {message}"


def _checks_that_failed(connection: Connection) -> Iterator[str]:
    broken = "; ".join(f"{finding.table_name}: {finding.check_name}" for finding in failures_of_last_build(connection))
    if broken:
        yield f"The last build broke {broken}. `wattlake quality` shows the failing rows."
