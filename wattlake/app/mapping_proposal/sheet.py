"""A file's columns by what their cells are: times, numbers or words."""

import re
from dataclasses import dataclass

from wattlake.app.mapping_proposal import stamps
from wattlake.app.mapping_proposal.head import Head
from wattlake.app.mapping_proposal.numbers import is_number
from wattlake.app.mapping_proposal.stamps import Stamps
from wattlake.app.mapping_proposal.times import EPOCHS
from wattlake.app.mapping_proposal.words import HOUR, IDENTITY, METER, MISSING_WORDS, NO_ENERGY, OFFICIAL, TOTAL

NUMERIC_SHARE = 0.5


@dataclass(frozen=True)
class Sheet:
    """The columns of a head by the kind of their cells, each column of one kind.

    Attributes:
        head: the rows.
        instants: columns with a date and a time of day.
        dates: columns of days.
        clocks: columns of times of day.
        hours: columns of numbers of hours, with how they count.
        numbers: columns of numbers.
        words: all others that hold anything.
    """

    head: Head
    instants: dict[str, Stamps]
    dates: dict[str, Stamps]
    clocks: dict[str, Stamps]
    hours: dict[str, str]
    numbers: list[str]
    words: list[str]


def read_sheet(head: Head) -> Sheet:
    """Tell of each column what its cells are."""
    sheet = Sheet(head, {}, {}, {}, {}, [], [])
    for name in head.names:
        cells = head.column(name)
        if not cells or all(MISSING_WORDS.fullmatch(cell) for cell in cells):
            continue
        if not _note_times(sheet, name, cells):
            (sheet.numbers if _is_numeric(cells) else sheet.words).append(name)
    if not sheet.instants and sheet.dates and not sheet.clocks:
        _note_hours(sheet)
    return sheet


def _note_times(sheet: Sheet, name: str, cells: list[str]) -> bool:
    for kind, read in ((sheet.instants, stamps.instants), (sheet.dates, stamps.dates), (sheet.clocks, stamps.clocks)):
        # 10.30 and 1030 are numbers, too.
        is_number_like = read is stamps.clocks and not any(":" in cell for cell in cells)
        if is_number_like and not HOUR.search(name):
            continue
        if (written := read(cells)) and not _is_of_ids(name, written):
            kind[name] = written
            return True
    return False


def _is_of_ids(name: str, written: Stamps) -> bool:
    """Say whether what could be seconds since 1970 are ids, as British meters have."""
    names_ids = any(words.search(name) for words in (OFFICIAL, METER, IDENTITY))
    return names_ids and written.fits[0].time_format in EPOCHS


def _note_hours(sheet: Sheet) -> None:
    numbered = {name: stamps.hours(sheet.head.column(name)) for name in sheet.numbers}
    named = [name for name, kind in numbered.items() if kind and HOUR.search(name)]
    for name in named or [name for name, kind in numbered.items() if kind][:1]:
        sheet.hours[name] = numbered[name]
        sheet.numbers.remove(name)


def _is_numeric(cells: list[str]) -> bool:
    readable = [cell for cell in cells if not MISSING_WORDS.fullmatch(cell)]
    return sum(map(is_number, readable)) > NUMERIC_SHARE * len(readable)


def is_constant(head: Head, name: str) -> bool:
    """Say whether a column has one and the same cell in several rows."""
    return len(head.rows) > 1 and len(set(head.column(name))) < 2


def is_whole(head: Head, name: str) -> bool:
    """Say whether the cells of a column are whole numbers without marks."""
    return all(cell.isdecimal() for cell in head.column(name))


def is_of_something_else(name: str, unit: str) -> bool:
    """Say whether a column's name or unit is of what is no energy."""
    return bool(NO_ENERGY.search(name) or (unit and NO_ENERGY.search(unit)))


def can_be_ids(head: Head, name: str) -> bool:
    """Say whether numbers may be ids: whole ones, or ones that a program wrote as 4711.0."""
    is_of_meters = bool(METER.search(name) or OFFICIAL.search(name)) and not TOTAL.search(name)
    return is_whole(head, name) or (is_of_meters and all(re.fullmatch(r"\d+\.0", cell) for cell in head.column(name)))
