"""Helpers that tasks share: the progress of long work, and failures worth another try."""

from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from time import perf_counter
from typing import Any, Protocol, TypeVar

import duckdb
from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.client.schemas.objects import State, TaskRun
from prefect.tasks import Task

from wattlake.tasks import Countable, CountableRows

Step = TypeVar("Step", bound=Countable)


class Watch(Protocol):
    """A function that passes steps on and tells somebody how far they came."""

    def __call__(self, steps: Iterable[Step], what: str, /) -> Iterator[Step]:
        """Pass the same steps on."""


def _unwatched(steps: Iterable[Step], _what: str, /) -> Iterator[Step]:
    yield from steps


watch: ContextVar[Watch] = ContextVar("watch", default=_unwatched)
"""The one who watches the tasks of this context; the command line sets it to draw bars."""


def show_progress(steps: Iterable[Step], what: str) -> Iterator[Step]:
    """Pass the steps on and show in a Prefect progress artifact how far they came.

    Nothing is shown for a single step.
    """
    artifact: Any = None
    for step in watch.get()(steps, what):
        if step.total > 1:
            percent = 100.0 * step.done / step.total
            if artifact is None:
                artifact = create_progress_artifact(progress=percent, description=what)
            else:
                update_progress_artifact(artifact, progress=percent)
        yield step


def rows_and_seconds(steps: Iterable[CountableRows], what: str) -> tuple[int, float]:
    """Take the steps of a landing and show their progress; return all rows and the seconds."""
    started = perf_counter()
    return sum(step.rows for step in show_progress(steps, what)), perf_counter() - started


def is_passing(_task: Task[Any, Any], _run: TaskRun, state: State[Any]) -> bool:
    """Say whether a failure may pass by itself: storage that does not answer.

    Bad input stays bad, and a service that gave no usable answer was asked several times already
    by ``wattlake.tasks.landing.http``.
    """
    error = state.result(raise_on_failure=False)
    return isinstance(error, OSError | duckdb.IOException)
