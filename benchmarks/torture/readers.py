"""Readers that ask all the time, whatever others do to the lake, and must never see a mixture."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import parent_process
from multiprocessing.connection import Connection as Pipe
from multiprocessing.synchronize import Event

from benchmarks.torture.processes import warm
from benchmarks.torture.promises import ONE_SNAPSHOT, mixture
from wattlake.lake.settings import Settings
from wattlake.lake.store.connection import current_snapshot
from wattlake.lake.store.lake import Lake

PAUSE_SECONDS = 0.01


@dataclass
class Polls:
    """What readers saw.

    Attributes:
        count: how often they asked.
        states: how many different states they saw.
        failures: mixtures and errors, a sentence each.
    """

    count: int = 0
    states: int = 0
    failures: list[str] = field(default_factory=list)


@contextmanager
def readers(settings: Settings, processes: int, pause_seconds: float = PAUSE_SECONDS) -> Iterator[Polls]:
    """Let processes poll the lake while the block runs; what they saw is there when it has ended."""
    context, polls = warm(), Polls()
    enough = context.Event()
    pipes, asking = [], []
    for _ in range(processes):
        here, there = context.Pipe()
        asking.append(context.Process(target=_poll, args=(settings, enough, there, pause_seconds)))
        asking[-1].start()
        there.close()
        pipes.append(here)
    for pipe in pipes:
        pipe.recv()  # It has asked once.
    try:
        yield polls
    finally:
        enough.set()
        seen = set()
        for pipe, process in zip(pipes, asking, strict=True):
            try:
                count, states, failures = pipe.recv()
                polls.count += count
                polls.failures += failures
                seen |= states
            except EOFError:
                polls.failures.append("a reader ended without a word")
            process.join()
        polls.states = len(seen)


def _poll(settings: Settings, enough: Event, pipe: Pipe, pause_seconds: float) -> None:
    """Ask in one query, and in a transaction of two; with a connection kept open, and now and then with a new one."""
    count, states, failures = 0, set(), []
    lake = Lake(settings, read_only=True)
    asking = parent_process()
    # One that is killed never says that it is enough.
    while not enough.wait(pause_seconds) and (asking is None or asking.is_alive()):
        connection = lake.reader()
        failures += mixture(connection)
        connection.execute("begin")
        first = connection.execute(ONE_SNAPSHOT).fetchall(), current_snapshot(connection)
        second = connection.execute(ONE_SNAPSHOT).fetchall(), current_snapshot(connection)
        connection.execute("commit")
        connection.close()
        if first != second:
            failures.append(f"a transaction saw {first}, then {second}")
        states.add(first[0][0])
        count += 3
        if count == 3:
            pipe.send("asked")
        if count % 60 == 0:
            lake.close()
    lake.close()
    pipe.send((count, states, failures))
