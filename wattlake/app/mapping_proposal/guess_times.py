"""Guesses at a file's times: columns, format, length of intervals, start or end."""

import re
from datetime import datetime
from itertools import product
from pathlib import Path

from wattlake.app.mapping_proposal.guessed import Guess, NoProposalError
from wattlake.app.mapping_proposal.head import Head
from wattlake.app.mapping_proposal.times import CLOCKS, DATES, INSTANTS, jumps, period_minutes, read_times, time_formats

END = re.compile(r"\bend|\bbis\b|\bto\b|ending", re.IGNORECASE)
NUMBERED = re.compile(r"(.*?)(\d+)")
DAY_COLUMNS = {60: (23, 24, 25), 30: (46, 48, 50), 15: (92, 96, 100)}
"""The numbers of columns that a day can have, by the minutes of each."""


def can_be_a_day(columns: list[str]) -> bool:
    """Say whether there are as many columns as a day has intervals."""
    return any(len(columns) in counts for counts in DAY_COLUMNS.values())


def guess_day(found: Guess, columns: list[str], day: str) -> None:
    """Note the columns of a day's intervals, as a series where their names count up."""
    found.set("columns.date", day)
    found.set("columns.values", _series(columns) or columns)
    found.set("time.period_minutes", next(m for m, counts in DAY_COLUMNS.items() if len(columns) in counts))
    how = "`clock` if each column keeps its time of day when the clock changes; that cannot be seen here"
    found.set("time.day_columns", "elapsed", how)


def guess_times(found: Guess, head: Head, path: Path, times: list[str], clocks: list[str]) -> None:
    """Note the times' columns, the intervals' length, and which end of them a time marks.

    Raises:
        NoProposalError: there are days, and no time of day.
    """
    if any(one in INSTANTS for one in time_formats(head.column(times[0]))):
        label = next((name for name in times if not END.search(name)), times[0])
        found.set("columns.datetime", label)
    elif clocks:
        label = next((name for name in clocks if not END.search(name)), clocks[0])
        found.set("columns.date", times[0])
        found.set("columns.time", label)
    else:
        raise NoProposalError(f"{path} says in `{times[0]}` which day a reading is of, but not which time of the day.")
    at = read_times(_texts(found, head), _formats(found, head)[0])
    minutes = period_minutes(at)
    found.set("time.period_minutes", minutes or 30, "" if minutes else "a guess: the times are not that far apart")
    is_end, why = _is_end(label, _texts(found, head), at, minutes or 30)
    found.set("time.label", "end" if is_end else "start", why)


def guess_format(found: Guess, head: Head, zone: str) -> None:
    """Note the format of the times, with another that fits as well, and the zone."""
    formats = _formats(found, head)
    same = [one for one in formats[1:] if _jumps(found, head, one) == _jumps(found, head, formats[0])]
    other = f"or `{'` or `'.join(same)}`: the first rows fit both. Which is it?" if same else ""
    found.set("time.format", formats[0], other)
    if formats[0].endswith(("Z", "%z")):
        found.set("time.zone", "UTC")
    else:
        found.set("time.zone", zone, "a guess, the community's own; `UTC` if the file knows no change of the clock")


def _formats(found: Guess, head: Head) -> list[str]:
    """List the formats that fit the times, those first in which day follows day."""
    if "columns.time" in found.keys:
        formats = [f"{date} {clock}" for date, clock in product(DATES, CLOCKS)]
    else:
        formats = list(INSTANTS if "columns.datetime" in found.keys else DATES)
    fitting = time_formats(_texts(found, head), formats)
    if not fitting:
        raise NoProposalError("No one format fits all the times of the file's head. Write its mapping by hand.")
    return sorted(fitting, key=lambda one: _jumps(found, head, one))


def _jumps(found: Guess, head: Head, time_format: str) -> int:
    return jumps(read_times(_texts(found, head), time_format))


def _texts(found: Guess, head: Head) -> list[str]:
    """List the times as they stand in the file, a date and its time of day together."""
    columns = [found.text(f"columns.{key}") for key in ("datetime", "date", "time")]
    positions = [head.names.index(name) for name in columns if name]
    return [" ".join(row[position].strip() for position in positions) for row in head.rows if row[positions[0]].strip()]


def _is_end(name: str, texts: list[str], at: list[datetime], minutes: int) -> tuple[bool, str]:
    first = min(at)
    if END.search(name):
        return True, f"as the name `{name}` says"
    if any(re.search("[ T]24:00", text) for text in texts):
        return True, "because of 24:00"
    if first.hour == 0 and first.minute == minutes % 60 and minutes < 60:
        return True, f"a guess, because the first time is {first:%H:%M}"
    if first.hour == first.minute == 0:
        return False, "a guess, because the first time is 00:00"
    return False, "a guess: `end` if a time is the end of its interval"


def _series(columns: list[str]) -> str | None:
    """Write names that count up, such as hh_0 to hh_47, as one text; None for others.

    The text has the first and the last number.
    """
    first, last = NUMBERED.fullmatch(columns[0]), NUMBERED.fullmatch(columns[-1])
    if first is None or last is None:
        return None
    name, number = first[1], first[2]
    counted = [f"{name}{int(number) + more:0{len(number)}}" for more in range(len(columns))]
    return f"{name}{{{number}..{last[2]}}}" if counted == columns else None
