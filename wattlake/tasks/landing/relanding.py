"""Land every payload of an archive again as it was, so that all can be built from it."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from types import ModuleType

import polars as pl

from wattlake.lake.addresses import Address
from wattlake.lake.landing import archive_register
from wattlake.lake.landing.relanding import Relanded, refill, reland
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake
from wattlake.tasks.sources import Request, source, source_names

NO_REGISTER = (
    "The archive at {place} has no register that says which source, name and time its files have: there is nothing to "
    "restore from. A lake that is older than the register gets it from `wattlake maintain`; expected are files such as "
    "landing/members/register/00000001-00000001.ndjson.zst. Name the folder that holds `landing`."
)


def reland_all(lake: Lake, archive: Storage) -> Iterator[tuple[str, Relanded]]:
    """Land what an archive holds, source by source; nothing is landed twice.

    Raises:
        ValueError: the archive has no register, or the lake holds landings that the archive does not have.
    """
    names = [name for name in source_names() if archive.names(archive_register.folder(name))]
    if not names:
        raise ValueError(NO_REGISTER.format(place=archive.root))
    for name in names:
        module = source(name)
        for step in reland(lake, archive, name, getattr(module, "LAYOUTS", ()), partial(_read_answer, module)):
            yield name, step


def refill_all(lake: Lake) -> Iterator[tuple[str, Relanded]]:
    """Put back into bronze what it lost of landings, from the lake's own archive."""
    for name in source_names():
        module = source(name)
        for step in refill(lake, name, getattr(module, "LAYOUTS", ()), partial(_read_answer, module)):
            yield name, step


def _read_answer(module: ModuleType, address: str, asked: Mapping[str, Sequence[str]], body: bytes) -> pl.DataFrame:
    parts = {part: tuple(values) for part, values in asked.items()}
    rows: pl.DataFrame = module.read(Request(Address(address), asked=parts), body)
    return rows
