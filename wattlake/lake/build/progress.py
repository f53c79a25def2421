"""Read and store how far the build of each table has come, in ``ops.progress``."""

from collections.abc import Mapping
from dataclasses import astuple, dataclass, fields
from datetime import datetime

from wattlake.lake.sql import Connection

GOLD = "gold"
"""The row of ``ops.progress`` that stands for all of gold: it is complete up to one snapshot."""

MARKET = "market"
"""The row of ``ops.progress`` that stands for the ledger: what changed up to one snapshot is settled."""

CHECKS = "checks"
"""The row of ``ops.progress`` that stands for the checks of a project: those that the newest build passed."""


NOT_BUILT = "it is not built yet, or all is built anew"
MADE_DIFFERENTLY = "its SQL, settings, contract or code changed"


@dataclass(frozen=True)
class Progress:
    """The progress of one table: a row of ``ops.progress`` without the table's name.

    Attributes:
        landing_id: silver: the newest landing that the table has read.
        snapshot_id: gold, market: the snapshot up to which all changes are built.
        target_snapshot_id: gold, market: the snapshot that an unfinished build brings the tables to.
        done_to_utc: gold, market: the period up to which the unfinished build has come.
        fingerprint: hash of the SQL, settings, contract and code that made the table.
    """

    landing_id: int | None = None
    snapshot_id: int | None = None
    target_snapshot_id: int | None = None
    done_to_utc: datetime | None = None
    fingerprint: str = ""

    @property
    def reason_to_make(self) -> str:
        """Give the reason to make a table that is not as it would be made today."""
        return MADE_DIFFERENTLY if self.fingerprint else NOT_BUILT

    @property
    def at(self) -> tuple[object, ...]:
        """Give the point that an unfinished build of gold has reached."""
        return self.snapshot_id, self.target_snapshot_id, self.done_to_utc


def read_progress(connection: Connection) -> dict[str, Progress]:
    """Read the stored progress of every table."""
    names = ", ".join(field.name for field in fields(Progress))
    rows = connection.execute(f"select table_name, {names} from ops.progress").fetchall()
    return {table: Progress(*values) for table, *values in rows}


def write_progress(connection: Connection, progress: Mapping[str, Progress]) -> None:
    """Store the progress of every table, in the transaction that made it."""
    connection.execute("delete from ops.progress")
    rows = [(table, *astuple(values)) for table, values in sorted(progress.items())]
    places = ", ".join("(?, ?, ?, ?, ?, ?)" for _ in rows)
    connection.execute(f"insert into ops.progress values {places}", [value for row in rows for value in row])


def forget_progress(connection: Connection) -> None:
    """Make the next build a full one: every table then counts as made differently from today."""
    connection.execute("delete from ops.progress")
