"""The transport that reads Kafka from where the lake stands, whatever groups have read."""

import logging
from collections.abc import Mapping, Sequence
from time import monotonic

from confluent_kafka import KafkaError, KafkaException, TopicPartition
from confluent_kafka import Message as Delivery

from wattlake.lake.stream_settings import Stream
from wattlake.lake.streaming.messages import Message, Position
from wattlake.tasks.streaming.kafka import client, topics
from wattlake.tasks.streaming.kafka.connecting import ANSWER_SECONDS, connect, message_of
from wattlake.tasks.streaming.kafka.outages import Outages
from wattlake.tasks.streaming.kafka.publishing import Publisher
from wattlake.tasks.streaming.transports import BrokerError, Clock, Outgoing

logger = logging.getLogger("wattlake.stream")

CHECK_SECONDS = 2.0
LOOK_SECONDS = 0.2
"""A signal is seen no later than after so long a wait for messages."""
MOST_AT_ONCE = 10_000


class KafkaTransport:
    """A connection to a Kafka broker, or to Event Hubs."""

    IS_READ_AHEAD = True

    def __init__(self, stream: Stream, clock: Clock) -> None:
        """Take the settings, and what reads the time; nothing is connected yet."""
        self.stream, self.broker, self.clock = stream, client.address(stream), clock
        self._next: dict[Position, int] = {}
        self._topics: list[topics.Topic] = []
        self._held: list[Message] = []
        self._outages, self._publisher = Outages(self.broker), Publisher(stream)

    def open(self, offsets: Mapping[Position, int]) -> None:
        """Connect, and go on at each partition's next offset; others begin at their oldest.

        Raises:
            BrokerError: no broker answers, it refuses us, or a topic is missing.
            LostMessagesError: the broker no longer has what comes next.
        """
        self._consumer, self._admin = connect(self.stream, self._outages)
        try:
            self._topics = topics.ask(self._admin, self.stream.topics.read, ANSWER_SECONDS, broker=self.broker)
            topics.ask(self._admin, self.stream.topics.published, ANSWER_SECONDS, broker=self.broker)
            self._assign(topics.beginnings(self._consumer, self._topics, offsets, ANSWER_SECONDS))
        except BrokerError:
            self._consumer.close()
            raise
        except KafkaException as error:
            self._outages.remember(error.args[0])
            self._consumer.close()
            raise (self._outages.lasting() or self._outages.no_answer(ANSWER_SECONDS)) from error

    def topic_ids(self) -> Mapping[str, str]:
        """Name the id of each topic that has one; a topic that is made anew has another."""
        return {topic.name: topic.id for topic in self._topics if topic.id}

    def receive(self, most: int, seconds: float) -> Sequence[Message]:
        """Wait for messages, for so long or until there are so many; none where none came.

        They are held back while it is not certain that all are of the topics that were opened.

        Raises:
            LostMessagesError: the broker no longer has what comes next.
            BrokerError: a topic is gone.
        """
        until, now = monotonic() + seconds, self.clock()
        while (room := most - len(self._held)) > 0 and (left := until - monotonic()) > 0:
            for delivery in self._consumer.consume(min(room, MOST_AT_ONCE), min(left, LOOK_SECONDS)):
                if (error := delivery.error()) is not None:
                    self._judge(delivery, error)
                    continue
                message = message_of(delivery, now)
                self._held.append(message)
                self._next[message.position] = message.offset + 1
        if not self._are_topics_the_same():
            return []
        received, self._held = self._held, []
        return received

    def lag(self) -> int:
        """Count the messages that the broker has and we have not received."""
        return topics.lag(self._consumer, self._next)

    def acknowledge(self, messages: Sequence[Message]) -> None:
        """Do nothing: the lake has the offsets, and the broker keeps none of ours."""

    def publish(self, records: Sequence[Outgoing]) -> None:
        """Publish records and wait until the broker has them all.

        Raises:
            BrokerError: it did not take them in time; all are to be published anew.
        """
        self._publisher.publish(records)

    def close(self) -> None:
        """Disconnect; nothing is committed to the broker."""
        self._publisher.close()
        self._consumer.close()

    def _assign(self, offsets: Mapping[Position, int]) -> None:
        self._next |= offsets
        self._consumer.incremental_assign([TopicPartition(*position, offset) for position, offset in offsets.items()])

    def _judge(self, delivery: Delivery, error: KafkaError) -> None:
        """Raise what does not pass by itself; the rest, the library tries again."""
        self._outages.remember(error)
        if error.code() == KafkaError._AUTO_OFFSET_RESET:
            position = Position(str(delivery.topic()), delivery.partition() or 0)
            self._are_topics_the_same()
            offset = topics.begin(self._consumer, position, self._next[position], ANSWER_SECONDS)
            self._consumer.seek(TopicPartition(*position, offset))

    def _are_topics_the_same(self) -> bool:
        """Ask whether all topics are those that were opened, and begin partitions that came.

        It is asked after messages were received, so none of a topic made anew is among them.

        Raises:
            LostMessagesError: one was made anew.
            BrokerError: one is gone.
        """
        try:
            now = topics.ask(self._admin, self.stream.topics.read, CHECK_SECONDS, broker=self.broker)
            topics.same(self._topics, now)
            added = topics.beginnings_of_added(self._consumer, self._topics, now, CHECK_SECONDS)
            self._assign(added)
        except KafkaException as error:
            self._outages.remember(error.args[0])
            return False
        self._topics = now
        self._outages.is_over()
        for topic, partition in added:
            logger.warning("Partition %s of %s was added; it is read from its start.", partition, topic)
        return True
