"""The transport that reads MQTT: messages are acknowledged after their commit, none is lost.

The broker numbers no messages. We count those of each topic: its offset is how many came before it. What the broker
sends again gets a number of its own, and the lake drops it by what it says. Positions are topics and not filters, as a
topic keeps its meaning when the filters of the settings are changed.
"""

from collections.abc import Mapping, Sequence
from time import monotonic

from wattlake.lake.stream_settings import Stream
from wattlake.lake.streaming.messages import Message, Position
from wattlake.tasks.streaming.mqtt.delivery import Delivery
from wattlake.tasks.streaming.mqtt.publishing import Publisher
from wattlake.tasks.streaming.mqtt.session import Session
from wattlake.tasks.streaming.transports import Clock, Outgoing


class MqttTransport:
    """A connection to an MQTT broker."""

    def __init__(self, stream: Stream, clock: Clock) -> None:
        """Take the settings; nothing is connected yet."""
        self.stream, self.clock = stream, clock
        self._next: dict[str, int] = {}
        self._unacknowledged: dict[tuple[str, int], Delivery] = {}
        self._publisher = Publisher(stream)
        self._session: Session | None = None

    def open(self, offsets: Mapping[Position, int]) -> None:
        """Connect, and go on with what the broker kept for us; count each topic's messages on.

        Raises:
            BrokerError: no broker answers, it refuses us, or does not let us read a topic.
        """
        self._next = {position.topic: offset for position, offset in offsets.items()}
        self._session = Session(self.stream, self.clock, was_read_before=bool(offsets))

    def receive(self, most: int, seconds: float) -> Sequence[Message]:
        """Wait for messages, for so long or until there are so many; none where none came.

        Raises:
            BrokerError: the broker refuses us now, or another consumer took our session.
        """
        received: list[Message] = []
        until = monotonic() + seconds
        while len(received) < most and (left := until - monotonic()) > 0:
            if (delivery := self._opened().next_delivery(left)) is not None:
                received.append(self._numbered(delivery))
        return received

    def topic_ids(self) -> Mapping[str, str]:
        """Name no ids: topics of MQTT have none."""
        return {}

    def lag(self) -> int:
        """Count the messages that came and were not received; what the broker has is not told."""
        return self._opened().waiting()

    def acknowledge(self, messages: Sequence[Message]) -> None:
        """Tell the broker that messages are committed; those of an earlier connection come again."""
        self._opened().acknowledge(
            self._unacknowledged.pop((message.topic, message.offset))
            for message in messages
            if (message.topic, message.offset) in self._unacknowledged
        )

    def publish(self, records: Sequence[Outgoing]) -> None:
        """Publish records with QoS 1 and wait until the broker has them all.

        Raises:
            BrokerError: it did not take them in time; all are to be published anew.
        """
        self._publisher.publish(records)

    def close(self) -> None:
        """Disconnect; the broker keeps our session, and what was not acknowledged comes again."""
        self._publisher.close()
        if self._session is not None:
            self._session.close()

    def _opened(self) -> Session:
        if self._session is None:
            raise RuntimeError("The transport is not open: call open() first.")
        return self._session

    def _numbered(self, delivery: Delivery) -> Message:
        offset = self._next.get(delivery.topic, 0)
        self._next[delivery.topic] = offset + 1
        self._unacknowledged[delivery.topic, offset] = delivery
        return Message(delivery.topic, 0, offset, None, delivery.payload, delivery.received_at_utc)
