"""How much a stream takes: a backlog, and loads that go on."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.bench import Bench
from benchmarks.measure import StepFailedError
from benchmarks.streams.processes import begin_in, consuming, new_lake, sending, sent_by
from benchmarks.streams.sending import Load
from benchmarks.streams.watching import Seen, watching
from benchmarks.tables import tenths
from harness.kafka import KafkaCluster

RATES = (1_000, 5_000, 10_000, 20_000)
BACKLOG, BACKLOG_METERS = 1_000_000, 1_000
BACKLOG_SETTINGS: dict[str, str] = {}
SUSTAINED_SECONDS, LEAST_SECONDS = 120, 15
SENDER_STARTS_SECONDS = 12
PATIENCE_SECONDS = 600


@dataclass(frozen=True)
class Backlog:
    """What became of a backlog: messages after the first commit, the seconds for them, and commits."""

    messages: int
    seconds: float
    cpu_seconds: float
    commits: int
    sent_per_second: float

    @property
    def per_second(self) -> float:
        """Messages a second from the first commit to the last."""
        return self.messages / self.seconds


@dataclass(frozen=True)
class Sustained:
    """What became of a load: whether the lag stayed, and what it was in messages in the last thirds."""

    offered: int
    sent_per_second: float
    latest_seconds: float
    commits: int
    cpu_share: float
    lag_middle: int
    lag_end: int
    is_held: bool


def backlog(bench: Bench, kafka: KafkaCluster) -> Backlog:
    """Send a backlog, then start a consumer and see how long it takes from its first commit to its last."""
    seconds = max(round(BACKLOG * bench.scale / BACKLOG_METERS), 100)
    lake = new_lake(bench, kafka, "backlog", BACKLOG_METERS, **BACKLOG_SETTINGS)
    load = Load(kafka.bootstrap, "backlog", BACKLOG_METERS, seconds, begin_in(-seconds), paced=False)
    with sending(bench, "backlog", load) as sender:
        sent = sent_by(bench, "backlog", sender)
    with consuming(bench, "backlog", lake) as consumer, watching(lake, consumer.process.pid) as watch:
        if not watch.has_come_to(int(sent["sent"]), PATIENCE_SECONDS):
            raise StepFailedError(f"Of {sent['sent']:,.0f} messages {watch.messages:,} came in {PATIENCE_SECONDS} s.")
        cpu_seconds = consumer.cpu_seconds
    first, *others = watch.commits
    if not others:
        raise StepFailedError("The backlog was one commit, which has no rate. Choose a larger --scale.")
    took = others[-1].at - first.at
    count = sum(commit.messages for commit in others)
    return Backlog(count, took, cpu_seconds, len(watch.commits), sent["sent"] / sent["seconds"])


def sustained(bench: Bench, kafka: KafkaCluster, rate: int) -> Sustained:
    """Offer a load to a consumer for a while, and see whether its lag grows."""
    seconds, name = max(round(SUSTAINED_SECONDS * bench.scale), LEAST_SECONDS), f"rate-{rate}"
    lake = new_lake(bench, kafka, name, rate)
    with consuming(bench, name, lake) as consumer, watching(lake, consumer.process.pid) as watch:
        load = Load(kafka.bootstrap, name, rate, seconds, begin_in(SENDER_STARTS_SECONDS))
        before = consumer.cpu_seconds
        with sending(bench, name, load) as sender:
            sent = sent_by(bench, name, sender)
            cpu_seconds = consumer.cpu_seconds - before
        watch.has_come_to(int(sent["sent"]), seconds)
    lags = [
        lag for commit, lag in zip(watch.commits, lags_of(watch.commits, load), strict=True) if _is_sent(commit, load)
    ]
    if len(lags) < 3:
        return Sustained(rate, sent["sent"] / sent["seconds"], sent["latest_seconds"], len(lags), 1.0, 0, 0, False)
    third = len(lags) // 3
    middle, end = round(median(lags[third : 2 * third])), round(median(lags[-third:]))
    is_held = end <= middle * 1.25 + rate and watch.messages == sent["sent"]
    sent_per_second = sent["sent"] / sent["seconds"]
    share = cpu_seconds / seconds
    return Sustained(rate, sent_per_second, sent["latest_seconds"], len(lags), share, middle, end, is_held)


def lags_of(commits: Sequence[Seen], load: Load) -> list[int]:
    """The messages that were sent and not committed, just before each commit was seen."""
    lags, committed = [], 0
    for commit in commits:
        sent = round(min(max(commit.at - load.begin, 0), load.seconds) * load.meters)
        lags.append(sent - committed)
        committed += commit.messages
    return lags


def _is_sent(commit: Seen, load: Load) -> bool:
    return commit.at <= load.begin + load.seconds


def row_of(held: Sustained) -> tuple[str, int, float, int, int, int, str]:
    """A load as the table shows it."""
    share = round(held.cpu_share * 100)
    verdict = "yes" if held.is_held else "no"
    sent = (f"{held.offered:,}/s", round(held.sent_per_second), tenths(held.latest_seconds))
    return *sent, held.commits, share, held.lag_middle, held.lag_end, verdict  # type: ignore[return-value]
