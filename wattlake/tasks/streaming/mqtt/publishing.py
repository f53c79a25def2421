"""Publishing to an MQTT broker, by another connection than reading, which may stand still."""

from collections.abc import Sequence
from threading import Event
from time import monotonic
from typing import Any

from paho.mqtt.client import Client, ConnectFlags
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from wattlake.lake.stream_settings import Stream
from wattlake.tasks.streaming.mqtt import client, errors
from wattlake.tasks.streaming.transports import BrokerError, Outgoing

PUBLISH_SECONDS = 60.0


class Publisher:
    """Publishes with QoS 1; it connects when there is something to publish."""

    def __init__(self, stream: Stream) -> None:
        """Take the settings; nothing is connected yet."""
        self.stream = stream
        self._client: Client | None = None
        self._answer = Event()
        self._reason: ReasonCode | None = None

    def publish(self, records: Sequence[Outgoing]) -> None:
        """Publish records and wait until the broker has them all.

        Raises:
            BrokerError: it did not take them in time; all are to be published anew.
        """
        if not records:
            return
        connection = self._connected()
        infos = [
            connection.publish(record.topic, record.payload, qos=1, properties=self._key(record)) for record in records
        ]
        until = monotonic() + PUBLISH_SECONDS
        for info in infos:
            info.wait_for_publish(max(0.0, until - monotonic()))
            if not info.is_published():
                self.close()
                raise errors.no_answer(self.stream.broker.authority, f"it took not all in {PUBLISH_SECONDS:.0f} s")

    def close(self) -> None:
        """Disconnect."""
        if self._client is not None:
            self._client.disconnect()
            self._client.loop_stop()
            self._client = None

    def _connected(self) -> Client:
        if self._client is None:
            self._answer.clear()
            self._client = client.made(self.stream, is_reading=False)
            self._client.on_connect = self._on_connect
            client.connect(self._client, self.stream, is_reading=False)
            self._answer.wait(client.CONNECT_SECONDS)
            if self._reason is None or self._reason.is_failure:
                self.close()
                raise self._refusal()
        return self._client

    def _refusal(self) -> BrokerError:
        broker = self.stream.broker.authority
        if self._reason is None:
            return errors.no_answer(broker, "it closes the connection")
        refusal = errors.lasting(self._reason, broker, name=client.client_name(self.stream))
        return refusal or errors.no_answer(broker, str(self._reason))

    def _on_connect(self, _: Client, __: Any, ___: ConnectFlags, code: ReasonCode, ____: Any) -> None:  # noqa: ANN401
        self._reason = code
        self._answer.set()

    def _key(self, record: Outgoing) -> Properties | None:
        """Send a record's key as a property of the user's; MQTT 3.1.1 has none."""
        if self.stream.mqtt_version == "3.1.1":
            return None
        properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
        properties.UserProperty = ("key", record.key.decode("utf-8", "backslashreplace"))
        return properties
