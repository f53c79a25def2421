"""The transport that reads MQTT: messages are acknowledged after their commit, none is lost.

The broker numbers no messages. We count those of each topic: its offset is how many came before it. Positions are
topics and not filters, as a topic keeps its meaning when the filters of the settings are changed.

What was committed, and the broker had no acknowledgement of, it sends again, marked as such and in a packet of the same
number. Of the last commit, this is dropped here, also after a kill, as the archive of a commit has the packets'
numbers: a message without a time of its own would come to be of another instant. What else comes again gets a number
of its own, and the lake drops it by what it says.
"""

from collections.abc import Callable, Mapping, Sequence
from time import monotonic

from wattlake.lake.stream_settings import Stream
from wattlake.lake.streaming.messages import Message, Position
from wattlake.tasks.streaming.mqtt.delivery import Delivery
from wattlake.tasks.streaming.mqtt.publishing import Publisher
from wattlake.tasks.streaming.mqtt.session import Session
from wattlake.tasks.streaming.transports import Clock, Outgoing

Content = tuple[str, bytes | None, bytes]
"""A message by its topic, its packet's number, and its bytes."""


class MqttTransport:
    """A connection to an MQTT broker."""

    IS_READ_AHEAD = False
    """What comes again is known by what was acknowledged before."""

    def __init__(self, stream: Stream, clock: Clock, last_messages: Callable[[], Sequence[Message]] = tuple) -> None:
        """Take the settings; nothing is connected yet.

        Args:
            stream: the settings.
            clock: reads the time.
            last_messages: reads the messages of the stream's last commit.
        """
        self.stream, self.clock, self._last_messages = stream, clock, last_messages
        self._committed: set[Content] = set()
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
        self._committed = set(map(_content, self._last_messages()))
        self._session = Session(self.stream, self.clock, was_read_before=bool(offsets))

    def receive(self, most: int, seconds: float) -> Sequence[Message]:
        """Wait for messages, for so long or until there are so many; none where none came.

        Raises:
            BrokerError: the broker refuses us now, or another consumer took our session.
        """
        received: list[Message] = []
        until = monotonic() + seconds
        while len(received) < most and (left := until - monotonic()) > 0:
            delivery = self._opened().next_delivery(left)
            if delivery is not None and not self._drops(delivery):
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
        self._committed = set(map(_content, messages))
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

    def _drops(self, delivery: Delivery) -> bool:
        """Acknowledge what was committed and is sent again, in place of handing it on."""
        if not delivery.is_again or (delivery.topic, delivery.key, delivery.payload) not in self._committed:
            return False
        self._opened().acknowledge([delivery])
        return True

    def _numbered(self, delivery: Delivery) -> Message:
        offset = self._next.get(delivery.topic, 0)
        self._next[delivery.topic] = offset + 1
        self._unacknowledged[delivery.topic, offset] = delivery
        return Message(delivery.topic, 0, offset, delivery.key, delivery.payload, delivery.received_at_utc)


def _content(message: Message) -> Content:
    return (message.topic, message.key, message.payload)
