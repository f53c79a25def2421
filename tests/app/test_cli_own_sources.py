"""A user's own sources stand in the project folder, come after ours and are never in their place."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from wattlake.lake import project
from wattlake.tasks import own_sources
from wattlake.tasks import sources as ours
from wattlake.tasks.landing.each_source import sources_to_land
from wattlake.tasks.own_sources import OwnSourceError
from wattlake.tasks.own_sources.loading import kind_names
from wattlake.tasks.sources import Inbox, in_order, source, source_names

WELL = """
from dataclasses import dataclass

from wattlake.tasks.sources import Inbox


@dataclass(frozen=True)
class Depth:
    metres: int


SOURCE = Inbox(name="well", licence=f"ours, to {Depth(9).metres} m", layouts=(("level",),), after=("members",))
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch) -> Iterator[Path]:
    """The sources of a project folder."""
    monkeypatch.setattr(project, "PROJECT", tmp_path)
    (tmp_path / "sources").mkdir()
    yield tmp_path / "sources"
    for name in [name for name in sys.modules if name.startswith(project.PACKAGE_NAME)]:
        del sys.modules[name]


def test_a_module_of_the_project_is_a_source_wherever_sources_are_named(folder: Path, wattlake, monkeypatch):
    # The command lists the sources once, when it is loaded, which another test may have had done.
    monkeypatch.delitem(sys.modules, "wattlake.app.commands.ingest", raising=False)
    before = source_names()
    (folder / "well.py").write_text(WELL)
    (folder / "_shared.py").write_text("raise SystemError")
    (folder / "notes.txt").write_text("no source")
    assert set(source_names()) - set(before) == {"well"}
    assert source("well") == Inbox(name="well", licence="ours, to 9 m", layouts=(("level",),), after=("members",))
    assert in_order(["well", "members"]) == ["members", "well"]
    assert "well" in sources_to_land(), "that its file is there asks for it"
    assert "well" in " ".join(wattlake("ingest", "--help").out.split())
    refused = wattlake("ingest", "wall")
    assert (refused.code, "weather, well." in refused.err) == (2, True)


@pytest.mark.parametrize(
    ("first", "second"),
    [("well.py", "well.toml"), (f"{Path(ours.__file__).parent}/members.py", "members.toml")],
    ids=["two of the user's", "one of ours"],
)
def test_a_name_twice_is_refused_with_both_files(folder: Path, wattlake, first: str, second: str):
    for name in {first, second}:
        if "/" not in name:
            (folder / name).write_text(WELL)
    refused = wattlake("ingest", "members")
    shown = [project.shown(folder / name) for name in (first, second)]
    expected = f"Error: There are two sources called `{Path(second).stem}`: {shown[0]} and {shown[1]}."
    assert (refused.code, " ".join(refused.err.split()).startswith(expected)) == (2, True), refused.err


@pytest.mark.parametrize(
    ("file", "content", "fault"),
    [
        ("Well-1.py", WELL, "would be a source called `Well-1`; expected is a name of small letters, digits and `_`"),
        ("well.py", WELL.replace('"well"', '"wall"'), "declares no source of its name. Expected is `SOURCE = Api("),
        ("well.py", "SOURCE = 1", "declares no source of its name."),
        ("well.py", "\n\ndef f(:", ", line 3, fails when it is loaded: invalid syntax. Mend it."),
        ("well.py", "\nSOURCE = depth", ", line 2, fails when it is loaded: NameError: name 'depth' is not defined."),
        ("well.py", "import math\nmath.sqrt(-1)", ", line 2, fails when it is loaded: ValueError: "),
        ("well.py", "import no_such_library", ", line 1, fails when it is loaded: ModuleNotFoundError: No module"),
        ("well.toml", "kind =", "is not TOML: Invalid value (at end of document)."),
        ("well.toml", "", ": `kind` is missing; expected is "),
        ("well.toml", 'kind = "pigeon"', ": `kind` is 'pigeon'; expected is "),
        ("well.toml", "kind = ['a']", ": `kind` is ['a']; expected is "),
    ],
)
def test_a_file_that_cannot_be_used_is_told_in_one_sentence(folder: Path, wattlake, file, content, fault):
    (folder / file).write_text(content)
    refused = wattlake("ingest", "members" if file == "Well-1.py" else "well")
    told = " ".join(refused.err.split())
    assert refused.code == 2
    assert told.startswith(f"Error: sources/{file}")
    assert fault in told
    assert "Traceback" not in refused.err


def test_the_kinds_are_the_modules_of_their_folder():
    folder = Path(own_sources.__file__).parent / "kinds"
    assert kind_names() == sorted(path.stem for path in folder.glob("[!_]*.py"))


def test_a_project_without_sources_has_none_of_its_own(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(project, "PROJECT", tmp_path)
    assert own_sources.own_files() == {}


def test_what_is_wrong_with_a_file_is_a_fault_of_the_input():
    assert issubclass(OwnSourceError, ValueError)
