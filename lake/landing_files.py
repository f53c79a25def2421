"""Landing files: DuckDB reads them, whatever their size, and many small ones become one transaction."""

import csv
import gzip
import hashlib
import re
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import duckdb
import fsspec
import zstandard

from lake.catalog import Lake
from lake.connection import Connection, named, quoted
from lake.contracts import columns
from lake.landing import Entry, Origin, next_landing_id, record
from lake.mapping import AnyMapping
from lake.mapping.file import UnreadableFileError
from lake.mapping.landing import check_fit, insert_mapped
from lake.mapping.store import read_and_store
from lake.storage import Storage

BATCH_BYTES = 256 * 1024**2
READ_BYTES = 1024**2
OF_MAPPED_FILES = {"line", "cells"}


Identity = tuple[str, str, str]


@dataclass
class File:
    """A file to land: where it is, the hash of its bytes, and the columns it has or the mapping it is read by.

    One with a quote too many is read alone: DuckDB 1.5 tells of a quote that is never closed, and leaves out what comes
    behind it, but of many files it only does the latter.
    """

    path: Path
    sha256: str
    mapping: AnyMapping | None = None
    header: tuple[str, ...] = ()
    is_read_alone: bool = False

    @property
    def identity(self) -> Identity:
        """What makes it the same as one landed before: bytes, mapping, and its name where that says whose it is."""
        by_name = self.mapping is not None and self.mapping.file_name_patterns
        return self.sha256, self.mapping.name if self.mapping else "", self.path.name if by_name else ""

    @property
    def extension(self) -> str:
        """Everything after the first dot of the name, such as ``csv`` or ``csv.gz``."""
        return self.path.name.partition(".")[2]


def land_files(
    lake: Lake,
    origin: Origin,
    paths: Sequence[Path],
    layouts: Sequence[tuple[str, ...]],
    mapping_files: Mapping[Path, Path] | None = None,
) -> Iterator[tuple[int, int]]:
    """Land CSV files; DuckDB reads them, so their size does not matter.

    A line that is no line of its file (too many columns, not UTF-8, endless) is landed whole in the first column of the
    bronze table, for silver to set aside. A file that cannot be read at all is left out, and told at the end.

    Args:
        lake: the lake.
        origin: where they come from.
        paths: the files.
        layouts: the sets of columns that a file may have; others of the bronze table may come with them.
        mapping_files: the mapping's file of each file that has one; such a file needs none of the layouts.

    Yields:
        After each transaction: files seen, rows landed (0 for files whose bytes have been landed before).

    Raises:
        UnreadableFileError: a file is not CSV, or has none of the layouts, or its mapping does not fit it or is wrong.
            The other files have been landed.
    """
    wrong: list[UnreadableFileError] = []
    mappings = read_and_store(lake, origin, mapping_files or {}, wrong)
    paths = [path for path in paths if path in mappings or path not in (mapping_files or {})]
    archived = partial(_new_files, lake, origin, layouts=layouts, mappings=mappings, wrong=wrong)
    for batch, new in _one_ahead(_batches(paths), archived):
        rows = None if new else 0
        while rows is None:
            try:
                rows = lake.write(partial(_insert_files, origin=origin, files=new), lock=origin.source) if new else 0
            except UnreadableFileError as error:
                wrong.append(error)
                new = [file for file in new if str(file.path) != error.path]
        yield len(batch), rows
    if wrong:
        raise UnreadableFileError(wrong[0].path, "\n".join([str(wrong[0]).partition(" ")[2], *map(str, wrong[1:])]))


def _one_ahead(
    batches: Iterator[list[Path]], archived: Callable[[list[Path]], Iterator[File]]
) -> Iterator[tuple[list[Path], list[File]]]:
    """Batches with their new files; while one is inserted, the next is hashed and archived."""
    with ThreadPoolExecutor(1) as thread:
        coming: list[tuple[list[Path], Future[list[File]]]] = []
        try:
            for batch in batches:
                coming.append((batch, thread.submit(list, archived(batch))))
                if len(coming) > 1:
                    ready, files = coming.pop(0)
                    yield ready, files.result()
            for ready, files in coming:
                yield ready, files.result()
        finally:
            thread.shutdown(cancel_futures=True)


def _new_files(
    lake: Lake,
    origin: Origin,
    batch: list[Path],
    layouts: Sequence[tuple[str, ...]],
    mappings: Mapping[Path, AnyMapping],
    wrong: list[UnreadableFileError],
) -> Iterator[File]:
    """Archive the files whose bytes are new; those that are wrong by their look are noted."""
    storage = Storage(lake.settings)
    seen = _files_so_far(lake.reader(), origin.source)
    for path in batch:
        file = File(path, _sha256(path), mappings.get(path))
        if file.identity not in seen:
            seen.add(file.identity)
            try:
                if file.mapping:
                    check_fit(path, file.mapping, origin.fetched_at_utc)
                else:
                    file.header = _header(path, origin.source, layouts)
                    file.is_read_alone = _quotes(path) % 2 == 1
                _archive(storage, path, origin.archive_path(file.sha256, file.extension))
            except UnreadableFileError as error:
                wrong.append(error)
            else:
                yield file


def _insert_files(connection: Connection, origin: Origin, files: list[File]) -> int:
    landed = _files_so_far(connection, origin.source)
    files = [file for file in files if file.identity not in landed]
    ids = dict(enumerate(files, next_landing_id(connection, origin.source)))
    alike: dict[tuple[object, ...], dict[int, File]] = {}
    for landing_id, file in ids.items():
        if not file.mapping:
            alike.setdefault((file.header, landing_id if file.is_read_alone else 0), {})[landing_id] = file
    for of_one_layout in alike.values():
        _insert_layout(connection, origin, of_one_layout)
    mapped = {landing_id: (file.path, file.mapping) for landing_id, file in ids.items() if file.mapping}
    if mapped:
        insert_mapped(connection, origin, mapped)
    return record(connection, origin, {landing_id: _entry(origin, file) for landing_id, file in ids.items()})


def _files_so_far(connection: Connection, source: str) -> set[Identity]:
    """The identities of all files that a source has landed, with and without their names."""
    landed = connection.execute(
        "select sha256, coalesce(mapping, ''), name from ops.landing where source = ?", [source]
    ).fetchall()
    return {(sha256, mapping, named) for sha256, mapping, name in landed for named in ("", name)}


def _entry(origin: Origin, file: File) -> Entry:
    size = file.path.stat().st_size
    if file.mapping:
        licence = file.mapping.licence
        return Entry(file.path.name, file.extension, file.sha256, size, licence, file.mapping.name)
    return Entry(file.path.name, file.extension, file.sha256, size, origin.licence)


def _insert_layout(connection: Connection, origin: Origin, files: dict[int, File]) -> None:
    header = next(iter(files.values())).header
    names = ", ".join(f"{quoted(name)}: 'varchar'" for name in header)
    known = _text_columns(origin.source)
    kept = [named(name) for name in header if name in known]
    left_out = [named(name) for name in header if name not in known]
    # All columns must be read: DuckDB 1.5 breaks down, and the process with it, where it leaves one out and finds bytes
    # that are not UTF-8 in one behind it.
    all_are_read = f"where length(concat({', '.join(left_out)})) >= 0" if left_out else ""
    landings = ", ".join(f"({quoted(str(file.path))}, {landing_id})" for landing_id, file in files.items())
    paths = ", ".join(quoted(_without_wildcards(file.path)) for file in files.values())
    try:
        connection.execute(
            f"""
            insert into bronze.{origin.source} by name
            select {", ".join(kept)}, landings._landing_id, ? as _fetched_at_utc
            from read_csv(
                [{paths}], columns = {{{names}}}, header = true, auto_detect = false, delim = ',', quote = '"',
                escape = '"', null_padding = true, filename = true, ignore_errors = true, store_rejects = true
            ) as lines
            inner join (values {landings}) as landings (filename, _landing_id) using (filename)
            {all_are_read}
            """,
            [origin.fetched_at],
        )
    except duckdb.InvalidInputException as error:
        raise _not_csv(str(error), files) from error
    _insert_broken_lines(connection, origin, landings)


def _without_wildcards(path: Path) -> str:
    """A path as DuckDB takes it: what would stand for other names in it stands for itself."""
    return re.sub(r"([\[*?])", r"[\1]", str(path))


def _insert_broken_lines(connection: Connection, origin: Origin, landings: str) -> None:
    """Land the lines that DuckDB set aside, whole, in the first column; refuse a file that a quote swallows."""
    swallowed = connection.execute(
        """
        select file_path, line from reject_errors inner join reject_scans using (scan_id, file_id)
        where error_type = 'UNQUOTED VALUE' order by all limit 1
        """
    ).fetchone()
    if swallowed:
        path, line = swallowed
        raise UnreadableFileError(path, f"is not readable as CSV: the quote in line {line} is never closed. Close it.")
    first = next(name for name in columns(f"bronze.{origin.source}") if not name.startswith("_"))
    connection.execute(
        f"""
        insert into bronze.{origin.source} by name
        select csv_line[:1000] as {named(first)}, landings._landing_id, ? as _fetched_at_utc
        from (select distinct file_path, line, csv_line from reject_errors join reject_scans using (scan_id, file_id))
        inner join (values {landings}) as landings (file_path, _landing_id) using (file_path)
        """,
        [origin.fetched_at],
    )
    connection.execute("drop table reject_errors; drop table reject_scans")


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
    spelled = {name.casefold(): name for name in _text_columns(source)}
    try:
        with fsspec.open(str(path), "rt", compression="infer", encoding="utf-8-sig", errors="replace") as file:
            written = [name.strip() for name in next(csv.reader([file.readline(READ_BYTES)]), [])]
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise _cut_off(path, error) from error
    except csv.Error as error:
        raise UnreadableFileError(str(path), f"has no header that can be read ({error}).") from error
    # Columns that are not kept go by their numbers: they may have no name, or any.
    header = tuple(spelled.get(name.casefold(), f"column {number}") for number, name in enumerate(written, 1))
    if not any(set(layout) <= set(header) for layout in layouts):
        expected = " or ".join(f"`{','.join(layout)}`" for layout in layouts)
        raise UnreadableFileError(
            str(path),
            f"begins with `{','.join(written)[:200]}`, but a file of {source} needs the columns {expected}. "
            "Rename its columns, or take the file out of the folder.",
        )
    if len(set(header)) < len(header):
        said = f"names a column twice: `{','.join(written)[:200]}`. Give each column its own name."
        raise UnreadableFileError(str(path), said)
    return header


def _quotes(path: Path) -> int:
    """How many quotes a file has; read to its end, since DuckDB takes a compressed one that was cut off for whole.

    Raises:
        UnreadableFileError: it is compressed, and was cut off.
    """
    try:
        with fsspec.open(str(path), "rb", compression="infer") as file:
            return sum(part.count(b'"') for part in iter(lambda: file.read(READ_BYTES), b""))
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise _cut_off(path, error) from error


def _cut_off(path: Path, error: Exception) -> UnreadableFileError:
    return UnreadableFileError(str(path), f"is not a whole gzip file ({error}). Fetch it again.")


def _text_columns(source: str) -> list[str]:
    """The columns of a bronze table that a file without a mapping may have."""
    return [name for name in columns(f"bronze.{source}") if name not in OF_MAPPED_FILES and not name.startswith("_")]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _archive(storage: Storage, path: Path, name: str) -> None:
    with path.open("rb") as file, storage.writing(name) as archive:
        zstandard.ZstdCompressor(threads=-1).copy_stream(file, archive, read_size=READ_BYTES)


def _not_csv(said: str, files: dict[int, File]) -> UnreadableFileError:
    """DuckDB's many lines on a file that is not CSV, as one sentence."""
    named_file = re.search(r"^ *file = (.+)$", said, re.MULTILINE)
    path = named_file[1] if named_file else str(next(iter(files.values())).path)
    reason = " ".join(said.partition("Possible ")[0].removeprefix("Invalid Input Error: ").split())
    return UnreadableFileError(path, f"is not readable as CSV. {reason}")
