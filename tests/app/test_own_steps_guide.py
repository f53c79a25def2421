"""docs/your-own-steps.md: its files are those of the example, its commands do what it says, its tables are whole."""

import re
import shlex
import shutil
from pathlib import Path

from harness.services import PROJECT
from tests.support.guides import blocks, commands, follows, lines_of
from tests.support.project_folder import project_folder
from wattlake.lake.contracts.described import OF_TABLE
from wattlake.lake.contracts.described_types import TYPES

GUIDE = (PROJECT / "docs/your-own-steps.md").read_text(encoding="utf-8")
EXAMPLE = PROJECT / "examples/heat-pump-share"


def test_the_tutorial_ends_as_it_says_in_a_folder_with_its_files(wattlake, tmp_path: Path, monkeypatch):
    files = {name: text for language in ("toml", "sql", "python") for name, text in blocks(language, GUIDE) if name}
    own = [path for folder in ("models", "functions", "checks", "pages") for path in (EXAMPLE / folder).rglob("*.*")]
    written = {path.relative_to(EXAMPLE).as_posix(): path.read_text() for path in own if path.suffix != ".pyc"}
    assert files == written
    shutil.copytree(EXAMPLE / "inbox", tmp_path / "inbox")
    for name in ("SMART_METERS", "MEMBERS"):
        monkeypatch.setenv(f"WATTLAKE_{name}", str(tmp_path / "inbox" / name.lower()))
    monkeypatch.setenv("WATTLAKE_DATA", str(tmp_path / "lake"))
    with project_folder(tmp_path, files):
        assert [command.partition(" ")[0] for command, _ in commands(GUIDE)] == ["check", "ingest", "build", "sql"]
        for command, shown in commands(GUIDE):
            answer = wattlake(*shlex.split(command))
            assert answer.code == 0, answer.err
            assert follows(lines_of(answer.out), lines_of(shown)), f"{command}\n{answer.out}"
        assert "gold.heat_pump_daily" in wattlake("status").out.partition("What builds did")[2]


def test_the_guide_has_every_key_of_a_contract_and_every_type():
    rows = re.findall(
        r"^\| (`[^|]*) \|", GUIDE.partition("## A contract")[2].partition("## A model")[0], flags=re.MULTILINE
    )
    named = {key.strip("[]").split(".")[0] for row in rows for key in re.findall(r"`([^`]+)`", row)}
    assert named == set(OF_TABLE)
    assert all(f"`{name}`" in GUIDE for name in TYPES)
