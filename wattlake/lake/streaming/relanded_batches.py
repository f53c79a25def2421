"""What follows from batches that are landed again, as their commits left it."""

from collections.abc import Sequence
from datetime import datetime
from json import loads
from typing import NamedTuple

import polars as pl

from wattlake.lake.contracts import listed
from wattlake.lake.landing.archive_register import Line
from wattlake.lake.models.parameters import fill_in
from wattlake.lake.settings import Settings
from wattlake.lake.sql import Connection, materialized
from wattlake.lake.streaming.alert_rules import AlertRules
from wattlake.lake.streaming.alerts import Seen
from wattlake.lake.streaming.batches import Batch, insert_rows
from wattlake.lake.streaming.commit import LATENESS
from wattlake.lake.streaming.events import take_events
from wattlake.lake.streaming.messages import Position, WeatherAlert
from wattlake.lake.streaming.offsets import (
    newest_landing,
    of_stream,
    store_offsets,
    stored_offsets,
    stored_topic_ids,
)
from wattlake.lake.streaming.steps import step_sql
from wattlake.lake.streaming.watermark import newest_batch
from wattlake.lake.streaming.weather import weather_beside
from wattlake.lake.streaming.windows import replace_windows
from wattlake.lake.times import aware_utc, naive_utc

BATCHES = "ops.stream_batch"


class Landed(NamedTuple):
    """A batch of an archive: its line in the register, and its messages."""

    line: Line
    batch: Batch

    @property
    def landing_id(self) -> int:
        """The number of its landing."""
        return int(self.line["landing_id"])

    @property
    def committed_at(self) -> datetime:
        """When it was committed, as the lake stores instants."""
        return datetime.fromisoformat(self.line["fetched_at_utc"])

    @property
    def stream_name(self) -> str:
        """The stream that it is of."""
        return str(loads(self.line["asked"])["stream_name"][0])

    @property
    def topic_ids(self) -> dict[str, str]:
        """The broker's ids of the topics, where the archive has them."""
        pairs = (pair.partition("=") for pair in loads(self.line["asked"]).get("topic_ids", []))
        return {topic: its for topic, _, its in pairs}


def insert_landed(connection: Connection, landed: Sequence[Landed]) -> int:
    """Insert the batches' rows into bronze, keep them as ``event_row``, and count them."""
    return insert_rows(connection, ((each.batch.rows, each.landing_id, each.committed_at) for each in landed))


def take_landed(connection: Connection, *, settings: Settings, landed: Sequence[Landed]) -> int:
    """Land batches of one stream with all that follows; count their rows of bronze."""
    name, newest = landed[-1].stream_name, landed[-1]
    rows = insert_landed(connection, landed)
    connection.register("landings", pl.DataFrame([each.line for each in landed], infer_schema_length=None).to_arrow())
    connection.execute("insert into ops.landing by name select * from landings")
    take_events(connection)
    replace_windows(connection)
    _record_batches(connection, name, landed)
    ((newest_event_utc, watermark_utc),) = connection.execute(
        f"select newest_event_utc, watermark_utc from {BATCHES} where landing_id = {newest.landing_id}"
    ).fetchall()
    seen = Seen(newest.landing_id, aware_utc(newest.committed_at), newest_event_utc, watermark_utc, of_stream(name))
    AlertRules(name, settings)(connection, seen)
    for each in landed:
        if warnings := each.batch.of_kind(WeatherAlert):
            weather_beside(warnings)(connection, each.landing_id)
    _go_on_after(connection, name, landed)
    return rows


def _record_batches(connection: Connection, stream_name: str, landed: Sequence[Landed]) -> None:
    newest_event_utc, watermark_utc = newest_batch(connection, stream_name)
    before = {"newest_event_utc": newest_event_utc, "watermark_utc": watermark_utc}
    described = [
        {
            "landing_id": each.landing_id,
            "stream_name": stream_name,
            "committed_at_utc": each.committed_at,
            "oldest_received_at_utc": naive_utc(min(message.received_at_utc for message in each.batch.messages)),
            "messages": len(each.batch.messages),
            "refused": len(each.batch.refusals),
            "events": each.batch.rows.num_rows - len(each.batch.refusals),
        }
        for each in landed
    ]
    connection.register("relanded_rows", pl.DataFrame(described).to_arrow())
    materialized(connection, "relanded", "select * from relanded_rows")
    values: dict[str, object] = {name: at and at.isoformat() for name, at in before.items()}
    sql = fill_in(step_sql("landed_batch"), values | {"lateness_seconds": int(LATENESS.total_seconds())})
    connection.execute(f"insert into {BATCHES} ({listed(BATCHES)}) select {listed(BATCHES)} from ({sql})")


def _go_on_after(connection: Connection, stream_name: str, landed: Sequence[Landed]) -> None:
    """Store the offsets that the newest batch left, so that the stream goes on after it."""
    stored, newest = stored_offsets(connection, stream_name), newest_landing(connection, stream_name) or 0
    offsets, topic_ids = dict[Position, int](), stored_topic_ids(connection, stream_name)
    for each in landed:
        offsets |= each.batch.next_offsets()
        topic_ids |= each.topic_ids
    if newest > landed[-1].landing_id:  # A batch that was left out before, and came back.
        offsets = {position: max(offset, stored.get(position, 0)) for position, offset in offsets.items()}
    newest = max(newest, landed[-1].landing_id)
    connection.execute(f"delete from ops.stream_offset {of_stream(stream_name)}")
    store_offsets(connection, stream_name, offsets=stored | offsets, topic_ids=topic_ids, landing_id=newest)
