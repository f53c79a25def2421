"""A check that is written in SQL, as a value."""

from dataclasses import dataclass

from wattlake.lake.contracts.promises import Dimension, Severity


@dataclass(frozen=True)
class SqlCheck:
    """A file of checks: the SELECT of wrong rows, and the table that they are told of."""

    name: str
    table: str
    severity: Severity
    dimension: Dimension
    sql: str
