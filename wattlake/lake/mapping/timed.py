"""The common part of mappings with a row for each time: of prices, and of weather stations."""

from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from wattlake.lake.mapping.files import fault_of_times
from wattlake.lake.mapping.part import expect_one
from wattlake.lake.mapping.times import EPOCHS, ISO, LONGEST_STEP_S, WrittenTime
from wattlake.lake.mapping.translated import TranslatedColumns, TranslatedMapping


class TimedColumns(TranslatedColumns):
    """The columns of a row's time, beside those of a kind of file."""

    datetime: str | None = None
    date: str | None = None
    time: str | None = None

    @model_validator(mode="after")
    def _that_say_one_time(self) -> Self:
        expect_one(self, "datetime", "date")
        if self.time and not self.date:
            raise ValueError("`time` is the time of day beside `date`; a column with both is `datetime`")
        return self


class RowTime(WrittenTime):
    """The meaning of the times of rows."""

    label: Literal["start", "end"] = "start"
    period_minutes: Literal[1, 5, 10, 15, 30, 60] | None = None

    @model_validator(mode="after")
    def _that_say_when_it_starts(self) -> Self:
        if self.label == "end" and self.period_minutes is None:
            raise ValueError(
                "`period_minutes` is missing: how many minutes before its `label`, the end, does it start?"
            )
        return self


class TimedMapping(TranslatedMapping):
    """A mapping of files with a row for each time.

    Attributes:
        OWNER: what the rows are of, as their own layout names it: a zone.
    """

    OWNER: ClassVar[str]

    time: RowTime
    always: dict[str, str] = Field({})

    @property
    def owner_column(self) -> str | None:
        """Give the column that says what a row is of."""
        raise NotImplementedError

    @model_validator(mode="after")
    def _that_says_of_what_and_when(self) -> Self:
        if "day_columns" in self.time.model_fields_set:
            raise ValueError("`time.day_columns` is of meter files with a day in a row, which these files have not")
        if fault := fault_of_times(self.time) if self.time.strptime_formats else None:
            raise ValueError(fault)
        given = [*(["column"] * (self.owner_column is not None)), *self.always]
        if len(given) != 1 or {*self.always} - {self.OWNER}:
            raise ValueError(f"give one of `columns.{self.OWNER}` and `always.{self.OWNER}`, and no other `always`")
        return self


def time_parameters(mapping: TimedMapping) -> dict[str, object]:
    """Give the parameters of ``clock_cell.sql`` and of the steps around it, but for formats."""
    time = mapping.time
    return {
        "owner_column": mapping.owner_column,
        "owner": mapping.always.get(mapping.OWNER),
        "period_minutes": time.period_minutes,
        "slot_minutes": time.period_minutes or 60,
        "label_minutes": time.period_minutes if time.label == "end" else 0,
        "microseconds": EPOCHS.get(time.formats[0]),
        "is_iso": time.formats == [ISO],
        "has_zones": time.formats == [ISO],
        "longest_step_s": LONGEST_STEP_S,
        "is_day_per_row": False,
        "is_elapsed": False,
    }
