"""Meter files with a mapping beside them: landed, built, corrected, refused; the shipped examples do what they say."""

import gzip
import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from harness.lake_steps import LAYOUTS, METER_HEADER, build_all, origin, reading_line, select, stored
from harness.services import PROJECT
from wattlake.lake.errors import UnreadableFileError
from wattlake.lake.landing.files import land_files
from wattlake.lake.store.lake import Lake
from wattlake.tasks.sources import smart_meters

READING = "silver.meter_reading"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
SILVER = "select meter_id, period_start_utc, period_minutes, energy_kwh * 1000 from silver.meter_reading order by all"
COUNTS = (
    "select sum(landed)::int, sum(superseded)::int, sum(repeated)::int, sum(quarantined)::int, sum(rows_read)::int "
    "from ops.reconciliation where table_name = 'silver.meter_reading'"
)
ASIDE = "select quarantine_reason, original from quarantine.meter_reading order by all"

PLAIN = """
name = "plain"
[columns]
meter = "meter"
datetime = "time"
value = "kwh"
[time]
format = "%Y-%m-%d %H:%M"
zone = "Europe/Berlin"
label = "start"
period_minutes = 30
[energy]
unit = "kWh"
"""


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    (tmp_path / "inbox").mkdir()
    return tmp_path / "inbox"


def put(folder: Path, name: str, *lines: str, mapping: str | None = None, encoding: str = "utf-8") -> Path:
    """A file of the inbox, and the mapping of its folder where one is given."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(("\n".join(lines) + "\n").encode(encoding))
    if mapping is not None:
        (folder / "mapping.toml").write_text(mapping, encoding="utf-8")
    return folder / name


def ingest(lake: Lake, inbox: Path, now: datetime = NOW) -> int:
    """Land an inbox as the source does; gives the rows landed."""
    paths = smart_meters.SOURCE.files(inbox)
    mapping_files = smart_meters.SOURCE.mapping_files(inbox, paths)
    return sum(
        rows for _, rows in land_files(lake, origin("smart_meters", now), paths, LAYOUTS["smart_meters"], mapping_files)
    )


def build(lake: Lake) -> list[tuple]:
    """Build silver; gives its readings."""
    build_all(lake, only=READING)
    return select(lake, SILVER)


def reasons(lake: Lake) -> list[tuple[str, int]]:
    """Why readings were set aside, with the line of each."""
    return sorted((reason, json.loads(original)["line"]) for reason, original in select(lake, ASIDE))


def german(folder: Path) -> None:
    lines = ["Lastgang", "Kunde;Müller", "", "Zählpunkt;Zeitstempel bis;Leistung [kW]"]
    labels = ["27.10.2024 02:00", "27.10.2024 02:15", "27.10.2024 02:00", "27.10.2024 02:15", "27.10.2024 24:00"]
    lines += [f"DE01;{label};{number},125" for number, label in enumerate(labels, 1)]
    put(folder, "lastgang.csv", *lines, "Summe;;15,625", encoding="cp1252")


def day_per_row(folder: Path) -> None:
    header = "MPAN,Settlement Date," + ",".join(f"hh_{number}" for number in range(48))
    spring = [*(["0.001"] * 45), "0.5", "", ""]
    put(folder, "days.csv", header, "A,31/03/2024," + ",".join(spring), "A,27/10/2024," + ",".join(["1"] * 48))


def running_total(folder: Path) -> None:
    rows = [
        "00:00:00Z;100;7",
        "00:15:00Z;150.4;7",
        "00:30:00Z;150.6;9",
        "01:00:00Z;200;9",
        "01:15:00Z;3;9",
        "01:30:00Z;5;9",
    ]
    put(folder, "export_4711.csv", "timestamp;1.8.0 [Wh];2.8.0 [Wh]", *(f"2024-07-01T{row}" for row in rows))


def us_net(folder: Path) -> None:
    rows = ["12:00 AM,-0.25", "12:15 AM,0.5", "12:30 PM,0"]
    put(folder, "net.csv", "Meter Number,Reading Date,Start Time,Net kWh", *(f"77,07/01/2024,{row}" for row in rows))


def green_button(folder: Path) -> None:
    about = ["Name,JANE DOE", 'Address,"1 MAIN ST, OAKLAND"', "Account Number,1", "Service,Service 1", ""]
    header = "TYPE,DATE,START TIME,END TIME,USAGE,UNITS,COST,NOTES"
    rows = ["2024-03-10,01:00,01:59,0.44", "2024-03-10,03:00,03:59,0.0005"]
    put(folder, "download.csv", *about, header, *(f"Electric usage,{row},kWh,$0.05," for row in rows))


def home_assistant(folder: Path) -> None:
    states = ["100.000,00:00:00", "100.200,00:15:00", "unavailable,00:20:00", "100.500,00:30:00", "101.000,01:00:00"]
    rows = [f"{state},".partition(",")[::2] for state in states]
    lines = [f"sensor.grid_import_total,{state},2024-10-27T{at.rstrip(',')}.000Z" for state, at in rows]
    put(folder, "history.csv", "entity_id,state,last_changed", *lines, "sensor.heat,20,2024-10-27T00:00:00.000Z")


def london(folder: Path) -> None:
    put(
        folder,
        "MAC1.csv",
        METER_HEADER,
        "MAC1,2013-07-01 00:30:00.0000000, 0.219 ",
        "MAC1,2013-07-01 01:00:00.0000000,Null",
    )


EXAMPLES: dict[str, tuple[Callable[[Path], None], list[tuple], list[tuple[str, int]]]] = {
    "london": (london, [("MAC1", stored(2013, 7, 1, 0, 30), 30, 219)], [("unreadable energy", 3)]),
    "german-load-profile": (
        german,
        [
            ("DE01", stored(2024, 10, 26, 23, 45), 15, Decimal("281.25")),
            ("DE01", stored(2024, 10, 27, 0, 0), 15, Decimal("531.25")),
            ("DE01", stored(2024, 10, 27, 0, 45), 15, Decimal("781.25")),
            ("DE01", stored(2024, 10, 27, 1, 0), 15, Decimal("1031.25")),
            ("DE01", stored(2024, 10, 27, 22, 45), 15, Decimal("1281.25")),
        ],
        [],
    ),
    "day-per-row": (
        day_per_row,
        [("A", stored(2024, 3, 31) + timedelta(minutes=30 * n), 30, 500 if n == 45 else 1) for n in range(46)],
        [("the day has 50 intervals, its row 48", 3)] * 48,
    ),
    "running-total": (
        running_total,
        [
            ("4711", stored(2024, 7, 1, 0, 0), 15, Decimal("50.4")),
            ("4711", stored(2024, 7, 1, 0, 15), 15, Decimal("0.2")),
            ("4711", stored(2024, 7, 1, 0, 30), 15, Decimal("24.7")),
            ("4711", stored(2024, 7, 1, 0, 45), 15, Decimal("24.7")),
            ("4711", stored(2024, 7, 1, 1, 15), 15, 2),
            ("4711-production", stored(2024, 7, 1, 0, 0), 15, 0),
            ("4711-production", stored(2024, 7, 1, 0, 15), 15, 2),
            ("4711-production", stored(2024, 7, 1, 0, 30), 15, 0),
            ("4711-production", stored(2024, 7, 1, 0, 45), 15, 0),
            ("4711-production", stored(2024, 7, 1, 1, 0), 15, 0),
            ("4711-production", stored(2024, 7, 1, 1, 15), 15, 0),
        ],
        [("no total before it", 2)] * 2 + [("the total went back", 6)],
    ),
    "us-net-meter": (
        us_net,
        [
            ("77", stored(2024, 7, 1, 7, 0), 15, 0),
            ("77", stored(2024, 7, 1, 7, 15), 15, 500),
            ("77", stored(2024, 7, 1, 19, 30), 15, 0),
            ("77-production", stored(2024, 7, 1, 7, 0), 15, 250),
            ("77-production", stored(2024, 7, 1, 7, 15), 15, 0),
            ("77-production", stored(2024, 7, 1, 19, 30), 15, 0),
        ],
        [],
    ),
    "home-assistant-history": (
        home_assistant,
        [
            ("sensor.grid_import_total", stored(2024, 10, 27, 0, minute), 15, wh)
            for minute, wh in ((0, 200), (15, 300), (30, 250), (45, 250))
        ],
        [("no total before it", 2), ("no value", 4)],
    ),
    "green-button": (
        green_button,
        [("home-1", stored(2024, 3, 10, 9, 0), 60, 440), ("home-1", stored(2024, 3, 10, 10, 0), 60, Decimal("0.5"))],
        [],
    ),
}


def test_every_shipped_example_is_tested():
    assert {path.stem for path in (PROJECT / "wattlake" / "mappings").glob("*.toml")} == EXAMPLES.keys()


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_shipped_example_reads_its_layout(folder_lake: Lake, inbox: Path, name: str):
    put_file, expected, aside = EXAMPLES[name]
    put_file(inbox)
    shutil.copy(PROJECT / "wattlake" / "mappings" / f"{name}.toml", inbox / "mapping.toml")
    rows = ingest(folder_lake, inbox)
    assert build(folder_lake) == expected
    assert reasons(folder_lake) == aside
    ((landed, superseded, repeated, quarantined, rows_read),) = select(folder_lake, COUNTS)
    assert (superseded, repeated, quarantined, rows_read) == (0, 0, len(aside), rows)
    assert landed == len(expected) + len(aside)
    assert select(folder_lake, "select distinct mapping from ops.landing") == [(name,)]


def test_mapped_and_london_files_land_side_by_side_on_every_kind_of_lake(lake: Lake, inbox: Path):
    put(inbox, "london.csv", METER_HEADER, reading_line("MAC1", datetime(2024, 1, 1, tzinfo=UTC), "0.1"))
    put(inbox / "b", "one.txt", "meter,time,kwh", "M,2024-07-01 01:00,0.2", "M,x", mapping=PLAIN)
    (inbox / "b" / "below").mkdir()
    (inbox / "b" / "below" / "two.csv.gz").write_bytes(gzip.compress(b"meter,time,kwh\nM,2024-07-01 01:30,0.3\n"))
    put(inbox / "c", "three.csv", METER_HEADER, reading_line("MAC1", datetime(2024, 1, 1, 1, tzinfo=UTC), "0.4"))
    (inbox / "readme.txt").write_text("not a meter file")
    assert ingest(lake, inbox) == 5
    assert build(lake) == [
        ("M", stored(2024, 6, 30, 23, 0), 30, 200),
        ("M", stored(2024, 6, 30, 23, 30), 30, 300),
        ("MAC1", stored(2024, 1, 1), 30, 100),
        ("MAC1", stored(2024, 1, 1, 1), 30, 400),
    ]
    assert reasons(lake) == [("unreadable time", 3)]
    assert select(lake, "select name, mapping, rows, licence from ops.landing order by name") == [
        ("london.csv", None, 1, "The terms of smart_meters"),
        ("one.txt", "plain", 2, "The community's own"),
        ("three.csv", None, 1, "The terms of smart_meters"),
        ("two.csv.gz", "plain", 1, "The community's own"),
    ]
    assert select(lake, "select * from ops.mapping") == [("plain", PLAIN, NOW.replace(tzinfo=None))]
    assert select(lake, "select line, cells from bronze.smart_meters where cells is not null order by all") == [
        (2, '{"meter":"M","time":"2024-07-01 01:00","kwh":"0.2"}'),
        (2, '{"meter":"M","time":"2024-07-01 01:30","kwh":"0.3"}'),
        (3, '{"meter":"M","time":"x"}'),
    ]
    snapshot = lake.snapshot_id()
    assert ingest(lake, inbox, NOW + timedelta(days=1)) == 0
    assert build_all(lake, only=READING) == []
    assert lake.snapshot_id() == snapshot


def test_a_mapping_that_changed_makes_readings_anew_from_bronze_and_a_new_one_does_not(folder_lake: Lake, inbox: Path):
    put(inbox / "a", "a.csv", "meter,time,kwh", "M,2024-07-01 01:00,0.2", mapping=PLAIN)
    ingest(folder_lake, inbox)
    assert build(folder_lake) == [("M", stored(2024, 6, 30, 23, 0), 30, 200)]
    put(inbox / "b", "b.csv", "meter,time,kwh", "N,2024-07-01 01:00,7", mapping=PLAIN.replace("plain", "other"))
    ingest(folder_lake, inbox)
    assert [step.rows[READING] for step in build_all(folder_lake, only=READING)] == [1]
    (inbox / "a" / "mapping.toml").write_text("# a remark changes nothing" + PLAIN)
    assert ingest(folder_lake, inbox) == 0
    assert build_all(folder_lake, only=READING) == []
    (inbox / "a" / "mapping.toml").write_text(PLAIN.replace("Europe/Berlin", "UTC").replace('"kWh"', '"Wh"'))
    assert ingest(folder_lake, inbox) == 0
    assert build(folder_lake) == [
        ("M", stored(2024, 7, 1, 1, 0), 30, Decimal("0.2")),
        ("N", stored(2024, 6, 30, 23, 0), 30, 7000),
    ]
    assert select(folder_lake, COUNTS) == [(2, 0, 0, 0, 2)]


def test_a_mapping_that_no_longer_fits_what_was_landed_with_it_is_refused(folder_lake: Lake, inbox: Path):
    put(inbox, "a.csv", "meter,time,kwh", "M,2024-07-01 01:00,0.2", mapping=PLAIN)
    ingest(folder_lake, inbox)
    put(inbox, "b.csv", "meter,time,use", "M,2024-07-02 01:00,0.3", mapping=PLAIN.replace('"kwh"', '"use"'))
    with pytest.raises(UnreadableFileError, match=r"toml now names the column `use`, which a\.csv, landed with"):
        ingest(folder_lake, inbox)
    assert select(folder_lake, "select content from ops.mapping") == [(PLAIN,)]
    assert select(folder_lake, "select name from ops.landing") == [("a.csv",)]


def test_two_mappings_of_one_name_are_told_apart_or_refused(folder_lake: Lake, inbox: Path):
    put(inbox / "a", "a.csv", "meter,time,kwh", "M,2024-07-01 01:00,0.2", mapping=PLAIN)
    put(inbox / "b", "b.csv", "meter,time,kwh", "M,2024-07-01 01:30,0.2", mapping=PLAIN.replace("Berlin", "Paris"))
    with pytest.raises(UnreadableFileError, match=r"b/mapping\.toml has the name `plain`, as has .*a/mapping\.toml"):
        ingest(folder_lake, inbox)
    assert select(folder_lake, "select name from ops.landing") == [("a.csv",)]


GOOD = ("meter,time,kwh", "M,2024-07-01 01:00,0.2")
MISFITS = {
    "a missing column": (
        ("meter,when,kwh", GOOD[1]),
        "line 1 has 3 columns: `meter`, `when`, `kwh`, but the mapping `plain` needs `time`. Change",
    ),
    "another delimiter": (("meter;time;kwh", "M;2024-07-01 01:00;1"), "Is `,` its delimiter (`file.delimiter`)?"),
    "another format of times": (
        (GOOD[0], "", "M,01.07.2024 01:00,0.2"),
        "line 3, column `time`: found `01.07.2024 01:00`, expected `%Y-%m-%d %H:%M` (`time.format`)",
    ),
    "another decimal mark": (
        (GOOD[0], 'M,2024-07-01 01:00,"0,2"'),
        "line 2, column `kwh`: found `0,2`, expected a number with `.` before its decimals (`energy.decimal`)",
    ),
    "decimals that are taken for a column": (
        (GOOD[0], "M,2024-07-01 01:00,0,2"),
        "line 2 has more columns than the header",
    ),
    "a quote that is not closed": ((*GOOD, 'M,"2024-07-01 01:30,0.2'), "line 3"),
    "no line": ((), "has no line"),
}


@pytest.mark.parametrize("fault", MISFITS)
def test_a_file_that_its_mapping_does_not_fit_is_told_with_line_and_column(folder_lake: Lake, inbox: Path, fault: str):
    lines, said = MISFITS[fault]
    put(inbox, "a.csv", *GOOD, mapping=PLAIN)
    put(inbox, "b_wrong.csv", *lines)
    put(inbox, "c.csv", GOOD[0], "M,2024-07-01 02:00,0.3")
    with pytest.raises(UnreadableFileError) as error:
        ingest(folder_lake, inbox)
    assert str(error.value).startswith(str(inbox / "b_wrong.csv"))
    assert said in str(error.value)
    assert "\n" not in str(error.value)
    assert select(folder_lake, "select name, rows from ops.landing order by name") == [("a.csv", 1), ("c.csv", 1)]


def test_bytes_that_are_no_text_of_the_encoding_are_told_with_line_and_column(folder_lake: Lake, inbox: Path):
    put(inbox, "a.csv", *GOOD, "Mü,2024-07-01 01:30,0.2", mapping=PLAIN, encoding="cp1252")
    with pytest.raises(UnreadableFileError, match=r"a\.csv does not fit: line 3, column 1 has 0xfc, which is no utf-8"):
        ingest(folder_lake, inbox)
    (inbox / "mapping.toml").write_text('file = {encoding = "cp1252"}\n' + PLAIN)
    assert ingest(folder_lake, inbox) == 2
    assert [meter for meter, *_ in build(folder_lake)] == ["M", "Mü"]


def test_a_compressed_mapped_file_that_was_cut_off_is_refused(folder_lake: Lake, inbox: Path):
    put(inbox, "x.csv", *GOOD, mapping=PLAIN).unlink()
    whole = gzip.compress("\n".join([GOOD[0], *(f"M,2024-07-{day:02} 01:00,{day}" for day in range(1, 30))]).encode())
    (inbox / "cut.csv.gz").write_bytes(whole[:-12])
    with pytest.raises(UnreadableFileError, match=r"cut\.csv\.gz is not a whole gzip file"):
        ingest(folder_lake, inbox)
    assert select(folder_lake, "select count(*) from bronze.smart_meters") == [(0,)]


def test_a_wrong_mapping_leaves_its_files_out_and_stops_no_others(folder_lake: Lake, inbox: Path):
    put(inbox / "a", "a.csv", *GOOD, mapping=PLAIN.replace("zone", "tz"))
    put(inbox / "b", "b.csv", *GOOD, mapping=PLAIN)
    with pytest.raises(
        UnreadableFileError,
        match=r"^\S+/a/mapping\.toml is not a mapping: `time\.zone` is missing; `time\.tz` is no key",
    ):
        ingest(folder_lake, inbox)
    assert select(folder_lake, "select name from ops.landing") == [("b.csv",)]


def test_a_later_file_with_another_mapping_supersedes_in_the_order_of_landings(folder_lake: Lake, inbox: Path):
    put(inbox / "a", "a.csv", *GOOD, mapping=PLAIN)
    put(
        inbox / "b",
        "b.csv",
        "meter,time,kwh",
        "M,2024-07-01 01:00,900",
        mapping=PLAIN.replace("plain", "in-wh").replace('"kWh"', '"Wh"'),
    )
    put(inbox / "c", "c.csv", *GOOD, "M,2024-07-01 01:30,0.5", mapping=PLAIN)
    ingest(folder_lake, inbox)
    assert build(folder_lake) == [
        ("M", stored(2024, 6, 30, 23, 0), 30, 200),
        ("M", stored(2024, 6, 30, 23, 30), 30, 500),
    ]
    assert select(folder_lake, COUNTS) == [(4, 2, 0, 0, 4)]
    assert select(folder_lake, "select first_landing_id from ops.reconciliation order by all") == [(1,), (2,), (3,)]
