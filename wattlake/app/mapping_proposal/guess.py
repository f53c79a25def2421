"""Guesses at a file: whose readings it holds, of when, and of how much.

Each guess has its reason or its alternative; one that could change energies is not made.
"""

import re
from pathlib import Path

from wattlake.app.mapping_proposal.crowding import clashes, tell_apart
from wattlake.app.mapping_proposal.date_order import expect_one_order, in_order
from wattlake.app.mapping_proposal.guess_day import can_be_a_day, guess_day
from wattlake.app.mapping_proposal.guess_energy import guess_unit
from wattlake.app.mapping_proposal.guess_meter import guess_meter
from wattlake.app.mapping_proposal.guess_notation import guess_notation
from wattlake.app.mapping_proposal.guess_period import expect_no_days, guess_period
from wattlake.app.mapping_proposal.guess_plant import guess_plant
from wattlake.app.mapping_proposal.guess_rows import (
    guess_directions,
    guess_period_column,
    guess_quality,
    note_registers,
)
from wattlake.app.mapping_proposal.guess_times import guess_times
from wattlake.app.mapping_proposal.guess_values import Values, guess_values
from wattlake.app.mapping_proposal.guess_where import guess_where
from wattlake.app.mapping_proposal.guessed import GUIDES_TO_MAPPINGS, Given, Guess, NoProposalError
from wattlake.app.mapping_proposal.head import Head
from wattlake.app.mapping_proposal.plant_columns import plant_columns
from wattlake.app.mapping_proposal.sayable import expect_sayable
from wattlake.app.mapping_proposal.series import Series
from wattlake.app.mapping_proposal.sheet import Sheet, read_sheet

WITH_UNIT = re.compile(r"[+-]?[\d.,' ]+\s*[kM]?Wh?", re.IGNORECASE)


def guess_mapping(head: Head, path: Path, given: Given) -> Guess:
    """Guess a mapping for a file.

    Args:
        head: of the file.
        path: of the file.
        given: what the user said of it.

    Raises:
        NoProposalError: there is no column of times, or none of energy; or what is there can be read in several ways.
    """
    expect_sayable(head, path)
    guess = Guess()
    _note_layout(guess, head)
    expect_one_order(path, head)
    sheet = in_order(read_sheet(head), given.order)
    if kept := guess_where(guess, sheet):
        sheet = in_order(read_sheet(head.only(kept)), given.order)
    has_times = sheet.instants or sheet.dates
    if has_times and (sheet.clocks or sheet.hours or sheet.instants) and (of_plant := plant_columns(sheet, given)):
        guess_plant(guess, sheet, path, of_plant, given)
    elif not has_times or not sheet.numbers:
        lacks = "numbers" if has_times else "times"
        with_unit = next(
            (cell for name in sheet.words for cell in head.column(name)[:1] if WITH_UNIT.fullmatch(cell)), ""
        )
        if has_times and with_unit:
            raise NoProposalError(
                f"{path}: `{with_unit}` has a unit behind its number. Export the numbers without units."
            )
        raise NoProposalError(
            f"{path} has no column of {lacks} that could be recognised among `{'`, `'.join(head.names)[:200]}`. "
            f"Write its mapping by hand; {GUIDES_TO_MAPPINGS}."
        )
    elif can_be_a_day(sheet):
        guess_day(guess, sheet, path, given)
    else:
        _guess_readings(guess, sheet, path, given)
    _tell_the_rest(guess, head)
    return guess


def _note_layout(guess: Guess, head: Head) -> None:
    for key, value in head.layout.items():
        remark = "a guess: often utf-8 or cp1252" if (key, value) == ("encoding", "cp1252") else ""
        guess.set(f"file.{key}", value, remark)


def _guess_readings(guess: Guess, sheet: Sheet, path: Path, given: Given) -> None:
    """Note the keys of a file with one reading, or one for each meter, in a row."""
    at = guess_times(guess, sheet, path, given)
    direction = guess_directions(guess, sheet)
    also = [direction] if direction else []
    meter = guess_meter(guess, sheet, at, path, given, also)
    note_registers(guess, sheet, at, meter, direction)
    quality = guess_quality(guess, sheet, [meter, direction])
    period = guess_period_column(sheet)
    keys = list(zip(*(sheet.head.cells(name) for name in (meter, direction) if name), strict=True)) or [()] * len(at)
    series = Series(sheet.head, at, keys)
    expect_no_days(path, series)
    values = guess_values(guess, sheet, path, given, [meter, quality, period, *_of_phases(sheet, direction)])
    _expect_no_clash(path, sheet, series, values, [meter, direction])
    if values.meters:
        guess.drop("columns.meter_id")
        guess.drop("columns.meter")
    written = guess_notation(guess, sheet, values)
    guess_unit(guess, sheet, values, path, given, series, written)
    guess_period(guess, path, series, period, is_by_steps=given.is_by_steps)


def _of_phases(sheet: Sheet, direction: str) -> list[str]:
    """List the columns that cannot be production, as each row says its direction."""
    return [] if not direction else [name for name in sheet.numbers if name == direction]


def _expect_no_clash(path: Path, sheet: Sheet, series: Series, values: Values, taken: list[str]) -> None:
    """Refuse a file that says two things of one meter and instant.

    Raises:
        NoProposalError: it does; with the rows, and the columns that tell them apart.
    """
    head = sheet.head
    rows = list(zip(*(head.cells(name) for name in values.all), strict=True))
    clashing = clashes(series.at, series.keys, rows)
    if len(clashing) * 50 <= len(rows):
        return
    first, second = clashing[0]
    apart = tell_apart(head, clashing, [name for name in head.names if name not in (*values.all, *taken)])
    column = values.all[0]
    how = (
        f"`{'`, `'.join(apart[:5])}` tells them apart: name the meter's column with --meter 'NAME', or write a "
        "mapping with `columns.direction`, or `[where]` to keep the rows of one kind."
        if apart
        else "No column tells them apart."
    )
    raise NoProposalError(
        f"{path}: lines {head.lines[first]} and {head.lines[second]} are of one meter and one time, "
        f"{series.at[first]:%Y-%m-%d %H:%M}, "
        f"but `{column}` is {head.cells(column)[first]} and {head.cells(column)[second]}; "
        f"so it is {len(clashing):,} times. {how}"
    )


def _tell_the_rest(guess: Guess, head: Head) -> None:
    """Note the columns that hold something and are not used."""
    used: set[str] = set()
    for key, value in guess.keys.items():
        table, _, name = key.partition(".")
        if table in ("where", "where_not"):
            used.add(name)
        if table == "columns":
            used |= {value} if isinstance(value, str) else set(value) if isinstance(value, list) else set()
    rest = [name for name in head.names if name not in used and head.column(name)]
    if rest and "columns.values" not in guess.keys:
        guess.notes.append(f"Not used: `{'`, `'.join(rest)[:300]}`.")
