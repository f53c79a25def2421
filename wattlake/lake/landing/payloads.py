"""Landing: payloads and files are archived unchanged, and their rows go to bronze once."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import polars as pl
import zstandard

from wattlake.lake.landing import archive_register
from wattlake.lake.sql import Connection, scalar
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake
from wattlake.lake.times import naive_utc


@dataclass(frozen=True)
class Origin:
    """The origin of landings.

    Attributes:
        source: the source's short name; ``bronze.<source>`` takes the rows.
        licence: the terms the source gives them under.
        fetched_at_utc: when we had them.
        run_id: the run that lands them.
        asked: what is to be known of the question whose answer files are; of files of an inbox, nothing.
        expects: looks within the transaction whether the landings may be, and raises where they may not.
    """

    source: str
    licence: str
    fetched_at_utc: datetime
    run_id: str
    asked: Mapping[str, Sequence[str]] | None = None
    expects: Callable[[Connection], None] | None = None

    @property
    def fetched_at(self) -> datetime:
        """The time of the fetch as the lake stores instants: UTC without an offset."""
        return naive_utc(self.fetched_at_utc)

    def archive_path(self, sha256: str, extension: str) -> str:
        """Give the path of the unchanged bytes, below the lake's data folder."""
        return f"landing/{self.source}/{self.fetched_at:%Y-%m-%d}/{'.'.join(filter(None, (sha256, extension)))}.zst"


@dataclass(frozen=True)
class Entry:
    """A landing to register; its size is in bytes, and rows not given are counted in bronze."""

    name: str
    extension: str
    sha256: str
    size: int
    licence: str
    mapping: str | None = None
    asked: Mapping[str, Sequence[str]] | None = None
    rows: int | None = None


def land_payload(
    lake: Lake,
    origin: Origin,
    name: str,
    body: bytes,
    extension: str,
    rows: pl.DataFrame,
    final_at_utc: datetime | None = None,
    asked: Mapping[str, Sequence[str]] | None = None,
    mapping: str | None = None,
) -> int:
    """Land one answer of an API.

    Args:
        lake: the lake.
        origin: where it comes from.
        name: the address asked, with its parameters.
        body: the answer, unchanged.
        extension: the kind of the answer, such as ``json``.
        rows: what the source reads in it, in the columns of the bronze table, all text.
        final_at_utc: from when on the answer no longer changes. The same bytes that came before then are no new rows,
            but that this is the last word is registered, so that nobody asks again.
        asked: what the source's reader must know of the question to read the answer again, by name.
        mapping: the name of the mapping that says what the rows mean, where they are cells.

    Returns:
        The number of rows landed: 0 where the same question has got the same bytes before. (Two zones can have the
        same answer, which is then one file in the archive and a landing for each.)
    """
    sha256 = hashlib.sha256(body).hexdigest()
    says_nothing_new = partial(_says_nothing_new, origin=origin, name=name, sha256=sha256, final_at_utc=final_at_utc)
    if says_nothing_new(lake.reader()):
        return 0
    storage = Storage(lake.settings)
    storage.write(origin.archive_path(sha256, extension), zstandard.compress(body))

    def step(connection: Connection) -> int:
        if says_nothing_new(connection):
            return 0
        landing_id = next_landing_id(connection, origin.source)
        if len(rows) and (question(name), sha256) not in landings_so_far(connection, origin.source):
            insert_answer(connection, origin, landing_id, rows)
        entry = Entry(name, extension, sha256, len(body), origin.licence, mapping, asked)
        return record(connection, storage, origin, {landing_id: entry})

    return lake.write(step, lock=origin.source)


def insert_answer(connection: Connection, origin: Origin, landing_id: int, rows: pl.DataFrame) -> None:
    """Insert the rows of an answer into bronze, within the caller's transaction."""
    connection.register("answer_rows", rows.to_arrow())
    connection.execute(
        f"insert into bronze.{origin.source} by name select *, ? as _landing_id, ? as _fetched_at_utc from answer_rows",
        [landing_id, origin.fetched_at],
    )


def is_final(connection: Connection, source: str, name: str, final_at_utc: datetime | None) -> bool:
    """Say whether a question was asked late enough for its answer to be the last word."""
    late_answers = "select count(*) from ops.landing where source = ? and ends_with(name, ?) and fetched_at_utc >= ?"
    return bool(final_at_utc and scalar(connection, late_answers, [source, question(name), naive_utc(final_at_utc)]))


def _says_nothing_new(
    connection: Connection, origin: Origin, name: str, sha256: str, final_at_utc: datetime | None
) -> bool:
    """Say whether an answer brings nothing new: the same bytes, and no news that they are final."""
    if (question(name), sha256) not in landings_so_far(connection, origin.source):
        return False
    is_last_word = final_at_utc is not None and origin.fetched_at_utc >= final_at_utc
    return not is_last_word or is_final(connection, origin.source, name, final_at_utc)


def record(connection: Connection, storage: Storage, origin: Origin, landings: dict[int, Entry]) -> int:
    """Write landings, by number, to the registers of lake and archive; count their rows."""
    if origin.expects:
        origin.expects(connection)
    register = pl.DataFrame(
        [
            {"landing_id": landing_id, "archive_path": origin.archive_path(entry.sha256, entry.extension)}
            | {"name": entry.name, "sha256": entry.sha256, "bytes": entry.size}
            | {"licence": entry.licence, "mapping": entry.mapping}
            | {"asked": None if entry.asked is None else json.dumps(dict(entry.asked)), "rows": entry.rows}
            for landing_id, entry in landings.items()
        ],
        schema={"landing_id": pl.Int64, "archive_path": pl.String, "name": pl.String, "sha256": pl.String}
        | {"bytes": pl.Int64, "licence": pl.String, "mapping": pl.String, "asked": pl.String, "rows": pl.Int64},
    )
    connection.register("landings", register.to_arrow())
    in_bronze = f"(select count(*) from bronze.{origin.source} as landed where landed._landing_id = landing_id)"
    rows = in_bronze if any(entry.rows is None for entry in landings.values()) else "rows"
    of_origin = f"landings.* replace ({rows} as rows), ? as source, ? as fetched_at_utc, ? as run_id"
    new_landings = f"create or replace temp table new_landing as select {of_origin} from landings"
    connection.execute(new_landings, [origin.source, origin.fetched_at, origin.run_id])
    connection.execute("insert into ops.landing by name from new_landing")
    if landings:
        archive_register.note(storage, connection, origin.source, "new_landing")
    return scalar(connection, "select sum(rows)::bigint from new_landing")


def landings_so_far(connection: Connection, source: str) -> set[tuple[str, str]]:
    """List the question and the hash of every landing of a source."""
    landed = connection.execute("select name, sha256 from ops.landing where source = ?", [source])
    return {(question(name), sha256) for name, sha256 in landed.fetchall()}


def question(name: str) -> str:
    """Give the question of an address, without the host that answers; of a file, its name."""
    return re.sub("^https?://[^/]*", "", name)


def next_landing_id(connection: Connection, source: str) -> int:
    """Give the number of a source's next landing."""
    return scalar(connection, "select max(landing_id) from ops.landing where source = ?", [source]) + 1
