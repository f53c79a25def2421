"""The leader of a partition is killed while a stream reads it and a sender writes: all is in the lake, once."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from time import monotonic

import pytest

from harness.kafka import KafkaCluster, kafka_cluster
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake
from wattlake.tasks.streaming.running import run_stream

FIRST, MESSAGES, PATIENCE_SECONDS = datetime(2026, 3, 1, tzinfo=UTC), 4_000, 90
SENT_BEFORE = 500


def messages(partition: int) -> list[bytes]:
    return [
        json.dumps(
            {
                "meter_id": f"m{partition}",
                "period_start_utc": (FIRST + timedelta(minutes=minute)).isoformat(),
                "period_seconds": 60,
                "energy_kwh": "0.001",
            }
        ).encode()
        for minute in range(MESSAGES // 2)
    ]


def await_that(is_so: Callable[[], bool]) -> None:
    until = monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert monotonic() < until
        Event().wait(0.1)


def leader(kafka: KafkaCluster, topic: str, partition: int) -> int:
    return kafka.admin.list_topics(topic, timeout=10).topics[topic].partitions[partition].leader


@pytest.mark.long
@pytest.mark.timeout(300)
def test_the_death_of_a_partitions_leader_loses_and_doubles_nothing(tmp_path: Path) -> None:
    with kafka_cluster(brokers=2) as kafka:
        topic = kafka.create("energy-meters", partitions=2)
        of_second = next(partition for partition in (0, 1) if leader(kafka, topic, partition) == 2)
        stream = {"broker": f"kafka://{kafka.bootstrap}", "batch_seconds": 0.2}
        lake, stopped, taken = Lake(Settings(data=str(tmp_path / "lake"), stream=stream)), Event(), [0]

        def read() -> None:
            for step in run_stream(lake, lambda: datetime.now(UTC), stopped):
                taken[0] += step.committed.messages if step.committed else 0

        def send(partition: int) -> None:
            payloads = messages(partition)
            for first in range(0, len(payloads), 50):
                kafka.send(topic, payloads[first : first + 50], partition)

        threads = [Thread(target=read), *(Thread(target=send, args=(partition,)) for partition in (0, 1))]
        for thread in threads:
            thread.start()
        await_that(lambda: taken[0] >= SENT_BEFORE)
        kafka.brokers[1].kill()
        assert taken[0] < MESSAGES, "it was killed after all was sent"
        for thread in threads[1:]:
            thread.join(PATIENCE_SECONDS)
        await_that(lambda: taken[0] >= MESSAGES)
        assert leader(kafka, topic, of_second) == 1
        stopped.set()
        threads[0].join(PATIENCE_SECONDS)
    counts = "select count(*), count(distinct (_partition, _offset)), count(distinct (meter_id, time)) "
    assert lake.reader().execute(counts + "from bronze.meter_events").fetchall() == [(MESSAGES,) * 3]
    windows = lake.reader().execute("select distinct energy_kwh::varchar, event_count from gold.window_5min").fetchall()
    assert windows == [("0.005000", 5)]
    lake.close()
