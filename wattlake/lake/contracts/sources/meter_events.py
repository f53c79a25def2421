"""Events of meters and gateways from a stream, and what they tell."""

from wattlake.lake.contracts.base import Bronze, Contract, Utc, bronze, column, landing, provenance, table
from wattlake.lake.contracts.sources.smart_meters import QUALITIES
from wattlake.lake.contracts.units import Kwh

DIRECTIONS = ["consumption", "production"]
QUANTITIES = ["energy", "power", "total"]
MOST_PERIOD_SECONDS = 3600
"""A period of an event is an hour at most, as that of a reading: a late one changes windows nearby alone."""

DAILY = ("year(event_at_utc)", "month(event_at_utc)", "day(event_at_utc)")


class MeterEvents(Bronze):
    """One number of a stream's message as it was written, or a message not readable."""

    meter_id: str = bronze("meter_id", "Meter, where the message or its topic names one")
    member_id: str = bronze("member_id", "Member, where the message names that instead")
    time: str = bronze("time", "Instant, or start of the period")
    period_seconds: str = bronze("period_seconds", "Length of the period that the value is of; none for an instant")
    quantity: str = bronze("quantity", "`energy` of a period, `power` at an instant or a running `total` at an instant")
    value: str = bronze("value", "The number")
    unit: str = bronze("unit", "W, kW, MW, Wh, kWh or MWh")
    direction: str = bronze("direction", "consumption or production, where the message says it")
    quality: str = bronze("quality", "What the source says of the number; `simulated` where a simulator sent it")
    refusal: str = bronze("refusal", "Why the message could not be read; empty where it could")
    payload: str = bronze("payload", "A message that could not be read; bytes that are no UTF-8 are written `\\xNN`")
    topic: str = column("Topic of the message", alias="_topic")
    partition: int = column("Partition of the topic; 0 for MQTT", alias="_partition", ge=0)
    message_offset: int = column("Number of the message in its partition", alias="_offset", ge=0)
    message_row: int = column("Number of the value in its message, from 0", alias="_row", ge=0)
    received_at_utc: Utc = column("When the broker had the message; for MQTT, when we had it", alias="_received_at_utc")

    class Config:
        metadata = table("bronze.meter_events")


class MeterEvent(Contract):
    """One value of one meter at an instant or of a period, by its newest message."""

    meter_id: str = column("Meter as its messages name it, or the meter of the member that they name")
    event_at_utc: Utc = column("The instant, or the start of the period; to the millisecond")
    period_seconds: int = column(
        "Length of the period; empty for an instant", "s", nullable=True, ge=1, le=MOST_PERIOD_SECONDS
    )
    quantity: str = column("Energy of a period, power at an instant, or a running total at an instant", isin=QUANTITIES)
    energy_kwh: Kwh = column("Energy of the period, or the running total; empty for power", "kWh", nullable=True, ge=0)
    power_w: float = column(
        "Power at the instant, to a milliwatt; empty otherwise", "W", nullable=True, ge=0, le=1_000_000_000
    )
    direction: str = column(
        "What the meter measures: as the message says, else as the register does, else consumption", isin=DIRECTIONS
    )
    quality: str = column(
        "What the source says of the number; empty where it says nothing", nullable=True, isin=QUALITIES
    )
    provenance: str = provenance()
    received_at_utc: Utc = column("When the broker had the message; for MQTT, when we had it")
    topic: str = column("Topic of the message")
    partition: int = column("Partition of the topic; 0 for MQTT", ge=0)
    message_offset: int = column("Number of the message in its partition", ge=0)
    message_row: int = column("Number of the value in its message, from 0", ge=0)
    landing_id: int = landing()

    class Config:
        metadata = table(
            "silver.meter_event",
            key=("meter_id", "event_at_utc", "quantity", "direction"),
            partitioned_by=DAILY,
        )
