"""How soon a stream tells: from an event to its window, and to an alert at a webhook."""

from dataclasses import dataclass
from statistics import median, quantiles
from time import sleep, time

from benchmarks.bench import Bench
from benchmarks.measure import StepFailedError
from benchmarks.streams.hook import Hook, listening
from benchmarks.streams.processes import begin_in, consuming, new_lake, sending, sent_by
from benchmarks.streams.rates import SENDER_STARTS_SECONDS
from benchmarks.streams.sending import Load, planted_times
from benchmarks.streams.watching import percentiles, watching
from harness.kafka import KafkaCluster

METERS, SECONDS, LEAST_SECONDS, PLANTED_EVERY = 1_000, 300, 30, 2
LAST_POSTS_SECONDS = 90


@dataclass(frozen=True)
class Latency:
    """Seconds: median, 95th percentile, most; of ``count`` events."""

    count: int
    half: float
    most_of_all: float
    latest: float


def latencies(bench: Bench, kafka: KafkaCluster) -> tuple[Latency, Latency]:
    """Measure seconds from an event to its window, and from an impossible value to its message at a webhook.

    Raises:
        StepFailedError: a message did not come, or one that nobody planted.
    """
    seconds = max(round(SECONDS * bench.scale), LEAST_SECONDS)
    with listening() as hook:
        lake = new_lake(bench, kafka, "latency", METERS, WATTLAKE_ALERT__HOOK=hook.address)
        with consuming(bench, "latency", lake) as consumer, watching(lake, consumer.process.pid) as watch:
            begin = begin_in(SENDER_STARTS_SECONDS)
            load = Load(kafka.bootstrap, "latency", METERS, seconds, begin, planted_every=PLANTED_EVERY)
            with sending(bench, "latency", load) as sender:
                sent = sent_by(bench, "latency", sender)
            until = time() + LAST_POSTS_SECONDS
            watch.has_come_to(int(sent["sent"]), LAST_POSTS_SECONDS)
            while _times_of_posts(hook, load).keys() < planted_times(load).keys() and time() < until:
                sleep(0.2)
        windows = Latency(watch.messages, *percentiles(lake, watch))
    return windows, _of_posts(hook, load)


def _of_posts(hook: Hook, load: Load) -> Latency:
    """The seconds from each planted value to its first post."""
    planted, came = planted_times(load), _times_of_posts(hook, load)
    if missing := planted.keys() - came.keys():
        raise StepFailedError(
            f"{len(missing)} of {len(planted)} planted alerts did not come, {min(missing)} the first."
        )
    if "" in came:
        raise StepFailedError("An alert of an impossible value came that was not planted.")
    seconds = [came[meter] - at for meter, at in planted.items()]
    return Latency(len(seconds), median(seconds), quantiles(seconds, n=20)[-1], max(seconds))


def _times_of_posts(hook: Hook, load: Load) -> dict[str, float]:
    """When the first post of an impossible value came, by the planted meter that it names, or by no name."""
    came: dict[str, float] = {}
    for at, text in list(hook.posts):
        if "impossible" in text:
            came.setdefault(next((name for name in planted_times(load) if name in text), ""), at)
    return came
