"""The Data quality page warns of what was landed and set aside, in the words of `wattlake status`."""

from pathlib import Path

from harness.lake_steps import METER_HEADER, REGISTER_HEADER, build_all, land, written
from tests.support.dashboard_pages import drawn_page
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake


def test_a_landing_that_was_set_aside_is_on_the_quality_page(use_lake, tmp_path: Path):
    folder = tmp_path / "lake"
    lake = Lake(Settings(data=str(folder)))
    lake.create()
    bad = [f"MAC1,2013-01-01 0{hour}:00:00,nothing" for hour in range(3)]
    land(lake, "smart_meters", written(tmp_path / "**bad**.csv", METER_HEADER, bad))
    good = [f"MAC2,2013-01-01 0{hour}:00:00,0.1" for hour in range(3)]
    register = ["ann,MAC2,,north,51.5,-0.1,,,,consumer,2012-01-01,"]
    land(lake, "smart_meters", written(tmp_path / "good.csv", METER_HEADER, good))
    land(lake, "members", written(tmp_path / "register.csv", REGISTER_HEADER, register))
    build_all(lake)
    lake.close()
    use_lake(folder)
    test = drawn_page("quality", seconds=60)
    (warning,) = (warning.value for warning in test.warning)
    assert "All 3 rows of `**bad**.csv` of smart_meters were set aside" in warning
