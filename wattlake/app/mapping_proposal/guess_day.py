"""A guess at a file that has a day in each row, a column for each interval."""

import re
from pathlib import Path

from wattlake.app.mapping_proposal.guess_energy import guess_unit
from wattlake.app.mapping_proposal.guess_meter import guess_meter
from wattlake.app.mapping_proposal.guess_notation import guess_notation
from wattlake.app.mapping_proposal.guess_times import set_format
from wattlake.app.mapping_proposal.guess_values import Values
from wattlake.app.mapping_proposal.guess_zone import set_zone
from wattlake.app.mapping_proposal.guessed import Given, Guess
from wattlake.app.mapping_proposal.series import Series
from wattlake.app.mapping_proposal.sheet import Sheet, is_of_something_else
from wattlake.app.mapping_proposal.words import SUM, TOTAL

NUMBERED = re.compile(r"(.*?)(\d+)")
CLOCK_NAME = re.compile(r"\D*\d{1,2}[:.h]\d\d\D*")
DAY_COLUMNS = {60: (23, 24, 25), 30: (46, 48, 50), 15: (92, 96, 100)}
"""The numbers of columns that a day can have, by the minutes of each."""


def can_be_a_day(sheet: Sheet) -> bool:
    """Say whether a row is a day: it has a date, and as many columns as a day has intervals."""
    return not sheet.instants and not sheet.clocks and bool(sheet.dates) and bool(_minutes(_columns(sheet)))


def guess_day(guess: Guess, sheet: Sheet, path: Path, given: Given) -> None:
    """Note the columns of a day's intervals, as a series where their names count up."""
    columns = _columns(sheet)
    day = next(iter(sheet.dates))
    minutes = _minutes(columns)
    at = [sheet.dates[day].at(cell) for cell in sheet.head.cells(day)]
    guess.set("columns.date", day)
    set_format(guess, sheet.dates[day].fits)
    set_zone(guess, sheet, given.zone)
    guess_meter(guess, sheet, at, path, given, columns)
    guess.set("columns.values", _series(columns) or columns)
    guess.set("time.period_minutes", minutes)
    how = "`clock` if each column keeps its time of day when the clock changes; that cannot be seen here"
    guess.set("time.day_columns", "elapsed", how)
    values = Values(columns, [], [])
    written = guess_notation(guess, sheet, values)
    series = Series(sheet.head, at, [()] * len(at))
    guess_unit(guess, sheet, values, path, given, series, written)


def _minutes(columns: list[str]) -> int:
    return next((minutes for minutes, counts in DAY_COLUMNS.items() if len(columns) in counts), 0)


def _columns(sheet: Sheet) -> list[str]:
    """List the columns of a day's intervals, which are named alike but for a number."""
    numbers = [
        name
        for name in sheet.head.names
        if (name in sheet.numbers or not sheet.head.column(name)) and not SUM.search(name)
    ]
    clocks = [name for name in numbers if CLOCK_NAME.fullmatch(name)]
    if _minutes(clocks):
        return clocks
    begins = [part[1] for name in numbers if (part := NUMBERED.fullmatch(name))]
    common = max(set(begins), key=begins.count, default="")
    alike = [name for name in numbers if (part := NUMBERED.fullmatch(name)) and part[1] == common]
    filled = [name for name in numbers if name in sheet.numbers]
    others = [name for name in filled if not TOTAL.search(name) and not is_of_something_else(name, "")]
    return next((names for names in (alike, others) if _minutes(names)), [])


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
