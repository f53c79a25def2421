"""The page Live of a stream: how soon ten viewers see what is wrong."""

from benchmarks.bench import Bench
from benchmarks.results import Result, Table, Target
from benchmarks.streams.viewers import METERS, VIEWERS, viewed
from harness.kafka import kafka_cluster

NOTES = (
    f"{METERS} meters send their power each second; one says 90 kW every five seconds, each time another. Broker, "
    f"sender, `wattlake stream`, the dashboard and a Chromium with {VIEWERS} open pages share the two cores.",
    "Measured is from the time in the message until the alert of its meter is in the text of a page; each alert counts "
    "once a page.",
)


def measure_stream_viewers(bench: Bench, result: Result) -> None:
    """Measure how soon an alert is on each of ten open pages.

    Raises:
        StepFailedError: a step ended with an error, there is no browser, or an alert was not shown.
    """
    result.notes += NOTES
    with kafka_cluster() as kafka:
        seen = viewed(bench, kafka)
    result.targets.append(Target(f"event to the page of {VIEWERS} viewers, p95", seen.most_of_all, "s", 5))
    columns = ("", "alerts on pages", "p50 s", "p95 s", "most s")
    row = (
        "impossible value to page",
        seen.count,
        round(seen.half, 2),
        round(seen.most_of_all, 2),
        round(seen.latest, 2),
    )
    result.tables.append(Table("From event to page", columns, [row]))
