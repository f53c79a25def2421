"""Run a reader's query in a process of its own, watched and killed from outside.

Its time, memory and answer are watched.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field

import polars as pl

from wattlake import PACKAGE
from wattlake.app.sql_console.limits import Limits, StoppedError, bind, watch
from wattlake.app.sql_console.turns import Turn, turn
from wattlake.lake.models.guard import RefusedError
from wattlake.lake.settings import Settings
from wattlake.lake.store.connection import opening
from wattlake.lake.store.extensions import extension_file

STARTED_BY = """
import sys
sys.path.insert(0, {folder!r})
from wattlake.app.sql_console.worker import main
main({channel})
"""
BROKEN = "The query's process ended before its answer was whole: {how}. Ask for less at a time, or put it differently."


@dataclass
class Answered:
    """The rows of a query, whether more were cut off, and the seconds it took."""

    rows: pl.DataFrame
    is_cut: bool
    seconds: float


@dataclass
class _Collected:
    """The bytes that a process has written so far."""

    most_bytes: int
    parts: list[bytes] = field(default_factory=list)
    size: int = 0

    def read(self, channel: int) -> None:
        """Read until the process has no more to say, or has said too much."""
        with os.fdopen(channel, "rb", buffering=0) as answering:
            while self.size <= self.most_bytes and (part := answering.read(1 << 16)):
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
    with turn(limits) as its_turn:
        started = time.monotonic()
        written, code = _in_a_process(_told(settings, query, snapshot_id, limits), limits, its_turn)
        try:
            _, head, stream = written.split(b"\n", 2)
            answer = json.loads(head)
            if code == 0 and "error" not in answer:
                return Answered(pl.read_ipc_stream(stream), answer["is_cut"], time.monotonic() - started)
        except (ValueError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
            raise StoppedError(BROKEN.format(how=_end_of(code))) from error
        if "error" in answer:
            raise RefusedError(answer["error"])
        raise StoppedError(BROKEN.format(how=_end_of(code)))


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


def _in_a_process(task: dict[str, object], limits: Limits, its_turn: Turn) -> tuple[bytes, int]:
    """Run the worker; returns its answer and exit code, and it is gone in any case."""
    answering, channel = os.pipe()
    collected = _Collected(limits.answer_mb * 1_000_000)
    reading = threading.Thread(target=collected.read, args=[answering], daemon=True)
    reading.start()
    try:
        with tempfile.TemporaryDirectory(prefix="wattlake-query-") as nowhere, _worker(channel, nowhere) as process:
            os.close(channel)  # The worker's end is its own now; once that is closed, the answer is whole.
            channel = -1
            try:
                bind(process.pid, limits)
                _tell(process, task)
                watch(process, limits, lambda: collected.size, its_turn.become_long)
            finally:
                process.kill()
    except OSError as error:
        raise StoppedError(f"No process could be started for the query ({error}). Try again in a moment.") from error
    finally:
        if channel >= 0:
            os.close(channel)
        reading.join()
    return b"".join(collected.parts), process.returncode


def _worker(channel: int, folder: str) -> subprocess.Popen[bytes]:
    """Start the process that runs a query; it answers on a channel of its own, not in print."""
    argv = [sys.executable, "-I", "-c", STARTED_BY.format(folder=str(PACKAGE.parent), channel=channel)]
    return subprocess.Popen(
        argv, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={}, cwd=folder,
        pass_fds=[channel], start_new_session=True,
    )  # fmt: skip


def _end_of(code: int) -> str:
    """Say in words how a process ended."""
    if code == -signal.SIGKILL:
        return "it was killed, perhaps for want of memory"
    if code < 0:
        return f"it fell over ({signal.Signals(-code).name}), perhaps nested too deeply or for want of memory"
    return f"it ended with code {code}"


def _tell(process: subprocess.Popen[bytes], task: dict[str, object]) -> None:
    """Tell the process what to do; nothing is raised if it died before it listened."""
    assert process.stdin is not None
    with suppress(BrokenPipeError), process.stdin as listening:
        listening.write(json.dumps(task).encode())
