"""The processes of a load: ``wattlake stream`` as a user starts it, and the sender."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import sleep, time

from benchmarks.bench import HIDDEN, Bench
from benchmarks.measure import LINES_TOLD, StepFailedError, processor_ticks
from benchmarks.streams.sending import PARTITIONS, Load, argument, meter_name
from harness.kafka import KafkaCluster
from wattlake.lake.settings import PROJECT

READY, START_SECONDS, END_SECONDS = "Reading the stream", 120, 120
REGISTER = "member_id,meter_id,zone,latitude,longitude,member_type,valid_from,provenance\n"


@dataclass(frozen=True)
class Consumer:
    """A consumer that runs."""

    process: subprocess.Popen[bytes]

    @property
    def cpu_seconds(self) -> float:
        """What it has used of the processor so far, its start included."""
        return processor_ticks(self.process.pid) / os.sysconf("SC_CLK_TCK")


def new_lake(bench: Bench, kafka: KafkaCluster, name: str, meters: int, **settings: str) -> dict[str, str]:
    """Make a lake with a register of meters, and a topic of its own that its stream reads."""
    topic = kafka.create(name, PARTITIONS)
    inbox = bench.work / f"inbox-{name}"
    (inbox / "members").mkdir(parents=True)
    lines = [f"U{n:06d},{meter_name(n)},Z{n % 8},51.5,-0.1,consumer,2024-01-01,simulated\n" for n in range(meters)]
    (inbox / "members" / "register.csv").write_text(REGISTER + "".join(lines), encoding="utf-8")
    stream = {"BROKER": f"kafka://{kafka.bootstrap}", "TOPICS__ENERGY_METERS": topic}
    lake = bench.lake(name, inbox) | {f"WATTLAKE_STREAM__{key}": value for key, value in stream.items()} | settings
    bench.wattlake(f"ingest members, {name}", "ingest", "members", lake=lake)
    bench.wattlake(f"build, {name}", "build", lake=lake)
    return lake


@contextmanager
def consuming(bench: Bench, name: str, lake: Mapping[str, str]) -> Iterator[Consumer]:
    """Run ``wattlake stream`` while the block runs, from when it reads on.

    Raises:
        StepFailedError: it did not start, or ended before the block or with an error.
    """
    logs = bench.work / "logs" / f"stream-{name}"
    command = [sys.executable, "-u", "-m", "wattlake.app.cli", "stream", "--every", "5"]
    with _started(command, lake, logs) as process:
        until = time() + START_SECONDS
        while READY not in _written(logs) and process.poll() is None and time() < until:
            sleep(0.05)
        yield Consumer(process)
        had_ended = process.poll() is not None
        process.send_signal(signal.SIGTERM)
        if process.wait(END_SECONDS) or had_ended:
            last_lines = "\n".join(_written(logs).splitlines()[-LINES_TOLD:])
            raise StepFailedError(f"`wattlake stream` ended with {process.returncode}:\n{last_lines}")


@contextmanager
def sending(bench: Bench, name: str, load: Load) -> Iterator[subprocess.Popen[bytes]]:
    """Run a sender, which may end after the block begins; what it did is to be asked by ``sent_by``."""
    command = [sys.executable, "-m", "benchmarks.streams.sending", argument(load)]
    with _started(command, {}, bench.work / "logs" / f"sender-{name}") as process:
        yield process


def sent_by(bench: Bench, name: str, sender: subprocess.Popen[bytes]) -> dict[str, float]:
    """Wait for a sender's end, and give what it says: messages, seconds, how late it was at most.

    Raises:
        StepFailedError: it ended with an error.
    """
    logs = bench.work / "logs" / f"sender-{name}"
    if sender.wait():
        raise StepFailedError(f"The sender ended with {sender.returncode}:\n{_written(logs)}")
    return dict(json.loads(logs.with_suffix(".out").read_text(encoding="utf-8")))


def begin_in(seconds: float) -> int:
    """A whole second, so many seconds from now."""
    return round(datetime.now(UTC).timestamp() + seconds)


@contextmanager
def _started(command: list[str], settings: Mapping[str, str], logs: Path) -> Iterator[subprocess.Popen[bytes]]:
    own = {key: value for key, value in os.environ.items() if not HIDDEN.match(key)}
    logs.parent.mkdir(parents=True, exist_ok=True)
    with logs.with_suffix(".out").open("wb") as out, logs.with_suffix(".err").open("wb") as err:
        process = subprocess.Popen(command, cwd=PROJECT, env=own | dict(settings), stdout=out, stderr=err)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def _written(logs: Path) -> str:
    return "".join(logs.with_suffix(suffix).read_text(encoding="utf-8") for suffix in (".out", ".err"))
