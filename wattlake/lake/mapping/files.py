"""The common part of mappings of meters' and of plants' files."""

import re
from typing import ClassVar, Literal

from pydantic import Field, field_validator

from wattlake.lake.mapping.keys import Format
from wattlake.lake.mapping.part import DIRECTIVE, Part
from wattlake.lake.mapping.times import AnyTime


class Recognise(Part):
    """The first lines of files that are read by a layout without being told to.

    Attributes:
        header: columns that are all in one of their first lines, which is the header then.
        above: what the lines above the header say of all rows: each is a column of that name.
        file_name: a regular expression that fits in the files' names, where several kinds have one header.
    """

    header: list[str] = Field(min_length=1)
    above: list[str] = Field([])
    file_name: str = ""

    @field_validator("file_name")
    @classmethod
    def _regular_expression(cls, value: str) -> str:
        try:
            re.compile(value)
        except re.error as error:
            raise ValueError(f"`{value}` is no regular expression ({error})") from error
        return value


class FileMapping(Part):
    """The keys that mappings of meters' and of plants' files have in common.

    Attributes:
        name: what ``ops.landing`` calls it.
        provenance: whether the readings were measured, simulated or estimated.
        licence: the terms under which the files are given.
        recognise: how files are known that need no mapping of their own.
    """

    SOURCE: ClassVar[str]
    TABLE: ClassVar[str]

    name: str
    provenance: Literal["measured", "simulated", "estimated"] = "measured"
    licence: str = "The community's own"
    file: Format = Format()
    recognise: Recognise | None = None

    @property
    def ids(self) -> list[str]:
        """List the columns that hold ids, which are texts even where they look like numbers."""
        return []

    @field_validator("name")
    @classmethod
    def _name_of_letters(cls, value: str) -> str:
        if not re.fullmatch(r"[\w-]+", value):
            raise ValueError(f"`{value}` is no name; letters, digits, `-` and `_` make one")
        return value


def fault_of_times(time: AnyTime) -> str | None:
    """Tell what is wrong with the formats of times of day; ``None`` where nothing is."""
    for time_format in time.strptime_formats:
        directives = set(DIRECTIVE.findall(time_format))
        if not directives & set("HI"):
            return f"`time.format`: `{time_format}` lacks the hour, such as in %d.%m.%Y %H:%M"
        if "I" in directives and "p" not in directives:
            return f"`time.format`: `{time_format}` has hours to twelve (%I), but not which half of the day (%p)"
        if "z" in directives and time.zone != "UTC":
            return "`time.zone`: a format with %z says the distance to UTC itself, so the zone is UTC"
    return None
