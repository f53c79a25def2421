"""Alerts are sent beside the stream, by a thread of its own: no batch waits for an address.

What is still to be sent is read from the lake, so that nothing is forgotten where the process ends: each alert goes to
each address at least once. It comes twice only where the process was killed between a message and its row in
``ops.alert_sent``.
"""

import logging
from collections.abc import Mapping
from datetime import timedelta
from threading import Event, Thread

import duckdb

from wattlake.lake.alert_settings import AlertAddress
from wattlake.lake.errors import told
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake
from wattlake.lake.streaming.alert_messages import AlertMessage, Delivered, record_deliveries, unsent
from wattlake.tasks.alerting.delivery import DeliveryError, deliver, expect_known
from wattlake.tasks.streaming.transports import Clock

logger = logging.getLogger("wattlake.alerts")

PAUSES_SECONDS = (1, 5, 15, 60)
"""After a failure; the last one again and again."""
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
        """Send what is under way, for some seconds at most.

        What is left is sent by the next process.
        """
        self._stopped.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(CLOSING_SECONDS)

    def send_all(self) -> int:
        """Send what is not sent yet; give how many messages failed."""
        messages = unsent(self._lake.reader(), self._addresses.keys(), self._clock())
        deliveries = list[Delivered]()
        down = set[str]()
        for message in messages:
            # An address that fails would fail again, and each try takes seconds.
            if message.address not in down:
                deliveries.append(self._sent(message))
                if deliveries[-1].failure:
                    down.add(message.address)
        record_deliveries(self._lake, deliveries, now_utc=self._clock())
        return len(messages) - sum(not each.failure for each in deliveries)

    def _sent(self, message: AlertMessage) -> Delivered:
        try:
            deliver(message, self._addresses[message.address])
        except DeliveryError as error:
            if message.address not in self._failing:
                logger.error("%s. It is tried again, for a day.", str(error).rstrip("."))
            self._failing.add(message.address)
            return Delivered(message, str(error))
        if message.address in self._failing:
            logger.warning("The address `%s` takes alerts again.", message.address)
            self._failing.discard(message.address)
        return Delivered(message, None)

    def _run(self) -> None:
        while True:
            self._wake.wait(self._pause().total_seconds() if self._failures else None)
            self._wake.clear()
            try:
                failed = self.send_all()
            except (duckdb.Error, OSError) as error:
                logger.error("Alerts could not be read or recorded: %s", told(error))
                failed = 1
            self._failures = self._failures + 1 if failed else 0
            if self._stopped.is_set():
                return

    def _pause(self) -> timedelta:
        return timedelta(seconds=PAUSES_SECONDS[min(self._failures, len(PAUSES_SECONDS)) - 1])
