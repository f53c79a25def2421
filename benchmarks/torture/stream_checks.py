"""What a killed stream must have kept: its offsets, every message once, every window."""

from collections.abc import Iterator
from multiprocessing.connection import wait
from multiprocessing.context import ForkServerProcess
from threading import Event
from time import monotonic
from typing import Any

import duckdb

from benchmarks.torture.stream_messages import Sent
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake

OFFSETS = "select topic || '/' || partition, next_offset from ops.stream_offset order by all"
ROWS = "select _topic || '/' || _partition, max(_offset) + 1 from bronze.meter_events group by all order by all"
DOUBLED = "select count(*) - count(distinct (_topic, _partition, _offset)) from bronze.meter_events"
LOST = (
    "select coalesce((select sum(next_offset) from ops.stream_offset), 0) - (select count(*) from bronze.meter_events)"
)
KNOWN = "select count(*) - count(distinct (meter_id, event_at_utc)), count(*) from silver.meter_event"
WINDOWS = "select meter_id, period_start_utc, energy_kwh, event_count from gold.window_5min"


def await_messages(settings: Settings, sent: Sent, seconds: float, consumer: ForkServerProcess) -> bool:
    """Wait until the lake has all messages that were sent; whether in time, and before the consumer ends."""
    until = monotonic() + seconds
    while monotonic() < until and not wait([consumer.sentinel], 0):
        try:
            if _answers(settings, KNOWN) == [[(0, sent.count)]]:
                return True
        except (duckdb.Error, OSError):
            pass  # The database is the one that was killed.
        Event().wait(0.2)
    return False


def broken(settings: Settings) -> Iterator[str]:
    """What is not as the stored offsets say: rows that are lost or doubled."""
    offsets, rows, ((doubled,),), ((lost,),) = _answers(settings, OFFSETS, ROWS, DOUBLED, LOST)
    if offsets != rows:
        yield f"the offsets are {offsets}, the rows go to {rows}"
    if doubled or lost:
        yield f"{doubled} messages are doubled, {lost} are lost"


def differing(settings: Settings, sent: Sent) -> Iterator[str]:
    """The windows that are not those of the messages sent, and how many messages are missing or twice there."""
    rows, ((doubled, count),) = _answers(settings, WINDOWS, KNOWN)
    windows = {(meter, begins): (energy, events) for meter, begins, energy, events in rows}
    if wrong := [key for key in windows.keys() | sent.windows.keys() if windows.get(key) != sent.windows.get(key)]:
        yield f"{len(wrong)} of {len(sent.windows)} windows are wrong, {min(wrong)} the first"
    if doubled or count != sent.count:
        yield f"{sent.count} messages were sent, and {count} are in the lake, {doubled} of them twice"


def _answers(settings: Settings, *queries: str) -> list[list[tuple[Any, ...]]]:
    lake = Lake(settings, read_only=True)
    try:
        reader = lake.reader()
        return [reader.execute(query).fetchall() for query in queries]
    finally:
        lake.close()
