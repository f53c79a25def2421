"""The archive's register: what the catalog says of landings and mappings, beside the bytes.

A landing writes its lines before it commits (*noted*), under a name of its own; once they are committed they are
written again under the numbers of their landings (*published*). Noted lines of a transaction that failed have a number
that another landing took, and are dropped. So a crash at any moment leaves every committed landing in the register.
"""

import json
import re
import uuid
from datetime import datetime
from operator import itemgetter
from pathlib import PurePath
from typing import Any

import zstandard

from wattlake.lake.contracts import columns, listed
from wattlake.lake.landing.number_stretches import joined, stretches
from wattlake.lake.sql import Connection, named, quoted, scalar
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake
from wattlake.lake.store.rows import read_rows

Line = dict[str, Any]
"""A row of ``ops.landing`` with its instant as text in ISO format."""

TABLE = "ops.landing"
STORED_AT = "%Y%m%dT%H%M%S%f"
ASKED_BEFORE_IT_WAS_KEPT = ("api", "zone", "bidding_zone", "tilt_degrees", "azimuth_degrees")
"""The parts of a question that bronze tells of landings older than ``ops.landing.asked``."""


def folder(source: str) -> str:
    """Give the folder of a source's register, below the lake's data folder."""
    return f"landing/{source}/register"


def path_of(source: str, first: int, last: int) -> str:
    """Give the path of the committed lines of the landings from a first to a last."""
    return f"{folder(source)}/{first:08}-{last:08}.ndjson.zst"


def noted_landings(storage: Storage, names: list[str]) -> set[int]:
    """Read the numbers of the landings in those of some files that hold noted lines."""
    return {line["landing_id"] for name in _noted(names) for line in read_lines(storage, name)}


def note(storage: Storage, connection: Connection, source: str, landings: str) -> None:
    """Note the lines of landings, a relation, that the caller's transaction will commit."""
    lines = _lines_of(connection, source, f"select {listed(TABLE)} from {landings} order by landing_id")
    write_lines(storage, f"{folder(source)}/noted/{uuid.uuid4().hex}.ndjson.zst", lines)


def publish(lake: Lake, source: str) -> int:
    """Write a source's committed landings and mappings to its register; count the lines written.

    What is in it already is left out. A lake that is older than the register gets all of it.
    """
    storage, connection = Storage(lake.settings), lake.reader()
    names = storage.names(folder(source))
    _publish_mappings(storage, connection, source, set(names))
    known = joined(published(names).values())
    missing = [number for (number,) in connection.execute(_numbers_beside(known), [source]).fetchall()]
    of_source = f"select * from {TABLE} where source = {quoted(source)}"
    for first, last in stretches(missing):
        query = f"{of_source} and landing_id between {first} and {last} order by landing_id"
        write_lines(storage, path_of(source, first, last), _lines_of(connection, source, query))
    committed = scalar(connection, f"select max(landing_id) from {TABLE} where source = ?", [source])
    for name in _noted(names):
        if max(line["landing_id"] for line in read_lines(storage, name)) <= committed:
            storage.remove(name)
    return len(missing)


def note_mapping(storage: Storage, source: str, name: str, content: str, stored_at: datetime) -> None:
    """Keep a mapping's content from a time on (UTC without an offset)."""
    storage.write(_mapping_path(source, name, stored_at), zstandard.compress(content.encode()))


def registered(storage: Storage, source: str) -> list[Line]:
    """List the landings of a source that the register names, in their order, each once.

    Lines that were only noted come with their own numbers where those are free, and behind the others where not.
    """
    names = storage.names(folder(source))
    noted = [line for name in _noted(names) for line in read_lines(storage, name)]
    lines = {line["landing_id"]: line for name in published(names) for line in read_lines(storage, name)}
    identities = {_identity(line) for line in lines.values()}
    newest_note = {_identity(line): line for line in sorted(noted, key=itemgetter("landing_id"))}
    for identity, line in newest_note.items():
        if identity not in identities:
            number = max(lines, default=0) + 1 if line["landing_id"] in lines else line["landing_id"]
            lines[number] = line | {"landing_id": number}
    return [lines[number] for number in sorted(lines)]


def mapping_as_of(storage: Storage, source: str, name: str, at: str) -> tuple[str, datetime]:
    """Read what a mapping said at a time (ISO format), or else first said; and since when.

    Raises:
        FileNotFoundError: the archive does not have it.
    """
    below = f"{folder(source)}/mappings/{name}"
    versions = storage.names(below)
    if not versions:
        raise FileNotFoundError(f"The archive does not hold the mapping `{name}`, expected below {below}.")
    since = f"{datetime.fromisoformat(at):{STORED_AT}}"
    path = max((path for path in versions if PurePath(path).name[: len(since)] <= since), default=versions[0])
    return read_stored_mapping(storage, path)


def read_stored_mapping(storage: Storage, path: str) -> tuple[str, datetime]:
    """Read a mapping's file in the register, and since when it holds (UTC without an offset)."""
    stored_at = datetime.strptime(PurePath(path).name.partition(".")[0], STORED_AT)  # noqa: DTZ007
    return zstandard.decompress(storage.read(path)).decode(), stored_at


def _numbers_beside(known: list[tuple[int, int]]) -> str:
    """Write the query of the landings that are in none of some stretches."""
    beside = "".join(f" and landing_id not between {first} and {last}" for first, last in known)
    return f"select landing_id from {TABLE} where source = ?{beside} order by landing_id"


def _publish_mappings(storage: Storage, connection: Connection, source: str, names: set[str]) -> None:
    of_source = f"select mapping from {TABLE} where source = ?"
    used = connection.execute(
        f"select name, content, stored_at_utc from ops.mapping where name in ({of_source})", [source]
    ).fetchall()
    for name, content, stored_at in used:
        if _mapping_path(source, name, stored_at) not in names:
            note_mapping(storage, source, name, content, stored_at)


def _mapping_path(source: str, name: str, stored_at: datetime) -> str:
    return f"{folder(source)}/mappings/{name}/{stored_at:{STORED_AT}}.toml.zst"


def _lines_of(connection: Connection, source: str, query: str) -> list[Line]:
    """Read rows of ``ops.landing``, with what was asked where a row does not say it."""
    lines = read_rows(connection, query).records()
    for line in lines:
        line["fetched_at_utc"] = line["fetched_at_utc"].isoformat(timespec="microseconds")
        line["asked"] = line["asked"] or _asked_by_bronze(connection, source, line)
    return lines


def _asked_by_bronze(connection: Connection, source: str, line: Line) -> str | None:
    """Read a question's parts from its answer's rows; zones were asked in the order of names."""
    parts = [name for name in ASKED_BEFORE_IT_WAS_KEPT if name in columns(f"bronze.{source}")]
    if not parts or not line["rows"]:
        return None
    of_parts = ", ".join(f"list_sort(list(distinct {named(name)}))" for name in parts)
    of_landing = f"select {of_parts} from bronze.{source} where _landing_id = ?"
    values = connection.execute(of_landing, [line["landing_id"]]).fetchone()
    return json.dumps(dict(zip(parts, values or (), strict=False)))


def _identity(line: Line) -> tuple[Any, ...]:
    """Give the fields that are equal in two attempts at one landing: all but its number."""
    return tuple(line[name] for name in ("name", "sha256", "mapping", "fetched_at_utc", "run_id"))


def read_lines(storage: Storage, name: str) -> list[Line]:
    """Read the lines of a file of the register."""
    written = zstandard.ZstdDecompressor().decompressobj().decompress(storage.read(name)).decode()
    return [json.loads(line) for line in written.splitlines()]


def write_lines(storage: Storage, name: str, lines: list[Line]) -> None:
    """Write a file of the register."""
    storage.write(name, zstandard.compress("\n".join(json.dumps(line) for line in lines).encode()))


def _noted(names: list[str]) -> list[str]:
    return [name for name in names if "/register/noted/" in name]


def published(names: list[str]) -> dict[str, tuple[int, int]]:
    """Map the files of published lines to the first and the last landing in each."""
    matches = ((name, re.search(r"/register/(\d+)-(\d+)\.ndjson\.zst$", name)) for name in names)
    return {name: (int(match[1]), int(match[2])) for name, match in matches if match}
