"""The values of a watch: an inbox that is watched, and what happened."""

from dataclasses import dataclass

from wattlake.lake.landing.taken import Looks
from wattlake.tasks.sources import Inbox


@dataclass(frozen=True)
class Happened:
    """What a watch did: rows landed of a source, or rows of a table that was built."""

    table: str
    rows: int


@dataclass
class Watched:
    """An inbox that is watched.

    Attributes:
        described: its source.
        looks: at it.
        is_coming: whether the last look found files that may still be written to.
        took_seconds: how long that look took.
    """

    described: Inbox
    looks: Looks
    is_coming: bool = False
    took_seconds: float = 0.0
