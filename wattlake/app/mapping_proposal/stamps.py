"""Columns of times: what is written around them, and the formats that they have."""

import re
from dataclasses import dataclass
from datetime import datetime

from wattlake.app.mapping_proposal.times import CLOCKS, DATES, INSTANTS, Fit, fits, read

SUFFIX = re.compile(r".*\d\s*(?<![A-Za-z])(?!AM$|PM$|Z$)([A-Z]{2,5})")
BETWEEN = (" - ", " – ", " bis ", " to ", " - ", "-", "–", "/")
MOST_ODD = 0.1
TRIED = 40
HOURS_OF_A_DAY = 23
LAST_HOUR = 25


@dataclass(frozen=True)
class Stamps:
    """How the cells of a column are written as times.

    Attributes:
        fits: the formats that they have, the best first.
        suffixes: words behind them.
        between: what stands between two times in a cell.
    """

    fits: list[Fit]
    suffixes: tuple[str, ...] = ()
    between: str = ""

    def text(self, cell: str) -> str:
        """Give the text of a cell's only or first time."""
        start = cell.split(self.between)[0].strip() if self.between else cell
        for suffix in self.suffixes:
            start = start.removesuffix(suffix).strip()
        return start

    def at(self, cell: str) -> datetime | None:
        """Read a cell's only or first time by the best format."""
        return read(self.text(cell), self.fits[0].time_format)

    def until(self, cell: str) -> datetime | None:
        """Read the second time of a cell; ``None`` where there is none."""
        _, _, end = cell.partition(self.between) if self.between else ("", "", "")
        return read(end.strip(), self.fits[0].time_format)


def instants(cells: list[str]) -> Stamps | None:
    """Find out how instants are written; ``None`` where cells are none."""
    return _stamps(cells, INSTANTS)


def dates(cells: list[str]) -> Stamps | None:
    """Find out how dates are written; ``None`` where cells are none."""
    return _stamps(cells, DATES)


def clocks(cells: list[str]) -> Stamps | None:
    """Find out how times of day are written; ``None`` where cells are none."""
    return _stamps(cells, CLOCKS)


def hours(cells: list[str]) -> str:
    """Tell how the hours of the day are numbered in some cells; empty where they are not."""
    numbers = {int(cell) if re.fullmatch(r"\d\d?", cell) else -1 for cell in cells}
    if len(numbers) < HOURS_OF_A_DAY or min(numbers) < 0 or max(numbers) > LAST_HOUR:
        return ""
    if 0 in numbers:
        return "0-23" if max(numbers) < HOURS_OF_A_DAY + 1 else ""
    return "1-25"


def _stamps(cells: list[str], formats: tuple[str, ...]) -> Stamps | None:
    written = [cell for cell in cells if cell]
    if not written:
        return None
    if fitting := fits(written, formats):
        return Stamps(fitting)
    suffixes = tuple(sorted({word[1] for cell in written[:2000] if (word := SUFFIX.fullmatch(cell))}, key=len))[::-1]
    for words, between in ((suffixes, ""), *(((), between) for between in BETWEEN)):
        if not words and not (between and sum(between in cell for cell in written) > (1 - MOST_ODD) * len(written)):
            continue
        form = Stamps([], words, between)
        if fitting := fits([form.text(cell) for cell in written], formats):
            return Stamps(fitting, words, between)
    return None
