"""One retryable step each: names and dates in, counts out."""

from typing import NamedTuple, Protocol


class Countable(Protocol):
    """A step of long work that knows how many of how many are done."""

    @property
    def done(self) -> int:
        """Count those that are done."""

    @property
    def total(self) -> int:
        """Count all."""


class CountableRows(Countable, Protocol):
    """A step of long work that landed rows."""

    @property
    def rows(self) -> int:
        """Count them."""


class WrittenTable(NamedTuple):
    """The rows that a step wrote to one table, and the seconds that it took."""

    table: str
    rows: int
    seconds: float
