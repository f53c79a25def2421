"""One retryable step each: names and dates in, counts out."""

from typing import NamedTuple, Protocol


class Countable(Protocol):
    """A step of long work that knows how many of how many are done."""

    @property
    def done(self) -> int:
        """How many are done."""

    @property
    def total(self) -> int:
        """Of how many."""


class WrittenTable(NamedTuple):
    """What a step wrote to one table: how many rows, and in how many seconds."""

    table: str
    rows: int
    seconds: float
