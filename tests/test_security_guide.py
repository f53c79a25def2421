"""What docs/security.md and README say of secrets, files and telemetry can be done as it stands there."""

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from harness import services
from wattlake.lake.addresses import Address, ConnectionString
from wattlake.lake.settings import Settings

GUIDE = (services.PROJECT / "docs/security.md").read_text(encoding="utf-8")
README = (services.PROJECT / "README.md").read_text(encoding="utf-8")
TELLS = """
from prefect._internal.analytics import is_telemetry_enabled
from prefect.settings import get_current_settings
print(get_current_settings().server.analytics_enabled, is_telemetry_enabled())
"""


def blocks(text: str, language: str) -> list[str]:
    """The blocks of code in a language, prompts taken away."""
    return [block.replace("$ ", "") for block in re.findall(rf"```{language}\n(.*?)```", text, flags=re.DOTALL)]


def ran_in_bash(commands: str, folder: Path) -> str:
    """What commands print to somebody whose environment is empty."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {"PATH": path, "HOME": str(folder), "PREFECT_HOME": str(folder / "home")}
    done = subprocess.run(
        ["bash", "-ec", commands], cwd=folder, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_the_guide_s_commands_run_and_do_what_it_says(tmp_path: Path):
    (tmp_path / "data").mkdir(mode=0o755)
    (tmp_path / "data" / "x").touch(0o644)
    (tmp_path / ".env").touch(0o644)
    commands = "".join(blocks(GUIDE, "console")) + "chmod 600 .env"
    # What serves for ever is only asked whether it knows its options.
    ran_in_bash(re.sub("(?m)^(wattlake dashboard .*)$", r"\1 --help", commands), tmp_path)
    assert "`chmod 600 .env`" in GUIDE
    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("data", "data/x", ".env")]
    assert modes == [0o700, 0o600, 0o600]


def test_the_guide_s_settings_are_settings(monkeypatch: pytest.MonkeyPatch):
    (setting,) = blocks(GUIDE, "sh")
    name, _, value = setting.strip().partition("=")
    monkeypatch.setenv(name, value)
    assert Settings().files_for == "group"


def test_addresses_are_shown_as_the_guide_says():
    rows = re.findall(r"^\| `WATTLAKE_\w+…?` \| (.*?) \| (.*?) \|$", GUIDE, flags=re.MULTILINE)
    written, shown = ([re.findall("`(.*?)`", row[column]) for row in rows] for column in (0, 1))
    assert [{str(Address(one)) for one in row} for row in written[:2]] == [set(row) for row in shown[:2]]
    assert [str(ConnectionString(one.lstrip("…"))) for one in written[2]] == shown[2]


@pytest.mark.parametrize("which", range(2), ids=["server", "worker"])
def test_prefect_as_the_readme_starts_it_tells_nobody_of_itself(which: int, tmp_path: Path):
    started = [block for block in blocks(README, "console") if re.search("prefect (server|worker) start", block)]
    block = started[which]
    before = "".join(line + "\n" for line in block.splitlines() if not line.startswith(".venv"))
    tells = f"{sys.executable} -c '{TELLS}'"
    assert ran_in_bash(f"{before}umask; {tells}", tmp_path) == "0077\nFalse False"
    assert ran_in_bash(tells, tmp_path) == "True True"
