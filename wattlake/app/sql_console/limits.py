"""The limits of a reader's query, and their enforcement from outside its process."""

import resource
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

LOOK_SECONDS = 0.02


class StoppedError(RuntimeError):
    """The error of a stopped query: it tells which limit was met, and what to do."""


@dataclass(frozen=True)
class Limits:
    """The limits of a query.

    Attributes:
        seconds: from its start to its answer.
        quick_seconds: from when the lake is opened for it; after these it is one of the few that may be long.
        memory_mb: of its process as the system sees it; DuckDB is told half.
        rows: of its answer; the rest is cut off.
        answer_mb: size of its answer.
        waiting_seconds: for its turn.
    """

    seconds: float = 10
    quick_seconds: float = 3
    memory_mb: int = 1_024
    rows: int = 100_000
    answer_mb: int = 64
    waiting_seconds: float = 20


def bind(pid: int, limits: Limits) -> None:
    """Limit by the system (Linux) what the process may hold, write and run.

    Where the system cannot, nothing is limited here.
    """
    if hasattr(resource, "prlimit"):
        memory, cpu = limits.memory_mb * 2 * 1_000_000, int(limits.seconds) + 2
        resource.prlimit(pid, resource.RLIMIT_DATA, (memory, memory))
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
        resource.prlimit(pid, resource.RLIMIT_CPU, (cpu, cpu))
        resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0))


def watch(
    process: subprocess.Popen[bytes],
    limits: Limits,
    answered_bytes: Callable[[], int],
    no_longer_quick: Callable[[], None],
) -> None:
    """Wait for the process to end, or stop waiting when it meets a limit.

    Args:
        process: what runs the query.
        limits: what it may take.
        answered_bytes: how much it has written so far; the first byte says that the query begins.
        no_longer_quick: called once when the query has run for longer than a quick one; it may raise.

    Raises:
        StoppedError: it met a limit before.
    """
    started, began = time.monotonic(), None
    is_quick = True
    while process.poll() is None:
        now = time.monotonic()
        began = began or (now if answered_bytes() else None)
        if is_quick and began and now - began > limits.quick_seconds:
            is_quick = False
            no_longer_quick()
        if now - started > limits.seconds:
            raise StoppedError(f"The query took longer than {limits.seconds:g} s and was stopped. Ask for fewer days.")
        if _resident_mb(process.pid) > limits.memory_mb:
            raise StoppedError(
                f"The query took more than {limits.memory_mb:,} MB of memory and was stopped. Ask for less at a time."
            )
        if answered_bytes() > limits.answer_mb * 1_000_000:
            raise StoppedError(
                f"The answer is larger than {limits.answer_mb} MB. Ask for fewer rows, or use `wattlake sql`."
            )
        time.sleep(LOOK_SECONDS)


def _resident_mb(pid: int) -> float:
    """Read the memory (MB) that a process holds; 0 where the system does not say."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except (OSError, IndexError):
        return 0
    return pages * resource.getpagesize() / 1_000_000
