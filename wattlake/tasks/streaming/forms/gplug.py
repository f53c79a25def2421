"""gPlug: the Swiss customer interface of a meter, sent by Tasmota as ``tele/<device>/SENSOR`` with the block ``z``.

Source: gplug.ch on its Tasmota scripts; powers ``Pi``, ``Po`` are kW, totals ``Ei``, ``Eo`` kWh, of each tariff
``Ei1``, ``Ei2`` …; ``SMid`` is the number on the meter. The clock is the device's, local and without an offset.
"""

from typing import Any

from wattlake.lake.streaming.messages import Event, Message
from wattlake.tasks.streaming.forms._fields import local_time, text, written
from wattlake.tasks.streaming.forms._meter import Fields, added, values
from wattlake.tasks.streaming.forms.tasmota import device, sensor_record
from wattlake.tasks.streaming.refusals import refused

FIELDS: Fields = {
    "Ei": ("total", "kWh", "consumption"),
    "Eo": ("total", "kWh", "production"),
    "Pi": ("power", "kW", "consumption"),
    "Po": ("power", "kW", "production"),
}


def recognises(message: Message, content: Any) -> bool:  # noqa: ANN401
    """Say whether a message has Tasmota's time and the block ``z``."""
    record = content.get("StatusSNS", content) if isinstance(content, dict) else None
    return isinstance(record, dict) and "Time" in record and isinstance(record.get("z"), dict)


def read(message: Message, content: Any, *, meter_id: str | None = None) -> list[Event]:  # noqa: ANN401
    """Read both totals and both powers; those of tariffs are added up where no total is sent.

    Raises:
        UnreadableMessageError: it has no time, none of these values, or one that is no number.
    """
    record = sensor_record(content)
    block = record.get("z")
    if not isinstance(block, dict):
        raise refused("z is {}", written(block), expected="a record with Ei, Eo, Pi and Po was expected")
    sums = {
        name: added((block[tariff] for tariff in (f"{name}1", f"{name}2") if tariff in block), name)
        for name in ("Ei", "Eo")
    }
    meter_id = meter_id or text(block, "SMid") or device(message.topic)
    events = values(meter_id, local_time(record, "Time"), sums | block, fields=FIELDS)
    if not events:
        raise refused(
            "z has {}", ", ".join(list(block)[:10]) or "no fields", expected="Ei, Eo, Pi and Po were expected"
        )
    return events
