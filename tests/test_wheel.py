"""The wheel holds all that runs: from it alone, in an empty folder, a lake is made, filled and looked at."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from harness.services import PROJECT

RUN = """
import sys
sys.path.insert(0, sys.argv.pop(1))
import wattlake
assert wattlake.__file__.startswith(sys.path[0]), wattlake.__file__
from wattlake.app.cli import main
main()
"""
"""Runs the command from the folder that it is told first."""


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of what it is made of, and unpacked as an installation does."""
    folder = tmp_path_factory.mktemp("wheel")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(PROJECT / name, folder)
    shutil.copytree(PROJECT / "wattlake", folder / "wattlake", ignore=shutil.ignore_patterns("__pycache__"))
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, folder], check=True
    )
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(folder / "site")
    return folder / "site"


def test_every_file_of_the_package_is_in_the_wheel_and_no_other_name_is_importable(unpacked: Path):
    files = {
        path.relative_to(PROJECT) for path in (PROJECT / "wattlake").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }  # fmt: skip
    assert {path.relative_to(unpacked) for path in (unpacked / "wattlake").rglob("*") if path.is_file()} == files
    assert [path.name for path in unpacked.iterdir() if not path.name.endswith(".dist-info")] == ["wattlake"]


def test_from_the_wheel_a_lake_is_made_and_filled_in_an_empty_folder(unpacked: Path, tmp_path: Path):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WATTLAKE_")}

    def wattlake(*arguments: str) -> str:
        command = [sys.executable, "-I", "-c", RUN, str(unpacked), *arguments]
        ended = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    assert "prefect.yaml has the deployments" in wattlake("init")
    assert (tmp_path / "prefect.yaml").read_text() == (PROJECT / "prefect.yaml").read_text()
    wattlake("simulate", "--members", "2", "--days", "2", "--out", "inbox")
    environment |= {
        "WATTLAKE_SMART_METERS": "inbox/smart_meters", "WATTLAKE_MEMBERS": "inbox/members", "WATTLAKE_THREADS": "1",
    }  # fmt: skip
    wattlake("ingest", "members")
    wattlake("ingest", "smart_meters")
    wattlake("build")
    rows = wattlake("sql", "select count(*) > 0 as filled from warehouse.fact_energy_flow", "--format", "csv")
    assert rows.split() == ["filled", "true"]
    assert (tmp_path / "data" / "catalog.sqlite").is_file()
