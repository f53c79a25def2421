"""The files of the archive's register, compared with the landings of the catalog.

Every landing should be in a file, as ``ops.landing`` has it.
"""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

import zstandard

from wattlake.lake.landing import archive_register
from wattlake.lake.landing.number_stretches import stretches
from wattlake.lake.sql import Connection
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake


@dataclass(frozen=True)
class RegisterFile:
    """A file of the archive's register.

    Attributes:
        path: below the lake's data.
        source: the source whose landings it tells of.
        first: the number of its first landing.
        last: the number of its last one.
        table: whose file it is, in words.
        size: in bytes, which nothing says.
        sha256: of its bytes, which nothing says.
    """

    path: str
    source: str
    first: int
    last: int
    table: str = "the archive's register"
    size: None = None
    sha256: None = None


def register_files(storage: Storage, connection: Connection, names: Collection[str]) -> Iterator[RegisterFile]:
    """List the files of the register: those that are there, and those that are missing.

    A file is missing where no other tells of a landing.

    Args:
        storage: the lake's.
        connection: to the lake.
        names: the files that are there, below the lake's data.
    """
    committed = connection.execute("select source, landing_id from ops.landing order by all").fetchall()
    for source, rows in groupby(committed, key=itemgetter(0)):
        below = [name for name in names if name.startswith(f"{archive_register.folder(source)}/")]
        published = archive_register.published(below)
        yield from (RegisterFile(name, source, first, last) for name, (first, last) in published.items())
        published_numbers = {number for first, last in published.values() for number in range(first, last + 1)}
        if missing := [number for _, number in rows if number not in published_numbers]:
            noted = archive_register.noted_landings(storage, below)
            for first, last in stretches([number for number in missing if number not in noted]):
                yield RegisterFile(archive_register.path_of(source, first, last), source, first, last)


def fault_of(storage: Storage, connection: Connection, file: RegisterFile) -> str | None:
    """Say where a file of the register differs from ``ops.landing``; ``None`` where it agrees."""
    expected = connection.execute(
        "select landing_id, sha256, archive_path from ops.landing "
        "where source = ? and landing_id between ? and ? order by all",
        [file.source, file.first, file.last],
    ).fetchall()
    try:
        lines = archive_register.read_lines(storage, file.path)
        written = sorted((line["landing_id"], line["sha256"], line["archive_path"]) for line in lines)
    except (zstandard.ZstdError, UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError) as error:
        return f"cannot be read: {error}"
    return None if written == expected else "does not tell of its landings what `ops.landing` does."


def write_anew(lake: Lake, files: Collection[RegisterFile]) -> None:
    """Write damaged and missing files of the register anew from ``ops.landing``."""
    storage = Storage(lake.settings)
    there = set(storage.names("landing"))
    for file in files:
        if file.path in there:
            storage.remove(file.path)
    for source in sorted({file.source for file in files}):
        archive_register.publish(lake, source)
