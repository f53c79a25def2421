"""The keys of a mapping of a plant's files: columns, times and units.

They say which column holds what of the plant's inverters and sensors, in which unit.
"""

from typing import ClassVar, Literal, Self

from pydantic import Field, field_validator, model_validator

from wattlake.lake.mapping.files import FileMapping, fault_of_times
from wattlake.lake.mapping.part import Part, expect_one, pattern_with_one_group
from wattlake.lake.mapping.times import AnyTime

NUMBERS = (
    *("ac_power", "dc_power", "daily_yield", "total_yield"),
    *("irradiance", "module_temperature", "ambient_temperature"),
)
"""The quantities that may be read of an inverter or a sensor."""


class PlantColumns(Part):
    """The columns of a plant's file, by what they hold.

    A file without a header has ``column 1``, ``column 2`` and so on.
    """

    plant: str | None = None
    plant_id: str | None = Field(None, min_length=1)
    plant_from_file_name: str | None = None
    panel: str | None = None
    panel_id: str | None = Field(None, min_length=1)
    panel_from_file_name: str | None = None
    datetime: str | None = None
    date: str | None = None
    time: str | None = None
    ac_power: str | None = None
    dc_power: str | None = None
    daily_yield: str | None = None
    total_yield: str | None = None
    irradiance: str | None = None
    module_temperature: str | None = None
    ambient_temperature: str | None = None

    @field_validator("plant_from_file_name", "panel_from_file_name")
    @classmethod
    def _pattern_with_one_group(cls, value: str | None) -> str | None:
        return pattern_with_one_group(value, "the id")

    @model_validator(mode="after")
    def _that_go_together(self) -> Self:
        for whose in ("plant", "panel"):
            expect_one(self, whose, f"{whose}_id", f"{whose}_from_file_name")
        expect_one(self, "datetime", "date")
        if self.time and not self.date:
            raise ValueError("`time` is the time of day beside `date`; a column with both is `datetime`")
        if self.ac_power is None and self.irradiance is None:
            raise ValueError("give `ac_power` for a file of inverters, or `irradiance` for one of sensors, or both")
        return self

    @property
    def numbers(self) -> dict[str, str]:
        """List the columns of numbers that are given, by what they hold."""
        return {quantity: column for quantity in NUMBERS if (column := getattr(self, quantity)) is not None}

    @property
    def needed(self) -> list[str]:
        """List the columns that the keys name."""
        named = [self.plant, self.panel, self.datetime, self.date, self.time, *self.numbers.values()]
        return [name for name in named if name is not None]


class PlantTime(AnyTime):
    """The meaning of the times in a plant's file."""

    label: Literal["start", "end"]
    period_minutes: Literal[1, 5, 10, 15, 30, 60]


class Power(Part):
    """The meaning of the numbers in a plant's file."""

    unit: Literal["W", "kW", "MW"]
    yield_unit: Literal["Wh", "kWh", "MWh"] = "kWh"
    irradiance_unit: Literal["W/m²", "kW/m²"] = "W/m²"
    decimal: Literal[".", ","] = "."


class PlantMapping(FileMapping):
    """A mapping of a plant's files: says how to read the files of one kind."""

    SOURCE: ClassVar[str] = "inverters"
    TABLE: ClassVar[str] = "silver.inverter_reading"

    columns: PlantColumns
    time: PlantTime
    power: Power

    @model_validator(mode="after")
    def _that_goes_together(self) -> Self:
        if "day_columns" in self.time.model_fields_set:
            raise ValueError("`time.day_columns` is of meter files with a day in a row, which plants' files have not")
        if fault := fault_of_times(self.time):
            raise ValueError(fault)
        return self

    @property
    def needed(self) -> list[str]:
        """List every column that a file must have."""
        return self.columns.needed

    @property
    def decimal_mark(self) -> str:
        """Give the decimal mark of the numbers."""
        return self.power.decimal

    @property
    def file_name_patterns(self) -> dict[str, str]:
        """List the regular expressions that find an id in a file's name, by their keys."""
        patterns = {
            f"{whose}_from_file_name": getattr(self.columns, f"{whose}_from_file_name") for whose in ("plant", "panel")
        }
        return {f"columns.{key}": pattern for key, pattern in patterns.items() if pattern}
