"""The HTTP client: what it tries again, for how long it waits, and how it tells that it got no usable answer."""

import logging
import socket
import threading
import time
import traceback
from base64 import b64encode
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from pyrate_limiter import Rate

from tests.support.asking import body_of
from wattlake.app.sandbox.faults import Fault, Faults
from wattlake.app.sandbox.server import running
from wattlake.lake.addresses import Address
from wattlake.tasks.landing import http
from wattlake.tasks.sources import Patience

URL = "http://service.test/v1/archive"
OPEN_METEO_429 = '{{"error":true,"reason":"{} API request limit exceeded. Please try again {}."}}'


class Service:
    """Gives its answers one after another (an exception is raised), and remembers what was asked and waited for."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[httpx.Request] = []
        self.waited: list[float] = []

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def get(self, url: str = URL, **given: Any) -> bytes:
        with httpx.Client(transport=httpx.MockTransport(self._answer), follow_redirects=True) as client:
            return body_of(url, client=client, sleep=self.waited.append, **given)


def fine() -> httpx.Response:
    return httpx.Response(200, content=b'{"fine": 1}')


def test_the_body_comes_back_unchanged_and_the_parameters_keep_their_order():
    service = Service(fine())
    assert service.get(params={"b": "2", "a": "1,2"}) == b'{"fine": 1}'
    assert str(service.asked[0].url) == f"{URL}?b=2&a=1%2C2"
    assert service.waited == []


@pytest.mark.parametrize(
    "failure",
    [
        httpx.ConnectError("refused"),
        httpx.ConnectTimeout("too slow"),
        httpx.ReadTimeout("silence"),
        httpx.RemoteProtocolError("peer closed connection without sending complete message body"),
        httpx.DecodingError("broken gzip"),
        httpx.Response(429),
        httpx.Response(500),
        httpx.Response(503),
        httpx.Response(529),
    ],
)
def test_what_may_pass_is_tried_again(failure: httpx.Response | Exception):
    service = Service(failure, fine())
    assert service.get() == b'{"fine": 1}'
    assert len(service.asked) == 2
    assert 1 <= service.waited[0] <= 2


def test_the_waits_double_with_a_random_part_and_end_after_six_attempts():
    service = Service(*[httpx.Response(500, text="oh")] * 6)
    with pytest.raises(http.HttpError) as told:
        service.get(params={"day": "1"})
    assert str(told.value) == (
        f"Asked {URL}?day=1, got status 500 with `oh`, expected status 200 and a whole body. It was asked 6 times."
    )
    for waited, exact in zip(service.waited, (1, 2, 4, 8, 16), strict=True):
        assert exact <= waited <= exact + 1
    assert len({waited % 1 for waited in service.waited}) > 1


@pytest.mark.parametrize("silence", [httpx.ConnectTimeout("too slow"), httpx.ReadTimeout("silence")])
def test_a_service_that_says_nothing_is_asked_twice(silence: Exception):
    service = Service(*[silence] * 3)
    with pytest.raises(http.NoAnswerError, match="It was asked 2 times"):
        service.get()
    assert len(service.asked) == 2


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7),
        ({"Retry-After": "Wed, 05 Aug 2026 06:30:20 GMT", "Date": "Wed, 05 Aug 2026 06:30:00 GMT"}, 20),
        ({"Retry-After": "Wed, 05 Aug 2026 06:29:00 GMT", "Date": "Wed, 05 Aug 2026 06:30:00 GMT"}, 0),
    ],
)
@pytest.mark.parametrize("status", [429, 503, 529])
def test_retry_after_is_honoured_as_seconds_and_as_a_date(status: int, headers: dict[str, str], seconds: float):
    service = Service(httpx.Response(status, headers=headers), fine())
    assert service.get() == b'{"fine": 1}'
    assert service.waited == [seconds]


@pytest.mark.parametrize("header", ["soon", "Wed, 05 Aug 2026 06:30:20 GMT"])
def test_a_retry_after_that_cannot_be_read_falls_back_to_the_back_off(header: str):
    service = Service(httpx.Response(503, headers={"Retry-After": header}), fine())
    service.get()
    assert 1 <= service.waited[0] <= 2


def test_a_spent_minute_is_waited_for():
    service = Service(httpx.Response(429, text=OPEN_METEO_429.format("Minutely", "in one minute")), fine())
    assert service.get() == b'{"fine": 1}'
    assert service.waited == [60]


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(429, text=OPEN_METEO_429.format("Hourly", "in the next hour")),
        httpx.Response(429, text=OPEN_METEO_429.format("Daily", "tomorrow")),
        httpx.Response(503, headers={"Retry-After": "301"}),
    ],
)
def test_a_wait_that_is_too_long_ends_at_once_with_the_reason(answer: httpx.Response):
    service = Service(answer)
    with pytest.raises(http.HttpError, match=r"got status (429|503) with .*The wait is too long.*run again later"):
        service.get()
    assert (len(service.asked), service.waited) == (1, [])


def test_any_other_answer_ends_at_once_and_says_what_came():
    service = Service(httpx.Response(400, text='{"message": "peakpower Mandatory"}' + "x" * 300))
    with pytest.raises(http.HttpError) as told:
        service.get()
    assert str(told.value) == (
        f'Asked {URL}, got status 400 with `{{"message": "peakpower Mandatory"}}{"x" * 166}`, '
        "expected status 200 and a whole body."
    )
    assert service.waited == []


def test_an_empty_error_and_a_redirect_without_end_are_told_too():
    with pytest.raises(http.HttpError, match="got status 404 with `an empty body`"):
        Service(httpx.Response(404)).get()
    around = [httpx.Response(302, headers={"Location": URL}) for _ in range(30)]
    with pytest.raises(http.HttpError, match="got TooManyRedirects"):
        Service(*around).get()


@pytest.mark.parametrize("address", ["ftp://service.test/x", "service.test/x", "http://", "http://a\x00b/"])
def test_what_is_no_address_is_not_asked(address: str):
    service = Service()
    with pytest.raises((http.HttpError, ValueError), match=r"is not an address that can|read as an address"):
        service.get(address)
    assert service.asked == []


def test_calls_to_a_host_keep_below_its_rate_limit():
    service = Service(*[fine() for _ in range(5)])
    started = time.monotonic()
    for _ in range(5):
        service.get("http://limited.test/", calls=Rate(2, 200))
    assert time.monotonic() - started >= 0.35


def test_servers_on_this_machine_are_not_limited():
    service = Service(*[fine() for _ in range(20)])
    started = time.monotonic()
    for _ in range(20):
        service.get("http://127.0.0.1/", calls=Rate(1, 60_000))
    assert time.monotonic() - started < 5


def test_the_sandbox_s_faults_pass_and_its_refusals_are_told():
    rules = (
        Fault("server_error", requests=1, status=503),
        Fault("rate_limit", requests=1, status=529, retry_after_seconds=3),
    )
    waited: list[float] = []
    with running(faults=Faults(rules)) as url:
        body = body_of(f"{url}/intensity/2026-01-01T00:00Z/2026-01-01T01:00Z", sleep=waited.append)
        assert body.startswith(b'{"data":')
        assert waited[1:] == [3]
        with pytest.raises(http.HttpError, match=r"status 400 with .*end_date.*expected status 200"):
            body_of(f"{url}/v1/archive", {"start_date": "2026-01-01"})


def test_each_wait_is_announced_with_its_reason(warnings_logged):
    service = Service(httpx.Response(503, text="busy"), httpx.Response(429, headers={"Retry-After": "7"}), fine())
    service.get()
    first, second = warnings_logged.records
    assert (first.levelname, second.levelname) == ("WARNING", "WARNING")
    assert first.message == (
        f"Asked {URL}, got status 503 with `busy`, expected status 200 and a whole body. "
        f"Asking again in {service.waited[0]:.0f} s, attempt 2 of 6."
    )
    assert second.message.endswith(" Asking again in 7 s, attempt 3 of 6.")


def test_nothing_is_announced_where_nothing_is_waited_for(warnings_logged):
    with pytest.raises(http.HttpError):
        Service(*[httpx.Response(500, headers={"Retry-After": "0"})] * 6).get()
    assert len(warnings_logged.records) == 5
    warnings_logged.clear()
    with pytest.raises(http.HttpError):
        Service(httpx.Response(404)).get()
    assert warnings_logged.records == []


def test_a_server_that_is_too_slow_is_a_time_out():
    with running(faults=Faults((Fault("slow", seconds=3, requests=1),))) as url:
        waited: list[float] = []
        span = "2026-01-01T00:00Z/2026-01-01T01:00Z"
        body = body_of(f"{url}/intensity/{span}", patience=Patience(timeout_seconds=1), sleep=waited.append)
    assert body.startswith(b'{"data":')
    assert len(waited) == 1


CANARY = "Kanarien5vogel"


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        (f"http://me:{CANARY}@service.test/x", (f"Basic {b64encode(f'me:{CANARY}'.encode()).decode()}", "day=1")),
        (f"http://service.test/x?apikey={CANARY}", (None, f"apikey={CANARY}&day=1")),
        (f"http://{CANARY}@service.test/x", (f"Basic {b64encode(f'{CANARY}:'.encode()).decode()}", "day=1")),
    ],
)
def test_credentials_of_an_address_are_sent_and_no_error_or_log_line_shows_them(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, address: str, sent: tuple[str | None, str]
):
    caplog.set_level("DEBUG")
    monkeypatch.setattr(logging.getLogger("wattlake"), "propagate", True)
    echo = f"Cannot GET /x?{sent[1]} for {address} with {sent[0]}"
    around = httpx.Response(302, headers={"Location": f"http://h:{CANARY}/"})
    broken, busy = httpx.ConnectError(f"no way to {address}"), httpx.Response(503, text=echo)
    service = Service(broken, busy, around, httpx.Response(404, text="x" * 195 + echo))
    with pytest.raises(http.HttpError) as error:
        service.get(Address(address), params={"day": "1"})
    assert {(each.headers.get("Authorization"), each.url.query.decode()) for each in service.asked} == {sent}
    shown = "".join(traceback.format_exception(error.value)) + caplog.text
    assert "Asked http://service.test/x?day=1, got status 503" in shown
    assert CANARY not in shown
    assert not [part for part in (CANARY[:6], (sent[0] or "Basic -----")[6:]) if part in shown]


@pytest.fixture
def cutting_server() -> Iterator[str]:
    """Promises more bytes than it sends, once; then answers in full."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        for promised in (100, 2):
            connection, _ = listener.accept()
            with connection:
                connection.recv(65_536)
                connection.sendall(f"HTTP/1.1 200 OK\r\nContent-Length: {promised}\r\n\r\n{{}}".encode())

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    thread.join(timeout=5)
    listener.close()


def test_a_body_that_is_cut_off_is_asked_for_again(cutting_server: str):
    waited: list[float] = []
    wait: Callable[[float], None] = waited.append
    assert body_of(cutting_server, sleep=wait) == b"{}"
    assert len(waited) == 1
