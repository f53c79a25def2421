"""Run a command on two cores and see what it costs: wall time, processor time, and peak memory of its processes."""

import os
import resource
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

POLL_SECONDS = 0.05
LINES_TOLD = 15


class StepFailedError(RuntimeError):
    """A measured command ended with an error."""


@dataclass(frozen=True)
class Cost:
    """What one command cost.

    Attributes:
        seconds: from its start to its end.
        cpu_seconds: of all its processes.
        peak_bytes: the most its processes held in memory (each at its own peak).
        started_at_utc: when it started.
        output: the file with what it wrote to standard output.
        log: the file with what it wrote to standard error.
    """

    seconds: float
    cpu_seconds: float
    peak_bytes: int
    started_at_utc: datetime
    output: Path
    log: Path


@dataclass
class _Watch:
    """What has been seen so far of a command's processes."""

    session: int
    peak_bytes: int = 0
    ticks: dict[int, int] = field(default_factory=dict)

    def look(self) -> None:
        """Take note of the memory and the processor time of the processes that live now."""
        high_bytes = 0
        for process_id in _processes_of(self.session):
            try:
                if not _is_about_to_become_another(process_id):
                    high_bytes += _peak_bytes(process_id)
                self.ticks[process_id] = processor_ticks(process_id)
            except (FileNotFoundError, ProcessLookupError):
                continue
        self.peak_bytes = max(self.peak_bytes, high_bytes)

    @property
    def cpu_seconds(self) -> float:
        return sum(self.ticks.values()) / os.sysconf("SC_CLK_TCK")


def use_two_cores() -> int:
    """Keep this process and all it starts on two cores; says how many there are of those."""
    cores = sorted(os.sched_getaffinity(0))[:2]
    os.sched_setaffinity(0, cores)
    return len(cores)


def cost_of(command: Sequence[str], environment: Mapping[str, str], logs: Path, cwd: Path) -> Cost:
    """Run a command to its end.

    Args:
        command: the program and its arguments.
        environment: all of its environment variables.
        logs: where its output goes: ``<logs>.out`` and ``<logs>.err``.
        cwd: the folder it runs in.

    Raises:
        StepFailedError: it ended with an error; with the last lines it wrote.
    """
    output, log = logs.with_suffix(".out"), logs.with_suffix(".err")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started_at_utc, started = datetime.now(UTC), perf_counter()
    with (
        output.open("wb") as out,
        log.open("wb") as err,
        _session(command, environment, out.fileno(), err.fileno(), cwd) as running,
    ):
        watch = _Watch(running.pid)
        while not _has_ended(running):
            watch.look()
    seconds = perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    waited_for = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    if running.returncode:
        last_lines = "\n".join((output.read_text() + log.read_text()).splitlines()[-LINES_TOLD:])
        raise StepFailedError(f"`{' '.join(command)}` ended with {running.returncode}:\n{last_lines}")
    return Cost(seconds, max(waited_for, watch.cpu_seconds), watch.peak_bytes, started_at_utc, output, log)


@contextmanager
def _session(
    command: Sequence[str], environment: Mapping[str, str], out: int, err: int, cwd: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """A command in a session of its own, which ends with the block."""
    nothing = subprocess.DEVNULL
    running = subprocess.Popen(command, 0, None, nothing, out, err, env=environment, cwd=cwd, start_new_session=True)
    try:
        yield running
    finally:
        if running.poll() is None:
            os.killpg(running.pid, signal.SIGKILL)
            running.wait()


def _has_ended(running: subprocess.Popen[bytes]) -> bool:
    try:
        running.wait(POLL_SECONDS)
    except subprocess.TimeoutExpired:
        return False
    return True


def _processes_of(session: int) -> Iterator[int]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if os.getsid(int(entry.name)) == session:
                    yield int(entry.name)
            except ProcessLookupError:
                continue


def resident_bytes(process_id: int) -> int:
    """What a process holds in memory now."""
    return _status_bytes(process_id, "VmRSS:")


def _peak_bytes(process_id: int) -> int:
    return _status_bytes(process_id, "VmHWM:")


def _status_bytes(process_id: int, name: str) -> int:
    for line in Path(f"/proc/{process_id}/status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1]) * 1024
    return 0


def _is_about_to_become_another(process_id: int) -> bool:
    """Whether a process is the copy of its parent that will run another program, and still has the parent's memory."""
    parent_id = int(_statistics(process_id)[1])
    own, parents = (Path(f"/proc/{number}/cmdline").read_bytes() for number in (process_id, parent_id))
    return own == parents


def processor_ticks(process_id: int) -> int:
    """What a process has used of the processor, in ticks of the system."""
    user, system = _statistics(process_id)[11:13]
    return int(user) + int(system)


def _statistics(process_id: int) -> list[str]:
    """The fields of ``/proc/<id>/stat`` from the third on (state, parent, ...); the second may have spaces in it."""
    return Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()
