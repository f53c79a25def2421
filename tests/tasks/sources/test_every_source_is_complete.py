"""A source is found by its module's name; this names the piece that is missing beside it."""

import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from harness.services import PROJECT
from wattlake.lake.addresses import Address
from wattlake.lake.contracts import contracts
from wattlake.lake.landing.inboxes import inbox_of, inbox_variable
from wattlake.lake.settings import PROJECT as PROJECT_FOLDER
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake
from wattlake.tasks import sources
from wattlake.tasks.landing.each_source import sources_to_land
from wattlake.tasks.landing.questions import scope
from wattlake.tasks.sources import Inbox, in_order, source, source_names

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def missing_pieces(name: str, project: Path, bronze_tables: set[str]) -> list[str]:
    """What a source lacks, each piece told so that one knows what to write."""
    models = [path.read_text() for path in (project / "wattlake" / "sql" / "silver").glob("*.sql")]
    pieces = {
        f"a contract of bronze.{name} in lake/contracts/sources/{name}.py": f"bronze.{name}" in bronze_tables,
        f"a model in sql/silver/ that reads bronze.{name}": any(
            re.search(rf"\bbronze\.{name}\b", model) for model in models
        ),
        f"tests/tasks/sources/test_{name}.py": (project / f"tests/tasks/sources/test_{name}.py").is_file(),
        f"a recorded answer tests/tasks/sources/answers/{name}.json (or .csv)": any(
            (project / "tests/tasks/sources/answers").glob(f"{name}.*")
        ),
    }
    return [piece for piece, is_there in pieces.items() if not is_there]


@pytest.mark.parametrize("name", source_names())
def test_every_source_has_all_its_pieces(name: str):
    assert missing_pieces(name, PROJECT, set(contracts())) == []


@pytest.mark.parametrize("name", source_names())
def test_every_source_declares_what_it_needs(name: str):
    described = source(name)
    assert described.licence
    assert set(described.after) <= set(source_names())
    if isinstance(described, Inbox):
        assert all(described.layouts)
    else:
        assert all(address.startswith("https://") for address in described.urls.values())
        assert described.calls.limit > 0


def test_a_new_source_is_told_each_piece_it_lacks(tmp_path: Path):
    assert missing_pieces("tides", tmp_path, set()) == [
        "a contract of bronze.tides in lake/contracts/sources/tides.py",
        "a model in sql/silver/ that reads bronze.tides",
        "tests/tasks/sources/test_tides.py",
        "a recorded answer tests/tasks/sources/answers/tides.json (or .csv)",
    ]


def test_an_unknown_source_is_refused_with_the_names_of_all():
    with pytest.raises(ValueError, match=r"^There is no source `tides`\. The sources are: carbon_intensity, .*members"):
        source("tides")


def test_every_module_but_what_sources_share_is_a_source():
    files = {path.stem for path in (PROJECT / "wattlake" / "tasks" / "sources").glob("[!_]*.py")}
    assert source_names() == sorted(files - {"base"})
    assert {"members", "smart_meters", "open_meteo"} <= files


def test_a_module_that_declares_no_source_of_its_name_is_told_what_to_write(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(sources, "__path__", [*sources.__path__, str(tmp_path)])
    (tmp_path / "tides.py").write_text("from wattlake.tasks.sources.members import SOURCE\n")
    with pytest.raises(TypeError, match=r"tides\.py declares no source of its name\. Expected is `SOURCE = Api\(name="):
        source("tides")
    del sys.modules[f"{sources.__name__}.tides"]


@pytest.fixture
def late(tmp_path: Path, monkeypatch) -> Iterator[None]:
    """Two more sources: an API that waits for another, and files; neither runs by default."""
    monkeypatch.setattr(sources, "__path__", [*sources.__path__, str(tmp_path)])
    (tmp_path / "a_tide.py").write_text(
        "from dataclasses import replace\nfrom wattlake.tasks.sources.pvgis import SOURCE as PVGIS\n"
        'SOURCE = replace(PVGIS, name="a_tide", is_optional=True, after=("pvgis",), urls={"a_tide": "https://a.test"},'
        " needs_credentials=True)\n"
    )
    (tmp_path / "a_well.py").write_text(
        "from wattlake.tasks.sources.base import Inbox\n"
        'SOURCE = Inbox(name="a_well", licence="ours", layouts=(("level",),))\n'
    )
    yield
    for name in ("a_tide", "a_well"):
        sys.modules.pop(f"{sources.__name__}.{name}", None)


def test_files_come_first_and_each_source_after_those_it_waits_for(late: None):
    assert in_order(["a_tide", "pvgis", "energy_charts", "smart_meters", "a_well", "members"]) == [
        *("a_well", "members", "smart_meters"),
        *("energy_charts", "pvgis", "a_tide"),
    ]
    assert in_order(["a_tide", "energy_charts"]) == ["a_tide", "energy_charts"], "nothing waits for what is not asked"


def test_sources_that_wait_for_one_another_are_refused(late: None, monkeypatch):
    members = replace(source("members"), after=("a_well",))
    well = replace(source("a_well"), after=("members",))
    monkeypatch.setattr(sources, "source", lambda name: {"members": members, "a_well": well}[name])
    with pytest.raises(ValueError, match=r"^The sources a_well, members are each to be landed after another\."):
        in_order(["members", "a_well"])


def test_a_new_source_is_landed_where_its_address_is_set_or_its_inbox_holds_something(
    late: None, tmp_path: Path, monkeypatch
):
    by_default = set(sources_to_land())
    assert not by_default & {"a_tide", "a_well"}
    monkeypatch.setenv("WATTLAKE_URL__A_TIDE", "https://tide.test/?key=secret")
    assert set(sources_to_land()) - by_default == {"a_tide"}
    monkeypatch.setenv("WATTLAKE_INBOX__A_WELL", str(tmp_path / "well"))
    assert "a_well" not in sources_to_land()
    (tmp_path / "well").mkdir()
    (tmp_path / "well" / "levels.csv").touch()
    assert set(sources_to_land()) - by_default == {"a_tide", "a_well"}


def test_an_api_that_needs_a_key_is_not_asked_without_one(late: None, folder_settings: Settings):
    lake, asked, day = Lake(folder_settings), source("a_tide"), date(2026, 1, 1)
    lake.create()
    with pytest.raises(ValueError, match=r"Set WATTLAKE_URL__A_TIDE=https://a\.test\?key=…\.$"):
        scope(lake, asked, day, day, NOW)
    keyed = Lake(folder_settings.model_copy(update={"url": {"a_tide": Address("https://a.test?key=k")}}))
    assert scope(keyed, asked, day, day, NOW).urls["a_tide"].query == {"key": "k"}
    lake.close()
    keyed.close()


def test_an_inbox_is_where_its_setting_points_or_the_folder_of_its_name():
    settings = Settings(smart_meters="/meters", inbox={"a_well": "/wells"})
    assert [inbox_of(settings, name) for name in ("smart_meters", "a_well", "tides")] == [
        *(Path("/meters"), Path("/wells")),
        PROJECT_FOLDER / "inbox" / "tides",
    ]
    assert [inbox_variable(name) for name in ("smart_meters", "tides")] == [
        *("WATTLAKE_SMART_METERS", "WATTLAKE_INBOX__TIDES")
    ]
