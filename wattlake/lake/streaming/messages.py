"""The values of a stream: messages as a broker gave them, and the events that they tell."""

from datetime import datetime
from typing import NamedTuple


class Position(NamedTuple):
    """A partition of a topic; an MQTT broker's topics have one, 0."""

    topic: str
    partition: int


class Message(NamedTuple):
    """One message, unchanged.

    Attributes:
        topic: as the broker names it.
        partition: of the topic; 0 for MQTT.
        offset: its number in the partition; for MQTT the consumer counts what it received.
        key: of the message, where it has one; for MQTT the number of its packet.
        payload: its bytes.
        received_at_utc: when the broker had it; for MQTT, when we had it.
    """

    topic: str
    partition: int
    offset: int
    key: bytes | None
    payload: bytes
    received_at_utc: datetime

    @property
    def position(self) -> Position:
        """The partition that it came from."""
        return Position(self.topic, self.partition)


class Event(NamedTuple):
    """One number of one meter, as its message wrote it: all text, nothing is interpreted.

    Attributes:
        meter_id: of the meter, where the message or its topic names one.
        member_id: of the member, where it names that instead.
        time: of the instant, or the start of the period: ISO 8601 with an offset, or (milli)seconds since 1970.
        period_seconds: length of the period that the value is of; none for an instant.
        quantity: ``energy`` of the period, ``power`` at the instant, or a running ``total`` at the instant.
        value: the number.
        unit: W, kW, Wh, kWh or MWh.
        direction: ``consumption`` or ``production``; none where the register of members says which it is.
        quality: as the source says: measured, estimated, substituted …; none where it says nothing.
    """

    meter_id: str | None
    member_id: str | None
    time: str
    period_seconds: str | None
    quantity: str
    value: str
    unit: str
    direction: str | None
    quality: str | None
