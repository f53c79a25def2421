"""The keys of a mapping and their values: how a file is cut, its columns, times, numbers."""

import codecs
import re
from typing import Literal, Self

import duckdb
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from wattlake.lake.settings import timezones

SERIES = re.compile(r"\{(\d+)\.\.(\d+)\}")
DIRECTIVE = re.compile(r"%-?([A-Za-z%])")


class Part(BaseModel):
    """Keys of a mapping that belong together; one it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Format(Part):
    """The layout of a file: says how its text is cut into cells when it is landed."""

    delimiter: str = Field(",", min_length=1, max_length=1)
    encoding: str = "utf-8"
    header: bool = True
    skip_lines: int = Field(0, ge=0)
    footer_lines: int = Field(0, ge=0)

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, value: str) -> str:
        try:
            codecs.lookup(value)
        except LookupError as error:
            raise ValueError(f"`{value}` is no encoding. Give one such as utf-8, cp1252 or utf-16") from error
        return value


class Columns(Part):
    """The columns of a file by what they hold; unnamed ones are ``column 1`` and so on."""

    meter: str | None = None
    meter_id: str | None = Field(None, min_length=1)
    meter_from_file_name: str | None = None
    datetime: str | None = None
    date: str | None = None
    time: str | None = None
    value: str | None = None
    values: list[str] | str | None = None
    production: str | None = None

    @field_validator("meter_from_file_name")
    @classmethod
    def _pattern_with_one_group(cls, value: str | None) -> str | None:
        return pattern_with_one_group(value, "the meter's id")

    @model_validator(mode="after")
    def _that_go_together(self) -> Self:
        expect_one(self, "meter", "meter_id", "meter_from_file_name")
        expect_one(self, "datetime", "date")
        expect_one(self, "value", "values")
        if self.time and not self.date:
            raise ValueError("`time` is the time of day beside `date`; a column with both is `datetime`")
        if self.values is not None and (self.time or self.datetime):
            raise ValueError("`values` are the columns of one day, so the row has a `date` and nothing else of time")
        if self.values is not None and self.production:
            raise ValueError("`production` goes with `value`, not with the `values` of a day")
        return self

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
    def needed(self) -> list[str]:
        """List every column that a file must have."""
        named = [self.meter, self.datetime, self.date, self.time, self.value, self.production, *self.of_day]
        return [name for name in named if name is not None]


class Time(Part):
    """The meaning of the times in a file."""

    format: str | list[str]
    zone: str
    label: Literal["start", "end"] | None = None
    period_minutes: Literal[15, 30, 60]
    day_columns: Literal["elapsed", "clock"] = "elapsed"

    @property
    def formats(self) -> list[str]:
        """List the formats that a time may have; the first that fits counts."""
        return [self.format] if isinstance(self.format, str) else self.format

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in timezones():
            raise ValueError(f"`{value}` is no time zone. Give UTC, or an IANA name such as Europe/Berlin")
        return value

    @field_validator("format")
    @classmethod
    def _format_of_a_date(cls, value: str | list[str]) -> str | list[str]:
        for time_format in [value] if isinstance(value, str) else value:
            try:
                _try("select try_strptime('', ?)", time_format)
            except duckdb.Error as error:
                raise ValueError(f"`{time_format}` is no strptime format ({error})") from error
            directives = set(DIRECTIVE.findall(time_format))
            if not (directives & set("Yy") and ("j" in directives or ("d" in directives and directives & set("mbB")))):
                raise ValueError(f"`{time_format}` lacks the year, the month or the day, such as in %d.%m.%Y")
        if not value:
            raise ValueError("give one format at least, such as %Y-%m-%d %H:%M")
        return value


class Energy(Part):
    """The meaning of the numbers in a file."""

    unit: Literal["kWh", "Wh", "kW", "total kWh", "total Wh"]
    sign: Literal["consumption", "production", "net"] = "consumption"
    decimal: Literal[".", ","] = "."


def expect_one(part: Part, *keys: str) -> None:
    """Expect that one of some keys is given, and only one.

    Raises:
        ValueError: none is, or several are.
    """
    given = [key for key in keys if getattr(part, key) is not None]
    if len(given) != 1:
        raise ValueError(f"give one of `{'`, `'.join(keys)}`; here are {' and '.join(given) or 'none'}")


def pattern_with_one_group(value: str | None, found: str) -> str | None:
    """Check a regular expression that finds something in a file's name.

    Raises:
        ValueError: it is none, or has not one group.
    """
    try:
        _try("select regexp_extract('', ?, 1)", value or "()")
        groups = re.compile(value or "()").groups
    except (duckdb.Error, re.error) as error:
        raise ValueError(f"`{value}` is no regular expression ({error})") from error
    if groups != 1:
        raise ValueError(f"`{value}` has {groups} groups; put what is {found}, and only that, in ( )")
    return value


def _try(sql: str, text: str) -> None:
    """Try in DuckDB, which will work with it, whether it accepts a pattern or format."""
    with duckdb.connect() as connection:
        connection.execute(sql, [text])
