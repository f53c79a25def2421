"""The keys ``[time]`` of a mapping of meter files: what its times mean."""

import re
from typing import ClassVar, Literal, Self

from pydantic import field_validator, model_validator

from wattlake.lake.mapping.part import Part, expect_date, expect_different, known_zone

EPOCHS = {"epoch s": 1_000_000, "epoch ms": 1_000, "epoch us": 1}
"""The formats of times that count from 1970 in UTC, with the microseconds of what they count."""

ISO = "iso"
STEPS = "steps"
HOURS = {"0-23": (0, 23), "1-24": (1, 24), "1-25": (1, 25)}
"""The numbers of hours of a day: the first and the last one."""

DAY_MONTH = re.compile(r"(?<![Yy][/-])%(-?)([dm])([/-])%(-?)([dm])")
"""Where day and month may change places: between dots the day is first everywhere, behind a year the month is."""

LONGEST_STEP_S = 3600
DAY_S = 86_400

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

    @property
    def swapped_formats(self) -> list[str]:
        """List the formats with day and month the other way round, of those in which they may be."""
        return [swapped for time_format in self.strptime_formats if (swapped := swapped_order(time_format))]

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
                expect_date(time_format)
        if not value:
            raise ValueError("give one format at least, such as %Y-%m-%d %H:%M")
        _expect_one_order([value] if isinstance(value, str) else value)
        return value


class WrittenTime(AnyTime):
    """The meaning of times that may be in the form of ISO 8601, or counted from 1970."""

    WORDS: ClassVar[frozenset[str]] = frozenset((*EPOCHS, ISO))

    @model_validator(mode="after")
    def _words_that_stand_alone(self) -> Self:
        if isinstance(self.format, list) and len(self.formats) != len(self.strptime_formats):
            raise ValueError(f"`format`: {', '.join(EPOCHS)} and {ISO} stand alone, in no list of formats")
        if self.formats[0] in EPOCHS and self.zone != "UTC":
            raise ValueError(f"`zone`: `{self.formats[0]}` counts in UTC, so the zone is UTC")
        return self


class Time(WrittenTime):
    """The meaning of the times in a file of meters."""

    period_minutes: Period | None = None
    suffix: list[str] | None = None
    between: str | None = None
    hours: Literal["0-23", "1-24", "1-25"] | None = None

    @model_validator(mode="after")
    def _that_go_together(self) -> Self:
        if self.suffix is not None:
            expect_different("suffix", self.suffix)
        if self.between is not None and not self.between:
            raise ValueError("`between` is the text between the two times of a cell, such as ` - `; it is not empty")
        return self


def swapped_order(time_format: str) -> str:
    """Write a format with day and month the other way round; empty where that cannot be meant."""
    swapped = DAY_MONTH.sub(r"%\4\5\3%\1\2", time_format)
    return "" if swapped == time_format else swapped


def _expect_one_order(formats: list[str]) -> None:
    both = next((written for written in formats if swapped_order(written) in formats), "")
    if both:
        raise ValueError(
            f"`{both}` and `{swapped_order(both)}` read a date up to the 12th in two ways; give one of them, and the "
            "files of the other a folder and a mapping of their own"
        )
