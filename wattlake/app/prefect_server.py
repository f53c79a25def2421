"""Prefect at a person's terminal: quiet, shown as bars, with a server of the run's own.

The server outlives Ctrl-C, but not the run.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from wattlake.app import server_end
from wattlake.app.progress import with_bar
from wattlake.app.render import note

DEFAULTS = {
    # Prefect speaks at length of the servers it starts, and prints the traceback of every failure; a person wants to
    # hear of the work, and of a failure in a sentence. What Prefect keeps of a run is the same as ever.
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    # The first start on a slow machine makes a database, which takes longer than the 20 s Prefect waits.
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
}


def quieten() -> None:
    """Set Prefect's variables for the command line, unless the environment has them.

    It must run before Prefect is imported.
    """
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)


@contextmanager
def prefect_at_the_terminal() -> Iterator[None]:
    """Start what flows need and show their tasks as bars.

    Modules that import Prefect are imported inside.
    """
    note("Starting Prefect ...")
    from wattlake.tasks.progress import watch

    _start_server()
    token = watch.set(with_bar)
    try:
        yield
    finally:
        watch.reset(token)


def _start_server() -> None:
    """Start the server that Prefect would start for itself, if no other is set.

    It is deaf to Ctrl-C, and ends with the run. A terminal sends SIGINT to every process started from it. If that
    ended the server, too, Prefect would try for minutes to tell it how the run ended. A signal blocked when a process
    is started stays blocked there.
    """
    from prefect.settings import get_current_settings

    settings = get_current_settings()
    if settings.api.url or not settings.server.ephemeral.enabled:
        return
    from prefect.server.api.server import SubprocessASGIServer

    class Server(SubprocessASGIServer):
        """Prefect's server, which ends even where the process that started it is killed."""

        def _run_uvicorn_command(self) -> subprocess.Popen[Any]:
            process = super()._run_uvicorn_command()
            _end_with_this_process(process.pid)
            return process

    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        Server().start()
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def _end_with_this_process(process_id: int) -> None:
    """Start a process that ends another once this one is gone.

    It reads a pipe that nobody but this process writes to.
    """
    command = [sys.executable, "-I", server_end.__file__, str(process_id)]
    silent = subprocess.DEVNULL
    ender = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=silent, stderr=silent, start_new_session=True)
    _enders.append(ender)


_enders: list[subprocess.Popen[bytes]] = []
"""The processes' handles are kept, since a pipe that nobody holds is closed."""
