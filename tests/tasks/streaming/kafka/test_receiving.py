"""The next batch of a real broker is gathered while nobody waits for it, in order, and none is lost."""

import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from harness.kafka import KafkaCluster
from wattlake.lake.stream_settings import Stream
from wattlake.lake.streaming.batches import Batch
from wattlake.lake.streaming.messages import Event, Message, Position
from wattlake.tasks.streaming.kafka.transport import KafkaTransport
from wattlake.tasks.streaming.receiving import Receiver

BATCH_SECONDS, PATIENCE_SECONDS, MOST = 0.5, 30, 6


def now() -> datetime:
    return datetime.now(UTC)


def read(message: Message) -> list[Event]:
    return [Event("m", None, now().isoformat(), None, "power", message.payload.decode(), "W", None, None)]


@pytest.fixture
def topic(kafka: KafkaCluster) -> str:
    return kafka.create(f"ahead-{uuid.uuid4().hex}")


@pytest.fixture
def transport(kafka: KafkaCluster, topic: str) -> Iterator[KafkaTransport]:
    described = {"broker": f"kafka://{kafka.bootstrap}", "topics": {"energy_meters": topic}}
    settings = {"batch_messages": MOST, "batch_seconds": BATCH_SECONDS}
    transport = KafkaTransport(Stream.model_validate(described | settings), now)
    transport.open({Position(topic, 0): 0})
    yield transport
    transport.close()


def numbers(batch: Batch) -> list[str]:
    return [message.payload.decode() for message in batch.messages]


def first_of(receiver: Receiver) -> Batch:
    """The first batch with messages: a broker may take longer than one wait to hand over the first."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not (batch := receiver.next_batch()).messages:
        assert time.monotonic() < until
    return batch


def test_what_comes_while_a_batch_is_committed_is_one_batch_that_is_read_already(kafka, topic, transport):
    kafka.send(topic, [b"0"])
    with Receiver(transport.stream, transport, read) as receiver:
        assert numbers(first_of(receiver)) == ["0"]
        # In a commit of three waits, something comes in each.
        for number in (b"1", b"2", b"3"):
            kafka.send(topic, [number])
            time.sleep(BATCH_SECONDS)
        batch = receiver.next_batch()
    assert numbers(batch) == ["1", "2", "3"]
    assert batch.rows["value"].to_pylist() == ["1", "2", "3"]
    assert batch.waiting == 0


def test_no_batch_is_larger_than_the_settings_say_and_what_was_read_ahead_in_vain_comes_again(kafka, topic, transport):
    kafka.send(topic, [b"%d" % number for number in range(MOST + 2)])
    with Receiver(transport.stream, transport, read) as receiver:
        assert numbers(first_of(receiver)) == [str(number) for number in range(MOST)]
        time.sleep(2 * BATCH_SECONDS)
    transport.close()
    transport.open({Position(topic, 0): MOST})
    with Receiver(transport.stream, transport, read) as receiver:
        assert numbers(first_of(receiver)) == [str(MOST), str(MOST + 1)]


def test_an_error_of_the_receiver_is_raised_where_its_batch_is_awaited(kafka, topic, transport):
    def refuse(_: Message) -> list[Event]:
        raise ValueError("a fault of ours")

    kafka.send(topic, [b"0"])
    with pytest.raises(ValueError, match="a fault of ours"), Receiver(transport.stream, transport, refuse) as receiver:
        first_of(receiver)
