"""What a load did: by table, as a sentence, and as a row of ``ops.export``."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from wattlake.lake.contracts import listed
from wattlake.lake.sinks.description import Sink
from wattlake.lake.sinks.differences import Difference
from wattlake.lake.store.lake import Lake
from wattlake.lake.times import naive_utc


@dataclass(frozen=True)
class LoadedTable:
    """What a load did to one table.

    Attributes:
        difference: the slices that were replaced.
        rows: how many rows were written.
        seconds: how long it took.
        done: how many tables of the sink are loaded.
        total: how many tables the sink takes.
    """

    difference: Difference
    rows: int
    seconds: float
    done: int
    total: int


@dataclass(frozen=True)
class Load:
    """What a load did."""

    sink: Sink
    snapshot_id: int
    tables: Sequence[LoadedTable]
    remark: str

    @property
    def changed(self) -> list[LoadedTable]:
        """List the tables of which something was replaced."""
        return [each for each in self.tables if each.difference.slices]

    def __str__(self) -> str:
        """Say it in a sentence, or two where something is to be remarked."""
        changed = self.changed
        if not changed:
            return f"{self.sink.name}: nothing was new.{self.remark}"
        rows, slices = sum(each.rows for each in changed), sum(len(each.difference.slices) for each in changed)
        return (
            f"{self.sink.name}: {rows:,} rows in {slices:,} slices of {len(changed)} tables, as of snapshot "
            f"{self.snapshot_id}.{self.remark}"
        )


def record(lake: Lake, sink: Sink, run_id: str, now_utc: datetime, seconds: float, outcome: Load | str) -> None:
    """Store the row of a load: of what it did, or of why it failed."""
    is_whole = isinstance(outcome, Load)
    changed = outcome.changed if isinstance(outcome, Load) else []
    values = [
        sink.name,
        naive_utc(now_utc),
        sink.kind,
        naive_utc(now_utc + timedelta(seconds=seconds)),
        "completed" if is_whole else "failed",
        outcome.snapshot_id if isinstance(outcome, Load) else None,
        len(changed),
        sum(len(each.difference.slices) for each in changed),
        sum(each.rows for each in changed),
        str(outcome),
        run_id,
    ]
    insert = f"insert into ops.export ({listed('ops.export')}) values ({', '.join('?' for _ in values)})"
    lake.write(lambda connection: connection.execute(insert, values))
