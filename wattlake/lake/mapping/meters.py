"""A mapping of meter files, and which of its keys go together."""

from decimal import Decimal
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from wattlake.lake.mapping.columns import Columns
from wattlake.lake.mapping.energy import TOTAL, Energy
from wattlake.lake.mapping.files import FileMapping
from wattlake.lake.mapping.meter_faults import FAULTS
from wattlake.lake.mapping.times import STEPS, Time

EXACT_MINUTES = (3, 6, 12, 15, 30, 60)
"""The lengths of periods that are a decimal part of an hour, in minutes."""

Direction = Literal["consumption", "production", "ignore"]
Quality = Literal["measured", "estimated", "substituted", "missing"]


class Mapping(FileMapping):
    """A mapping of meter files: says how to read the files of one kind."""

    SOURCE: ClassVar[str] = "smart_meters"
    TABLE: ClassVar[str] = "silver.meter_reading"

    columns: Columns
    time: Time
    energy: Energy
    directions: dict[str, Direction] = Field({})
    qualities: dict[str, Quality] = Field({})
    where: dict[str, list[str]] = Field({})
    where_not: dict[str, list[str]] = Field({})

    @model_validator(mode="after")
    def _that_goes_together(self) -> Self:
        for fault_of in FAULTS:
            if fault := fault_of(self):
                raise ValueError(fault)
        return self

    @property
    def is_total(self) -> bool:
        """Say whether the numbers are running totals: all that a meter had counted by then."""
        return (self.energy.unit or "").startswith(TOTAL)

    @property
    def is_day_per_row(self) -> bool:
        """Say whether a row holds a day's readings."""
        return self.columns.values is not None

    @property
    def has_fixed_period(self) -> bool:
        """Say whether every interval is as long as the mapping says."""
        return self.columns.period is None and self.time.period_minutes != STEPS

    @property
    def counts_from_midnight(self) -> bool:
        """Say whether intervals are counted from the midnight of their day, whatever the clock does."""
        return self.time.hours == "1-25" or (self.is_day_per_row and self.time.day_columns == "elapsed")

    @property
    def exact_hours(self) -> Decimal | None:
        """Give the hours of an interval where they are one decimal for all; else ``None``."""
        period = self.time.period_minutes
        if not self.has_fixed_period or self.columns.unit or not isinstance(period, int) or period not in EXACT_MINUTES:
            return None
        return Decimal(period) / 60

    @property
    def labels_ends(self) -> bool:
        """Say whether times are ends of intervals; unless told, only those of running totals are."""
        if self.time.hours or self.is_day_per_row:
            return False  # They are counted from the start of the day.
        return self.time.label == "end" or (self.time.label is None and self.is_total)

    @property
    def decimal_mark(self) -> str:
        """Give the decimal mark of the numbers."""
        return self.energy.decimal

    @property
    def needed(self) -> list[str]:
        """List every column that a file must have."""
        return list(dict.fromkeys([*self.columns.needed, *self.where, *self.where_not]))

    @property
    def ids(self) -> list[str]:
        """List the columns that hold ids."""
        return [self.columns.meter] if self.columns.meter is not None else []

    @property
    def file_name_patterns(self) -> dict[str, str]:
        """List the regular expressions that find an id in a file's name, by their keys."""
        pattern = self.columns.meter_from_file_name
        return {"columns.meter_from_file_name": pattern} if pattern else {}
