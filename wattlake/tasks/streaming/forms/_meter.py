"""Values of a meter as events: totals and powers, and a power whose sign says which way it flows."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from wattlake.lake.streaming.messages import Event
from wattlake.tasks.streaming.forms._fields import as_number, number

Fields = dict[str, tuple[str, str, str | None]]
"""Quantity, unit and direction of a form's values, by the name of the field."""


def event(meter_id: str, time: str, *, quantity: str, value: str, unit: str, direction: str | None = None) -> Event:
    """Make an event of a value at an instant."""
    return Event(meter_id, None, time, None, quantity, value, unit, direction, None)


def values(meter_id: str, time: str, record: dict[str, Any], *, fields: Fields) -> list[Event]:
    """Make an event of each of some fields that a record has and that is not null.

    Raises:
        UnreadableMessageError: one is no number.
    """
    return [
        event(meter_id, time, quantity=quantity, value=number(record, name), unit=unit, direction=direction)
        for name, (quantity, unit, direction) in fields.items()
        if record.get(name) is not None
    ]


def both_ways(meter_id: str, time: str, *, power: str, unit: str = "W") -> list[Event]:
    """Make events of a power that is negative while the meter gives; either way ends the other.

    A power holds until the next, so that one that turns has to be told as none of the other direction, too.
    """
    consumed, produced = ("0", power[1:]) if power.startswith("-") else (power.lstrip("+"), "0")
    return [
        event(meter_id, time, quantity="power", value=consumed, unit=unit, direction="consumption"),
        event(meter_id, time, quantity="power", value=produced, unit=unit, direction="production"),
    ]


def power_of(meter_id: str, time: str, *, power: str | None, is_both_ways: bool) -> list[Event]:
    """Make events of the power of a device, which may be one that measures what comes back, too.

    Of one that does not, the register of members says whether a positive power is consumption or production.
    """
    if power is None:
        return []
    if is_both_ways or power.startswith("-"):
        return both_ways(meter_id, time, power=power)
    return [event(meter_id, time, quantity="power", value=power, unit="W")]


def added(numbers: Iterable[Any], name: str) -> str | None:
    """Add up a field's values exactly; none where one is missing or null, or there are none.

    Raises:
        UnreadableMessageError: one is no number.
    """
    parts = list(numbers)
    if not parts or any(part is None for part in parts):
        return None
    return format(sum((Decimal(as_number(part, name)) for part in parts), Decimal()), "f")
