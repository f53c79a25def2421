"""How sources are landed one after another."""

from datetime import UTC, date, datetime

import pytest

from wattlake.lake.runs.record import Run
from wattlake.lake.store.lake import Lake
from wattlake.tasks.landing.each_source import land_each
from wattlake.tasks.landing.failures import SourcesFailedError
from wattlake.tasks.landing.land import land


@pytest.fixture
def run():
    return Run("r1", "ingest", datetime(2026, 1, 1, tzinfo=UTC))


def test_the_files_come_first_and_the_register_is_built_before_the_apis_are_asked(run):
    done = []

    def land_one(name):
        done.append(name)
        return 3, 0.5

    def build_register():
        done.append("the register")
        return [("gold.zone", 2, 0.25)]

    land_each(run, None, land_one, build_register)
    files, apis = (
        ["members", "the register", "smart_meters"],
        ["carbon_intensity", "energy_charts", "open_meteo", "pvgis"],
    )
    assert done == files + apis
    assert run.rows == {f"bronze.{name}": 3 for name in done if name != "the register"} | {"gold.zone": 2}
    assert run.seconds["gold.zone"] == 0.25


def test_plants_are_landed_with_the_files_where_they_have_an_inbox(run, tmp_path, monkeypatch):
    done = []

    def land_one(name):
        done.append(name)
        return 1, 0.0

    empty, full = tmp_path / "empty", tmp_path / "full"
    empty.mkdir()
    full.mkdir()
    (full / "plant.csv").touch()
    for folder, landed in ((tmp_path / "nowhere", False), (empty, False), (full, True)):
        done.clear()
        monkeypatch.setenv("WATTLAKE_INVERTERS", str(folder))
        land_each(run, None, land_one, list)
        assert ("inverters" in done[:3]) == ("inverters" in done) == landed


@pytest.mark.parametrize("failure", [ValueError("bad"), OSError("bad"), RuntimeError("bad")])
def test_every_source_is_tried_and_every_failure_is_told(run, failure):
    tried = []

    def land_one(name):
        tried.append(name)
        if name in ("members", "pvgis"):
            raise failure
        return 1, 0.0

    with pytest.raises(SourcesFailedError) as told:
        land_each(run, None, land_one, list)
    assert len(tried) == 6
    assert str(told.value) == "2 of 6 sources failed; the others were landed. members: bad pvgis: bad"


def test_a_failure_is_told_once_in_the_sentence_and_the_log_only_names_the_source(run, warnings_logged):
    def land_one(name):
        raise PermissionError(13, "Permission denied", "/in/readings.csv")

    with pytest.raises(SourcesFailedError) as told:
        land_each(run, ["pvgis"], land_one, list)
    assert [(record.message, record.source) for record in warnings_logged.records] == [("failed", "pvgis")]
    assert str(told.value) == (
        "1 of 1 sources failed. pvgis: Permission denied: /in/readings.csv. "
        "Ask for the right to use it, or name another place."
    )


def test_ctrl_c_in_the_middle_of_a_query_is_no_failure_of_a_source(run):
    tried = []

    def land_one(name):
        tried.append(name)
        raise RuntimeError("Query interrupted") from KeyboardInterrupt()

    with pytest.raises(KeyboardInterrupt):
        land_each(run, None, land_one, list)
    assert tried == ["members"]


def test_the_register_is_built_even_where_one_of_its_files_is_bad(run):
    def land_one(name):
        if name == "members":
            raise ValueError("one file is bad")
        return 0, 0.0

    with pytest.raises(SourcesFailedError, match="members: one file is bad"):
        land_each(run, ["members"], land_one, lambda: [("gold.zone", 2, 0.25)])
    assert run.rows == {"gold.zone": 2}


def test_a_community_without_zones_is_told_that_apis_are_asked_for_nothing(folder_settings, warnings_logged):
    lake = Lake(folder_settings)
    lake.create()
    day = date(2026, 1, 1)
    assert list(land(lake, "open_meteo", day, day, datetime(2026, 1, 2, tzinfo=UTC), "r1")) == []
    (warning,) = warnings_logged.records
    assert (warning.message, warning.source) == (
        "asked for nothing: the register names no zone. Land `members` first",
        "open_meteo",
    )
    lake.close()
