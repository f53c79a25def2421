"""Alerts of a stream: what rules see of a batch, as it is committed."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

import pyarrow as pa

from wattlake.lake.sql import Connection


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
    """

    landing_id: int
    now_utc: datetime
    newest_event_utc: datetime | None
    watermark_utc: datetime | None


Rules = Callable[[Connection, Seen], pa.Table]
"""Writes ``gold.live_alert`` in the caller's transaction, and gives its rows that began or ended."""
