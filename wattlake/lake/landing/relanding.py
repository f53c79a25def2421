"""Landing an archive again, with its numbers, times and terms, where the catalog was lost."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from io import BytesIO
from itertools import groupby
from operator import itemgetter
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory

import polars as pl
import zstandard

from wattlake.lake.errors import UnreadableFileError
from wattlake.lake.landing import archive_register, packs
from wattlake.lake.landing.archive_register import Line
from wattlake.lake.landing.files import BATCH_BYTES, insert_files
from wattlake.lake.landing.headers import header_of
from wattlake.lake.landing.inbox_file import File, quotes_in, sha256_of, stamp_of
from wattlake.lake.landing.payloads import Origin, insert_answer
from wattlake.lake.mapping import read_mapping
from wattlake.lake.sql import Connection
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake
from wattlake.lake.store.tables import create_table
from wattlake.lake.times import aware_utc

MOST_CHARACTERS, READ_BYTES = 200, 1024**2

ReadAnswer = Callable[[str, Mapping[str, Sequence[str]], bytes], pl.DataFrame]
"""A reader of an answer's rows, given its question's address and other parts, and its bytes."""

Payload = File | pl.DataFrame
"""A payload to insert: a file of an inbox, or the rows of an answer."""


@dataclass(frozen=True)
class Relanded:
    """The progress of the landing of an archive.

    Attributes:
        done: landings of a source that are done.
        total: landings to do.
        rows: rows of bronze that the last batch gave.
        faults: what is not as it was landed, a sentence each.
    """

    done: int
    total: int
    rows: int
    faults: tuple[str, ...] = ()


class OtherLandingsError(ValueError):
    """The lake holds landings that the archive does not have."""


def reland(
    lake: Lake, archive: Storage, source: str, layouts: Sequence[tuple[str, ...]], read_answer: ReadAnswer
) -> Iterator[Relanded]:
    """Land the payloads that an archive holds of a source.

    What the lake has is not landed twice. A missing, damaged or unreadable payload is left out and told; others land.

    Args:
        lake: the lake, which exists.
        archive: the storage whose folder ``landing`` is the archive: the lake's own, or another.
        source: the source.
        layouts: the sets of columns that its files may have; none where it is an API.
        read_answer: reads an API's answer.

    Raises:
        OtherLandingsError: the lake holds landings that the archive does not have.
    """
    lines = still_to_land(lake, archive_register.registered(archive, source), source)
    target = None if archive.root == lake.settings.data else Storage(lake.settings)
    done = 0
    for batch in _batches(lines):
        faults: list[str] = []
        with TemporaryDirectory(prefix="wattlake-archive-") as folder:
            payloads = _payloads(archive, target, batch, Path(folder), layouts, read_answer, faults)
            rows = _write(lake, source, batch, payloads, faults)
        done += len(batch)
        yield Relanded(done, len(lines), rows, tuple(faults))
    _restore_mappings(lake, archive, target, source)
    archive_register.publish(lake, source)


def refill(lake: Lake, source: str, layouts: Sequence[tuple[str, ...]], read_answer: ReadAnswer) -> Iterator[Relanded]:
    """Fill bronze with the rows of landings that it lost, from the lake's own archive.

    A payload that is missing, damaged or cannot be read is left out and told: its rows are lost.

    Args:
        lake: the lake, whose ``ops.landing`` says how many rows each landing has.
        source: the source.
        layouts: the sets of columns that its files may have; none where it is an API.
        read_answer: reads an API's answer.
    """
    wanted = short_landings(lake.reader(), source)
    if not wanted:
        return
    archive_register.publish(lake, source)
    archive, done = Storage(lake.settings), 0
    lines = [line for line in archive_register.registered(archive, source) if line["landing_id"] in wanted]
    for batch in _batches(lines):
        faults: list[str] = []
        with TemporaryDirectory(prefix="wattlake-archive-") as folder:
            payloads = _payloads(archive, None, batch, Path(folder), layouts, read_answer, faults)
            rows = _write(lake, source, batch, payloads, faults, is_known=True)
        done += len(batch)
        yield Relanded(done, len(lines), rows, tuple(faults))


def short_landings(connection: Connection, source: str) -> set[int]:
    """List a source's landings whose rows in bronze are not as many as were landed."""
    short = connection.execute(
        f"""
        select landing.landing_id
        from ops.landing as landing
        left join (select _landing_id, count(*) as rows from bronze.{source} group by all) as counted
            on counted._landing_id = landing.landing_id
        where landing.source = ? and landing.rows <> coalesce(counted.rows, 0)
        """,
        [source],
    ).fetchall()
    return {landing_id for (landing_id,) in short}


def restore_landing_table(lake: Lake) -> None:
    """Make ``ops.landing`` anew from the registers of the lake's archive, in one transaction."""
    archive = Storage(lake.settings)
    sources = sorted({name.split("/")[1] for name in archive.names("landing") if "/register/" in name})
    lines = [line for source in sources for line in archive_register.registered(archive, source)]

    def step(connection: Connection) -> None:
        connection.execute("drop table ops.landing")
        create_table(connection, "ops.landing")
        if lines:
            connection.register("landings", pl.DataFrame(lines, infer_schema_length=None).to_arrow())
            connection.execute("insert into ops.landing by name select * from landings")

    lake.write(step)


def unregistered(archive: Storage) -> list[str]:
    """List the archived payloads that no register names, so that nobody knows what they are."""
    names = sorted(name for name in packs.payload_sizes(archive, "landing") if not packs.is_pack(name))
    sources = {name.split("/")[1] for name in names}
    known = {line["archive_path"] for source in sources for line in archive_register.registered(archive, source)}
    return [name for name in names if "/register/" not in name and name not in known]


def still_to_land(lake: Lake, lines: list[Line], source: str) -> list[Line]:
    """List the lines of landings that the lake does not have."""
    landed = lake.reader().execute("select landing_id, sha256 from ops.landing where source = ?", [source]).fetchall()
    registered = {(line["landing_id"], line["sha256"]) for line in lines}
    others = [number for number, sha256 in landed if (number, sha256) not in registered]
    if others:
        raise OtherLandingsError(
            f"The lake at {lake.settings.data} holds landing {others[0]} of {source}, which the archive does not have. "
            "A lake is restored from an archive only where there is none: name an empty place in WATTLAKE_DATA."
        )
    numbers = {number for number, _ in landed}
    return [line for line in lines if line["landing_id"] not in numbers]


def _batches(lines: list[Line]) -> Iterator[list[Line]]:
    """Group lines of landings into batches, each fetched at one time and of bounded bytes."""
    for _, alike in groupby(lines, key=itemgetter("fetched_at_utc")):
        batch: list[Line] = []
        for line in alike:
            if batch and sum(earlier["bytes"] for earlier in batch) + line["bytes"] > BATCH_BYTES:
                yield batch
                batch = []
            batch.append(line)
        yield batch


def _payloads(
    archive: Storage, target: Storage | None, batch: list[Line], folder: Path, layouts: Sequence[tuple[str, ...]],
    read_answer: ReadAnswer, faults: list[str],
) -> dict[int, Payload]:  # fmt: skip
    """Read payloads by the numbers of their landings; tell those that cannot be had as faults."""
    payloads: dict[int, Payload] = {}
    for line in batch:
        try:
            path = _unpacked(archive, target, line, folder / str(line["landing_id"]))
            payloads[line["landing_id"]] = _payload(archive, line, path, layouts, read_answer)
        except (OSError, ValueError, zstandard.ZstdError, pl.exceptions.PolarsError) as error:
            faults.append(f"{line['archive_path']} ({line['name']}) was left out: {error}")
    return payloads


def _unpacked(archive: Storage, target: Storage | None, line: Line, folder: Path) -> Path:
    """Unpack a payload under its name in a folder of its own; copy it to the lake's archive.

    Raises:
        ValueError: its bytes are not those that were landed.
    """
    packed = packs.read_archived(archive, line["archive_path"])
    folder.mkdir()
    path = folder / (PurePath(line["name"]).name[-MOST_CHARACTERS:] or "payload")
    with path.open("wb") as file:
        zstandard.ZstdDecompressor().copy_stream(BytesIO(packed), file, write_size=READ_BYTES)
    if sha256_of(path) != line["sha256"]:
        raise ValueError("its bytes are not those that were landed")
    if target is not None:
        target.write(line["archive_path"], packed)
    return path


def _payload(
    archive: Storage, line: Line, path: Path, layouts: Sequence[tuple[str, ...]], read_answer: ReadAnswer
) -> Payload:
    """Read a payload, so that it can be inserted."""
    asked = json.loads(line["asked"] or "{}")
    if not layouts or "reading" in asked:  # An answer among files says itself how it is read.
        return read_answer(line["name"], asked, path.read_bytes()) if line["rows"] else pl.DataFrame()
    if line["mapping"]:
        content, _since = archive_register.mapping_as_of(
            archive, line["source"], line["mapping"], line["fetched_at_utc"]
        )
        return File(
            path, stamp_of(path), line["sha256"], read_mapping(content, f"The archived mapping `{line['mapping']}`")
        )
    header, has_odd_quotes = header_of(path, line["source"], layouts), quotes_in(path) % 2 == 1
    return File(path, stamp_of(path), line["sha256"], header=header, is_read_alone=has_odd_quotes)


def _restore_mappings(lake: Lake, archive: Storage, target: Storage | None, source: str) -> None:
    """Store each mapping's newest content, and keep what it said before in the lake's archive."""
    below = f"{archive_register.folder(source)}/mappings"
    paths = archive.names(below)
    if target is not None:
        for path in paths:
            target.write(path, archive.read(path))
    newest = {PurePath(path).parent.name: archive_register.read_stored_mapping(archive, path) for path in paths}

    def step(connection: Connection) -> None:
        for name, (content, stored_at) in newest.items():
            connection.execute("delete from ops.mapping where name = ?", [name])
            connection.execute("insert into ops.mapping values (?, ?, ?)", [name, content, stored_at])

    if newest:
        lake.write(step, lock=source)


def _write(
    lake: Lake, source: str, lines: list[Line], payloads: dict[int, Payload], faults: list[str], is_known: bool = False
) -> int:
    """Insert payloads in one transaction; leave out and tell those that are unreadable."""
    while payloads:
        whole = [line for line in lines if line["landing_id"] in payloads]
        try:
            step = partial(_insert, source=source, lines=whole, payloads=payloads, is_known=is_known)
            rows, differing = lake.write(step, lock=source)
        except UnreadableFileError as error:
            number = int(Path(error.path).parent.name)
            del payloads[number]
            faults.append(f"landing {number} of {source} was left out: {error}")
        else:
            faults += differing
            return rows
    return 0


def _insert(
    connection: Connection, source: str, lines: list[Line], payloads: dict[int, Payload], is_known: bool
) -> tuple[int, list[str]]:
    """Insert payloads into bronze, and their lines into ``ops.landing`` unless they are there.

    Returns:
        The rows, and a sentence for each landing that has not as many as when it was landed.
    """
    if is_known:
        numbers = ", ".join(str(line["landing_id"]) for line in lines)
        connection.execute(f"delete from bronze.{source} where _landing_id in ({numbers})")
    fetched_at = datetime.fromisoformat(lines[0]["fetched_at_utc"])
    origin = Origin(source, lines[0]["licence"], aware_utc(fetched_at), lines[0]["run_id"])
    files = {number: payload for number, payload in payloads.items() if isinstance(payload, File)}
    insert_files(connection, origin, files)
    for number, answer in payloads.items():
        if isinstance(answer, pl.DataFrame) and len(answer):
            insert_answer(connection, origin, number, answer)
    if not is_known:
        connection.register("landings", pl.DataFrame(lines, infer_schema_length=None).to_arrow())
        connection.execute("insert into ops.landing by name select * from landings")
    counted = connection.execute(
        f"select _landing_id, count(*) from bronze.{source} where _landing_id between ? and ? group by all",
        [lines[0]["landing_id"], lines[-1]["landing_id"]],
    ).fetchall()
    rows = dict(counted)
    differing = [
        f"{line['archive_path']} ({line['name']}) gave {rows.get(line['landing_id'], 0):,} rows to bronze, and "
        f"{line['rows']:,} when it was landed"
        for line in lines
        if rows.get(line["landing_id"], 0) != line["rows"]
    ]
    return sum(rows.values()), differing
