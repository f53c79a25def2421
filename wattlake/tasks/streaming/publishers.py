"""Publish to the broker that the settings name, without reading from it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from wattlake.lake.stream_settings import Stream
from wattlake.tasks.streaming.transports import EXAMPLE, Outgoing


class Publisher(Protocol):
    """A connection that only publishes."""

    def publish(self, records: Sequence[Outgoing]) -> None:
        """Publish records and wait until the broker has them all."""

    def close(self) -> None:
        """Disconnect."""


@contextmanager
def publisher_to(described: Stream) -> Iterator[Publisher]:
    """Give a connection to a stream's broker that only publishes; it connects when it has to.

    Raises:
        ValueError: the settings name no broker.
    """
    if not described:
        raise ValueError(f"There is nobody to send to: no broker is named. Set {EXAMPLE}, or mqtt://localhost:1883.")
    publisher = _made(described)
    try:
        yield publisher
    finally:
        publisher.close()


def _made(described: Stream) -> Publisher:
    if described.speaks_mqtt:
        from wattlake.tasks.streaming.mqtt.publishing import Publisher as MqttPublisher

        return MqttPublisher(described)
    from wattlake.tasks.streaming.kafka.publishing import Publisher as KafkaPublisher

    return KafkaPublisher(described)
