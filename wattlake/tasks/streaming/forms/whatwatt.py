"""whatwatt Go: the Swiss customer interface of a meter, in the JSON that the device sends by default.

Source: whatwatt's "Local integration via REST/MQTT" (whatwatt.ch) and its notes on templates. Totals are kWh, powers
kW. The time is the device's (``system.date_time``, by NTP): the report's own is the meter's clock, which reports have
shown in local time with a ``Z``.
"""

from decimal import Decimal
from typing import Any

from wattlake.lake.streaming.messages import Event, Message
from wattlake.tasks.streaming.forms._fields import instant, number, text, written
from wattlake.tasks.streaming.forms._meter import event
from wattlake.tasks.streaming.refusals import UnreadableMessageError, refused

VALUES = (
    ("energy", "positive", "total", "kWh", "consumption"),
    ("energy", "negative", "total", "kWh", "production"),
    ("instantaneous_power", "positive", "power", "kW", "consumption"),
    ("instantaneous_power", "negative", "power", "kW", "production"),
)


def recognises(message: Message, content: Any) -> bool:  # noqa: ANN401
    """Say whether a message has a report with energy or power."""
    report = content.get("report") if isinstance(content, dict) else None
    return isinstance(report, dict) and ("energy" in report or "instantaneous_power" in report)


def read(message: Message, content: Any, *, meter_id: str | None = None) -> list[Event]:  # noqa: ANN401
    """Read both totals and both powers.

    Raises:
        UnreadableMessageError: it has none of these values, one that is no number, or readings before a transformer.
    """
    report, meter, system = (_record(content, name) for name in ("report", "meter", "system"))
    if report.get("conv_factor") is not None and Decimal(number(report, "conv_factor")) != 1:
        raise refused(
            "conv_factor is {}",
            report["conv_factor"],
            expected="1 was expected, as whether readings behind a transformer contain it is not known",
        )
    meter_id = meter_id or text(meter, "id") or text(system, "id") or message.topic
    clock = system if system.get("date_time") is not None else report
    time = instant(clock, "date_time") if clock.get("date_time") is not None else message.received_at_utc.isoformat()
    events = [
        event(meter_id, time, quantity=quantity, value=number(parts, "total"), unit=unit, direction=direction)
        for kind, sign, quantity, unit, direction in VALUES
        if (parts := _record(_record(_record(report, kind), "active"), sign)).get("total") is not None
    ]
    if not events:
        raise UnreadableMessageError("The report has no energy.active and no power; totals of them were expected.")
    return events


def _record(holder: Any, name: str) -> dict[str, Any]:  # noqa: ANN401
    value = holder.get(name) if isinstance(holder, dict) else holder
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise refused(f"{name} is {{}}", written(value), expected="a record was expected")
    return value
