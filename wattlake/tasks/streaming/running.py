"""A stream as the settings describe it: its broker, forms and rules put together, and run."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from threading import Event as Stopped

from wattlake.lake.runs.record import recorded
from wattlake.lake.store.lake import Lake
from wattlake.lake.stream_settings import Stream as StreamOfSettings
from wattlake.lake.streaming.alert_rules import AlertRules
from wattlake.lake.streaming.batches import Batch
from wattlake.lake.streaming.commit import Beside, Stream
from wattlake.lake.streaming.following import follow
from wattlake.lake.streaming.last_commit import last_messages
from wattlake.lake.streaming.messages import Content, Message
from wattlake.lake.streaming.offsets import forget_topic
from wattlake.tasks.streaming.consumer import Consumer, Step
from wattlake.tasks.streaming.going_out import GoingOut
from wattlake.tasks.streaming.maintenance import Maintenance
from wattlake.tasks.streaming.other_topics import beside
from wattlake.tasks.streaming.read_batch import reader_of
from wattlake.tasks.streaming.transports import EXAMPLE, Clock, Transport


def run_stream(lake: Lake, clock: Clock, stopped: Stopped, *, from_oldest: Sequence[str] = ()) -> Iterator[Step]:
    """Take a stream's messages into the lake until it is stopped; end what was begun.

    Args:
        lake: the lake; it is made where there is none.
        clock: reads the time.
        stopped: ends the stream.
        from_oldest: topics to be read from their oldest message on, whatever was read of them.

    Yields:
        What each round did.

    Raises:
        ValueError: the settings name no broker, or an address that alerts cannot be sent to.
        BrokerError: the broker does not answer, refuses us, or lacks what comes next.
        OffsetsError: another consumer reads the stream.
    """
    described = lake.settings.stream
    transport = transport_of(described, clock, partial(last_messages, lake, described.name))
    with recorded(lake, "stream", clock) as run, ExitStack() as stack:
        follow(lake)
        for topic in from_oldest:
            forget_topic(lake, described.name, topic=topic)
        read, beside = reading_of(lake, clock, run.run_id)
        rules = AlertRules(described.name, lake.settings)
        stream = Stream(described.name, run.run_id, rules=rules)
        going_out = stack.enter_context(GoingOut(lake, described, rules, clock))
        hooks = (going_out.of_commit, going_out.of_idle, going_out.of_start)
        maintenance = Maintenance(lake, clock)
        consumer = Consumer(
            lake, described, stream, transport, read, clock, stopped, *hooks, going_out.recording(beside)
        )
        for step in consumer.steps():
            if step.committed:
                run.wrote("bronze.meter_events", step.committed.events + step.committed.refused, step.seconds)
                run.wrote("gold.window_5min", step.committed.windows.num_rows, step.seconds)
            maintenance.do_a_step()
            yield step


def reading_of(
    lake: Lake, clock: Clock, run_id: str
) -> tuple[Callable[[Message], Sequence[Content]], Callable[[Batch], Beside | None]]:
    """Make what reads messages, and what makes rows of those that tell of no meter.

    Raises:
        ValueError: a topic of the settings cannot be one, or has a form that there is not.
    """
    return reader_of(lake.settings), lambda batch: beside(lake, batch, now_utc=clock(), run_id=run_id)


def transport_of(
    described: StreamOfSettings, clock: Clock, committed: Callable[[], Sequence[Message]] = tuple
) -> Transport:
    """Make the transport that the settings name; nothing is connected yet.

    Args:
        described: the settings.
        clock: reads the time.
        committed: reads the messages of the stream's last commit, which a broker may send again.

    Raises:
        ValueError: they name none.
    """
    if not described:
        raise ValueError(f"There is no stream: no broker is named. Set {EXAMPLE}, or WATTLAKE_STREAM__EVENT_HUBS.")
    if described.speaks_mqtt:
        from wattlake.tasks.streaming.mqtt.transport import MqttTransport

        return MqttTransport(described, clock, committed)
    from wattlake.tasks.streaming.kafka.transport import KafkaTransport

    return KafkaTransport(described, clock)
