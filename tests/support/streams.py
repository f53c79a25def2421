"""Batches of messages for tests of the stream, without a broker."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from wattlake.lake.store.lake import Lake
from wattlake.lake.streaming import batches
from wattlake.lake.streaming.batches import Batch, Committed
from wattlake.lake.streaming.commit import Stream, commit_batch
from wattlake.lake.streaming.messages import Event, Message, Position
from wattlake.lake.streaming.offsets import stored_offsets

NOW = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)
STREAM = Stream("kafka", "run-1")
TOPIC = "energy-meters"


def energy(meter_id: str, time: datetime, value: str, *, seconds: int = 300, direction: str | None = None) -> Event:
    """The energy of a period in Wh."""
    return Event(meter_id, None, time.isoformat(), str(seconds), "energy", value, "Wh", direction, None)


def power(meter_id: str, time: datetime, value: str) -> Event:
    """The power of an instant in W."""
    return Event(meter_id, None, time.isoformat(), None, "power", value, "W", None, "measured")


def total(meter_id: str, time: datetime, value: str) -> Event:
    """A running total in kWh."""
    return Event(meter_id, None, time.isoformat(), None, "total", value, "kWh", None, None)


def batch_of(
    events: Iterable[Event | str], *, first_offset: int = 0, partition: int = 0, received: datetime = NOW
) -> Batch:
    """A batch of one partition in which each message tells one event, or could not be read for a reason."""
    listed = list(events)
    messages = [
        Message(TOPIC, partition, first_offset + n, None, repr(each).encode(), received + timedelta(milliseconds=n))
        for n, each in enumerate(listed)
    ]
    after = {Position(TOPIC, partition): first_offset} if first_offset else {}
    by_message = {n: [each] for n, each in enumerate(listed) if isinstance(each, Event)}
    refusals = {n: each for n, each in enumerate(listed) if isinstance(each, str)}
    return batches.batch_of(messages, by_message, refusals)._replace(after=after)


def commit(lake: Lake, *events: Event | str, now: datetime = NOW, partition: int = 0) -> Committed:
    """Commit events that go on where the stream ended."""
    following = stored_offsets(lake.reader(), STREAM.name).get(Position(TOPIC, partition), 0)
    batch = batch_of(events, first_offset=following, partition=partition, received=now)
    return commit_batch(lake, STREAM, batch, now_utc=now)


def windows(lake: Lake) -> Mapping[tuple[str, str, str], tuple[str, int, int]]:
    """Energy in kWh, seconds covered and number of events of each window, by meter, direction and time of day."""
    rows = lake.reader().execute(
        "select meter_id, direction, strftime(period_start_utc, '%H:%M'), cast(energy_kwh as varchar), "
        "covered_seconds, event_count from gold.window_5min order by all"
    )
    return {row[:3]: row[3:] for row in rows.fetchall()}
