"""What a meter's connection cannot carry is set aside by name: by the register, or by the setting."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from harness.lake_steps import (
    METER_HEADER,
    NOW,
    REGISTER_HEADER,
    build_all,
    hashes,
    land,
    origin,
    reading_line,
    select,
    stored,
    written,
)
from tests.support.planned_builds import build_as_planned
from wattlake.lake.build.progress import forget_progress
from wattlake.lake.landing.files import land_files
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake

HEADER = f"{REGISTER_HEADER},connection_kw"
REGISTERED = "more than its connection of {} kW carries (register)"
MAPPING = """
name = "hours"
columns = {meter = "meter", datetime = "time", value = "kwh"}
time = {format = "iso", zone = "UTC", label = "start", period_minutes = 15}
energy = {unit = "kWh"}
"""


def land_readings(lake: Lake, folder: Path, meter: str, *kwh: str) -> None:
    """Land half-hours of a meter, from the start of a day on."""
    lines = [reading_line(meter, stored(2013, 1, 30) + timedelta(minutes=30 * n), each) for n, each in enumerate(kwh)]
    land(lake, "smart_meters", written(folder / f"{meter}-{len(list(folder.glob('*')))}.csv", METER_HEADER, lines))


def land_register(lake: Lake, folder: Path, name: str, **connection_kw: str) -> None:
    """Land a register of members, each with a meter and another of production, and what the connection carries."""
    lines = [
        f"{member},{member}-m,{member}-p,north,51.5,-0.1,4,35,180,prosumer,2012-01-01,,{kw}"
        for member, kw in connection_kw.items()
    ]
    land(lake, "members", written(folder / f"{name}.csv", HEADER, lines))


def aside(lake: Lake) -> list[tuple[str, str]]:
    """The reasons of the readings that were set aside, and what their file said."""
    return select(
        lake,
        "select quarantine_reason, trim(coalesce(original ->> 'energy(kWh/hh)', original ->> 'value_text')) "
        "from quarantine.meter_reading order by all",
    )


def kwh(lake: Lake) -> dict[str, Decimal]:
    return dict(select(lake, "select meter_id, sum(energy_kwh) from silver.meter_reading group by all"))


def test_a_register_bounds_the_readings_of_all_meters_of_an_entry_and_no_others(calendar_lake: Lake, tmp_path: Path):
    land_register(calendar_lake, tmp_path, "register", anna="10", bert="")
    # 10 kW are 5 kWh in half an hour; a tenth more is believed.
    for meter in ("anna-m", "anna-p", "bert-m"):
        land_readings(calendar_lake, tmp_path, meter, "5.5", "5.500001", "813", "1")
    build_as_planned(calendar_lake, "build")
    reason = REGISTERED.format("10.0")
    assert aside(calendar_lake) == [(reason, "5.500001")] * 2 + [(reason, "813")] * 2
    assert kwh(calendar_lake) == {"anna-m": Decimal("6.5"), "anna-p": Decimal("6.5"), "bert-m": Decimal("825.000001")}


@pytest.mark.long
def test_a_register_that_changes_reads_the_readings_anew_as_one_full_build(
    calendar_lake: Lake, new_calendar_lake: Callable[[], Lake], tmp_path: Path
):
    at_once = new_calendar_lake()
    for number, connection_kw in enumerate(({"anna": ""}, {"anna": "10", "bert": "2"}, {"anna": "20"}, {"bert": ""})):
        for lake in (calendar_lake, at_once):
            folder = tmp_path / f"{number}-{lake is at_once}"
            folder.mkdir()
            land_register(lake, folder, "register", **connection_kw)
            for meter in ("anna-m", "bert-m"):
                land_readings(lake, folder, meter, f"{8 + number}", "9", "0.5")
        build_as_planned(calendar_lake, f"build-{number}")
        expected = [set(), {REGISTERED.format("10.0"), REGISTERED.format("2.0")}, {REGISTERED.format("2.0")}, set()]
        assert {reason for reason, _ in aside(calendar_lake)} == expected[number]
        assert build_all(calendar_lake, "nothing new") == []
    build_as_planned(at_once, "at once")
    layers = ("silver", "quarantine", "gold")
    assert hashes(at_once, *layers) == hashes(calendar_lake, *layers)
    calendar_lake.write(forget_progress)
    build_as_planned(calendar_lake, "full")
    assert hashes(at_once, *layers) == hashes(calendar_lake, *layers)


def test_a_setting_bounds_what_no_register_does_and_a_mapped_file_as_well(calendar_lake: Lake, tmp_path: Path):
    settings = calendar_lake.settings.model_dump() | {"connection_kw": Decimal("23.5")}
    lake = Lake(Settings.model_validate(settings))
    land_register(lake, tmp_path, "register", anna="100")
    land_readings(lake, tmp_path, "anna-m", "25")
    (tmp_path / "hours.toml").write_text(MAPPING)
    # Of one instant two contradict each other, and one of them is impossible anyway.
    lines = ["M1,2013-01-30 00:00,6.4", "M1,2013-01-30 00:15,6.5", "M1,2013-01-30 00:30,7", "M1,2013-01-30 00:30,2"]
    file = written(tmp_path / "hours.csv", "meter,time,kwh", lines)
    list(land_files(lake, origin("smart_meters", NOW), [file], (), {file: tmp_path / "hours.toml"}))
    build_as_planned(lake, "build")
    reason = "more than a connection of 23.5 kW carries (WATTLAKE_CONNECTION_KW)"
    assert aside(lake) == [(reason, "6.5"), (reason, "7")]
    assert kwh(lake) == {"anna-m": 25, "M1": Decimal("8.4")}
    lake.close()


@pytest.mark.parametrize("said", ["0", "-3", "ten", "1_0", "100001", "nan"])
def test_a_connection_that_carries_nothing_is_told_of_its_line(calendar_lake: Lake, tmp_path: Path, said: str):
    land_register(calendar_lake, tmp_path, "register", anna=said)
    build_all(calendar_lake)
    (reason,) = select(calendar_lake, "select quarantine_reason from quarantine.member")[0]
    assert reason == ("underscore in a number" if "_" in said else "impossible connection_kw")


def test_a_setting_that_carries_nothing_is_refused():
    with pytest.raises(Exception, match="WATTLAKE_CONNECTION_KW is `0`"):
        Settings(connection_kw=Decimal(0))
