"""A stream whose consumer, broker and database are killed loses and doubles nothing, and no window is wrong."""

from pathlib import Path

import pytest

from benchmarks.torture.stream_servers import TOPIC, Broker, Kafka, Mqtt
from benchmarks.torture.streams import Rig, killed_streams
from harness.kafka import KafkaCluster
from harness.mosquitto import mosquitto_broker
from wattlake.lake.settings import Settings


def rig(folder: Path, broker: Broker, address: str, topic: str = TOPIC, **values: str) -> Rig:
    stream = {"broker": address, "batch_seconds": 0.2, "topics": {"energy_meters": topic}}
    return Rig(Settings(data=str(folder / "lake"), stream=stream, **values), broker)


@pytest.mark.timeout(300)
def test_kills_of_consumer_and_broker_lose_and_double_nothing(kafka: KafkaCluster, tmp_path: Path):
    of_kafka = rig(tmp_path, Kafka(kafka), f"kafka://{kafka.bootstrap}")
    came = killed_streams(of_kafka, kills=8)
    assert (came.failures, came.missed) == ([], [])
    assert len(came.at) == 8
    assert "of the broker, between bronze and windows" in came.at


@pytest.mark.timeout(300)
def test_kills_between_commit_and_acknowledgement_of_mqtt_double_nothing(tmp_path: Path):
    with mosquitto_broker() as mosquitto:
        of_mqtt = rig(tmp_path, Mqtt(mosquitto), mosquitto.address, f"{TOPIC}/#")
        came = killed_streams(of_mqtt, kills=8)
    assert (came.failures, came.missed) == ([], [])
    assert {"after a batch is committed", "after a batch is acknowledged"} <= came.at.keys()
    assert "of the broker, after a batch is archived" in came.at
