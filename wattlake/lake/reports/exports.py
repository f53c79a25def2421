"""Tell what was loaded into sinks."""

from collections.abc import Iterator

from wattlake.lake.sql import Connection
from wattlake.lake.store.rows import Rows, read_rows
from wattlake.lake.store.tables import existing


def newest_loads(connection: Connection) -> Rows:
    """List the newest load of each sink.

    Returns:
        ``sink``, ``kind``, ``started_at_utc``, ``status``, ``message``.
    """
    if not existing(connection, ["ops.export"]):  # A lake of an earlier version that nothing was written to since.
        return Rows(("sink", "kind", "started_at_utc", "status", "message"), [])
    return read_rows(
        connection,
        """
        select sink, kind, started_at_utc, status, message from ops.export
        qualify row_number() over (partition by sink order by started_at_utc desc) = 1 order by sink
        """,
    )


def failures(connection: Connection) -> Iterator[str]:
    """Say of each sink whose last load failed when that was, and why."""
    for load in newest_loads(connection).records():
        if load["status"] == "failed":
            started = load["started_at_utc"]
            yield f"The last load of the sink {load['sink']} failed on {started:%Y-%m-%d %H:%M} UTC: {load['message']}"
