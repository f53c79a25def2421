"""Publishing to Kafka: records in order, each once within one producer, and waited for."""

from collections.abc import Sequence
from functools import partial

from confluent_kafka import KafkaError, KafkaException, Producer
from confluent_kafka import Message as Delivery

from wattlake.lake.stream_settings import Stream
from wattlake.tasks.streaming.kafka import client, errors
from wattlake.tasks.streaming.kafka.outages import Outages
from wattlake.tasks.streaming.transports import BrokerError, Outgoing

FLUSH_SECONDS = 30.0
FULL_SECONDS = 1.0


class Publisher:
    """A producer that is made when something is first published."""

    def __init__(self, stream: Stream) -> None:
        """Take the settings; nothing is connected yet."""
        self.stream, self.broker = stream, client.address(stream)
        self._producer: Producer | None = None
        self._outages = Outages(self.broker)

    def publish(self, records: Sequence[Outgoing]) -> None:
        """Publish records and wait until the broker has them all.

        Raises:
            BrokerError: it did not take them in time; all are to be published anew.
        """
        if not records:
            return
        if self._producer is None:
            settings = client.writing(self.stream) | {"error_cb": self._outages.remember}
            self._producer = Producer(settings)
        failures: list[KafkaError] = []
        for record in records:
            self._produce(self._producer, record, failures)
        left = self._producer.flush(FLUSH_SECONDS)
        if left or failures:
            failure = self._failure(left + len(failures), records, failures)
            self._producer.purge()
            self._producer.flush(FULL_SECONDS)
            self._producer = None
            raise failure

    def close(self) -> None:
        """Disconnect; all that was published was waited for."""
        self._producer = None

    def _produce(self, producer: Producer, record: Outgoing, failures: list[KafkaError]) -> None:
        """Hand a record to the library, which sends it; where its queue is full, wait for room."""
        send = partial(
            producer.produce, record.topic, record.payload, record.key, on_delivery=partial(_keep_failure, failures)
        )
        try:
            send()
        except BufferError:
            producer.poll(FULL_SECONDS)
            try:
                send()
            except BufferError:
                failures.append(KafkaError(KafkaError._QUEUE_FULL))
        except KafkaException as error:
            failures.append(error.args[0])

    def _failure(self, missing: int, records: Sequence[Outgoing], failures: Sequence[KafkaError]) -> BrokerError:
        reason = failures[0] if failures else self._outages.last
        if reason is not None and reason.code() in errors.UNKNOWN_TOPIC:
            return errors.missing_topic(", ".join(sorted({record.topic for record in records})), self.broker)
        lasting = errors.lasting(reason, self.broker) or self._outages.lasting()
        words = f" ({errors.reason(reason)})" if reason else ""
        return lasting or BrokerError(
            f"The broker {self.broker} did not take {missing:,} of {len(records):,} records in time{words}. "
            "They are committed in the lake and will be published again."
        )


def _keep_failure(failures: list[KafkaError], error: KafkaError | None, _delivery: Delivery) -> None:
    if error is not None:
        failures.append(error)
