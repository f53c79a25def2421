"""What is asked again, after how long a wait, and how that is told."""

import logging
import re
import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception_type, wait_exponential_jitter

from wattlake.tasks.sources.base import Patience

logger = logging.getLogger("wattlake.http")

ATTEMPTS_AT_SILENCE = 2

MINUTE_SPENT = re.compile(r"minutely .*limit exceeded", re.IGNORECASE)
HOUR_OR_DAY_SPENT = re.compile(r"(hourly|daily|monthly) .*limit exceeded", re.IGNORECASE)
REFUSALS = frozenset({400, 404, 410, 422})
"""Statuses of answers that mean this question, not who asks it, how often or when."""

BACK_OFF = wait_exponential_jitter(initial=1, max=60, jitter=1)


class HttpError(RuntimeError):
    """A question got no usable answer; the message is one sentence."""


class RefusedError(HttpError):
    """A service refused a question, and would again if it were asked at once.

    Attributes:
        status: of the answer.
    """

    def __init__(self, sentence: str, status: int) -> None:
        """Tell what came, and keep the status."""
        super().__init__(sentence)
        self.status = status


class NoAnswerError(HttpError):
    """A service gave no usable answer however often it was asked; another question is futile."""


class PassingError(HttpError):
    """A failure that may pass; the service may have said after how many seconds."""

    def __init__(self, sentence: str, after_seconds: float | None = None, most_attempts: int | None = None) -> None:
        """Tell what came, when it is worth asking again, and how often at most."""
        super().__init__(sentence)
        self.after_seconds, self.most_attempts = after_seconds, most_attempts


def attempts(patience: Patience, sleep: Callable[[float], None] = time.sleep) -> Retrying:
    """Make the attempts at a question: what may pass is tried again."""

    def most(attempt: RetryCallState) -> int:
        error = attempt.outcome.exception() if attempt.outcome else None
        limit = error.most_attempts if isinstance(error, PassingError) else None
        return min(patience.attempts, limit or patience.attempts)

    def announce(attempt: RetryCallState) -> None:
        error = attempt.outcome.exception() if attempt.outcome else None
        number = attempt.attempt_number + 1
        text = "%s Asking again in %.0f s, attempt %d of %d."
        logger.warning(text, error, attempt.upcoming_sleep, number, most(attempt))

    return Retrying(
        stop=lambda attempt: attempt.attempt_number >= most(attempt),
        wait=_seconds_to_wait,
        retry=retry_if_exception_type(PassingError),
        before_sleep=announce,
        sleep=sleep,
        reraise=True,
    )


def failure(sentence: str, answer: httpx.Response, patience: Patience) -> HttpError:
    """Make the error of an answer that is no success: one that may pass, a refusal, or the end."""
    if answer.status_code in REFUSALS:
        return RefusedError(sentence, answer.status_code)
    if answer.status_code != httpx.codes.TOO_MANY_REQUESTS and answer.status_code < httpx.codes.INTERNAL_SERVER_ERROR:
        return HttpError(sentence)
    wait_seconds = _retry_after_seconds(answer)
    if HOUR_OR_DAY_SPENT.search(answer.text) or (wait_seconds or 0) > patience.longest_wait_seconds:
        return HttpError(f"{sentence} The wait is too long to sit out: run again later.")
    if wait_seconds is None and MINUTE_SPENT.search(answer.text):
        wait_seconds = 60.0
    return PassingError(sentence, wait_seconds)


def _retry_after_seconds(answer: httpx.Response) -> float | None:
    """Read ``Retry-After``; a date is held against the answer's own ``Date``, not a clock."""
    wanted = answer.headers.get("Retry-After", "").strip()
    if wanted.isdecimal():
        return float(wanted)
    try:
        until, answered = parsedate_to_datetime(wanted), parsedate_to_datetime(answer.headers.get("Date", ""))
        return max(0.0, (until - answered).total_seconds())
    except (TypeError, ValueError):
        return None


def _seconds_to_wait(attempt: RetryCallState) -> float:
    error = attempt.outcome.exception() if attempt.outcome else None
    if isinstance(error, PassingError) and error.after_seconds is not None:
        return error.after_seconds
    return BACK_OFF(attempt)
