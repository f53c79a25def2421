"""Turns of queries: few run at once, and long ones keep no quick one waiting."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from wattlake.app.sql_console.limits import Limits, StoppedError

QUICK_AT_ONCE = threading.BoundedSemaphore(2)
"""Every query begins as one of these; more wait, but never longer than these may be quick."""
LONG_AT_ONCE = threading.BoundedSemaphore(2)
"""A query that is no longer quick must be one of these, or ends."""


class Turn:
    """A query's place among those that run."""

    def __init__(self) -> None:
        self.held = QUICK_AT_ONCE

    def become_long(self) -> None:
        """Leave the place among the quick to others.

        Raises:
            StoppedError: other long queries run, and there is no place among them.
        """
        if not LONG_AT_ONCE.acquire(blocking=False):
            raise StoppedError("Other readers' long queries are running. Ask for less at a time, or again in a moment.")
        self.held.release()
        self.held = LONG_AT_ONCE


@contextmanager
def turn(limits: Limits) -> Iterator[Turn]:
    """Wait for a turn, and give it back in the end.

    Raises:
        StoppedError: it did not come in time.
    """
    if not QUICK_AT_ONCE.acquire(timeout=limits.waiting_seconds):
        raise StoppedError("Other readers' queries are still running. Try again in a moment.")
    held = Turn()
    try:
        yield held
    finally:
        held.held.release()
