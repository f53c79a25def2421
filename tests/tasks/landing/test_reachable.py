"""Services that do not answer are told within seconds, all of them side by side."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from wattlake.app.sandbox import APIS
from wattlake.lake.runs.record import Run
from wattlake.tasks.landing.each_source import land_each
from wattlake.tasks.landing.failures import SourcesFailedError
from wattlake.tasks.landing.reachable import ANSWER_WITHIN_SECONDS, silent_hosts, silent_sources

DAY = date(2026, 1, 1)


@pytest.fixture
def mute() -> Iterator[str]:
    """A host that takes connections and never says anything."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@pytest.fixture
def closed() -> str:
    """A host with nobody at its port."""
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


@pytest.fixture
def answering() -> Iterator[str]:
    """A host that knows no page, and says so."""
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_hosts_that_say_nothing_or_are_not_there_are_told_apart_from_one_that_answers(mute, closed, answering):
    began = time.monotonic()
    faults = silent_hosts([mute, closed, answering], within_seconds=3)
    assert time.monotonic() - began < 6
    assert faults.keys() == {mute, closed}
    assert faults[mute] == "no answer within 3 s"
    assert faults[closed].startswith("ConnectError: ")


def test_offline_every_api_is_named_within_seconds_and_the_files_are_landed(mute, closed, monkeypatch, warnings_logged):
    for number, api in enumerate(APIS):
        monkeypatch.setenv(f"WATTLAKE_URL__{api}", mute if number % 2 else closed)
    apis, landed = ["carbon_intensity", "energy_charts", "open_meteo", "pvgis"], []

    def land_one(name: str) -> tuple[int, float]:
        landed.append(name)
        return 1, 0.0

    began = time.monotonic()
    run, names = Run("r1", "ingest", datetime(2026, 1, 1, tzinfo=UTC)), ["smart_meters", *apis]
    with pytest.raises(SourcesFailedError, match="4 of 5 sources failed; the others were landed") as error:
        land_each(run, names, land_one, list, silent_sources(names))
    assert time.monotonic() - began < ANSWER_WITHIN_SECONDS + 5
    assert landed == ["smart_meters"]
    assert error.value.names == set(apis)
    assert str(error.value).count("Check the network, and run again.") == len(apis)
    assert len(warnings_logged.records) == 2, "each host once"


def test_a_source_is_asked_while_one_of_its_hosts_answers(closed, answering, monkeypatch):
    for api in APIS:
        monkeypatch.setenv(f"WATTLAKE_URL__{api}", answering if api == "OPEN_METEO_ARCHIVE" else closed)
    assert silent_sources(["open_meteo", "pvgis", "members"]).keys() == {"pvgis"}
