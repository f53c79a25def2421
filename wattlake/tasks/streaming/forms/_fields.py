"""Fields of a record: each is read by its name, or refused by it."""

import re
from datetime import datetime
from typing import Any

from wattlake.tasks.streaming.refusals import refused

MOST = 1e12
"""Numbers stay below this in any unit: the lake's kWh have twelve digits before the point."""
MOST_CHARACTERS = 200

_NUMBER = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{0,18})?([eE][+-]?[0-9]{1,3})?")
_SINCE_1970 = re.compile(r"[0-9]{9,13}(\.[0-9]{1,6})?")
_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?"
)


def number(record: dict[str, Any], name: str) -> str:
    """Give a field's number as its text.

    Raises:
        UnreadableMessageError: it is none, or not below a million millions.
    """
    return as_number(record.get(name), name)


def as_number(value: Any, name: str) -> str:  # noqa: ANN401
    """Give a value's number as its text; ``name`` is that of its field.

    Raises:
        UnreadableMessageError: it is none, or not below a million millions.
    """
    if not isinstance(value, str) or not _NUMBER.fullmatch(value):
        raise refused(f"{name} is {{}}", written(value), expected="a number was expected")
    if not -MOST < float(value) < MOST:
        raise refused(f"{name} is {{}}", value, expected="a number below 1000000000000 was expected")
    return str(value)


def text(record: dict[str, Any], name: str) -> str | None:
    """Give a field's text; none where it is missing, null or empty.

    Raises:
        UnreadableMessageError: it is no text, too long, or has signs that cannot be printed.
    """
    value = record.get(name)
    if value is None or value == "":
        return None
    if type(value) is not str or len(value) > MOST_CHARACTERS or not value.isprintable():
        raise refused(
            f"{name} is {{}}",
            written(value),
            expected=f"a text of at most {MOST_CHARACTERS} printable signs was expected",
        )
    return value


def instant(record: dict[str, Any], name: str) -> str:
    """Give a field's time as its text, which has its offset from UTC.

    Raises:
        UnreadableMessageError: it is no time of the calendar in ISO 8601, or lacks its offset.
    """
    value = local_time(record, name)
    if not has_offset(value):
        raise refused(f"{name} is {{}}", value, expected="a time with Z or an offset from UTC was expected")
    return value


def local_time(record: dict[str, Any], name: str) -> str:
    """Give a field's time as its text, whether it has an offset from UTC or not.

    Raises:
        UnreadableMessageError: it is no time of the calendar in ISO 8601.
    """
    value = record.get(name)
    try:
        if type(value) is str and _TIME.fullmatch(value):
            datetime.fromisoformat(value)
            return value
    except ValueError:
        pass  # 30 February has the form of a date; it is refused like the others.
    raise refused(f"{name} is {{}}", written(value), expected="a time such as 2026-11-30T10:00:00Z was expected")


def whole_number(record: dict[str, Any], name: str, most: int) -> str:
    """Give a field's whole number from 1 on as its text.

    Raises:
        UnreadableMessageError: it is none, or more than may be.
    """
    value = record.get(name)
    if not isinstance(value, str) or not value.isascii() or not value.isdigit() or not 0 < len(value) <= 7:
        raise refused(f"{name} is {{}}", written(value), expected="a whole number was expected")
    if not 1 <= int(value) <= most:
        raise refused(f"{name} is {{}}", value, expected=f"1 to {most} was expected")
    return str(value)


def since_1970(value: Any, name: str) -> str:  # noqa: ANN401
    """Give a value that counts seconds or milliseconds since 1970 as its text; ``name`` is that of its field.

    Raises:
        UnreadableMessageError: it does not, or ends before 1973.
    """
    if not isinstance(value, str) or not _SINCE_1970.fullmatch(value):
        raise refused(f"{name} is {{}}", written(value), expected="seconds or milliseconds since 1970 were expected")
    return str(value)


def has_offset(time: str) -> bool:
    """Say whether a time in ISO 8601 ends with Z or an offset from UTC."""
    return time[-1] == "Z" or time[-6] in "+-" or time[-5] in "+-"


def written(value: Any) -> str:  # noqa: ANN401
    """Name a value of a message as its JSON shows it, shortly."""
    match value:
        case None:
            return "missing"
        case True | False:
            return str(value).lower()
        case dict():
            return "a record"
        case list():
            return "a list"
        case "":
            return "empty"
    return str(value)
