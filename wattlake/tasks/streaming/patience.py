"""Patience: what fails for a while is tried again, and logged once; nothing is skipped."""

import logging
from collections.abc import Callable
from itertools import count
from threading import Event
from typing import TypeVar

from wattlake.lake.errors import told
from wattlake.lake.foreign_text import printable

logger = logging.getLogger("wattlake.stream")

Result = TypeVar("Result")
LONGEST_PAUSE_SECONDS = 30.0


def until_it_succeeds(
    step: Callable[[], Result], passing: tuple[type[Exception], ...], *, stopped: Event, name: str,
    tries: int | None = None,
) -> Result | None:  # fmt: skip
    """Take a step, and again after a growing pause while it fails; none where it was stopped.

    Args:
        step: what to do; it leaves nothing behind where it fails.
        passing: the errors that may be over at the next try; all others are raised.
        stopped: ends it.
        name: of the step, for the log.
        tries: how many there are; any number by default.

    Raises:
        Exception: the last try's error.
    """
    reason = ""
    for number in count(1):
        try:
            result = step()
        except passing as error:
            if number == tries:
                raise
            if reason != (reason := printable(told(error))):
                logger.error("%s failed and is tried again: %s", name, reason)
            if stopped.wait(min(2.0 ** (number - 1), LONGEST_PAUSE_SECONDS)):
                return None
        else:
            if reason:
                logger.warning("%s succeeded at try %d.", name, number)
            return result
    raise AssertionError("a count ends")
