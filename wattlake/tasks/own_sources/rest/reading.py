"""What a file says of the rows of an answer; it stands with each landing, to read it again."""

from typing import Literal, Self

from pydantic import Field, model_validator

from wattlake.lake.mapping.part import Part


class Series(Part):
    """Values that are numbered from a start: their time is that many steps after it.

    Attributes:
        start: where the start of the series stands, an instant in the form of ISO 8601.
        step: where the length of a step stands, a duration such as ``PT15M``.
        position: where the number of a value stands, from 1.
        end: where the end of the series stands.
        omitted: what holds where a number is left out: the value before it, up to the series' end.
    """

    start: str
    step: str
    position: str
    end: str = ""
    omitted: Literal["", "repeat"] = ""

    @model_validator(mode="after")
    def _that_ends(self) -> Self:
        if self.omitted and not self.end:
            raise ValueError("`omitted` needs `end`: up to where does the last value hold?")
        return self


class Rows(Part):
    """Where the rows of an answer stand, and what of them is wanted.

    Paths of JSON are names with dots between them, from the row on, or from the whole answer after ``$.``; those of XML
    are names with slashes, ``..`` for what is around, ``@`` before an attribute.

    Attributes:
        format: of the answer.
        path: to the list of rows, or to the elements that are rows.
        columns: where each column stands in a row; by default all that the row has.
        optional: columns that a row may lack.
        constants: columns that are the same for all rows of an answer.
        only: what must stand at some paths of a row that is wanted.
        nothing: what an answer has that says there is nothing: its first element in XML, a path in JSON.
        series: how the times of rows are counted, which are columns ``start`` and ``minutes`` then.
        delimiter: of CSV.
    """

    format: Literal["json", "csv", "xml"] = "json"
    path: str = ""
    columns: dict[str, str] = Field({})
    optional: list[str] = Field([])
    constants: dict[str, str] = Field({})
    only: dict[str, str] = Field({})
    nothing: str = ""
    series: Series | None = None
    delimiter: str = Field(",", min_length=1, max_length=1)

    @model_validator(mode="after")
    def _that_go_together(self) -> Self:
        if self.format == "xml" and not (self.path and self.columns):
            raise ValueError("XML needs `path`, the elements that are rows, and `columns`, what of them is wanted")
        if self.format == "csv" and (self.path or self.nothing):
            raise ValueError("`path` and `nothing` are of JSON and XML; a CSV's rows are its lines")
        if strange := [name for name in self.optional if self.columns and name not in self.columns]:
            raise ValueError(f"`optional` has `{strange[0]}`, which is none of the `columns`")
        return self


class Reading(Part):
    """How an answer is read: its rows, whether they are mapped, and whether it has pages."""

    rows: Rows
    is_mapped: bool
    has_pages: bool
    may_be_empty: bool
