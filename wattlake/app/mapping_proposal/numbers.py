"""Numbers in a meter file: which they are, with which decimal mark, and whether they are running totals."""

import re
from collections.abc import Iterable
from itertools import pairwise

NUMBER = re.compile(r"[+-]?\d*[.,]?\d+([eE][+-]?\d+)?")
ENOUGH = 10
MUCH_LARGER = 10


def is_number(cell: str) -> bool:
    """Whether a cell is a number with a point or a comma before its decimals, or neither."""
    return NUMBER.fullmatch(cell.strip()) is not None


def decimal_mark(cells: Iterable[str]) -> str:
    """The mark before the decimals: a comma where there is one, otherwise a point."""
    return "," if any("," in cell for cell in cells) else "."


def amounts(cells: Iterable[str]) -> list[float]:
    """The numbers among some cells."""
    return [float(cell.replace(",", ".")) for cell in cells if is_number(cell)]


def never_falls(numbers: list[float]) -> bool:
    """Whether numbers only rise, as do the totals that a meter has counted; of a few numbers it cannot be told."""
    return len(numbers) > ENOUGH and numbers[0] < numbers[-1] and all(a <= b for a, b in pairwise(numbers))


def steps_are_small(numbers: list[float]) -> bool:
    """Whether numbers differ from one to the next by little of what they are."""
    return max((abs(b - a) for a, b in pairwise(numbers)), default=0) * MUCH_LARGER < min(numbers, default=0)
