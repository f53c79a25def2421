"""The stream: a backlog, loads that go on, and how soon windows and alerts come."""

from benchmarks.bench import Bench
from benchmarks.results import Result, Table, Target
from benchmarks.streams import rates
from benchmarks.streams.latency import Latency, latencies
from benchmarks.tables import tenths
from harness.kafka import KafkaCluster, kafka_cluster

NOTES = (
    "Apache Kafka (one broker, KRaft, 256 MB of heap), the sender and `wattlake stream` are processes of their own on "
    "the same two cores, as is the reader that looks for commits five times a second: what they take, the consumer "
    "lacks. The catalog is SQLite.",
    "A meter sends its power once a second: so many messages a second are so many meters, each in the register with "
    "its member and zone. Four partitions. Windows and all rules of alerts are on; for the statistical one there are "
    "no four weeks of history.",
    "Messages are written before they are due; the sender (confluent-kafka, acknowledged by the broker) says how many "
    "it sent a second, and how late it ever was.",
    "The backlog is sent first; then the consumer is started. Its rate is that of the messages after the first commit, "
    "from when a reader sees that one until it sees the last. The start is apart.",
    "A load is held where, in its last third, no more messages are sent and not committed than in its middle third, a "
    "quarter and one second's messages allowed, and where at the end all are in the lake. The next one is offered only "
    "where this one was held.",
    "Latency is from the time in the message (when it was due to be sent) until a reader sees its window; that of an "
    "alert until the webhook on this machine is called, for a meter that says 90 kW once, every two seconds another.",
)


def measure_stream(bench: Bench, result: Result) -> None:
    """Measure the stream of a real Kafka.

    Raises:
        StepFailedError: a step ended with an error, or messages or alerts did not come.
    """
    result.notes += NOTES
    with kafka_cluster() as kafka:
        _measure_rates(bench, kafka, result)
        windows, alerts = latencies(bench, kafka)
        _add_latencies(result, windows, alerts)


def _measure_rates(bench: Bench, kafka: KafkaCluster, result: Result) -> None:
    backlog = rates.backlog(bench, kafka)
    listed, most = [], 0
    for rate in rates.RATES:
        held = rates.sustained(bench, kafka, rate)
        listed.append(rates.row_of(held))
        if not held.is_held:
            break
        most = rate
    result.targets += [
        Target("sustained, with windows and alerts", most, "messages/s", 5_000, 20_000, at_least=True),
        Target("a backlog", backlog.per_second, "messages/s", 20_000, 60_000, at_least=True),
    ]
    row = ("backlog", backlog.messages, tenths(backlog.seconds), round(backlog.per_second), backlog.commits)
    columns = (
        "",
        "messages after the first commit",
        "s",
        "messages/s",
        "commits",
        "processor s, start included",
        "sent/s",
    )
    result.tables += [
        Table("Backlog", columns, [(*row, tenths(backlog.cpu_seconds), round(backlog.sent_per_second))]),
        Table("Loads that go on", LOADS, listed),
    ]


LOADS = (
    *("offered", "sent/s", "sender's latest, s", "commits", "consumer's share of a core, %"),
    *("lag in the middle", "lag at the end", "held"),
)


def _add_latencies(result: Result, windows: Latency, alerts: Latency) -> None:
    result.targets += [
        Target("event to committed window at 1,000 messages/s, p95", windows.most_of_all, "s", 3, 1.5),
        Target("event to an alert at a webhook, p95", alerts.most_of_all, "s", 5, 3),
    ]
    rows = [
        (name, of.count, round(of.half, 2), round(of.most_of_all, 2), round(of.latest, 2))
        for name, of in (("event to window", windows), ("impossible value to webhook", alerts))
    ]
    result.tables.append(Table("Latency at 1,000 messages/s", ("", "events", "p50 s", "p95 s", "most s"), rows))
