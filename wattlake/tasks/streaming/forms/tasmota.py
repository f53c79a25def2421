"""Tasmota: ``tele/<device>/SENSOR`` of plugs (``ENERGY``) and of reading heads on meters.

Sources: the pages "Power Monitoring" and "Smart Meter Interface" of Tasmota's documentation
(https://tasmota.github.io/docs/), and evcc's page on Tasmota's reading heads for the names of a meter's values, which
its script chooses. Totals are kWh, powers W. The device's clock is local; its offset is sent with ``SetOption52 1``.
"""

from typing import Any

from wattlake.lake.streaming.messages import Event, Message
from wattlake.tasks.streaming.forms._fields import local_time, number, written
from wattlake.tasks.streaming.forms._meter import Fields, added, both_ways, power_of, values
from wattlake.tasks.streaming.refusals import refused

NOT_THE_DEVICE = ("tele", "stat", "SENSOR", "STATUS8", "STATUS10")
"""Levels of a topic that do not name the device, whatever order ``FullTopic`` gives them."""
PLUG: Fields = {"ExportActive": ("total", "kWh", "production")}
METER: Fields = {
    "total_in": ("total", "kWh", "consumption"),
    "e_in": ("total", "kWh", "consumption"),
    "1_8_0": ("total", "kWh", "consumption"),
    "total_out": ("total", "kWh", "production"),
    "e_out": ("total", "kWh", "production"),
    "2_8_0": ("total", "kWh", "production"),
}
POWERS = ("power_curr", "power", "16_7_0")


def recognises(message: Message, content: Any) -> bool:  # noqa: ANN401
    """Say whether a message has Tasmota's time and a block of values, but not gPlug's."""
    record = content.get("StatusSNS", content) if isinstance(content, dict) else None
    return (
        isinstance(record, dict)
        and "Time" in record
        and "z" not in record
        and any(isinstance(block, dict) for block in record.values())
    )


def read(message: Message, content: Any, *, meter_id: str | None = None) -> list[Event]:  # noqa: ANN401
    """Read a plug's power and total, and those of a meter's block.

    Raises:
        UnreadableMessageError: it has no time, no block of energy, or a value that is no number.
    """
    record = sensor_record(content)
    time, meter_id = local_time(record, "Time"), meter_id or device(message.topic)
    events: list[Event] = []
    for name, block in record.items():
        if isinstance(block, dict):
            events += (_plug if name == "ENERGY" else _meter)(meter_id, time, block)
    if not events:
        names = ", ".join(f"{name}.{field}" for name, block in record.items() for field in _names(block))
        expected = "ENERGY, or a block with Total_in, Total_out or Power_curr, was expected"
        raise refused("It has no energy but {}", names or "no block", expected=expected)
    return events


def sensor_record(content: Any) -> dict[str, Any]:  # noqa: ANN401
    """Give the record with the time and the blocks, in an answer of ``Status 8`` or on its own.

    Raises:
        UnreadableMessageError: there is none.
    """
    record = content.get("StatusSNS", content) if isinstance(content, dict) else content
    if not isinstance(record, dict):
        raise refused("It is {}", written(record), expected="a record with Time and ENERGY was expected")
    return record


def device(topic: str) -> str:
    """Name the device of a topic."""
    return "/".join(level for level in topic.split("/") if level not in NOT_THE_DEVICE) or topic


def _names(block: Any) -> list[str]:  # noqa: ANN401
    return list(block)[:10] if isinstance(block, dict) else []


def _plug(meter_id: str, time: str, block: dict[str, Any]) -> list[Event]:
    """A plug of several channels sends lists, a value for each: they are one meter."""
    total, given, power = (_sum(block, name) for name in ("Total", "ExportActive", "Power"))
    direction = "consumption" if given is not None else None
    totals = {"Total": total, "ExportActive": given}
    events = values(meter_id, time, totals, fields={"Total": ("total", "kWh", direction)} | PLUG)
    return events + power_of(meter_id, time, power=power, is_both_ways=given is not None)


def _sum(block: dict[str, Any], name: str) -> str | None:
    value = block.get(name)
    return added(value if isinstance(value, list) else [value], name)


def _meter(meter_id: str, time: str, block: dict[str, Any]) -> list[Event]:
    lower = {name.lower(): value for name, value in block.items()}
    events = values(meter_id, time, lower, fields=METER)
    power = next((name for name in POWERS if lower.get(name) is not None), None)
    return events + (both_ways(meter_id, time, power=number(lower, power)) if power else [])
