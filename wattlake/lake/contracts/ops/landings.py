"""Ops: payloads that were landed, files that were taken, questions refused, and mappings."""

from wattlake.lake.contracts.base import Contract, Utc, column, table


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


class TakenFile(Contract):
    """One file of an inbox that was taken, and is not read again as long as it is the same."""

    source: str = column("Source whose inbox it is in")
    inbox: str = column("Where the inbox is, without what opens it")
    name: str = column("Path of the file below the inbox")
    bytes: int = column("Size of the file", "B", ge=0)
    changed: str = column("Time of its last change or its etag, as its file system says it")
    taken_at_utc: Utc = column("When it was taken")
    run_id: str = column("Run that took it")

    class Config:
        metadata = table("ops.taken_file", key=("source", "inbox", "name"))


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
