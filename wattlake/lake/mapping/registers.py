"""A mapping of the community's register: which column holds what of a member."""

from typing import ClassVar, Literal, Self

from pydantic import Field, field_validator, model_validator

from wattlake.lake.mapping.part import Part, expect_date
from wattlake.lake.mapping.translated import TranslatedColumns, TranslatedMapping


class RegisterColumns(TranslatedColumns):
    """The columns of a register's file, by the columns of the register's own layout.

    One that is not given is looked for under its own name.
    """

    member_id: str
    meter_id: str | None = None
    production_meter_id: str | None = None
    zone: str | None = None
    latitude: str | None = None
    longitude: str | None = None
    panel_kwp: str | None = None
    tilt_degrees: str | None = None
    azimuth_degrees: str | None = None
    member_type: str | None = None
    valid_from: str | None = None
    left: str | None = None
    sharing_weight: str | None = None
    connection_kw: str | None = None


class Notation(Part):
    """How a register's file writes numbers and days."""

    decimal: Literal[".", ","] = "."
    date_format: str = "%Y-%m-%d"

    @field_validator("date_format")
    @classmethod
    def _format_of_a_date(cls, value: str) -> str:
        expect_date(value)
        return value


class RegisterMapping(TranslatedMapping):
    """A mapping of registers: says how to read the members in files of one kind."""

    SOURCE: ClassVar[str] = "members"
    TABLE: ClassVar[str] = "silver.member"

    columns: RegisterColumns
    always: dict[str, str] = Field({})
    notation: Notation = Field(Notation(), alias="register")
    member_types: dict[str, Literal["consumer", "prosumer"]] = Field({})

    @model_validator(mode="after")
    def _that_goes_together(self) -> Self:
        unknown = [name for name in self.always if name not in RegisterColumns.model_fields]
        if unknown:
            known = "`, `".join(RegisterColumns.model_fields)
            raise ValueError(f"`always.{unknown[0]}` is nothing of a register, which has `{known}`")
        twice = [name for name in self.always if getattr(self.columns, name) is not None]
        if twice:
            raise ValueError(f"`{twice[0]}` is both in `columns` and in `always`; give one of them")
        return self

    @property
    def decimal_mark(self) -> str:
        """Give the decimal mark of the numbers."""
        return self.notation.decimal

    @property
    def ids(self) -> list[str]:
        """List the columns that hold ids."""
        given = (self.columns.member_id, self.columns.meter_id, self.columns.production_meter_id)
        return [name for name in given if name is not None]


def register_parameters(mapping: RegisterMapping) -> dict[str, object]:
    """Give the parameters of ``sql/steps/mapping/register_row.sql``."""
    names = RegisterColumns.model_fields
    columns = {f"{name}_column": getattr(mapping.columns, name) or name for name in names}
    types = mapping.member_types or {" ": "consumer"}
    return {
        **columns,
        **{f"all_{name}": mapping.always.get(name) for name in names},
        "member_types": [{"k": text.lower(), "v": meaning} for text, meaning in types.items()],
        "formats": [mapping.notation.date_format],
        "decimal_mark": mapping.decimal_mark,
        "provenance": mapping.provenance,
    }
