"""The reader of Green Button, the ESPI standard's XML: a row for each interval reading.

Values are multiplied by their reading type's power of ten. What is no electricity of an interval has a unit that says
so, and no mapping reads it as energy. Standard: NAESB REQ.21, https://www.greenbuttondata.org.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from xml.parsers import expat

import polars as pl

from wattlake.lake.errors import UnreadableFileError
from wattlake.lake.foreign_text import shown
from wattlake.lake.landing.readers.contents import Content
from wattlake.lake.landing.readers.espi import ESPI, read_feed, read_intervals
from wattlake.lake.landing.readers.espi_feed import Feed, Interval, MeterReading
from wattlake.lake.landing.readers.frames import LINE, encoded
from wattlake.lake.mapping import AnyMapping

NAME = "Green Button (ESPI) XML"
OF_ALL = ("usage point", "reading type", "flow direction", "unit")
"""The columns that are the same for all intervals of a meter reading."""
NO_QUALITY = "none"
"""The quality of an interval that states none, as the standard lets files do."""
COLUMNS = (*OF_ALL, "start", "minutes", "value", "quality")
XML = re.compile(rb"(\xef\xbb\xbf)?\s*<")
WATT_HOURS, ELECTRICITY, OF_INTERVALS = "72", ("0", ""), ("4", "")
"""ESPI's numbers of a unit, a kind of service, and of values that are each interval's own."""
NUMBER = re.compile(r"-?\d{1,18}(\.\d{1,9})?", re.ASCII)
MOST_POWER = 12
NO_DIRECTION = "none"


def recognises(head: bytes, members: Sequence[str]) -> bool:
    """Say whether a file is Green Button, by the namespace that it names at its beginning."""
    return XML.match(head) is not None and ESPI.encode() in head


def frames(content: Content, mapping: AnyMapping) -> Iterator[pl.DataFrame]:
    """Read the interval readings of a file.

    ``start`` is in seconds of UTC since 1970, ``minutes`` the length. A row's line is the number of its reading.

    Raises:
        UnreadableFileError: it is no whole XML, declares entities, or has readings of no type that it has.
    """
    try:
        whole_feed, first = None, 1
        for intervals, feed in read_intervals(content):
            readings = {interval.meter_reading for interval in intervals}
            if whole_feed is None and not all(feed.tells_of(reading) for reading in readings):
                whole_feed = read_feed(content)
            if intervals:
                table = _table(whole_feed or feed, readings, intervals)
                yield encoded(table.with_columns(pl.int_range(first, first + len(table)).alias(LINE)))
                first += len(table)
    except (expat.ExpatError, ValueError) as error:
        if isinstance(error, UnreadableFileError):
            raise
        fault = f"{content.name}is not whole Green Button XML ({shown(str(error), 200)}). Fetch it again."
        raise UnreadableFileError(str(content.path), fault) from error


def _table(feed: Feed, readings: set[MeterReading], intervals: list[Interval]) -> pl.DataFrame:
    """Make a row of each interval, with what its reading type says."""
    described = {reading: _said(feed, reading) for reading in readings}
    powers = {reading: power for reading, (_, power) in described.items()}
    columns = {name: [described[interval.meter_reading][0][name] for interval in intervals] for name in OF_ALL}
    return pl.DataFrame(
        columns
        | {
            "start": [interval.start for interval in intervals],
            "value": [_scaled(interval.value, powers[interval.meter_reading]) for interval in intervals],
            "quality": [interval.quality or described[interval.meter_reading][0]["quality"] for interval in intervals],
        }
    ).with_columns(_minutes([interval.duration for interval in intervals]).alias("minutes"))


def _said(feed: Feed, reading: MeterReading) -> tuple[dict[str, str], int]:
    """Give what holds for a meter reading's intervals, and the power of ten of its values."""
    types = feed.types
    key = feed.type_of.get(reading) or (next(iter(types)) if len(types) == 1 else None)
    if key not in types:
        raise ValueError(f"the readings of `{shown('/'.join(reading))}` are of no reading type that it has")
    reading_type = types[key]
    point = reading[0] or (next(iter(feed.kinds)) if len(feed.kinds) == 1 else "")
    direction = reading_type.get("flowDirection", "")
    texts = {
        "usage point": point,
        "reading type": key,
        "flow direction": direction if direction not in ("", "0") else NO_DIRECTION,
        "unit": _unit(reading_type, feed.kinds.get(point, "")),
        "quality": reading_type.get("defaultQuality") or NO_QUALITY,
    }
    return texts, _power(reading_type.get("powerOfTenMultiplier", ""))


def _unit(reading_type: dict[str, str], kind: str) -> str:
    """Name the unit: watt-hours only where they are electricity, and of each interval."""
    unit, behaviour = reading_type.get("uom", ""), reading_type.get("accumulationBehaviour", "")
    if unit != WATT_HOURS:
        return f"ESPI unit {unit}"
    if kind not in ELECTRICITY:
        return f"Wh of ESPI service {kind}"
    return "Wh" if behaviour in OF_INTERVALS else f"Wh of ESPI accumulation {behaviour}"


def _power(text: str) -> int:
    if not re.fullmatch(r"-?\d{1,2}|", text, re.ASCII) or abs(int(text or 0)) > MOST_POWER:
        raise ValueError(f"a reading type has the power of ten `{shown(text)}`")
    return int(text or 0)


def _scaled(value: str, power: int) -> str:
    """Multiply a number by a power of ten; what is none stays as it is, and is set aside later."""
    if power == 0:
        return value
    return format(Decimal(value).scaleb(power), "f") if NUMBER.fullmatch(value) else f"{value} × 10^{power}"


def _minutes(durations: list[str]) -> pl.Series:
    """Write seconds as minutes; what is no whole number of them stays in seconds."""
    seconds = pl.Series(durations, dtype=pl.String)
    written = {text: _minutes_of(text) for text in seconds.unique()}
    return seconds.replace_strict(written, return_dtype=pl.String)


def _minutes_of(seconds: str) -> str:
    is_whole = re.fullmatch(r"\d{1,9}", seconds, re.ASCII) and int(seconds) % 60 == 0
    return str(int(seconds) // 60) if is_whole else f"{seconds} s"
