"""What is to go into a silver table, as a value."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Coming:
    """The readings of some landings that are to go into a silver table.

    Attributes:
        first_landing: the first of the landings.
        readings: the FROM clause of them.
        days: the days that they touch, in a table of periods; their superseded rows lie on the same.
        rival: the condition of the table's rows that may have their keys, or overlap them.
        replaced: the condition that a row of the table (``old``) is replaced by a coming one (``new``).
        aside: the relation of the rows for the quarantine.
        have_own_keys: whether the search for duplicates came upon none among which a key could come twice.
        landed: how many readings were landed.
        rows_read: how many rows of the source they stand in.
        repeated: how many were copies.
        superseded: how many were superseded by others, or only repeat what the table holds.
        rounded: how many of the valid ones had more decimals than six.
    """

    first_landing: int
    readings: str
    days: set[date]
    rival: str
    replaced: str
    aside: str
    have_own_keys: bool
    landed: int
    rows_read: int
    repeated: int
    superseded: int
    rounded: int
