"""A real Mosquitto for the tests: on loopback only, with passwords and TLS, that can be killed and started again."""

import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import paho.mqtt.publish
from paho.mqtt.enums import MQTTProtocolVersion

from harness.certificates import make_certificates
from harness.services import START_SECONDS, find_program, find_servers_too, free_port

HOW_TO_GET = "on Debian: apt-get install mosquitto"
USER, PASSWORD = "wattlake", "let me,in"
SETTINGS = """
per_listener_settings true
listener {port} 127.0.0.1
allow_anonymous true
listener {tls_port} 127.0.0.1
allow_anonymous false
password_file {folder}/passwords
cafile {certificates.ca}
certfile {certificates.server}
keyfile {certificates.server_key}
persistence true
persistence_location {folder}/
autosave_interval 1
max_queued_messages 1000000
max_inflight_messages 0
{user}
"""


class Mosquitto:
    """A running broker.

    Attributes:
        address: of the listener for anybody.
        secure: of the listener with TLS, for ``USER`` with ``PASSWORD``.
        certificates: of its authority.
    """

    def __init__(self, folder: Path) -> None:
        find_servers_too()
        self.program = find_program("mosquitto", ("mosquitto",), HOW_TO_GET)
        passwords = find_program("mosquitto", ("mosquitto_passwd",), HOW_TO_GET)
        self.folder, self.certificates = folder, make_certificates(folder)
        self.port, self.tls_port = free_port(), free_port()
        subprocess.run([passwords, "-b", "-c", folder / "passwords", USER, PASSWORD], check=True, capture_output=True)
        user = "user root" if os.getuid() == 0 else ""
        settings = SETTINGS.format(**vars(self), user=user)
        (folder / "mosquitto.conf").write_text(settings, encoding="utf-8")
        self.address, self.secure = f"mqtt://127.0.0.1:{self.port}", f"mqtts://localhost:{self.tls_port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it with the messages that it has, and wait until it answers."""
        with (self.folder / "output.log").open("ab") as output:
            self.process = subprocess.Popen(
                [self.program, "-c", self.folder / "mosquitto.conf"], stdout=output, stderr=output
            )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        raise RuntimeError(f"Mosquitto did not start. It wrote:\n{(self.folder / 'output.log').read_text()}")

    def kill(self) -> None:
        """End it as a pulled plug does."""
        if self.process:
            self.process.kill()
            self.process.wait()

    def send(self, topic: str, payloads: Iterable[bytes], *, quality: int = 1, retain: bool = False) -> None:
        """Publish messages in order; with QoS 1 the broker has them all at the end."""
        messages = [{"topic": topic, "payload": payload, "qos": quality, "retain": retain} for payload in payloads]
        if messages:  # Of none it makes an error.
            paho.mqtt.publish.multiple(messages, "127.0.0.1", self.port, protocol=MQTTProtocolVersion.MQTTv5)


@contextmanager
def mosquitto_broker() -> Iterator[Mosquitto]:
    """A broker that runs while the block does."""
    with tempfile.TemporaryDirectory(prefix="wattlake-mosquitto-", ignore_cleanup_errors=True) as folder:
        broker = Mosquitto(Path(folder))
        broker.start()
        try:
            yield broker
        finally:
            broker.kill()
