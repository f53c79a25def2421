"""Each question to an API stands by itself: what one is answered keeps no other from being asked."""

from datetime import date, timedelta

import pytest

from tests.support.small_world import environment, small_world
from wattlake.app.sandbox.faults import Fault, Faults
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake
from wattlake.tasks.landing.backfill import backfill
from wattlake.tasks.landing.failures import PartlyLandedError, QuestionsFailedError
from wattlake.tasks.landing.land import land

DAYS = (date(2025, 12, 30), date(2026, 1, 2))
"""Prices are asked by calendar year: two questions."""


def prices_landed(folder, now_utc) -> int:
    """Land prices; gives how many."""
    with environment({"WATTLAKE_DATA": str(folder)}):
        lake = Lake(Settings())
        lake.create()
        try:
            return sum(step.rows for step in land(lake, "energy_charts", *DAYS, now_utc, "r1"))
        finally:
            lake.close()


def refusals(folder) -> list[tuple[str, int]]:
    """What was refused, and how."""
    lake = Lake(Settings(data=str(folder)))
    try:
        return lake.reader().execute("select name, status from ops.refusal order by all").fetchall()
    finally:
        lake.close()


def test_a_question_that_is_refused_keeps_no_other_from_being_asked(tmp_path):
    refused = Faults((Fault("server_error", path="/price", status=400, requests=1),))
    with small_world(tmp_path / "world", members=2, days=2, faults=refused) as world:
        with environment(world.settings(tmp_path / "lake")), pytest.raises(PartlyLandedError) as error:
            prices_landed(tmp_path / "lake", world.now_utc)
        assert error.value.rows > 0
        assert "rows were landed, but not all: Asked" in str(error.value)
        assert "got status 400" in str(error.value)
        with environment(world.settings(tmp_path / "lake")):
            with pytest.raises(QuestionsFailedError) as later:
                prices_landed(tmp_path / "lake", world.now_utc + timedelta(hours=23))
            assert "It was refused with status 400 on 2026-06-22 00:00 UTC, and is asked again from" in str(later.value)
            assert prices_landed(tmp_path / "lake", world.now_utc + timedelta(hours=24)) > 0


def test_a_service_that_does_not_answer_is_not_asked_more(tmp_path):
    silent = Faults((Fault("server_error", path="/price", status=503, requests=6, retry_after_seconds=0),))
    with (
        small_world(tmp_path / "world", members=2, days=2, faults=silent) as world,
        environment(world.settings(tmp_path / "lake")),
        pytest.raises(QuestionsFailedError, match="It was asked 6 times"),
    ):
        prices_landed(tmp_path / "lake", world.now_utc)


def test_a_backfill_goes_on_past_a_refusal_and_counts_what_came(tmp_path):
    refused = Faults((Fault("server_error", path="/price", status=422, requests=1),))
    with (
        small_world(tmp_path / "world", members=2, days=2, faults=refused) as world,
        environment(world.settings(tmp_path / "lake")),
    ):
        lake = Lake(Settings())
        lake.create()
        first, last = date(2026, 6, 1), date(2026, 6, 15)
        with pytest.raises(PartlyLandedError, match="got status 422") as error:
            list(backfill(lake, "energy_charts", first, last, world.now_utc, "r1", chunk_days=5))
        landed = lake.reader().execute("select count(*) from bronze.energy_charts").fetchall()[0][0]
        lake.close()
    assert error.value.rows == landed > 0
    assert len(refusals(tmp_path / "lake")) == 1


def test_places_that_are_refused_together_are_asked_one_by_one(tmp_path):
    refused = Faults((Fault("server_error", path="/v1/archive", status=400, requests=2),))
    day = date(2026, 6, 1)
    with (
        small_world(tmp_path / "world", members=12, days=2, faults=refused) as world,
        environment(world.settings(tmp_path / "lake")),
    ):
        lake = Lake(Settings())
        lake.create()
        zones = [(f"Z{number}", 51.0 + number, 0.5) for number in range(3)]
        lake.write(lambda connection: connection.executemany("insert into gold.zone values (?, ?, ?)", zones))
        with pytest.raises(PartlyLandedError, match="got status 400") as error:
            list(land(lake, "open_meteo", day, day, world.now_utc, "r1"))
        assert str(error.value).count("got status 400") == 1, "of one place, once"
        archive = "select distinct zone from bronze.open_meteo where api = 'archive' order by all"
        assert lake.reader().execute(archive).fetchall() == [("Z1",), ("Z2",)]
        lake.close()
    statuses = [status for _, status in refusals(tmp_path / "lake")]
    assert statuses == [400, 400], "of all places, and of the first"
