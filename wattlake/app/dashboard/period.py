"""Stretches of time: those the dashboard shows and those it compares them with."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from wattlake.lake.times import naive_utc

Zoom = Literal["Day", "Week", "30 days", "Month", "Year", "All days"]
ZOOMS: tuple[Zoom, ...] = get_args(Zoom)
THIRTY = timedelta(days=30)


@dataclass(frozen=True)
class Window:
    """A half-open stretch of time, both ends aware."""

    from_utc: datetime
    to_utc: datetime

    def bound(self) -> dict[str, datetime]:
        """Give the ends as SQL compares them: UTC without a time zone."""
        return {"from_utc": naive_utc(self.from_utc), "to_utc": naive_utc(self.to_utc)}


def local(instant: datetime, timezone: str) -> datetime:
    """Convert an instant to the time on the community's clock."""
    return instant.astimezone(ZoneInfo(timezone))


@dataclass(frozen=True)
class Days:
    """A half-open stretch of days on the community's clock, of at least one day.

    Attributes:
        first: its first day.
        end: the day after its last.
        timezone: the community's, by its IANA name.
    """

    first: date
    end: date
    timezone: str

    def __len__(self) -> int:
        """Count its days."""
        return (self.end - self.first).days

    def __iter__(self) -> Iterator[date]:
        """Yield its days, in order."""
        return (self.first + timedelta(days=number) for number in range(len(self)))

    @property
    def last(self) -> date:
        """Its last day."""
        return self.end - timedelta(days=1)

    @property
    def window(self) -> Window:
        """The same as instants: from midnight to midnight on the community's clock."""
        zone = ZoneInfo(self.timezone)
        return Window(*(datetime.combine(day, time.min, zone).astimezone(UTC) for day in (self.first, self.end)))

    def bound(self) -> dict[str, object]:
        """Give its days and instants as SQL compares them."""
        return {"first": self.first, "end": self.end, **self.window.bound()}

    def holds(self, other: "Days") -> bool:
        """Say whether another stretch begins and ends within this one."""
        return self.first <= other.first and other.end <= self.end

    def lasting(self, first: date, days: int) -> "Days":
        """Return a stretch of so many days from another first day on."""
        return Days(first, first + timedelta(days=days), self.timezone)


def looked_at(zoom: Zoom, day: date, known: Days) -> Days:
    """Return the known part of the day, week, month or year around a day, or all known days.

    Thirty days are those that end with the day.
    """
    if zoom == "All days":
        return known
    if zoom == "30 days":
        day = day + timedelta(days=1) - THIRTY
    first, end = _calendar(zoom, day)
    return Days(max(first, known.first), min(end, known.end), known.timezone)


def is_running(zoom: Zoom, days: Days) -> bool:
    """Say whether a day, week, month or year goes on after the days of it that are known."""
    return zoom not in ("All days", "30 days") and days.end < _calendar(zoom, days.first)[1]


def is_whole(step: str, start: date, days: Days) -> bool:
    """Say whether the ``day``, ``week`` or ``month`` from a day on lies within some days."""
    first, end = _calendar(step.capitalize(), start)
    return days.first <= first and end <= days.end


def before(zoom: Zoom, days: Days) -> Days | None:
    """Return the period before, cut to as long as this one lasted; None before all days."""
    if zoom == "All days":
        return None
    first, end = _calendar(zoom, days.first)
    earlier = first - THIRTY if zoom == "30 days" else _calendar(zoom, first - timedelta(days=1))[0]
    return _as_far(days, first, end, earlier, first)


def year_before(zoom: Zoom, days: Days) -> Days | None:
    """Return the same days a year before; of a day or week 52 weeks before, by weekday.

    A month is cut to as far as these days reach. There is none of a year or of all days.
    """
    if zoom in ("All days", "Year"):
        return None
    first, end = _calendar(zoom, days.first)
    if zoom == "Month":
        earlier = first.replace(year=first.year - 1)
        return _as_far(days, first, end, earlier, _calendar(zoom, earlier)[1])
    return days.lasting(days.first - timedelta(weeks=52), len(days))


def _as_far(days: Days, first: date, end: date, earlier: date, earlier_end: date) -> Days:
    """Cut an earlier period to as far from its beginning as some days are from theirs."""
    skipped = (days.first - first).days
    begin = min(earlier + timedelta(days=skipped), earlier_end - timedelta(days=1))
    is_whole = days.end == end
    reach = earlier_end if is_whole else min(begin + timedelta(days=len(days)), earlier_end)
    return Days(begin, reach, days.timezone)


def _calendar(zoom: str, day: date) -> tuple[date, date]:
    if zoom in ("Day", "30 days"):
        return day, day + (THIRTY if zoom == "30 days" else timedelta(days=1))
    if zoom == "Week":
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=7)
    if zoom == "Month":
        first = day.replace(day=1)
        return first, first + timedelta(days=monthrange(day.year, day.month)[1])
    return date(day.year, 1, 1), date(day.year + 1, 1, 1)
