"""The one HTTP client: time-outs, retries with back-off, ``Retry-After``, rate limits.

Every other answer than a 2xx ends in an ``HttpError`` that says what was asked, what came and what was expected. No
sentence, log line or cause of an error holds the credentials of the address that was asked.
"""

import logging
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import cache

import httpx
from pyrate_limiter import Limiter, Rate
from tenacity import RetryCallState, Retrying, retry_if_exception_type, wait_exponential_jitter

from wattlake.lake.addresses import Address

logger = logging.getLogger("wattlake.http")
# At INFO the client logs each address as it goes out, with the key that may stand in it.
logging.getLogger("httpx").setLevel(logging.WARNING)

TIMEOUT_SECONDS = 60.0
CONNECT_SECONDS = 10.0
ATTEMPTS = 6
ATTEMPTS_AT_SILENCE = 2
LONGEST_WAIT_SECONDS = 300.0

MINUTE_SPENT = re.compile(r"minutely .*limit exceeded", re.IGNORECASE)
HOUR_OR_DAY_SPENT = re.compile(r"(hourly|daily|monthly) .*limit exceeded", re.IGNORECASE)
NO_ADDRESS = "is not an address that can be asked: expected http:// or https:// and a host."
REFUSALS = frozenset({400, 404, 410, 422})
"""Statuses of answers that mean this question, not who asks it, how often or when."""
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

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


class _PassingError(HttpError):
    """A failure that may pass; the service may have said after how many seconds."""

    def __init__(self, sentence: str, after_seconds: float | None = None, attempts: int = ATTEMPTS) -> None:
        super().__init__(sentence)
        self.after_seconds, self.attempts = after_seconds, attempts


def get(
    url: Address | str,
    params: Mapping[str, str] | None = None,
    *,
    calls: Rate | None = None,
    timeout_seconds: float = TIMEOUT_SECONDS,
    client: httpx.Client | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> bytes:
    """Get the body of a successful answer, unchanged.

    Time-outs, broken connections, cut-off bodies, 429 and every 5xx (529 too) are tried again, up to six times in all:
    after the time ``Retry-After`` asks for (seconds or a date, RFC 9110 §10.2.3), else after 1, 2, 4 … seconds and
    a random part. A service that says nothing is asked twice in all, for a silence takes a minute. Waits of more than
    five minutes are not worth it and end at once, as do spent hours and days. A warning in the log announces each
    wait, with its reason.

    Args:
        url: address without the question's parameters; the credentials that it holds are sent, and never shown.
        params: query parameters, in order.
        calls: at most so many calls to this host, in this process; servers on this machine are not limited.
        timeout_seconds: for every silence while reading; connecting may take ten seconds at most.
        client: the connection pool to use; by default one for the whole process.
        sleep: how to wait between attempts.

    Raises:
        HttpError: what was asked, what came and what was expected.
    """
    asked = _question(url, params)
    attempts = Retrying(
        stop=_is_last,
        wait=_seconds_to_wait,
        retry=retry_if_exception_type(_PassingError),
        before_sleep=_announce,
        sleep=sleep,
        reraise=True,
    )
    try:
        return attempts(_once, client or _client(), asked, calls, timeout_seconds)
    except _PassingError as error:
        raise NoAnswerError(f"{error} It was asked {error.attempts} times.") from error


@dataclass(frozen=True)
class _Question:
    """A question: shown without the credentials of its address, and sent with them."""

    address: Address
    shown: str
    sent: httpx.URL
    login: httpx.BasicAuth | None

    def sentence(self, came: str) -> str:
        return f"Asked {self.shown}, got {self.address.masked(came)}, expected status 200 and a whole body."


def _question(url: Address | str, params: Mapping[str, str] | None) -> _Question:
    try:
        address = url if isinstance(url, Address) else Address(url)
        sent = httpx.URL(str(address), params={**address.query, **(params or {})} or None)
    except (ValueError, httpx.InvalidURL):
        raise HttpError(f"This {NO_ADDRESS}") from None
    if sent.scheme not in ("http", "https") or not sent.host:
        raise HttpError(f"`{address}` {NO_ADDRESS}")
    login = None if address.user is None else httpx.BasicAuth(address.user, address.password or "")
    return _Question(address, str(httpx.URL(str(address), params=params)), sent, login)


@cache
def _client() -> httpx.Client:
    return httpx.Client(follow_redirects=True, headers={"User-Agent": "wattlake"})


@cache
def _limiter(host: str, limit: int, interval_ms: int) -> Limiter:
    """Keep one limiter per host and rate for as long as the process lives."""
    return Limiter(Rate(limit, interval_ms))


def _once(client: httpx.Client, asked: _Question, calls: Rate | None, timeout_seconds: float) -> bytes:
    if calls and asked.sent.host not in LOOPBACK:
        _limiter(asked.sent.host, calls.limit, int(calls.interval)).try_acquire(asked.sent.host)
    try:
        timeout = httpx.Timeout(timeout_seconds, connect=min(timeout_seconds, CONNECT_SECONDS))
        answer = client.get(asked.sent, auth=asked.login, timeout=timeout)
    except httpx.TimeoutException as error:
        raise _PassingError(asked.sentence(_came(error)), attempts=ATTEMPTS_AT_SILENCE) from None
    except (httpx.TransportError, httpx.DecodingError) as error:
        raise _PassingError(asked.sentence(_came(error))) from None  # The cause may hold the address as it was sent.
    except httpx.RequestError as error:
        raise HttpError(asked.sentence(f"{type(error).__name__}: {error}")) from None
    if answer.is_success:
        return answer.content
    raise _failure(asked, answer)


def _came(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _is_last(attempt: RetryCallState) -> bool:
    error = attempt.outcome.exception() if attempt.outcome else None
    return attempt.attempt_number >= (error.attempts if isinstance(error, _PassingError) else ATTEMPTS)


def _failure(asked: _Question, answer: httpx.Response) -> HttpError:
    came = asked.address.masked(answer.text)[:200] or "an empty body"
    sentence = asked.sentence(f"status {answer.status_code} with `{came}`")
    if answer.status_code in REFUSALS:
        return RefusedError(sentence, answer.status_code)
    if answer.status_code != httpx.codes.TOO_MANY_REQUESTS and answer.status_code < httpx.codes.INTERNAL_SERVER_ERROR:
        return HttpError(sentence)
    wait_seconds = _retry_after_seconds(answer)
    if HOUR_OR_DAY_SPENT.search(answer.text) or (wait_seconds or 0) > LONGEST_WAIT_SECONDS:
        return HttpError(f"{sentence} The wait is too long to sit out: run again later.")
    if wait_seconds is None and MINUTE_SPENT.search(answer.text):
        wait_seconds = 60.0
    return _PassingError(sentence, wait_seconds)


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
    if isinstance(error, _PassingError) and error.after_seconds is not None:
        return error.after_seconds
    return BACK_OFF(attempt)


def _announce(attempt: RetryCallState) -> None:
    error = attempt.outcome.exception() if attempt.outcome else None
    number, most = attempt.attempt_number + 1, error.attempts if isinstance(error, _PassingError) else ATTEMPTS
    logger.warning("%s Asking again in %.0f s, attempt %d of %d.", error, attempt.upcoming_sleep, number, most)
