"""The errors of landing: questions without a usable answer, and sources landed in part."""

from collections.abc import Iterable, Sequence

from wattlake.lake.errors import told
from wattlake.lake.landing.refusals import ASKED_ANEW_AFTER, Refusal

MOST_TOLD = 10


class QuestionsFailedError(RuntimeError):
    """Questions to an API got no usable answer; the message says why, of the first ten.

    Attributes:
        failures: the error of each.
    """

    def __init__(self, failures: Sequence[Exception]) -> None:
        """Give each failure a line of its own."""
        self.failures = tuple(failures)
        more = [f"… and {len(failures) - MOST_TOLD:,} more questions."] if len(failures) > MOST_TOLD else []
        super().__init__("\n".join([*map(str, failures[:MOST_TOLD]), *more]))


class RefusedBeforeError(ValueError):
    """A question was refused less than a day ago, so it is not asked."""

    def __init__(self, name: str, before: Refusal) -> None:
        """Give the status and time of the refusal, and when the question is asked again."""
        until = before.refused_at_utc + ASKED_ANEW_AFTER
        super().__init__(
            f"Not asked: {name}. It was refused with status {before.status} on {before.refused_at_utc:%Y-%m-%d %H:%M} "
            f"UTC, and is asked again from {until:%Y-%m-%d %H:%M} UTC."
        )


class PartlyLandedError(RuntimeError):
    """A part of a source was landed and the rest could not be."""

    def __init__(self, error: Exception, rows: int, seconds: float) -> None:
        """Give the rows that were landed and the error that kept the rest out."""
        super().__init__(f"{rows:,} rows were landed, but not all: {told(error)}")
        self.rows, self.seconds = rows, seconds


class SourcesFailedError(RuntimeError):
    """Some sources could not be landed; the others were.

    Attributes:
        names: those that could not.
    """

    def __init__(self, message: str, names: Iterable[str] = ()) -> None:
        """Keep the message and the names of the sources that failed."""
        super().__init__(message)
        self.names = frozenset(names)


def failures_of(error: QuestionsFailedError | PartlyLandedError) -> Sequence[Exception]:
    """Return the single failures that an error is made of."""
    cause = error.__cause__ if isinstance(error, PartlyLandedError) else error
    return cause.failures if isinstance(cause, QuestionsFailedError) else [error]
