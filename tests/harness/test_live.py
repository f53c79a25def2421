"""`make live` brings a broker, sends, and shows planted alarms in the lake; Ctrl-C ends all that it started."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import httpx
import pytest

from harness import live
from harness.kafka import KafkaCluster
from harness.mosquitto import Mosquitto
from harness.services import PROJECT, free_port
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake, LakeNotFoundError

PATIENCE_SECONDS = 120
RULES = {"clock_skew", "frozen", "impossible", "missing", "statistical"}


@contextmanager
def tried(folder: Path, module: str, *arguments: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    argv = [sys.executable, "-m", module, *arguments]
    inherited = os.environ | {"WATTLAKE_PROJECT": str(folder), "PYTHONPATH": str(PROJECT)} | environment
    with (folder / "output.log").open("w") as output:
        process = subprocess.Popen(
            argv, cwd=folder, env=inherited, stdout=output, stderr=output, text=True, start_new_session=True
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def alerts(folder: Path) -> set[tuple[str, str]]:
    """The rules and meters of the alerts that the lake has; a member's meter by the register."""
    lake = Lake(Settings(data=str(folder / "data-live" / "lake")), read_only=True)
    try:
        return set(
            lake.reader()
            .execute(
                "select rule, coalesce(live.meter_id, owned.meter_id) from warehouse.live_alert as live left join "
                "gold.member_meter as owned on live.user_id = owned.member_id and owned.measures = 'consumption'"
            )
            .fetchall()
        )
    except (LakeNotFoundError, duckdb.CatalogException):
        return set()
    finally:
        lake.close()


def await_planted(folder: Path, process: subprocess.Popen[str]) -> set[tuple[str, str]]:
    """Wait until each alert that was planted in the day before is in the lake."""
    listed = folder / "data-live" / "planted.json"
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        assert process.poll() is None, (folder / "output.log").read_text()
        if listed.exists():
            wanted = {(each["rule"], each["meter_id"]) for each in json.loads(listed.read_text()) if each["rule"]}
            if {rule for rule, _ in wanted} >= RULES and len(wanted & alerts(folder)) >= len(RULES):
                return wanted
        time.sleep(1)
    raise AssertionError(f"{alerts(folder)} of {listed.read_text()}\n{(folder / 'output.log').read_text()}")


@pytest.mark.long
@pytest.mark.timeout(300)
def test_planted_alarms_are_in_the_lake_and_ctrl_c_ends_all(kafka: KafkaCluster, tmp_path: Path):
    port = free_port()
    with tried(tmp_path, "harness.live", "--port", str(port), "--speed", "5760") as process:
        await_planted(tmp_path, process)
        assert httpx.get(f"http://127.0.0.1:{port}/live").is_success
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0, (tmp_path / "output.log").read_text()
    with pytest.raises(httpx.TransportError):
        httpx.get(f"http://127.0.0.1:{port}/live")
    said = (tmp_path / "output.log").read_text()
    assert "Stopped, and ended what was started." in said
    assert "Traceback" not in said + (tmp_path / "data-live" / "stream.log").read_text()
    assert "Stopped; what was begun was ended." in (tmp_path / "data-live" / "stream.log").read_text()


@pytest.mark.long
@pytest.mark.timeout(300)
def test_the_same_goes_by_mqtt(mosquitto: Mosquitto, tmp_path: Path):
    port, broker = free_port(), mosquitto.address
    with tried(
        tmp_path, "wattlake.app.cli", "live", "--port", str(port), "--speed", "5760",
        WATTLAKE_STREAM__BROKER=broker, WATTLAKE_STREAM__NAME="tried-live",
        WATTLAKE_STREAM__TOPICS__ENERGY_METERS="tried/live",
    ) as process:  # fmt: skip
        await_planted(tmp_path, process)
        process.terminate()
        assert process.wait(60) == 0, (tmp_path / "output.log").read_text()


def test_without_a_broker_it_says_what_to_install(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(live, "PLACES_OF_SERVERS", ())

    assert live.try_it([]) == 2
    assert capsys.readouterr().err == f"{live.NEITHER}\n"
