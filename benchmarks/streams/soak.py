"""A soak: a load that goes on, with a build every few minutes; memory, lag and files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import mean, median
from time import sleep, time

from benchmarks.bench import Bench
from benchmarks.streams.processes import begin_in, consuming, new_lake, sending, sent_by
from benchmarks.streams.rates import SENDER_STARTS_SECONDS, lags_of
from benchmarks.streams.sending import Load
from benchmarks.streams.watching import Memory, Watch, live_files, watching
from harness.kafka import KafkaCluster

METERS = 1_000
BUILD_MINUTES, WARM_MINUTES = 5.0, 10.0
CAUGHT_UP_SECONDS = 120


@dataclass(frozen=True)
class Build:
    """A build in a soak.

    Attributes:
        minute: when it began.
        seconds: how long it took.
        lag: the most messages that were sent and not committed, while it ran or after.
        back_seconds: how long after its end until fewer messages waited than come in a second; none where it was not.
    """

    minute: float
    seconds: float
    lag: int
    back_seconds: float | None


@dataclass
class Soak:
    """What came of a soak.

    Attributes:
        minutes: how long it was.
        memory: mean bytes of the consumer in each minute.
        builds: one after the other.
        held: files of all tables, and MB of the catalog: before and after.
        lost: messages that were sent and are not in the lake.
    """

    minutes: float
    memory: list[float] = field(default_factory=list)
    builds: list[Build] = field(default_factory=list)
    held: list[tuple[int, float]] = field(default_factory=list)
    lost: int = 0

    @property
    def warm(self) -> list[float]:
        """The minutes after the consumer is warm."""
        return self.memory[round(min(WARM_MINUTES, self.minutes / 4)) :]

    @property
    def growth_pct(self) -> float:
        """How far the mean of the last fifth of the warm minutes is above that of their first fifth."""
        fifth = max(len(self.warm) // 5, 1)
        return (mean(self.warm[-fifth:]) / mean(self.warm[:fifth]) - 1) * 100

    @property
    def peak_pct(self) -> float:
        """How far the largest of the warm minutes is above their median."""
        return (max(self.warm) / median(self.warm) - 1) * 100


def soak(bench: Bench, kafka: KafkaCluster) -> Soak:
    """Offer a load for a long time, build every few minutes, and look at the consumer all the while."""
    minutes = max(bench.soak_minutes * bench.scale, 2.0)
    lake = new_lake(bench, kafka, "soak", METERS)
    came = Soak(minutes, held=[live_files(lake)])
    with consuming(bench, "soak", lake) as consumer, watching(lake, consumer.process.pid) as watch:
        load = Load(kafka.bootstrap, "soak", METERS, round(minutes * 60), begin_in(SENDER_STARTS_SECONDS))
        with sending(bench, "soak", load) as sender:
            every = min(BUILD_MINUTES, minutes / 4) * 60
            while time() + 2 * every < load.begin + load.seconds + every / 2:
                sleep(every)
                came.builds.append(_built(bench, lake, watch, load))
            sent = sent_by(bench, "soak", sender)
        watch.has_come_to(int(sent["sent"]), CAUGHT_UP_SECONDS)
    came.memory = _by_minute(watch.memory, load)
    came.held.append(live_files(lake))
    came.lost = int(sent["sent"]) - watch.messages
    return came


def _built(bench: Bench, lake: Mapping[str, str], watch: Watch, load: Load) -> Build:
    began = time()
    step = bench.wattlake(f"build {len(bench.steps)}, beside the stream", "build", lake=lake)
    ended = time()
    back = None
    while back is None and time() < ended + CAUGHT_UP_SECONDS:
        sleep(0.2)
        late = [commit for commit in watch.commits if commit.at > ended]
        back = next((commit.at - ended for commit in late if commit.waiting < load.meters), None)
    lags = [lag for commit, lag in zip(watch.commits, lags_of(watch.commits, load), strict=False) if commit.at > began]
    return Build((began - load.begin) / 60, step.cost.seconds, max(lags, default=0), back)


def _by_minute(memory: Sequence[Memory], load: Load) -> list[float]:
    """The mean of each minute of the load."""
    minutes: dict[int, list[int]] = {}
    for at, held in memory:
        if 0 <= at - load.begin < load.seconds:
            minutes.setdefault(int((at - load.begin) // 60), []).append(held)
    return [mean(minutes[minute]) for minute in sorted(minutes)]
