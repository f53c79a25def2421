"""The records of NEM12: channels of meters, days of channels, and qualities of intervals."""

import re
from dataclasses import dataclass, field

DAY_MINUTES = 1440
QUALITY = re.compile(r"[AEFNSV]\d{0,2}")
UNITS = {"KWH": "kWh", "WH": "Wh", "MWH": "MWh"}


@dataclass
class Channel:
    """A meter's channel, from a record 200."""

    meter: str
    register: str
    unit: str
    minutes: int


@dataclass
class Day:
    """A day of a channel, from a record 300, with the qualities that records 400 give."""

    line: int
    channel: Channel
    date: str
    values: list[str]
    quality: str
    qualities: list[str] = field(default_factory=list)

    def set_quality(self, cells: list[str]) -> None:
        """Take the quality of a range of intervals, which are counted from 1.

        Raises:
            ValueError: the day has not these intervals.
        """
        _expect_fields(cells, 4)
        first, last, quality = int(cells[1]), int(cells[2]), _quality(cells[3])
        if not 1 <= first <= last <= len(self.values):
            raise ValueError(f"the intervals {first} to {last} are none of the {len(self.values)} of a day")
        self.qualities = self.qualities or [self.quality] * len(self.values)
        self.qualities[first - 1 : last] = [quality] * (last - first + 1)


def read_channel(cells: list[str]) -> Channel:
    """Read a record 200.

    Raises:
        ValueError: it is not as the format has it.
    """
    _expect_fields(cells, 9)
    meter, suffix, unit, minutes = cells[1].strip(), cells[4].strip(), cells[7].strip(), int(cells[8])
    if not meter or not re.fullmatch(r"[A-Z][0-9A-Z]", suffix):
        raise ValueError(f"the record 200 has the NMI `{meter}` and the channel `{suffix}`")
    if minutes not in (1, 5, 10, 15, 30, 60):
        raise ValueError(f"intervals of {minutes} minutes are none of NEM12")
    unit = UNITS.get(unit.upper(), unit)
    return Channel(meter, suffix, unit, minutes)


def read_day(line: int, channel: Channel | None, cells: list[str]) -> Day:
    """Read a record 300 of a channel.

    Raises:
        ValueError: it is not as the format has it.
    """
    if channel is None:
        raise ValueError("a record 300 follows no record 200")
    count = DAY_MINUTES // channel.minutes
    _expect_fields(cells, count + 3)
    date, values = cells[1].strip(), cells[2 : count + 2]
    if not re.fullmatch(r"\d{8}", date, re.ASCII):
        raise ValueError(f"`{date}` is no date such as 20240501")
    return Day(line, channel, date, values, _quality(cells[count + 2]))


def _expect_fields(cells: list[str], at_least: int) -> None:
    if len(cells) < at_least:
        raise ValueError(f"the record {cells[0]} has {len(cells)} fields, and not {at_least} or more")


def _quality(text: str) -> str:
    """Give the quality flag without the number of its method, such as E of E52."""
    if not QUALITY.fullmatch(text.strip()):
        raise ValueError(f"`{text}` stands where a quality method such as A or E52 is expected")
    return text.strip()[0]
