"""Read mappings: their user's TOML files that say how to read meters' or plants' files."""

import tomllib
from functools import cache
from pathlib import Path
from typing import ClassVar, Self

from pydantic import ValidationError, model_validator
from pydantic_core import ErrorDetails

from wattlake.lake.mapping.files import FileMapping, fault_of_times
from wattlake.lake.mapping.keys import Columns, Energy, Time
from wattlake.lake.mapping.plants import PlantMapping

__all__ = ["AnyMapping", "FileMapping", "Mapping", "MappingError", "PlantMapping", "read_mapping", "read_mapping_file"]

DAY_MINUTES = 1440
MOST_CHARACTERS = 1024**2
CLOCK_CHANGE_MINUTES = 60


class MappingError(ValueError):
    """A mapping that cannot be used: it is not TOML, or a key of it is wrong."""


class Mapping(FileMapping):
    """A mapping of meter files: says how to read the files of one kind."""

    SOURCE: ClassVar[str] = "smart_meters"
    TABLE: ClassVar[str] = "silver.meter_reading"

    columns: Columns
    time: Time
    energy: Energy

    @model_validator(mode="after")
    def _that_goes_together(self) -> Self:
        for fault in (self._fault_of_the_columns(), self._fault_of_the_label(), self._fault_of_the_sign()):
            if fault:
                raise ValueError(fault)
        return self

    def _fault_of_the_columns(self) -> str | None:
        minutes = len(self.columns.of_day) * self.time.period_minutes
        lengths = (DAY_MINUTES - CLOCK_CHANGE_MINUTES, DAY_MINUTES, DAY_MINUTES + CLOCK_CHANGE_MINUTES)
        if self.columns.values is not None and minutes not in lengths:
            counts = ", ".join(str(length // self.time.period_minutes) for length in lengths)
            return (
                f"`columns.values` are {len(self.columns.of_day)}, but a day has {counts} intervals of "
                f"{self.time.period_minutes} minutes (`time.period_minutes`)"
            )
        return None

    def _fault_of_the_label(self) -> str | None:
        if self.columns.values is not None:
            return "`time.label` goes with one reading per row, not with `columns.values`" if self.time.label else None
        if self.time.label is None and not self.is_total:
            return "`time.label` is missing: does a time stand for the `start` or the `end` of its interval?"
        return fault_of_times(self.time)

    def _fault_of_the_sign(self) -> str | None:
        if self.energy.sign != "consumption" and self.columns.production:
            return f"`energy.sign` is {self.energy.sign}, but `columns.production` already says what was produced"
        if self.energy.sign == "net" and self.is_total:
            return "`energy.sign`: a running total of net energy goes up and down; give the energy of each interval"
        return None

    @property
    def is_total(self) -> bool:
        """Say whether the numbers are running totals: all that a meter had counted by then."""
        return self.energy.unit.startswith("total ")

    @property
    def is_day_per_row(self) -> bool:
        """Say whether a row holds a day's readings."""
        return self.columns.values is not None

    @property
    def labels_ends(self) -> bool:
        """Say whether times are ends of intervals; unless told, only those of running totals are."""
        return self.time.label == "end" or (self.time.label is None and self.is_total and not self.is_day_per_row)

    @property
    def decimal_mark(self) -> str:
        """Give the decimal mark of the numbers."""
        return self.energy.decimal

    @property
    def file_name_patterns(self) -> dict[str, str]:
        """List the regular expressions that find an id in a file's name, by their keys."""
        pattern = self.columns.meter_from_file_name
        return {"columns.meter_from_file_name": pattern} if pattern else {}


AnyMapping = Mapping | PlantMapping


@cache
def read_mapping(text: str, told_as: str) -> AnyMapping:
    """Read a mapping from its TOML.

    It is of a plant's files where it has a table ``power``, otherwise of meter files.

    Args:
        text: the TOML.
        told_as: the file it stands in, for errors.

    Raises:
        MappingError: it is not TOML, or a key is unknown, missing, of the wrong type or at odds with another.
    """
    try:
        written = tomllib.loads(text)
        return (PlantMapping if "power" in written else Mapping).model_validate(written)
    except tomllib.TOMLDecodeError as error:
        raise MappingError(f"{told_as} is not TOML: {error}.") from error
    except ValidationError as error:
        raise MappingError(f"{told_as} is not a mapping: {'; '.join(map(_fault, error.errors()))}.") from error


def read_mapping_file(path: Path) -> tuple[AnyMapping, str]:
    """Read a mapping from a file; return it with its TOML.

    Raises:
        MappingError: it cannot be used.
    """
    try:
        with path.open(encoding="utf-8-sig") as file:
            text = file.read(MOST_CHARACTERS + 1)
    except OSError as error:
        raise MappingError(f"{path} cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise MappingError(f"{path} is not UTF-8, as TOML has to be ({error}).") from error
    if len(text) > MOST_CHARACTERS:
        raise MappingError(f"{path} has more than {MOST_CHARACTERS:,} characters; it is no mapping.")
    return read_mapping(text, str(path)), text


def _fault(error: ErrorDetails) -> str:
    """Tell one of pydantic's errors in this project's words, with the key it is about."""
    key = ".".join(str(step) for step in error["loc"] if isinstance(step, str) and step not in ("str", "list[str]"))
    if error["type"] == "extra_forbidden":
        return f"`{key}` is no key of a mapping. docs/meter-files.md and docs/solar-fleet.md have them all"
    if error["type"] == "missing":
        return f"`{key}` is missing"
    message = error["msg"].removeprefix("Value error, ")
    if error["type"] == "value_error":
        return f"`{key}`: {message}" if key else message
    return f"`{key}`: {message[0].lower()}{message[1:]}, but it is {error['input']!r}"
