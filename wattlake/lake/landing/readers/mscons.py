"""The reader of MSCONS (EDIFACT D.04B), messages of meter values: a row for each value.

The German market sends them.

Specification: BDEW, EDI@Energy, MSCONS Nachrichtenbeschreibung 2.3b and Anwendungshandbuch 2.3c.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import NamedTuple

import polars as pl

from wattlake.lake.errors import UnreadableFileError
from wattlake.lake.foreign_text import shown
from wattlake.lake.landing.readers.contents import Content
from wattlake.lake.landing.readers.edifact import Elements, segments
from wattlake.lake.landing.readers.frames import LINE, ROWS_AT_ONCE, encoded
from wattlake.lake.landing.readers.text import opened_text
from wattlake.lake.mapping import AnyMapping
from wattlake.lake.mapping.keys import Format

NAME = "MSCONS"
COLUMNS = ("metering point", "register", "start", "minutes", "value", "unit", "status")
HEAD = re.compile(rb"\s*(UNA.{6}\s*)?UNB.{0,600}UNH.{0,100}MSCONS.D.04B", re.DOTALL)
ORIGINAL = "9"
METERING_POINT, START, END = "172", "163", "164"
IN_MINUTES = "303"
"""The form of a time such as 202401312300+00."""


class Value(NamedTuple):
    """A value of a register in an interval, in the order of ``COLUMNS``, and its segment."""

    segment: int
    point: str
    register: str
    start: str
    minutes: str
    value: str
    unit: str
    status: str


def recognises(head: bytes, members: Sequence[str]) -> bool:
    """Say whether a file holds such messages, by its first segments."""
    return HEAD.match(head) is not None


def frames(content: Content, mapping: AnyMapping) -> Iterator[pl.DataFrame]:
    """Read the values of a file: ``start`` as ISO 8601, ``register`` as OBIS without channel.

    Raises:
        UnreadableFileError: it is not whole, or holds a message that takes values back.
    """
    with opened_text(content, Format(encoding="latin-1")) as file:
        try:
            values = _values(segments(file))
            while some := list(islice(values, ROWS_AT_ONCE)):
                yield encoded(pl.DataFrame(some, schema=[(LINE, pl.Int64), *COLUMNS], orient="row"))
        except ValueError as error:
            if isinstance(error, (UnreadableFileError, UnicodeError)):
                raise
            fault = f"{content.name}is MSCONS that cannot be landed: {shown(str(error), 200)}. Ask for it anew."
            raise UnreadableFileError(str(content.path), fault) from error


def _values(each: Iterator[Elements]) -> Iterator[Value]:
    point = register = tag = ""
    value: Value | None = None
    number = first = 0
    for number, elements in enumerate(each, 1):
        tag = elements.tag
        first = number if tag == "UNH" else first
        if tag == "UNT" and elements.text(1) != str(number - first + 1):
            raise ValueError(f"a message of {number - first + 1} segments says that it has `{elements.text(1)}`")
        if tag == "DTM" and value:
            value = _with_time(value, elements)
        elif tag in ("QTY", "LIN", "LOC", "UNT", "UNH"):
            if value:
                yield value
            value = _value(number, point, register, elements) if tag == "QTY" else None
        elif tag == "BGM" and elements.text(3) != ORIGINAL:
            raise ValueError(f"it holds a message that is no original one (BGM `{elements.text(3)}`), a cancellation")
        if tag == "LOC":
            point, register = (elements.text(2) if elements.text(1) == METERING_POINT else ""), ""
        elif tag == "PIA":
            register = _without_channel(elements.text(2))
        elif tag == "LIN":
            register = ""
    if tag != "UNZ":
        raise ValueError(f"it ends amid a message, behind segment {number}")


def _value(number: int, point: str, register: str, quantity: Elements) -> Value:
    text = quantity.text(1, 1).replace(quantity.decimal_mark, ".")
    return Value(number, point, register, "", "", text, quantity.text(1, 2), quantity.text(1, 0))


def _with_time(value: Value, time: Elements) -> Value:
    """Add the start of a value's interval, or its length once the end is known."""
    text = _instant(time.text(1, 1)) if time.text(1, 2) == IN_MINUTES else time.text(1, 1)
    if time.text(1) == START:
        return value._replace(start=text)
    return value._replace(minutes=_minutes(value.start, text)) if time.text(1) == END else value


def _instant(text: str) -> str:
    """Write a time such as 202401312300+00 in the form of ISO 8601; any other as it is."""
    match = re.fullmatch(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)([+-]\d\d)", text, re.ASCII)
    return "{}-{}-{}T{}:{}{}:00".format(*match.groups()) if match else text


def _minutes(start: str, end: str) -> str:
    try:
        length = datetime.fromisoformat(end) - datetime.fromisoformat(start)
    except (ValueError, TypeError):
        return ""
    return f"{length.total_seconds() / 60:g}"


def _without_channel(obis: str) -> str:
    """Leave out the channel of an OBIS code: 1-1:1.29.0 is the register 1:1.29.0 of electricity."""
    return re.sub(r"^(\d+)-\d+:", r"\1:", obis)
