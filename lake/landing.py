"""Landing: every payload and file is archived unchanged and its rows go to bronze, exactly once."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import duckdb
import fsspec
import polars as pl
import zstandard

from lake.catalog import Connection, Lake, named, quoted, scalar
from lake.contracts import columns
from lake.storage import Storage

BATCH_BYTES = 256 * 1024**2
READ_BYTES = 1024**2


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


@dataclass
class File:
    """A file to land: where it is, the hash of its bytes, and the columns it has."""

    path: Path
    sha256: str
    header: tuple[str, ...] = ()

    @property
    def extension(self) -> str:
        """Everything after the first dot of the name, such as ``csv`` or ``csv.gz``."""
        return self.path.name.partition(".")[2]


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
    if (_question(name), sha256) in _landed(lake.reader(), origin.source):
        return 0
    with Storage(lake.settings).writing(origin.archive_path(sha256, extension)) as archive:
        archive.write(zstandard.compress(body))

    def step(connection: Connection) -> int:
        if (_question(name), sha256) in _landed(connection, origin.source):
            return 0
        landing_id = _next_landing_id(connection, origin.source)
        connection.register("answer_rows", rows.to_arrow())
        connection.execute(
            f"insert into bronze.{origin.source} by name "
            "select *, ? as _landing_id, ? as _fetched_at_utc from answer_rows",
            [landing_id, origin.fetched_at],
        )
        return _record(connection, origin, {landing_id: (name, extension, sha256, len(body))})

    return lake.write(step, lock=origin.source)


def is_final(lake: Lake, source: str, name: str, final_at_utc: datetime | None) -> bool:
    """Whether a question was asked before, late enough for its answer to be the last word."""
    if final_at_utc is None:
        return False
    asked = "select count(*) from ops.landing where source = ? and ends_with(name, ?) and fetched_at_utc >= ?"
    final_at = final_at_utc.astimezone(UTC).replace(tzinfo=None)
    return scalar(lake.reader(), asked, [source, _question(name), final_at]) > 0


def land_files(
    lake: Lake, origin: Origin, paths: Sequence[Path], layouts: Sequence[tuple[str, ...]]
) -> Iterator[tuple[int, int]]:
    """Land CSV files; DuckDB reads them, so their size does not matter.

    Args:
        lake: the lake.
        origin: where they come from.
        paths: the files.
        layouts: the sets of columns that a file may have; others of the bronze table may come with them.

    Yields:
        After each transaction: files seen, rows landed (0 for files whose bytes have been landed before).

    Raises:
        ValueError: a file has none of the layouts, or a line that is not CSV. Files before it have been landed.
    """
    storage = Storage(lake.settings)
    for batch in _batches(paths):
        landed = {sha256 for _, sha256 in _landed(lake.reader(), origin.source)}
        new = {file.sha256: file for path in batch if (file := File(path, _sha256(path))).sha256 not in landed}
        for file in new.values():
            file.header = _header(file.path, origin.source, layouts)
            _archive(storage, file.path, origin.archive_path(file.sha256, file.extension))
        step = partial(_insert_files, origin=origin, files=list(new.values()))
        yield len(batch), lake.write(step, lock=origin.source) if new else 0


def _insert_files(connection: Connection, origin: Origin, files: list[File]) -> int:
    landed = {sha256 for _, sha256 in _landed(connection, origin.source)}
    files = [file for file in files if file.sha256 not in landed]
    ids = dict(enumerate(files, _next_landing_id(connection, origin.source)))
    for header in {file.header for file in files}:
        _insert_layout(connection, origin, header, {i: file for i, file in ids.items() if file.header == header})
    rows = {
        landing_id: (file.path.name, file.extension, file.sha256, file.path.stat().st_size)
        for landing_id, file in ids.items()
    }
    return _record(connection, origin, rows)


def _insert_layout(connection: Connection, origin: Origin, header: tuple[str, ...], files: dict[int, File]) -> None:
    known = columns(f"bronze.{origin.source}")
    names = ", ".join(f"{quoted(name)}: 'varchar'" for name in header)
    kept = ", ".join(named(name) for name in header if name in known)
    landings = ", ".join(f"({quoted(str(file.path))}, {landing_id})" for landing_id, file in files.items())
    paths = ", ".join(quoted(str(file.path)) for file in files.values())
    try:
        connection.execute(
            f"""
            insert into bronze.{origin.source} by name
            select {kept}, landings._landing_id, ? as _fetched_at_utc
            from read_csv(
                [{paths}], columns = {{{names}}}, header = true, auto_detect = false, delim = ',', quote = '"',
                escape = '"', null_padding = true, filename = true
            ) as lines
            inner join (values {landings}) as landings (filename, _landing_id) using (filename)
            """,
            [origin.fetched_at],
        )
    except duckdb.InvalidInputException as error:
        raise ValueError(_unreadable(str(error), origin.source)) from error


def _record(connection: Connection, origin: Origin, landings: dict[int, tuple[str, str, str, int]]) -> int:
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


def _landed(connection: Connection, source: str) -> set[tuple[str, str]]:
    """The question and the hash of every landing of a source."""
    landed = connection.execute("select name, sha256 from ops.landing where source = ?", [source]).fetchall()
    return {(_question(name), sha256) for name, sha256 in landed}


def _question(name: str) -> str:
    """What an address asks, whichever host answers; of a file, its name."""
    return re.sub("^https?://[^/]*", "", name)


def _next_landing_id(connection: Connection, source: str) -> int:
    return scalar(connection, "select max(landing_id) from ops.landing where source = ?", [source]) + 1


def _batches(paths: Sequence[Path]) -> Iterator[list[Path]]:
    batch: list[Path] = []
    size = 0
    for path in paths:
        if batch and size + path.stat().st_size > BATCH_BYTES:
            yield batch
            batch, size = [], 0
        batch.append(path)
        size += path.stat().st_size
    if batch:
        yield batch


def _header(path: Path, source: str, layouts: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """The file's column names, spelled as the bronze table spells them where it has them."""
    spelled = {name.casefold(): name for name in columns(f"bronze.{source}")}
    with fsspec.open(str(path), "rt", compression="infer", encoding="utf-8-sig", errors="replace") as file:
        written = [name.strip().strip('"').strip() for name in file.readline().split(",")]
    header = tuple(spelled.get(name.casefold(), name) for name in written)
    if not any(set(layout) <= set(header) for layout in layouts):
        expected = " or ".join(f"`{','.join(layout)}`" for layout in layouts)
        raise ValueError(
            f"{path} begins with `{','.join(written)[:200]}`, but a file of {source} needs the columns {expected}. "
            "Rename its columns, or take the file out of the folder."
        )
    if len(set(header)) < len(header):
        raise ValueError(f"{path} names a column twice: `{','.join(written)[:200]}`. Give each column its own name.")
    return header


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _archive(storage: Storage, path: Path, name: str) -> None:
    with path.open("rb") as file, storage.writing(name) as archive:
        zstandard.ZstdCompressor().copy_stream(file, archive, read_size=READ_BYTES)


def _unreadable(said: str, source: str) -> str:
    """DuckDB's many lines on a file that is not CSV, as one sentence that begins with the file."""
    file = re.search(r"^ *file = (.+)$", said, re.MULTILINE)
    reason = " ".join(said.partition("Possible ")[0].removeprefix("Invalid Input Error: ").split())
    return f"{file[1] if file else f'A file of {source}'} is not readable as CSV. {reason}"
