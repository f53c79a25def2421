"""Replay readings as messages in order of time, with planted disturbances, at any pace."""

import heapq
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from threading import Event
from typing import NamedTuple

from wattlake.tasks.streaming.disturbances import Disturbance, disturbed
from wattlake.tasks.streaming.replayed import Reading, Sent, parts
from wattlake.tasks.streaming.transports import Outgoing

TOPIC = "energy-meters"
MOST_AT_ONCE = 1_000
"""Messages that are published together, at most."""


class Due(NamedTuple):
    """A message, and the instant of the replayed time at which it is sent."""

    at_utc: datetime
    record: Outgoing


def messages(
    readings: Iterable[Reading],
    planted: Sequence[Disturbance] = (),
    *,
    step: timedelta | None = None,
    topic: str = TOPIC,
    seed: int = 7,
) -> Iterator[Due]:
    """Turn readings into messages in the order in which they are sent.

    A reading is sent when its period has ended. Only the messages of periods that are under way are held.

    Args:
        readings: in order of their starts.
        planted: what is wrong with some of them.
        step: length of the parts that readings are cut into; whole by default.
        topic: that the messages are sent to.
        seed: of how readings are cut.
    """
    by_meter: dict[str, list[Disturbance]] = {}
    for each in planted:
        by_meter.setdefault(each.meter_id, []).append(each)
    waiting: list[tuple[datetime, int, Sent]] = []
    number = itertools.count()
    for reading in readings:
        while waiting and waiting[0][0] <= reading.start_utc:
            yield _due(heapq.heappop(waiting)[2], topic)
        for part in parts(reading, step, seed):
            for sent in disturbed(part, by_meter):
                heapq.heappush(waiting, (sent.at_utc, next(number), sent))
    while waiting:
        yield _due(heapq.heappop(waiting)[2], topic)


def play(
    sequence: Iterable[Due],
    publish: Callable[[Sequence[Outgoing]], None],
    *,
    speed: float,
    seconds: Callable[[], float],
    stopped: Event,
) -> int:
    """Publish messages at a pace until they end or are stopped; give how many were published.

    Args:
        sequence: in order of time.
        publish: sends messages and waits until the broker has them.
        speed: seconds of the replayed time in one second; 0 is as fast as the broker takes them.
        seconds: a clock that only runs forward.
        stopped: ends the replay.
    """
    begun, published = seconds(), 0
    first: datetime | None = None
    due: list[Outgoing] = []
    for message in sequence:
        first = first or message.at_utc
        wait = begun + (message.at_utc - first).total_seconds() / speed - seconds() if speed else 0.0
        if due and (wait > 0 or len(due) >= MOST_AT_ONCE):
            publish(due)
            published, due = published + len(due), []
        if stopped.is_set() or (wait > 0 and stopped.wait(wait)):
            return published
        due.append(message.record)
    if due:
        publish(due)
    return published + len(due)


def _due(sent: Sent, topic: str) -> Due:
    return Due(sent.at_utc, Outgoing(topic, sent.meter_id.encode(), sent.written()))
