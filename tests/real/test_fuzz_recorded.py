"""Real meter files and recorded answers, spoiled: refused in a sentence, set aside, or read as they are."""

from pathlib import Path

import pytest

from tests.support.answer_mutants import hold_to_answer
from tests.support.meter_mutants import METER, is_as_written, land_and_build, london_readings, with_own_meters
from tests.support.mutants import CSV, JSON, mutants
from tests.support.silver import request
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake
from wattlake.tasks.sources import Request, smart_meters

RECORDED: dict[str, tuple[str, Request, str]] = {
    "carbon_intensity": ("carbon_intensity/national_2026-08-03.json", request(), "carbon_intensity"),
    "energy_charts": ("energy_charts/price_DE-LU_2024-05-04.json", request(bidding_zone="DE-LU"), "spot_price"),
    "pvgis": (
        "pvgis/seriescalc_5_2_excerpt.json",
        request(zone="turin", tilt_degrees="30", azimuth_degrees="180"),
        "pv_typical",
    ),
}
"""The recorded answer of a source, what was asked, and the silver table it becomes."""

MUTANTS_EACH = 50
LINES = 40


@pytest.mark.parametrize("name", RECORDED)
def test_a_spoiled_recording_is_refused_in_a_sentence_or_read_as_it_is(shared_data: Path, name: str):
    path, asked, table = RECORDED[name]
    original = (shared_data / path).read_bytes()
    refused = hold_to_answer(name, asked, table, mutants(f"recorded {name}", [original] * MUTANTS_EACH, JSON))
    assert MUTANTS_EACH / 5 < refused < MUTANTS_EACH * 0.9


@pytest.mark.long
def test_a_spoiled_file_of_a_real_home_is_refused_in_a_sentence_or_read_as_it_is(shared_data: Path, tmp_path: Path):
    home = smart_meters.SOURCE.files(shared_data / "smart_meters" / "halfhourly_dataset")[0]
    head = b"\n".join(home.read_bytes().split(b"\n")[:LINES]).replace(home.stem.encode(), METER)
    spoiled = dict(enumerate(mutants("a real home", with_own_meters(head, 7000, 2 * MUTANTS_EACH), CSV)))
    by_name = {f"{number:03}.csv": mutant for number, mutant in spoiled.items()}
    lake = Lake(Settings(data=str(tmp_path / "lake")))
    lake.create()
    refused = land_and_build(lake, tmp_path / "inbox", by_name)
    for name in by_name.keys() - refused:
        is_as_written(lake, by_name[name], london_readings)
    assert MUTANTS_EACH / 10 < len(refused) < MUTANTS_EACH
    lake.close()
