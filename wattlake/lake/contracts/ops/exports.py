"""Ops: what was loaded into sinks."""

from wattlake.lake.contracts.base import Contract, Utc, column, table


class Export(Contract):
    """One load of one sink, also one that failed."""

    sink: str = column("Sink: the name of its file in `sinks/`")
    started_at_utc: Utc = column("When the load began")
    kind: str = column("Kind of the sink", isin=["postgres", "delta", "files"])
    ended_at_utc: Utc = column("When it ended")
    status: str = column("How it ended; of one that failed nothing is in the sink", isin=["completed", "failed"])
    snapshot_id: int = column("Snapshot of the lake that the sink holds since", nullable=True)
    tables: int = column("Tables of which something was written", ge=0)
    slices: int = column("Days or months of tables that were replaced", ge=0)
    rows: int = column("Rows that were written", ge=0)
    message: str = column("What was loaded, or why it failed, in one sentence")
    run_id: str = column("Run that loaded it")

    class Config:
        metadata = table("ops.export", key=("sink", "started_at_utc"))
