"""The written rows of a table as a value: days, landings, links, an issue, or all.

Links are those of the ledger.

Each kind has the SQL condition that picks its rows; where a check depends on the kind, it matches it.
"""

from dataclasses import dataclass
from datetime import date, datetime, time

from wattlake.lake.times import ONE_DAY


@dataclass(frozen=True)
class WholeTable:
    """Every row of a table."""

    @property
    def condition(self) -> str:
        """Write the SQL condition that picks the rows."""
        return "true"


@dataclass(frozen=True)
class Days:
    """All rows whose period starts on some UTC days.

    Attributes:
        days: UTC days; none of them picks no row.
    """

    days: frozenset[date]

    @property
    def condition(self) -> str:
        """Write the SQL condition that picks the rows; its bounds let DuckLake skip files."""
        if not self.days:
            return "false"
        first, last = min(self.days), max(self.days)
        bounds = within((datetime.combine(first, time.min), datetime.combine(last + ONE_DAY, time.min)))
        if len(self.days) == (last - first).days + 1:
            return bounds
        named_days = ", ".join(f"date '{day}'" for day in sorted(self.days))
        return f"{bounds} and cast(period_start_utc as date) in ({named_days})"


@dataclass(frozen=True)
class Stretch:
    """All rows whose period starts within a half-open stretch, of whole days or not.

    Attributes:
        from_utc: the first instant, without an offset.
        to_utc: the instant after the last.
    """

    from_utc: datetime
    to_utc: datetime

    @property
    def condition(self) -> str:
        """Write the SQL condition that picks the rows."""
        return within((self.from_utc, self.to_utc))


@dataclass(frozen=True)
class Landings:
    """All rows that came with some landings that follow one another.

    Attributes:
        first: number of the first landing.
        last: number of the last.
    """

    first: int
    last: int

    @property
    def condition(self) -> str:
        """Write the SQL condition that picks the rows."""
        return self.condition_on("_landing_id")

    def condition_on(self, column: str) -> str:
        """Write the same condition for another column that has a landing's number."""
        return f"{column} between {self.first} and {self.last}"


@dataclass(frozen=True)
class Links:
    """All rows that some links of the ledger booked, links that follow one another.

    Attributes:
        first: number of the first link.
        last: number of the last.
    """

    first: int
    last: int

    @property
    def condition(self) -> str:
        """Write the SQL condition that picks the rows.

        Its literal bounds let DuckLake skip the files of older links.
        """
        return f"settlement_id between {self.first} and {self.last}"


@dataclass(frozen=True)
class IssuedRows:
    """All rows of one issue of forecasts.

    Attributes:
        issued_at_utc: the time of issue, without an offset.
        made_at_utc: when these rows were made; ``None`` for a table that keeps only the last of them.
    """

    issued_at_utc: datetime
    made_at_utc: datetime | None = None

    @property
    def condition(self) -> str:
        """Write the SQL condition that picks the rows."""
        issued = f"issued_at_utc = timestamp '{self.issued_at_utc}'"
        return f"{issued} and _made_at_utc = timestamp '{self.made_at_utc}'" if self.made_at_utc else issued


Written = WholeTable | Days | Stretch | Landings | Links | IssuedRows


def within(stretch: tuple[datetime, datetime]) -> str:
    """Write the condition that a row's period starts within a half-open stretch.

    It is SQL with literals.
    """
    return f"period_start_utc >= timestamp '{stretch[0]}' and period_start_utc < timestamp '{stretch[1]}'"
