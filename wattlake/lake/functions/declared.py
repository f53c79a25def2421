"""The mark of a function that models may use.

This module imports nothing of Wattlake's: whoever loads any of that loads this.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar, overload

MARK, READS = "_is_a_wattlake_function", "_files_of_a_wattlake_function"
Marked = TypeVar("Marked", bound=Callable[..., Any])


@overload
def function(marked: Marked) -> Marked: ...


@overload
def function(*, files: Sequence[str]) -> Callable[[Marked], Marked]: ...


def function(marked: Marked | None = None, *, files: Sequence[str] = ()) -> Marked | Callable[[Marked], Marked]:
    """Let the models of the project use a function of ``functions/*.py``; it stays as it is.

    With values in and one out (``def f(kwh: float, base: float | None) -> float``) it can be called in the SQL of
    silver and gold. With a frame in and one out (``def f(rows: pl.DataFrame) -> pl.DataFrame``) it makes the rows of
    the table whose contract says ``made_by = "f"``, from those of the table's SELECT.

    Args:
        marked: the function.
        files: the files that it reads, from the project folder on: where one changes, its tables are built anew.
    """

    def mark(given: Marked) -> Marked:
        setattr(given, MARK, True)
        setattr(given, READS, tuple(files))
        return given

    return mark if marked is None else mark(marked)
