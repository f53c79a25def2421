"""Times in a meter file: how they are written, and their instants."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise, product

DATES = (
    *("%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y", "%m/%d/%Y", "%d/%m/%y", "%m/%d/%y", "%d-%m-%Y", "%m-%d-%Y"),
    *("%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%d-%b-%Y", "%d-%b-%y", "%d %b %Y", "%b %d %Y", "%b %d, %Y"),
    *("%y/%m/%d", "%y-%m-%d"),
)
CLOCKS = (
    *("%H:%M", "%H:%M:%S", "%H:%M:%S.%f", "%I:%M %p", "%I:%M:%S %p", "%I:%M%p"),
    *("%H.%M", "%H%M"),
)
INSTANTS = (
    *(f"{date}{between}{clock}" for date, between, clock in product(DATES, (" ", "T", ", "), CLOCKS)),
    *(f"%Y-%m-%dT{clock}{end}" for clock, end in product(CLOCKS[:3], ("Z", "%z"))),
    *("%Y%m%d%H%M", "%Y%m%d%H%M%S", "%Y%m%d %H%M", "%d%b%Y:%H:%M:%S"),
    *("iso", "epoch s", "epoch ms", "epoch us"),
)
LENGTHS = {"%Y%m%d": 8, "%Y%m%d%H%M": 12, "%Y%m%d%H%M%S": 14, "%Y%m%d %H%M": 13, "%H%M": 4}
EPOCHS = {"epoch s": (10, 1), "epoch ms": (13, 1_000), "epoch us": (16, 1_000_000)}
"""The digits of a time of this century, and how many make a second."""
ISO = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:[.,](\d{1,9}))?\s?(Z|[+-]\d\d:?\d\d|[+-]\d\d)?", re.ASCII
)
YEARS = range(1990, 2101)
END_OF_DAY = re.compile(r"(?:(?<=[ T])|^)24([:.]?00)")
DATED = re.compile(
    r"\D{0,5}(\d{4}[-/.]\d\d?[-/.]\d\d?|\d\d?[-/.]\d\d?[-/.](\d{4}|\d\d)|\d\d?[- ][A-Za-z]{3}[- ]\d{2,4}|"
    r"[A-Za-z]{3} \d\d?,? \d{4}|(19|20)\d\d[01]\d[0-3]\d([ T]?[0-2]\d[0-5]\d([0-5]\d)?)?|1\d{9}(\d{3}){0,2})(?![\d])"
)
TRIED = 60
TOLERATED = 0.1


@dataclass(frozen=True)
class Fit:
    """A format that times have, and how many of them have it not."""

    time_format: str
    misses: int
    jumps: int


def is_dated(cell: str) -> bool:
    """Say quickly whether a cell seems to begin with a date."""
    return DATED.match(cell) is not None


def fits(cells: Iterable[str], formats: Sequence[str] = (*INSTANTS, *DATES)) -> list[Fit]:
    """List the formats that times have, but for a few odd ones; the best first."""
    written = [cell for cell in cells if cell]
    distinct = list(dict.fromkeys(written))
    tried = distinct[:: max(1, len(distinct) // TRIED)]
    hopeful = [form for form in formats if sum(read(cell, form) is None for cell in tried) * 3 <= len(tried)]
    fitting = []
    for time_format in hopeful if distinct else ():
        at = [read(cell, time_format) for cell in written]
        misses = at.count(None)
        if misses <= TOLERATED * len(at):
            fitting.append(Fit(time_format, misses, _jumps([instant for instant in at if instant])))
    return sorted(fitting, key=lambda fit: (fit.misses, fit.jumps))


def _jumps(times: Sequence[datetime]) -> int:
    """Count the steps of more than a day: times whose day is read for month jump by months."""
    return sum(abs(later - earlier) > timedelta(days=1) for earlier, later in pairwise(times))


@lru_cache(500_000)
def read(cell: str, time_format: str) -> datetime | None:
    """Read a time: in UTC where it says its distance from it, else as the clock showed."""
    if time_format in EPOCHS:
        return _epoch(cell, *EPOCHS[time_format])
    if time_format == "iso":
        return _iso(cell)
    if len(cell) != LENGTHS.get(time_format, len(cell)):
        return None  # Python would take fewer digits, and many a number for a day.
    shown = END_OF_DAY.sub(r"00\1", cell)
    try:
        at = datetime.strptime(shown, time_format)  # noqa: DTZ007  # The zone is not known here.
    except ValueError:
        return None
    if (at.year not in YEARS and time_format not in CLOCKS) or (time_format.endswith("%z") and cell.endswith("Z")):
        return None
    naive = at.astimezone(UTC).replace(tzinfo=None) if at.tzinfo else at
    return naive + timedelta(days=1) if shown != cell else naive


def _epoch(cell: str, digits: int, per_second: int) -> datetime | None:
    if len(cell) != digits or not cell.isdecimal() or not cell.startswith("1"):
        return None
    return datetime.fromtimestamp(int(cell) / per_second, UTC).replace(tzinfo=None)


def _iso(cell: str) -> datetime | None:
    parts = ISO.fullmatch(cell)
    if parts is None:
        return None
    day, clock, decimals, offset = parts.groups()
    is_end = clock.startswith("24:00")
    text = f"{day}T{'00' + clock[2:] if is_end else clock}" + (f".{decimals[:6]:0<6}" if decimals else "")
    try:
        at = datetime.fromisoformat(text + (offset or ""))
    except ValueError:
        return None
    naive = at.astimezone(UTC).replace(tzinfo=None) if at.tzinfo else at
    return naive + timedelta(days=is_end)
