"""The pages of the lake itself on a lake that is empty, not built, damaged, or not there."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from harness.lake_steps import METER_HEADER, land, written
from tests.app.dashboard.conftest import lake_at
from tests.support.dashboard_pages import drawn_page
from wattlake.lake.runs.record import recorded

PAGES = ("pipeline", "quality", "lineage", "sql")
HEADINGS = {"pipeline": "Pipeline health", "quality": "Data quality", "lineage": "Lineage", "sql": "SQL"}
NOW = datetime(2026, 1, 2, tzinfo=UTC)


def opened(folder: Path, page: str, use_lake, **query: str) -> AppTest:
    use_lake(folder)
    return drawn_page(page, seconds=60, **query)


def words(test: AppTest) -> str:
    kinds = (test.markdown, test.caption, test.info, test.error, test.code)
    return "\n".join(element.value for kind in kinds for element in kind)


@pytest.mark.parametrize("folder", ["rowless_folder", "bare_folder"])
@pytest.mark.parametrize("page", PAGES)
def test_a_lake_without_rows_has_its_own_pages(request, use_lake, page, folder):
    test = opened(request.getfixturevalue(folder), page, use_lake)
    assert test.header[0].value == HEADINGS[page]
    assert not test.error
    expected = {"pipeline": "Nothing was run yet.", "quality": "Nothing was checked yet.", "lineage": "Model of"}
    assert expected.get(page, "One SELECT over") in words(test)


def test_where_there_is_no_lake_the_lineage_is_that_of_the_sql_and_the_others_say_how_to_make_one(use_lake, tmp_path):
    assert "##### Model of warehouse.kpi_group" in words(opened(tmp_path, "lineage", use_lake))
    for page in ("pipeline", "quality", "sql"):
        assert "wattlake run" in words(opened(tmp_path, page, use_lake)), page


@pytest.fixture
def with_a_run(bare_folder, tmp_path) -> Path:
    """A lake that something was landed in by a run, and nothing built."""
    folder = Path(shutil.copytree(bare_folder, tmp_path / "lake"))
    lake = lake_at(folder)
    with recorded(lake, "ingest", lambda: NOW):
        land(lake, "smart_meters", written(tmp_path / "x.csv", METER_HEADER, ["m,2026-01-01 10:00:00,0.5"]), now=NOW)
    lake.close()
    return folder


def test_a_lake_that_nothing_was_built_in_has_its_runs_sources_and_plan(use_lake, with_a_run):
    test = opened(with_a_run, "pipeline", use_lake)
    assert not test.error
    figures = {metric.label: metric.value for metric in test.metric}
    assert figures["Success of 7 days"] == figures["Success of 30 days"] == "100.0 %"
    assert figures["Disk free"].endswith(" GB") and figures["Catalog"].endswith(" MB")
    (plan,) = (frame.value for frame in test.dataframe if "why" in frame.value)
    assert "silver.meter_reading" in plan["table"].to_list()


def test_a_lake_whose_files_are_gone_says_so_and_shows_the_rest(use_lake, with_a_run):
    files = [file for file in with_a_run.rglob("*.parquet") if "/ops/run/" in str(file)]
    assert files
    for file in files:
        file.unlink()
    test = opened(with_a_run, "pipeline", use_lake)
    assert "Runs cannot be read:" in [error.value for error in test.error]
    assert "The lake is damaged: `wattlake verify --deep` names what is, and what to do." in words(test)
    assert any("small_files" in frame.value for frame in test.dataframe), "the tables are in the catalog"


@pytest.mark.parametrize("page", [*PAGES, "overview", "today"])
def test_a_catalog_that_is_no_database_is_a_sentence_on_every_page(use_lake, with_a_run, page):
    (with_a_run / "catalog.sqlite").write_bytes(b"this is no database at all" * 100)
    for rest in with_a_run.glob("catalog.sqlite-*"):
        rest.unlink()
    test = opened(with_a_run, page, use_lake)
    if page == "lineage":
        assert "##### Model of warehouse.kpi_group" in words(test)
    else:
        assert "wattlake verify --deep" in words(test)
