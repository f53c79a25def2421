"""Processes from one warm server: each begins in milliseconds, with everything imported and nothing opened."""

import multiprocessing
import os
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext

PRELOADED = ["benchmarks.torture.works", "benchmarks.torture.promises", "benchmarks.torture.victims"]


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
