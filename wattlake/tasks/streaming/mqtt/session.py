"""A session with an MQTT broker, which outlives connections: what came and was not taken."""

import logging
from collections import deque
from collections.abc import Iterable
from functools import lru_cache
from threading import Event, Lock
from time import monotonic, sleep
from typing import Any

from paho.mqtt.client import Client, ConnectFlags, MQTTMessage
from paho.mqtt.reasoncodes import ReasonCode

from wattlake.lake.stream_settings import Stream
from wattlake.tasks.streaming.mqtt import client, errors
from wattlake.tasks.streaming.mqtt.delivery import Delivery
from wattlake.tasks.streaming.topics import matcher
from wattlake.tasks.streaming.transports import BrokerError, Clock

logger = logging.getLogger("wattlake.stream")

CLOSE_SECONDS = 5.0
SHORT_SECONDS, MOST_SHORT = 5.0, 3
"""A broker that lets us go so soon, so many times in a row, has given our session to another."""
LOOK_SECONDS = 0.005
"""How long one waits before looking again whether a message came, or there is room for one."""
MOST_TOPICS = 10_000


class Session:
    """A session that the broker keeps; paho's thread connects again and fills the queue."""

    def __init__(self, stream: Stream, clock: Clock, *, was_read_before: bool) -> None:
        """Connect, and wait until the broker lets us read.

        Raises:
            BrokerError: no broker answers, it refuses us, or does not let us read a topic.
        """
        self.stream, self.broker, self.clock = stream, stream.broker.authority, clock
        self._was_read_before = was_read_before
        # A queue with a lock would hand the interpreter over at each message: it halves the rate of a backlog.
        self._queue: deque[Delivery] = deque()
        self._most = client.most_unacknowledged(stream)
        self._connection = self._oldest_connection = self._short = 0
        self._connected_at = float("-inf")
        self._lock, self._is_subscribed, self._is_closing = Lock(), Event(), Event()
        self._failure: BrokerError | None = None
        self._last_reason = "it closes the connection"
        patterns = [matcher(topic) for topic in stream.topics.read]
        self._is_read = lru_cache(MOST_TOPICS)(lambda topic: any(pattern.fullmatch(topic) for pattern in patterns))
        self._client = client.made(stream)
        self._client.on_connect, self._client.on_disconnect = self._on_connect, self._on_disconnect
        self._client.on_subscribe, self._client.on_message = self._on_subscribe, self._on_message
        client.connect(self._client, stream)
        if not self._is_subscribed.wait(client.CONNECT_SECONDS) or self._failure:
            self.close()
            raise self._failure or errors.no_answer(self.broker, self._last_reason)

    def next_delivery(self, seconds: float) -> Delivery | None:
        """Wait for the next message that the broker will not send again; none where none came.

        Raises:
            BrokerError: the broker refuses us now, or another consumer took our session.
        """
        until = monotonic() + seconds
        while (left := until - monotonic()) > 0:
            if self._failure:
                raise self._failure
            if not self._queue:
                sleep(min(left, LOOK_SECONDS))
                continue
            delivery = self._queue.popleft()
            if delivery.connection >= self._oldest_connection or delivery.quality == 0:
                return delivery
        return None

    def waiting(self) -> int:
        """Count the messages that came and were not taken; what the broker has, it does not tell."""
        return len(self._queue)

    def acknowledge(self, deliveries: Iterable[Delivery]) -> None:
        """Acknowledge messages of this connection; the broker sends those of an earlier one again."""
        with self._lock:
            for delivery in deliveries:
                if delivery.connection == self._connection:
                    self._client.ack(delivery.packet, delivery.quality)

    def close(self) -> None:
        """Disconnect; what waits in memory comes again."""
        self._is_closing.set()
        if self._client.is_connected():
            # A broker reads no more once we have hung up. Its answer to a last question shows that it has what we
            # acknowledged, as it answers in order.
            self._is_subscribed.clear()
            client.subscribe(self._client, self.stream)
            self._is_subscribed.wait(CLOSE_SECONDS)
        self._client.disconnect()
        self._client.loop_stop()

    def _on_connect(self, _: Client, __: Any, flags: ConnectFlags, code: ReasonCode, ___: Any) -> None:  # noqa: ANN401
        if code.is_failure:
            self._last_reason = str(code)
            self._fail(errors.lasting(code, self.broker, name=client.client_name(self.stream)))
            return
        if flags.session_present:
            self._oldest_connection = self._connection
        elif self._was_read_before:
            logger.warning(errors.NO_SESSION, self.broker)
        if self._connection:
            logger.warning("The broker %s answers again.", self.broker)
        self._was_read_before, self._connected_at = True, monotonic()
        client.subscribe(self._client, self.stream)

    def _on_disconnect(self, _: Client, __: Any, ___: Any, code: ReasonCode, ____: Any) -> None:  # noqa: ANN401
        with self._lock:
            self._connection += 1
        self._short = self._short + 1 if monotonic() - self._connected_at < SHORT_SECONDS else 0
        if not self._is_closing.is_set():
            name = client.client_name(self.stream)
            self._fail(errors.lasting(code, self.broker, name=name))
            if self._short >= MOST_SHORT:
                self._fail(errors.taken_over(self.broker, name))
            if self._is_subscribed.is_set():
                logger.warning("The broker %s is gone (%s). The stream waits.", self.broker, code)

    def _on_subscribe(self, _: Client, __: Any, ___: int, codes: list[ReasonCode], ____: Any) -> None:  # noqa: ANN401
        for topic, code in zip(client.filters(self.stream), codes, strict=False):
            if code.is_failure:
                self._fail(errors.no_subscription(self.broker, topic, code))
        self._is_subscribed.set()

    def _on_message(self, _: Client, __: Any, message: MQTTMessage) -> None:  # noqa: ANN401
        """Queue a message; while the queue is full, nothing more is taken from the broker."""
        topic, now = message.topic, self.clock()
        if message.retain or not self._is_read(topic):
            # What is retained was sent before, at a time that nobody knows; of a topic that is read no more, the
            # session has some left.
            self._client.ack(message.mid, message.qos)
            return
        if not self._is_closing.is_set():
            self._is_subscribed.set()  # What waited for us comes before the answer to what we ask for.
        delivery = Delivery(topic, bytes(message.payload), now, self._connection, message.mid, message.qos, message.dup)
        while len(self._queue) >= self._most and not self._is_closing.is_set():
            sleep(LOOK_SECONDS)
        self._queue.append(delivery)

    def _fail(self, failure: BrokerError | None) -> None:
        if failure and not self._failure:
            self._failure = failure
            self._is_subscribed.set()
