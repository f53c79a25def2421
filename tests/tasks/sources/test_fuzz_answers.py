"""Spoiled answers: each ends as one sentence, in quarantine, or as rows that the answer does hold."""

import json

import pytest

from tests.support import silver
from tests.support.answer_mutants import hold_to_answer
from tests.support.mutants import JSON, mutants
from tests.support.silver import ANSWERS, request
from wattlake.tasks.sources import Request, energy_charts

ASKED: dict[str, tuple[Request, str]] = {
    "carbon_intensity": (request(), "carbon_intensity"),
    "energy_charts": (request(bidding_zone="DE-LU"), "spot_price"),
    "open_meteo": (request(api="archive", zone=("london", "brighton")), "weather_hourly"),
    "pvgis": (request(zone="london", tilt_degrees="30", azimuth_degrees="90"), "pv_typical"),
}
"""What was asked of each source, and the silver table its answer becomes."""

MUTANTS_EACH = 150


@pytest.mark.parametrize("name", ASKED)
def test_a_spoiled_answer_is_refused_in_a_sentence_or_read_as_it_is(name: str):
    asked, table = ASKED[name]
    original = (ANSWERS / f"{name}.json").read_bytes()
    refused = hold_to_answer(name, asked, table, mutants(name, [original] * MUTANTS_EACH, JSON))
    assert MUTANTS_EACH / 4 < refused < MUTANTS_EACH * 0.9


def test_json_that_is_nested_without_end_is_refused_in_a_sentence():
    with pytest.raises(ValueError, match=r"^Asked .*, got .*, expected whole JSON \(200000 bytes came: .*\)\.$"):
        energy_charts.read(ASKED["energy_charts"][0], b"[" * 200_000)


def test_half_a_character_becomes_a_sign_that_none_was_there():
    answer = json.loads((ANSWERS / "energy_charts.json").read_bytes()) | {"unit": "EUR/MWh\ud83c"}
    rows = energy_charts.read(ASKED["energy_charts"][0], json.dumps(answer).encode())
    assert set(rows["unit"]) == {"EUR/MWh\ufffd\ufffd\ufffd"}
    found = silver.rows("spot_price", "energy_charts", rows)
    assert silver.reasons(found) == ["unknown unit"] * 3
