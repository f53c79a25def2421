"""The trials of streams: on which catalog, with which broker."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from benchmarks.torture.stream_servers import TOPIC, Broker, Database, Kafka, Mqtt
from benchmarks.torture.streams import Rig, killed_streams
from benchmarks.torture.trials import Trial
from harness.kafka import kafka_cluster
from harness.mosquitto import mosquitto_broker
from harness.services import postgres_server
from wattlake.lake.settings import Settings

NAME = "kill -9 of a stream's consumer, broker and database: none lost or doubled, no window wrong"
SHARES = {"SQLite, Kafka": 0.3, "PostgreSQL, Kafka": 0.5, "SQLite, MQTT": 0.2}
"""Which part of the kills is tried where; a database that can be killed has the most to try."""
BATCH_SECONDS = 0.2


def stream_trials(folder: Path, kills: int, seed: int) -> Iterator[Trial]:
    """Kill streams on both catalogs and with both kinds of brokers."""
    for number, (on, share) in enumerate(SHARES.items()):
        with _rig(on, folder / f"stream-{number}") as rig:
            came = killed_streams(rig, round(kills * share), seed)
        failures = came.failures + [f"not killed {point}" for point in came.missed]
        yield Trial(NAME, on, came.count, "kills", came.seconds, failures, dict(sorted(came.at.items())))


@contextmanager
def _rig(on: str, data: Path) -> Iterator[Rig]:
    if on == "SQLite, MQTT":
        with mosquitto_broker() as mosquitto:
            stream = {"broker": mosquitto.address, "topics": {"energy_meters": f"{TOPIC}/#"}}
            yield _with(Mqtt(mosquitto), data, stream)
        return
    with kafka_cluster() as cluster:
        stream = {"broker": f"kafka://{cluster.bootstrap}"}
        if on == "SQLite, Kafka":
            yield _with(Kafka(cluster), data, stream)
            return
        with postgres_server() as server:
            yield _with(Kafka(cluster), data, stream, Database(server), server.new_database())


def _with(
    broker: Broker, data: Path, stream: Mapping[str, object], database: Database | None = None, catalog: str = ""
) -> Rig:
    settings = {"data": str(data), "catalog": catalog, "stream": {**stream, "batch_seconds": BATCH_SECONDS}}
    return Rig(Settings.model_validate(settings), broker, database)
