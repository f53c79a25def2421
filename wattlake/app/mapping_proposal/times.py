"""Times in a meter file: their formats, their distance, and their jumps."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise, product

DATES = (
    *("%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y", "%m/%d/%Y", "%d/%m/%y", "%m/%d/%y", "%d-%m-%Y", "%m-%d-%Y"),
    *("%Y/%m/%d", "%Y%m%d", "%d-%b-%Y", "%d-%b-%y", "%d %b %Y", "%b %d %Y"),
)
CLOCKS = ("%H:%M", "%H:%M:%S", "%H:%M:%S.%f", "%I:%M %p", "%I:%M:%S %p", "%I:%M%p")
INSTANTS = (
    *(f"{date}{between}{clock}" for date, between, clock in product(DATES, (" ", "T"), CLOCKS)),
    *(f"%Y-%m-%dT{clock}{end}" for clock, end in product(CLOCKS[:3], ("Z", "%z"))),
    *("%Y%m%d%H%M", "%Y%m%d%H%M%S"),
)
PERIODS = (15, 30, 60)
LENGTHS = {"%Y%m%d": 8, "%Y%m%d%H%M": 12, "%Y%m%d%H%M%S": 14}
YEARS = range(1990, 2101)
END_OF_DAY = re.compile(r"(?<=[ T])24:00")
SAMPLE = 400


def time_formats(cells: Iterable[str], formats: Sequence[str] = (*INSTANTS, *DATES)) -> list[str]:
    """List the formats in which all cells are times; a nanosecond's zeros are a second's."""
    wanted = list(dict.fromkeys(cells))[:SAMPLE]
    return [one for one in formats if all(_read(cell, one) for cell in wanted)] if wanted else []


def read_times(cells: Iterable[str], time_format: str) -> list[datetime]:
    """Read the times of cells in a format that they have, without a zone."""
    return [at.replace(tzinfo=None) for cell in cells if (at := _read(cell, time_format))]


def period_minutes(times: Sequence[datetime]) -> int | None:
    """Find the usual minutes between a meter's times, of those an interval can have; or None."""
    steps = Counter(abs((later - earlier) // timedelta(minutes=1)) for earlier, later in pairwise(times))
    common = [minutes for minutes, _ in steps.most_common() if minutes in PERIODS]
    return common[0] if common else None


def jumps(times: Sequence[datetime]) -> int:
    """Count the steps of more than a day: times whose day is read for month jump by months."""
    return sum(abs(later - earlier) > timedelta(days=1) for earlier, later in pairwise(times))


@cache
def _read(cell: str, time_format: str) -> datetime | None:
    if len(cell) != LENGTHS.get(time_format, len(cell)):
        return None  # Python would take fewer digits, and many a number for a day.
    shown = END_OF_DAY.sub("00:00", cell)
    try:
        at = datetime.strptime(shown, time_format)  # noqa: DTZ007  # The zone is not known here.
    except ValueError:
        return None
    if (at.year not in YEARS and time_format not in CLOCKS) or (time_format.endswith("%z") and cell.endswith("Z")):
        return None
    return at + timedelta(days=1) if shown != cell else at
