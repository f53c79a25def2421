"""One retryable step each: names and dates in, counts out."""

from typing import Protocol


class Countable(Protocol):
    """A step of long work that knows how many of how many are done."""

    @property
    def done(self) -> int:
        """How many are done."""

    @property
    def total(self) -> int:
        """Of how many."""
