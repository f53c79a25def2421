"""`wattlake simulate-fleet` and `wattlake fleet`: from simulated files to the list of cases, by commands alone."""

import re
from pathlib import Path

import polars as pl
import pytest

from harness.services import PROJECT
from tests.app.test_meter_files_guide import keys_of
from tests.support.fleet_steps import UNTIL
from wattlake.app.sandbox.fleet import simulate_fleet
from wattlake.lake.mapping import PlantMapping

GUIDE = (PROJECT / "docs" / "solar-fleet.md").read_text(encoding="utf-8")


def test_a_simulated_fleet_is_landed_built_and_its_cases_are_listed_worst_first(
    wattlake, use_lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    use_lake(tmp_path / "lake")
    monkeypatch.setenv("WATTLAKE_INVERTERS", str(tmp_path / "inbox" / "inverters"))
    made = wattlake("simulate-fleet", "--out", tmp_path / "inbox", "--until", "2026-06-22", "--seed", "7")
    assert (made.code, made.err) == (0, "")
    assert "readings of 22 panels and the register" in made.out
    for step in (("ingest", "inverters"), ("build",)):
        assert wattlake(*step).code == 0
    said = wattlake("fleet")
    rows = [line.split() for line in said.out.splitlines() if "PLANT01" in line]
    assert said.code == 1
    assert [row[3] for row in rows[:4]] == ["dead", "degraded", "shaded", "degraded"]
    planted = pl.read_csv(tmp_path / "inbox" / "planted_faults.csv")
    assert {row[2] for row in rows} == set(planted["panel_id"])
    assert re.search(
        r"22 panels of 1 plant, up to 2026-06-21: 9 with an open case, losing 4\d\d\.\d kWh a day", said.out
    )
    asked = wattlake("sql", "--query", "panel_cases", "--format", "csv")
    assert asked.out.splitlines()[0].startswith("place,plant_id,panel_id,kind,since,days,loss_kwh,loss_eur")
    assert len(asked.out.splitlines()) == 10


def test_a_lake_without_a_fleet_says_how_to_bring_one(wattlake, use_lake, tmp_path: Path, monkeypatch):
    use_lake(tmp_path / "lake")
    monkeypatch.setenv("WATTLAKE_INVERTERS", str(tmp_path / "nowhere"))
    asked = wattlake("ingest", "inverters")
    assert (asked.code, f"There is no file or folder `{tmp_path / 'nowhere'}`" in asked.err) == (2, True)
    said = wattlake("fleet")
    assert (said.code, said.out) == (
        0,
        "No plant's files have been built. docs/solar-fleet.md says how to bring them.\n",
    )


def test_too_few_panels_for_the_faults_are_refused(wattlake, tmp_path: Path):
    said = wattlake("simulate-fleet", "--out", tmp_path, "--panels", "16")
    assert said.code == 2
    assert "16 panels are too few for 1 of each fault" in said.err


def test_equal_seeds_make_equal_fleets_and_others_do_not(tmp_path: Path):
    made = [simulate_fleet(20, 3, seed, tmp_path / str(n), UNTIL, plants=2) for n, seed in enumerate((5, 5, 6))]
    first, again, other = (
        {path.name: path.read_bytes() for path in sorted(fleet.folder.glob("*.csv"))} for fleet in made
    )
    assert first == again
    assert first.keys() == other.keys()
    assert all(first[name] != other[name] for name in first if "generation" in name)


def test_the_guide_names_every_key_of_a_mapping_of_plants():
    own = [key for key in keys_of(PlantMapping) if not key.startswith("file.") and "." in key]
    assert [key for key in own if f"`{key}`" not in GUIDE] == ["time.day_columns"]
