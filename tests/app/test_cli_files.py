"""What `ingest` and `build` say of each file: what it is, what became of it, and which files no rule reads."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from harness.lake_steps import METER_HEADER
from tests.support.packed_files import write_zip

MAPPING = """name = "hours"
licence = "Ours"
[columns]
meter_from_file_name = '(\\w+)\\.csv'
datetime = "Time"
value = "kWh"
[time]
format = "%Y-%m-%d %H:%M"
zone = "UTC"
label = "start"
period_minutes = 60
[energy]
unit = "kWh"
"""


@pytest.fixture
def inbox(use_lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    use_lake(tmp_path / "lake")
    folder = tmp_path / "inbox"
    folder.mkdir()
    monkeypatch.setenv("WATTLAKE_SMART_METERS", str(folder))
    return folder


def half_hours(meter: str, count: int, bad: int = 0) -> str:
    start = datetime(2026, 6, 1)  # noqa: DTZ001
    lines = [
        f"{meter},{start + timedelta(minutes=30 * number)},{'x' if number < bad else '0.25'}" for number in range(count)
    ]
    return "\n".join([METER_HEADER, *lines]) + "\n"


def table_below(text: str, title: str) -> list[list[str]]:
    """The cells of a printed table's rows."""
    lines = text.partition(f"\n{title}\n")[2].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in lines if line and line[0] != "…"]


def test_a_zip_file_lands_without_what_is_no_reading_and_one_that_may_be_is_an_error(wattlake, inbox: Path):
    (inbox / "mapping.toml").write_text(MAPPING.replace("meter_from_file_name = '(\\w+)\\.csv'", 'meter_id = "M7"'))
    hours = b"Time,kWh\n2026-06-02 10:00,1.5\n2026-06-02 11:00,0.5\n"
    write_zip(inbox / "a.zip", {"readme.txt": b"Dear customer", "m.csv": hours})
    landed = wattlake("ingest", "smart_meters")
    assert landed.code == 0
    assert "a.zip is read without readme.txt, which does not fit: line 1 has 1 columns" in " ".join(landed.out.split())
    assert table_below(landed.out, "Files landed")[0][1:5] == ["a.zip", "zip", "hours", "2"]
    write_zip(inbox / "b.zip", {"m.csv": hours.replace(b"02", b"03"), "other.csv": b"a,b\n1,2\n"})
    for _ in range(2):  # Not only once: its readings are still missing.
        landed = wattlake("ingest", "smart_meters")
        assert landed.code == 2
        assert "b.zip was read without other.csv, which does not fit" in " ".join(landed.err.split())
    assert wattlake("sql", "select count(*) as rows from ops.landing").out.split()[-1] == "2"


def test_each_file_is_told_with_its_format_mapping_and_rows_and_then_with_what_was_read(wattlake, inbox: Path):
    (inbox / "a.csv").write_text(half_hours("MAC1", 48, bad=2) + half_hours("MAC2", 1).partition("\n")[2])
    (inbox / "mapped").mkdir()
    (inbox / "mapped" / "mapping.toml").write_text(MAPPING)
    (inbox / "mapped" / "M7.csv").write_text("Time,kWh\n2026-06-02 10:00,1.5\n2026-06-02 11:00,0.5\nlater,1\n")
    landed = wattlake("ingest", "smart_meters")
    assert landed.code == 0
    rows = table_below(landed.out, "Files landed")
    assert [row[:5] for row in rows] == [
        ["smart_meters", "a.csv", "csv", "none needed", "49"],
        ["smart_meters", "M7.csv", "csv", "hours", "3"],
    ]
    built = wattlake("build")
    title = "Files of smart_meters, as they were read"
    assert table_below(built.out, title) == [
        [
            "a.csv",
            "none needed",
            "2",
            "2026-06-01 00:00",
            "2026-06-02 00:00",
            "11.750",
            "47",
            "2",
            "unreadable energy 2",
        ],
        ["M7.csv", "hours", "1", "2026-06-02 10:00", "2026-06-02 12:00", "2.000", "2", "1", "unreadable time 1"],
    ]
    assert title not in wattlake("build").out, "nothing was new"
    of_all = table_below(built.out, title)
    assert table_below(wattlake("build", "--full").out, title) == of_all
    assert title not in wattlake("status").out
    assert table_below(wattlake("status", "--files").out, title)[:2] == of_all


def test_of_many_files_twenty_are_listed_and_the_totals_told(wattlake, inbox: Path):
    for number in range(23):
        (inbox / f"{number:02}.csv").write_text(half_hours(f"MAC{number}", 4, bad=number == 3))
    landed = wattlake("ingest", "smart_meters").out
    assert len(table_below(landed, "Files landed")) == 20
    assert "\n… and 3 more. In all 23 files: 92 rows.\n" in landed
    built = wattlake("build").out
    assert "\n… and 3 more. In all 23 files: 91 readings in silver, 22.750 kWh, 1 set aside.\n" in built


@pytest.mark.parametrize("has_csv", [True, False])
def test_files_that_no_rule_reads_are_named_in_the_last_lines(wattlake, inbox: Path, has_csv: bool):
    unread = [inbox / name for name in ("noext", "x.dat")]
    for path in unread:
        path.write_text("Time;kWh\n")
    if has_csv:
        (inbox / "a.csv").write_text(half_hours("MAC1", 48))
    said = wattlake("ingest", "smart_meters")
    assert said.code == (0 if has_csv else 2)
    last = said.out.splitlines()[-2:]
    assert [line.partition(" is ")[0] for line in last] == [f"Not read: {path}" for path in unread]


def test_a_landing_of_which_many_rows_were_set_aside_is_told_by_build_and_status(wattlake, inbox: Path):
    (inbox / "a.csv").write_text(half_hours("MAC1", 48, bad=20))
    assert wattlake("ingest", "smart_meters").code == 0
    told = "20 of 48 rows that smart_meters landed last were set aside (42%; before, there were none)"
    built, status = wattlake("build"), wattlake("status")
    assert (built.code, told in built.out) == (0, True)
    assert (status.code, told in status.err, "healthy" in status.out) == (1, True, False)
