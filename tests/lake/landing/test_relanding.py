"""The archive alone makes the lake again: same landings, same rows, whatever became of the catalog."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from harness.lake_community import land_everything
from harness.lake_steps import (
    LAYOUTS,
    METER_HEADER,
    NOW,
    build_all,
    day_of_readings,
    hashes,
    land,
    origin,
    read_rows,
    select,
    stored,
    written,
)
from tests.support.full import on_opposite_kinds
from wattlake.lake.addresses import Address
from wattlake.lake.landing import archive_register
from wattlake.lake.landing.files import land_files
from wattlake.lake.landing.payloads import land_payload
from wattlake.lake.landing.relanding import OtherLandingsError, Relanded, reland, unregistered
from wattlake.lake.settings import PROJECT, Settings
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake
from wattlake.tasks.landing.relanding import reland_all
from wattlake.tasks.sources import Place, Scope, open_meteo

GIVEN = "select source, landing_id, name, archive_path, sha256, fetched_at_utc, bytes, rows, licence, run_id, mapping "
LANDINGS = f"{GIVEN} from ops.landing order by source, landing_id"


def relanded(lake: Lake, archive: Storage, *sources: str) -> list[Relanded]:
    names = sources or sorted({name.split("/")[1] for name in archive.names("landing")})
    return [step for name in names for step in reland(lake, archive, name, LAYOUTS.get(name, ()), read_rows)]


@on_opposite_kinds(pytest.mark.long)
def test_an_archive_alone_makes_the_same_lake(
    lake: Lake, new_calendar_lake: Callable[[], Lake], tmp_path: Path, undisturbed: dict[str, str]
):
    land_everything(lake, tmp_path / "files")
    archive, again = Storage(lake.settings), new_calendar_lake()
    steps = relanded(again, archive)
    assert [fault for step in steps for fault in step.faults] == []
    assert select(again, LANDINGS) == select(lake, LANDINGS)
    assert hashes(again, "bronze") == hashes(lake, "bronze")
    build_all(again)
    assert hashes(again) == undisturbed
    payloads = [name for name in archive.names("landing") if "/register/" not in name]
    own = Storage(again.settings)
    assert [name for name in own.names("landing") if "/register/" not in name] == payloads
    assert unregistered(own) == unregistered(archive) == []
    assert relanded(again, archive) == relanded(again, own) == [], "nothing is landed twice"


def test_lines_are_published_once_and_those_of_transactions_that_failed_are_dropped(lake: Lake, tmp_path: Path):
    files = [written(tmp_path / f"M{n}.csv", METER_HEADER, day_of_readings(f"M{n}", NOW.date())) for n in range(3)]
    storage, names = Storage(lake.settings), archive_register.folder("smart_meters")
    land(lake, "smart_meters", files[0])

    def fails(connection: object) -> None:
        archive_register.note(storage, connection, "smart_meters", "ops.landing")
        raise KeyError

    with pytest.raises(KeyError):
        lake.write(fails, lock="smart_meters")
    assert len(storage.names(f"{names}/noted")) == 2
    noted = archive_register.registered(storage, "smart_meters")
    assert archive_register.publish(lake, "smart_meters") == 1
    assert archive_register.publish(lake, "smart_meters") == 0
    assert archive_register.registered(storage, "smart_meters") == noted
    assert [line["name"] for line in noted] == ["M0.csv"]
    land(lake, "smart_meters", *files)
    assert [line["name"] for line in archive_register.registered(storage, "smart_meters")] == [
        "M0.csv",
        "M1.csv",
        "M2.csv",
    ]
    assert archive_register.publish(lake, "smart_meters") == 2
    assert storage.names(names) == [
        f"{names}/00000001-00000001.ndjson.zst",
        f"{names}/00000002-00000003.ndjson.zst",
    ]


def test_a_note_whose_number_another_landing_took_comes_behind_the_others(folder_lake: Lake, tmp_path: Path):
    """With PostgreSQL an attempt may lose its number to another's, and its process may die before the next attempt."""
    first, second = (written(tmp_path / f"{n}.csv", METER_HEADER, day_of_readings(n, NOW.date())) for n in "ab")
    land(folder_lake, "smart_meters", first)
    archive_register.publish(folder_lake, "smart_meters")
    land(folder_lake, "smart_meters", second)
    storage = Storage(folder_lake.settings)
    (noted,) = storage.names("landing/smart_meters/register/noted")
    archive_register.publish(folder_lake, "smart_meters")
    (line,) = [line for line in archive_register.registered(storage, "smart_meters") if line["name"] == "b.csv"]
    for stray in (line | {"landing_id": 2}, line | {"landing_id": 2, "name": "c.csv"}):
        archive_register.write_lines(storage, noted.replace("noted/", f"noted/{stray['name']}"), [stray])
    numbered = {line["name"]: line["landing_id"] for line in archive_register.registered(storage, "smart_meters")}
    assert numbered == {"a.csv": 1, "b.csv": 2, "c.csv": 3}


def test_a_lake_older_than_the_register_gets_it_with_what_was_asked(folder_lake: Lake, tmp_path: Path):
    body = (PROJECT / "tests/tasks/sources/answers/open_meteo.json").read_bytes()
    zones = ("north", "south")
    places = tuple(Place(zone, 51.5 + n, -0.1) for n, zone in enumerate(zones))
    day, urls = NOW.date() - timedelta(days=40), {name: Address(url) for name, url in open_meteo.SOURCE.urls.items()}
    scope = Scope(day, day, NOW, places, urls=urls)
    request = open_meteo.requests(scope)[0]
    rows = open_meteo.read(request, body)
    assert sorted(rows["zone"].unique()) == list(zones)
    address = f"{request.url}?latitude=51.5,52.5"
    land_payload(folder_lake, origin("open_meteo"), address, body, "json", rows, asked=None)
    shutil.rmtree(Path(folder_lake.settings.data) / archive_register.folder("open_meteo"))
    storage = Storage(folder_lake.settings)
    assert unregistered(storage) == [path for (path,) in select(folder_lake, "select archive_path from ops.landing")]
    archive_register.publish(folder_lake, "open_meteo")
    again = Lake(Settings(data=str(tmp_path / "again")))
    again.create()
    faults = [fault for _, step in reland_all(again, storage) for fault in step.faults]
    assert faults == []
    assert hashes(again, "bronze") == hashes(folder_lake, "bronze")
    again.close()


MAPPING = """
name = "plain"
[columns]
meter = "meter"
datetime = "time"
value = "kwh"
[time]
format = "%Y-%m-%d %H:%M"
zone = "UTC"
label = "start"
period_minutes = 60
[energy]
unit = "kWh"
"""


def test_a_mapping_comes_back_as_it_was_and_as_it_is(
    calendar_lake: Lake, new_calendar_lake: Callable[[], Lake], tmp_path: Path
):
    mapping, inbox = tmp_path / "mapping.toml", tmp_path / "inbox"
    for day, content in enumerate((MAPPING.replace("[columns]", "[file]\ndelimiter = ';'\n[columns]"), MAPPING)):
        mapping.write_text(content)
        delimiter = ";,"[day]
        lines = [f"M{delimiter}2013-01-0{day + 1} {hour:02}:00{delimiter}0.5" for hour in range(24)]
        file = written(inbox / f"{day}.csv", delimiter.join(("meter", "time", "kwh")), lines)
        steps = land_files(calendar_lake, origin("smart_meters", NOW + timedelta(day)), [file], (), {file: mapping})
        assert [rows for _, rows in steps] == [24]
    mapping.write_text("# only a remark\n" + MAPPING)
    list(land_files(calendar_lake, origin("smart_meters", NOW + timedelta(2)), [file], (), {file: mapping}))
    again = new_calendar_lake()
    assert [step.faults for step in relanded(again, Storage(calendar_lake.settings))] == [(), ()]
    stored_mappings = "select * from ops.mapping"
    assert select(again, stored_mappings) == [("plain", "# only a remark\n" + MAPPING, stored(2013, 3, 3, 12))]
    assert select(again, LANDINGS) == select(calendar_lake, LANDINGS)
    for lake in (calendar_lake, again):
        build_all(lake, only="silver.meter_reading")
    assert hashes(again, "bronze", "silver") == hashes(calendar_lake, "bronze", "silver")
    assert select(again, "select count(*) from silver.meter_reading") == [(48,)]


def test_damaged_and_missing_payloads_are_named_and_the_others_come_back(folder_lake: Lake, tmp_path: Path):
    files = [written(tmp_path / f"M{n}.csv", METER_HEADER, day_of_readings(f"M{n}", NOW.date())) for n in range(5)]
    land(folder_lake, "smart_meters", *files)
    paths = [path for (path,) in select(folder_lake, "select archive_path from ops.landing order by landing_id")]
    data = Path(folder_lake.settings.data)
    (data / paths[0]).unlink()
    (data / paths[1]).write_bytes((data / paths[1]).read_bytes()[:-9])
    shutil.copy(data / paths[3], data / paths[2])
    again = Lake(Settings(data=str(tmp_path / "again")))
    again.create()
    (step,) = relanded(again, Storage(folder_lake.settings))
    assert step.rows == 2 * 48
    assert [fault.partition(" (")[0] for fault in step.faults] == paths[:3]
    assert "was left out: its bytes are not those that were landed" in step.faults[2]
    assert select(again, "select landing_id, name, rows from ops.landing") == [(4, "M3.csv", 48), (5, "M4.csv", 48)]
    again.close()


def test_a_lake_with_other_landings_is_not_mixed_with_the_archive(folder_lake: Lake, tmp_path: Path):
    here, there = (written(tmp_path / f"{n}.csv", METER_HEADER, day_of_readings(n, NOW.date())) for n in "ab")
    land(folder_lake, "smart_meters", here)
    other = Lake(Settings(data=str(tmp_path / "other")))
    other.create()
    land(other, "smart_meters", there)
    with pytest.raises(OtherLandingsError, match="holds landing 1 of smart_meters, which the archive does not have"):
        relanded(other, Storage(folder_lake.settings), "smart_meters")
    assert select(other, "select name from ops.landing") == [("b.csv",)]
    other.close()
