"""The command ``wattlake`` in a process of its own: forked, so it begins at once, and its calendar has one year."""

import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from benchmarks.torture.processes import await_end, start, warm
from harness.services import PROJECT
from harness.short_calendar import calendar_of_one_year

BLOB_PAUSE_SECONDS = 0.2
"""What Azure's library waits before it asks a busy Blob again, whose 18, 24 and 42 s would be most of a test."""


@dataclass(frozen=True)
class Forked:
    """A command that has begun, and the file in which its errors and log stand."""

    process: ForkServerProcess
    written: Path

    def await_line(self, part: str) -> None:
        """Wait until it has written something, or has ended."""
        while part not in self.written.read_text() and self.process.is_alive():
            time.sleep(0.02)

    def ended(self, within_seconds: float) -> tuple[int, str]:
        """Its exit code, and what it wrote."""
        code = await_end(self.process, within_seconds)
        assert code is not None, f"after {within_seconds} s it still runs: {self.written.read_text()}"
        return code, self.written.read_text()


@contextmanager
def forked_command(environment: Mapping[str, str], *arguments: str) -> Iterator[Forked]:
    """Begin a command, which is killed after the block if it still runs."""
    with tempfile.NamedTemporaryFile(prefix="wattlake-command-") as written:
        process = warm().Process(target=_run, args=(dict(environment), arguments, written.name))
        start(process)
        try:
            yield Forked(process, Path(written.name))
        finally:
            process.kill()
            process.join()


def _run(environment: dict[str, str], arguments: tuple[str, ...], written: str) -> None:
    for name, descriptor in ((os.devnull, 1), (written, 2)):
        os.dup2(os.open(name, os.O_WRONLY | os.O_APPEND), descriptor)
    os.chdir(PROJECT)
    os.environ.clear()
    os.environ.update(environment)
    _ask_blob_again_soon()
    sys.argv = ["wattlake", *arguments]
    from wattlake.app.cli import main

    with calendar_of_one_year():
        main()


def _ask_blob_again_soon() -> None:
    from azure.storage.blob._shared import policies, policies_async

    for module in (policies, policies_async):
        module.ExponentialRetry.get_backoff_time = lambda *_: BLOB_PAUSE_SECONDS
