"""The programs that run beside a replay: started by us alone, and ended with us."""

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

from wattlake.app.dashboard import command

START_SECONDS, END_SECONDS = 60.0, 20.0
LAST_LINES = 5


class ProgramEndedError(RuntimeError):
    """A program that was to run ended by itself, or did not answer."""


class Program:
    """A program that writes to a log, deaf to the terminal's Ctrl-C: it is ended when we end."""

    def __init__(self, name: str, argv: Sequence[str], log: Path) -> None:
        """Start it."""
        self.name, self.log = name, log
        with log.open("wb") as written:
            self.process = subprocess.Popen(argv, stdout=written, stderr=written, start_new_session=True)

    def expect_running(self) -> None:
        """Tell with what words it ended.

        Raises:
            ProgramEndedError: it does not run any more.
        """
        if self.process.poll() is not None:
            lines = self.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-LAST_LINES:]
            raise ProgramEndedError(
                f"The {self.name} ended by itself. Its last words, of {self.log}, were: {' '.join(lines) or 'none'}"
            )

    def end(self) -> None:
        """Ask it to end, and wait; what does not is killed."""
        self.process.terminate()
        try:
            self.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextmanager
def consumer_and_page(folder: Path, port: int) -> Iterator[list[Program]]:
    """Run the consumer and the dashboard while the block runs, once the dashboard answers.

    Raises:
        ProgramEndedError: one of them did not start.
    """
    programs: list[Program] = []
    try:
        argv = [sys.executable, "-P", "-m", "wattlake.app.cli", "stream"]
        programs.append(Program("consumer", argv, folder / "stream.log"))
        programs.append(Program("dashboard", command(port), folder / "dashboard.log"))
        _await_answer(f"http://127.0.0.1:{port}/_stcore/health", programs)
        yield programs
    finally:
        for program in reversed(programs):
            program.end()


def _await_answer(address: str, programs: Sequence[Program]) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        for program in programs:
            program.expect_running()
        try:
            if httpx.get(address, trust_env=False).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise ProgramEndedError(f"The dashboard did not answer within {START_SECONDS:.0f} s at {address}.")
