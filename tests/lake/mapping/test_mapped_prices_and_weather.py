"""Files of prices and of weather stations with a mapping: clock changes, units, what replaces what, what is wrong."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from harness.lake_steps import NOW, build_all, land_rows, read_rows, select, stored
from tests.support.packed_files import write_workbook
from wattlake.lake.build.progress import forget_progress
from wattlake.lake.landing.relanding import reland
from wattlake.lake.mapping import MappingError, PriceMapping, StationMapping, read_mapping
from wattlake.lake.reports.status import content_hash
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake
from wattlake.tasks.landing.land import land
from wattlake.tasks.sources import prices, weather

PRICES = """
name = "tariff-sheet"
[file]
delimiter = ";"
[columns]
datetime = "Zeit"
price = "Preis"
[always]
bidding_zone = "AT"
[time]
format = "%d.%m.%Y %H:%M"
zone = "Europe/Vienna"
label = "start"
[price]
unit = "ct/kWh"
decimal = ","
"""
STATION = """
name = "roof"
[columns]
date = "day"
time = "time"
zone = "site"
temperature = "T [F]"
wind = "wind"
irradiance = "GHI"
humidity = "RH"
cloud_cover = "N"
precipitation = "rain"
[time]
format = "%Y-%m-%d %H:%M"
zone = "Europe/Berlin"
label = "end"
period_minutes = 60
[weather]
temperature_unit = "°F"
wind_unit = "km/h"
irradiance_unit = "kW/m²"
humidity_unit = "ratio"
cloud_cover_unit = "oktas"
precipitation_unit = "in"
"""
PRICE = "select period_start_utc, period_minutes, spot_eur_per_mwh from silver.listed_price order by 1"


def ingest(lake: Lake, source: str, folder: Path, now: datetime = NOW) -> int:
    """Land what an inbox holds, and bring its silver tables up to date; gives the rows landed."""
    lake.settings.inbox[source] = str(folder)
    day = date(2013, 1, 1)
    rows = sum(step.rows for step in land(lake, source, day, day, now, "run-1"))
    build_all(lake, only="silver.listed_price" if source == "prices" else "silver.weather_station")
    return rows


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "mapping.toml").write_text(PRICES, encoding="utf-8")
    return folder


def write(path: Path, *lines: str) -> None:
    path.write_text("\n".join(["Zeit;Preis", *lines, ""]), encoding="utf-8")


def test_local_hours_are_read_through_both_clock_changes(folder_lake: Lake, inbox: Path):
    autumn = [f"28.10.2012 {hour:02}:00;{number},5" for number, hour in enumerate((1, 2, 2, 3))]
    spring = [f"25.03.2012 {hour:02}:00;{number}" for number, hour in enumerate((1, 2, 3))]
    write(inbox / "prices.csv", *spring, *autumn)
    assert ingest(folder_lake, "prices", inbox) == 7
    assert select(folder_lake, PRICE) == [
        (stored(2012, 3, 25, 0), 60, Decimal(0)),
        (stored(2012, 3, 25, 1), 60, Decimal(20)),
        (stored(2012, 10, 27, 23), 60, Decimal(5)),
        *((stored(2012, 10, 28, number), 60, Decimal(15 + 10 * number)) for number in range(3)),
    ]
    aside = "select quarantine_reason, original->>'line', original->>'start' from quarantine.listed_price"
    reason = "a time that the clock skipped"
    assert select(folder_lake, aside) == [(reason, "3", f"25.03.2012 02:00 ({reason})")]


def test_quarter_hours_in_excel_follow_hours_and_a_later_file_replaces_what_it_overlaps(folder_lake: Lake, inbox: Path):
    write(inbox / "a.csv", *(f"02.02.2012 {hour:02}:00;{hour}" for hour in range(3)))
    ingest(folder_lake, "prices", inbox)
    quarters = [[f"02.02.2012 01:{minute:02}", f"-{minute},25"] for minute in (0, 15, 30, 45)]
    write_workbook(inbox / "b.xlsx", {"x": [["Zeit", "Preis"], *quarters]})
    assert ingest(folder_lake, "prices", inbox) == 4
    one = stored(2012, 2, 2, 0)
    expected = [
        (stored(2012, 2, 1, 23), 60, Decimal(0)),
        *((one.replace(minute=minute), 15, Decimal(f"-{minute}.25") * 10) for minute in (0, 15, 30, 45)),
        (stored(2012, 2, 2, 1), 60, Decimal(20)),
    ]
    assert select(folder_lake, PRICE) == expected
    write(inbox / "c.csv", *(f"02.02.2012 {hour:02}:00;7" for hour in range(3)))
    ingest(folder_lake, "prices", inbox)
    assert [minutes for _, minutes, _ in select(folder_lake, PRICE)] == [60, 60, 60]
    # Whether built step by step or at once, the same is left.
    before = select(folder_lake, PRICE)
    folder_lake.write(forget_progress)
    build_all(folder_lake, only="silver.listed_price")
    assert select(folder_lake, PRICE) == before
    counts = "select sum(landed), sum(superseded), sum(quarantined) from ops.reconciliation"
    assert select(folder_lake, counts) == [(10, 7, 0)]


def test_a_services_hour_and_its_quarter_hours_do_not_count_both(folder_lake: Lake):
    midnight = int(datetime.fromisoformat("2013-02-01T00:00+00:00").timestamp())

    def answer(seconds: list[int], price: str) -> list[dict[str, str | None]]:
        row = {"bidding_zone": "DE-LU", "unit": "EUR/MWh", "provenance": None, "price": price}
        return [{**row, "unix_seconds": str(midnight + second)} for second in seconds]

    land_rows(folder_lake, "energy_charts", "hours", answer([0, 3600, 7200], "40"))
    land_rows(folder_lake, "energy_charts", "quarters", answer([3600, 4500, 5400, 6300], "50"))
    build_all(folder_lake, only="silver.spot_price")
    kept = "select period_minutes, count(*), sum(spot_eur_per_mwh) from silver.spot_price group by all order by all"
    assert select(folder_lake, kept) == [(15, 4, Decimal(200)), (60, 2, Decimal(80))]


def test_a_stations_units_become_ours(folder_lake: Lake, tmp_path: Path):
    folder = tmp_path / "weather"
    folder.mkdir()
    (folder / "mapping.toml").write_text(STATION, encoding="utf-8")
    lines = ["site,day,time,T [F],wind,GHI,RH,N,rain", "north,2012-06-01,13:00,68,36,0.5125,0.5,4,0.1"]
    lines += ["north,2012-06-01,24:00,-4,,-0.001,,,", "north,2012-06-02,01:00,hot,,,,,", "north,2012-06-02,02:00,,,,,,"]
    (folder / "roof.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert ingest(folder_lake, "weather", folder) == 4
    assert select(folder_lake, "from silver.weather_station order by period_start_utc") == [
        ("north", stored(2012, 6, 1, 10), 60, 20.0, 50.0, 50.0, 2.54, 10.0, 512.5, None, None, "measured",
         stored(2012, 6, 1, 11), 1),
        ("north", stored(2012, 6, 1, 21), 60, -20.0, None, None, None, None, -1.0, None, None, "measured",
         stored(2012, 6, 1, 22), 1),
    ]  # fmt: skip
    aside = "select quarantine_reason, original->>'line' from quarantine.weather_station order by 2"
    assert select(folder_lake, aside) == [("unreadable value", "4"), ("no values", "5")]


@pytest.mark.parametrize(
    ("text", "old", "new", "fault"),
    [
        (PRICES, 'unit = "ct/kWh"\n', "", "`price.unit` is missing"),
        (PRICES, '"ct/kWh"', '"USD/MWh"', "`price.unit`: input should be 'EUR/MWh', 'EUR/kWh' or 'ct/kWh'"),
        (PRICES, 'bidding_zone = "AT"', "", "give one of `columns.bidding_zone` and `always.bidding_zone`"),
        (PRICES, 'bidding_zone = "AT"', 'zone = "AT"', "give one of `columns.bidding_zone` and `always.bidding_zone`"),
        (PRICES, '"start"', '"end"', "`period_minutes` is missing: how many minutes before its `label`"),
        (PRICES, 'price = "Preis"', 'price = "Preis"\nmeter = "m"', "`columns.meter` is no key of a mapping"),
        (PRICES, " %H:%M", "", "lacks the hour"),
        (PRICES, '"start"', '"start"\nday_columns = "clock"', "`time.day_columns` is of meter files"),
        (PRICES, 'datetime = "Zeit"', 'datetime = "Zeit"\ntime = "t"', "`time` is the time of day beside `date`"),
        (STATION, 'label = "end"\nperiod_minutes = 60', "", "`time.period_minutes` is missing"),
        (STATION, '"°F"', '"F"', "`weather.temperature_unit`: input should be '°C', 'K' or '°F'"),
    ],
)
def test_what_is_wrong_with_a_mapping_is_told_by_its_key(text: str, old: str, new: str, fault: str):
    assert isinstance(read_mapping(PRICES, "It"), PriceMapping)
    assert isinstance(read_mapping(STATION, "It"), StationMapping)
    assert old in text
    with pytest.raises(MappingError) as error:
        read_mapping(text.replace(old, new), "It")
    assert fault in str(error.value)


def test_a_file_that_its_mapping_does_not_fit_is_refused(folder_lake: Lake, inbox: Path):
    write(inbox / "a.csv", "02/02/2012 01:00;1", "02/02/2012 02:00;1")
    with pytest.raises(ValueError, match=r"a\.csv does not fit the mapping `tariff-sheet`: line 2 would be "):
        ingest(folder_lake, "prices", inbox)
    write(inbox / "a.csv", "02.02.2012 01:00;1.5", "02.02.2012 02:00;2.5")
    with pytest.raises(ValueError, match=r"`unreadable price`: `1\.5 \?`"):
        ingest(folder_lake, "prices", inbox)


def test_epochs_and_times_with_an_offset_are_read(folder_lake: Lake, inbox: Path):
    mapping = PRICES.replace('"%d.%m.%Y %H:%M"', '"iso"')
    (inbox / "mapping.toml").write_text(mapping, encoding="utf-8")
    write(inbox / "a.csv", "2012-02-02T01:00:00+01:00;1", "2012-02-02 02:00;2")
    (inbox / "epoch").mkdir()
    epoch = PRICES.replace('"%d.%m.%Y %H:%M"', '"epoch s"').replace("Europe/Vienna", "UTC").replace("tariff", "epoch")
    (inbox / "epoch" / "mapping.toml").write_text(epoch, encoding="utf-8")
    write(inbox / "epoch" / "b.csv", "1328151600;3", "1328155200;4")
    ingest(folder_lake, "prices", inbox)
    assert select(folder_lake, PRICE) == [
        *((stored(2012, 2, 2, hour), 60, Decimal(10 + 10 * hour)) for hour in (0, 1)),
        *((stored(2012, 2, 2, hour), 60, Decimal(10 * hour)) for hour in (3, 4)),
    ]


def test_dates_that_may_be_meant_the_other_way_round_are_set_aside(folder_lake: Lake, inbox: Path):
    (inbox / "mapping.toml").write_text(PRICES.replace("%d.%m.%Y", "%d/%m/%Y"), encoding="utf-8")
    write(inbox / "a.csv", "13/02/2012 01:00;1", "13/02/2012 02:00;2", "02/14/2012 01:00;3", "02/14/2012 02:00;4")
    ingest(folder_lake, "prices", inbox)
    assert [price for *_, price in select(folder_lake, PRICE)] == [Decimal(10), Decimal(20)]
    aside = "select distinct quarantine_reason from quarantine.listed_price"
    assert select(folder_lake, aside) == [("day and month the other way round",)]


def test_what_was_landed_by_mappings_is_landed_again_from_the_archive(
    folder_lake: Lake, new_calendar_lake: Callable[[], Lake], inbox: Path, tmp_path: Path
):
    write(inbox / "a.csv", "02.02.2012 01:00;1", "02.02.2012 02:00;x")
    ingest(folder_lake, "prices", inbox)
    station = tmp_path / "weather"
    station.mkdir()
    (station / "own.csv").write_text("zone,start,minutes,temperature_celsius\nnorth,2012-06-01T12:00Z,60,20.5\n")
    ingest(folder_lake, "weather", station)
    again = new_calendar_lake()
    for source, layouts in (("prices", prices.SOURCE.layouts), ("weather", weather.SOURCE.layouts)):
        steps = list(reland(again, Storage(folder_lake.settings), source, layouts, read_rows))
        assert [fault for step in steps for fault in step.faults] == []
        build_all(again, only="silver.listed_price" if source == "prices" else "silver.weather_station")
    tables = ("silver.listed_price", "silver.weather_station", "quarantine.listed_price", "bronze.prices")
    for table in tables:
        assert content_hash(again.reader(), table) == content_hash(folder_lake.reader(), table), table
