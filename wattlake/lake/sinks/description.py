"""What a sink is, as a file ``sinks/NAME.toml`` of the project folder describes it."""

import re
from datetime import timedelta
from functools import cached_property
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    field_validator,
)

from wattlake.lake.addresses import Address

LONGEST_NAME_BYTES = 63
EVERY = re.compile(r"every (\d+) (hour|day)s?")


def _expect_short(name: str) -> str:
    if len(name.encode()) > LONGEST_NAME_BYTES:
        raise ValueError(f"`{name}` is longer than {LONGEST_NAME_BYTES} bytes. Choose a shorter name")
    return name


Name = Annotated[str, StringConstraints(min_length=1, pattern=r"^[^\x00]+$"), AfterValidator(_expect_short)]
"""A name in somebody's database; PostgreSQL cuts longer ones."""


class TableOptions(BaseModel):
    """How one table arrives where that is not as it is in the lake.

    Attributes:
        name: its name there.
        columns: the columns that are wanted, in order; or the names that they have there, with those they have here.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: Name | None = None
    columns: list[str] | dict[Name, str] | None = None


class Sink(BaseModel):
    """A sink, as its file describes it.

    Attributes:
        name: of its file.
        kind: of place that it is.
        address: of that place, its credentials filled in.
        namespace: the schema (PostgreSQL) that holds its tables.
        when: ``build``, ``hand``, or ``every 6 hours``.
        tables: those that are wanted; all of the warehouse by default.
        table: by table, how it arrives where that is not as it is.
        options: what else opens the place, by the names that its library has.
        format: of files.
        wait_seconds: how long it waits for somebody's lock.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
    name: str
    kind: Literal["postgres", "delta", "files"]
    address: Address
    namespace: Name = Field("wattlake", alias="schema")
    when: str = "build"
    tables: list[str] = []
    table: dict[str, TableOptions] = {}
    options: dict[str, SecretStr] = {}
    format: Literal["parquet", "csv"] = "parquet"
    wait_seconds: int = Field(30, ge=1, le=3600)

    @field_validator("when")
    @classmethod
    def _known_occasion(cls, value: str) -> str:
        if value not in ("build", "hand") and not EVERY.fullmatch(value):
            raise ValueError(f"`{value}` is none. Write build, hand, or every 6 hours (or days)")
        return value

    @cached_property
    def every(self) -> timedelta | None:
        """How often it is loaded by the clock; ``None`` where the clock has no part in it."""
        given = EVERY.fullmatch(self.when)
        return timedelta(**{f"{given[2]}s": int(given[1])}) if given else None
