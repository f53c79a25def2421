"""What a Kafka broker says of topics: ids, partitions, oldest and newest messages."""

import contextlib
from collections.abc import Collection, Mapping
from typing import NamedTuple

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicCollection, TopicPartition
from confluent_kafka.admin import AdminClient

from wattlake.lake.streaming.messages import Position
from wattlake.tasks.streaming.kafka import errors
from wattlake.tasks.streaming.transports import expect_same_id, recreated

NO_ID = "AAAAAAAAAAAAAAAAAAAAAA"
"""What stands for the id of a topic where the broker has none."""


class Topic(NamedTuple):
    """A topic as it is now; its id is another when it was deleted and made anew."""

    name: str
    id: str | None
    partitions: int


def ask(admin: AdminClient, names: Collection[str], seconds: float, *, broker: str) -> list[Topic]:
    """Ask for topics.

    Raises:
        BrokerError: one is missing.
        KafkaException: there is no answer in time.
    """
    topics = []
    asked = admin.describe_topics(TopicCollection(list(names)), request_timeout=seconds)
    for name, answer in asked.items():
        try:
            description = answer.result(seconds + 1)
        except KafkaException as error:
            if error.args[0].code() in errors.UNKNOWN_TOPIC:
                raise errors.missing_topic(name, broker) from error
            # The library asks the broker that it last knew as the controller, and does not look for another by itself.
            with contextlib.suppress(KafkaException):
                admin.list_topics(name, timeout=seconds)
            raise
        except TimeoutError as error:
            raise KafkaException(KafkaError(KafkaError._TIMED_OUT)) from error
        own_id = str(description.topic_id)
        topics.append(Topic(name, None if own_id == NO_ID else own_id, len(description.partitions)))
    return topics


def positions(topics: Collection[Topic]) -> list[Position]:
    """List the partitions of topics."""
    return [Position(topic.name, partition) for topic in topics for partition in range(topic.partitions)]


def begin(consumer: Consumer, position: Position, offset: int | None, seconds: float) -> int:
    """Say where to begin: at ours where the broker has what comes next, or at its oldest.

    Args:
        consumer: asks.
        position: the partition.
        offset: what comes next by what was stored; none where nothing was.
        seconds: how long to wait for the answer.

    Raises:
        LostMessagesError: the broker's oldest message is a later one, or its newest an earlier one.
        KafkaException: there is no answer in time.
    """
    oldest, end = consumer.get_watermark_offsets(TopicPartition(*position), timeout=seconds)
    if offset is None:
        return oldest
    if offset < oldest:
        raise errors.shrunk(*position, offset, oldest)
    if offset > end:
        reason = f"of partition {position.partition} we have read {offset:,} messages, and it has {end:,}"
        raise recreated(position.topic, reason)
    return offset


def beginnings(
    consumer: Consumer, topics: Collection[Topic], offsets: Mapping[Position, int], seconds: float
) -> dict[Position, int]:
    """Say at which offset to begin each partition of topics.

    Raises:
        LostMessagesError: the broker no longer has what comes next, or a partition that was read.
        KafkaException: there is no answer in time.
    """
    parts = positions(topics)
    names = {topic.name for topic in topics}
    if gone := sorted(each for each in offsets if each.topic in names and each not in parts):
        raise recreated(gone[0].topic, f"partition {gone[0].partition} was read, and there is none")
    return {each: begin(consumer, each, offsets.get(each), seconds) for each in parts}


def beginnings_of_added(
    consumer: Consumer, before: Collection[Topic], now: Collection[Topic], seconds: float
) -> dict[Position, int]:
    """Say where to begin the partitions that were added to topics: at their oldest message.

    Raises:
        KafkaException: there is no answer in time.
    """
    added = sorted(set(positions(now)) - set(positions(before)))
    for topic in {position.topic for position in added}:
        consumer.list_topics(topic, timeout=seconds)  # Otherwise the library looks for partitions every five minutes.
    return {each: begin(consumer, each, None, seconds) for each in added}


def same(before: Collection[Topic], now: Collection[Topic]) -> None:
    """Check that topics are those that they were; they may have more partitions.

    Raises:
        LostMessagesError: one was made anew.
    """
    earlier = {topic.name: topic for topic in before}
    for topic in now:
        known = earlier[topic.name]
        if known.id and topic.id:
            expect_same_id(topic.name, known.id, topic.id)
        if topic.partitions < known.partitions:
            raise recreated(topic.name, f"it had {known.partitions} partitions, and has {topic.partitions}")


def lag(consumer: Consumer, offsets: Mapping[Position, int]) -> int:
    """Count the messages not yet received, as far as the last answers of the broker tell."""
    missing = 0
    for position, offset in offsets.items():
        with contextlib.suppress(KafkaException):
            _, end = consumer.get_watermark_offsets(TopicPartition(*position), cached=True)
            missing += max(0, end - offset)
    return missing
