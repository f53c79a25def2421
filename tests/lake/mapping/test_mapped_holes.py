"""The minutes that are covered are those that readings of 1, 5 and 10 minutes really cover, where some are missing."""

from datetime import timedelta
from pathlib import Path

from harness.lake_steps import REGISTER_HEADER, build_all, land, origin, select, stored, written
from wattlake.lake.landing.files import land_files
from wattlake.lake.store.lake import Lake

MAPPING = """
name = "of-{minutes}-minutes"
columns = {{meter = "meter", datetime = "time", value = "wh"}}
time = {{format = "iso", zone = "UTC", label = "start", period_minutes = {minutes}}}
energy = {{unit = "Wh"}}
"""
HOLE = 80
"""The minute of three hours at which each file lacks a reading."""


def test_covered_minutes_are_those_of_the_whole_intervals_that_short_readings_make_up(
    calendar_lake: Lake, tmp_path: Path
):
    lengths = (1, 5, 10)
    for minutes in lengths:
        lines = [
            f"M{minutes},{stored(2013, 1, 30) + timedelta(minutes=at):%Y-%m-%d %H:%M},{minutes}"
            for at in range(0, 180, minutes)
            if at != HOLE
        ]
        file = written(tmp_path / f"{minutes}.csv", "meter,time,wh", lines)
        file.with_suffix(".toml").write_text(MAPPING.format(minutes=minutes))
        list(land_files(calendar_lake, origin("smart_meters"), [file], (), {file: file.with_suffix(".toml")}))
    register = [f"of-{n},M{n},,north,51.5,-0.1,,,,consumer,2012-01-01," for n in lengths]
    land(calendar_lake, "members", written(tmp_path / "register.csv", REGISTER_HEADER, register))
    build_all(calendar_lake)

    # Of 15 minutes, or with ten-minute readings of 30, one is missing: all of them are no reading, and are estimated.
    assert select(
        calendar_lake,
        "select member_id, list(consumption_minutes order by period_start_utc), "
        "list((consumption_kwh * 1000)::int order by period_start_utc), "
        "list(consumption_estimated_minutes order by period_start_utc), "
        "sum(consumption_estimated_kwh * 1000)::int from gold.energy_flow group by all order by all",
    ) == [
        ("of-1", [60, 45, 60], [60, 45, 60], [0, 15, 0], 15),
        ("of-10", [60, 30, 60], [60, 30, 60], [0, 30, 0], 30),
        ("of-5", [60, 45, 60], [60, 45, 60], [0, 15, 0], 15),
    ]
    # What is set aside is no part of what is counted: the readings beside the hole.
    assert select(
        calendar_lake,
        "select quarantine_reason, count(*) from quarantine.meter_reading group by all order by all",
    ) == [
        ("not all of its 15-minute interval is there", 14 + 2),
        ("not all of its 30-minute interval is there", 2),
    ]
