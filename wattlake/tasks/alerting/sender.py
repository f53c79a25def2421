"""Alerts are sent beside the stream, by a thread of its own: no batch waits for an address.

What is still to be sent is read from the lake, so that nothing is forgotten where the process ends: each alert goes to
each address at least once. What became of it is a row of ``ops.alert_sent``, which the stream's next commit writes: one
of its own would have the batches wait each time. A message comes twice only where the process was killed before that.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta
from threading import Event, Lock, Thread

import duckdb

from wattlake.lake.alert_settings import AlertAddress
from wattlake.lake.errors import told
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake
from wattlake.lake.streaming.alert_messages import AlertMessage, Delivered, unsent
from wattlake.lake.times import naive_utc
from wattlake.tasks.alerting.delivery import DeliveryError, deliver, expect_known
from wattlake.tasks.streaming.transports import Clock

logger = logging.getLogger("wattlake.alerts")

PAUSES_SECONDS = (1, 5, 15, 60)
"""After a failure; the last one again and again."""
KEPT_OPEN = timedelta(minutes=5)
"""So long the lake is, before it is opened anew: an open one holds more and more."""
CLOSING_SECONDS = 10.0


class Sender:
    """Sends what is not sent yet when it is woken, and tries again what failed."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        """Name the lake and its addresses.

        Raises:
            ValueError: an address is none that apprise can send to.
        """
        self._addresses: Mapping[str, AlertAddress] = settings.alert
        for name, address in self._addresses.items():
            expect_known(name, address)
        self._lake, self._clock = Lake(settings.model_copy(update={"threads": 1})), clock
        self._wake, self._stopped, self._failures = Event(), Event(), 0
        self._failing: set[str] = set()
        self._closes_at = clock() + KEPT_OPEN
        self._unrecorded: dict[tuple[str, str], Delivered] = {}
        self._lock = Lock()
        self._thread = Thread(target=self._run, name="alerts", daemon=True)

    def start(self) -> None:
        """Begin, with what an earlier process left; without addresses nothing is ever sent."""
        if self._addresses:
            self._wake.set()
            self._thread.start()

    def wake(self) -> None:
        """Look for alerts: a commit began some."""
        self._wake.set()

    def close(self) -> None:
        """Send what is under way, for some seconds at most; the next process sends the rest.

        Who called it records what became of the last messages.
        """
        self._stopped.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(CLOSING_SECONDS)

    def send_all(self) -> int:
        """Send what is not sent yet; give how many messages failed."""
        taken = {each.key for each in self.unrecorded() if not each.failure}
        failed = 0
        down = set[str]()
        for message in unsent(self._lake.reader(), self._addresses.keys(), self._clock()):
            if message[:2] in taken:
                continue
            # An address that fails would fail again, and each try takes seconds.
            if message.address not in down:
                delivered = self._sent(message)
                with self._lock:
                    self._unrecorded[delivered.key] = delivered
                if not delivered.failure:
                    continue
                down.add(message.address)
            failed += 1
        return failed

    def unrecorded(self) -> list[Delivered]:
        """List what became of messages and is not in the lake yet."""
        with self._lock:
            return list(self._unrecorded.values())

    def is_recorded(self, deliveries: Sequence[Delivered]) -> None:
        """Let go of what is in the lake now."""
        with self._lock:
            for each in deliveries:
                if self._unrecorded.get(each.key) is each:
                    del self._unrecorded[each.key]

    def _sent(self, message: AlertMessage) -> Delivered:
        try:
            deliver(message, self._addresses[message.address])
        except DeliveryError as error:
            if message.address not in self._failing:
                logger.error("%s. It is tried again, for a day.", str(error).rstrip("."))
            self._failing.add(message.address)
            return Delivered(message, str(error), naive_utc(self._clock()))
        if message.address in self._failing:
            logger.warning("The address `%s` takes alerts again.", message.address)
            self._failing.discard(message.address)
        return Delivered(message, None, naive_utc(self._clock()))

    def _run(self) -> None:
        while True:
            self._wake.wait(self._pause().total_seconds() if self._failures else None)
            self._wake.clear()
            try:
                failed = self.send_all()
            except (duckdb.Error, OSError) as error:
                logger.error("Alerts could not be read: %s", told(error))
                failed = 1
            self._failures = self._failures + 1 if failed else 0
            if self._clock() >= self._closes_at:
                self._lake.close()
                self._closes_at = self._clock() + KEPT_OPEN
            if self._stopped.is_set():
                return

    def _pause(self) -> timedelta:
        return timedelta(seconds=PAUSES_SECONDS[min(self._failures, len(PAUSES_SECONDS)) - 1])
