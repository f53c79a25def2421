"""The keys ``[columns]`` of a mapping of meter files: which column holds what."""

import re
from typing import Self

from pydantic import Field, field_validator, model_validator

from wattlake.lake.mapping.part import Part, expect_different, expect_one, pattern_with_one_group

SERIES = re.compile(r"\{(\d+)\.\.(\d+)\}")


class Columns(Part):
    """The columns of a file by what they hold; unnamed ones are ``column 1`` and so on."""

    meter: str | None = None
    meter_id: str | None = Field(None, min_length=1)
    meter_from_file_name: str | None = None
    meters: list[str] | None = None
    datetime: str | None = None
    date: str | None = None
    time: str | None = None
    value: str | list[str] | None = None
    values: list[str] | str | None = None
    production: str | list[str] | None = None
    direction: str | None = None
    register_name: str | None = Field(None, alias="register")
    code: str | None = None
    quality: str | None = None
    unit: str | None = None
    period: str | None = None
    zone: str | None = None

    @field_validator("meter_from_file_name")
    @classmethod
    def _pattern_with_one_group(cls, value: str | None) -> str | None:
        return pattern_with_one_group(value, "the meter's id")

    @model_validator(mode="after")
    def _that_go_together(self) -> Self:
        expect_one(self, "meter", "meter_id", "meter_from_file_name", "meters")
        expect_one(self, "datetime", "date")
        expect_one(self, "value", "values", "meters")
        if self.time and not self.date:
            raise ValueError("`time` is the time of day beside `date`; a column with both is `datetime`")
        if self.values is not None and (self.time or self.datetime):
            raise ValueError("`values` are the columns of one day, so the row has a `date` and nothing else of time")
        for key in ("value", "production", "meters"):
            if isinstance(getattr(self, key), list):
                expect_different(key, getattr(self, key))
        for fault in (self._fault_of_production(), self._fault_of_what_rows_say()):
            if fault:
                raise ValueError(fault)
        return self

    def _fault_of_production(self) -> str | None:
        if self.production is None:
            return None
        if self.direction:
            return "`production` is a column, but `direction` says in each row whether that was produced: give one"
        if self.value is None:
            return f"`production` goes with `value`, not with {'the `values` of a day' if self.values else '`meters`'}"
        both = sorted({*self.produced} & {*self.consumed})
        return f"`production` and `value` both name the column `{both[0]}`" if both else None

    def _fault_of_what_rows_say(self) -> str | None:
        """Tell which columns cannot say something of a row that holds several readings."""
        if self.meters and self.register_name:
            return "`register` says which register a row is of, so the row is of one meter: give no `meters`"
        if self.code and self.register_name:
            return "`code` is kept as it stands, but `register` names what is summed, and is kept as well: give one"
        if self.values is not None and self.period:
            return "`period` says how long a row's interval is, but a row with `values` is a day"
        return None

    @property
    def of_day(self) -> list[str]:
        """List the columns of a day's intervals in order; none where a row is one reading."""
        if not isinstance(self.values, str):
            return self.values or []
        series = SERIES.search(self.values)
        if series is None:
            return [self.values]
        width = len(series[1])
        return [SERIES.sub(f"{n:0{width}}", self.values) for n in range(int(series[1]), int(series[2]) + 1)]

    @property
    def consumed(self) -> list[str]:
        """List the columns whose sum is the value of a row."""
        return [self.value] if isinstance(self.value, str) else self.value or []

    @property
    def produced(self) -> list[str]:
        """List the columns whose sum is what was produced."""
        return [self.production] if isinstance(self.production, str) else self.production or []

    @property
    def needed(self) -> list[str]:
        """List the columns that the keys name."""
        of_row = (self.direction, self.register_name, self.code, self.quality, self.unit, self.period, self.zone)
        named = [self.meter, self.datetime, self.date, self.time, *self.consumed, *self.produced, *self.of_day]
        return [name for name in dict.fromkeys([*named, *(self.meters or []), *of_row]) if name is not None]
