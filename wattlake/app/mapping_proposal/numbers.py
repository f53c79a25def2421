"""Numbers in a meter file: their recognition, decimal mark and running totals."""

import re
from collections.abc import Iterable
from itertools import pairwise

NUMBER = re.compile(r"[+-]?\d*[.,]?\d+([eE][+-]?\d+)?")
ENOUGH = 10
MUCH_LARGER = 10


def is_number(cell: str) -> bool:
    """Say whether a cell is a number with a point or comma before its decimals, or neither."""
    return NUMBER.fullmatch(cell.strip()) is not None


def decimal_mark(cells: Iterable[str]) -> str:
    """Choose the mark before the decimals: a comma where there is one, otherwise a point."""
    return "," if any("," in cell for cell in cells) else "."


def amounts(cells: Iterable[str]) -> list[float]:
    """List the numbers among some cells."""
    return [float(cell.replace(",", ".")) for cell in cells if is_number(cell)]


def never_falls(numbers: list[float]) -> bool:
    """Say whether numbers only rise, as a meter's totals do; False of ten numbers or fewer.

    Of a few numbers it cannot be told.
    """
    return len(numbers) > ENOUGH and numbers[0] < numbers[-1] and all(a <= b for a, b in pairwise(numbers))


def steps_are_small(numbers: list[float]) -> bool:
    """Say whether each step between numbers is less than a tenth of the least of them."""
    return max((abs(b - a) for a, b in pairwise(numbers)), default=0) * MUCH_LARGER < min(numbers, default=0)
