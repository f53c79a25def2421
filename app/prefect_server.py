"""Prefect at a person's terminal: quiet, shown as bars, and with a server that outlives Ctrl-C."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from app.render import note, with_bar

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
    """Set what Prefect is told on the command line, where the environment does not say otherwise; before its import."""
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)


@contextmanager
def prefect_at_the_terminal() -> Iterator[None]:
    """Start what flows need and show their tasks as bars; what imports Prefect is imported inside."""
    note("Starting Prefect ...")
    from tasks.progress import watch

    _start_server()
    token = watch.set(with_bar)
    try:
        yield
    finally:
        watch.reset(token)


def _start_server() -> None:
    """Start the server that Prefect would start for itself where no other is set, but deaf to Ctrl-C.

    A terminal sends SIGINT to every process started from it. If the server ended with the run, Prefect would try for
    minutes to tell it how the run ended. A signal blocked when a process is started stays blocked there.
    """
    from prefect.settings import get_current_settings

    settings = get_current_settings()
    if settings.api.url or not settings.server.ephemeral.enabled:
        return
    from prefect.server.api.server import SubprocessASGIServer

    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        SubprocessASGIServer().start()
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
