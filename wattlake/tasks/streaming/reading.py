"""Reading of messages: a topic's setting, or a message's shape, says which form reads it."""

import importlib
import pkgutil
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from types import ModuleType
from typing import Any
from zoneinfo import ZoneInfo

from wattlake.lake.streaming.messages import Event, Message
from wattlake.tasks.streaming import forms
from wattlake.tasks.streaming.forms import energy_meters
from wattlake.tasks.streaming.forms._fields import has_offset, text, written
from wattlake.tasks.streaming.forms._json import parsed
from wattlake.tasks.streaming.refusals import UnreadableMessageError, refused
from wattlake.tasks.streaming.shapes import Shapes
from wattlake.tasks.streaming.topics import METER_ID, matcher

CLOCK_SLACK = timedelta(minutes=5)
"""A gateway's clock may be so much ahead of ours before an hour that comes twice is taken for its first."""
MOST_TOPICS = 10_000
"""So many topics' settings are remembered; a home has one or two."""


@cache
def form_names() -> tuple[str, ...]:
    """Name the forms of the folder, as settings write them: ``energy-meters``."""
    modules = (module.name for module in pkgutil.iter_modules(forms.__path__))
    return tuple(name.replace("_", "-") for name in modules if not name.startswith("_"))


@cache
def form(name: str) -> ModuleType:
    """Import a form by its name.

    Raises:
        ValueError: there is none of that name.
    """
    if name not in form_names():
        raise ValueError(f"There is no form of messages called {name}. There are: {', '.join(form_names())}.")
    return importlib.import_module(f"{forms.__name__}.{name.replace('-', '_')}")


class Reader:
    """Reads messages into events, by what settings say of their topics."""

    def __init__(
        self, topics: Iterable[str] = (), *, form_by_topic: Mapping[str, str] | None = None, timezone: str
    ) -> None:
        """Take what settings say.

        Args:
            topics: as the broker has them. ``{meter_id}`` in one stands where it names the meter, whatever the message
                says; ``+`` stands for any level and ``#`` for all that follow.
            form_by_topic: the form of topics; that of others is recognised by the message's shape.
            timezone: the zone whose clock is shown by gateways that send a time without an offset.

        Raises:
            ValueError: there is no such form, or a topic cannot be one.
        """
        self._forms = [(matcher(topic), form(name)) for topic, name in (form_by_topic or {}).items()]
        self._meters = [matcher(topic) for topic in [*topics, *(form_by_topic or {})] if METER_ID in topic]
        self._known_forms = [form(name) for name in form_names()]
        self._zone = ZoneInfo(timezone)
        self._shapes = Shapes()
        self._settings_of = lru_cache(MOST_TOPICS)(self._looked_up)

    def read(self, message: Message) -> list[Event]:
        """Read a message; none where it tells of no energy, such as a gateway's state of health.

        Raises:
            UnreadableMessageError: it is of no known form, or its form refuses it.
        """
        meter_id, set_form = self._settings_of(message.topic)
        if set_form in (None, energy_meters):
            known_events = self._shapes.read(message.payload, meter_id=meter_id)
            if known_events is not None:
                return known_events
        content = _content(message.payload)
        chosen_form = set_form or self._recognised(message, content)
        events: list[Event] = chosen_form.read(message, content, meter_id=meter_id)
        if isinstance(content, dict) and self._shape_of(message, content) is energy_meters is chosen_form:
            self._shapes.learn(content)
        for position, event in enumerate(events):
            if ":" in event.time and not has_offset(event.time):
                time = _in_utc(event.time, self._zone, not_after=message.received_at_utc + CLOCK_SLACK)
                events[position] = event._replace(time=time)
        return events

    def _looked_up(self, topic: str) -> tuple[str | None, ModuleType | None]:
        matches = filter(None, (pattern.fullmatch(topic) for pattern in self._meters))
        meter_id = next((match["meter_id"] for match in matches), None)
        set_form = next((form for pattern, form in self._forms if pattern.fullmatch(topic)), None)
        return text({"The topic's meter": meter_id}, "The topic's meter"), set_form

    def _shape_of(self, message: Message, content: Any) -> ModuleType | None:  # noqa: ANN401
        return next((each for each in self._known_forms if each.recognises(message, content)), None)

    def _recognised(self, message: Message, content: Any) -> ModuleType:  # noqa: ANN401
        if (known_form := self._shape_of(message, content)) is not None:
            return known_form
        names = ", ".join(list(content)[:10]) if isinstance(content, dict) else written(content)
        expected = f"a message of one of these forms was expected: {', '.join(form_names())}"
        raise refused("No form is known that has {}", names or "no fields", expected=expected)


def _content(payload: bytes) -> Any:  # noqa: ANN401
    return payload if payload[:10].lstrip()[:1] == b"/" else parsed(payload)


def _in_utc(time: str, zone: ZoneInfo, *, not_after: datetime) -> str:
    """Read a zone's clock; of an hour that comes twice, the later that is not in the future."""
    local = datetime.fromisoformat(time).replace(tzinfo=zone)
    later = local.replace(fold=1)
    return (local if later > not_after else later).astimezone(UTC).isoformat()


__all__ = ["Reader", "UnreadableMessageError", "form", "form_names"]
