"""Landing: every payload and file is archived unchanged and its rows go to bronze, exactly once."""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime

import polars as pl
import zstandard

from lake.catalog import Lake
from lake.connection import Connection, scalar
from lake.storage import Storage


@dataclass(frozen=True)
class Origin:
    """Where landings come from.

    Attributes:
        source: the source's short name; ``bronze.<source>`` takes the rows.
        licence: the terms the source gives them under.
        fetched_at_utc: when we had them.
        run_id: the run that lands them.
    """

    source: str
    licence: str
    fetched_at_utc: datetime
    run_id: str

    @property
    def fetched_at(self) -> datetime:
        """The fetch as the lake stores instants: UTC without an offset."""
        return self.fetched_at_utc.astimezone(UTC).replace(tzinfo=None)

    def archive_path(self, sha256: str, extension: str) -> str:
        """Where the unchanged bytes go, below the lake's data folder."""
        return f"landing/{self.source}/{self.fetched_at:%Y-%m-%d}/{sha256}.{extension}.zst"


def land_payload(lake: Lake, origin: Origin, name: str, body: bytes, extension: str, rows: pl.DataFrame) -> int:
    """Land one answer of an API.

    Args:
        lake: the lake.
        origin: where it comes from.
        name: the address asked, with its parameters.
        body: the answer, unchanged.
        extension: the kind of the answer, such as ``json``.
        rows: what the source reads in it, in the columns of the bronze table, all text.

    Returns:
        How many rows were landed: 0 where the same question has got the same bytes before. (Two zones can have the
        same answer, which is then one file in the archive and a landing for each.)
    """
    sha256 = hashlib.sha256(body).hexdigest()
    if (_question(name), sha256) in landings_so_far(lake.reader(), origin.source):
        return 0
    Storage(lake.settings).write(origin.archive_path(sha256, extension), zstandard.compress(body))

    def step(connection: Connection) -> int:
        if (_question(name), sha256) in landings_so_far(connection, origin.source):
            return 0
        landing_id = next_landing_id(connection, origin.source)
        connection.register("answer_rows", rows.to_arrow())
        connection.execute(
            f"insert into bronze.{origin.source} by name "
            "select *, ? as _landing_id, ? as _fetched_at_utc from answer_rows",
            [landing_id, origin.fetched_at],
        )
        return record(connection, origin, {landing_id: (name, extension, sha256, len(body))})

    return lake.write(step, lock=origin.source)


def is_final(lake: Lake, source: str, name: str, final_at_utc: datetime | None) -> bool:
    """Whether a question was asked before, late enough for its answer to be the last word."""
    if final_at_utc is None:
        return False
    asked = "select count(*) from ops.landing where source = ? and ends_with(name, ?) and fetched_at_utc >= ?"
    final_at = final_at_utc.astimezone(UTC).replace(tzinfo=None)
    return scalar(lake.reader(), asked, [source, _question(name), final_at]) > 0


def record(connection: Connection, origin: Origin, landings: dict[int, tuple[str, str, str, int]]) -> int:
    """Write landings (by id: name, extension, hash, bytes) to the register and say how many rows they have."""
    register = pl.DataFrame(
        [
            (landing_id, name, origin.archive_path(sha256, extension), sha256, size)
            for landing_id, (name, extension, sha256, size) in landings.items()
        ],
        schema=["landing_id", "name", "archive_path", "sha256", "bytes"],
        orient="row",
    )
    connection.register("landings", register.to_arrow())
    connection.execute(
        f"""
        insert into ops.landing by name
        select
            landings.*, ? as source, ? as fetched_at_utc, ? as licence, ? as run_id,
            (select count(*) from bronze.{origin.source} as landed where landed._landing_id = landing_id) as rows
        from landings
        """,
        [origin.source, origin.fetched_at, origin.licence, origin.run_id],
    )
    first, last = min(landings, default=0), max(landings, default=0)
    landed = f"select sum(rows) from ops.landing where source = ? and landing_id between {first} and {last}"
    return scalar(connection, landed, [origin.source])


def landings_so_far(connection: Connection, source: str) -> set[tuple[str, str]]:
    """The question and the hash of every landing of a source."""
    landed = connection.execute("select name, sha256 from ops.landing where source = ?", [source]).fetchall()
    return {(_question(name), sha256) for name, sha256 in landed}


def _question(name: str) -> str:
    """What an address asks, whichever host answers; of a file, its name."""
    return re.sub("^https?://[^/]*", "", name)


def next_landing_id(connection: Connection, source: str) -> int:
    """The number of a source's next landing."""
    return scalar(connection, "select max(landing_id) from ops.landing where source = ?", [source]) + 1
