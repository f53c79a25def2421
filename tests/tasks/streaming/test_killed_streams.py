"""A stream whose consumer, broker and database are killed loses and doubles nothing, and no window is wrong."""

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.torture import streams
from benchmarks.torture.stream_servers import TOPIC, Broker, Database, Kafka, Mqtt
from benchmarks.torture.streams import Rig, killed_streams
from benchmarks.torture.streams import kills_of as every
from harness.kafka import KafkaCluster
from harness.mosquitto import mosquitto_broker
from harness.services import postgres_server
from wattlake.lake.settings import Settings

OF_MQTT = {
    "before a batch is committed",
    "after a batch is committed",
    "after a batch is acknowledged",
    "of the broker, after a batch is archived",
}
"""Where it matters that the broker is told after the commit; `make torture` kills at every point, 500 times."""


def rig(folder: Path, broker: Broker, address: str, topic: str = TOPIC, **values: str) -> Rig:
    stream = {"broker": address, "batch_seconds": 0.2, "topics": {"energy_meters": topic}}
    return Rig(Settings(data=str(folder / "lake"), stream=stream, **values), broker)


@pytest.mark.timeout(600)
def test_kills_of_consumer_and_broker_lose_and_double_nothing(kafka: KafkaCluster, tmp_path: Path):
    of_kafka = rig(tmp_path, Kafka(kafka), f"kafka://{kafka.bootstrap}")
    came = killed_streams(of_kafka, kills=8)
    assert (came.failures, came.missed) == ([], [])
    assert len(came.at) == 8
    assert "of the broker, between bronze and windows" in came.at


@pytest.mark.long
@pytest.mark.timeout(600)
def test_kills_between_commit_and_acknowledgement_of_mqtt_double_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(streams, "kills_of", lambda rig: [kill for kill in every(rig) if kill.name in OF_MQTT])
    with mosquitto_broker() as mosquitto:
        of_mqtt = rig(tmp_path, Mqtt(mosquitto), mosquitto.address, f"{TOPIC}/#")
        came = killed_streams(of_mqtt, kills=len(OF_MQTT))
    assert (came.failures, came.missed) == ([], [])
    assert came.at.keys() == OF_MQTT


@pytest.mark.long
@pytest.mark.timeout(600)
def test_a_database_that_is_killed_at_any_point_of_a_commit_loses_and_doubles_nothing(
    kafka: KafkaCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(streams, "kills_of", lambda rig: [kill for kill in every(rig) if kill.whom == "database"])
    with postgres_server() as server:
        catalog = server.new_database()
        topic = {"topic": f"energy-meters-{tmp_path.name}"}
        of_both = rig(tmp_path, Kafka(kafka, **topic), f"kafka://{kafka.bootstrap}", **topic, catalog=catalog)
        came = killed_streams(replace(of_both, database=Database(server)), kills=5)
    assert (came.failures, came.missed) == ([], [])
    assert len(came.at) == 5
