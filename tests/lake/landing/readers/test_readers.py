"""Readers: what each gives of a small file of its format, and what it refuses, by the format's name."""

import gzip
import json
import struct
import zipfile
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from tests.support.packed_files import Cell, write_workbook, write_zip
from wattlake.lake.errors import UnreadableFileError
from wattlake.lake.landing.readers import packed
from wattlake.lake.landing.readers.cells import mapped_frames, mapped_rows
from wattlake.lake.landing.readers.members import left_out
from wattlake.lake.mapping import AnyMapping, read_mapping

TEXT = """
name = "plain"
[file]
{file}
[columns]
meter = "m"
datetime = "t"
value = "v"
[time]
format = "%Y-%m-%d %H:%M:%S"
zone = "Europe/Berlin"
label = "start"
period_minutes = 15
[energy]
unit = "kWh"
"""
CSV = b"m,t,v\nA,2024-01-01 00:00:00,0.1\nB,2024-01-01 00:15:00,0.2\n"
ROWS = [
    (2, {"m": "A", "t": "2024-01-01 00:00:00", "v": "0.1"}),
    (3, {"m": "B", "t": "2024-01-01 00:15:00", "v": "0.2"}),
]
SHEET: list[list[Cell]] = [
    ["m", "t", "v"],
    ["A", datetime(2024, 1, 1), 0.1],  # noqa: DTZ001
    ["B", datetime(2024, 1, 1, 0, 15), 0.2],  # noqa: DTZ001
]


def mapping(file: str = "", text: str = TEXT) -> AnyMapping:
    return read_mapping(text.format(file=file), "x")


def rows(path: Path, file: str = "", text: str = TEXT) -> list[tuple[int, dict[str, str]]]:
    """All rows, blank cells left out; the frames must say the same as the rows one by one."""
    read = [(line, _filled(cells)) for line, cells in mapped_rows(path, mapping(file, text))]
    in_frames = [row for frame in mapped_frames(path, mapping(file, text)) for row in frame.iter_rows()]
    assert [(line, _filled(cells)) for line, cells in in_frames] == read
    return read


def _filled(cells: str) -> dict[str, str]:
    return {name: text for name, text in json.loads(cells).items() if text is not None}


def fault(path: Path, file: str = "") -> str:
    with pytest.raises(UnreadableFileError) as error:
        list(mapped_frames(path, mapping(file)))
    assert str(error.value).startswith(str(path))
    assert "\n" not in str(error.value)
    return str(error.value).removeprefix(f"{path} ")


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a", "a.xlsx", "a.gz"])
def test_a_text_is_read_whatever_its_name(tmp_path: Path, name: str):
    assert rows(written(tmp_path / name, CSV)) == ROWS
    assert rows(written(tmp_path / name, gzip.compress(CSV))) == ROWS


def test_the_members_of_a_zip_file_follow_one_another(tmp_path: Path):
    path = write_zip(tmp_path / "a.zip", {"x/1.csv": CSV, "__MACOSX/._1.csv": b"\0", "2.txt": CSV, ".DS_Store": b"\0"})
    assert rows(path) == ROWS + [(line + 3, cells) for line, cells in ROWS]
    assert fault(write_zip(path, {"2.pdf": b"%PDF-1.7"})).startswith("2.pdf in it is a PDF, which is not")
    assert fault(write_zip(path, {"1.zip": path.read_bytes()})).startswith("1.zip in it is a zip file inside another")
    assert fault(write_zip(path, {})) == "is a zip file that holds no file."


def test_what_holds_no_reading_in_a_zip_file_is_left_out_and_named(tmp_path: Path):
    notes = {"README.txt": b"Hello,\nthese are your data.\n", "licence.pdf": b"%PDF-1.7", "old.csv": b"a;b\n1;2\n"}
    path = write_zip(tmp_path / "a.zip", {"README.txt": notes["README.txt"], "1.csv": CSV, **notes, "2.csv": CSV})
    assert rows(path) == [*ROWS, *((line + 3, cells) for line, cells in ROWS)]
    members = left_out(path, mapping())
    assert [(member.name, member.is_of_readings) for member in members] == [
        ("README.txt", False), ("licence.pdf", False), ("old.csv", True)
    ]  # fmt: skip
    assert str(members[0]).startswith("README.txt, which does not fit: line 1 has 2 columns")
    assert str(members[1]).startswith("licence.pdf, which is a PDF, which is not read.")
    assert "README.txt in it line 1" in fault(write_zip(path, notes))


def test_a_workbook_is_read_from_its_first_sheet_with_rows_or_the_one_named(tmp_path: Path):
    other: list[list[Cell]] = [["m", "t", "v"], ["C", "2024-01-01 01:00:00", "7"]]
    path = write_workbook(tmp_path / "a", {"Blank": [], "Daten": SHEET, "Other": other})
    assert rows(path) == ROWS
    assert rows(path, 'sheet = "Other"') == [(2, {"m": "C", "t": "2024-01-01 01:00:00", "v": "7"})]
    assert fault(path, 'sheet = "Dat"') == "has the sheets `Blank`, `Daten`, `Other`, and not `Dat` (`file.sheet`)."
    assert rows(write_zip(tmp_path / "a.zip", {"a.xlsx": path.read_bytes()})) == ROWS
    assert rows(written(tmp_path / "a.gz", gzip.compress(path.read_bytes()))) == ROWS


def test_a_sheet_may_have_blank_rows_lines_above_units_and_totals(tmp_path: Path):
    sheet: list[list[Cell]] = [
        ["Report"],
        [],
        SHEET[0],
        ["", "", "kWh"],
        SHEET[1],
        [None, " "],
        SHEET[2],
        ["Sum", "", 0.3],
    ]
    path = write_workbook(tmp_path / "a.xlsx", {"x": sheet})
    assert rows(path, "skip_lines = 1\nunits_line = true\nfooter_lines = 1") == [
        (5, ROWS[0][1]),
        (7, ROWS[1][1]),
    ]


def test_days_and_times_of_day_in_cells_of_their_own_are_written_as_such(tmp_path: Path):
    midnight, noon, day = datetime(1899, 12, 30), datetime(1899, 12, 30, 12), datetime(2024, 1, 1)  # noqa: DTZ001
    end = datetime(1899, 12, 31)  # noqa: DTZ001
    sheet: list[list[Cell]] = [["m", "d", "c", "v"], *(["A", day, clock, 1] for clock in (midnight, noon, end))]
    text = TEXT.replace('datetime = "t"', 'date = "d"\ntime = "c"')
    read = rows(write_workbook(tmp_path / "a.xlsx", {"x": sheet}), text=text)
    assert [cells["d"] + " " + cells["c"] for _, cells in read] == [
        "2024-01-01 00:00:00", "2024-01-01 12:00:00", "2024-01-01 24:00:00",
    ]  # fmt: skip


@pytest.mark.parametrize("number", [541448820000000000, 1234567890123456780])
def test_an_id_that_excel_cut_is_refused_and_the_same_as_text_is_not(tmp_path: Path, number: int):
    sheet: list[list[Cell]] = [["m", "t", "v"], [number, "2024-01-01 00:00:00", 1]]
    path = write_workbook(tmp_path / "a.xlsx", {"x": sheet})
    assert "in column `m`: Excel keeps 15 digits of a number" in fault(path)
    sheet[1][0] = "541448820000000000"
    assert rows(write_workbook(path, {"x": sheet}))[0][1]["m"] == "541448820000000000"


def test_a_workbook_that_would_fill_memory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = write_workbook(tmp_path / "a.xlsx", {"x": [*SHEET, [None] * 16_000 + ["far"]]})
    sheet = zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml").replace(b'4"', b'900000"')
    members = {name: zipfile.ZipFile(path).read(name) for name in zipfile.ZipFile(path).namelist()}
    write_zip(path, members | {"xl/worksheets/sheet1.xml": sheet})
    assert fault(path).startswith("has a sheet of 900,000 rows and 16,001 columns. Export a shorter time")
    bomb = write_zip(tmp_path / "b.xlsx", members | {"xl/media.bin": b"\0" * 70 * 1024**2})
    content = bytearray(bomb.read_bytes())
    for at in range(len(content) - 4):  # The directory says that it is small.
        if content[at : at + 4] == struct.pack("<I", 70 * 1024**2):
            content[at : at + 4] = struct.pack("<I", 10)
    assert fault(written(bomb, bytes(content))).startswith("unpacks to more than ")


def test_json_is_read_as_a_list_of_records_a_record_a_line_or_where_the_mapping_says(tmp_path: Path):
    records = [{"m": m, "t": t, "v": Decimal(v)} for m, t, v in (row.values() for _, row in ROWS)]
    texts = [json.dumps(record, default=float) for record in records]
    expected = [(number, cells) for number, (_, cells) in enumerate(ROWS, 1)]
    assert rows(written(tmp_path / "a", f"[{','.join(texts)}]".encode())) == expected
    assert rows(written(tmp_path / "a", "\n".join(texts).encode())) == expected
    assert rows(written(tmp_path / "a", b"\xef\xbb\xbf" + "\n".join(texts).encode())) == expected
    inside = written(tmp_path / "a", f'{{"n": 2, "data": {{"of day": [{",".join(texts)}]}}}}'.encode())
    assert rows(inside, 'records = "data.of day"') == expected
    assert "(`file.records`, such as" in fault(inside)


def test_json_keeps_numbers_as_written_and_names_what_is_inside(tmp_path: Path):
    record = b'[{"m": "A", "t": 1, "v": 0.10, "x": {"y": [1e-7, null, true], "z": {"\xc3\xa9": "<b>"}}}]'
    assert rows(written(tmp_path / "a.json", record)) == [
        (1, {"m": "A", "t": "1", "v": "0.10", "x.y.1": "1E-7", "x.y.2": "", "x.y.3": "true", "x.z.é": "<b>"})
    ]
    lists = written(tmp_path / "a.json", b'[["A", 1, 2]]')
    assert rows(lists, text=TEXT.replace('"m"', '"column 1"').replace('"t"', '"column 2"').replace('"v"', '"column 3"'))
    twice = written(tmp_path / "a.json", b'[{"m": "A", "t": 1, "v": 1, "v": 2}]')
    assert fault(twice) == "is not whole JSON (an object has the name `v` twice). Fetch it again."
    deep = written(tmp_path / "a.json", b'[{"m": "A", "t": 1, "v": ' + b"[" * 50_000 + b"]" * 50_000 + b"}]")
    assert fault(deep).startswith("is not whole JSON (")


def test_parquet_is_read_in_the_order_of_its_rows(tmp_path: Path):
    frame = pl.DataFrame(
        {
            "m": pl.Series(["A", "B"], dtype=pl.Categorical),
            "t": [datetime(2024, 1, 1, 0, 15, tzinfo=UTC), None],
            "v": [0.1, 1e-7],
            "of": [{"x": Decimal("1.50")}, {"x": None}],
            "list": [[1], [2]],
        }
    )
    frame.write_parquet(tmp_path / "a")
    assert rows(tmp_path / "a") == [
        (1, {"m": "A", "t": "2024-01-01 00:15:00Z", "v": "0.1", "of.x": "1.50"}),
        (2, {"m": "B", "v": "1e-7"}),
    ]
    damaged = written(tmp_path / "b", (tmp_path / "a").read_bytes()[:-20])
    assert fault(damaged).startswith("is not a whole Parquet file (")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16"])
def test_utf_16_is_read_with_and_without_a_mark(tmp_path: Path, encoding: str):
    assert rows(written(tmp_path / "a.csv", CSV.decode().encode(encoding)), 'encoding = "utf-16"') == ROWS


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"%PDF-1.7 \xff", "a PDF"),
        (b"SQLite format 3\0", "an SQLite database"),
        (b"\x89HDF\r\n\x1a\n\0", "HDF5"),
        (b"7z\xbc\xaf\x27\x1c\0", "a 7z archive"),
        (b"Rar!\x1a\x07\0", "a RAR archive"),
        (b"\x89PNG\r\n", "a picture (PNG)"),
        (b"UNA:+.? 'UNB+UNOC:3+1+2'UNH+1+MSCONS:D:04B'", "MSCONS (EDIFACT)"),
        (b"UNB+UNOC:3+1+2'UNH+1+UTILMD:D:04B'", "EDIFACT"),
        (b'<?xml version="1.0"?><rsm:ValidatedMeteredData_12 xmlns:rsm="x">', "ebIX or SDAT XML"),
        (b"<!DOCTYPE html><html>", "a web page"),
        (b"<?xml version='1.0'?><a/>", "XML of a kind that is not known"),
        (b"\0\1\2\3" * 100, "of no format that is known, and no text"),
    ],
)
def test_what_no_reader_takes_is_refused_by_the_name_of_its_format(tmp_path: Path, content: bytes, name: str):
    assert fault(written(tmp_path / "a.csv", content)).startswith(f"is {name}, which is not read. ")


def test_documents_in_zip_files_are_refused_by_their_names(tmp_path: Path):
    word = write_zip(tmp_path / "a.zip", {"[Content_Types].xml": b"", "word/document.xml": b""})
    assert fault(word).startswith("is a Word document, which is not read. ")
    sheet = write_zip(tmp_path / "a.ods", {"mimetype": b"", "content.xml": b""})
    assert fault(sheet) == "is an OpenDocument file, which is not read. Save it as .xlsx or CSV."


def test_what_unpacks_to_far_more_than_its_size_is_refused_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(packed, "UNPACKED_BYTES", 1024**2)
    zeros = CSV + b"\n" * 20 * 1024**2
    for path in (
        written(tmp_path / "a.csv", gzip.compress(zeros)),
        write_zip(tmp_path / "b.csv", {"a": zeros}),
    ):
        assert fault(path).startswith("unpacks to more than 200 times its size")
    cut = written(tmp_path / "c.zip", write_zip(tmp_path / "d.zip", {"a.csv": CSV * 1000}).read_bytes()[:-100])
    assert fault(cut).startswith("is not a whole zip file (")
