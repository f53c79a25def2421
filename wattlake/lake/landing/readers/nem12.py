"""The reader of NEM12, the Australian market's files of intervals: a row for each interval.

Times are the market's, ten hours ahead of UTC all the year. Specification: AEMO, Meter Data File Format NEM12 & NEM13.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import polars as pl

from wattlake.lake.errors import UnreadableFileError
from wattlake.lake.foreign_text import shown
from wattlake.lake.landing.readers.contents import Content
from wattlake.lake.landing.readers.frames import LINE, ROWS_AT_ONCE, encoded
from wattlake.lake.landing.readers.text import opened_text
from wattlake.lake.mapping import AnyMapping
from wattlake.lake.mapping.keys import Format

NAME = "NEM12"
COLUMNS = ("NMI", "channel", "direction", "start", "minutes", "value", "unit", "quality method")
HEAD = re.compile(rb'\s*(\xef\xbb\xbf)?"?100"?,"?NEM12"?,')
DAY_MINUTES = 1440
QUALITY = re.compile(r"[AEFNSV]\d{0,2}")
UNITS = {"KWH": "kWh", "WH": "Wh", "MWH": "MWh"}


def recognises(head: bytes, members: Sequence[str]) -> bool:
    """Say whether a file is NEM12, by its first record."""
    return HEAD.match(head) is not None


def frames(content: Content, mapping: AnyMapping) -> Iterator[pl.DataFrame]:
    """Read the intervals of a file: ``start`` as ``20240501 00:30``, ``minutes`` as its length.

    Raises:
        UnreadableFileError: a record is not as the format has it; says in which line.
    """
    days: list[_Day] = []
    intervals = 0
    for day in _days(content):
        days.append(day)
        intervals += len(day.values)
        if intervals >= ROWS_AT_ONCE:
            yield encoded(_table(days))
            days, intervals = [], 0
    if days:
        yield encoded(_table(days))


@dataclass
class _Channel:
    """A meter's channel, from a record 200."""

    meter: str
    register: str
    unit: str
    minutes: int


@dataclass
class _Day:
    """A day of a channel, from a record 300, and the qualities that records 400 give its intervals."""

    line: int
    channel: _Channel
    date: str
    values: list[str]
    quality: str
    qualities: list[str] = field(default_factory=list)

    def set_quality(self, cells: list[str]) -> None:
        """Take the quality of a range of intervals, which are counted from 1."""
        first, last, quality = int(cells[1]), int(cells[2]), _quality(cells[3])
        if not 1 <= first <= last <= len(self.values):
            raise ValueError(f"the intervals {first} to {last} are none of the {len(self.values)} of a day")
        self.qualities = self.qualities or [self.quality] * len(self.values)
        self.qualities[first - 1 : last] = [quality] * (last - first + 1)


def _days(content: Content) -> Iterator[_Day]:
    with opened_text(content, Format()) as file:
        line = 0
        try:
            lines = csv.reader(file, strict=True)
            channel: _Channel | None = None
            day: _Day | None = None
            for cells in lines:
                line = lines.line_num
                if not cells or cells[0] == "400":
                    if cells and day:
                        day.set_quality(cells)
                    elif cells:
                        raise ValueError("a record 400 follows no record 300")
                    continue
                if day:
                    yield day
                    day = None
                if cells[0] == "200":
                    channel = _channel(cells)
                elif cells[0] == "300":
                    day = _day(line, channel, cells)
                elif cells[0] not in ("100", "500", "900"):
                    raise ValueError(f"`{shown(cells[0])}` is no record of NEM12")
            if day:
                yield day
        except (ValueError, IndexError, csv.Error) as error:
            if isinstance(error, (UnreadableFileError, UnicodeError)):
                raise
            fault = f"{content.name}is not whole NEM12: line {line}: {shown(str(error), 200)}. Fetch it again."
            raise UnreadableFileError(str(content.path), fault) from error


def _channel(cells: list[str]) -> _Channel:
    meter, suffix, unit, minutes = cells[1].strip(), cells[4].strip(), cells[7].strip(), int(cells[8])
    if not meter or not re.fullmatch(r"[A-Z][0-9A-Z]", suffix):
        raise ValueError(f"the record 200 has the NMI `{meter}` and the channel `{suffix}`")
    if minutes not in (1, 5, 10, 15, 30, 60):
        raise ValueError(f"intervals of {minutes} minutes are none of NEM12")
    unit = UNITS.get(unit.upper(), unit)
    return _Channel(meter, suffix, unit, minutes)


def _day(line: int, channel: _Channel | None, cells: list[str]) -> _Day:
    if channel is None:
        raise ValueError("a record 300 follows no record 200")
    count = DAY_MINUTES // channel.minutes
    date, values = cells[1].strip(), cells[2 : count + 2]
    if not re.fullmatch(r"\d{8}", date, re.ASCII):
        raise ValueError(f"`{date}` is no date such as 20240501")
    return _Day(line, channel, date, values, _quality(cells[count + 2]))


def _quality(text: str) -> str:
    """Give the quality flag without the number of its method, such as E of E52."""
    if not QUALITY.fullmatch(text.strip()):
        raise ValueError(f"`{text}` stands where a quality method such as A or E52 is expected")
    return text.strip()[0]


def _table(days: list[_Day]) -> pl.DataFrame:
    """Make a row of each interval."""
    times = {
        minutes: [f" {start // 60:02}:{start % 60:02}" for start in range(0, DAY_MINUTES, minutes)]
        for minutes in {day.channel.minutes for day in days}
    }
    by_day = pl.DataFrame(
        {
            LINE: [day.line for day in days],
            "NMI": [day.channel.meter for day in days],
            "channel": [day.channel.register for day in days],
            "direction": [day.channel.register[0] for day in days],
            "start": [day.date for day in days],
            "time": [times[day.channel.minutes] for day in days],
            "minutes": [str(day.channel.minutes) for day in days],
            "value": [day.values for day in days],
            "unit": [day.channel.unit for day in days],
            "quality method": [day.qualities or [day.quality] * len(day.values) for day in days],
        }
    )
    each = by_day.explode("time", "value", "quality method")
    return each.select(
        LINE, *(pl.col(name) if name != "start" else pl.col("start") + pl.col("time") for name in COLUMNS)
    )
