"""Landing of files: DuckDB reads those of one layout, readers those with a mapping."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path

from wattlake.lake.errors import UnreadableFileError
from wattlake.lake.foreign_text import printable
from wattlake.lake.landing.fit import check_fit
from wattlake.lake.landing.headers import header_of
from wattlake.lake.landing.inbox_file import File, Identity, archive, expect_unchanged, quotes_in, sha256_of, stamp_of
from wattlake.lake.landing.mapped import insert_mapped
from wattlake.lake.landing.payloads import Entry, Origin, next_landing_id, record
from wattlake.lake.landing.readers.csv_rows import insert_rows
from wattlake.lake.landing.stored_mappings import read_and_store
from wattlake.lake.mapping import AnyMapping
from wattlake.lake.sql import Connection
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake

logger = logging.getLogger("wattlake.landing")

BATCH_BYTES = 256 * 1024**2
MOST_TOLD = 20
OUTDONE = (
    "%s is as it was landed once, and stays outdone by what was landed under its name since; "
    "to have it count again, change it by a line that means nothing, such as an empty one at its end"
)


class UnreadableFilesError(UnreadableFileError):
    """Files that could not be landed, each with its reason; of many only the first are named."""

    def __init__(self, files: Sequence[UnreadableFileError]) -> None:
        """Name the first files, each on a line of its own."""
        more = [f"… and {len(files) - MOST_TOLD:,} more files."] if len(files) > MOST_TOLD else []
        ValueError.__init__(self, "\n".join([*map(str, files[:MOST_TOLD]), *more]))
        self.path, self.files = files[0].path, tuple(files)


def land_files(
    lake: Lake,
    origin: Origin,
    paths: Sequence[Path],
    layouts: Sequence[tuple[str, ...]],
    mapping_files: Mapping[Path, Path] | None = None,
    refused: Sequence[UnreadableFileError] = (),
) -> Iterator[tuple[int, int]]:
    """Land files in bounded memory, those without a mapping by DuckDB.

    A line that is no line of its file (too many columns, not UTF-8, endless) goes to the first column of the bronze
    table, up to 1,000 characters of it, for silver to set aside. An unreadable file is left out, and told at the end.

    Args:
        lake: the lake.
        origin: where they come from.
        paths: the files.
        layouts: the sets of columns that a file may have; others of the bronze table may come with them.
        mapping_files: the mapping's file of each file that has one; such a file needs none of the layouts.
        refused: of files that are not to be opened; they are told with the others.

    Yields:
        After each transaction: files seen, rows landed (0 for files whose bytes have been landed before).

    Raises:
        UnreadableFilesError: a file cannot be read, or has none of the layouts, or its mapping does not fit it or is
            wrong. The other files have been landed.
    """
    wrong: list[UnreadableFileError] = [*refused]
    mappings = read_and_store(lake, origin, mapping_files or {}, wrong)
    paths = [path for path in paths if path in mappings or path not in (mapping_files or {})]
    archived = partial(
        _new_files,
        lake,
        origin,
        layouts=layouts,
        mappings=mappings,
        wrong=wrong,
        names=Counter(path.name for path in paths),
    )
    for batch, new in _one_ahead(_batches(paths), archived):
        rows = None
        while rows is None:
            try:
                insert = partial(_insert_new_files, storage=Storage(lake.settings), origin=origin, files=new)
                rows = lake.write(insert, lock=origin.source) if new else 0
            except UnreadableFileError as error:
                wrong.append(error)
                new = [file for file in new if str(file.path) != error.path]
        yield len(batch), rows
    if wrong:
        raise UnreadableFilesError(wrong)


def _one_ahead(
    batches: Iterator[list[Path]], archived: Callable[[list[Path]], Iterator[File]]
) -> Iterator[tuple[list[Path], list[File]]]:
    """Give batches with their new files; hash and archive the next while one is inserted."""
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


def _batches(paths: Sequence[Path]) -> Iterator[list[Path]]:
    batch: list[Path] = []
    size = 0
    for path in paths:
        file_bytes = 0
        with suppress(UnreadableFileError):  # The error is told when the file is opened.
            file_bytes = stamp_of(path)[0]
        if batch and size + file_bytes > BATCH_BYTES:
            yield batch
            batch, size = [], 0
        batch.append(path)
        size += file_bytes
    if batch:
        yield batch


def _new_files(
    lake: Lake,
    origin: Origin,
    batch: list[Path],
    layouts: Sequence[tuple[str, ...]],
    mappings: Mapping[Path, AnyMapping],
    wrong: list[UnreadableFileError],
    names: Counter[str],
) -> Iterator[File]:
    """Archive the files whose bytes are new; add the errors of those that cannot be read."""
    storage, landed = Storage(lake.settings), _files_so_far(lake.reader(), origin.source)
    seen, newest = _identities(landed), {name: sha256 for sha256, _, name in landed}
    for path in batch:
        try:
            file = File(path, stamp_of(path), sha256_of(path), mappings.get(path))
            if file.identity in seen:
                if names[path.name] == 1 and newest.get(path.name, file.sha256) != file.sha256:
                    logger.warning(OUTDONE, printable(str(path)))
                continue
            _inspect(file, origin, layouts)
            archive(storage, file, origin.archive_path(file.sha256, file.extension))
        except UnreadableFileError as error:
            wrong.append(error)
        else:
            seen.add(file.identity)
            yield file


def _inspect(file: File, origin: Origin, layouts: Sequence[tuple[str, ...]]) -> None:
    """Note a file's header and quotes; refuse it where they or its mapping are wrong."""
    if not file.mapping:
        file.header = header_of(file.path, origin.source, layouts)
    file.is_read_alone = quotes_in(file.path) % 2 == 1
    if file.mapping:
        check_fit(file.path, file.mapping, origin.fetched_at_utc)


def _insert_new_files(connection: Connection, storage: Storage, origin: Origin, files: list[File]) -> int:
    seen = _identities(_files_so_far(connection, origin.source))
    files = [file for file in files if file.identity not in seen]
    numbered = dict(enumerate(files, next_landing_id(connection, origin.source)))
    insert_files(connection, origin, numbered)
    for file in files:
        expect_unchanged(file)
    entries = {landing_id: _entry(origin, file) for landing_id, file in numbered.items()}
    return record(connection, storage, origin, entries)


def insert_files(connection: Connection, origin: Origin, files: Mapping[int, File]) -> None:
    """Insert the rows of files, keyed by landing, into bronze, in the caller's transaction.

    Raises:
        UnreadableFileError: a file is not what its name says; none of the rows is to be kept.
    """
    alike: dict[tuple[object, ...], dict[int, File]] = {}
    for landing_id, file in files.items():
        if not file.mapping:
            alike.setdefault((file.header, landing_id if file.is_read_alone else 0), {})[landing_id] = file
    for of_one_layout in alike.values():
        insert_rows(connection, origin, of_one_layout)
    mapped = {landing_id: (file.path, file.mapping) for landing_id, file in files.items() if file.mapping}
    if mapped:
        insert_mapped(connection, origin, mapped)


def _files_so_far(connection: Connection, source: str) -> list[Identity]:
    """List hash, mapping and name of a source's landed files, in the order of their landings."""
    return connection.execute(
        "select sha256, coalesce(mapping, ''), name from ops.landing where source = ? order by landing_id", [source]
    ).fetchall()


def _identities(landed: list[Identity]) -> set[Identity]:
    """Give the identities of landed files, with and without their names."""
    return {(sha256, mapping, named) for sha256, mapping, name in landed for named in ("", name)}


def _entry(origin: Origin, file: File) -> Entry:
    size = file.stamp[0]
    if file.mapping:
        of_mapping = (file.mapping.licence, file.mapping.name, origin.asked)
        return Entry(file.path.name, file.extension, file.sha256, size, *of_mapping)
    return Entry(file.path.name, file.extension, file.sha256, size, origin.licence)
