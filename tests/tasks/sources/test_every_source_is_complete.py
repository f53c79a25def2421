"""A source is found by its module's name; this names the piece that is missing beside it."""

import re
from pathlib import Path

import pytest

from harness.services import PROJECT
from wattlake.lake.contracts import contracts
from wattlake.tasks.sources import DaysAsked, source, source_names


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
def test_every_source_is_an_api_or_a_folder_of_files(name: str):
    module = source(name)
    assert isinstance(module.LICENCE, str)
    if hasattr(module, "LAYOUTS"):
        assert callable(module.files)
    else:
        assert callable(module.requests)
        assert callable(module.read)
        assert module.EXTENSION == "json"
        assert all(address.startswith("https://") for address in module.URLS.values())
        assert module.CALLS.limit > 0
        assert isinstance(module.DAYS_ASKED, DaysAsked)


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


def test_what_sources_share_is_no_source():
    assert source_names() == [
        "carbon_intensity",
        "energy_charts",
        "inverters",
        "members",
        "open_meteo",
        "pvgis",
        "smart_meters",
    ]
