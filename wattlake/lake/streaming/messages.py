"""The values of a stream: messages as a broker gave them, and what they tell."""

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


class Price(NamedTuple):
    """A price as its message wrote it; the names are those of files in the own layout.

    Attributes:
        bidding_zone: of the exchange.
        start: of the period, in ISO 8601 with an offset.
        minutes: length of the period.
        price: the number.
        unit: of the price.
    """

    bidding_zone: str
    start: str
    minutes: str
    price: str
    unit: str


class WeatherAlert(NamedTuple):
    """A warning of the weather service.

    Attributes:
        alert_id: the service's; a later message of the same replaces it.
        zone: that it is of.
        severity: ``warn`` or ``error``.
        headline: what is to come, in a sentence.
        starts_utc: from when on.
        ends_utc: until when; none where that is open.
        sent_utc: when it was sent.
    """

    alert_id: str
    zone: str
    severity: str
    headline: str
    starts_utc: datetime
    ends_utc: datetime | None
    sent_utc: datetime


Content = Event | Price | WeatherAlert
"""What a message tells; all that one tells is of one kind."""
