"""Batches of streams are landed again from their archives, many of them in one transaction."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import groupby
from json import loads

import zstandard

from wattlake.lake.landing import archive_register
from wattlake.lake.landing.archive_register import Line
from wattlake.lake.landing.archived import archived_bytes
from wattlake.lake.landing.relanding import Relanded, short_landings, still_to_land
from wattlake.lake.sql import Connection
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake
from wattlake.lake.streaming import archive as batch_archive
from wattlake.lake.streaming.batches import SOURCE, Batch
from wattlake.lake.streaming.following import note_followed
from wattlake.lake.streaming.messages import Message
from wattlake.lake.streaming.relanded_batches import Landed, insert_landed, take_landed

MOST_BYTES, MOST_LANDINGS = 16 * 1024**2, 5_000
"""Of the batches of one transaction: 16 MiB are some 150,000 messages, and 0.3 GB while they are read."""

ReadBatch = Callable[[Sequence[Message]], Batch]
"""Reads the messages of an archived batch."""


def reland_batches(lake: Lake, archive: Storage, read: ReadBatch) -> Iterator[Relanded]:
    """Land the batches that an archive holds, with all that follows from them.

    What the lake has is not landed twice, so it goes on where it was broken off. A missing or damaged batch is left out
    and told; others land.

    Args:
        lake: the lake, whose register is built.
        archive: the storage whose folder ``landing`` is the archive: the lake's own, or another.
        read: reads a batch by today's settings.

    Raises:
        OtherLandingsError: the lake holds landings that the archive does not have.
    """
    lines = still_to_land(lake, archive_register.registered(archive, SOURCE), SOURCE)
    if not lines:
        return
    target = None if archive.root == lake.settings.data else Storage(lake.settings)
    for done, landed, faults in _chunks(archive, lines, read, target):
        step = partial(take_landed, settings=lake.settings, landed=landed)
        rows = lake.write(step, lock=SOURCE) if landed else 0
        yield Relanded(done, len(lines), rows, (*faults, *_differing(landed)))
    lake.write(note_followed, lock=SOURCE)
    archive_register.publish(lake, SOURCE)


def refill_batches(lake: Lake, read: ReadBatch) -> Iterator[Relanded]:
    """Fill bronze with the rows of batches that it lost, from the lake's own archive.

    What follows from them is made again by a full build.

    Args:
        lake: the lake, whose ``ops.landing`` says how many rows each landing has.
        read: reads a batch by today's settings.
    """
    wanted = short_landings(lake.reader(), SOURCE)
    if not wanted:
        return
    archive_register.publish(lake, SOURCE)
    archive = Storage(lake.settings)
    lines = [line for line in archive_register.registered(archive, SOURCE) if line["landing_id"] in wanted]
    for done, landed, faults in _chunks(archive, lines, read, None):
        rows = lake.write(partial(_refill, landed=landed), lock=SOURCE) if landed else 0
        yield Relanded(done, len(lines), rows, (*faults, *_differing(landed)))


def _chunks(
    archive: Storage, lines: list[Line], read: ReadBatch, target: Storage | None
) -> Iterator[tuple[int, list[Landed], list[str]]]:
    """Read batches, some of one stream at a time; give how many are done, them, and faults."""
    done = 0
    for chunk in _of_one_stream(lines):
        landed, faults = list[Landed](), list[str]()
        for line in chunk:
            try:
                content = archived_bytes(archive, line)
                landed.append(Landed(line, read(batch_archive.unpacked(content))))
            except (OSError, ValueError) as error:
                faults.append(f"{line['archive_path']} ({line['name']}) was left out: {error}")
                continue
            if target is not None:
                target.write(line["archive_path"], zstandard.compress(content))
        done += len(chunk)
        yield done, landed, faults


def _of_one_stream(lines: list[Line]) -> Iterator[list[Line]]:
    for _, of_stream in groupby(lines, key=lambda line: loads(line["asked"])["stream_name"]):
        chunk: list[Line] = []
        for line in of_stream:
            if chunk and (len(chunk) == MOST_LANDINGS or sum(each["bytes"] for each in chunk) > MOST_BYTES):
                yield chunk
                chunk = []
            chunk.append(line)
        yield chunk


def _differing(landed: Sequence[Landed]) -> Iterator[str]:
    for each in landed:
        if (rows := each.batch.rows.num_rows) != each.line["rows"]:
            yield (
                f"{each.line['archive_path']} ({each.line['name']}) gave {rows:,} rows to bronze, and "
                f"{each.line['rows']:,} when it was landed"
            )


def _refill(connection: Connection, landed: Sequence[Landed]) -> int:
    numbers = ", ".join(str(each.landing_id) for each in landed)
    connection.execute(f"delete from bronze.{SOURCE} where _landing_id in ({numbers})")
    return insert_landed(connection, landed)
