"""The keys ``[time]`` of a mapping of meter files: what its times mean."""

import re
from typing import ClassVar, Literal, Self

import duckdb
from pydantic import field_validator, model_validator

from wattlake.lake.mapping.part import Part, expect_accepted, expect_different, known_zone

DIRECTIVE = re.compile(r"%-?([A-Za-z%])")
EPOCHS = {"epoch s": 1_000_000, "epoch ms": 1_000, "epoch us": 1}
"""The formats of times that count from 1970 in UTC, with the microseconds of what they count."""

ISO = "iso"
STEPS = "steps"
HOURS = {"0-23": (0, 23), "1-24": (1, 24), "1-25": (1, 25)}
"""The numbers of hours of a day: the first and the last one."""

Period = Literal[1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60, "steps"]


class AnyTime(Part):
    """The meaning of times, in files of meters and of plants.

    Attributes:
        WORDS: the formats that are named by a word, not written as strptime has them.
    """

    WORDS: ClassVar[frozenset[str]] = frozenset()

    format: str | list[str]
    zone: str
    label: Literal["start", "end"] | None = None
    day_columns: Literal["elapsed", "clock"] = "elapsed"

    @property
    def formats(self) -> list[str]:
        """List the formats that a time may have; the first that fits counts."""
        return [self.format] if isinstance(self.format, str) else self.format

    @property
    def strptime_formats(self) -> list[str]:
        """List those of the formats that are written as strptime has them."""
        return [time_format for time_format in self.formats if time_format not in self.WORDS]

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        known_zone(value)
        return value

    @field_validator("format")
    @classmethod
    def _format_of_a_date(cls, value: str | list[str]) -> str | list[str]:
        for time_format in [value] if isinstance(value, str) else value:
            if time_format not in cls.WORDS:
                _expect_date(time_format)
        if not value:
            raise ValueError("give one format at least, such as %Y-%m-%d %H:%M")
        return value


class Time(AnyTime):
    """The meaning of the times in a file of meters."""

    WORDS: ClassVar[frozenset[str]] = frozenset((*EPOCHS, ISO))

    period_minutes: Period | None = None
    suffix: list[str] | None = None
    between: str | None = None
    hours: Literal["0-23", "1-24", "1-25"] | None = None

    @model_validator(mode="after")
    def _that_go_together(self) -> Self:
        if isinstance(self.format, list) and len(self.formats) != len(self.strptime_formats):
            raise ValueError(f"`format`: {', '.join(EPOCHS)} and {ISO} stand alone, in no list of formats")
        if self.formats[0] in EPOCHS and self.zone != "UTC":
            raise ValueError(f"`zone`: `{self.formats[0]}` counts in UTC, so the zone is UTC")
        if self.suffix is not None:
            expect_different("suffix", self.suffix)
        if self.between is not None and not self.between:
            raise ValueError("`between` is the text between the two times of a cell, such as ` - `; it is not empty")
        return self


def _expect_date(time_format: str) -> None:
    try:
        expect_accepted("select try_strptime('', ?)", time_format)
    except duckdb.Error as error:
        raise ValueError(f"`{time_format}` is no strptime format ({error})") from error
    directives = set(DIRECTIVE.findall(time_format))
    if not (directives & set("Yy") and ("j" in directives or ("d" in directives and directives & set("mbB")))):
        raise ValueError(f"`{time_format}` lacks the year, the month or the day, such as in %d.%m.%Y")
