"""Streams follow the register: what it says otherwise is made again, and nothing that has nothing to do with it."""

import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from harness.lake_steps import REGISTER_HEADER, land, written
from tests.support.full import IS_FULL
from tests.support.streams import NOW, commit, energy, power
from wattlake.lake.build.dry_run import plan_build
from wattlake.lake.build.progress import forget_progress
from wattlake.lake.store.lake import Lake
from wattlake.lake.streaming.batches import SOURCE
from wattlake.lake.streaming.following import follow
from wattlake.lake.streaming.messages import Event
from wattlake.lake.streaming.plan import plan_streams
from wattlake.lake.streaming.remaking import MADE, remake_part
from wattlake.tasks.building import build
from wattlake.tasks.producers import producers

SEEDS = range(20 if IS_FULL else 2)
AT = NOW - timedelta(hours=5)
FIVE = timedelta(minutes=5)
WINDOWS = (
    "select meter_id, strftime(period_start_utc, '%H:%M'), member_id, zone from gold.window_5min "
    "order by period_start_utc, meter_id"
)


def of_member(member: str, number: int, value: str) -> Event:
    return energy("", AT + number * FIVE, value)._replace(meter_id=None, member_id=member)


def register(lake: Lake, folder: Path, *lines: str) -> None:
    """Land a register, which says all that there is."""
    name = f"register-{len(list(folder.glob('register-*')))}.csv"
    entries = [f"{line},51.5,-0.1,,,,consumer,2012-01-01," if line.count(",") < 4 else line for line in lines]
    land(lake, "members", written(folder / name, REGISTER_HEADER, entries), now=NOW)


def everything(lake: Lake) -> list[list[tuple[object, ...]]]:
    return [lake.reader().execute(f"from {name} order by all").fetchall() for name in MADE]


def build_all(lake: Lake, build_id: str) -> None:
    list(build(lake, build_id, NOW))


def planned(lake: Lake) -> dict[str, str]:
    """What a dry run says of the tables of streams."""
    actions = plan_build(lake.reader(), lake.settings, producers())
    return {action.table: action.why for action in plan_streams(lake.reader(), actions)}


def test_events_of_a_member_who_is_added_later_are_no_longer_set_aside(calendar_lake: Lake, tmp_path: Path):
    lake = calendar_lake
    follow(lake)
    known = energy("M2", AT, "7", seconds=900), energy("M2", AT + 9 * FIVE, "7")
    commit(lake, *(of_member("anna", n, "100") for n in range(6)), *known, "no JSON")
    build_all(lake, "first")
    assert lake.reader().execute("select count(*) from quarantine.meter_event").fetchall() == [(7,)]
    assert planned(lake) == {}
    register(lake, tmp_path, "anna,M1,,north", "bert,M2,,south")
    assert set(planned(lake)) == set(MADE)
    assert "gold.member_meter changed" in planned(lake)["gold.window_5min"]
    build_all(lake, "second")
    assert planned(lake) == {}
    assert lake.reader().execute("select quarantine_reason from quarantine.meter_event").fetchall() == [("no JSON",)]
    assert lake.reader().execute(WINDOWS).fetchall()[:3] == [
        ("M1", "05:00", "anna", "north"),
        ("M2", "05:00", "bert", "south"),
        ("M1", "05:05", "anna", "north"),
    ]
    # Its closed quarter-hours are readings, too, though their landing is one whose windows were landed before.
    readings = "select meter_id, energy_kwh::varchar from silver.meter_reading order by all"
    assert lake.reader().execute(readings).fetchall() == [("M1", "0.300000"), ("M1", "0.300000"), ("M2", "0.007000")]


def test_a_meter_that_changes_hands_takes_its_windows_along_from_that_day_on(calendar_lake: Lake, tmp_path: Path):
    lake = calendar_lake
    follow(lake)
    register(lake, tmp_path, "anna,M1,,north", "bert,M2,,south", "cleo,M3,,south")
    build_all(lake, "register")
    commit(lake, *(energy(f"M{n % 3 + 1}", AT + n * FIVE, "5") for n in range(12)), of_member("anna", 3, "9"))
    build_all(lake, "events")
    untouched = lake.reader().execute("from gold.window_5min where meter_id = 'M3' order by all").fetchall()
    moved = f"{AT + 6 * FIVE:%Y-%m-%d %H:%M:%S}"
    register(
        lake, tmp_path, f"anna,M1,,north,51.5,-0.1,,,,consumer,2012-01-01,{moved}", "bert,M2,,south", "cleo,M3,,south",
        f"dora,M1,,west,51.5,-0.1,,,,consumer,{moved},",
    )  # fmt: skip
    rows = follow_after_build(lake)
    assert rows == 5, "of M1 and anna alone"
    owners = (
        "select strftime(period_start_utc, '%H:%M'), member_id, zone from gold.window_5min where meter_id = 'M1' "
        "order by 1"
    )
    assert lake.reader().execute(owners).fetchall() == [
        ("05:00", "anna", "north"),
        ("05:15", "anna", "north"),
        ("05:30", "dora", "west"),
        ("05:45", "dora", "west"),
    ]
    assert lake.reader().execute("from gold.window_5min where meter_id = 'M3' order by all").fetchall() == untouched
    assert follow(lake) == 0


def follow_after_build(lake: Lake) -> int:
    list(build(lake, "register", NOW, only="gold.member_meter"))
    return follow(lake)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_followed_registers_step_by_step_equals_a_full_build(
    new_calendar_lake: Callable[[], Lake], tmp_path: Path, seed: int
):
    rng, lake = random.Random(seed), new_calendar_lake()
    members, meters = ("anna", "bert", "cleo"), ("M1", "M2", "M3", "M4")
    follow(lake)
    for step in range(4):
        chosen = zip(members, rng.sample(meters, len(members)), strict=True)
        lines = [f"{member},{meter},,{rng.choice(['north', 'south'])}" for member, meter in chosen]
        register(lake, tmp_path, *rng.sample(lines, rng.randrange(1, 4)))
        sent: list[Event | str] = ["no JSON", power(rng.choice(meters), AT + rng.randrange(9) * FIVE, "60")]
        for number, value in [(rng.randrange(20), str(rng.randrange(9))) for _ in range(6)]:
            seconds = rng.choice([300, 900, 3600])
            sent += [energy(rng.choice(meters), AT + number * FIVE, value, seconds=seconds)]
            sent += [of_member(rng.choice(members), rng.randrange(20), value)]
        commit(lake, *sent)
        list(build(lake, f"register-{step}", NOW, only="gold.member_meter"))
        follow(lake)
    increments = everything(lake)
    assert all(increments)
    assert lake.write(remake_part, lock=SOURCE) > 0
    assert everything(lake) == increments
    lake.write(forget_progress, lock="build")
    list(build(lake, "full-register", NOW, only="gold.member_meter"))
    assert follow(lake) == lake.reader().execute("select count(*) from bronze.meter_events").fetchall()[0][0]
    assert everything(lake) == increments
