"""Which sinks are to be loaded on an occasion."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from wattlake.lake.sinks.description import Sink
from wattlake.lake.sql import Connection
from wattlake.lake.times import naive_utc

Occasion = Literal["build", "clock"]
"""Something was built, or time has passed."""


def due(connection: Connection, sinks: Sequence[Sink], occasion: Occasion, now_utc: datetime) -> list[Sink]:
    """List the sinks that are loaded after each build, or those whose time has come."""
    if occasion == "build":
        return [sink for sink in sinks if sink.when == "build"]
    timed = [(sink, sink.every) for sink in sinks if sink.every is not None]
    if not timed:
        return []
    newest = dict(
        connection.execute(
            "select sink, max(started_at_utc) from ops.export where status = 'completed' group by sink"
        ).fetchall()
    )
    now = naive_utc(now_utc)
    return [sink for sink, every in timed if sink.name not in newest or newest[sink.name] + every <= now]
