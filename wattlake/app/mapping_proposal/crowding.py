"""Rows of the same instant, and the columns that tell them apart."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from wattlake.app.mapping_proposal.head import Head

Instants = Sequence[datetime | None]
SUNDAY = 6
NIGHT_HOURS = 4
MONTHS_OF_CLOCK_CHANGE = (3, 4, 9, 10, 11)
MOST_SHOWN = 3


class Clash(NamedTuple):
    """Two rows of one instant and key with different numbers, by their places."""

    first: int
    second: int


def clashes(at: Instants, keys: Sequence[tuple[str, ...]], numbers: Sequence[tuple[str, ...]]) -> list[Clash]:
    """List the rows that say something else of an instant than an earlier row of the same key.

    In the hour that comes twice, when clocks are set back, a time is there twice by right.
    """
    first: dict[tuple[datetime, tuple[str, ...]], int] = {}
    clashing = []
    for line, (start, key) in enumerate(zip(at, keys, strict=True)):
        if start is None:
            continue
        earlier = first.setdefault((start, key), line)
        if earlier != line and numbers[earlier] != numbers[line]:
            clashing.append(Clash(earlier, line))
    nights = defaultdict(set)
    for clash in clashing:
        nights[_night(at[clash.first])].add(clash)
    return [clash for clash in clashing if _night(at[clash.first]) is None or len(nights) > len(at)]


def _night(at: datetime | None) -> date | None:
    """Give the day whose hour comes twice, if a time can be of one; otherwise ``None``."""
    if at is None or at.hour >= NIGHT_HOURS or at.month not in MONTHS_OF_CLOCK_CHANGE:
        return None
    return at.date() if at.weekday() == SUNDAY else None


def tell_apart(head: Head, clashing: Sequence[Clash], names: Sequence[str]) -> list[str]:
    """List the columns that differ in all pairs of rows that clash."""
    return [
        name
        for name in names
        if all(head.cells(name)[clash.first] != head.cells(name)[clash.second] for clash in clashing)
    ]


def stands_often(at: Instants, keys: Sequence[tuple[str, ...]]) -> bool:
    """Say whether most instants stand several times for one key."""
    pairs = [(start, key) for start, key in zip(at, keys, strict=True) if start]
    return len(set(pairs)) * 1.5 < len(pairs)
