"""Shapes of messages: the pattern of one that was read reads the next of the same shape.

Senders write the same fields in the same order, over and over. A message of ``energy-meters`` that was read field by
field leaves the pattern of its shape; whatever fits that pattern would be read to the same events, in a quarter of the
time. Whatever fits none is read field by field: a pattern takes fewer values than a field, never more.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from wattlake.lake.streaming.messages import Event
from wattlake.tasks.streaming.forms._json import Number

MOST_SHAPES = 8
"""So many patterns are tried at most; a stream has one or two senders' shapes."""

_TEXT = r"[ !#-\[\]-~]"
"""A printable sign of ASCII that JSON does not escape."""
_DAY = "(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
_TIME = rf"[12][0-9]{{3}}-{_DAY}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{{3}}(?:[0-9]{{3}})?)?Z"
_NUMBER = r"-?(?:0|[1-9][0-9]{0,10})(?:\.[0-9]{1,18})?"
_OF_FIELDS = {
    "meter_id": f"{_TEXT}{{1,200}}",
    "member_id": f"{_TEXT}{{1,200}}",
    "quality": f"{_TEXT}{{1,200}}",
    "direction": "consumption|production",
    "period_start_utc": _TIME,
    "at_utc": _TIME,
    "period_seconds": "[1-9][0-9]{0,5}",
    "energy_kwh": _NUMBER,
    "power_w": _NUMBER,
    "total_kwh": _NUMBER,
}
_NUMBERS = ("period_seconds", "energy_kwh", "power_w", "total_kwh")
_PLAIN_NAME = re.compile("[A-Za-z0-9_]{1,60}")
_WORDS = (None, "energy", "power", "total", "kWh", "W")
"""What events have beside the values of their messages."""
_QUANTITIES = (("power_w", "power", "W"), ("total_kwh", "total", "kWh"))

Picker = Callable[[tuple[str | None, ...]], Iterable[Any]]


class Shape(NamedTuple):
    """The pattern of messages of one shape, and what picks each event out of its match."""

    pattern: re.Pattern[str]
    pickers: Sequence[Picker]
    names_subject: bool

    def events(self, values: tuple[str | None, ...], topic_meter_id: str | None) -> list[Event] | None:
        """Make the events of a message by its match; none where nothing names a meter or member."""
        cells = values + _WORDS
        events = [Event._make(pick(cells)) for pick in self.pickers]
        if topic_meter_id is not None:
            return [event._replace(meter_id=topic_meter_id) for event in events]
        return events if self.names_subject else None


class Shapes:
    """The shapes that a reader has met, the one met last in front."""

    def __init__(self) -> None:
        """Begin without any."""
        self._shapes: list[Shape] = []
        self._known = set[tuple[tuple[str, type], ...]]()

    def read(self, payload: bytes, *, meter_id: str | None) -> list[Event] | None:
        """Read a message of a shape that is known; none where it has another."""
        if not payload.isascii():
            return None
        content = payload.decode("ascii")
        for rank, shape in enumerate(self._shapes):
            if match := shape.pattern.fullmatch(content):
                if rank:
                    self._shapes.insert(0, self._shapes.pop(rank))
                return shape.events(match.groups(), meter_id)
        return None

    def learn(self, record: Mapping[str, Any]) -> None:
        """Take the shape of a record that was read, where all that it has is plain."""
        fields = tuple((name, type(value)) for name, value in record.items())
        if fields in self._known or len(self._known) >= MOST_SHAPES:
            return
        self._known.add(fields)
        if all(_PLAIN_NAME.fullmatch(name) and _is_plain(name, kind) for name, kind in fields):
            pattern = r"\{" + ", ?".join(f'"{name}": ?{_value(name, kind)}' for name, kind in fields) + r"\}"
            names = [name for name, _ in fields if name in _OF_FIELDS]
            subject = not {"meter_id", "member_id"}.isdisjoint(names)
            self._shapes.append(Shape(re.compile(pattern), list(_pickers(names)), subject))


def _is_plain(name: str, kind: type) -> bool:
    return kind is str or (kind is Number and (name in _NUMBERS or name not in _OF_FIELDS))


def _value(name: str, kind: type) -> str:
    """Write the pattern of a field's value; those of fields that are not known have no group."""
    own = _OF_FIELDS.get(name)
    value = f"({own})" if own else f"{_TEXT}{{0,200}}" if kind is str else _NUMBER
    return f'"{value}"' if kind is str else value


def _pickers(names: Sequence[str]) -> Iterator[Picker]:
    """Make what picks the cells of each event out of the fields' values and the words."""
    cells = [*names, *_WORDS]

    def picker(time: str, seconds: str | None, quantity: str, value: str, unit: str) -> Picker:
        wanted = ("meter_id", "member_id", time, seconds, quantity, value, unit, "direction", "quality")
        return itemgetter(*(cells.index(name if name in cells else None) for name in wanted))

    if "period_start_utc" in names:
        yield picker("period_start_utc", "period_seconds", "energy", "energy_kwh", "kWh")
        return
    for name, quantity, unit in _QUANTITIES:
        if name in names:
            yield picker("at_utc", None, quantity, name, unit)
