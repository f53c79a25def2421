"""The servers that a stream needs, as they are killed and started again."""

import logging
import os
import signal
from collections.abc import Sequence
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Protocol

from benchmarks.torture.stream_messages import PARTITIONS
from harness.kafka import KafkaCluster
from harness.mosquitto import Mosquitto
from harness.services import PostgresServer, began_at, kill_with_children

TOPIC = "energy-meters"
SAVED_SECONDS = 10


class Killed(Protocol):
    """A server that can be killed by any process of this machine, and started again."""

    def processes(self) -> list[int]:
        """The processes that are to be killed, each with its children."""

    def restart(self) -> None:
        """Start it again, with what it has, and wait until it answers."""


class Broker(Killed, Protocol):
    """A broker with the topic of the stream."""

    def create(self) -> None:
        """Make the topic, where the broker needs that."""

    def send(self, messages: Sequence[tuple[int, bytes]]) -> None:
        """Send messages, each to a partition; the broker has them all at the end, and keeps them if it is killed."""


class Kafka:
    """A Kafka of one broker, or of two of which the one that can be lost is killed."""

    def __init__(self, cluster: KafkaCluster, topic: str = TOPIC) -> None:
        self.cluster, self.topic = cluster, topic

    def create(self) -> None:
        """Make the topic."""
        self.cluster.create(self.topic, PARTITIONS)

    def send(self, messages: Sequence[tuple[int, bytes]]) -> None:
        """Send messages, acknowledged."""
        for partition in range(PARTITIONS):
            self.cluster.send(self.topic, [payload for into, payload in messages if into == partition], partition)

    def processes(self) -> list[int]:
        """The process of the broker."""
        process = self.cluster.brokers[-1].process
        return [process.pid] if process else []

    def restart(self) -> None:
        """Start the broker again."""
        self.cluster.brokers[-1].kill()  # It is dead; its parent, who we are, is to know that.
        self.cluster.brokers[-1].start()
        self.cluster.await_answer()


class Mqtt:
    """A Mosquitto; each partition is a topic of its own."""

    def __init__(self, broker: Mosquitto) -> None:
        self.broker = broker
        logging.getLogger("paho").setLevel(logging.CRITICAL)  # It calls every wanted end of a connection an error.

    def create(self) -> None:
        """Do nothing: topics are made by their messages."""

    def send(self, messages: Sequence[tuple[int, bytes]]) -> None:
        """Send messages, and have the broker write what it has to its disk, as it does by itself every second."""
        for partition in range(PARTITIONS):
            payloads = [payload for into, payload in messages if into == partition]
            self.broker.send(f"{TOPIC}/{partition}", payloads)
        self._save()

    def processes(self) -> list[int]:
        """The process of the broker."""
        return [self.broker.process.pid] if self.broker.process else []

    def restart(self) -> None:
        """Start the broker again."""
        self.broker.kill()
        self.broker.start()

    def _save(self) -> None:
        kept, began = Path(self.broker.folder, "mosquitto.db"), monotonic()
        before = kept.stat().st_mtime_ns if kept.exists() else 0
        for process_id in self.processes():
            os.kill(process_id, signal.SIGUSR1)
        while not (kept.exists() and kept.stat().st_mtime_ns != before):
            if monotonic() - began > SAVED_SECONDS:
                raise RuntimeError(f"Mosquitto did not write what it has within {SAVED_SECONDS} s.")
            Event().wait(0.02)


class Database:
    """A PostgreSQL with the lake's catalog; what it has committed is on its disk."""

    def __init__(self, server: PostgresServer) -> None:
        self.server = server
        server.keep_every_commit()

    def processes(self) -> list[int]:
        """The first process of the server."""
        return [self.server.process_id]

    def restart(self) -> None:
        """Start the server again."""
        self.server.start_again()


class Strike:
    """Kills a server as it runs now, from any process, and never what has the same number later."""

    def __init__(self, server: Killed) -> None:
        self.began = {process_id: began_at(process_id) for process_id in server.processes()}

    def __call__(self) -> None:
        """Kill the server's processes and their children."""
        for process_id, began in self.began.items():
            if began_at(process_id) == began:
                kill_with_children(process_id)

    def has_come(self, seconds: float) -> bool:
        """Wait until the processes are gone, or are dead and nobody asked how they ended; whether they are in time."""
        until = monotonic() + seconds
        while monotonic() < until:
            if all(began_at(process_id) != began for process_id, began in self.began.items()):
                return True
            Event().wait(0.05)
        return False
