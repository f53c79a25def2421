"""The quarantine: what it shows, and that reading it again releases what is valid now, and else changes nothing."""

import json
from pathlib import Path

import polars as pl
import pytest

from harness.lake_steps import METER_HEADER, build_all, hashes, land, select, written
from wattlake.lake.build import transaction
from wattlake.lake.contracts import columns
from wattlake.lake.models.graph import Model, fill, models
from wattlake.lake.models.source_rows import with_original
from wattlake.lake.reports import quarantine
from wattlake.lake.reports.status import reconciliation
from wattlake.lake.settings import Settings
from wattlake.lake.sql import Connection
from wattlake.lake.store.lake import Lake

READING = "silver.meter_reading"
LINES = ["MAC1,2013-01-01 00:00:00,0.1", "MAC1,2013-01-01 00:07:00,0.2", " MAC1,2013-01-01 01:00:00, Null "]


@pytest.fixture
def small_lake(folder_lake: Lake, tmp_path: Path) -> Lake:
    """A lake with one file: a reading, one off the grid, and one without energy."""
    land(folder_lake, "smart_meters", written(tmp_path / "first.csv", METER_HEADER, LINES))
    build_all(folder_lake, only=READING)
    return folder_lake


def test_what_was_set_aside_is_counted_by_reason(small_lake: Lake, tmp_path: Path):
    later = ["MAC2,2013-01-01 05:00:00,nothing", "MAC2,2013-01-01 06:00:00,0.5"]
    land(small_lake, "smart_meters", written(tmp_path / "later.csv", METER_HEADER, later))
    build_all(small_lake, "second", only=READING)
    assert quarantine.counts(small_lake.reader()).rows() == [
        ("meter_reading", "unreadable energy", 2, 1, 2),
        ("meter_reading", "off the half-hour grid", 1, 1, 1),
    ]


def test_readings_are_shown_with_their_file_and_as_it_wrote_them(small_lake: Lake):
    def shown(reason: str | None, limit: int) -> pl.DataFrame:
        return quarantine.readings(small_lake.reader(), quarantine.TABLES, reason, limit)

    null = {"LCLid": " MAC1", "tstp": "2013-01-01 01:00:00", "energy(kWh/hh)": " Null "}
    ((table, landing, name, reason, original),) = shown("ENERGY", 10).rows()
    assert (table, landing, name, reason) == ("meter_reading", 1, "first.csv", "unreadable energy")
    assert json.loads(original) == null
    assert len(shown(None, 10)) == 2
    assert len(shown(None, 1)) == 1
    assert shown("it's nothing", 10).is_empty()


@pytest.mark.parametrize("given", ["meter_reading", "silver.meter_reading", "quarantine.meter_reading"])
def test_a_quarantine_is_known_by_every_name_of_its_table(given: str):
    assert quarantine.table_named(given) == "quarantine.meter_reading"


def test_an_unknown_quarantine_is_refused_with_the_names_there_are():
    with pytest.raises(ValueError, match=r"^There is no quarantine of `x`\. The tables are: carbon_intensity, househ"):
        quarantine.table_named("x")


def fates(lake: Lake) -> list[tuple[int, ...]]:
    of_readings = reconciliation(lake.reader()).frame().filter(pl.col("table") == READING)
    return of_readings.select("landed", "in_silver", "superseded", "repeated", "quarantined").rows()


def replayed(lake: Lake, build_id: str) -> int:
    """How many readings were released."""
    seen = quarantine.read_up_to(lake.reader())
    before = quarantine.held(lake.reader(), seen)
    lake.write(lambda connection: quarantine.read_again(connection, before))
    build_all(lake, build_id)
    return sum(before.values()) - sum(quarantine.held(lake.reader(), seen).values())


def test_reading_again_by_the_same_rules_releases_nothing_and_changes_nothing(stage_2_lake: Lake):
    before, counted = hashes(stage_2_lake), fates(stage_2_lake)
    assert replayed(stage_2_lake, "again") == 0
    assert hashes(stage_2_lake) == before
    # What the two builds superseded from one another is superseded within one now; the fates are the same.
    assert fates(stage_2_lake) == counted


def test_reading_again_by_another_rule_releases_what_is_valid_now(
    small_lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    assert fates(small_lake) == [(3, 1, 0, 0, 2)]
    old = models()[READING]
    is_nothing = "coalesce(try_cast(energy_text as double), 0)"
    milder = Model(old.table, old.sql.replace("try_cast(energy_text as double)", is_nothing), old.inputs)
    changed = {**models(), READING: milder}
    monkeypatch.setattr(transaction, "models", lambda: changed)
    assert replayed(small_lake, "again") == 1
    assert fates(small_lake) == [(3, 2, 0, 0, 1)]
    assert select(small_lake, "select distinct energy_kwh * 1000 from silver.meter_reading order by all") == [
        (0,),
        (100,),
    ]


@pytest.mark.parametrize("model", [model for model in models().values() if model.by_landing], ids=lambda m: m.table)
def test_every_silver_model_hands_on_what_its_source_wrote(model: Model, folder_lake: Lake):
    source = f"bronze.{model.source}"
    first = next(name for name in columns(source) if not name.startswith("_"))
    name = {"silver.household": "LCLid", "silver.panel": "panel_id"}.get(model.table, first)
    text = "forecast" if model.table == "silver.weather_forecast" else "as written"

    def step(connection: Connection) -> list[tuple[str]]:
        connection.execute(
            f"insert into {source} (\"{name}\", _landing_id, _fetched_at_utc) values ('{text}', 1, now())"
        )
        sql = with_original(fill(model.sql, Settings(), {"from_landing": 1, "to_landing": 1}), model.source)
        return connection.execute(f"select original from ({sql}) where quarantine_reason is not null").fetchall()

    assert [json.loads(original) for (original,) in folder_lake.write(step)] == [{name: text}]
