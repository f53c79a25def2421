"""The commands that make a world to try Wattlake on, and the dashboard."""

import csv
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from app import demo
from lake import status
from lake.catalog import Lake
from lake.settings import Settings
from tests.services import free_port

WATTLAKE = Path(sys.executable).with_name("wattlake")
START_SECONDS = 30


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def served(command: list[str], url: str) -> tuple[int, int]:
    """Start a command that serves, wait for its answer, end it with SIGTERM; the answer's and the command's code."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as program:
        try:
            deadline = time.monotonic() + START_SECONDS
            while program.poll() is None and time.monotonic() < deadline:
                try:
                    answer = httpx.get(url, timeout=5).status_code
                    break
                except httpx.TransportError:
                    time.sleep(0.1)
            program.send_signal(signal.SIGTERM)
            return answer, program.wait(15)
        finally:
            program.kill()


def listens(port: int) -> bool:
    try:
        httpx.get(f"http://127.0.0.1:{port}", timeout=1)
    except httpx.TransportError:
        return False
    return True


def test_simulate_writes_what_it_says(wattlake, tmp_path):
    said = wattlake("simulate", "--members", 4, "--days", 2, "--until", "2026-01-03", "--out", tmp_path)
    readings = [row for file in (tmp_path / "smart_meters").glob("*.csv") for row in rows_of(file)]
    assert said.code == 0
    assert f"Wrote {len(readings):,} readings of {len({row['LCLid'] for row in readings})} meters to " in said.out
    assert f"the register of 4 members to {tmp_path / 'members' / 'register.csv'}." in said.out
    assert len(rows_of(tmp_path / "members" / "register.csv")) == 4


def test_simulate_registers_the_meters_of_real_files(wattlake, tmp_path):
    wattlake("simulate", "--members", 3, "--days", 1, "--until", "2026-01-03", "--out", tmp_path / "real")
    said = wattlake("simulate", "--register-for", tmp_path / "real" / "smart_meters", "--out", tmp_path / "register")
    (register,) = (tmp_path / "register").rglob("*.csv")
    assert said.out == f"Wrote {register}.\n"
    meters = {row["LCLid"] for file in (tmp_path / "real" / "smart_meters").glob("*.csv") for row in rows_of(file)}
    assert {row["meter_id"] for row in rows_of(register)} >= meters
    assert not (tmp_path / "register" / "smart_meters").exists()


@pytest.mark.parametrize(
    "arguments", [("simulate",), ("simulate", "--out", "x", "--members", "0"), ("sandbox", "--now", "noon"), ("sql",)]
)
def test_options_that_are_wrong_end_with_code_2(wattlake, tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    said = wattlake(*arguments)
    assert said.code == 2
    assert "Traceback" not in said.err
    assert list(tmp_path.iterdir()) == []


def test_the_sandbox_serves_until_it_is_told_to_stop(tmp_path):
    port = free_port()
    url = f"http://127.0.0.1:{port}/price?bzn=DE-LU&start=2026-01-01&end=2026-01-01"
    command = [str(WATTLAKE), "sandbox", "--port", str(port), "--now", "2026-02-01"]
    assert served(command, url) == (200, -signal.SIGTERM)
    assert not listens(port)


def test_a_port_that_is_taken_is_told(wattlake, world):
    port = httpx.URL(world.address).port
    said = wattlake("sandbox", "--port", port)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"Error: Port {port} cannot be had")


def test_the_dashboard_serves_until_it_is_told_to_stop(lake_to_look_at):
    port = free_port()
    answer, _ = served([str(WATTLAKE), "dashboard", "--port", str(port)], f"http://127.0.0.1:{port}/_stcore/health")
    assert answer == 200
    assert not listens(port)


@pytest.fixture
def small_demo(monkeypatch, tmp_path):
    """A demonstration of four members and six days, in a folder of its own."""
    monkeypatch.setattr(demo, "MEMBERS", 4)
    monkeypatch.setattr(demo, "DAYS", 6)
    monkeypatch.setenv("WATTLAKE_DATA", str(tmp_path / "lake"))
    return tmp_path / "lake"


def test_the_demonstration_twice_adds_only_its_row_in_ops_run(wattlake, small_demo, prefect_harness, contents):
    environment = dict(os.environ)
    first = wattlake("demo")
    assert first.code == 0
    heading = first.out.splitlines()[2].split()
    assert heading == ["layer", "table", "rows", "newest_utc", "seconds"]
    assert "make dashboard" in first.out
    before = contents(small_demo)

    second = wattlake("demo")
    assert second.code == 0
    assert "Nothing was new." in second.out.splitlines()
    assert contents(small_demo) == before
    lake = Lake(Settings(), read_only=True)
    assert status.runs(lake.reader())["status"].to_list() == ["completed", "completed"]
    lake.close()
    assert dict(os.environ) == environment


def test_the_demonstration_does_not_mix_with_somebodys_own_lake(wattlake, lake_to_change, contents):
    before = contents(lake_to_change)
    said = wattlake("demo")
    assert said.code == 2
    assert said.err == (
        f"Error: The lake at {lake_to_change} holds data of your own, and the demonstration would mix simulated ones "
        "into it. Give it a folder of its own: WATTLAKE_DATA=data-demo wattlake demo\n"
    )
    assert contents(lake_to_change) == before
    assert not (lake_to_change / "demo").exists()
