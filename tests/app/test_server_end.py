"""What a run started ends with it, even where the run is killed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

WATTLAKE = Path(sys.executable).with_name("wattlake")


def servers_of(process: psutil.Process) -> list[psutil.Process]:
    """The Prefect servers below a process."""
    below = process.children(recursive=True)
    return [child for child in below if "prefect.server.api.server:create_app" in child.cmdline()]


@pytest.mark.parametrize(
    "is_up",
    [
        pytest.param(False, id="while the server starts"),
        pytest.param(True, id="once it serves", marks=pytest.mark.long),
    ],
)
def test_a_run_that_is_killed_leaves_no_prefect_server_behind(
    use_lake, tmp_path, monkeypatch, prefect_of_commands, is_up
):
    use_lake(tmp_path / "lake")
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    command = [WATTLAKE, "run", "--source", "members"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True) as job:
        try:
            if is_up:
                next(line for line in job.stderr if " landed source=members" in line)
            deadline = time.monotonic() + 240
            while not (servers := servers_of(psutil.Process(job.pid))):
                assert time.monotonic() < deadline, "no server was started"
                time.sleep(0.02)
            left = [process for server in servers for process in (server, *server.children(recursive=True))]
            job.send_signal(signal.SIGKILL)
            _, alive = psutil.wait_procs(left, timeout=60)
            assert not [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]
        finally:
            for process in psutil.Process(os.getpid()).children(recursive=True):
                if process.pid == job.pid:
                    process.kill()
