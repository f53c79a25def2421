"""The soak of a stream: hours of messages beside builds, and what they leave."""

from benchmarks.bench import Bench
from benchmarks.results import Result, Table, Target
from benchmarks.streams.soak import Soak, soak
from benchmarks.tables import tenths
from harness.kafka import kafka_cluster

NOTES = (
    "The processes are those of the part `stream`: a broker, the sender, `wattlake stream`, and a reader that looks "
    "for commits five times a second.",
    "In the soak a build runs every five minutes beside the stream, and holds the writer's lock of the SQLite catalog. "
    "The lag is back once fewer messages wait at the broker than come in a second. Memory is the resident set of the "
    "consumer, by the mean of each minute; flat is the last fifth of the minutes after the tenth beside the first.",
)


def measure_stream_soak(bench: Bench, result: Result) -> None:
    """Measure hours of a stream of a real Kafka.

    Raises:
        StepFailedError: a step ended with an error.
    """
    result.notes += NOTES
    with kafka_cluster() as kafka:
        _add_soak(result, soak(bench, kafka))


def _add_soak(result: Result, came: Soak) -> None:
    never = sum(build.back_seconds is None for build in came.builds)
    result.targets += [
        Target(f"memory after {came.minutes:g} minutes at 1,000 messages/s, growth", came.growth_pct, "%", 10),
        Target(f"builds of {len(came.builds)} after which the lag did not come back", never, "builds", 0),
        Target("messages that are not in the lake", came.lost, "messages", 0),
    ]
    builds = [
        (f"minute {build.minute:.0f}", tenths(build.seconds), build.lag, _tenths(build.back_seconds))
        for build in came.builds
    ]
    memory = [(f"minute {minute + 1}", round(held / 1e6)) for minute, held in enumerate(came.memory)]
    (files, catalog_mb), (files_after, catalog_mb_after) = came.held
    held = [("before", files, tenths(catalog_mb)), ("after", files_after, tenths(catalog_mb_after))]
    result.tables += [
        Table(
            "Builds beside the stream", ("build at", "s", "most messages behind", "s until the lag was back"), builds
        ),
        Table("Memory of the consumer", ("in", "MB"), memory[:: max(len(memory) // 24, 1)]),
        Table("What the lake holds", ("the soak", "files of all tables", "MB of catalog"), held),
    ]
    result.notes.append(f"The largest minute of the consumer's memory is {came.peak_pct:.0f} % above their median.")


def _tenths(seconds: float | None) -> float | None:
    return None if seconds is None else tenths(seconds)
