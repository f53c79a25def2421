"""Zigbee2MQTT: ``zigbee2mqtt/<name>`` of plugs and meters with ``power`` and ``energy``.

Source: zigbee2mqtt.io, "MQTT Topics and Messages" and the setting ``last_seen``: ISO 8601 in UTC, in local time with
its offset, milliseconds since 1970, or (by default) none. Powers are W, totals kWh.
"""

from typing import Any

from wattlake.lake.streaming.messages import Event, Message
from wattlake.tasks.streaming.forms._fields import instant, number, since_1970, written
from wattlake.tasks.streaming.forms._json import Number
from wattlake.tasks.streaming.forms._meter import Fields, power_of, values
from wattlake.tasks.streaming.refusals import refused

BASE = "zigbee2mqtt"
"""The base of topics, where the setting ``base_topic`` has not changed it."""
PRODUCED: Fields = {"produced_energy": ("total", "kWh", "production")}


def recognises(message: Message, content: Any) -> bool:  # noqa: ANN401
    """Say whether a record has the topic's base, or the quality of a device's link beside its energy."""
    if not isinstance(content, dict):
        return False
    return message.topic.startswith(f"{BASE}/") or (
        "linkquality" in content and not content.keys().isdisjoint(("power", "energy"))
    )


def read(message: Message, content: Any, *, meter_id: str | None = None) -> list[Event]:  # noqa: ANN401
    """Read a device's power and total; none of one that has neither, such as a lamp.

    Raises:
        UnreadableMessageError: it is no record, its time cannot be read, or a value is no number.
    """
    if not isinstance(content, dict):
        raise refused("It is {}", written(content), expected="a record with power and energy was expected")
    meter_id, time = meter_id or message.topic.partition("/")[2] or message.topic, _time(message, content)
    is_both_ways = content.get("produced_energy") is not None
    direction = "consumption" if is_both_ways else None
    events = values(meter_id, time, content, fields={"energy": ("total", "kWh", direction)} | PRODUCED)
    power = None if content.get("power") is None else number(content, "power")
    return events + power_of(meter_id, time, power=power, is_both_ways=is_both_ways)


def _time(message: Message, content: dict[str, Any]) -> str:
    last_seen = content.get("last_seen")
    if last_seen is None:
        return message.received_at_utc.isoformat()
    if isinstance(last_seen, Number):
        return since_1970(last_seen, "last_seen")
    return instant(content, "last_seen")
