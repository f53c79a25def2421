"""What follows a commit: alerts are sent, records are published, and silence is listened to."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Self

import duckdb
import pyarrow as pa

from wattlake.lake.errors import told
from wattlake.lake.sql import Connection
from wattlake.lake.store.lake import Lake
from wattlake.lake.stream_settings import Stream
from wattlake.lake.streaming.alert_messages import Delivered, record_deliveries
from wattlake.lake.streaming.alert_rules import AlertRules
from wattlake.lake.streaming.batches import Batch, Committed
from wattlake.lake.streaming.commit import Beside
from wattlake.lake.streaming.offsets import newest_landing
from wattlake.tasks.alerting.sender import Sender
from wattlake.tasks.streaming.published import last_commit, records
from wattlake.tasks.streaming.transports import Clock, Outgoing

logger = logging.getLogger("wattlake.stream")
BETWEEN_LOOKS = timedelta(seconds=10)
"""While nothing comes, meters that fell silent are looked for so often."""


class GoingOut:
    """What one consumer sends and publishes."""

    def __init__(self, lake: Lake, described: Stream, rules: AlertRules, clock: Clock) -> None:
        """Name the lake, the stream and its rules.

        Raises:
            ValueError: an address of the settings is none that alerts can be sent to.
        """
        self._lake, self._described, self._rules, self._clock = lake, described, rules, clock
        self._sender = Sender(lake.settings, clock)
        self._looked_at: datetime | None = None
        self._recorded = list[Delivered]()

    def __enter__(self) -> Self:
        """Begin to send what is not sent yet."""
        self._sender.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End, after some seconds at most."""
        self._sender.close()
        try:
            self._record_now()
        except (duckdb.Error, OSError) as error:
            logger.error("The last alerts that were sent could not be recorded, and come again: %s", told(error))

    def of_start(self) -> list[Outgoing]:
        """Give what the last commit before this may have left unpublished; have its alerts sent."""
        self._sender.wake()
        return last_commit(self._lake.reader(), self._described.name, self._described.topics)

    def recording(self, beside: Callable[[Batch], Beside | None]) -> Callable[[Batch], Beside | None]:
        """Make what is beside a batch also record what became of alerts that were sent."""

        def recording_beside(batch: Batch) -> Beside:
            others, self._recorded = beside(batch), self._sender.unrecorded()

            def step(connection: Connection, landing_id: int) -> pa.Table | None:
                record_deliveries(connection, self._recorded)
                return others(connection, landing_id) if others else None

            return step

        return recording_beside

    def of_commit(self, committed: Committed) -> Sequence[Outgoing]:
        """Give what is published of a commit, and have its alerts sent."""
        self._sender.is_recorded(self._recorded)
        if committed.alerts is not None and committed.alerts.num_rows:
            self._sender.wake()
        return records(self._described.topics, committed.landing_id, windows=committed.windows, alerts=committed.alerts)

    def of_idle(self) -> Sequence[Outgoing]:
        """Look for meters that fell silent, now and then; give what is published of their alerts."""
        self._record_now()
        now_utc = self._clock()
        if self._looked_at and now_utc - self._looked_at < BETWEEN_LOOKS:
            return []
        self._looked_at = now_utc
        landing_id = newest_landing(self._lake.reader(), self._described.name)
        if landing_id is None:
            return []
        alerts = self._rules.judge_silence(self._lake, landing_id, now_utc=now_utc)
        if alerts.num_rows:
            self._sender.wake()
        return records(self._described.topics, landing_id, windows=None, alerts=alerts)

    def _record_now(self) -> None:
        """Record what became of alerts, where no batch comes that would."""
        if deliveries := self._sender.unrecorded():
            self._lake.write(partial(record_deliveries, deliveries=deliveries))
            self._sender.is_recorded(deliveries)
