"""P1 (DSMR): the Dutch and Belgian meters' telegram as it is, or the messages of DSMR-reader.

Sources: P1 Companion Standard 5.0.2 (telegram, checksum, timestamp with ``S`` in summer and ``W`` in winter) and
DSMR-reader's documentation of MQTT (``dsmr/json`` and ``dsmr/reading/…``). The total of a direction is the sum of its
tariffs, so that topics with one tariff each are passed over; of DSMR-reader's split topics the powers are read.
"""

import re
from typing import Any

from wattlake.lake.streaming.messages import Event, Message
from wattlake.tasks.streaming.forms._fields import as_number, instant, written
from wattlake.tasks.streaming.forms._meter import added, event
from wattlake.tasks.streaming.forms._telegram import read_telegram
from wattlake.tasks.streaming.refusals import refused

_SPLIT = re.compile(r"(.+)/reading/[a-z0-9_]+")
POWERS = {"electricity_currently_delivered": "consumption", "electricity_currently_returned": "production"}
"""Delivered is what the grid delivers."""
TARIFFS = {"electricity_delivered_": "consumption", "electricity_returned_": "production"}


def recognises(message: Message, content: Any) -> bool:  # noqa: ANN401
    """Say whether a message is a telegram, or has DSMR-reader's topics or names."""
    if isinstance(content, dict):
        return not content.keys().isdisjoint((*POWERS, *(f"{name}1" for name in TARIFFS)))
    return isinstance(content, bytes) or _SPLIT.fullmatch(message.topic) is not None


def read(message: Message, content: Any, *, meter_id: str | None = None) -> list[Event]:  # noqa: ANN401
    """Read both totals and both powers.

    Raises:
        UnreadableMessageError: the telegram's checksum or a value is wrong, or there is none of these values.
    """
    meter_id_of_topic = meter_id or message.topic.partition("/")[0]
    if isinstance(content, bytes):
        return read_telegram(
            content, meter_id=meter_id, topic=meter_id_of_topic, received_at_utc=message.received_at_utc
        )
    received = message.received_at_utc.isoformat()
    if _SPLIT.fullmatch(message.topic):
        name = message.topic.rpartition("/")[2]
        return _values(meter_id_of_topic, received, {name: content}) if name in POWERS else []
    if not isinstance(content, dict):
        raise refused("It is {}", written(content), expected="a telegram, or a record of one, was expected")
    time = instant(content, "timestamp") if content.get("timestamp") is not None else received
    events = _values(meter_id_of_topic, time, content)
    if not events:
        raise refused("It has {}", ", ".join(list(content)[:10]), expected="electricity_delivered_1 was expected")
    return events


def _values(meter_id: str, time: str, record: dict[str, Any]) -> list[Event]:
    totals = {
        direction: added((record[name] for name in (f"{tariff}1", f"{tariff}2") if name in record), tariff)
        for tariff, direction in TARIFFS.items()
    }
    return [
        *(
            event(meter_id, time, quantity="total", value=total, unit="kWh", direction=direction)
            for direction, total in totals.items()
            if total is not None
        ),
        *(
            event(meter_id, time, quantity="power", value=as_number(record[name], name), unit="kW", direction=direction)
            for name, direction in POWERS.items()
            if record.get(name) is not None
        ),
    ]
