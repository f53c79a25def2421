"""The sender of a load: messages of meters that speak once a second, written before they are due.

``python -m benchmarks.streams.sending`` is one, in a process of its own.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import chain, islice
from time import sleep, time

from confluent_kafka import Producer

PARTITIONS = 4
TICK_SECONDS = 0.01
WRITTEN_BEFORE = 1_500_000
"""So many messages are written before the first is sent; of a longer load, the others are written second by second."""
IMPOSSIBLE_W = 90_000
PRODUCER = {"linger.ms": 5, "enable.idempotence": True, "queue.buffering.max.messages": 1_000_000, "log_level": 0}


@dataclass(frozen=True)
class Load:
    """What one sender sends.

    Attributes:
        bootstrap: the broker's address.
        topic: with ``PARTITIONS`` partitions; a meter is always in the same.
        meters: how many there are; each has one message in each second.
        seconds: how long, in the times of the messages.
        begin: the time of the first one, in whole seconds since 1970.
        paced: whether a message is sent at its time; otherwise as fast as the broker takes them.
        planted_every: one meter says what is impossible every so many seconds, each time another; 0 for none.
    """

    bootstrap: str
    topic: str
    meters: int
    seconds: int
    begin: int
    paced: bool = True
    planted_every: int = 0


def meter_name(number: int) -> str:
    """The name of a meter, in messages and in the register."""
    return f"M{number:06d}"


def messages_of(load: Load, second: int) -> list[bytes]:
    """The messages of one second, in order of time, one of each meter."""
    minute = datetime.fromtimestamp(load.begin + second, UTC).strftime("%Y-%m-%dT%H:%M:").encode()
    planted, of_minute = planted_meter(load, second), (load.begin + second) % 60 * 1000
    return [
        b'{"meter_id":"%b","at_utc":"%b%06.3fZ","power_w":%d,"direction":"consumption"}'
        % (
            *(meter_name(meter).encode(), minute, (of_minute + meter * 1000 // load.meters) / 1000),
            IMPOSSIBLE_W if meter == planted else 100 + (meter * 7919 + second * 104_729) % 2900,
        )
        for meter in range(load.meters)
    ]


def planted_meter(load: Load, second: int) -> int | None:
    """The meter that says what is impossible in a second, if one does; not in the first seconds."""
    if not load.planted_every or second % load.planted_every or second < load.planted_every:
        return None
    return (second // load.planted_every) % load.meters


def planted_times(load: Load) -> dict[str, float]:
    """When each impossible value was, by the meter that said it, in seconds since 1970."""
    planted = ((planted_meter(load, second), second) for second in range(load.seconds))
    return {meter_name(m): load.begin + second + m / load.meters for m, second in planted if m is not None}


def send(load: Load) -> dict[str, float]:
    """Send a load; how many messages, in how many seconds, and how late the latest tick was."""
    seconds = (messages_of(load, second) for second in range(load.seconds))
    written = list(islice(seconds, max(1, WRITTEN_BEFORE // load.meters)))
    producer, latest, sent, began = Producer({"bootstrap.servers": load.bootstrap} | PRODUCER), 0.0, 0, time()
    for second, messages in enumerate(chain(written, seconds)):
        for first, last in _ticks(len(messages)):
            due = load.begin + second + last / len(messages) if load.paced else 0.0
            if (early := due - time()) > 0:
                sleep(early)
            latest = max(latest, time() - due) if load.paced else 0.0
            _produce(producer, load.topic, messages, first, last)
            sent += last - first
        producer.poll(0)
    producer.flush(60)
    return {"sent": sent, "seconds": time() - (load.begin if load.paced else began), "latest_seconds": latest}


def _ticks(count: int) -> Iterator[tuple[int, int]]:
    """Parts of a second's messages: as many as are due in a tick."""
    size = max(1, round(count * TICK_SECONDS))
    yield from ((first, min(first + size, count)) for first in range(0, count, size))


def _produce(producer: Producer, topic: str, messages: list[bytes], first: int, last: int) -> None:
    for meter in range(first, last):
        while True:
            try:
                producer.produce(topic, messages[meter], partition=meter % PARTITIONS)
                break
            except BufferError:
                producer.poll(0.05)


def argument(load: Load) -> str:
    """A load as the argument of a sender's process."""
    return json.dumps(asdict(load))


if __name__ == "__main__":
    sys.stdout.write(json.dumps(send(Load(**json.loads(sys.argv[1])))))
