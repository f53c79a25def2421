"""Kafka is read from where the lake stands; what the broker no longer has is told, and nothing is jumped over."""

import re
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from confluent_kafka import TopicPartition

from harness.kafka import PASSWORD, USER, KafkaCluster, kafka_cluster
from wattlake.lake.stream_settings import Stream
from wattlake.lake.streaming.messages import Position
from wattlake.tasks.streaming.kafka import connecting
from wattlake.tasks.streaming.kafka.transport import KafkaTransport
from wattlake.tasks.streaming.transports import BrokerError, LostMessagesError, Outgoing

PATIENCE_SECONDS = 30


@pytest.fixture
def topic(kafka: KafkaCluster) -> str:
    return kafka.create(f"meters-{uuid.uuid4().hex}")


def now() -> datetime:
    return datetime.now(UTC)


def stream(kafka: KafkaCluster, topic: str, broker: str = "", **values: object) -> Stream:
    topics = {"energy_meters": topic}
    return Stream.model_validate({"broker": broker or f"kafka://{kafka.bootstrap}", "topics": topics, **values})


@pytest.fixture
def opened(kafka: KafkaCluster):
    transports = []

    def of(topic: str, **offsets: int) -> KafkaTransport:
        transport = KafkaTransport(stream(kafka, topic), now)
        transport.open({Position(topic, int(name[1:])): offset for name, offset in offsets.items()})
        transports.append(transport)
        return transport

    yield of
    for transport in transports:
        transport.close()


def payloads(transport: KafkaTransport, count: int) -> list[bytes]:
    """What is received until there are so many."""
    received: list[bytes] = []
    deadline = time.monotonic() + PATIENCE_SECONDS
    while len(received) < count:
        assert time.monotonic() < deadline, received
        received += [message.payload for message in transport.receive(count - len(received), 0.3)]
    return received


def test_a_topic_is_read_from_its_start_and_then_from_where_the_lake_stands(kafka, topic, opened):
    kafka.send(topic, [b"0", b"1", b"2"])
    began = datetime.now(UTC)
    transport = opened(topic)
    (first, second) = transport.receive(2, PATIENCE_SECONDS)
    assert (first.topic, first.partition, first.offset, first.key, first.payload) == (topic, 0, 0, None, b"0")
    assert began - timedelta(minutes=1) < first.received_at_utc < datetime.now(UTC)
    assert second.offset == 1
    assert payloads(transport, 1) == [b"2"]
    assert transport.receive(10, 0) == []
    assert transport.lag() == 0
    assert payloads(opened(topic, _0=1), 2) == [b"1", b"2"]
    assert payloads(opened(topic), 3) == [b"0", b"1", b"2"], "nothing was committed to the broker"


def test_what_waits_is_counted(kafka, topic, opened):
    kafka.send(topic, [b"x"] * 100)
    transport = opened(topic)
    assert len(payloads(transport, 30)) == 30
    assert transport.lag() == 70


def test_messages_of_a_transaction_that_was_given_up_are_not_read(kafka, topic, opened):
    from confluent_kafka import Producer

    producer = Producer({"bootstrap.servers": kafka.bootstrap, "transactional.id": topic})
    producer.init_transactions(PATIENCE_SECONDS)
    for payload, is_kept in ((b"kept", True), (b"given up", False), (b"last", True)):
        producer.begin_transaction()
        producer.produce(topic, payload)
        producer.flush(PATIENCE_SECONDS)
        producer.commit_transaction() if is_kept else producer.abort_transaction()
    assert payloads(opened(topic), 2) == [b"kept", b"last"]


def test_a_topic_that_is_missing_is_named(kafka, opened):
    with pytest.raises(BrokerError, match=r"has no topic nowhere\. Make it, or name others in WATTLAKE_STREAM__TOPICS"):
        opened("nowhere")


def test_a_topic_that_shrank_is_told_and_not_jumped_over(kafka, topic, opened):
    kafka.send(topic, [b"x"] * 10)
    transport = opened(topic, _0=2)
    assert payloads(transport, 1) == [b"x"]  # The broker's one answer has brought them all.
    kafka.forget(topic, before=7)
    with pytest.raises(LostMessagesError, match=r"message 2 comes next, and the broker's oldest is 7: 5 messages went"):
        opened(topic, _0=2)
    assert payloads(opened(topic, _0=7), 3) == [b"x"] * 3
    assert payloads(transport, 7) == [b"x"] * 7, "what was fetched before is not lost"


def test_a_topic_that_shrinks_while_it_is_read_is_told(kafka, topic, opened):
    transport = opened(topic)
    kafka.send(topic, [b"x"] * 10)
    assert len(payloads(transport, 10)) == 10
    transport._consumer.pause([TopicPartition(topic, 0)])
    kafka.send(topic, [b"x"] * 10)
    kafka.forget(topic, before=15)
    transport._consumer.resume([TopicPartition(topic, 0)])
    with pytest.raises(LostMessagesError, match="message 10 comes next, and the broker's oldest is 15"):
        payloads(transport, 10)


def test_a_topic_that_was_made_anew_is_told_by_its_end_or_while_it_is_read_by_its_id(kafka, topic, opened):
    kafka.send(topic, [b"x"] * 3)
    transport = opened(topic)
    first_id = transport.topic_ids()[topic]
    kafka.drop(topic)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while topic in kafka.admin.list_topics(timeout=5).topics:
        assert time.monotonic() < deadline
    kafka.create(topic)
    kafka.send(topic, [b"y"])
    with pytest.raises(LostMessagesError, match=r"deleted and made anew: of partition 0 we have read 3 messages"):
        opened(topic, _0=3)
    kafka.send(topic, [b"y"] * 9)
    with pytest.raises(LostMessagesError, match=re.escape(f"its id was {first_id}, and is ")):
        payloads(transport, 10)
    assert opened(topic).topic_ids()[topic] != first_id


def test_a_partition_that_was_added_is_read_from_its_start_and_that_is_logged(kafka, topic, opened, warnings_logged):
    from confluent_kafka.admin import NewPartitions

    transport = opened(topic)
    kafka.send(topic, [b"old"])
    assert payloads(transport, 1) == [b"old"]
    kafka._done(kafka.admin.create_partitions([NewPartitions(topic, 2)]))
    kafka.send(topic, [b"new"], partition=1)
    assert payloads(transport, 1) == [b"new"]
    assert f"Partition 1 of {topic} was added; it is read from its start." in warnings_logged.text
    assert payloads(opened(topic, _0=1), 1) == [b"new"]
    with pytest.raises(LostMessagesError, match="partition 2 was read, and there is none"):
        opened(topic, _0=1, _2=1)


def test_records_are_published_in_order_with_their_keys(kafka, topic, opened):
    transport = opened(topic)
    transport.publish([Outgoing(topic, b"%d" % number, b"window") for number in range(1000)])
    received = [message for message in transport.receive(1000, PATIENCE_SECONDS) if message.payload == b"window"]
    assert [message.key for message in received] == [b"%d" % number for number in range(1000)]
    with pytest.raises(BrokerError, match="has no topic nowhere"):
        transport.publish([Outgoing("nowhere", b"1", b"window")])
    transport.publish([Outgoing(topic, b"1", b"again")])
    assert payloads(transport, 1) == [b"again"]


def secure(kafka: KafkaCluster, password: str = PASSWORD) -> str:
    return f"kafkas://{USER}:{quote(password, safe='')}@{kafka.secure}"


def test_a_broker_with_tls_and_password_is_read_and_written(kafka, topic):
    transport = KafkaTransport(stream(kafka, topic, secure(kafka), ca=kafka.certificates.ca), now)
    transport.open({})
    transport.publish([Outgoing(topic, b"k", b"hidden on the way")])
    assert payloads(transport, 1) == [b"hidden on the way"]
    transport.close()


@pytest.mark.parametrize(
    ("broker", "ca", "sentence"),
    [
        (lambda kafka: secure(kafka, "wrong!"), "ca", "does not take this user and password .*Invalid username"),
        (secure, "stranger", "TLS with the broker .* fails .*Name the authority that signed"),
        (lambda kafka: f"kafka://{kafka.secure}", "ca", "No broker answers at 127.0.0.1"),
        (lambda kafka: f"kafkas://{kafka.bootstrap}", "ca", "No broker answers at 127.0.0.1"),
        (lambda kafka: "kafka://127.0.0.1:9", "ca", "No broker answers at 127.0.0.1:9, and .*Connection refused"),
    ],
    ids=["password", "certificate", "no TLS", "TLS", "nobody"],
)
def test_what_keeps_a_broker_from_answering_is_a_sentence(kafka, topic, broker, ca, sentence, monkeypatch):
    monkeypatch.setattr(connecting, "ANSWER_SECONDS", 1.0)
    transport = KafkaTransport(stream(kafka, topic, broker(kafka), ca=getattr(kafka.certificates, ca)), now)
    with pytest.raises(BrokerError, match=sentence) as refused:
        transport.open({})
    assert "wrong!" not in str(refused.value)


@pytest.mark.parametrize(("content", "sentence"), [(None, "there is no such file"), ("no PEM", "cannot be used")])
def test_a_file_of_tls_that_cannot_be_read_is_named(kafka, topic, tmp_path: Path, content, sentence):
    file = tmp_path / "ca.pem"
    if content:
        file.write_text(content)
    with pytest.raises(BrokerError, match=f"{sentence}.*PEM file"):
        KafkaTransport(stream(kafka, topic, secure(kafka), ca=file), now).open({})


@pytest.mark.long
def test_a_broker_that_dies_is_waited_for_and_another_takes_over(warnings_logged: pytest.LogCaptureFixture):
    with kafka_cluster(brokers=2) as kafka:
        topic = kafka.create("meters", partitions=2)
        transport = KafkaTransport(stream(kafka, topic), now)
        transport.open({})
        kafka.send(topic, [b"a"], partition=0)
        kafka.send(topic, [b"b"], partition=1)
        assert sorted(payloads(transport, 2)) == [b"a", b"b"]
        kafka.brokers[1].kill()
        kafka.send(topic, [b"c"], partition=0)
        kafka.send(topic, [b"d"], partition=1)
        assert sorted(payloads(transport, 2)) == [b"c", b"d"]
        kafka.brokers[0].kill()
        assert transport.receive(10, 1) == []
        for broker in kafka.brokers:
            broker.start()
        kafka.await_answer()
        kafka.send(topic, [b"e"], partition=0)
        kafka.send(topic, [b"f"], partition=1)
        assert sorted(payloads(transport, 2)) == [b"e", b"f"]
        transport.close()
    assert warnings_logged.text.count("The stream waits.") == 1
    assert warnings_logged.text.count("answers again.") == 1
