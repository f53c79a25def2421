"""The keys ``[file]`` of a mapping: how a file is cut into rows and cells."""

import codecs

from pydantic import Field, field_validator

from wattlake.lake.mapping.part import Part


class Format(Part):
    """The layout of a file: says how its text is cut into cells when it is landed."""

    delimiter: str = Field(",", min_length=1, max_length=1)
    encoding: str = "utf-8"
    header: bool = True
    skip_lines: int = Field(0, ge=0)
    footer_lines: int = Field(0, ge=0)
    units_line: bool = False
    sheet: str | None = Field(None, min_length=1)
    records: str | None = Field(None, min_length=1)

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, value: str) -> str:
        try:
            codecs.lookup(value)
        except LookupError as error:
            raise ValueError(f"`{value}` is no encoding. Give one such as utf-8, cp1252 or utf-16") from error
        return value
