"""What the settings of a stream are to librdkafka: where the broker is, and what opens it."""

from pathlib import Path
from typing import Any

from wattlake.lake.stream_settings import Stream
from wattlake.tasks.streaming.certificates import expect_files

Configuration = dict[str, Any]

EVENT_HUBS_PORT = 9093
IDLE = {"socket.keepalive.enable": True, "metadata.max.age.ms": 180_000, "connections.max.idle.ms": 180_000}
"""Azure drops a connection that was idle for 240 s, and says nothing: it is kept alive, and closed before."""

READS = {
    "group.id": "wattlake",
    # The lake has the offsets: nothing is committed to the broker, and no group is ever joined.
    "enable.auto.commit": False,
    "enable.auto.offset.store": False,
    # An offset that the broker does not have is told, and never replaced by another.
    "auto.offset.reset": "error",
    "isolation.level": "read_committed",
    # What is fetched ahead, in memory, while a commit waits; of all partitions together.
    "queued.max.messages.kbytes": 64 * 1024,
    "queued.min.messages": 200_000,
    # A full queue is looked at again after so many milliseconds; the library's second halves the rate of a backlog.
    "fetch.queue.backoff.ms": 20,
    "fetch.wait.max.ms": 100,
}
WRITES = {
    "enable.idempotence": True,
    "linger.ms": 20,
    "delivery.timeout.ms": 60_000,
    # A topic that is not there is told after so long; it may have been made a moment ago.
    "topic.metadata.propagation.max.ms": 3000,
}
WRITES_TO_EVENT_HUBS = {"request.timeout.ms": 60_000, "message.max.bytes": 1_000_000, "compression.codec": "none"}
"""Event Hubs ends a connection on which a larger request comes."""


def reading(stream: Stream) -> Configuration:
    """Configure a consumer.

    Raises:
        BrokerError: a certificate's file is missing.
    """
    return _connection(stream) | READS


def administering(stream: Stream) -> Configuration:
    """Configure a client that asks for topics.

    Raises:
        BrokerError: a certificate's file is missing.
    """
    return _connection(stream)


def writing(stream: Stream) -> Configuration:
    """Configure a producer.

    Raises:
        BrokerError: a certificate's file is missing.
    """
    return _connection(stream) | WRITES | (WRITES_TO_EVENT_HUBS if stream.event_hubs else {})


def address(stream: Stream) -> str:
    """Name the broker, without what opens it."""
    return f"{stream.event_hubs.host}:{EVENT_HUBS_PORT}" if stream.event_hubs else stream.broker.authority


def _connection(stream: Stream) -> Configuration:
    common = {"bootstrap.servers": address(stream), "client.id": f"wattlake-{stream.name}", "log_level": 0}
    if stream.event_hubs:
        login = _login("PLAIN", "$ConnectionString", stream.event_hubs.get_secret_value())
        return common | IDLE | {"security.protocol": "SASL_SSL", "ssl.ca.location": "probe"} | login
    has_tls, user = stream.broker.scheme == "kafkas", stream.broker.user
    protocol = ("SASL_" if user else "") + ("SSL" if has_tls else "PLAINTEXT")
    login = _login(stream.sasl, user, stream.broker.password or "") if user else {}
    return common | {"security.protocol": protocol} | login | (_tls(stream) if has_tls else {})


def _login(mechanism: str, user: str, password: str) -> Configuration:
    return {"sasl.mechanism": mechanism, "sasl.username": user, "sasl.password": password}


def _tls(stream: Stream) -> Configuration:
    expect_files(stream)
    files = {"ca": stream.ca, "certificate": stream.certificate, "key": stream.key}
    written = {f"ssl.{name}.location": str(file) for name, file in files.items() if isinstance(file, Path)}
    return {"ssl.ca.location": "probe"} | written
