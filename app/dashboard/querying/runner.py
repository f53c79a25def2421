"""Start a reader's query in a process of its own, watch its time, memory and answer from outside, and kill it."""

import json
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field

import polars as pl

from app.dashboard.querying.guard import RefusedError
from app.dashboard.querying.limits import Limits, StoppedError, bind, watch
from lake.connection import extension_file, opening
from lake.settings import PROJECT, Settings

STARTED_BY = "import sys; sys.path.insert(0, {project!r}); from app.dashboard.querying.worker import main; main()"
AT_ONCE = threading.BoundedSemaphore(2)
"""More readers than these wait their turn."""


@dataclass
class Answered:
    """The rows of a query, whether more were cut off, and how long it took."""

    rows: pl.DataFrame
    is_cut: bool
    seconds: float


@dataclass
class _Collected:
    """What a process has written so far."""

    most_bytes: int
    parts: list[bytes] = field(default_factory=list)
    size: int = 0

    def read(self, process: subprocess.Popen[bytes]) -> None:
        """Read until the process has no more to say, or has said too much."""
        assert process.stdout is not None
        while self.size <= self.most_bytes and (part := process.stdout.read1(1 << 16)):  # type: ignore[attr-defined]
            self.parts.append(part)
            self.size += len(part)


def run(settings: Settings, query: str, snapshot_id: int, limits: Limits | None = None) -> Answered:
    """Run one query that only reads, as of a snapshot.

    Args:
        settings: where the lake is.
        query: one SELECT over ``warehouse`` and ``ops``.
        snapshot_id: the snapshot to read.
        limits: what it may take.

    Raises:
        RefusedError: it may not be asked, or DuckDB finds fault with it; the error says why.
        StoppedError: it met a limit.
    """
    limits = limits or Limits()
    if not AT_ONCE.acquire(timeout=limits.waiting_seconds):
        raise StoppedError("Other readers' queries are still running. Try again in a moment.")
    try:
        started = time.monotonic()
        written = _in_a_process(_told(settings, query, snapshot_id, limits), limits)
        head, _, stream = written.partition(b"\n")
        said = json.loads(head)
        if "error" in said:
            raise RefusedError(said["error"])
        return Answered(pl.read_ipc_stream(stream), said["is_cut"], time.monotonic() - started)
    finally:
        AT_ONCE.release()


def _told(settings: Settings, query: str, snapshot_id: int, limits: Limits) -> dict[str, object]:
    bounded = settings.model_copy(update={"memory_limit": f"{limits.memory_mb // 2}MB", "threads": 1})
    names = ["ducklake", "postgres_scanner" if settings.is_postgres else "sqlite_scanner"]
    names += ["azure"] if settings.is_remote else []
    return {
        "extensions": [str(extension_file(name) or name) for name in names],
        "opening": opening(bounded, snapshot_id),
        "query": query,
        "most_rows": limits.rows,
    }


def _in_a_process(told: dict[str, object], limits: Limits) -> bytes:
    """What the worker writes; whatever happens, it is gone afterwards."""
    argv = [sys.executable, "-I", "-c", STARTED_BY.format(project=str(PROJECT))]
    collected = _Collected(limits.answer_mb * 1_000_000)
    with (
        tempfile.TemporaryDirectory(prefix="wattlake-query-") as nowhere,
        subprocess.Popen(
            argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}, cwd=nowhere,
            start_new_session=True,
        ) as process,
    ):  # fmt: skip
        reading = threading.Thread(target=collected.read, args=[process], daemon=True)
        try:
            bind(process.pid, limits)
            reading.start()
            _tell(process, told)
            watch(process, limits, lambda: collected.size > collected.most_bytes)
        finally:
            process.kill()
            reading.join()
    if not collected.parts:
        raise StoppedError("The query took more memory than it may, or was nested too deeply. Ask for less at a time.")
    return b"".join(collected.parts)


def _tell(process: subprocess.Popen[bytes], told: dict[str, object]) -> None:
    """Say to the process what to do; one that has died before it listened says nothing, and that is told."""
    assert process.stdin is not None
    with suppress(BrokenPipeError), process.stdin as listening:
        listening.write(json.dumps(told).encode())
