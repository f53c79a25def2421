"""Landing files: DuckDB reads them, whatever their size, and many small ones become one transaction."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import duckdb
import fsspec
import zstandard

from lake.catalog import Lake
from lake.connection import Connection, named, quoted
from lake.contracts import columns
from lake.landing import Origin, landings_so_far, next_landing_id, record
from lake.storage import Storage

BATCH_BYTES = 256 * 1024**2
READ_BYTES = 1024**2


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
        landed = {sha256 for _, sha256 in landings_so_far(lake.reader(), origin.source)}
        new = {file.sha256: file for path in batch if (file := File(path, _sha256(path))).sha256 not in landed}
        for file in new.values():
            file.header = _header(file.path, origin.source, layouts)
            _archive(storage, file.path, origin.archive_path(file.sha256, file.extension))
        step = partial(_insert_files, origin=origin, files=list(new.values()))
        yield len(batch), lake.write(step, lock=origin.source) if new else 0


def _insert_files(connection: Connection, origin: Origin, files: list[File]) -> int:
    landed = {sha256 for _, sha256 in landings_so_far(connection, origin.source)}
    files = [file for file in files if file.sha256 not in landed]
    ids = dict(enumerate(files, next_landing_id(connection, origin.source)))
    for header in {file.header for file in files}:
        _insert_layout(connection, origin, header, {i: file for i, file in ids.items() if file.header == header})
    rows = {
        landing_id: (file.path.name, file.extension, file.sha256, file.path.stat().st_size)
        for landing_id, file in ids.items()
    }
    return record(connection, origin, rows)


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
