"""The keys ``[energy]`` of a mapping of meter files: what its numbers mean."""

import re
from decimal import Decimal
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from wattlake.lake.mapping.part import Part, expect_different

TOTAL = "total "
FACTOR = re.compile(r"\d{1,6}(\.\d{1,9})?", re.ASCII)

Unit = Literal["kWh", "Wh", "MWh", "kW", "W", "MW", "total kWh", "total Wh", "total MWh"]


class Energy(Part):
    """The meaning of the numbers in a file."""

    unit: Unit | None = None
    sign: Literal["consumption", "production", "net"] = "consumption"
    decimal: Literal[".", ","] = "."
    thousands: Literal[",", ".", "'", " "] | None = None
    factor: str = "1"
    missing: list[str] = Field([])

    @field_validator("factor")
    @classmethod
    def _decimal_above_zero(cls, value: str) -> str:
        if not FACTOR.fullmatch(value) or Decimal(value) == 0:
            raise ValueError(f"`{value}` is no decimal above 0, such as 0.5 (six digits before the point, nine behind)")
        return value

    @model_validator(mode="after")
    def _that_go_together(self) -> Self:
        if self.thousands == self.decimal:
            raise ValueError(f"`thousands` and `decimal` are both `{self.decimal}`: a number would have two meanings")
        if self.missing:
            expect_different("missing", self.missing)
        return self
