"""Ops: what Wattlake did. Given, never rebuilt (but for reconciliation, which a full rebuild counts anew)."""

from wattlake.lake.contracts import Contract, Utc, column, table


class Landing(Contract):
    """One payload or file that was landed: archived unchanged, its rows in bronze."""

    source: str = column("Source the payload is of")
    landing_id: int = column("Number of the landing within its source, in the order they were committed", ge=1)
    name: str = column("Address asked, with parameters, or name of the file")
    archive_path: str = column("Where the unchanged bytes are, below the lake's data folder")
    sha256: str = column("SHA-256 of the unchanged bytes, in hexadecimal")
    fetched_at_utc: Utc = column("When we had it")
    bytes: int = column("Size of the unchanged bytes", "B", ge=0)
    rows: int = column("Rows it gave to bronze", ge=0)
    licence: str = column("Terms the source gives it under")
    run_id: str = column("Run that landed it")
    mapping: str = column("Mapping that a meter file is read by; null where it needs none", nullable=True)
    asked: str = column("What its reader must know of the question, as JSON; null of files", nullable=True)

    class Config:
        metadata = table("ops.landing", key=("source", "landing_id"))


class Refusal(Contract):
    """One question that an API refused; it is not asked anew before a day has passed."""

    source: str = column("Source that was asked")
    name: str = column("Address asked, with parameters")
    status: int = column("Status of the answer, such as 400", ge=400, le=599)
    refused_at_utc: Utc = column("When it was refused")
    run_id: str = column("Run that asked")

    class Config:
        metadata = table("ops.refusal", key=("source", "name"))


class Mapping(Contract):
    """One mapping: how the meter files of one kind are to be read."""

    name: str = column("Name of the mapping")
    content: str = column("The mapping itself, in TOML, as it was when files were last landed with it")
    stored_at_utc: Utc = column("When it was stored")

    class Config:
        metadata = table("ops.mapping", key=("name",))


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


class Model(Contract):
    """One model that was trained, how good it was on days it had not seen, and whether it was promoted."""

    model_id: int = column("Number of the model, in the order they were trained", ge=1)
    target: str = column("What it forecasts", isin=["consumption", "production", "price"])
    forecaster: str = column("Name of the forecaster whose model it is")
    trained_at_utc: Utc = column("When it was trained")
    known_until_utc: Utc = column("Nothing known later entered it; it serves forecasts issued since")
    trained_from_utc: Utc = column("Start of the history it was trained on")
    trained_to_utc: Utc = column("End of that, excluded; what follows was held out to judge it on")
    issue_hour: int = column(
        "Hour of the day in UTC at which the forecasts are issued that it was trained for", "h", ge=0, le=23
    )
    late_slots: int = column("So many slots before an issue it was trained to do without, for they come late", ge=0)
    series: int = column("Members, or prices, that it was trained on", ge=1)
    parameters: str = column("Parameters of its training, as JSON")
    features: str = column("Names of its features, as JSON")
    metrics: str = column("How good it was on the days held out, as JSON")
    status: str = column("Whether it serves from then on", isin=["promoted", "rejected"])
    why: str = column("Against whom it was judged, and how it came out")
    artifact_path: str = column("Where the model is, below the lake's data folder")
    sha256: str = column("SHA-256 of the model, in hexadecimal")
    run_id: str = column("Run that trained it")

    class Config:
        metadata = table("ops.model", key=("model_id",))
