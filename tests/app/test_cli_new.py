"""`wattlake new`: what it writes keeps the rules, is found, and fails its test until it is filled in."""

import shutil
from pathlib import Path

import pytest

from tests.support import architecture
from tests.support.copied_project import CopiedProject
from tests.support.sizes import LIMITS, too_long
from wattlake.app.scaffold.writing import ROOT, scaffold

pytestmark = pytest.mark.timeout(900)  # A dozen processes, on a machine that may be busy.

NEW = {
    "source tides": ("tests/tasks/sources/test_tides.py", "WATTLAKE_URL__TIDES=https://"),
    "source wells --files": ("tests/tasks/sources/test_wells.py", "WATTLAKE_INBOX__WELLS"),
    "model gold.tide_daily": ("tests/sql/test_gold_tide_daily.py", "`wattlake build` makes the table"),
    "model warehouse.tide": ("tests/sql/test_warehouse_tide.py", "`wattlake build` makes the table"),
    "check odd_reading": ("tests/lake/quality/test_check_odd_reading.py", "`wattlake quality`"),
    "page tides": ("tests/app/dashboard/test_page_tides.py", "`wattlake dashboard`"),
    "source a_name_of_24_characters": ("tests/tasks/sources/test_a_name_of_24_characters.py", "wattlake run"),
    "model gold.n": ("tests/sql/test_gold_n.py", "`wattlake build`"),
}


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> CopiedProject:
    """A copy of the project with one of everything that is new."""
    copy = CopiedProject(tmp_path_factory.mktemp("project"))
    for arguments, (test, to_run) in NEW.items():
        ended = copy.wattlake("new", *arguments.split())
        assert (ended.returncode, ended.stderr) == (0, "")
        assert f"Wrote {test}" in ended.stdout
        assert f"`.venv/bin/pytest {test}` until it passes" in ended.stdout
        assert to_run in ended.stdout
    return copy


def test_only_new_files_are_written_and_none_over_another(project: CopiedProject):
    before = project.new_files()
    assert {test for test, _ in NEW.values()} <= set(before)
    ended = project.wattlake("new", "source", "tides")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.strip().endswith("sources/tides.py is there already. Choose another name, or take it away.")
    assert project.new_files() == before


def test_what_is_written_keeps_the_rules_of_style(project: CopiedProject):
    written = project.new_files()
    of_python = [path for path in written if path.endswith(".py")]
    of_sql = [path for path in written if path.endswith(".sql")]
    for command in (
        ["ruff", "check", *of_python],
        ["ruff", "format", "--check", *of_python],
        ["sqlfluff", "lint", *of_sql],
    ):
        ended = project.run("-m", *command)
        assert ended.returncode == 0, ended.stdout


def test_what_is_written_keeps_the_rules_of_the_house(project: CopiedProject, tmp_path: Path):
    """What is new alone: to read all that was there before takes half a minute, and that has tests of its own."""
    for path in project.new_files():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(project.folder / path, tmp_path / path)
    package = tmp_path / "wattlake"
    assert len(list(package.rglob("*.py"))) >= len(NEW)
    assert [breach for rule in architecture.RULES for breach in rule(package)] == []
    assert too_long(package) == {kind: {} for kind in LIMITS}


@pytest.mark.long
def test_the_test_fails_for_as_long_as_something_is_to_be_filled_in_and_passes_then(project: CopiedProject):
    tests = [test for test, _ in NEW.values() if "dashboard" not in test]  # A page's starts Streamlit: once, below.
    ended = project.run("-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", *tests)
    failed = {line.split(" ")[1] for line in ended.stdout.splitlines() if line.startswith("FAILED")}
    assert failed == {f"{test}::test_nothing_is_left_to_fill_in" for test in tests}, ended.stdout
    for path in project.new_files():
        if path.startswith("wattlake"):
            text = (project.folder / path).read_text().replace("FILL IN", "filled in")
            (project.folder / path).write_text(text)
    ended = project.run("-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", *(test for test, _ in NEW.values()))
    assert ended.returncode == 0, ended.stdout


def test_an_installed_wattlake_says_that_it_is_no_clone(tmp_path):
    with pytest.raises(ValueError, match=r"is no clone of Wattlake, .* Clone it, run `make setup` there"):
        scaffold("source", "tides").write(tmp_path)
    assert not list(tmp_path.iterdir())
    assert (ROOT / "pyproject.toml").is_file()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("source gold.tides", "`gold.tides` is no name for a source. Give one such as tides."),
        ("model tides", "`tides` is no name for a model. Give one of a table, such as gold.tide_daily or warehouse."),
        ("model silver.tides", "`silver.tides` is no name for a model."),
        ("page Tides", "`Tides` cannot be a name. Give at most 24 small letters, digits and _: heat_pumps."),
        ("check ../x", "`../x` is no name for a check."),
        ("source import", "`import` cannot be a name."),
        ("source base", "`base` cannot be a name."),
        ("source members", "wattlake/tasks/sources/members.py is there already."),
        ("page tides --files", "A page has no files to come as. Give --files with a source only."),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(wattlake, arguments: str, told: str):
    said = wattlake("new", *arguments.split())
    assert (said.code, said.out) == (2, "")
    assert told in said.err.replace("\n", " ")
