"""Guesses at a file's times: their columns, their format, and their instants."""

import re
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path

from wattlake.app.mapping_proposal.guess_label import guess_label
from wattlake.app.mapping_proposal.guess_zone import set_zone
from wattlake.app.mapping_proposal.guessed import Given, Guess, NoProposalError
from wattlake.app.mapping_proposal.sheet import Sheet
from wattlake.app.mapping_proposal.stamps import Stamps
from wattlake.app.mapping_proposal.times import DATES, Fit, fits
from wattlake.app.mapping_proposal.words import END, START

Instants = list[datetime | None]
MOST_SHOWN = 3


def guess_times(guess: Guess, sheet: Sheet, path: Path, given: Given) -> Instants:
    """Note the columns, the format and the zone of the times, and which end they mark.

    Returns:
        The instant of each row as its clock showed it; ``None`` where a time cannot be read.

    Raises:
        NoProposalError: there are days, and no time of day.
    """
    if sheet.instants:
        name, end_name = _first_and_last(sheet, sheet.instants)
        at = _of_instants(guess, sheet, name)
        until = [sheet.instants[end_name].at(cell) for cell in sheet.head.cells(end_name)] if end_name else None
    elif sheet.dates and (sheet.clocks or sheet.hours):
        day, _ = _first_and_last(sheet, sheet.dates)
        name, end_name = _first_and_last(sheet, sheet.clocks) if sheet.clocks else (next(iter(sheet.hours)), "")
        at = _of_clocks(guess, sheet, day, name) if sheet.clocks else _of_hours(guess, sheet, day, name)
        until = None
    else:
        day = next(iter(sheet.dates), "")
        raise NoProposalError(f"{path} says in `{day}` which day a reading is of, but not which time of the day.")
    set_zone(guess, sheet, given.zone)
    guess_label(guess, sheet, name, at, is_first_of_two=bool(end_name), until=until)
    _tell_odd_ones(guess, sheet, at)
    return at


def _first_and_last(sheet: Sheet, columns: dict[str, Stamps]) -> tuple[str, str]:
    """Give the column of starts and, where there is one, that of ends."""
    named_start = [name for name in columns if START.search(name) and not END.search(name)]
    named_end = [name for name in columns if END.search(name)]
    distinct = {name: len(set(sheet.head.column(name))) for name in columns}
    most = max(distinct.values())
    # A column that hardly changes is of something else, such as the day of a contract.
    running = [name for name in columns if distinct[name] * 2 >= most - 1] or list(columns)
    start = next((name for name in named_start if name in running), None)
    start = start or next((name for name in running if name not in named_end), running[0])
    return start, next((name for name in named_end if name != start and name in running), "")


def _of_instants(guess: Guess, sheet: Sheet, name: str) -> Instants:
    written = sheet.instants[name]
    guess.set("columns.datetime", name)
    set_format(guess, written.fits)
    if written.suffixes:
        guess.set("time.suffix", list(written.suffixes))
    if written.between:
        guess.set("time.between", written.between)
    return [written.at(cell) for cell in sheet.head.cells(name)]


def _of_clocks(guess: Guess, sheet: Sheet, day: str, clock: str) -> Instants:
    guess.set("columns.date", day)
    guess.set("columns.time", clock)
    days, clocks = sheet.dates[day], sheet.clocks[clock]
    pairs = list(zip(sheet.head.cells(day), sheet.head.cells(clock), strict=True))
    texts = [" ".join((date_part, clocks.text(other))) for date_part, other in pairs]
    date_formats = [fit.time_format for fit in days.fits if fit.time_format in DATES]
    formats = [f"{date_part} {other.time_format}" for date_part, other in product(date_formats, clocks.fits)]
    set_format(guess, fits(texts, tuple(formats)) or [Fit(formats[0], 0, 0)])
    if clocks.between:
        guess.set("time.between", clocks.between)
    at_day, at_clock = (
        [stamps.at(cell) for cell in sheet.head.cells(name)] for stamps, name in ((days, day), (clocks, clock))
    )
    midnight = datetime(1900, 1, 1)  # noqa: DTZ001  # What a time of day without a date is read as.
    return [
        None if date_part is None or other is None else date_part + (other - midnight)
        for date_part, other in zip(at_day, at_clock, strict=True)
    ]


def _of_hours(guess: Guess, sheet: Sheet, day: str, hour: str) -> Instants:
    kind = sheet.hours[hour]
    guess.set("columns.date", day)
    guess.set("columns.time", hour)
    guess.set(
        "time.hours", kind, "" if kind == "0-23" else "hour 1 is the first after midnight, 25 the last of a long day"
    )
    set_format(guess, sheet.dates[day].fits)
    first = 0 if kind == "0-23" else 1
    return [
        None
        if (at := sheet.dates[day].at(date_part)) is None or not other.isdecimal()
        else at + timedelta(hours=int(other) - first)
        for date_part, other in zip(sheet.head.cells(day), sheet.head.cells(hour), strict=True)
    ]


def set_format(guess: Guess, fitting: list[Fit]) -> None:
    """Note the format, and others that fit as well, in which a day may be read for a month."""
    best = fitting[0]
    same = [fit.time_format for fit in fitting[1:] if (fit.misses, fit.jumps) == (best.misses, best.jumps)]
    other = [time_format for time_format in same if _is_other_day(time_format, best.time_format)][:MOST_SHOWN]
    guess.set(
        "time.format",
        best.time_format,
        f"or `{'` or `'.join(other)}`: the first rows fit both. Which is it?" if other else "",
    )


def _is_other_day(this: str, other: str) -> bool:
    """Say whether two formats differ in where day and month stand."""
    orders = [re.findall(r"%([dmbyY])", time_format) for time_format in (this, other)]
    return orders[0] != orders[1] and "iso" not in (this, other)


def _tell_odd_ones(guess: Guess, sheet: Sheet, at: Instants) -> None:
    odd = [number for number, instant in enumerate(at) if instant is None]
    if odd:
        key = "columns.datetime" if "columns.datetime" in guess.keys else "columns.date"
        cell, line = sheet.head.cells(guess.text(key))[odd[0]], sheet.head.lines[odd[0]]
        guess.notes.append(f"{len(odd):,} of {len(at):,} times cannot be read, e.g. `{cell[:40]}` in line {line}.")
