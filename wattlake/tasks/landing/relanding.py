"""Land every payload of an archive again as it was, so that all can be built from it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

import polars as pl

from wattlake.lake.addresses import Address
from wattlake.lake.landing import archive_register
from wattlake.lake.landing.relanding import ReadAnswer, Relanded, refill, reland
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake
from wattlake.lake.streaming.batches import SOURCE, Batch
from wattlake.lake.streaming.messages import Message
from wattlake.lake.streaming.relanding import refill_batches, reland_batches
from wattlake.tasks.own_sources.rest import rows
from wattlake.tasks.sources import AnySource, Api, Database, Inbox, Request, source, source_names

NO_REGISTER = (
    "The archive at {place} has no register that says which source, name and time its files have: there is nothing to "
    "restore from. A lake that is older than the register gets it from `wattlake maintain`; expected are files such as "
    "landing/members/register/00000001-00000001.ndjson.zst. Name the folder that holds `landing`."
)


def reland_all(lake: Lake, archive: Storage) -> Iterator[tuple[str, Relanded]]:
    """Land what an archive holds, source by source, but of streams; nothing is landed twice.

    Raises:
        ValueError: the archive has no register, or the lake holds landings that the archive does not have.
    """
    names = [name for name in source_names() if archive.names(archive_register.folder(name))]
    if not (names or has_batches(archive)):
        raise ValueError(NO_REGISTER.format(place=archive.root))
    for name in names:
        for step in reland(lake, archive, name, *_readers(source(name))):
            yield name, step


def has_batches(archive: Storage) -> bool:
    """Say whether an archive holds batches of streams."""
    return bool(archive.names(archive_register.folder(SOURCE)))


def reland_streams(lake: Lake, archive: Storage) -> Iterator[tuple[str, Relanded]]:
    """Land the batches of streams that an archive holds, once what else it holds is built.

    Raises:
        OtherLandingsError: the lake holds landings that the archive does not have.
    """
    for step in reland_batches(lake, archive, _batch_reader(lake)):
        yield SOURCE, step


def refill_all(lake: Lake) -> Iterator[tuple[str, Relanded]]:
    """Put back into bronze what it lost of landings, from the lake's own archive."""
    for name in source_names():
        for step in refill(lake, name, *_readers(source(name))):
            yield name, step
    for step in refill_batches(lake, _batch_reader(lake)):
        yield SOURCE, step


def _batch_reader(lake: Lake) -> Callable[[Sequence[Message]], Batch]:
    from wattlake.tasks.streaming.read_batch import read_batch, reader_of

    return partial(read_batch, read=reader_of(lake.settings))


def _readers(described: AnySource) -> tuple[tuple[tuple[str, ...], ...], ReadAnswer]:
    """Give the layouts of a source's files, and the reader of its answers."""
    if isinstance(described, Inbox):
        return described.layouts, _read_as_asked
    if isinstance(described, Database):
        return (), partial(_read_rows, described)
    return (), partial(_read_answer, described)


def _read_answer(api: Api, address: str, asked: Mapping[str, Sequence[str]], body: bytes) -> pl.DataFrame:
    parts = {part: tuple(values) for part, values in asked.items()}
    return api.read(Request(Address(address), asked=parts), body)


def _read_as_asked(address: str, asked: Mapping[str, Sequence[str]], body: bytes) -> pl.DataFrame:
    """Read an answer among files: its question says how."""
    return rows.read(Request(Address(address), asked={part: tuple(values) for part, values in asked.items()}), body)


def _read_rows(described: Database, _address: str, _asked: Mapping[str, Sequence[str]], body: bytes) -> pl.DataFrame:
    from wattlake.tasks.landing.databases.fitting import fitted

    return fitted(body, described.table)
