"""Promises of a table beyond its columns' own bounds; ``wattlake.lake.quality`` checks them."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["fail", "warn"]
"""``fail`` rolls back what broke the promise, ``warn`` is recorded."""

Dimension = Literal["completeness", "validity", "uniqueness", "timeliness", "consistency"]
"""The side of quality that a check judges; a table has one score for each."""


@dataclass(frozen=True)
class Rule:
    """A condition that holds in every row.

    Attributes:
        name: what holds, in words.
        holds: the same as a SQL condition; where it is null, nothing is broken.
        severity: what a broken promise leads to.
        dimension: what it judges.
    """

    name: str
    holds: str
    severity: Severity = "fail"
    dimension: Dimension = "consistency"


@dataclass(frozen=True)
class Group:
    """A condition on aggregates that holds of every group of rows.

    Attributes:
        name: what holds, in words.
        by: the columns whose values make a group; none where all rows are one.
        holds: the condition.
        severity: what a broken promise leads to.
        dimension: what it judges.
    """

    name: str
    by: tuple[str, ...]
    holds: str
    severity: Severity = "fail"
    dimension: Dimension = "consistency"


@dataclass(frozen=True)
class Apart:
    """Stretches of time of rows that share a value do not overlap.

    A stretch is ``[valid_from_utc, valid_to_utc)``.

    Attributes:
        name: what holds, in words.
        of: the columns the value may stand in; it counts in all of them.
        severity: what a broken promise leads to.
    """

    name: str
    of: tuple[str, ...]
    severity: Severity = "fail"


@dataclass(frozen=True)
class Unbroken:
    """Stretches of time of rows that share a value leave no gap, and the last has no end.

    A stretch is ``[valid_from_utc, valid_to_utc)``.

    Attributes:
        name: what holds, in words.
        of: the column whose value they share.
        unless: a SQL condition on a row that may end all the same.
        severity: what a broken promise leads to.
    """

    name: str
    of: str
    unless: str
    severity: Severity = "fail"


@dataclass(frozen=True)
class Total:
    """Each day's numbers are what the rows of another table add up to.

    Attributes:
        table: the other table; it has a ``period_start_utc``.
        sums: by column of this table, the aggregate of the other's rows that it equals.
        by: the columns, the same in both, that tell the sums of a day apart; none where the day is one sum.
    """

    table: str
    sums: tuple[tuple[str, str], ...]
    by: tuple[str, ...] = ()


HOURS = Rule("periods start on the hour", "epoch_us(period_start_utc) % 3600000000 = 0", dimension="validity")
SLOTS = Rule(
    "periods start on the grid of their length",
    "epoch_us(period_start_utc) % (60000000 * period_minutes) = 0",
    dimension="validity",
)
MIDNIGHT = Rule("days start at midnight", "epoch_us(period_start_utc) % 86400000000 = 0", dimension="validity")
PANELS_FACE_SOMEWHERE = Rule(
    "panels have a tilt and an azimuth",
    "panel_kwp = 0 or (tilt_degrees is not null and azimuth_degrees is not null)",
    dimension="completeness",
)
