"""Texts with places for what a question is about, such as ``{from}`` and ``{zone}``."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime

PLACE = re.compile(r"\{(?P<name>\w+)(?::(?P<form>[^{}]*))?\}")
DAYS = frozenset({"from", "to", "last"})
"""The first instant of a question's days, the first one after them, and their last day."""
OF_A_ZONE = frozenset({"zone", "latitude", "longitude"})
KNOWN = DAYS | OF_A_ZONE | {"bidding_zone"}

USUAL_FORM = "%Y-%m-%dT%H:%M:%SZ"
EPOCHS = {"unix": 1, "unix_ms": 1000}
"""The forms of instants that count from 1970, with the parts of a second that they count."""

Value = str | datetime


def names_in(*texts: str) -> set[str]:
    """List the names of the places in some texts."""
    return {match["name"] for text in texts for match in PLACE.finditer(text)}


def filled(text: str, values: Mapping[str, Value], written_as: Callable[[str], str] = str) -> str:
    """Put values in their places.

    Args:
        text: with the places.
        values: by the names of the places; instants are written in the form that a place names.
        written_as: how a value is written there, such as percent-encoded.
    """
    return PLACE.sub(lambda match: written_as(_text(values[match["name"]], match["form"] or "")), text)


def day_reader(texts: Iterable[str]) -> Callable[[str], date | None]:
    """Make what reads the day again in a text that was filled.

    Args:
        texts: with one of the places of days each.
    """
    forms = [(_pattern(text), match["form"] or "") for text in texts for match in [_of_day(text)] if match]

    def day_of(text: str) -> date | None:
        for pattern, form in forms:
            if match := pattern.fullmatch(text):
                return _day(match["day"], form)
        return None

    return day_of


def fault_of_days(text: str) -> str:
    """Say what is wrong with the places of days in a text; empty where nothing is."""
    matches = [match for match in PLACE.finditer(text) if match["name"] in DAYS]
    if len(matches) > 1:
        return "has more than one of {from}, {to} and {last}; give each a parameter or a part of the path of its own"
    for match in matches:
        form = match["form"] or ""
        instant = datetime(2026, 3, 4, tzinfo=UTC)
        if _day(_text(instant, form), form) != instant.date():
            return f"writes a day as `{match['form']}`, which does not say which day it is"
    return ""


def _of_day(text: str) -> re.Match[str] | None:
    return next((match for match in PLACE.finditer(text) if match["name"] in DAYS), None)


def _pattern(text: str) -> re.Pattern[str]:
    """Write the pattern of a filled text; the group ``day`` is what stands for its day."""
    parts, end = [], 0
    for match in PLACE.finditer(text):
        parts += [re.escape(text[end : match.start()]), "(?P<day>.+)" if match["name"] in DAYS else ".*"]
        end = match.end()
    return re.compile("".join([*parts, re.escape(text[end:])]))


def _text(value: Value, form: str) -> str:
    if isinstance(value, str):
        return value
    if form in EPOCHS:
        return str(int(value.timestamp()) * EPOCHS[form])
    return value.strftime(form or USUAL_FORM)


def _day(text: str, form: str) -> date | None:
    try:
        if form in EPOCHS:
            return datetime.fromtimestamp(int(text) / EPOCHS[form], UTC).date()
        return datetime.strptime(text, form or USUAL_FORM).date()  # noqa: DTZ007
    except (ValueError, OverflowError, OSError):
        return None
