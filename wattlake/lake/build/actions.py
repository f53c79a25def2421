"""The plan of a build as a value: what it takes, replaces and compares, and why."""

from datetime import date
from typing import NamedTuple

from wattlake.lake.models.graph import Model


class TakeLandings(NamedTuple):
    """Read landings into a silver table, in one transaction.

    Attributes:
        model: makes the table.
        landings: the landings, in order.
        rows: how many rows they have.
        is_anew: whether the table is emptied first.
    """

    model: Model
    landings: tuple[int, ...]
    rows: int
    is_anew: bool

    @property
    def table(self) -> str:
        """Give the table that reads them."""
        return self.model.table


class Chunk(NamedTuple):
    """The landings that one transaction takes, and whether more are left for the next."""

    takes: list[TakeLandings]
    has_more: bool


class ReplaceRows(NamedTuple):
    """Replace the rows of a table without periods that differ."""

    table: str
    why: str


class ReplaceDays(NamedTuple):
    """Replace days of a table."""

    table: str
    days: frozenset[date]
    why: str


class CompareDays(NamedTuple):
    """Make days of a table anew where a table before it turns out to differ.

    Only those that turn out to differ themselves are replaced, or none.
    """

    table: str
    days: frozenset[date]
    why: str


class CompareRows(NamedTuple):
    """Make a table without periods anew once gold is complete.

    Only the rows that differ are replaced, or none.
    """

    table: str
    why: str


class DefineView(NamedTuple):
    """Define a view anew."""

    table: str
    why: str


Action = TakeLandings | ReplaceRows | ReplaceDays | CompareDays | CompareRows | DefineView


def described(takes: list[TakeLandings]) -> str:
    """Describe in a few words the landings that one table takes."""
    landings, rows = sum(len(take.landings) for take in takes), sum(take.rows for take in takes)
    are_read = f"{'is' if landings == 1 else 'are'} {'read anew' if any(take.is_anew for take in takes) else 'new'}"
    named = f"{landings:,} landing{'s' * (landings != 1)} of {takes[0].model.source}"
    return f"{named} with {rows:,} row{'s' * (rows != 1)} {are_read}"
