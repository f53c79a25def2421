"""One commit of a stream: what follows from a batch of messages, and its offsets."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import pyarrow as pa
import zstandard

from wattlake.lake.contracts import listed
from wattlake.lake.landing.payloads import Entry, Origin, record
from wattlake.lake.sql import Connection
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake
from wattlake.lake.streaming import archive
from wattlake.lake.streaming.alerts import Rules, Seen
from wattlake.lake.streaming.batches import LICENCE, SOURCE, Batch, Committed, insert_rows
from wattlake.lake.streaming.events import take_events
from wattlake.lake.streaming.known import Known
from wattlake.lake.streaming.offsets import expect_to_follow, store_offsets
from wattlake.lake.streaming.progress import read_progress
from wattlake.lake.streaming.watermark import watermark_after
from wattlake.lake.streaming.windows import replace_windows
from wattlake.lake.times import naive_utc

LATENESS = timedelta(minutes=10)

Beside = Callable[[Connection, int], pa.Table | None]
"""A step that is part of a commit, told its landing: it writes what messages tell that are of no meter.

It gives the rows of ``gold.live_alert`` that it wrote, where it wrote some."""


@dataclass(frozen=True)
class Stream:
    """A stream as its consumer runs it.

    Attributes:
        name: of the stream; its offsets are stored under it.
        run_id: the run that consumes.
        lateness: windows stay open so long after the latest event that the stream has had.
        rules: finds alerts in what a batch changed.
        known: what is kept from one batch to the next.
    """

    name: str
    run_id: str
    lateness: timedelta = LATENESS
    rules: Rules | None = None
    known: Known = field(default_factory=Known, compare=False)


def commit_batch(
    lake: Lake, stream: Stream, batch: Batch, *, now_utc: datetime, beside: Beside | None = None
) -> Committed:
    """Commit a batch: all that follows from it becomes visible at once, or nothing.

    Args:
        lake: the lake.
        stream: the stream that they are of.
        batch: at least one message.
        now_utc: the time of the commit.
        beside: what else is part of the commit.

    Raises:
        OffsetsError: the lake has read the stream elsewhere than this consumer; nothing was committed.
    """
    asked = {"stream_name": [stream.name], "topic_ids": [f"{topic}={its}" for topic, its in batch.topic_ids.items()]}
    origin = Origin(SOURCE, LICENCE, now_utc, stream.run_id, asked)
    entry = _archive(Storage(lake.settings), origin, batch, stream_name=stream.name)
    step = partial(
        _commit, storage=Storage(lake.settings), stream=stream, batch=batch, origin=origin, entry=entry,
        beside=beside,
    )  # fmt: skip
    stream.known.begin(lake, stream.name)
    committed = lake.write(step, lock=SOURCE)
    stream.known.is_committed()
    return committed


def _archive(storage: Storage, origin: Origin, batch: Batch, *, stream_name: str) -> Entry:
    """Archive a batch's messages unchanged."""
    content = archive.packed(batch.messages)
    sha256 = hashlib.sha256(content).hexdigest()
    storage.write(origin.archive_path(sha256, archive.EXTENSION), zstandard.compress(content))
    name = archive.name_of(stream_name, batch.messages)
    rows = batch.rows.num_rows
    return Entry(name, archive.EXTENSION, sha256, len(content), origin.licence, asked=origin.asked, rows=rows)


def _commit(
    connection: Connection, storage: Storage, *, stream: Stream, batch: Batch, origin: Origin, entry: Entry,
    beside: Beside | None,
) -> Committed:  # fmt: skip
    known = stream.known.fill(connection)
    before = known or read_progress(connection, stream.name)
    expect_to_follow(before.offsets, batch, stream_name=stream.name)
    landing_id = before.landing_id + 1
    insert_rows(connection, [(batch.rows, landing_id, origin.fetched_at)])
    taken = take_events(connection, is_known=bool(known))
    windows = replace_windows(connection)
    mark = watermark_after(connection, before.newest_event_utc, before.watermark_utc, lateness=stream.lateness)
    own_rows = before.own_rows(stream.name)
    seen = Seen(landing_id, origin.fetched_at_utc, *mark[:2], own_rows=own_rows, is_known=bool(known))
    of_rules = stream.rules(connection, seen) if stream.rules else None
    of_beside = beside(connection, landing_id) if beside else None
    of_both = [table for table in (of_rules, of_beside) if table is not None]
    alerts = pa.concat_tables(of_both) if of_both else None
    record(connection, storage, origin, {landing_id: entry})
    after = before._replace(
        offsets={**before.offsets, **batch.next_offsets()}, topic_ids={**before.topic_ids, **batch.topic_ids},
        landing_id=landing_id, newest_event_utc=mark.newest_event_utc, watermark_utc=mark.watermark_utc,
    )  # fmt: skip
    connection.execute(f"delete from ops.stream_offset {own_rows}")
    store_offsets(connection, stream.name, offsets=after.offsets, topic_ids=after.topic_ids, landing_id=landing_id)
    stream.known.keep(connection, after, has_rules=stream.rules is not None)
    read = (len(batch.messages), len(batch.refusals), batch.rows.num_rows - len(batch.refusals))
    committed = Committed(landing_id, *read, *taken, mark.late, windows, alerts, *mark[:2])
    _record_batch(connection, stream.name, batch, committed=committed, now_utc=origin.fetched_at_utc)
    return committed


def _record_batch(
    connection: Connection, stream_name: str, batch: Batch, *, committed: Committed, now_utc: datetime
) -> None:
    oldest = naive_utc(min(message.received_at_utc for message in batch.messages))
    counted = (
        *(committed.messages, batch.waiting, committed.refused, committed.events, committed.quarantined),
        *(committed.repeated, committed.superseded, committed.late, committed.windows.num_rows),
    )
    marks = (committed.newest_event_utc, committed.watermark_utc)
    values = (committed.landing_id, stream_name, naive_utc(now_utc), oldest, *counted, *marks)
    places = ", ".join("?" for _ in values)
    connection.execute(f"insert into ops.stream_batch ({listed('ops.stream_batch')}) values ({places})", values)
