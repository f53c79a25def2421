"""What a reader's query may take, and how that is enforced from outside its process."""

import resource
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

LOOK_SECONDS = 0.02


class StoppedError(RuntimeError):
    """A query was stopped: which limit it met, and what to do."""


@dataclass(frozen=True)
class Limits:
    """What a query may take.

    Attributes:
        seconds: from its start to its answer.
        memory_mb: of its process as the system sees it; DuckDB is told half.
        rows: of its answer; the rest is cut off.
        answer_mb: size of its answer.
        waiting_seconds: for its turn.
    """

    seconds: float = 10
    memory_mb: int = 1_024
    rows: int = 100_000
    answer_mb: int = 64
    waiting_seconds: float = 20


def bind(pid: int, limits: Limits) -> None:
    """Bound by the system what the process may hold, write and run, where the system can (Linux)."""
    if hasattr(resource, "prlimit"):
        memory, cpu = limits.memory_mb * 2 * 1_000_000, int(limits.seconds) + 2
        resource.prlimit(pid, resource.RLIMIT_DATA, (memory, memory))
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
        resource.prlimit(pid, resource.RLIMIT_CPU, (cpu, cpu))
        resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0))


def watch(process: subprocess.Popen[bytes], limits: Limits, is_too_long: Callable[[], bool]) -> None:
    """Wait for the process to end.

    Raises:
        StoppedError: it met a limit before.
    """
    deadline = time.monotonic() + limits.seconds
    while process.poll() is None:
        if time.monotonic() > deadline:
            raise StoppedError(f"The query took longer than {limits.seconds:g} s and was stopped. Ask for fewer days.")
        if _resident_mb(process.pid) > limits.memory_mb:
            raise StoppedError(
                f"The query took more than {limits.memory_mb:,} MB of memory and was stopped. Ask for less at a time."
            )
        if is_too_long():
            raise StoppedError(
                f"The answer is larger than {limits.answer_mb} MB. Ask for fewer rows, or use `wattlake sql`."
            )
        time.sleep(LOOK_SECONDS)


def _resident_mb(pid: int) -> float:
    """What a process holds in memory; 0 where the system does not say."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except (OSError, IndexError):
        return 0
    return pages * resource.getpagesize() / 1_000_000
