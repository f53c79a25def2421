"""Each question to an API stands by itself: what one is answered keeps no other from being asked."""

from datetime import date

import pytest

from app.sandbox.faults import Fault, Faults
from lake.catalog import Lake
from lake.settings import Settings
from tasks.ingest import PartlyLandedError, QuestionsFailedError, land
from tests.small_world import environment, small_world

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


def test_a_question_that_is_refused_keeps_no_other_from_being_asked(tmp_path):
    refused = Faults((Fault("server_error", path="/price", status=400, requests=1),))
    with small_world(tmp_path / "world", members=2, days=2, faults=refused) as world:
        with environment(world.settings(tmp_path / "lake")), pytest.raises(PartlyLandedError) as error:
            prices_landed(tmp_path / "lake", world.now_utc)
        assert error.value.rows > 0
        assert "rows were landed, but not all: Asked" in str(error.value)
        assert "got status 400" in str(error.value)
        with environment(world.settings(tmp_path / "lake")):
            assert prices_landed(tmp_path / "lake", world.now_utc) > 0, "what was refused is asked again"


def test_a_service_that_does_not_answer_is_not_asked_more(tmp_path):
    silent = Faults((Fault("server_error", path="/price", status=503, requests=6, retry_after_seconds=0),))
    with (
        small_world(tmp_path / "world", members=2, days=2, faults=silent) as world,
        environment(world.settings(tmp_path / "lake")),
        pytest.raises(QuestionsFailedError, match="It was asked 6 times"),
    ):
        prices_landed(tmp_path / "lake", world.now_utc)
