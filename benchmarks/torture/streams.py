"""Streams under ``kill -9`` of consumer and broker: no message is lost or doubled, and no window is wrong."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import cycle
from threading import Event
from time import monotonic, perf_counter

from benchmarks.torture.kills import Kills
from benchmarks.torture.points import Point, arm
from benchmarks.torture.processes import await_end, start, warm
from harness.kafka import KafkaCluster
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake
from wattlake.tasks.streaming.running import run_stream

TOPIC, PARTITIONS, METERS = "energy-meters", 2, 3
RECORDED = "insert into ops.stream_batch"
POINTS = (
    Point("while a batch is archived", "during"),
    Point("after a batch is archived", "after"),
    Point("between bronze and windows", "before", "insert into gold.window_5min"),
    Point("before a batch is committed", "before", "commit", behind=RECORDED),
    Point("after a batch is committed", "after", "commit", behind=RECORDED),
)
AT_ANY_TIME, BROKER = Point("at a random moment", "end"), Point("of the broker", "end")
PATIENCE_SECONDS, LONGEST_SECONDS = 120, 3.0
FIRST = datetime(2026, 3, 1, tzinfo=UTC)

OFFSETS = "select topic || '/' || partition, next_offset from ops.stream_offset order by all"
ROWS = "select _topic || '/' || _partition, max(_offset) + 1 from bronze.meter_events group by all order by all"
DOUBLED = "select count(*) - count(distinct (_partition, _offset)) from bronze.meter_events"
LOST = "select coalesce(sum(next_offset), 0) - (select count(*) from bronze.meter_events) from ops.stream_offset"
WINDOWS = "select meter_id, period_start_utc, energy_kwh, event_count from gold.window_5min"


@dataclass
class Sent:
    """The messages that were sent, and the windows that they must make."""

    chance: random.Random
    minutes: dict[str, int] = field(default_factory=dict)
    windows: dict[tuple[str, datetime], tuple[Decimal, int]] = field(default_factory=dict)
    count: int = 0

    def more(self) -> Iterator[tuple[int, bytes]]:
        """Some messages with the partition of each: minutes of meters, one after the other."""
        for _ in range(self.chance.randint(5, 40)):
            meter, kwh = f"m{self.chance.randrange(METERS)}", Decimal(self.chance.randint(1, 99_999)).scaleb(-6)
            minute = self.minutes[meter] = self.minutes.get(meter, -1) + 1
            begins = FIRST + timedelta(minutes=minute)
            window = (meter, (begins - timedelta(minutes=minute % 5)).replace(tzinfo=None))
            energy, events = self.windows.get(window, (Decimal(0), 0))
            self.windows[window] = (energy + kwh, events + 1)
            self.count += 1
            message = {"meter_id": meter, "period_start_utc": begins.isoformat(), "period_seconds": 60}
            yield self.chance.randrange(PARTITIONS), json.dumps(message | {"energy_kwh": str(kwh)}).encode()


def killed_streams(settings: Settings, kafka: KafkaCluster, kills: int, seed: int = 0) -> Kills:
    """Send messages and kill the consumer or the broker, again and again; compare after each, and at the end.

    Args:
        settings: of a lake whose stream is the broker's; it is made where there is none.
        kafka: has no topic of ours yet.
        kills: how many.
        seed: the same one chooses the same messages and moments.
    """
    kafka.create(TOPIC, PARTITIONS)
    sent, came, started = Sent(random.Random(seed)), Kills(), perf_counter()
    points = cycle([*POINTS, AT_ANY_TIME, BROKER])
    _run(settings, None, 0)
    while came.count < kills:
        point = next(points)
        _send(kafka, sent)
        if not (_kill_broker(settings, kafka, sent) if point is BROKER else _kill_consumer(settings, point, sent)):
            came.missed.append(point.name)
        came.add(point.name)
        came.failures += [f"killed {point.name}: {failure}" for failure in _broken(settings)]
    _run(settings, sent.count, PATIENCE_SECONDS)
    came.failures += [*_broken(settings), *_differing(settings, sent)]
    came.seconds = perf_counter() - started
    return came


def _send(kafka: KafkaCluster, sent: Sent) -> None:
    messages = list(sent.more())
    for partition in range(PARTITIONS):
        kafka.send(TOPIC, [payload for into, payload in messages if into == partition], partition)


def _kill_consumer(settings: Settings, point: Point, sent: Sent) -> bool:
    """Start a consumer that dies at a point, or is killed at a random moment; whether it was killed."""
    process = warm().Process(target=_die_streaming, args=(settings, point, sent.count))
    start(process)
    if point is AT_ANY_TIME:
        process.join(sent.chance.uniform(0, LONGEST_SECONDS))
        process.kill()
    return await_end(process, PATIENCE_SECONDS) == -9 or point is AT_ANY_TIME


def _kill_broker(settings: Settings, kafka: KafkaCluster, sent: Sent) -> bool:
    """Kill the broker at a random moment while a consumer reads; whether that one caught up by itself."""
    process = warm().Process(target=_run, args=(settings, None, PATIENCE_SECONDS))
    start(process)
    _await_rows(settings, sent.count)  # A stream that begins without a broker ends, and says so.
    _send(kafka, sent)
    process.join(sent.chance.uniform(0, 0.5))
    kafka.brokers[0].kill()
    kafka.brokers[0].start()
    kafka.await_answer()
    _send(kafka, sent)
    is_caught_up = _await_rows(settings, sent.count)
    process.terminate()
    return await_end(process, PATIENCE_SECONDS) == 0 and is_caught_up


def _await_rows(settings: Settings, count: int) -> bool:
    until = monotonic() + PATIENCE_SECONDS
    while monotonic() < until:
        if _asked(settings, "select coalesce(sum(next_offset), 0) from ops.stream_offset") == [(count,)]:
            return True
        Event().wait(0.2)
    return False


def _die_streaming(settings: Settings, point: Point, count: int) -> None:
    arm(point)
    _run(settings, count, PATIENCE_SECONDS)


def _run(settings: Settings, until_count: int | None, seconds: float) -> None:
    """Read the stream for so long, or until the lake has so many messages."""
    from wattlake.tasks.landing.stopping import stopped_by_signals

    with stopped_by_signals(seconds) as stopped:
        for step in run_stream(Lake(settings), lambda: datetime.now(UTC), stopped):
            if until_count is not None and not step.committed and not step.waiting:
                stopped.set()


def _asked(settings: Settings, query: str) -> list[tuple]:
    lake = Lake(settings, read_only=True)
    try:
        return lake.reader().execute(query).fetchall()
    finally:
        lake.close()


def _broken(settings: Settings) -> Iterator[str]:
    """What is not as the stored offsets say."""
    if (offsets := _asked(settings, OFFSETS)) != (rows := _asked(settings, ROWS)):
        yield f"the offsets are {offsets}, the rows go to {rows}"
    ((doubled,),), ((lost,),) = _asked(settings, DOUBLED), _asked(settings, LOST)
    if doubled or lost:
        yield f"{doubled} messages are doubled, {lost} are lost"


def _differing(settings: Settings, sent: Sent) -> Iterator[str]:
    """The windows that are not those of the messages sent, and how many messages are missing at the end."""
    windows = {(meter, begins): (energy, events) for meter, begins, energy, events in _asked(settings, WINDOWS)}
    if wrong := [key for key in windows.keys() | sent.windows.keys() if windows.get(key) != sent.windows.get(key)]:
        yield f"{len(wrong)} of {len(sent.windows)} windows are wrong, {min(wrong)} the first"
    ((count,),) = _asked(settings, "select count(*) from bronze.meter_events")
    if count != sent.count:
        yield f"{sent.count} messages were sent, and {count} are in the lake"
