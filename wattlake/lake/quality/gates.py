"""Gates: what a contract promises, as queries that one statement counts for a whole table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from wattlake.lake.contracts.promises import Dimension, Severity
from wattlake.lake.quality.results import CheckResult, failing_keys
from wattlake.lake.quality.written import Landings, Written
from wattlake.lake.sql import Connection


class Rows(NamedTuple):
    """The relations that the gates of a table look at.

    Attributes:
        written: the rows that were written, or those in memory that are about to be.
        older: the rows of other landings that stay beside them and may share a key or an hour; empty where none can.
        have_own_keys: whether whoever chose them has looked already, and no two of them can share a key.
    """

    written: str
    older: str = ""
    have_own_keys: bool = False


def rows_in(table: str, written: Written) -> Rows:
    """Name the written rows of a table where they stand in it."""
    older = f"(from {table} where not ({written.condition}))" if isinstance(written, Landings) else ""
    return Rows(f"(from {table} where {written.condition})", older)


@dataclass(frozen=True)
class Gate:
    """A promise that more than single rows keep or break.

    Attributes:
        name: what holds, in words.
        looked_at: the query of the things looked at, each with whether it ``is_broken``.
        dimension: what it judges.
        severity: what a broken promise leads to.
        weight: how much one of the things counts.
    """

    name: str
    looked_at: str
    dimension: Dimension
    severity: Severity = "fail"
    weight: str = "1"

    @property
    def counted(self) -> str:
        """Write the query of how much was looked at, and how much of it is broken."""
        return (
            f"select coalesce(sum({self.weight}), 0)::bigint as seen, "
            f"coalesce(sum({self.weight}) filter (where is_broken), 0)::bigint as failing from ({self.looked_at})"
        )

    def result(self, connection: Connection, table: str, seen: int, failing: int) -> CheckResult:
        """Make the result of what was counted, with the first things that are broken."""
        broken = f"select * exclude (is_broken) from ({self.looked_at}) where is_broken"
        keys = failing_keys(connection, broken) if failing else None
        return CheckResult(self.name, table, self.severity, seen, failing, keys, self.dimension)


def answers(connection: Connection, queries: Sequence[str]) -> list[tuple[Any, ...]]:
    """Answer queries of one row each in one statement: it is the statements that cost."""
    if not queries:
        return []
    packed = ", ".join(f"(select row(*columns(*)) from ({query})) as answer_{i}" for i, query in enumerate(queries))
    return list(connection.execute(f"select {packed}").fetchall()[0])
