"""Stretches of time: what the dashboard looks at, and what it is compared with."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, get_args
from zoneinfo import ZoneInfo

Zoom = Literal["Day", "Week", "Month", "Year", "All days"]
ZOOMS: tuple[Zoom, ...] = get_args(Zoom)


@dataclass(frozen=True)
class Window:
    """A half-open stretch of time, both ends aware."""

    from_utc: datetime
    to_utc: datetime

    def bound(self) -> dict[str, datetime]:
        """The ends as SQL compares them: UTC without a time zone."""
        return {"from_utc": naive(self.from_utc), "to_utc": naive(self.to_utc)}


def naive(instant: datetime) -> datetime:
    """An aware instant as the warehouse writes it."""
    return instant.astimezone(UTC).replace(tzinfo=None)


def local(instant: datetime, timezone: str) -> datetime:
    """What the community's clock shows at an instant."""
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
        """How many days it has."""
        return (self.end - self.first).days

    def __iter__(self) -> Iterator[date]:
        """Its days, in order."""
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
        """Its days and instants as SQL compares them."""
        return {"first": self.first, "end": self.end, **self.window.bound()}

    def holds(self, other: "Days") -> bool:
        """Whether another stretch begins and ends within this one."""
        return self.first <= other.first and other.end <= self.end

    def lasting(self, first: date, days: int) -> "Days":
        """So many days from another first day on."""
        return Days(first, first + timedelta(days=days), self.timezone)


def looked_at(zoom: Zoom, day: date, known: Days) -> Days:
    """The calendar's day, week, month or year around a day, as far as it is known; or all that is known."""
    if zoom == "All days":
        return known
    first, end = _calendar(zoom, day)
    return Days(max(first, known.first), min(end, known.end), known.timezone)


def is_running(zoom: Zoom, days: Days) -> bool:
    """Whether a day, week, month or year goes on after the days of it that are known."""
    return zoom != "All days" and days.end < _calendar(zoom, days.first)[1]


def is_whole(step: str, start: date, days: Days) -> bool:
    """Whether all of a ``day``, ``week`` or ``month`` that begins on a day lies within some days."""
    first, end = _calendar(step.capitalize(), start)
    return days.first <= first and end <= days.end


def before(zoom: Zoom, days: Days) -> Days | None:
    """The period before, from its beginning on and no longer than this one has lasted; None before all days."""
    if zoom == "All days":
        return None
    first, end = _calendar(zoom, days.first)
    earlier, _ = _calendar(zoom, first - timedelta(days=1))
    return _as_far(days, first, end, earlier, first)


def year_before(zoom: Zoom, days: Days) -> Days | None:
    """The same period of the year before, as far; of a day or week the one that began on the same weekday."""
    if zoom in ("All days", "Year"):
        return None
    first, end = _calendar(zoom, days.first)
    if zoom == "Month":
        earlier = first.replace(year=first.year - 1)
        return _as_far(days, first, end, earlier, _calendar(zoom, earlier)[1])
    return days.lasting(days.first - timedelta(weeks=52), len(days))


def _as_far(days: Days, first: date, end: date, earlier: date, earlier_end: date) -> Days:
    """The part of an earlier period that is as far from its beginning as some days are from that of their own."""
    skipped = (days.first - first).days
    begin = min(earlier + timedelta(days=skipped), earlier_end - timedelta(days=1))
    is_whole = days.end == end
    reach = earlier_end if is_whole else min(begin + timedelta(days=len(days)), earlier_end)
    return Days(begin, reach, days.timezone)


def _calendar(zoom: str, day: date) -> tuple[date, date]:
    if zoom == "Day":
        return day, day + timedelta(days=1)
    if zoom == "Week":
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=7)
    if zoom == "Month":
        first = day.replace(day=1)
        return first, first + timedelta(days=monthrange(day.year, day.month)[1])
    return date(day.year, 1, 1), date(day.year + 1, 1, 1)
