"""MQTT with a real Mosquitto: nothing that it acknowledged is lost, and what is wrong with a broker is told."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harness.mosquitto import PASSWORD, USER, Mosquitto, mosquitto_broker
from harness.services import free_port
from wattlake.lake.stream_settings import Stream
from wattlake.lake.streaming.messages import Message, Position
from wattlake.tasks.streaming.mqtt.transport import MqttTransport
from wattlake.tasks.streaming.transports import BrokerError, Outgoing

Opened = Callable[..., MqttTransport]
PAYLOADS = [f"message {number}".encode() for number in range(50)]


@pytest.fixture
def opened(mosquitto: Mosquitto, request: pytest.FixtureRequest) -> Iterator[Opened]:
    """Opens transports of a stream of this test's own, and closes them after it."""
    name = "t" + str(abs(hash(request.node.nodeid)))
    transports = []

    def open_transport(offsets: dict[str, int] | None = None, **settings: object) -> MqttTransport:
        topics = {"energy_meters": f"{name}/+"} | {"energy_meters": settings.pop("topics", f"{name}/+")}
        stream = Stream.model_validate({"broker": mosquitto.address, "name": name, "topics": topics} | settings)
        transport = MqttTransport(stream, lambda: datetime.now(UTC))
        transports.append(transport)
        transport.open({Position(topic, 0): offset for topic, offset in (offsets or {}).items()})
        return transport

    open_transport.topic = f"{name}/m-1"  # type: ignore[attr-defined]
    yield open_transport
    for transport in transports:
        transport.close()


def received(transport: MqttTransport, count: int, seconds: float = 5) -> list[Message]:
    """So many messages; fewer where they do not come in time."""
    return list(transport.receive(count, seconds))


def test_messages_are_numbered_by_topic_in_the_order_sent(mosquitto: Mosquitto, opened: Opened) -> None:
    topic = opened.topic
    transport = opened({topic: 41})
    mosquitto.send(topic, PAYLOADS[:3])
    mosquitto.send(f"{topic}-b", PAYLOADS[:1])
    messages = received(transport, 4)
    assert [(message.topic, message.offset, message.payload) for message in messages] == [
        (topic, 41, b"message 0"),
        (topic, 42, b"message 1"),
        (topic, 43, b"message 2"),
        (f"{topic}-b", 0, b"message 0"),
    ]
    assert {message.position for message in messages} == {Position(topic, 0), Position(f"{topic}-b", 0)}


@pytest.mark.parametrize("version", ["5", "3.1.1"])
def test_what_is_sent_while_we_are_away_comes_once_we_are_back(
    mosquitto: Mosquitto, opened: Opened, version: str
) -> None:
    transport = opened(mqtt_version=version)
    transport.close()
    mosquitto.send(opened.topic, PAYLOADS)
    again = opened(mqtt_version=version)
    messages = received(again, 51, 1)
    assert [message.payload for message in messages] == PAYLOADS
    again.acknowledge(messages)
    again.close()
    assert received(opened(mqtt_version=version), 1, 0.3) == []


def test_what_was_not_acknowledged_comes_again(mosquitto: Mosquitto, opened: Opened) -> None:
    transport = opened()
    mosquitto.send(opened.topic, PAYLOADS[:4])
    first = received(transport, 4)
    transport.acknowledge(first[:2])
    transport.close()
    assert [message.payload for message in received(opened({opened.topic: 4}), 3, 1)] == PAYLOADS[2:4]


def test_a_broker_that_is_killed_keeps_what_waits_for_us(opened: Opened) -> None:
    with mosquitto_broker() as broker:
        transport = opened(broker=broker.address)
        broker.send(opened.topic, PAYLOADS[:3])
        first = received(transport, 3)
        assert [message.payload for message in first] == PAYLOADS[:3]
        time.sleep(2.2)  # It writes what it has every second.
        broker.kill()
        broker.start()
        again = received(transport, 3, 10)
        assert [message.payload for message in again] == PAYLOADS[:3]
        transport.acknowledge(first)  # By numbers of the lost connection, which are now those of other messages.
        broker.send(opened.topic, PAYLOADS[3:5])
        assert [message.payload for message in received(transport, 2)] == PAYLOADS[3:5]
        transport.acknowledge(again)
        transport.close()
        later = opened(broker=broker.address)
        assert [message.payload for message in received(later, 3, 1)] == PAYLOADS[3:5]


def test_no_more_is_taken_than_may_wait_for_a_commit(mosquitto: Mosquitto, opened: Opened) -> None:
    transport = opened(batch_messages=10)
    mosquitto.send(opened.topic, PAYLOADS)
    first = received(transport, 50, 0.5)
    assert [message.payload for message in first] == PAYLOADS[:10]
    transport.acknowledge(first)
    assert [message.payload for message in received(transport, 10)] == PAYLOADS[10:20]


def test_the_meter_in_a_topic_is_any_level(mosquitto: Mosquitto, opened: Opened) -> None:
    root = opened.topic.partition("/")[0]
    transport = opened(topics=f"{root}/a/{{meter_id}}/power, {root}/b")
    mosquitto.send(f"{root}/a/7/power", [b"1"])
    mosquitto.send(f"{root}/a/7/state", [b"2"])
    mosquitto.send(f"{root}/b", [b"3"])
    assert [message.payload for message in received(transport, 3, 0.5)] == [b"1", b"3"]


@pytest.mark.parametrize("version", ["5", "3.1.1"])
def test_what_the_broker_retains_of_before_is_no_message_of_now(
    mosquitto: Mosquitto, opened: Opened, version: str
) -> None:
    mosquitto.send(opened.topic, [b"yesterday's"], retain=True)
    transport = opened(mqtt_version=version)
    mosquitto.send(opened.topic, [b"today's"])
    assert [message.payload for message in received(transport, 2, 0.5)] == [b"today's"]


def test_a_topic_that_the_settings_no_longer_name_is_not_read(mosquitto: Mosquitto, opened: Opened) -> None:
    root = opened.topic.partition("/")[0]
    opened().close()
    mosquitto.send(opened.topic, [b"old"])
    transport = opened(topics=f"{root}-new/+")
    mosquitto.send(f"{root}-new/x", [b"new"])
    assert [message.payload for message in received(transport, 2, 0.5)] == [b"new"]


@pytest.mark.parametrize("version", ["5", "3.1.1"])
def test_what_is_published_is_with_the_broker(mosquitto: Mosquitto, opened: Opened, version: str) -> None:
    transport = opened(mqtt_version=version)
    transport.publish([])
    transport.publish([Outgoing(opened.topic, b"7-1", payload) for payload in PAYLOADS])
    assert [message.payload for message in received(transport, 50)] == PAYLOADS


def test_a_broker_without_our_session_is_told(
    mosquitto: Mosquitto, opened: Opened, warnings_logged: pytest.LogCaptureFixture
) -> None:
    opened({"elsewhere": 7})
    assert "has no session of ours: what was sent since we were last connected is lost" in warnings_logged.text


def test_the_lost_broker_and_its_return_are_told_once(
    opened: Opened, warnings_logged: pytest.LogCaptureFixture
) -> None:
    with mosquitto_broker() as broker:
        transport = opened(broker=broker.address)
        broker.kill()
        assert received(transport, 1, 1.5) == []
        broker.start()
        deadline = time.monotonic() + 20
        while "answers again" not in warnings_logged.text and time.monotonic() < deadline:
            transport.receive(1, 0.1)
        assert warnings_logged.text.count("The stream waits.") == 1
        assert warnings_logged.text.count("answers again") == 1


def test_with_tls_and_a_password(mosquitto: Mosquitto, opened: Opened) -> None:
    transport = opened(broker=secure(mosquitto), ca=mosquitto.certificates.ca)
    mosquitto.send(opened.topic, [b"1"])
    assert [message.payload for message in received(transport, 1)] == [b"1"]


def secure(mosquitto: Mosquitto, password: str = PASSWORD, host: str = "localhost") -> str:
    return f"mqtts://{USER}:{password.replace(' ', '%20')}@{host}:{mosquitto.tls_port}"


@pytest.mark.parametrize("version", ["5", "3.1.1"])
def test_a_wrong_password_is_told(mosquitto: Mosquitto, opened: Opened, version: str) -> None:
    with pytest.raises(BrokerError, match=r"does not take this user and password .*Check WATTLAKE_STREAM__BROKER"):
        opened(broker=secure(mosquitto, "guessed"), ca=mosquitto.certificates.ca, mqtt_version=version)


def test_an_authority_that_nobody_knows_is_told(mosquitto: Mosquitto, opened: Opened) -> None:
    with pytest.raises(BrokerError, match=r"is not trusted .*in WATTLAKE_STREAM__CA"):
        opened(broker=secure(mosquitto), ca=mosquitto.certificates.stranger)


def test_tls_with_a_broker_that_has_none_is_told(mosquitto: Mosquitto, opened: Opened) -> None:
    with pytest.raises(BrokerError, match="check WATTLAKE_STREAM__BROKER: mqtt:// is without TLS, mqtts:// with it"):
        opened(broker=mosquitto.address.replace("mqtt:", "mqtts:"))


def test_a_file_that_is_no_certificate_is_told(mosquitto: Mosquitto, opened: Opened, tmp_path: Path) -> None:
    with pytest.raises(BrokerError, match=r"WATTLAKE_STREAM__CA names .*missing.pem, and there is no such file"):
        opened(broker=secure(mosquitto), ca=tmp_path / "missing.pem")
    (tmp_path / "none.pem").write_text("none")
    with pytest.raises(BrokerError, match=r"A certificate's file cannot be read .*name PEM files"):
        opened(broker=secure(mosquitto), ca=tmp_path / "none.pem")


def test_no_broker_is_told(opened: Opened) -> None:
    port = free_port()
    with pytest.raises(BrokerError, match=rf"No MQTT broker answers at 127.0.0.1:{port} .*Connection refused"):
        opened(broker=f"mqtt://127.0.0.1:{port}")
    with pytest.raises(BrokerError, match=r"No MQTT broker answers at nowhere.invalid"):
        opened(broker="mqtt://nowhere.invalid")
    with pytest.raises(BrokerError, match="has not one host"):
        opened(broker="mqtt://a:1883,b:1883")


def test_two_consumers_of_the_same_name_are_told(opened: Opened) -> None:
    transports = [opened(), opened()]
    with pytest.raises(BrokerError, match=r"another consumer connects as wattlake-.* in WATTLAKE_STREAM__NAME"):
        for _ in range(100):
            for transport in transports:
                transport.receive(1, 0.1)
