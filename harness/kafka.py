"""A real Apache Kafka for the tests: one or two brokers, on loopback only, that can be killed and started again."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from confluent_kafka import KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from harness.certificates import Certificates, make_certificates
from harness.services import PROJECT, START_SECONDS, find_program, free_port, unavailable

HOW_TO_GET = "`make kafka` fetches it where there are mvn and Java 17 (on Debian: maven, default-jre-headless)"
USER, PASSWORD = "meters", "let me,in"
QUICK = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-Xmx256m")
SETTINGS = f"""
process.roles={{roles}}
node.id={{number}}
controller.quorum.voters=1@127.0.0.1:{{controller_port}}
controller.listener.names=CONTROLLER
listeners={{listeners}}
advertised.listeners=PLAINTEXT://127.0.0.1:{{port}},SASL_SSL://127.0.0.1:{{tls_port}}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT
sasl.enabled.mechanisms=PLAIN
listener.name.sasl_ssl.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required \\
  user_{USER}="{PASSWORD}";
listener.name.sasl_ssl.ssl.keystore.type=PEM
listener.name.sasl_ssl.ssl.keystore.location={{folder}}/keystore.pem
log.dirs={{folder}}/data
auto.create.topics.enable=false
controlled.shutdown.enable=false
broker.heartbeat.interval.ms=300
broker.session.timeout.ms=3000
default.replication.factor={{brokers}}
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.min.isr=1
num.network.threads=2
num.io.threads=2
"""
"""Of a broker. The first one is the controller, too: the second can be lost, the first cannot be done without."""


@dataclass
class Broker:
    """One broker of a cluster."""

    number: int
    folder: Path
    port: int = field(default_factory=free_port)
    tls_port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, with the data that it has; it may need seconds to answer."""
        with (self.folder / "output.log").open("ab") as output:
            # Ctrl-C in a terminal ends who uses it; it is ended after them.
            self.process = subprocess.Popen(
                _java("kafka.Kafka", self.folder), stdout=output, stderr=output, start_new_session=True
            )

    def kill(self) -> None:
        """End it as a pulled plug does."""
        if self.process:
            self.process.kill()
            self.process.wait()


class KafkaCluster:
    """A running cluster.

    Attributes:
        bootstrap: its addresses without TLS and without a password.
        secure: its addresses with TLS, for ``USER`` with ``PASSWORD``.
        certificates: of its authority.
    """

    def __init__(self, folder: Path, brokers: int) -> None:
        self.certificates: Certificates = make_certificates(folder)
        self.brokers = [Broker(number, folder / f"broker-{number}") for number in range(1, brokers + 1)]
        controller_port = free_port()
        for broker in self.brokers:
            _format(broker, controller_port, brokers, self.certificates)
        self.bootstrap = ",".join(f"127.0.0.1:{broker.port}" for broker in self.brokers)
        self.secure = ",".join(f"127.0.0.1:{broker.tls_port}" for broker in self.brokers)
        self.admin = AdminClient({"bootstrap.servers": self.bootstrap, "log_level": 0})

    def await_answer(self, brokers: int | None = None) -> None:
        """Wait until so many brokers, by default all, are in the cluster."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            with suppress(KafkaException):
                if len(self.admin.list_topics(timeout=1).brokers) == (brokers or len(self.brokers)):
                    return
            time.sleep(0.05)
        logs = "\n".join((broker.folder / "output.log").read_text() for broker in self.brokers)
        raise RuntimeError(f"Kafka did not answer within {START_SECONDS} s. It wrote:\n{logs}")

    def create(self, topic: str, partitions: int = 1, **settings: str) -> str:
        """Make a topic, each partition on all brokers; gives its name once a broker knows its leaders."""
        written = {name.replace("_", "."): value for name, value in settings.items()}
        self._done(self.admin.create_topics([NewTopic(topic, partitions, len(self.brokers), config=written)]))
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            known = self.admin.list_topics(topic, timeout=10).topics[topic].partitions.values()
            if len(known) == partitions and all(partition.leader > 0 for partition in known):
                return topic
            time.sleep(0.1)
        raise RuntimeError(f"Kafka made the topic {topic}, but no leader of its {partitions} partitions was known.")

    def drop(self, topic: str) -> None:
        """Delete a topic and all its messages."""
        self._done(self.admin.delete_topics([topic]))

    def forget(self, topic: str, before: int, partition: int = 0) -> None:
        """Delete a partition's messages before an offset, as retention does."""
        self._done(self.admin.delete_records([TopicPartition(topic, partition, before)]))

    def send(self, topic: str, payloads: Iterable[bytes], partition: int = 0) -> None:
        """Append messages to a partition, in order; all are acknowledged by all brokers."""
        producer = Producer({"bootstrap.servers": self.bootstrap, "enable.idempotence": True, "linger.ms": 5})
        for payload in payloads:
            while True:
                try:
                    producer.produce(topic, payload, partition=partition)
                    break
                except BufferError:
                    producer.poll(0.1)
        if producer.flush(START_SECONDS):
            raise RuntimeError(f"Kafka did not take all messages of {topic}.")

    @staticmethod
    def _done(futures: dict) -> None:
        for future in futures.values():
            future.result(START_SECONDS)


@contextmanager
def kafka_cluster(brokers: int = 1) -> Iterator[KafkaCluster]:
    """A Kafka with one or two brokers, which runs while the block does."""
    find_program("kafka", ("java",), HOW_TO_GET)
    if fetched_jars() is None:
        unavailable("kafka", f"it is not in .services; {HOW_TO_GET}")
    folder = Path(tempfile.mkdtemp(prefix="wattlake-kafka-"))
    try:
        cluster = KafkaCluster(folder, brokers)
        try:
            for broker in cluster.brokers:
                broker.start()
            cluster.await_answer()
            yield cluster
        finally:
            for broker in cluster.brokers:
                broker.kill()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def fetched_jars() -> Path | None:
    """The folder that `make kafka` filled."""
    return max((file.parent for file in PROJECT.glob(".services/kafka-*/.fetched")), default=None)


def _java(program: str, folder: Path, *arguments: str) -> list[str]:
    return ["java", *QUICK, "-cp", f"{fetched_jars()}/*", program, *arguments, f"{folder}/server.properties"]


def _format(broker: Broker, controller_port: int, brokers: int, certificates: Certificates) -> None:
    """Write a broker's settings, and make its empty storage."""
    broker.folder.mkdir()
    is_first = broker.number == 1
    listeners = [f"PLAINTEXT://127.0.0.1:{broker.port}", f"SASL_SSL://127.0.0.1:{broker.tls_port}"]
    listeners += [f"CONTROLLER://127.0.0.1:{controller_port}"] if is_first else []
    key, chain = certificates.server_key.read_bytes(), certificates.server.read_bytes()
    (broker.folder / "keystore.pem").write_bytes(key + chain)
    written = SETTINGS.format(
        roles="broker,controller" if is_first else "broker", number=broker.number, controller_port=controller_port,
        listeners=",".join(listeners), port=broker.port, tls_port=broker.tls_port, folder=broker.folder,
        brokers=brokers,
    )  # fmt: skip
    (broker.folder / "server.properties").write_text(written, encoding="utf-8")
    command = _java("kafka.tools.StorageTool", broker.folder, "format", "-t", "MkU3OEVBNTcwNTJENDM2Qk", "-c")
    subprocess.run(command, check=True, capture_output=True)
