"""The reader of NEM12, the Australian market's files of intervals: a row for each interval.

Times are the market's, ten hours ahead of UTC all the year. Specification: AEMO, Meter Data File Format NEM12 & NEM13.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import polars as pl

from wattlake.lake.errors import UnreadableFileError
from wattlake.lake.foreign_text import shown
from wattlake.lake.landing.readers.contents import Content
from wattlake.lake.landing.readers.frames import LINE, ROWS_AT_ONCE, encoded
from wattlake.lake.landing.readers.nem12_records import DAY_MINUTES, Channel, Day, read_channel, read_day
from wattlake.lake.landing.readers.text import opened_text
from wattlake.lake.mapping import AnyMapping
from wattlake.lake.mapping.keys import Format

if TYPE_CHECKING:
    import _csv

NAME = "NEM12"
COLUMNS = ("NMI", "channel", "direction", "start", "minutes", "value", "unit", "quality method")
HEAD = re.compile(rb'\s*(\xef\xbb\xbf)?"?100"?,"?NEM12"?,')


def recognises(head: bytes, members: Sequence[str]) -> bool:
    """Say whether a file is NEM12, by its first record."""
    return HEAD.match(head) is not None


def frames(content: Content, mapping: AnyMapping) -> Iterator[pl.DataFrame]:
    """Read the intervals of a file: ``start`` as ``20240501 00:30``, ``minutes`` as its length.

    Raises:
        UnreadableFileError: a record is not as the format has it; says in which line.
    """
    days: list[Day] = []
    intervals = 0
    for day in _days(content):
        days.append(day)
        intervals += len(day.values)
        if intervals >= ROWS_AT_ONCE:
            yield encoded(_table(days))
            days, intervals = [], 0
    if days:
        yield encoded(_table(days))


def _days(content: Content) -> Iterator[Day]:
    with opened_text(content, Format()) as file:
        lines = csv.reader(file, strict=True)
        try:
            yield from _days_of(lines)
        except (ValueError, csv.Error) as error:
            if isinstance(error, (UnreadableFileError, UnicodeError)):
                raise
            fault = (
                f"{content.name}is not whole NEM12: line {lines.line_num}: {shown(str(error), 200)}. Fetch it again."
            )
            raise UnreadableFileError(str(content.path), fault) from error


def _days_of(lines: "_csv.Reader") -> Iterator[Day]:
    """Read records one after another; a day is whole when no more qualities of it come."""
    channel: Channel | None = None
    day: Day | None = None
    for cells in filter(None, lines):
        if cells[0] == "400":
            if day is None:
                raise ValueError("a record 400 follows no record 300")
            day.set_quality(cells)
            continue
        if day:
            yield day
            day = None
        if cells[0] == "200":
            channel = read_channel(cells)
        elif cells[0] == "300":
            day = read_day(lines.line_num, channel, cells)
        elif cells[0] not in ("100", "500", "900"):
            raise ValueError(f"`{shown(cells[0])}` is no record of NEM12")
    if day:
        yield day


def _table(days: list[Day]) -> pl.DataFrame:
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
