"""What a person sees: bars on a terminal, plain lines otherwise, and never a traceback."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from wattlake.lake.contracts import columns
from wattlake.lake.reports import status
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake

WATTLAKE = Path(sys.executable).with_name("wattlake")
DAYS = ("--from", "2026-06-14", "--to", "2026-06-22", "--now", "2026-06-22T00:00")
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def on_a_terminal(*arguments: str) -> tuple[int, str]:
    """Run ``wattlake`` on a pseudo-terminal; its exit code and all that appeared there."""
    ours, its = pty.openpty()
    with subprocess.Popen([WATTLAKE, *arguments], stdin=its, stdout=its, stderr=its) as program:
        os.close(its)
        seen = b""
        while True:
            try:
                some = os.read(ours, 65536)
            except OSError:  # Linux says so when the other end is closed.
                break
            if not some:
                break
            seen += some
    os.close(ours)
    return program.returncode, seen.decode()


def test_the_whole_job_on_a_terminal_shows_bars_and_ends_with_one_sentence(
    use_lake, prefect_server, monkeypatch, tmp_path
):
    use_lake(tmp_path / "lake", WATTLAKE_SMART_METERS=str(tmp_path / "none"), TERM="xterm-256color", COLUMNS="100")
    monkeypatch.setenv("PREFECT_API_URL", prefect_server)
    code, seen = on_a_terminal("run", *DAYS, "--source", "members", "--source", "smart_meters")
    assert code == 2
    assert "━━━━" in seen
    assert "land members" in seen
    assert "Traceback" not in seen
    assert "Encountered exception" not in seen
    lines = [line.rstrip() for line in re.split(r"[\r\n]+", ESCAPES.sub("", seen)) if line.strip()]
    (sentence,) = [line for line in lines if line.startswith("Error: ")]
    assert sentence.startswith("Error: 1 of 2 sources failed; the others were landed. smart_meters: ")
    assert lines[-1] == sentence
    assert any(re.match(r"\d\d:\d\d:\d\d info run=\w+ landed source=members", line) for line in lines)

    logs = httpx.post(f"{prefect_server}/logs/filter", json={}, timeout=30).raise_for_status().json()
    assert any("Traceback" in log["message"] and "1 of 2 sources failed" in log["message"] for log in logs)


@pytest.mark.long
def test_ctrl_c_ends_the_whole_job_at_once_and_leaves_a_lake_that_can_be_read_and_filled(
    use_lake, tmp_path, wattlake, prefect_of_commands
):
    folder = use_lake(tmp_path / "lake")
    # Not measured: a signal that comes while coverage holds its lock makes it wait for itself, for ever.
    unmeasured = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    with subprocess.Popen(
        [WATTLAKE, "run", *DAYS], env=unmeasured, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as job:
        try:
            said = next(line for line in job.stderr if " landed source=smart_meters" in line)
            os.killpg(job.pid, signal.SIGINT)  # as a terminal does: to every process started from it
            said += job.communicate(timeout=45)[1]
        finally:
            with suppress(ProcessLookupError):
                os.killpg(job.pid, signal.SIGKILL)
    assert job.returncode == 130
    assert "Traceback" not in said
    assert wattlake("status").code == 1
    lake = Lake(Settings(data=str(folder)), read_only=True)
    assert status.runs(lake.reader()).column("status") == ["failed"]
    lake.close()
    assert wattlake("ingest", "members", "smart_meters", *DAYS).code == 0
    assert wattlake("build").code == 0


def test_the_steps_on_a_terminal_show_bars(use_lake, tmp_path):
    use_lake(tmp_path / "lake", TERM="xterm-256color", COLUMNS="100")
    code, seen = on_a_terminal("ingest", "members")
    assert code == 0
    assert "━━━━" in seen
    assert "bronze.members: 8 rows landed." in seen


def test_elsewhere_lines_are_plain(wattlake, use_lake, tmp_path):
    use_lake(tmp_path / "lake")
    said = wattlake("ingest", "members")
    for written in (said.out, said.err):
        assert "\x1b" not in written
        assert "━" not in written
    assert said.out.startswith("bronze.members: 8 rows landed.\n\nFiles landed\nsource   file ")


def test_who_waits_at_a_terminal_sees_that_a_command_is_at_work_and_a_pipe_gets_its_lines_alone(
    lake_to_look_at, wattlake, monkeypatch
):
    monkeypatch.setenv("TERM", "xterm-256color")
    question = ("sql", "select count(*) as readings from silver.meter_reading")
    code, seen = on_a_terminal(*question)
    assert code == 0
    assert re.search(r"[\u2801-\u28ff] sql", ESCAPES.sub("", seen))
    assert seen.index("\x1b[2K") < seen.index("readings")  # The line is gone before the answer comes.
    piped = wattlake(*question)
    assert (piped.code, piped.err) == (0, "")
    assert re.search(r"[\u2801-\u28ff]", piped.out) is None


def test_lines_wider_than_the_terminal_are_not_cut(lake_to_look_at, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    code, seen = on_a_terminal("sql", "select * from warehouse.fact_energy_flow limit 1")
    assert code == 0
    assert "…" not in seen
    assert all(name in seen for name in columns("warehouse.fact_energy_flow"))


def test_parquet_is_not_written_to_a_terminal(lake_to_look_at):
    code, seen = on_a_terminal("sql", "select 1", "--format", "parquet")
    assert code == 2
    assert "Parquet is not for a terminal. Name a file: --out rows.parquet" in seen


def test_machines_get_json_lines(use_lake, tmp_path):
    use_lake(tmp_path / "lake", WATTLAKE_LOG_FORMAT="json")
    written = subprocess.run([WATTLAKE, "ingest", "members"], capture_output=True, text=True, check=True).stderr
    lines = [json.loads(line) for line in written.splitlines()]
    landed = next(line for line in lines if line["message"] == "landed")
    assert landed.keys() == {"time", "level", "run", "source", "table", "rows", "seconds", "message"}
    assert (landed["source"], landed["table"], landed["rows"]) == ("members", "bronze.members", 8)
