"""What makes a lake unhealthy besides runs and builds: landings set aside, silent sources, unreadable models."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from harness.lake_steps import LAYOUTS, METER_HEADER, build_all, fill_table, land, land_rows, origin, written
from wattlake.lake import model_registry
from wattlake.lake.landing.files import land_files
from wattlake.lake.reports.status import tables, troubles
from wattlake.lake.sql import Connection
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake

READING = "silver.meter_reading"
FIRST = datetime(2026, 6, 1, 6, tzinfo=UTC)
PRICE = {"bidding_zone": "DE-LU", "price": "1", "unit": "EUR/MWh"}


def test_a_landing_of_which_every_row_was_set_aside_is_trouble_until_its_name_is_landed_right(
    folder_lake: Lake, tmp_path: Path
):
    bad = [f"MAC1,2013-01-01 0{hour}:00:00,nothing" for hour in range(3)]
    good = ["MAC2,2013-01-01 00:00:00,0.1", "MAC2,2013-01-01 00:07:00,0.2"]
    land(folder_lake, "smart_meters", written(tmp_path / "bad\x1b.csv", METER_HEADER, bad))
    land(folder_lake, "smart_meters", written(tmp_path / "good.csv", METER_HEADER, good))
    build_all(folder_lake, only=READING)
    assert troubles(folder_lake.reader()) == [
        "All 3 rows of `bad\\x1b.csv` of smart_meters were set aside: unreadable energy. To see them: `wattlake "
        "quarantine list meter_reading`. Correct what it holds, or the mapping, and land it again under its name."
    ]
    land(folder_lake, "smart_meters", written(tmp_path / "bad\x1b.csv", METER_HEADER, [*bad, *good[:1]]))
    build_all(folder_lake, "second", only=READING)
    assert troubles(folder_lake.reader()) == []


def lines(count: int, bad: int) -> list[str]:
    """Half-hours of a meter of which the last ones hold no number."""
    start = datetime(2013, 1, 1)  # noqa: DTZ001
    at = (start + timedelta(minutes=30 * number) for number in range(count))
    return [f"MAC1,{time},{'nothing' if number >= count - bad else 0.1}" for number, time in enumerate(at)]


@pytest.mark.parametrize(
    ("bad", "expected"),
    [
        (9, None),
        (10, "10 of 200 rows that smart_meters landed last were set aside (5%; before, there were none)"),
        (199, "199 of 200 rows that smart_meters landed last were set aside (100%; before, there were none)"),
    ],
)
def test_a_first_landing_of_which_a_twentieth_was_set_aside_is_trouble(folder_lake, tmp_path, bad, expected):
    land(folder_lake, "smart_meters", written(tmp_path / "first.csv", METER_HEADER, lines(200, bad)))
    build_all(folder_lake, only=READING)
    why = ", most of them for: unreadable energy. To see them: `wattlake quarantine list meter_reading`."
    assert troubles(folder_lake.reader()) == ([expected + why] if expected else [])


@pytest.mark.parametrize(("bad", "is_told"), [(60, False), (61, True)])
def test_a_source_is_trouble_where_its_last_run_gave_more_than_three_times_the_usual_share(
    folder_lake, tmp_path, bad, is_told
):
    for number, of_bad in enumerate((20, bad)):
        name = written(tmp_path / f"{number}.csv", METER_HEADER, lines(200, of_bad))
        of_run = replace(origin("smart_meters"), run_id=f"run {number}")
        assert list(land_files(folder_lake, of_run, [name], LAYOUTS["smart_meters"])) == [(1, 200)]
        build_all(folder_lake, f"build {number}", only=READING)
    told = f"{bad} of 200 rows that smart_meters landed last were set aside (30%; usual are 10.0%)"
    assert [sentence[: len(told)] for sentence in troubles(folder_lake.reader())] == ([told] if is_told else [])


def test_readings_that_repeat_what_is_known_are_not_set_aside(folder_lake: Lake, tmp_path: Path):
    good = "MAC2,2013-01-01 00:00:00,0.1"
    land(folder_lake, "smart_meters", written(tmp_path / "first.csv", METER_HEADER, [good]))
    land(folder_lake, "smart_meters", written(tmp_path / "later.csv", METER_HEADER, [good, "MAC2,never,0.1"]))
    build_all(folder_lake, only=READING)
    assert troubles(folder_lake.reader()) == []


def prices_of(lake: Lake, *days: int) -> None:
    """Land a price on each of some days of June."""
    for day in days:
        at = FIRST + timedelta(days=day)
        rows = [PRICE | {"unix_seconds": f"{at.timestamp():.0f}"}]
        land_rows(lake, "energy_charts", f"https://p.test/price?end={at:%F}", rows, now=at)


def test_a_source_that_gave_nothing_for_twice_its_rhythm_is_trouble(folder_lake: Lake):
    prices_of(folder_lake, 0, 2, 4)
    assert troubles(folder_lake.reader(), FIRST + timedelta(days=99)) == [], "three days make no rhythm"
    prices_of(folder_lake, 6)
    land_rows(folder_lake, "carbon_intensity", "https://c.test", [{"from": "x"}], now=FIRST + timedelta(days=10))
    assert troubles(folder_lake.reader()) == [], "twice its rhythm, and no more"
    land_rows(folder_lake, "carbon_intensity", "https://c.test/2", [{"from": "y"}], now=FIRST + timedelta(days=11))
    assert troubles(folder_lake.reader()) == [
        "energy_charts has given nothing for 5 days, since 2026-06-07; before, it gave something every 2 days. "
        "Run `wattlake ingest energy_charts`, and see what it says."
    ]


@pytest.mark.parametrize(("days_later", "is_silent"), [(3, False), (5, True)])
def test_the_clock_counts_from_the_run_that_landed_last_whatever_present_it_was_given(
    folder_lake: Lake, days_later: int, is_silent: bool
):
    prices_of(folder_lake, 0, 2, 4, 6)
    began = datetime(2026, 11, 1, 6, tzinfo=UTC)
    run = {"run_id": "run-1", "name": "pipeline", "started_at_utc": began.replace(tzinfo=None), "status": "completed"}
    folder_lake.write(lambda connection: fill_table(connection, "ops.run", [run]))
    assert bool(troubles(folder_lake.reader(), began + timedelta(days=days_later))) == is_silent


def test_the_register_has_no_rhythm(folder_lake: Lake):
    for day in range(6):
        rows = [{"member_id": f"M{day}"}]
        land_rows(folder_lake, "members", "register.csv", rows, now=FIRST + timedelta(days=day))
    assert troubles(folder_lake.reader(), FIRST + timedelta(days=400)) == []


def serve(lake: Lake, text: str) -> str:
    """Register a model that serves consumption; gives its path."""
    path, sha256 = model_registry.store(Storage(lake.settings), "consumption", text)
    row = {"target": "consumption", "forecaster": "load", "status": "promoted", "artifact_path": path} | {
        "model_id": 1, "sha256": sha256, "known_until_utc": datetime(2026, 6, 1),  # noqa: DTZ001 – as stored
        "parameters": "{}", "metrics": "{}", "issue_hour": 0, "late_slots": 0,
    }  # fmt: skip

    def step(connection: Connection) -> None:
        fill_table(connection, "ops.model", [row])

    lake.write(step)
    return path


def test_a_model_that_cannot_be_read_is_told(folder_lake: Lake):
    storage = Storage(folder_lake.settings)
    path = serve(folder_lake, "a model")

    def unreadable() -> list[str]:
        return list(model_registry.unreadable(folder_lake.reader(), storage))

    assert unreadable() == []
    whole = storage.read(path)
    storage.write(path, whole[:-3])
    (cut,) = unreadable()
    assert f"The model at {path} cannot be unpacked" in cut
    assert cut.endswith("`wattlake train` makes a new one; until then plain forecasters serve.")
    other, _ = model_registry.store(storage, "consumption", "another model")
    storage.write(path, storage.read(other))
    assert "it was changed since it was stored" in unreadable()[0]
    storage.remove(path)
    assert unreadable() == [
        f"The model at {path} that serves consumption is not there. "
        "`wattlake train` makes a new one; until then plain forecasters serve."
    ]


def test_a_lake_made_before_a_table_was_thought_of_is_read_without_it(folder_lake: Lake):
    newer = ["ops.export", "ops.transformation"]
    everything = tables(folder_lake.reader()).select("layer", "table").rows
    folder_lake.write(lambda con: [con.execute(f"drop table {name}") for name in newer])
    left = tables(folder_lake.reader()).select("layer", "table").rows
    assert set(everything) - set(left) == {tuple(name.split(".")) for name in newer}
    assert troubles(folder_lake.reader()) == []
