"""``make live``: a broker of this machine's own, and ``wattlake live`` beside it until Ctrl-C.

Kafka runs where ``make kafka`` has fetched it and there is Java, otherwise Mosquitto; without either it says what to
install.
"""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from harness.kafka import fetched_jars, kafka_cluster
from harness.mosquitto import mosquitto_broker
from wattlake.app.cli import main

TOPICS = ("energy-meters", "dashboard-updates", "anomalies")
NEITHER = (
    "There is no broker to try it with. Install Mosquitto (Debian: apt-get install mosquitto; macOS: brew install "
    "mosquitto), or Java 17 and Maven for `make kafka`; then run `make live` again."
)
BROKER = "WATTLAKE_STREAM__BROKER"
PLACES_OF_SERVERS = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin")
PUBLISHED = {
    "WATTLAKE_STREAM__TOPICS__DASHBOARD_UPDATES": "dashboard-updates",
    "WATTLAKE_STREAM__TOPICS__ANOMALIES": "anomalies",
}


@contextmanager
def broker() -> Iterator[str | None]:
    """Run what this machine has while the block does; its address, or none where it has nothing."""
    if shutil.which("java") and fetched_jars():
        with kafka_cluster() as cluster:
            for topic in TOPICS:
                cluster.create(topic)
            yield f"kafka://{cluster.bootstrap}"
    elif shutil.which("mosquitto", path=os.pathsep.join([os.environ.get("PATH", ""), *PLACES_OF_SERVERS])):
        with mosquitto_broker() as mosquitto:
            yield mosquitto.address
    else:
        yield None


def try_it(arguments: list[str]) -> int:
    """Run a broker and ``wattlake live`` with arguments; give the exit code."""
    for name in [name for name in os.environ if name.startswith("WATTLAKE_STREAM__")]:
        del os.environ[name]  # Another broker's user or certificate would not open this one.
    with broker() as address:
        if address is None:
            sys.stderr.write(NEITHER + "\n")
            return 2
        os.environ |= PUBLISHED | {BROKER: address}
        sys.argv = ["wattlake", "live", *arguments]
        try:
            main()
        except SystemExit as end:
            return int(end.code or 0)
    return 0


if __name__ == "__main__":
    sys.exit(try_it(sys.argv[1:]))
