"""Processes from one warm server: each begins in milliseconds, with everything imported and nothing opened."""

import multiprocessing
import os
from multiprocessing import forkserver
from multiprocessing.connection import wait
from multiprocessing.context import ForkServerContext, ForkServerProcess
from threading import Lock

PRELOADED = [
    *("benchmarks.torture.works", "benchmarks.torture.promises", "benchmarks.torture.victims"),
    *("benchmarks.torture.stream_consumers", "wattlake.tasks.streaming.kafka.transport"),
    *("pandas", "pvlib"),  # A build loads them where it has panels.
]


_LOOKED_AT = Lock()
"""A thread that starts a process reads how the others' ended: of two that read the same, one is told 255."""


def warm() -> ForkServerContext:
    """The context whose processes are forked from a server that never used DuckDB, so that none inherits its locks."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    # Coverage would follow every one of them and slow it down.
    hidden = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("COVERAGE_")}
    try:
        forkserver.ensure_running()
    finally:
        os.environ.update(hidden)
    return context


def start(process: ForkServerProcess) -> None:
    """Start a process, also while other threads start or await theirs."""
    with _LOOKED_AT:
        process.start()


def await_end(process: ForkServerProcess, seconds: float) -> int | None:
    """The exit code of a process, or nothing if it still runs after so many seconds."""
    wait([process.sentinel], seconds)
    with _LOOKED_AT:
        return process.exitcode
