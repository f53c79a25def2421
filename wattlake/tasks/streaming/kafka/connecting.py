"""Connecting to a Kafka broker: until it answers, or it is certain that it will not."""

from contextlib import suppress
from datetime import UTC, datetime
from time import monotonic

from confluent_kafka import Consumer, KafkaException
from confluent_kafka import Message as Delivery
from confluent_kafka.admin import AdminClient

from wattlake.lake.stream_settings import Stream
from wattlake.lake.streaming.messages import Message
from wattlake.tasks.streaming.kafka import client, errors
from wattlake.tasks.streaming.kafka.outages import Outages
from wattlake.tasks.streaming.transports import BrokerError

ANSWER_SECONDS = 10.0
"""How long a broker may be silent when a stream begins; later it is waited for."""


def connect(stream: Stream, outages: Outages) -> tuple[Consumer, AdminClient]:
    """Connect to a broker; who asks it for topics has a connection of its own.

    Raises:
        BrokerError: none answers, it refuses us, or a file that it needs cannot be read.
    """
    try:
        consumer = Consumer(client.reading(stream) | {"error_cb": outages.remember})
        admin = AdminClient(client.administering(stream))
    except KafkaException as error:
        raise BrokerError(
            f"The settings of the stream cannot be used ({errors.reason(error.args[0])}). Check WATTLAKE_STREAM__CA, "
            "WATTLAKE_STREAM__CERTIFICATE and WATTLAKE_STREAM__KEY: they name PEM files."
        ) from error
    try:
        _await_answer(consumer, outages)
    except BrokerError:
        consumer.close()
        raise
    return consumer, admin


def _await_answer(consumer: Consumer, outages: Outages) -> None:
    until = monotonic() + ANSWER_SECONDS
    while monotonic() < until:
        with suppress(KafkaException):
            consumer.list_topics(timeout=1)
            return
        consumer.poll(0)  # Serves the callback of errors.
        if (lasting := outages.lasting()) is not None:
            raise lasting
    raise outages.no_answer(ANSWER_SECONDS)


def message_of(delivery: Delivery, now: datetime) -> Message:
    """Make a message; a producer's clock that is ahead is put back to ours."""
    kind, milliseconds = delivery.timestamp()
    received = datetime.fromtimestamp(milliseconds / 1000, UTC) if kind and milliseconds > 0 else now
    key, value = delivery.key(), delivery.value()
    return Message(
        delivery.topic() or "", delivery.partition() or 0, delivery.offset() or 0, key, value or b"", min(received, now)
    )
