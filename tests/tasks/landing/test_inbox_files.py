"""An inbox of files of every format: what is landed, by which mapping or layout, and what is named instead."""

import gzip
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from harness.lake_steps import METER_HEADER, NOW, hashes, read_rows, select
from tests.support.packed_files import write_workbook, write_zip
from tests.support.structured_files import green_button, interval, nem12, nem12_day
from wattlake.lake.landing.relanding import reland
from wattlake.lake.settings import Settings
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake
from wattlake.tasks.landing.failures import PartlyLandedError
from wattlake.tasks.landing.inbox_files import files_of
from wattlake.tasks.landing.inboxes import unread_in_inboxes
from wattlake.tasks.landing.land import land
from wattlake.tasks.sources import smart_meters

MAPPING = """
name = "plain"
[columns]
meter = "m"
datetime = "t"
value = "v"
[time]
format = "%Y-%m-%d %H:%M"
zone = "UTC"
label = "start"
period_minutes = 15
[energy]
unit = "kWh"
"""
CSV = b"m,t,v\nA,2024-01-01 00:00,0.1\n"
JSON = b'[{"m": "A", "t": "2024-01-01 00:15", "v": 0.2}]'
CHANNEL = "200,6100000001,E1B1,E1,E1,,METER1,KWH,30,"


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """Files without a mapping, and a folder of files with one."""
    folder = tmp_path / "inbox"
    mapped = folder / "mapped"
    mapped.mkdir(parents=True)
    (mapped / "mapping.toml").write_text(MAPPING)
    for name, content in (
        ("a.tsv", CSV),
        ("noext", CSV + b"\n"),
        ("README", b"About these files.\n"),
        ("x.json", JSON),
    ):
        (mapped / name).write_bytes(content)
    (mapped / "odd name (1).v 2").write_bytes(CSV + b"\n\n")
    (mapped / "y.json.gz").write_bytes(gzip.compress(JSON))
    write_zip(mapped / "two.zip", {"1.csv": CSV, "2.csv": CSV})
    write_workbook(mapped / "sheet.xlsx", {"x": [["m", "t", "v"], ["A", "2024-01-01 00:30", 0.3]]})
    (mapped / "photo.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    (mapped / "empty").touch()
    (folder / "london.csv").write_text(f"{METER_HEADER}\nMAC1,2013-01-01 00:00:00,0.1\n")
    (folder / "nem12.csv").write_bytes(nem12(CHANNEL, nem12_day("20240501", ["0.1"] * 48)))
    (folder / "download").write_bytes(green_button(interval(1711846800, 100)))
    (folder / "database.csv").write_bytes(b"SQLite format 3\0" + b"\0" * 100)
    (folder / "unknown.xlsx").write_bytes((mapped / "sheet.xlsx").read_bytes())
    (folder / "report.pdf").write_bytes(b"%PDF-1.7\n")
    return folder


def test_files_are_landed_by_what_they_hold_and_the_others_named(
    folder_lake: Lake, new_calendar_lake: Callable[[], Lake], inbox: Path
):
    folder_lake.settings.inbox["smart_meters"] = str(inbox)
    day = date(2024, 1, 1)
    with pytest.raises(PartlyLandedError) as error:
        list(land(folder_lake, "smart_meters", day, day, NOW, "run-1"))
    assert str(error.value).startswith("58 rows were landed, but not all: ")
    assert str(error.value).endswith(
        f"{inbox}/database.csv is an SQLite database, which is not read. Export its table of readings as CSV."
    )
    assert select(folder_lake, "select name, mapping, rows from ops.landing order by name") == [
        ("a.tsv", "plain", 1),
        ("download", "layout-green-button-xml", 1),
        ("london.csv", None, 1),
        ("nem12.csv", "layout-nem12", 48),
        ("noext", "plain", 1),
        ("odd name (1).v 2", "plain", 1),
        ("sheet.xlsx", "plain", 1),
        ("two.zip", "plain", 2),
        ("x.json", "plain", 1),
        ("y.json.gz", "plain", 1),
    ]
    with pytest.raises(ValueError, match="SQLite"):
        list(land(folder_lake, "smart_meters", day, day, NOW, "run-2"))
    assert select(folder_lake, "select count(*) from ops.landing") == [(10,)], "nothing is landed twice"
    again = new_calendar_lake()
    steps = list(reland(again, Storage(folder_lake.settings), "smart_meters", smart_meters.SOURCE.layouts, read_rows))
    assert [fault for step in steps for fault in step.faults] == []
    assert hashes(again, "bronze") == hashes(folder_lake, "bronze")


def test_what_is_not_landed_is_named_with_its_format_and_the_way_out(inbox: Path):
    sentences = unread_in_inboxes(Settings(inbox={"smart_meters": str(inbox), "inverters": "none"}, members="none"))
    assert sentences == [
        f"{inbox}/mapped/README does not fit: line 1 has 1 columns: `About these files.`, but the mapping `plain` "
        "needs `m`, `t`, `v`. Is `,` its delimiter (`file.delimiter`)?",
        f"{inbox}/mapped/empty is empty.",
        f"{inbox}/mapped/photo.png is a picture (PNG), which is not read. Ask for the data as CSV, Excel or JSON.",
        f"{inbox}/report.pdf is a PDF, which is not read. Ask for the data as CSV, Excel or JSON.",
        f"{inbox}/unknown.xlsx is an Excel workbook in no layout that is known: put a mapping.toml beside or above it, "
        "as `wattlake map` proposes one, or take it out of the folder.",
    ]


def test_a_mapping_beside_a_file_goes_before_the_layout_that_is_known(inbox: Path):
    (inbox / "mapping.toml").write_text(MAPPING)
    listed = files_of(smart_meters.SOURCE, inbox)
    assert {listed.mapping_files[path] for path in (inbox / "nem12.csv", inbox / "download")} == {
        inbox / "mapping.toml"
    }


def test_an_inbox_of_other_formats_alone_is_read_and_one_of_none_is_told(tmp_path: Path):
    (tmp_path / "download").write_bytes(green_button(interval(1711846800, 100)))
    assert files_of(smart_meters.SOURCE, tmp_path).paths == [tmp_path / "download"]
    (tmp_path / "download").write_bytes(b"%PDF-1.7")
    with pytest.raises(ValueError, match="the only file is not read: `download` is a PDF, which is not read"):
        files_of(smart_meters.SOURCE, tmp_path)
    (tmp_path / "message.json").write_text('{"to": "you", "text": "hello"}')
    with pytest.raises(ValueError, match="of 2 files none is read: `download` is a PDF"):
        files_of(smart_meters.SOURCE, tmp_path)


def test_an_empty_inbox_is_told_as_one(tmp_path: Path):
    with pytest.raises(ValueError, match=r"^The folder `.*` is empty. Put the files to land there, as they came.$"):
        files_of(smart_meters.SOURCE, tmp_path)
