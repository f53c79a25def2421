"""Ops: runs, how far each table is built, and what was checked."""

from wattlake.lake.contracts.base import Contract, Utc, column, table


class Progress(Contract):
    """How far the build of one table has come."""

    table_name: str = column("Table that is built")
    landing_id: int = column("Silver: the newest landing the table holds", nullable=True)
    snapshot_id: int = column("Gold: the snapshot up to which every change has arrived in the table", nullable=True)
    target_snapshot_id: int = column("Gold: the snapshot an unfinished build works towards", nullable=True)
    done_to_utc: Utc = column("Gold: the period up to which the unfinished build has come", nullable=True)
    fingerprint: str = column("Hash of what the table is made by; another one means a full rebuild")

    class Config:
        metadata = table("ops.progress", key=("table_name",))


class Reconciliation(Contract):
    """What one build made of the readings of one silver table: none is dropped in silence."""

    build_id: str = column("Build that read them")
    source: str = column("Source of the readings")
    table_name: str = column("Silver table")
    landed: int = column("Readings landed, counted after unpivoting", ge=0)
    superseded: int = column("Readings replaced by a later landing's", ge=0)
    repeated: int = column("Further copies of an equal reading in the same landing", ge=0)
    quarantined: int = column("Readings set aside with a reason", ge=0)
    rows_read: int = column("Rows that the readings were read from", ge=0)
    first_landing_id: int = column("First of the landings that they came with", ge=1)
    rounded: int = column("Readings of more than six decimals of a kWh that were rounded, half to even", ge=0)

    class Config:
        metadata = table("ops.reconciliation", key=("build_id", "table_name", "first_landing_id"))


class Run(Contract):
    """One run of a flow or a command."""

    run_id: str = column("Identifier of the run")
    name: str = column("Flow or command")
    started_at_utc: Utc = column("When it started")
    ended_at_utc: Utc = column("When it ended; nobody knows of one that was broken off", nullable=True)
    status: str = column("How it ended; `broken off`: its process died", isin=["completed", "failed", "broken off"])
    rows_landed: int = column("Rows it landed", ge=0)
    rows_built: int = column("Rows it wrote to silver and gold; unknown of one broken off", ge=0, nullable=True)
    rows_forecast: int = column("Forecast rows it issued; unknown of one broken off", ge=0, nullable=True)
    message: str = column("What it did, or why it failed, in one sentence")

    class Config:
        metadata = table("ops.run", key=("run_id",))


class CheckResult(Contract):
    """One check of one table in one build, also in one that was rolled back."""

    build_id: str = column("Build that was checked")
    checked_at_utc: Utc = column("When the check ran")
    check_name: str = column("Check")
    table_name: str = column("Table")
    severity: str = column("fail rolls the build back, warn is recorded", isin=["fail", "warn"])
    rows_seen: int = column("Rows the check looked at", ge=0)
    rows_failing: int = column("Rows that failed it", ge=0)
    keys: str = column("Keys of up to 100 failing rows, as JSON", nullable=True)
    dimension: str = column(
        "What the check judges", isin=["completeness", "validity", "uniqueness", "timeliness", "consistency"]
    )

    class Config:
        metadata = table("ops.check_result", key=("build_id", "check_name", "table_name"))


class Transformation(Contract):
    """What one transaction of a build did with one table of the project's own."""

    build_id: str = column("Transaction of the build")
    built_at_utc: Utc = column("When the build began")
    table_name: str = column("Table of the project")
    rows_in: int = column("Rows of the tables it reads, of the landings or days that were built", ge=0)
    rows_out: int = column("Rows written", ge=0)
    set_aside: int = column("Rows set aside with a reason", ge=0)
    seconds: float = column("Seconds that it took", "s", ge=0)

    class Config:
        metadata = table("ops.transformation", key=("build_id", "table_name"))
