"""Landing: the archive holds what came, bronze its rows, each exactly once, or nothing at all."""

import gzip
import hashlib
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import polars as pl
import pytest
import zstandard

from harness.lake_steps import LAYOUTS, METER_HEADER, NOW, land, land_rows, origin, select, stored, written
from wattlake.lake.landing import files
from wattlake.lake.landing.files import land_files
from wattlake.lake.landing.payloads import is_final, land_payload
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake

QUESTION = "https://api.test/price?bzn=DE-LU&start=2013-01-01"
PRICES = [{"bidding_zone": "DE-LU", "unix_seconds": "1356998400", "price": "41.5", "unit": "EUR/MWh"}]
LONG_HEADER = "LCLid,stdorToU,DateTime,KWH/hh (per half hour) ,Acorn,Acorn_grouped"
BRONZE = 'select "LCLid", tstp, "energy(kWh/hh)" from bronze.smart_meters order by all'


def unpacked(lake: Lake, path: str) -> bytes:
    return zstandard.decompress(Storage(lake.settings).read(path), max_output_size=10**8)


def archived(lake: Lake) -> list[str]:
    return [name for name in Storage(lake.settings).names("landing") if "/register/" not in name]


def test_a_payload_is_archived_unchanged_and_its_landing_is_whole(lake: Lake):
    body = b'{"price": [41.50]}\n'
    fetched = datetime(2013, 1, 2, 0, 30, tzinfo=timezone(timedelta(hours=1)))
    rows = land_payload(lake, origin("energy_charts", fetched), QUESTION, body, "json", pl.DataFrame(PRICES))
    sha256 = hashlib.sha256(body).hexdigest()
    path = f"landing/energy_charts/2013-01-01/{sha256}.json.zst"
    assert rows == 1
    assert select(lake, "from ops.landing") == [
        (
            *("energy_charts", 1, QUESTION, path, sha256),
            *(stored(2013, 1, 1, 23, 30), len(body), 1, "The terms of energy_charts", "run-1", None, None),
        )
    ]
    assert unpacked(lake, path) == body
    assert archived(lake) == [path]
    assert select(lake, "from bronze.energy_charts") == [
        (1, stored(2013, 1, 1, 23, 30), "DE-LU", "1356998400", "41.5", "EUR/MWh", None)
    ]


def test_the_same_answer_to_the_same_question_is_one_landing_whichever_host_gives_it(lake: Lake):
    assert land_rows(lake, "energy_charts", QUESTION, PRICES) == 1
    assert land_rows(lake, "energy_charts", QUESTION, PRICES, now=NOW + timedelta(days=1)) == 0
    assert land_rows(lake, "energy_charts", QUESTION.replace("https://api.test", "http://127.0.0.1:9"), PRICES) == 0
    assert land_rows(lake, "energy_charts", QUESTION.replace("DE-LU", "FR"), PRICES) == 1
    dearer = [PRICES[0] | {"price": "99"}]
    assert land_rows(lake, "energy_charts", QUESTION, dearer) == 1
    assert select(lake, "select landing_id, rows from ops.landing order by all") == [(1, 1), (2, 1), (3, 1)]
    assert select(lake, "select count(*) from bronze.energy_charts") == [(3,)]
    assert len(archived(lake)) == 2


def test_the_same_file_landed_again_or_under_another_name_adds_nothing(lake: Lake, tmp_path: Path):
    first = written(tmp_path / "block_0.csv", METER_HEADER, ["MAC1,2013-01-01 00:00:00, 0.1 "])
    other = written(tmp_path / "block_1.csv", METER_HEADER, ["MAC2,2013-01-01 00:00:00, 0.2 "])
    twin = tmp_path / "copy.csv"
    twin.write_bytes(first.read_bytes())
    assert land(lake, "smart_meters", first, twin, other) == 2
    snapshot = lake.snapshot_id()
    assert land(lake, "smart_meters", first, other, twin, now=NOW + timedelta(days=1)) == 0
    assert lake.snapshot_id() == snapshot
    assert select(lake, BRONZE) == [
        ("MAC1", "2013-01-01 00:00:00", " 0.1 "),
        ("MAC2", "2013-01-01 00:00:00", " 0.2 "),
    ]
    sha256 = hashlib.sha256(other.read_bytes()).hexdigest()
    path = f"landing/smart_meters/2013-03-01/{sha256}.csv.zst"
    assert select(lake, f"select * exclude (landing_id, name) from ops.landing where sha256 = '{sha256}'") == [
        (
            *("smart_meters", path, sha256, NOW.replace(tzinfo=None), other.stat().st_size, 1),
            *("The terms of smart_meters", "run-1", None, None),
        )
    ]
    assert unpacked(lake, path) == other.read_bytes()
    assert len(archived(lake)) == 2


def test_a_file_that_is_as_it_was_before_a_correction_is_told(
    folder_lake: Lake, tmp_path: Path, warnings_logged: pytest.LogCaptureFixture
):
    path = tmp_path / "meter.csv"
    line = "MAC1,2013-01-01 00:00:00,0."
    for energy, rows, warnings in (("1", 1, 0), ("2", 1, 0), ("2", 0, 0), ("1", 0, 1)):
        written(path, METER_HEADER, [line + energy])
        assert land(folder_lake, "smart_meters", path) == rows
        assert len(warnings_logged.records) == warnings
    assert f"{path} is as it was landed once" in warnings_logged.text
    path.write_text(path.read_text() + "\n")
    assert land(folder_lake, "smart_meters", path) == 1, "as the warning says"
    namesake = tmp_path / "another" / "meter.csv"
    written(namesake, METER_HEADER, [line + "2"])
    assert land(folder_lake, "smart_meters", path, namesake) == 0
    assert len(warnings_logged.records) == 1, "two files of one name are no versions of one"


def test_landings_count_up_within_their_source(folder_lake: Lake, tmp_path: Path):
    for number in (1, 2):
        land(folder_lake, "smart_meters", written(tmp_path / f"{number}.csv", METER_HEADER, [f"MAC{number},x,1"]))
        land_rows(folder_lake, "energy_charts", f"{QUESTION}&page={number}", PRICES)
    assert select(folder_lake, "select source, landing_id, rows from ops.landing order by all") == [
        ("energy_charts", 1, 1),
        ("energy_charts", 2, 1),
        ("smart_meters", 1, 1),
        ("smart_meters", 2, 1),
    ]
    assert select(folder_lake, 'select "LCLid", _landing_id from bronze.smart_meters order by all') == [
        ("MAC1", 1),
        ("MAC2", 2),
    ]


GOOD = f"{METER_HEADER}\nMAC1,2013-01-01 00:00:00,0.1\n"
WRONG_FILES = {
    "a column is missing": (b"LCLid,energy(kWh/hh)\nMAC1,0.1\n", "put a mapping beside it"),
    "an empty file": (b"", "needs the columns"),
    "a column named twice": (b"LCLid,tstp,tstp,energy(kWh/hh)\nMAC1,a,b,0.1\n", "names a column twice"),
    "an unclosed quote": (GOOD.encode() + b'MAC1,"2013-01-01 00:30:00,0.1\nMAC1,x,1\n', "the quote in line 3 is never"),
    "text in another encoding": (GOOD.encode("utf-16"), "needs the columns"),
}


@pytest.mark.parametrize("fault", WRONG_FILES)
def test_a_wrong_file_is_refused_in_one_sentence_and_stops_no_other(folder_lake: Lake, tmp_path: Path, fault: str):
    content, said = WRONG_FILES[fault]
    wrong = tmp_path / "b_wrong.csv"
    wrong.write_bytes(content)
    good = [written(tmp_path / f"{name}.csv", METER_HEADER, [f"{name},2013-01-01 00:00:00,0.1"]) for name in ("a", "c")]
    with pytest.raises(ValueError, match=said) as error:
        land(folder_lake, "smart_meters", good[0], wrong, good[1])
    assert "\n" not in str(error.value)
    assert "b_wrong.csv" in str(error.value)
    assert select(folder_lake, 'select "LCLid" from bronze.smart_meters order by all') == [("a",), ("c",)]
    assert select(folder_lake, "select name from ops.landing order by all") == [("a.csv",), ("c.csv",)]


def test_every_wrong_file_of_a_folder_is_told(folder_lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(files, "BATCH_BYTES", 2 * len(GOOD))
    paths = [written(tmp_path / f"{i}.csv", METER_HEADER, [f"MAC{i},2013-01-01 00:00:00,0.1"]) for i in range(5)]
    paths[1].write_text("nothing,of,this\n")
    paths[3].write_text(f'{METER_HEADER}\n"\n')
    steps = land_files(folder_lake, origin("smart_meters"), paths, LAYOUTS["smart_meters"])
    assert [next(steps), next(steps), next(steps)] == [(2, 1), (2, 1), (1, 1)]
    with pytest.raises(ValueError, match=r"1\.csv begins with `nothing,of,this`.*\n.*3\.csv is not readable as CSV"):
        next(steps)
    assert select(folder_lake, "select landing_id, name from ops.landing order by all") == [
        (1, "0.csv"), (2, "2.csv"), (3, "4.csv"),
    ]  # fmt: skip


@pytest.mark.parametrize("files", [1, 5, 20])
def test_an_unclosed_quote_is_found_among_any_number_of_files(folder_lake: Lake, tmp_path: Path, files: int):
    rows = [f"MAC{{}},2013-01-01 {hour:02d}:00:00,0.5" for hour in range(10)]
    paths = [
        written(tmp_path / f"{number:02d}.csv", METER_HEADER, [row.format(number) for row in rows])
        for number in range(files)
    ]
    swallowing = paths[files // 2]
    swallowing.write_text(swallowing.read_text().replace(",2013-01-01 03:00:00", ',"2013-01-01 03:00:00'))
    with pytest.raises(ValueError, match=rf"{swallowing.name} is not .* the quote in line 5 is never closed"):
        land(folder_lake, "smart_meters", *paths)
    assert select(folder_lake, "select count(*), count(distinct _landing_id) from bronze.smart_meters") == [
        (10 * (files - 1), files - 1)
    ]


def test_a_compressed_file_that_was_cut_off_is_refused(folder_lake: Lake, tmp_path: Path):
    cut = tmp_path / "cut.csv.gz"
    lines = "".join(f"MAC1,2013-01-{day:02d} 00:00:00,0.{day}\n" for day in range(1, 29))
    cut.write_bytes(gzip.compress(f"{METER_HEADER}\n{lines}".encode())[:-12])
    with pytest.raises(ValueError, match=r"cut\.csv\.gz is not a whole gzip file"):
        land(folder_lake, "smart_meters", cut)
    assert select(folder_lake, "select count(*) from bronze.smart_meters") == [(0,)]


def test_a_line_that_is_none_is_landed_whole_for_silver_to_set_aside(folder_lake: Lake, tmp_path: Path):
    odd = tmp_path / "odd.csv"
    odd.write_bytes(
        GOOD.encode()
        + b"MAC1,2013-01-01 00:30:00,0.1,9,9\n"
        + b"MAC\xff,2013-01-01 01:00:00,0.1\n"
        + b"MAC1,2013-01-01 01:30:00\n"
        + b"MAC1,2013-01-01 02:00:00,0.2\n"
    )
    assert land(folder_lake, "smart_meters", odd) == 5
    assert select(
        folder_lake, 'select "LCLid", tstp, "energy(kWh/hh)", _landing_id from bronze.smart_meters order by all'
    ) == [
        ("MAC1", "2013-01-01 00:00:00", "0.1", 1),
        ("MAC1", "2013-01-01 01:30:00", None, 1),
        ("MAC1", "2013-01-01 02:00:00", "0.2", 1),
        ("MAC1,2013-01-01 00:30:00,0.1,9,9", None, None, 1),
        ("MAC?,2013-01-01 01:00:00,0.1", None, None, 1),
    ]
    assert select(folder_lake, "select rows from ops.landing") == [(5,)]


def test_both_london_layouts_gzip_bom_and_quoted_headers_are_read_in_one_go(folder_lake: Lake, tmp_path: Path):
    short = tmp_path / "short.csv"
    short.write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
    quoted = tmp_path / "quoted.csv"
    quoted.write_bytes(b'"lclid" ,"TSTP","energy(kWh/hh)"\r\nMAC2,2013-01-01 00:00:00,0.2\r\n')
    packed = tmp_path / "packed.csv.gz"
    packed.write_bytes(gzip.compress(GOOD.replace("MAC1", "MAC3").encode()))
    long = written(tmp_path / "long.csv", LONG_HEADER, ["MAC4,Std,2013-01-01 00:00:00.0000000, 0.4 ,ACORN-A,Affluent"])
    none = written(tmp_path / "none.csv", METER_HEADER, [])
    assert land(folder_lake, "smart_meters", short, quoted, packed, long, none) == 4
    assert select(
        folder_lake,
        'select "LCLid", coalesce(tstp, "DateTime"), coalesce("energy(kWh/hh)", "KWH/hh (per half hour)"), "Acorn" '
        "from bronze.smart_meters order by all",
    ) == [
        ("MAC1", "2013-01-01 00:00:00", "0.1", None),
        ("MAC2", "2013-01-01 00:00:00", "0.2", None),
        ("MAC3", "2013-01-01 00:00:00", "0.1", None),
        ("MAC4", "2013-01-01 00:00:00.0000000", " 0.4 ", "ACORN-A"),
    ]
    assert select(folder_lake, "select name, rows from ops.landing order by name") == [
        ("long.csv", 1),
        ("none.csv", 0),
        ("packed.csv.gz", 1),
        ("quoted.csv", 1),
        ("short.csv", 1),
    ]
    (path,) = [path for path in archived(folder_lake) if path.endswith(".csv.gz.zst")]
    assert unpacked(folder_lake, path) == packed.read_bytes()


def test_columns_nobody_asked_for_stay_in_the_archive(folder_lake: Lake, tmp_path: Path):
    path = written(tmp_path / "more.csv", f"{METER_HEADER},colour", ["MAC1,2013-01-01 00:00:00,0.1,blue"])
    assert land(folder_lake, "smart_meters", path) == 1
    assert "blue" not in repr(select(folder_lake, "from bronze.smart_meters"))
    assert b"blue" in unpacked(folder_lake, archived(folder_lake)[0])


def test_a_question_is_final_once_it_was_asked_late_enough(folder_lake: Lake):
    land_rows(folder_lake, "energy_charts", QUESTION, PRICES, now=NOW)
    elsewhere = QUESTION.replace("https://api.test", "http://127.0.0.1:9")
    assert is_final(folder_lake.reader(), "energy_charts", elsewhere, NOW)
    assert not is_final(folder_lake.reader(), "energy_charts", QUESTION, NOW + timedelta(seconds=1))
    assert not is_final(folder_lake.reader(), "energy_charts", QUESTION + "0", NOW)
    assert not is_final(folder_lake.reader(), "open_meteo", QUESTION, NOW)
    assert not is_final(folder_lake.reader(), "energy_charts", QUESTION, None)
    assert is_final(folder_lake.reader(), "energy_charts", QUESTION, datetime(2013, 3, 1, tzinfo=UTC))


def test_the_same_answer_once_it_is_the_last_word_is_registered_without_rows(folder_lake: Lake):
    rows = pl.DataFrame({"bidding_zone": ["DE-LU"], "unix_seconds": ["1356998400"], "price": ["41.5"]})

    def landed(now: datetime) -> int:
        body, final_at_utc = b"the same", NOW + timedelta(days=1)
        return land_payload(folder_lake, origin("energy_charts", now), QUESTION, body, "json", rows, final_at_utc)

    assert [landed(NOW + timedelta(hours=hours)) for hours in (0, 23, 24, 48)] == [1, 0, 0, 0]
    assert select(folder_lake, "select landing_id, rows from ops.landing order by all") == [(1, 1), (2, 0)]
    assert select(folder_lake, "select count(*) from bronze.energy_charts") == [(1,)]
    ((archived,),) = select(folder_lake, "select archive_path from ops.landing where landing_id = 2")
    assert archived in Storage(folder_lake.settings).names()


def test_signs_in_a_file_name_stand_for_themselves(folder_lake: Lake, tmp_path: Path):
    names = ["a1.csv", "a[1].csv", "b*.csv", "bx.csv", "c?.csv"]
    for number, name in enumerate(names):
        written(tmp_path / name, METER_HEADER, [f"MAC{number},2013-01-01 00:00:00,1"])
    assert land(folder_lake, "smart_meters", *[tmp_path / name for name in names]) == len(names)
    landed = 'select name, "LCLid" from ops.landing join bronze.smart_meters on landing_id = _landing_id order by all'
    assert select(folder_lake, landed) == sorted((name, f"MAC{number}") for number, name in enumerate(names))
