"""Numbers in a meter file: their decimal and grouping marks, and running totals among them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

GROUPS = "' \u00a0\u202f\u2009’"
PLAIN = re.compile(r"[+-]?(\d+[.,]?\d*|[.,]\d+)([eE][+-]?\d+)?")
GROUPED = re.compile(rf"[+-]?\d{{1,3}}([.,{GROUPS}])\d{{3}}(\1\d{{3}})*([.,]\d+)?")
ONE_MARK = re.compile(r"[+-]?(\d*)([.,])(\d+)")
MINUS = "\u2212"
GROUP_DIGITS = 3
FEW = 10
MUCH_LARGER = 10
RISES_PER_FALL = 5
RISES_PER_BAD_NUMBER = 20


@dataclass(frozen=True)
class Notation:
    """How numbers are written.

    Attributes:
        decimal: the mark before the decimals.
        thousands: the mark between groups; empty where there is none.
        doubt: a cell that could be meant otherwise, a thousand times larger; empty where all is clear.
    """

    decimal: str = "."
    thousands: str = ""
    doubt: str = ""

    def amount(self, cell: str) -> float | None:
        """Read a number; ``None`` where the cell is none."""
        if not is_number(cell):
            return None
        signed = signed_first(cell)
        bare = signed.replace(self.thousands, "") if self.thousands else signed
        try:
            return float(bare.replace(self.decimal, "."))
        except ValueError:
            return None


def is_number(cell: str) -> bool:
    """Say whether a cell is a number, with or without marks."""
    signed = signed_first(cell)
    return PLAIN.fullmatch(signed) is not None or GROUPED.fullmatch(signed) is not None


def signed_first(cell: str) -> str:
    """Write a number with its sign first, as the macro of that name does."""
    text = cell.replace(MINUS, "-")
    return f"-{text[:-1].rstrip()}" if text.endswith("-") and text != "-" else text


def notation(cells: Sequence[str]) -> Notation:
    """Find out from all numbers how they are written."""
    numbers = [signed_first(cell) for cell in dict.fromkeys(cells) if is_number(cell)]
    both = next((cell for cell in numbers if "," in cell and "." in cell), None)
    if both:
        decimal = max(",.", key=both.rfind)
        return Notation(decimal, "." if decimal == "," else ",")
    spaced = next((mark for mark in GROUPS for cell in numbers if mark in cell), "")
    for mark in (",", "."):
        of_mark = [match for cell in numbers if mark in cell and (match := ONE_MARK.fullmatch(cell))]
        if any(cell.count(mark) > 1 for cell in numbers):
            return Notation("." if mark == "," else ",", mark)
        if of_mark:
            return _of_one_mark(numbers, of_mark, mark, spaced)
    return Notation(".", spaced)


def _of_one_mark(numbers: list[str], of_mark: list[re.Match[str]], mark: str, spaced: str) -> Notation:
    """Tell whether the only mark of some numbers stands before decimals or between groups."""
    if spaced or any(len(match[3]) != GROUP_DIGITS or not match[1] or match[1].startswith("0") for match in of_mark):
        return Notation(mark, spaced)
    if any(len(match[1]) > GROUP_DIGITS for match in of_mark):
        return Notation(mark)
    bare = [cell for cell in numbers if mark not in cell and cell.strip("+-").isdigit()]
    if any(int(cell) > 0 for cell in bare) and all(len(cell.strip("+-")) <= GROUP_DIGITS for cell in bare):
        # Numbers below a thousand have no mark, and those above have one.
        return Notation("." if mark == "," else ",", mark)
    return Notation(mark, doubt=of_mark[0][0])


def is_total(numbers: Sequence[float], *, is_named: bool) -> bool:
    """Say whether numbers are a meter's running totals, but for a few bad ones.

    Args:
        numbers: of one meter, in the order of their times.
        is_named: whether the column's name says that they are totals.
    """
    steps = [later - earlier for earlier, later in pairwise(numbers)]
    rises, falls = sum(step > 0 for step in steps), sum(step < 0 for step in steps)
    if not rises or falls * (RISES_PER_FALL if is_named else RISES_PER_BAD_NUMBER) > rises:
        return False
    if is_named:
        return True
    sizes, levels = sorted(map(abs, steps)), sorted(numbers)
    typical_step = sizes[int(len(sizes) * 0.9)] if len(sizes) > FEW else sizes[-1]
    low_level = levels[int(len(levels) * 0.1)] if len(levels) > FEW else levels[0]
    return typical_step * MUCH_LARGER < low_level


def starts_anew(numbers: Sequence[float], days: Sequence[object]) -> bool:
    """Say whether numbers count up all day and start anew with each day."""
    pairs = list(zip(pairwise(numbers), pairwise(days), strict=True))
    falls = [
        is_new_day for (before, after), (day, next_day) in pairs if after < before for is_new_day in [day != next_day]
    ]
    rises = sum(after > before for (before, after), _ in pairs)
    return len(falls) > 1 and all(falls) and rises > RISES_PER_FALL * len(falls)


def middle(numbers: Sequence[float]) -> float:
    """Give the median of the amounts, without their signs; 0 where there are none."""
    return median([abs(number) for number in numbers if number]) if any(numbers) else 0.0
