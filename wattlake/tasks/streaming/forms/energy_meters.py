"""Our own form: what a value is of, when, how much, which way; one record or a list.

It is described in ``docs/streaming.md``. Fields that it does not know are passed over, so that a newer sender may add
some.
"""

from typing import Any

from wattlake.lake.streaming.messages import Event, Message
from wattlake.tasks.streaming.forms._fields import instant, number, text, whole_number, written
from wattlake.tasks.streaming.refusals import UnreadableMessageError, refused

MOST_SECONDS = 31 * 86_400
"""The longest period: a month."""
DIRECTIONS = (None, "consumption", "production")


def recognises(message: Message, content: Any) -> bool:  # noqa: ANN401
    """Say whether a record, or the first of a list, has the time fields of the form."""
    first = content[0] if isinstance(content, list) and content else content
    return (
        isinstance(first, dict) and ("period_start_utc" in first or "at_utc" in first) and "bidding_zone" not in first
    )


def read(message: Message, content: Any, *, meter_id: str | None = None) -> list[Event]:  # noqa: ANN401
    """Read a record or a list of records.

    Raises:
        UnreadableMessageError: a field is missing or of another type; it is named. No event of such a message is read.
    """
    if isinstance(content, dict):
        return _events(content, meter_id)
    if not isinstance(content, list) or not content:
        raise refused("It is {}", written(content), expected="a record, or a list of records, was expected")
    events: list[Event] = []
    for position, record in enumerate(content, 1):
        try:
            events += _events(record, meter_id)
        except UnreadableMessageError as error:
            raise UnreadableMessageError(f"Record {position} of {len(content)}: {error}") from None
    return events


def _events(record: Any, topic_meter_id: str | None) -> list[Event]:  # noqa: ANN401
    if not isinstance(record, dict):
        raise refused("It is {}", written(record), expected="a record was expected")
    meter_id, member_id = topic_meter_id or text(record, "meter_id"), text(record, "member_id")
    if meter_id is None and member_id is None:
        raise UnreadableMessageError("meter_id and member_id are missing; one of them was expected.")
    direction, quality = record.get("direction"), text(record, "quality")
    if direction not in DIRECTIONS:
        raise refused("direction is {}", written(direction), expected="consumption or production was expected")
    if "period_start_utc" in record:
        if "at_utc" in record:
            raise UnreadableMessageError("at_utc and period_start_utc stand together; one of them was expected.")
        start, seconds, energy = (
            instant(record, "period_start_utc"),
            whole_number(record, "period_seconds", MOST_SECONDS),
            number(record, "energy_kwh"),
        )
        return [Event(meter_id, member_id, start, seconds, "energy", energy, "kWh", direction, quality)]
    at = instant(record, "at_utc")
    values = [
        Event(meter_id, member_id, at, None, quantity, number(record, name), unit, direction, quality)
        for name, quantity, unit in (("power_w", "power", "W"), ("total_kwh", "total", "kWh"))
        if record.get(name) is not None
    ]
    if not values:
        raise UnreadableMessageError("power_w and total_kwh are missing; one of them was expected.")
    return values
