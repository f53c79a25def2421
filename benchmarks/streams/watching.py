"""Watching a stream from outside: when a reader sees each commit, and what the consumer's process takes."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from time import time
from typing import NamedTuple

import duckdb

from benchmarks.measure import resident_bytes
from benchmarks.told import opened_lake
from wattlake.lake.sql import Connection

LOOK_SECONDS, MEMORY_SECONDS = 0.2, 5.0
BATCHES = (
    "select landing_id, messages, waiting, windows, quarantined from ops.stream_batch "
    "where landing_id > {newest} order by landing_id"
)


class Seen(NamedTuple):
    """One commit as a reader saw it.

    Attributes:
        at: when it was seen, in seconds since 1970.
        landing_id: the batch.
        messages: of the batch.
        waiting: messages that the broker had besides.
        windows: windows that were made anew.
        quarantined: values that cannot be.
    """

    at: float
    landing_id: int
    messages: int
    waiting: int
    windows: int
    quarantined: int


class Memory(NamedTuple):
    """What a process held in memory at a time."""

    at: float
    bytes: int


@dataclass
class Watch:
    """What has been seen so far."""

    commits: list[Seen] = field(default_factory=list)
    memory: list[Memory] = field(default_factory=list)
    stopped: Event = field(default_factory=Event)

    @property
    def messages(self) -> int:
        """How many messages are committed."""
        return sum(commit.messages for commit in self.commits)

    def has_come_to(self, messages: int, seconds: float) -> bool:
        """Wait until so many messages are committed; whether they were in time."""
        until = time() + seconds
        while self.messages < messages and time() < until:
            self.stopped.wait(LOOK_SECONDS)
        return self.messages >= messages


@contextmanager
def watching(lake: Mapping[str, str], process_id: int) -> Iterator[Watch]:
    """Watch the commits to a lake by a reader, and the memory of a process, while the block runs."""
    watch = Watch()
    with opened_lake(lake) as reader:
        threads = [Thread(target=_look, args=(watch, reader)), Thread(target=_weigh, args=(watch, process_id))]
        for thread in threads:
            thread.start()
        try:
            yield watch
        finally:
            watch.stopped.set()
            for thread in threads:
                thread.join()


def _look(watch: Watch, reader: Connection) -> None:
    newest = 0
    while not watch.stopped.wait(LOOK_SECONDS):
        with suppress(duckdb.Error):  # A catalog that is being written may be locked for a moment.
            rows = reader.execute(BATCHES.format(newest=newest)).fetchall()
            watch.commits += [Seen(time(), *row) for row in rows]
            newest = max([newest, *(row[0] for row in rows)])


def _weigh(watch: Watch, process_id: int) -> None:
    while not watch.stopped.wait(MEMORY_SECONDS):
        with suppress(FileNotFoundError, ProcessLookupError):
            watch.memory.append(Memory(time(), resident_bytes(process_id)))


def percentiles(lake: Mapping[str, str], watch: Watch) -> tuple[float, float, float]:
    """Seconds from the time of a message until a reader saw its window: median, 95th percentile, most."""
    seen = ", ".join(f"({commit.landing_id}, {commit.at!r}::double)" for commit in watch.commits)
    with opened_lake(lake) as reader:
        ((half, most_of_all, latest),) = reader.execute(
            f"""
            select median(seconds), quantile_cont(seconds, 0.95), max(seconds)
            from (
                select seen_at - epoch(time::timestamptz) as seconds
                from bronze.meter_events
                inner join (values {seen}) as seen (_landing_id, seen_at) using (_landing_id)
            )
            """
        ).fetchall()
    return half, most_of_all, latest


def live_files(lake: Mapping[str, str]) -> tuple[int, float]:
    """How many files the tables of a lake refer to, and how many MB its catalog has."""
    with opened_lake(lake) as reader:
        ((files,),) = reader.execute(
            "select sum(file_count + delete_file_count) from ducklake_table_info('lake')"
        ).fetchall()
    catalog = sum(path.stat().st_size for path in Path(lake["WATTLAKE_DATA"]).glob("catalog.sqlite*"))
    return int(files), catalog / 1e6
