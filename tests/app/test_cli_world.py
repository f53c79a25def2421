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

from harness.services import free_port
from wattlake.app import demo
from wattlake.app.commands.dashboard import is_loopback
from wattlake.lake.reports import status
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake

WATTLAKE = Path(sys.executable).with_name("wattlake")
START_SECONDS = 60


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def served(command: list[str], url: str) -> tuple[int, int, str]:
    """Start a command that serves, wait for its answer, end it with SIGTERM; its two codes and what it said."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as program:
        try:
            deadline = time.monotonic() + START_SECONDS
            while program.poll() is None and time.monotonic() < deadline:
                try:
                    answer = httpx.get(url, timeout=5).status_code
                    break
                except httpx.TransportError:
                    time.sleep(0.1)
            program.send_signal(signal.SIGTERM)
            return answer, program.wait(15), program.stdout.read()
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
    "arguments",
    [
        ("simulate",),
        ("simulate", "--out", "x", "--members", "0"),
        ("sandbox", "--now", "noon"),
        ("sql",),
        ("sandbox", "--port", "99999"),
        ("sandbox", "--port", "-1"),
        ("sandbox", "--now", "0001-01-01"),
        ("dashboard", "--port", "99999"),
        ("dashboard", "--host", "192.0.2.1", "--share"),
        ("dashboard", "--host", "0.0.0.0"),
        ("dashboard", "--host", "::"),
        ("dashboard", "--host", "nobody.invalid"),
        ("simulate", "--out", "x", "--days", "999999"),
        ("simulate", "--out", "x", "--seed", "-5"),
        ("ingest", "pvgis", "--days", "99999999"),
    ],
)
def test_options_that_are_wrong_end_with_code_2(wattlake, tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    said = wattlake(*arguments)
    assert said.code == 2
    assert "Traceback" not in said.err
    assert list(tmp_path.iterdir()) == []


def test_days_outside_of_the_calendar_are_told(wattlake, tmp_path):
    said = wattlake("simulate", "--out", tmp_path / "x", "--days", "3650", "--until", "0002-01-01")
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("Error: That lies outside of the calendar, which has the years 1 to 9999")
    assert not (tmp_path / "x").exists()


def test_a_folder_that_cannot_be_made_is_told_with_what_to_do(wattlake, tmp_path):
    (tmp_path / "file").touch()
    said = wattlake("simulate", "--out", tmp_path / "file", "--days", "1", "--members", "1")
    assert (said.code, said.out) == (2, "")
    assert said.err == (
        f"Error: Not a directory: {tmp_path / 'file' / 'smart_meters'}. "
        "A file stands where a folder is needed: move it away, or name another place.\n"
    )


def test_the_sandbox_serves_until_it_is_told_to_stop(tmp_path):
    port = free_port()
    url = f"http://127.0.0.1:{port}/price?bzn=DE-LU&start=2026-01-01&end=2026-01-01"
    command = [str(WATTLAKE), "sandbox", "--port", str(port), "--now", "2026-02-01"]
    assert served(command, url)[:2] == (200, -signal.SIGTERM)
    assert not listens(port)


@pytest.mark.parametrize("command", ["sandbox", "dashboard"])
def test_a_port_that_is_taken_is_told(wattlake, world, command):
    port = httpx.URL(world.address).port
    said = wattlake(command, "--port", port)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"Error: Port {port} cannot be had on 127.0.0.1 (Address already in use).")


def test_the_dashboard_serves_until_it_is_told_to_stop(lake_to_look_at):
    port = free_port()
    answer, _, said = served(
        [str(WATTLAKE), "dashboard", "--port", str(port)], f"http://127.0.0.1:{port}/_stcore/health"
    )
    assert answer == 200
    assert said.startswith(f"Serving the dashboard on http://127.0.0.1:{port} (Ctrl-C stops).\n")
    assert "URL" not in said
    assert not listens(port)


@pytest.mark.parametrize("share", [(), ("--share",)])
def test_a_dashboard_for_others_says_who_will_see_what_and_opens_only_when_that_is_meant(wattlake, monkeypatch, share):
    started = []
    monkeypatch.setattr(os, "execv", lambda _, argv: started.append(argv))
    port = free_port()
    said = wattlake("dashboard", "--host", "0.0.0.0", "--port", port, "--name", "energy.example", *share)
    warning = f"everyone who reaches port {port} of this machine sees every member's readings, trades and bills without"
    assert f"On 0.0.0.0 {warning} a login" in (said.out if share else said.err)
    assert (said.code, len(started)) == ((0, 1) if share else (2, 0))
    assert "energy.example" in (started[0] if share else ["energy.example"])
    assert "--share" in said.err or share


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.0.0.9", "::1"])
def test_an_address_of_this_machine_alone_needs_no_share(host):
    assert is_loopback(host)


@pytest.fixture
def small_demo(monkeypatch, tmp_path):
    """A demonstration of four members and six days, in a folder of its own."""
    monkeypatch.setattr(demo, "MEMBERS", 4)
    monkeypatch.setattr(demo, "DAYS", 6)
    monkeypatch.setenv("WATTLAKE_DATA", str(tmp_path / "lake"))
    return tmp_path / "lake"


@pytest.mark.long
def test_the_demonstration_twice_adds_only_its_row_in_ops_run(wattlake, small_demo, prefect_harness, contents):
    settings_before = {name: value for name, value in os.environ.items() if name.startswith("WATTLAKE_")}
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
    assert status.runs(lake.reader()).column("status") == ["completed"] * 3, "two pipelines, one comparison"
    lake.close()
    settings_after = {name: value for name, value in os.environ.items() if name.startswith("WATTLAKE_")}
    assert settings_after == settings_before


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
