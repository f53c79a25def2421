"""Completeness: of the minutes in which a member has a meter, how many are read, estimated or missing."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from harness.lake_steps import (
    METER_HEADER,
    REGISTER_HEADER,
    build_all,
    day_of_readings,
    hashes,
    land,
    plain_tables,
    select,
    stored,
    written,
)
from tests.support.gold_steps import WITHOUT_WEATHER, build_gold, give, give_readings, member, reading
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake

DAY = stored(2013, 2, 4)
NEXT_DAY = DAY + timedelta(days=1)
TABLES = (*WITHOUT_WEATHER, "energy_balance_daily", "completeness_daily")


@pytest.fixture
def tables() -> Iterator[duckdb.DuckDBPyConnection]:
    """The lake's tables, empty, in a plain DuckDB."""
    with duckdb.connect() as connection:
        plain_tables(connection)
        yield connection


def day_read(meter: str, lacking: range = range(0), minutes: int = 30, day: datetime = DAY) -> list[dict[str, Any]]:
    """A meter's readings of a day but some."""
    places = [at for at in range(1440 // minutes) if at not in lacking]
    return [reading(meter, day + timedelta(minutes=minutes * at), 10, minutes) for at in places]


def completeness(tables: duckdb.DuckDBPyConnection, slot_minutes: int = 60) -> list[tuple[Any, ...]]:
    """Member, day, the four kinds of minutes, and the ratio as text."""
    build_gold(tables, *TABLES, settings=Settings(slot_minutes=slot_minutes))
    found = tables.execute("select * from gold.completeness_daily order by all").fetchall()
    return [(name, day, *minutes, str(ratio)) for name, day, *minutes, ratio in found]


@pytest.mark.parametrize("slot_minutes", [15, 30, 60])
@pytest.mark.parametrize("minutes", [15, 30, 60])
def test_minutes_are_read_estimated_or_missing(minutes: int, slot_minutes: int, tables: duckdb.DuckDBPyConnection):
    give(tables, "member_version", [member(name, name[0].upper()) for name in ("anna", "bert", "cleo", "dora")])
    give_readings(tables, day_read("A", minutes=minutes))
    give_readings(tables, day_read("B", range(3, 5), minutes))
    give_readings(tables, day_read("C", range(3, 6), minutes))
    assert completeness(tables, slot_minutes) == [
        ("anna", DAY, 1440, 1440, 0, 0, "1.0000"),
        ("bert", DAY, 1440, 1440 - 2 * minutes, 2 * minutes, 0, f"{1 - 2 * minutes / 1440:.4f}"),
        ("cleo", DAY, 1440, 1440 - 3 * minutes, 0, 3 * minutes, f"{1 - 3 * minutes / 1440:.4f}"),
        ("dora", DAY, 1440, 0, 0, 1440, "0.0000"),
    ]


@pytest.mark.parametrize(
    ("slot_minutes", "joined", "left"), [(60, 11 * 60, 20 * 60), (30, 10.5 * 60, 19.5 * 60), (15, 10.5 * 60, 19.5 * 60)]
)
def test_a_day_of_coming_and_of_leaving_counts_from_slot_to_slot(
    slot_minutes: int, joined: int, left: int, tables: duckdb.DuckDBPyConnection
):
    """Between 10:17 and 19:17 the slots that start are those from the next full slot on."""
    came, went = DAY + timedelta(hours=10, minutes=17), NEXT_DAY + timedelta(hours=19, minutes=17)
    give(tables, "member_version", [member("anna", "A", valid_from_utc=came, valid_to_utc=went)])
    give_readings(tables, day_read("A") + day_read("A", day=NEXT_DAY))
    give_readings(tables, day_read("S", day=NEXT_DAY + timedelta(days=1)))
    assert completeness(tables, slot_minutes) == [
        ("anna", DAY, 1440 - joined, 1440 - joined, 0, 0, "1.0000"),
        ("anna", NEXT_DAY, left, left, 0, 0, "1.0000"),
    ]


def test_entries_that_follow_each_other_make_one_day_and_those_without_a_meter_do_not_count(
    tables: duckdb.DuckDBPyConnection,
):
    noon, evening = DAY + timedelta(hours=12), DAY + timedelta(hours=18)
    entries = [
        member("anna", "A", valid_to_utc=noon),
        member("anna", "B", valid_from_utc=noon, valid_to_utc=evening),
        member("anna", None, valid_from_utc=evening, production_meter_id="P"),
        member("bert", None),
        member("cleo", "C", valid_to_utc=DAY),
        member("dora", "D", valid_from_utc=NEXT_DAY - timedelta(minutes=59)),
    ]
    give(tables, "member_version", entries)
    give_readings(tables, [*day_read("A"), *day_read("P"), *day_read("B", range(28, 48))])
    assert completeness(tables) == [("anna", DAY, 1080, 720 + 120, 0, 240, "0.7778")]


def test_a_day_of_which_only_estimates_are_known_is_a_day(tables: duckdb.DuckDBPyConnection):
    give(tables, "member_version", [member("anna", "A")])
    for days in (-7, -1, 1):
        give_readings(tables, day_read("A", day=DAY + timedelta(days=days)))
    assert [row for row in completeness(tables) if row[1] == DAY] == [("anna", DAY, 1440, 0, 1440, 0, "0.0000")]


def test_days_of_which_nobody_has_anything_are_left_out(tables: duckdb.DuckDBPyConnection):
    give(tables, "member_version", [member("anna", "A"), member("bert", "B")])
    give_readings(tables, day_read("A") + day_read("B", day=DAY + timedelta(days=4)))
    assert [row[:2] for row in completeness(tables)] == [
        (name, DAY + timedelta(days=days)) for name in ("anna", "bert") for days in (0, 4)
    ]


def test_late_readings_and_register_entries_complete_a_day_as_one_full_build(
    new_calendar_lake: Callable[[], Lake], tmp_path: Path
):
    def register(lake: Lake) -> None:
        lines = ["anna,MAC1,,n,51,0,,,,consumer,2013-01-01,", "bert,MAC2,,n,51,0,,,,consumer,2013-01-01,"]
        land(lake, "members", written(tmp_path / "r.csv", REGISTER_HEADER, lines))
        readings = day_of_readings("MAC1", DAY.date())
        land(lake, "smart_meters", written(tmp_path / "m.csv", METER_HEADER, readings[:20] + readings[40:]))

    def late(lake: Lake) -> None:
        readings = day_of_readings("MAC1", DAY.date())
        land(lake, "smart_meters", written(tmp_path / "late.csv", METER_HEADER, readings[20:38]))

    def left(lake: Lake) -> None:
        lines = ["bert,MAC2,,n,51,0,,,,consumer,2013-01-01,2013-02-04 06:00:00"]
        land(lake, "members", written(tmp_path / "left.csv", REGISTER_HEADER, lines))

    seen = []
    step_by_step, at_once = new_calendar_lake(), new_calendar_lake()
    for stage in (register, late, left):
        stage(step_by_step)
        build_all(step_by_step, stage.__name__)
        stage(at_once)
        shown = "select * exclude (period_start_utc) from warehouse.fact_completeness_daily order by all"
        seen.append(select(step_by_step, shown))
    build_all(at_once)
    nothing, all_of_it = Decimal("0.0000"), Decimal("0.9583")
    assert seen == [
        [("anna", 1440, 840, 0, 600, Decimal("0.5833")), ("bert", 1440, 0, 0, 1440, nothing)],
        [("anna", 1440, 1380, 60, 0, all_of_it), ("bert", 1440, 0, 0, 1440, nothing)],
        [("anna", 1440, 1380, 60, 0, all_of_it), ("bert", 360, 0, 0, 360, nothing)],
    ]
    assert hashes(step_by_step) == hashes(at_once)
