import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from wattlake.app.sandbox.faults import Fault, Faults
from wattlake.app.sandbox.server import running

NOW = datetime(2026, 7, 1, 10, tzinfo=UTC)
WEATHER = "/v1/forecast?latitude=51.5&longitude=-0.1&hourly=temperature_2m"
CARBON = "/intensity/2026-06-01T00:00Z/2026-06-01T02:00Z"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with running(now=NOW) as address:
        yield address


@pytest.fixture
def client(address) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address) as client:
        yield client
        client.put("/sandbox/faults", json={"rules": []})


def order(client: httpx.Client, *rules: dict) -> None:
    assert client.put("/sandbox/faults", json={"rules": list(rules)}).status_code == 200


@pytest.mark.parametrize(
    ("window", "again"), [("minutely", "in one minute"), ("hourly", "in the next hour"), ("daily", "tomorrow")]
)
def test_open_meteo_limits_by_minute_hour_and_day(client, window, again):
    order(client, {"kind": "rate_limit", "path": "/v1/", "requests": 1, "window": window, "retry_after_seconds": 3})
    limited, next_one = client.get(WEATHER), client.get(WEATHER)
    assert (limited.status_code, next_one.status_code) == (429, 200)
    assert limited.headers["retry-after"] == "3"
    assert limited.json() == {
        "error": True,
        "reason": f"{window.capitalize()} API request limit exceeded. Please try again {again}.",
        "provenance": "simulated",
    }


@pytest.mark.parametrize(
    ("path", "status", "key"),
    [
        ("/api/v5_3/seriescalc", 429, "message"),
        ("/api/v5_3/seriescalc", 529, "message"),
        ("/price", 429, "detail"),
        (CARBON, 429, "error"),
    ],
)
def test_each_service_limits_in_its_own_words(client, path, status, key):
    order(client, {"kind": "rate_limit", "status": status})
    answer = client.get(path)
    assert answer.status_code == status
    assert set(answer.json()) == {key, "provenance"}
    assert "retry-after" not in answer.headers


def test_a_rule_hits_its_path_as_often_as_it_says_and_the_server_tells_what_is_left(client):
    order(client, {"kind": "server_error", "path": "/intensity", "requests": 2})
    statuses = [client.get(path).status_code for path in (CARBON, WEATHER, CARBON, CARBON)]
    assert statuses == [500, 200, 500, 200]
    assert [rule["requests"] for rule in client.get("/sandbox/faults").json()["rules"]] == [0]


def test_a_rule_without_a_number_hits_always(client):
    order(client, {"kind": "server_error", "status": 503})
    assert [client.get(CARBON).status_code for _ in range(5)] == [503] * 5


def test_a_cut_off_body_has_a_valid_header_and_half_its_json(client):
    whole = client.get(CARBON).content
    order(client, {"kind": "cut_off"})
    half = client.get(CARBON)
    assert half.status_code == 200
    assert half.content == whole[: len(whole) // 2]
    with pytest.raises(json.JSONDecodeError):
        half.json()


def test_an_empty_answer_is_a_success_with_nothing_in_it(client):
    order(client, {"kind": "empty", "path": "/price"})
    answer = client.get("/price")
    assert (answer.status_code, answer.content) == (200, b"")


def test_a_slow_answer_is_late_and_whole(client):
    order(client, {"kind": "slow", "seconds": 0.3})
    before = time.monotonic()
    answer = client.get(CARBON)
    assert time.monotonic() - before >= 0.3
    assert len(answer.json()["data"]) == 5


@pytest.mark.parametrize(
    "body", [{}, [], {"rules": [{}]}, {"rules": [{"kind": "rude"}]}, {"rules": [{"kind": "slow", "window": "yearly"}]}]
)
def test_unreadable_rules_are_refused_and_change_nothing(client, body):
    order(client, {"kind": "empty"})
    before = client.get("/sandbox/faults").json()
    answer = client.put("/sandbox/faults", json=body)
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert client.get("/sandbox/faults").json() == before


def test_faults_can_be_there_from_the_start():
    with running(now=NOW, faults=Faults((Fault("server_error", requests=1),))) as address:
        assert [httpx.get(address + CARBON).status_code for _ in range(2)] == [500, 200]


def test_the_server_frees_its_port_when_it_stops():
    with running(now=NOW) as address:
        port = int(address.rsplit(":", 1)[1])
        with pytest.raises(OSError), running(now=NOW, port=port):
            pass
    with running(now=NOW, port=port) as again:
        assert again == address
        assert httpx.get(again + CARBON).status_code == 200
    with pytest.raises(httpx.ConnectError):
        httpx.get(address + CARBON)


def test_a_server_of_its_own_answers_by_the_clock_until_it_is_told_to_stop():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    program = f"from wattlake.app.sandbox.server import serve; serve(port={port}, seed=3)"
    with subprocess.Popen([sys.executable, "-c", program]) as server:
        try:
            transport = httpx.HTTPTransport(retries=8)  # it takes a second or two to start
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", transport=transport) as client:
                labels = client.get(WEATHER).json()["hourly"]["time"]
        finally:
            server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=20) in (0, -signal.SIGTERM)
    assert labels[0][:10] in {(datetime.now(UTC) - timedelta(days=n)).date().isoformat() for n in (0, 1)}
