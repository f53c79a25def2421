"""The seasonal mean: the same hour of past days on the local clock, and nothing that was not known."""

from datetime import datetime, timedelta, timezone
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lake.catalog import Lake
from tasks.forecast import forecast as issue
from tasks.forecast import time_of_issue
from tasks.forecasting.seasonal_mean import forecast
from tests.lake_steps import NOW, fill_table, hashes, select, stored
from tests.silver import utc

ISSUED = utc(2013, 6, 12)
"""A Wednesday."""

SCHEMA = {
    **{"member_id": pl.String, "target": pl.String, "period_start_utc": pl.Datetime("us"), "energy_wh": pl.Int64},
    "provenance": pl.String,
}


def past(target: str, start: datetime, wh: int, member: str = "anna", provenance: str = "measured") -> dict[str, Any]:
    naive = start.replace(tzinfo=None)
    return dict(zip(SCHEMA, (member, target, naive, wh, provenance), strict=True))


def expected(rows: list[dict[str, Any]], issued: datetime = ISSUED, slot_minutes: int = 60) -> list[dict[str, Any]]:
    return forecast(pl.DataFrame(rows, schema=SCHEMA), issued, "Europe/London", slot_minutes).to_dicts()


def test_the_whole_forecast_of_a_tiny_history():
    at_six = ISSUED + timedelta(hours=6)
    history = [past("consumption", at_six - timedelta(weeks=week), 100 * week) for week in (1, 2, 3, 4, 5)]
    history += [past("consumption", at_six - timedelta(days=1), 9999)]
    history += [past("production", at_six - timedelta(days=1), 10, provenance="simulated")]
    history += [past("production", at_six - timedelta(days=day), 13) for day in (2, 7, 8)]
    start = at_six.replace(tzinfo=None)
    assert expected(history) == [
        {
            **{"member_id": "anna", "target": "consumption", "period_start_utc": start, "horizon_hours": 6.0},
            **{"expected_wh": 250, "lower_wh": 107, "upper_wh": 393, "samples": 4, "provenance": "estimated"},
        },
        {
            **{"member_id": "anna", "target": "production", "period_start_utc": start, "horizon_hours": 6.0},
            **{"expected_wh": 12, "lower_wh": 10, "upper_wh": 13, "samples": 3, "provenance": "simulated"},
        },
    ]


def test_breakfast_stays_at_breakfast_when_the_clocks_change():
    # Clocks go back on 27 October 2013: seven in the morning was 06:00 UTC before, and is 07:00 UTC after.
    breakfasts = [past("consumption", utc(2013, 10, day, 6), 1000) for day in (7, 14, 21)]
    (row,) = expected(breakfasts, utc(2013, 10, 28))
    assert (row["period_start_utc"], row["expected_wh"], row["samples"]) == (stored(2013, 10, 28, 7), 1000, 3)


@pytest.mark.parametrize("slot_minutes", [15, 30, 60])
def test_an_issue_between_slots_begins_with_the_next_whole_one(slot_minutes: int):
    issued = ISSUED + timedelta(hours=5, minutes=50)
    slot = timedelta(minutes=slot_minutes)
    history = [past("production", ISSUED - timedelta(days=1) + number * slot, 1) for number in range(3 * 24 * 4)]
    starts = [row["period_start_utc"] for row in expected(history, issued, slot_minutes)]
    assert starts[0] == stored(2013, 6, 12, 6)
    assert starts == [starts[0] + number * slot for number in range(24 * 60 // slot_minutes)]


def test_no_history_gives_no_forecast():
    assert expected([]) == []


@settings(max_examples=40, deadline=None, derandomize=True)
@given(energies=st.lists(st.integers(0, 10_000), min_size=1, max_size=7))
def test_the_band_holds_the_expectation(energies: list[int]):
    history = [past("production", ISSUED - timedelta(days=day), wh) for day, wh in enumerate(energies, 1)]
    (row,) = expected(history)
    assert min(energies) <= row["lower_wh"] <= row["expected_wh"] <= row["upper_wh"] <= max(energies)
    assert abs(row["expected_wh"] - sum(energies) / len(energies)) <= 0.5
    assert row["samples"] == len(energies)


def flow(member: str, start: datetime, wh: int, known_at: datetime) -> dict[str, Any]:
    return {
        **{"member_id": member, "period_start_utc": start.replace(tzinfo=None), "period_minutes": 60, "zone": "north"},
        **{"consumption_minutes": 60, "consumption_wh": wh, "production_wh": wh // 2, "surplus_wh": 0},
        **{"consumption_provenance": "measured", "production_provenance": "simulated"},
        "known_at_utc": known_at.replace(tzinfo=None),
    }


def fill(lake: Lake, rows: list[dict[str, Any]]) -> None:
    known = {member for (member,) in select(lake, "select member_id from gold.member_version")}
    entries = [
        {"member_id": member, "valid_from_utc": stored(2010, 1, 1), "zone": "north"}
        for member in sorted({row["member_id"] for row in rows} - known)
    ]
    if entries:
        lake.write(lambda connection: fill_table(connection, "gold.member_version", entries))
    lake.write(lambda connection: fill_table(connection, "gold.energy_flow", rows))


WEEKS = [ISSUED + timedelta(hours=3) - timedelta(days=day) for day in range(1, 29)]


def test_nothing_known_later_enters_a_forecast_and_issuing_twice_adds_nothing(lake: Lake):
    fill(lake, [flow("anna", start, 300, start + timedelta(hours=3)) for start in WEEKS])
    assert issue(lake, ISSUED) == 2
    before = select(lake, "select * from gold.forecast order by target")
    assert [row[1] for row in before] == ["consumption", "production"]
    snapshot = lake.snapshot_id()
    assert issue(lake, ISSUED.astimezone(timezone(timedelta(hours=2)))) == 0
    assert lake.snapshot_id() == snapshot
    poison = [flow("bert", start, 9999, ISSUED + timedelta(seconds=1)) for start in WEEKS]
    fill(lake, [*poison, flow("anna", ISSUED, 9999, ISSUED - timedelta(days=1))])
    lake.write(lambda connection: connection.execute("delete from gold.forecast"))
    assert issue(lake, ISSUED) == 2
    assert select(lake, "select * from gold.forecast order by target") == before
    assert issue(lake, ISSUED + timedelta(hours=1)) > 2, "an hour later bert is known"


def test_a_forecast_is_stored_whole(folder_lake: Lake):
    fill(folder_lake, [flow("anna", start, 300, start) for start in WEEKS if start.weekday() == ISSUED.weekday()])
    issue(folder_lake, ISSUED)
    issued, start = ISSUED.replace(tzinfo=None), stored(2013, 6, 12, 3)
    rest = (issued, start, 60, 3.0, "seasonal_mean", "1")
    assert select(folder_lake, "from gold.forecast order by target") == [
        ("anna", "consumption", *rest, 300, 300, 300, 4, "estimated"),
        ("anna", "production", *rest, 150, 150, 150, 1, "simulated"),
    ]
    assert select(
        folder_lake, "select user_id, expected_kwh::varchar from warehouse.fact_forecast order by target"
    ) == [
        ("anna", "0.300"),
        ("anna", "0.150"),
    ]


def test_a_forecast_is_issued_at_the_full_hour_or_where_old_readings_end(folder_lake: Lake):
    now = NOW + timedelta(minutes=17)
    assert time_of_issue(folder_lake, now) == NOW
    fill(folder_lake, [flow("anna", NOW - timedelta(days=2), 1, NOW)])
    assert time_of_issue(folder_lake, now) == NOW
    folder_lake.write(lambda connection: connection.execute("delete from gold.energy_flow"))
    fill(folder_lake, [flow("anna", NOW - timedelta(days=90), 1, NOW)])
    assert time_of_issue(folder_lake, now) == NOW - timedelta(days=90) + timedelta(hours=1)
    assert hashes(folder_lake, "gold")["gold.forecast"] == "0:0"
