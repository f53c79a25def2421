"""The settings of a stream as paho-mqtt takes them: broker, login, TLS and session."""

import ssl
from pathlib import Path
from urllib.parse import urlsplit

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from wattlake.lake.stream_settings import Stream
from wattlake.tasks.streaming.certificates import expect_files
from wattlake.tasks.streaming.mqtt import errors
from wattlake.tasks.streaming.topics import subscription
from wattlake.tasks.streaming.transports import BrokerError

SESSION_SECONDS = 30 * 86_400
"""How long a broker of MQTT 5 keeps what comes for us while we are away; one of 3.1.1 decides by itself."""
KEEP_ALIVE_SECONDS = 30
CONNECT_SECONDS = 10.0
MOST_UNACKNOWLEDGED = 65_535
"""The most that MQTT lets a broker send ahead of our acknowledgements."""
MOST_PUBLISHED_AHEAD = 1000
LONGEST_WAIT_SECONDS = 30


def client_name(stream: Stream) -> str:
    """Name us to the broker; by this name it keeps our session."""
    return f"wattlake-{stream.name}"


def made(stream: Stream, *, is_reading: bool = True) -> Client:
    """Make a client of a stream's broker; it is not connected yet.

    Args:
        stream: the settings.
        is_reading: the broker keeps a session for it under our name; who publishes needs none.

    Raises:
        BrokerError: a certificate's file is missing or none.
    """
    is_old = stream.mqtt_version == "3.1.1"
    client = Client(
        CallbackAPIVersion.VERSION2,
        client_id=client_name(stream) if is_reading else "",
        clean_session=not is_reading if is_old else None,
        protocol=MQTTProtocolVersion.MQTTv311 if is_old else MQTTProtocolVersion.MQTTv5,
        manual_ack=True,
    )
    client.disable_logger()  # It calls every wanted end of a connection an error; what matters is told by us.
    client.connect_timeout = CONNECT_SECONDS
    client.reconnect_delay_set(1, LONGEST_WAIT_SECONDS)
    client.max_inflight_messages_set(MOST_PUBLISHED_AHEAD)
    if stream.broker.user:
        client.username_pw_set(stream.broker.user, stream.broker.password)
    if stream.broker.scheme == "mqtts":
        client.tls_set_context(_tls(stream))
    return client


def connect(client: Client, stream: Stream, *, is_reading: bool = True) -> None:
    """Connect a client and begin its thread; whether the broker takes us is told by its answer.

    Raises:
        BrokerError: no broker listens, or it is not the one that its certificate should name.
    """
    address = urlsplit(f"//{stream.broker.authority}")
    if address.hostname is None or "," in stream.broker.authority:
        raise BrokerError("WATTLAKE_STREAM__BROKER has not one host. MQTT has one: mqtt://host:1883.")
    port = address.port or (8883 if stream.broker.scheme == "mqtts" else 1883)
    try:
        if stream.mqtt_version == "3.1.1" or not is_reading:
            client.connect(address.hostname, port, KEEP_ALIVE_SECONDS)
        else:
            client.connect(address.hostname, port, KEEP_ALIVE_SECONDS, clean_start=False, properties=_session(stream))
    except OSError as error:
        raise errors.no_connection(stream.broker.authority, error) from error
    client.loop_start()


def subscribe(client: Client, stream: Stream) -> None:
    """Ask for the topics, with QoS 1; what a broker retains of before is not asked for."""
    if stream.mqtt_version == "3.1.1":
        client.subscribe([(name, 1) for name in filters(stream)])
    else:
        never_retained = SubscribeOptions(qos=1, retainHandling=SubscribeOptions.RETAIN_DO_NOT_SEND)
        client.subscribe([(name, never_retained) for name in filters(stream)])


def filters(stream: Stream) -> list[str]:
    """Name the topics as MQTT's filters, each once."""
    return list(dict.fromkeys(map(subscription, stream.topics.read)))


def most_unacknowledged(stream: Stream) -> int:
    """Say how many messages may be on their way to a commit."""
    return min(stream.batch_messages, MOST_UNACKNOWLEDGED)


def _session(stream: Stream) -> Properties:
    session = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
    session.SessionExpiryInterval = SESSION_SECONDS
    session.ReceiveMaximum = most_unacknowledged(stream)
    return session


def _tls(stream: Stream) -> ssl.SSLContext:
    expect_files(stream)
    try:
        context = ssl.create_default_context(cafile=stream.ca)
        if isinstance(stream.certificate, Path):
            context.load_cert_chain(stream.certificate, stream.key)
    except ssl.SSLError as error:
        raise BrokerError(
            f"A certificate's file cannot be read ({error.reason}). WATTLAKE_STREAM__CA, WATTLAKE_STREAM__CERTIFICATE "
            "and WATTLAKE_STREAM__KEY name PEM files, and the key is without a password."
        ) from error
    return context
