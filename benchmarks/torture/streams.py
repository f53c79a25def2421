"""Streams under ``kill -9`` of consumer, broker and database: none is lost or doubled, and no window is wrong."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from time import perf_counter
from typing import NamedTuple

from benchmarks.torture.kills import Kills
from benchmarks.torture.points import Point
from benchmarks.torture.processes import await_end
from benchmarks.torture.stream_checks import await_messages, broken, differing
from benchmarks.torture.stream_consumers import ACKNOWLEDGED, PATIENCE_SECONDS, consumer, read_to_the_end
from benchmarks.torture.stream_messages import Sent
from benchmarks.torture.stream_servers import Broker, Database, Killed, Mqtt, Strike
from wattlake.lake.settings import Settings

RECORDED = "insert into ops.stream_batch"
ARCHIVING, ARCHIVED = Point("while a batch is archived", "during"), Point("after a batch is archived", "after")
BETWEEN = Point("between bronze and windows", "before", "insert into gold.window_5min")
BEFORE = Point("before a batch is committed", "before", "commit", behind=RECORDED)
AFTER = Point("after a batch is committed", "after", "commit", behind=RECORDED)
TOLD = Point("after a batch is acknowledged", ACKNOWLEDGED)
AT_ANY_TIME = Point("at a random moment", "end")
OF_A_CONSUMER = (ARCHIVING, ARCHIVED, BETWEEN, BEFORE, AFTER, AT_ANY_TIME)
OF_A_SERVER = (ARCHIVED, BETWEEN, BEFORE, AFTER, AT_ANY_TIME)
LONGEST_SECONDS, EVERY = 2.0, 10
"""A kill at a random moment comes within so many seconds; all windows are compared after every so many kills."""


@dataclass(frozen=True)
class Rig:
    """A lake with a stream, and the servers that it needs."""

    settings: Settings
    broker: Broker
    database: Database | None = None


class Kill(NamedTuple):
    """Whom to kill, and when: ``consumer``, ``broker`` or ``database``, at a point of the consumer."""

    whom: str
    point: Point

    @property
    def name(self) -> str:
        """For people."""
        return self.point.name if self.whom == "consumer" else f"of the {self.whom}, {self.point.name}"


class Ended(NamedTuple):
    """How a kill ended: whether it came, whether the consumer went on by itself where it should, and what was not."""

    was_killed: bool
    has_gone_on: bool = True
    failures: Sequence[str] = ()


def kills_of(rig: Rig) -> Sequence[Kill]:
    """Every kill that there is at a rig."""
    consumers = [*OF_A_CONSUMER, *([TOLD] if isinstance(rig.broker, Mqtt) else [])]
    servers = ["broker", *(["database"] if rig.database else [])]
    return [
        *(Kill("consumer", point) for point in consumers),
        *(Kill(server, point) for server in servers for point in OF_A_SERVER),
    ]


def killed_streams(rig: Rig, kills: int, seed: int = 0) -> Kills:
    """Send messages and kill consumer, broker or database, again and again; compare after each, and at the end.

    Args:
        rig: its broker has no topic of ours yet; the lake is made where there is none.
        kills: how many.
        seed: the same one chooses the same messages and moments.
    """
    rig.broker.create()
    sent, came, started = Sent(random.Random(seed)), Kills(), perf_counter()
    code = await_end(read_to_the_end(rig.settings, 0), PATIENCE_SECONDS)
    came.failures += [] if code == 0 else [f"the first consumer ended with {code}"]
    for kill in cycle(kills_of(rig)):
        if came.count >= kills or came.failures or len(came.missed) > kills:
            break
        rig.broker.send(sent.more())
        ended = _kill_consumer(rig, kill.point, sent) if kill.whom == "consumer" else _kill(rig, kill, sent)
        if ended.was_killed:
            came.add(kill.name)
        elif kill.point is not AT_ANY_TIME:
            came.missed.append(kill.name)
        is_compared = came.count % EVERY == 0 or not ended.has_gone_on
        failures = [*ended.failures, *broken(rig.settings), *(_compared(rig, sent) if is_compared else ())]
        came.failures += [f"kill {came.count}, {kill.name}: {failure}" for failure in failures]
    came.failures += _compared(rig, sent)
    came.seconds = perf_counter() - started
    return came


def _compared(rig: Rig, sent: Sent) -> list[str]:
    """Read to the end, and compare all windows with those of the messages sent."""
    code = await_end(read_to_the_end(rig.settings), PATIENCE_SECONDS)
    ended = [] if code == 0 else [f"the consumer ended with {code}"]
    return [*ended, *broken(rig.settings), *differing(rig.settings, sent)]


def _kill_consumer(rig: Rig, point: Point, sent: Sent) -> Ended:
    """Start a consumer that dies at a point, or is killed at a random moment."""
    process = consumer(rig.settings, None if point is AT_ANY_TIME else point)
    if point is AT_ANY_TIME:
        process.join(sent.chance.uniform(0, LONGEST_SECONDS))
        process.kill()
    code = await_end(process, PATIENCE_SECONDS)
    if code is None:
        process.kill()
    return Ended(code == -9)


def _kill(rig: Rig, kill: Kill, sent: Sent) -> Ended:
    """Kill a server at a point of a consumer, start it again, and see whether the consumer goes on by itself."""
    server: Killed = rig.broker if kill.whom == "broker" else rig.database  # type: ignore[assignment]
    is_any = kill.point is AT_ANY_TIME
    strike = Strike(server)
    process = consumer(rig.settings, None if is_any else kill.point, strike)
    if is_any:
        # A stream that begins without a broker or a database ends, and says so: it is to have begun.
        await_messages(rig.settings, sent, PATIENCE_SECONDS, process)
        rig.broker.send(sent.more())
        process.join(sent.chance.uniform(0, LONGEST_SECONDS / 4))
        strike()
    was_killed = strike.has_come(PATIENCE_SECONDS)
    if not was_killed:
        process.kill()
        strike()
    server.restart()
    rig.broker.send(sent.more())
    has_gone_on = await_messages(rig.settings, sent, PATIENCE_SECONDS, process)
    process.terminate()
    code = await_end(process, PATIENCE_SECONDS)
    is_wrong = was_killed and (not has_gone_on or code != 0)
    failures = [f"the consumer did not go on by itself, and ended with {code}"] if is_wrong else []
    return Ended(was_killed, has_gone_on, failures)
