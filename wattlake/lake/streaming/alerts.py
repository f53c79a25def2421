"""Alerts of a stream: what rules see of a batch, as it is committed."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

import pyarrow as pa

from wattlake.lake.contracts import listed
from wattlake.lake.sql import Connection, materialized, scalar

ALERTS = "gold.live_alert"


class Seen(NamedTuple):
    """What rules see of a batch, beside the lake and temporary tables.

    These are ``judged`` (the values of the batch, with what is wrong with them), ``outcome`` (which of them are new),
    ``standing`` (the events near those that changed, as silver has them now), ``window_row`` (the rows of
    ``gold.window_5min`` that were made anew) and ``member_meter``.

    Attributes:
        landing_id: the landing of ``meter_events`` that the batch is.
        now_utc: the time of the commit.
        newest_event_utc: the latest end of an event that the stream has had; UTC without an offset.
        watermark_utc: windows that end by then are closed; UTC without an offset.
        own_rows: the condition of the stream's rows in ``ops.stream_series``; empty where it has no others.
        is_known: whether nobody landed anything since the batch before: ``known_series`` holds its series.
    """

    landing_id: int
    now_utc: datetime
    newest_event_utc: datetime | None
    watermark_utc: datetime | None
    own_rows: str
    is_known: bool = False


Rules = Callable[[Connection, Seen], pa.Table]
"""Writes ``gold.live_alert`` in the caller's transaction, and gives its rows that began or ended."""


def replace_alerts(connection: Connection, query: str, landing_id: int) -> pa.Table:
    """Write alerts in place of how they stood, in the caller's transaction.

    Args:
        connection: in the transaction.
        query: gives alerts that began, ended or were corrected.
        landing_id: the landing that they are of.

    Returns:
        The rows that were written.
    """
    of_landing = f"select * replace ({landing_id}::bigint as _landing_id) from ({query})"
    materialized(connection, "changed_alert", of_landing)
    names = listed(ALERTS)
    if scalar(connection, "select count(*) from changed_alert"):
        connection.execute(f"delete from {ALERTS} where alert_id in (select alert_id from changed_alert)")
        connection.execute(f"insert into {ALERTS} ({names}) select {names} from changed_alert")
    return connection.execute(f"select {names} from changed_alert order by started_at_utc, alert_id").to_arrow_table()
