"""The command that asks an API for the past days that are missing, and for no others."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest

from harness.lake_steps import select
from wattlake.app.sandbox.faults import Fault, Faults
from wattlake.app.sandbox.server import running
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake

NOW = ("--now", "2026-06-22T00:00")
MANY = 1000


class Counted:
    """How many questions the sandbox has been asked: a rule that does nothing wears off with each."""

    def __init__(self, address: str):
        self._rules = f"{address}/sandbox/faults"
        self.order()

    def order(self, *first: Fault) -> None:
        """Count from 0 on, with these faults."""
        rules = Faults((*first, Fault("slow", requests=MANY)))
        httpx.put(self._rules, json=rules.to_json()).raise_for_status()

    @property
    def questions(self) -> int:
        return MANY - httpx.get(self._rules).json()["rules"][-1]["requests"]


@pytest.fixture
def sandbox(world) -> Iterator[Counted]:
    counted = Counted(world.address)
    yield counted
    httpx.put(f"{world.address}/sandbox/faults", json={"rules": []}).raise_for_status()


def look(folder, sql):
    lake = Lake(Settings(data=str(folder)), read_only=True)
    rows = select(lake, sql)
    lake.close()
    return rows


def spans(folder, source):
    """The days that each landing of a source was asked for."""
    found = look(folder, f"select name from ops.landing where source = '{source}' order by landing_id")
    return [tuple(name.partition("/intensity/")[2].replace("T00:00Z", "").split("/")) for (name,) in found]


def test_only_missing_days_are_asked_for_in_chunks_and_never_twice(wattlake, use_lake, tmp_path, sandbox):
    folder = use_lake(tmp_path / "lake")
    wattlake("ingest", "carbon_intensity", "--from", "2026-05-08", "--to", "2026-05-09", *NOW)
    sandbox.order()
    wanted = ("backfill", "carbon_intensity", "--from", "2026-05-01", "--to", "2026-05-20", "--chunk-days", "7", *NOW)
    said = wattlake(*wanted)
    assert (said.code, sandbox.questions) == (0, 3)
    assert said.out.startswith("carbon_intensity: asked for 18 of 20 days; ")
    assert spans(folder, "carbon_intensity") == [
        ("2026-05-08", "2026-05-10"),
        ("2026-05-01", "2026-05-08"),
        ("2026-05-10", "2026-05-17"),
        ("2026-05-17", "2026-05-21"),
    ]
    before = look(folder, "select count(*) from ducklake_snapshots('lake')")
    assert wattlake(*wanted).out == "carbon_intensity: none of the 20 days is missing; nothing was asked.\n"
    assert sandbox.questions == 3
    assert look(folder, "select count(*) from ducklake_snapshots('lake')") == [(before[0][0] + 1,)]
    assert wattlake(*wanted, "--again").out.startswith("carbon_intensity: asked for 20 of 20 days; ")
    assert sandbox.questions == 6
    assert spans(folder, "carbon_intensity")[4:] == [("2026-05-08", "2026-05-15"), ("2026-05-15", "2026-05-21")]


def test_a_backfill_that_was_broken_off_goes_on_with_what_is_missing(wattlake, use_lake, tmp_path, sandbox):
    folder = use_lake(tmp_path / "lake")
    wanted = ("backfill", "energy_charts", "--from", "2026-04-01", "--to", "2026-04-30", "--chunk-days", "10", *NOW)
    sandbox.order(Fault("slow", requests=2), Fault("cut_off", requests=1))
    broken = wattlake(*wanted)
    assert broken.code == 2
    assert "expected whole JSON" in broken.err
    assert look(folder, "select count(*) from ops.landing") == [(2,)]
    sandbox.order()
    said = wattlake(*wanted)
    assert said.out.startswith("energy_charts: asked for 10 of 30 days; ")
    assert sandbox.questions == 1
    wattlake("build")
    days = look(folder, "select distinct cast(period_start_utc as date) from silver.spot_price order by all")
    assert {date(2026, 4, 1) + timedelta(days=number) for number in range(30)} <= {day for (day,) in days}


def test_days_whose_answer_may_still_change_are_asked_for_once(wattlake, use_lake, tmp_path, sandbox):
    """The day before now is not final yet: what silver found in it counts, and what it has not read might."""
    folder = use_lake(tmp_path / "lake")
    wanted = ("backfill", "carbon_intensity", "--from", "2026-06-20", "--to", "2026-06-23", *NOW)
    assert "asked for 2 of 2 days" in wattlake(*wanted).out
    assert "nothing was asked" in wattlake(*wanted).out, "nobody has read the answer yet"
    wattlake("build")
    assert "nothing was asked" in wattlake(*wanted).out, "the days are there"
    assert sandbox.questions == 1
    assert look(folder, "select count(*) from ops.landing") == [(1,)]


def test_what_a_service_has_nothing_for_is_landed_as_nothing_once_that_is_its_last_word(
    wattlake, use_lake, tmp_path, monkeypatch
):
    """A service whose half-hours end in 2020."""
    folder = use_lake(tmp_path / "lake")
    with running(now=datetime(2020, 1, 1, tzinfo=UTC)) as address:
        monkeypatch.setenv("WATTLAKE_URL__CARBON_INTENSITY", address)
        wanted = ("backfill", "carbon_intensity", "--from", "2026-05-01", "--to", "2026-05-10", *NOW)
        assert wattlake(*wanted).out == "carbon_intensity: asked for 10 of 10 days; 0 rows landed.\n"
        assert wattlake(*wanted).out == "carbon_intensity: none of the 10 days is missing; nothing was asked.\n"
        yesterday = wattlake("backfill", "carbon_intensity", "--from", "2026-06-21", *NOW)
        assert (yesterday.code, "nothing came for this question" in yesterday.err) == (2, True)
    assert look(folder, "select rows, bytes from ops.landing") == [(0, len('{"data":[],"provenance":"simulated"}'))]
    assert wattlake("build").code == 0


def test_what_does_not_depend_on_days_is_asked_once(wattlake, lake_to_change, sandbox):
    wanted = ("backfill", "pvgis", "--from", "2026-01-01", "--to", "2026-05-31", *NOW)
    assert "none of the 151 days is missing" in wattlake(*wanted).out
    assert sandbox.questions == 0
    assert "asked for 151 of 151 days; 0 rows landed" in wattlake(*wanted, "--again").out
    arrays = look(lake_to_change, "select count(*) from ops.landing where source = 'pvgis'")
    assert sandbox.questions == arrays[0][0]


def test_weather_is_asked_for_the_zones_there_are(wattlake, lake_to_change, sandbox):
    wanted = ("backfill", "open_meteo", "--from", "2026-05-01", "--to", "2026-06-21", *NOW)
    assert "asked for 44 of 52 days" in wattlake(*wanted).out
    assert sandbox.questions == 4, "in two chunks what was, and what was expected a day before"
    wattlake("build")
    assert "nothing was asked" in wattlake(*wanted).out


def test_what_was_expected_is_there_once_however_often_it_is_asked_for(wattlake, lake_to_change, sandbox):
    of_days = """
        select count(*), count(distinct (zone, period_start_utc)) from silver.weather_forecast
        where period_start_utc >= '2026-05-01' and period_start_utc < '2026-05-11' and horizon_hours = 24
    """
    for again in ((), ("--again",)):
        said = wattlake("backfill", "open_meteo", "--from", "2026-05-01", "--to", "2026-05-10", *again, *NOW)
        assert "asked for 10 of 10 days" in said.out
        wattlake("build")
        ((rows, hours),) = look(lake_to_change, of_days)
        assert rows == hours and hours % (10 * 24) == 0 and hours > 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("smart_meters", "--from", "2026-05-01"), "smart_meters comes as files, so there is nobody to ask"),
        (("tea_leaves", "--from", "2026-05-01"), "There is no source `tea_leaves`."),
        (("pvgis", "--from", "2026-06-22"), "There is no day from 2026-06-22 to 2026-06-21 that is over."),
    ],
)
def test_what_cannot_be_filled_is_said_before_anything_is_made(wattlake, use_lake, tmp_path, arguments, sentence):
    folder = use_lake(tmp_path / "lake")
    said = wattlake("backfill", *arguments, *NOW)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"Error: {sentence}")
    assert not folder.exists()


def test_a_source_that_has_nothing_to_be_asked_for_says_so(wattlake, use_lake, tmp_path, sandbox):
    use_lake(tmp_path / "lake")
    said = wattlake("backfill", "open_meteo", "--from", "2026-05-01", *NOW)
    assert said.code == 2
    assert "There is nothing to ask open_meteo for: the register names no zone" in said.err
    assert sandbox.questions == 0
