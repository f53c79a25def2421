"""Show on a terminal that long work goes on; elsewhere the log says it."""

import logging
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from wattlake.tasks import Countable

Step = TypeVar("Step", bound=Countable)


def with_bar(steps: Iterable[Step], what: str) -> Iterator[Step]:
    """Pass the steps on, and show a bar of them."""
    if not sys.stderr.isatty():
        yield from steps
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress, _log_above_the_bar():
        bar = progress.add_task(what, total=None)
        for step in steps:
            progress.update(bar, completed=step.done, total=step.total)
            yield step


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """Show that the block is at work, which prints nothing."""
    if not sys.stderr.isatty():
        yield
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        progress.add_task(what, total=None)
        yield


@contextmanager
def _log_above_the_bar() -> Iterator[None]:
    """Send the log to Rich's standard error, so that it is put above the bar.

    While a bar is drawn, Rich stands in for standard error.
    """
    handlers = [
        handler for handler in logging.getLogger("wattlake").handlers if isinstance(handler, logging.StreamHandler)
    ]
    streams = [handler.setStream(sys.stderr) for handler in handlers]
    try:
        yield
    finally:
        for handler, stream in zip(handlers, streams, strict=True):
            handler.setStream(stream or sys.__stderr__)
