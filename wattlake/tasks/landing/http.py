"""The one HTTP client: time-outs, retries, ``Retry-After``, rate limits, logins and tokens.

Every other answer than a 2xx ends in an ``HttpError`` that says what was asked, what came and what was expected. No
sentence, log line or cause of an error holds the credentials of the address that was asked, or what was sent with it.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import httpx
from pyrate_limiter import Limiter, Rate

from wattlake.tasks.landing.patience import (
    ATTEMPTS_AT_SILENCE,
    HttpError,
    NoAnswerError,
    PassingError,
    RefusedError,
    attempts,
    failure,
)
from wattlake.tasks.landing.tokens import TokenAuth
from wattlake.tasks.sources.base import Page, Patience, Request

__all__ = ["HttpError", "NoAnswerError", "RefusedError", "ask"]

# At INFO the client logs each address as it goes out, with the key that may stand in it.
logging.getLogger("httpx").setLevel(logging.WARNING)

CONNECT_SECONDS = 10.0
NO_ADDRESS = "is not an address that can be asked: expected http:// or https:// and a host."
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
USUAL = Patience()


def ask(
    request: Request,
    *,
    calls: Rate | None = None,
    patience: Patience = USUAL,
    client: httpx.Client | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Page:
    """Ask a question, and give the body of a successful answer, unchanged.

    Time-outs, broken connections, cut-off bodies, 429 and every 5xx (529 too) are tried again, as often as is set:
    after the time ``Retry-After`` asks for (seconds or a date, RFC 9110 §10.2.3), else after 1, 2, 4 … seconds and
    a random part. A service that says nothing is asked twice in all, for a silence takes a minute. Waits of more than
    five minutes are not worth it and end at once, as do spent hours and days. A warning in the log announces each
    wait, with its reason.

    Args:
        request: the question; the credentials in it are sent, and never shown.
        calls: at most so many calls to this host, in this process; servers on this machine are not limited.
        patience: how often it is asked, and how long is waited for the answer; connecting takes ten seconds at most.
        client: the connection pool to use; by default one for the whole process.
        sleep: how to wait between attempts.

    Raises:
        HttpError: what was asked, what came and what was expected.
    """
    asked = _question(request, patience)
    try:
        return attempts(patience, sleep)(_once, client or _client(), asked, calls, patience)
    except PassingError as error:
        times = min(patience.attempts, error.most_attempts or patience.attempts)
        raise NoAnswerError(f"{error} It was asked {times} times.") from error


@dataclass(frozen=True)
class _Question:
    """A question: shown without its credentials, and sent with them."""

    request: Request
    shown: str
    sent: httpx.URL
    login: httpx.BasicAuth | TokenAuth | None

    @property
    def headers(self) -> dict[str, str]:
        return {name: value.get_secret_value() for name, value in self.request.headers.items()}

    def masked(self, text: str) -> str:
        return self.request.masked(self.login.masked(text) if isinstance(self.login, TokenAuth) else text)

    def sentence(self, came: str) -> str:
        return f"Asked {self.shown}, got {self.masked(came)}, expected status 200 and a whole body."


def _question(request: Request, patience: Patience) -> _Question:
    address, params = request.url, request.params
    try:
        sent = httpx.URL(str(address), params={**address.query, **params} or None)
    except (ValueError, httpx.InvalidURL):
        raise HttpError(f"`{address}` {NO_ADDRESS}") from None
    if sent.scheme not in ("http", "https") or not sent.host:
        raise HttpError(f"`{address}` {NO_ADDRESS}")
    login = None if address.user is None else httpx.BasicAuth(address.user, address.password or "")
    token = TokenAuth(request.login, patience) if request.login else None
    return _Question(request, str(httpx.URL(str(address), params=params or None)), sent, token or login)


@cache
def _client() -> httpx.Client:
    return httpx.Client(headers={"User-Agent": "wattlake"})


@cache
def _limiter(host: str, limit: int, interval_ms: int) -> Limiter:
    """Keep one limiter per host and rate for as long as the process lives."""
    return Limiter(Rate(limit, interval_ms))


def _once(client: httpx.Client, asked: _Question, calls: Rate | None, patience: Patience) -> Page:
    if calls and asked.sent.host not in LOOPBACK:
        _limiter(asked.sent.host, calls.limit, int(calls.interval)).try_acquire(asked.sent.host)
    seconds = patience.timeout_seconds
    try:
        answer = client.get(
            asked.sent,
            headers=asked.headers,
            auth=asked.login,
            timeout=httpx.Timeout(seconds, connect=min(seconds, CONNECT_SECONDS)),
            # What opens a service is not carried to where that sends us.
            follow_redirects=not (asked.request.headers or asked.request.login),
        )
    except httpx.TimeoutException as error:
        raise PassingError(asked.sentence(_came(error)), most_attempts=ATTEMPTS_AT_SILENCE) from None
    except (httpx.TransportError, httpx.DecodingError) as error:
        raise PassingError(asked.sentence(_came(error))) from None  # The cause may hold the address as it was sent.
    except httpx.RequestError as error:
        raise HttpError(asked.sentence(f"{type(error).__name__}: {error}")) from None
    if answer.is_success:
        return Page(answer.content, answer.links.get("next", {}).get("url", ""))
    came = f"status {answer.status_code} with `{asked.masked(answer.text)[:200] or 'an empty body'}`"
    raise failure(asked.sentence(came), answer, patience)


def _came(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
