"""Mappings: which keys there are, what is wrong with a wrong one, and for which files each holds."""

from pathlib import Path

import pytest

from wattlake.lake.landing.readers.cells import column_names, mapped_rows
from wattlake.lake.mapping import MappingError, read_mapping, read_mapping_file
from wattlake.tasks.sources import smart_meters

GOOD = """
name = "plain"
[file]
delimiter = ";"
[columns]
meter = "m"
datetime = "t"
value = "v"
[time]
format = "%Y-%m-%d %H:%M"
zone = "Europe/Berlin"
label = "start"
period_minutes = 30
[energy]
unit = "kWh"
sign = "consumption"
"""
DAY = (
    ('datetime = "t"', 'date = "d"'),
    ('value = "v"', 'values = "hh_{0..47}"'),
    (" %H:%M", ""),
    ('label = "start"\n', ""),
)


def changed(*changes: tuple[str, str], text: str = GOOD) -> str:
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text


WRONG: dict[str, tuple[tuple[tuple[str, str], ...], str]] = {
    "an unknown key": ((('delimiter = ";"', 'separator = ";"'),), "`file.separator` is no key of a mapping"),
    "an unknown table": ((("[file]", "[files]"),), "`files` is no key of a mapping"),
    "a missing key": ((('zone = "Europe/Berlin"\n', ""),), "`time.zone` is missing"),
    "a missing table": ((('[energy]\nunit = "kWh"\nsign = "consumption"\n', ""),), "`energy` is missing"),
    "a wrong type": ((("= 30", '= "30"'),), "`time.period_minutes`: input should be 1, 2, 3, 4, 5, 6"),
    "another wrong type": (
        (('meter = "m"', "meter = 3"),),
        "`columns.meter`: input should be a valid string, but it is 3",
    ),
    "a period there is not": ((("= 30", "= 25"),), "30, 60 or 'steps', but it is 25"),
    "a unit there is not": ((('"kWh"', '"m3"'),), "`energy.unit`: input should be 'kWh', 'Wh', 'MWh', 'kW', 'W', 'MW'"),
    "both a datetime and a date": (
        (('datetime = "t"', 'datetime = "t"\ndate = "d"'),),
        "`columns`: give one of `datetime`, `date`; here are datetime and date",
    ),
    "no column of the time": ((('datetime = "t"\n', ""),), "`columns`: give one of `datetime`, `date`; here are none"),
    "a time without a date": (
        (('datetime = "t"', 'datetime = "t"\ntime = "c"'),),
        "`time` is the time of day beside `date`",
    ),
    "two ways to name the meter": (
        (('meter = "m"', 'meter = "m"\nmeter_id = "M"'),),
        "give one of `meter`, `meter_id`",
    ),
    "a pattern without a group": ((('meter = "m"', 'meter_from_file_name = "[0-9]+"'),), "has 0 groups"),
    "a pattern that is none": ((('meter = "m"', 'meter_from_file_name = "(["'),), "is no regular expression"),
    "a pattern DuckDB has not": ((('meter = "m"', 'meter_from_file_name = "(?=a)(b)"'),), "is no regular expression"),
    "a delimiter of two characters": ((('";"', '"; "'),), "`file.delimiter`: string should have at most 1 character"),
    "an encoding there is not": (
        (('delimiter = ";"', 'encoding = "utf-9"'),),
        "`file.encoding`: `utf-9` is no encoding",
    ),
    "a zone there is not": ((("Europe/Berlin", "Europe/Bonn"),), "`time.zone`: `Europe/Bonn` is no time zone"),
    "a format that is none": ((("%H:%M", "%Q"),), "`time.format`: `%Y-%m-%d %Q` is no strptime format"),
    "a format without the year": ((("%Y-", ""),), "`time.format`: `%m-%d %H:%M` lacks the year, the month or the day"),
    "no format": ((('"%Y-%m-%d %H:%M"', "[]"),), "`time.format`: give one format at least"),
    "a format without the hour": (((" %H:%M", ""),), "`time.format`: `%Y-%m-%d` lacks the hour"),
    "hours to twelve alone": ((("%H", "%I"),), "but not which half of the day (%p)"),
    "a distance to UTC in a zone": ((("%M", "%M%z"),), "`time.zone`: a format with %z says the distance to UTC itself"),
    "no label": (
        (('label = "start"\n', ""),),
        "`time.label` is missing: does a time stand for the `start` or the `end`",
    ),
    "a net total": (
        (('"kWh"', '"total kWh"'), ('"consumption"', '"net"')),
        "`energy.sign`: a running total of net energy",
    ),
    "production said twice": (
        (('value = "v"', 'value = "v"\nproduction = "p"'), ('"consumption"', '"net"')),
        "`energy.sign` is net, but `columns.production` already says",
    ),
    "a name that is none": ((('"plain"', '"../x"'),), "`name`: `../x` is no name"),
    "a day of too few columns": ((*DAY, ("47", "40")), "`columns.values` are 41, but a day has 46, 48, 50 intervals"),
    "a day with a label": ((*DAY, ("= 30", '= 30\nlabel = "end"')), "`time.label` goes with one reading per row"),
    "a day with a time": ((DAY[1],), "`columns`: `values` are the columns of one day"),
}


@pytest.mark.parametrize("fault", WRONG)
def test_a_wrong_mapping_is_told_with_its_key(fault: str):
    changes, said = WRONG[fault]
    with pytest.raises(MappingError) as error:
        read_mapping(changed(*changes), "inbox/mapping.toml")
    assert str(error.value).startswith("inbox/mapping.toml is not a mapping: ")
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_every_fault_is_told_at_once():
    with pytest.raises(MappingError, match=r"`time\.format` is missing; `time\.zone`: .*; `time\.formats` is no key"):
        read_mapping(changed(("Berlin", "Bonn"), ("format =", "formats =")), "x")


def test_what_is_no_toml_is_told_with_its_line(tmp_path: Path):
    with pytest.raises(MappingError, match=r"^x is not TOML: Invalid statement \(at line 2, column 1\)\."):
        read_mapping('name = "a"\n= 1', "x")
    (tmp_path / "mapping.toml").write_bytes(b"name = '\xff'")
    with pytest.raises(MappingError, match=r"mapping\.toml is not UTF-8, as TOML has to be"):
        read_mapping_file(tmp_path / "mapping.toml")


def test_a_series_of_columns_is_counted_up_with_its_zeros():
    assert read_mapping(changed(*DAY), "x").columns.of_day[:2] == ["hh_0", "hh_1"]
    with_zeros = read_mapping(changed(*DAY, ("hh_{0..47}", "h{01..48} kWh")), "x")
    assert with_zeros.columns.of_day[::47] == ["h01 kWh", "h48 kWh"]
    assert with_zeros.columns.needed[:2] == ["m", "d"]


def test_the_nearest_mapping_above_a_file_holds_for_it(tmp_path: Path):
    names = ("a.csv", "note.txt", "b/b.txt", "b/c/c.csv.gz", "b/c/d/d.gz", "b/.hidden/e.csv", "b/c/mapping.toml.bak")
    for name in (*names, "b/mapping.toml", "b/c/d/mapping.toml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = smart_meters.SOURCE.files(tmp_path)
    assert [str(path.relative_to(tmp_path)) for path in found] == ["a.csv", "b/b.txt", "b/c/c.csv.gz", "b/c/d/d.gz"]
    assert smart_meters.SOURCE.mapping_files(tmp_path, found) == {
        tmp_path / "b" / "b.txt": tmp_path / "b" / "mapping.toml",
        tmp_path / "b" / "c" / "c.csv.gz": tmp_path / "b" / "mapping.toml",
        tmp_path / "b" / "c" / "d" / "d.gz": tmp_path / "b" / "c" / "d" / "mapping.toml",
    }
    one = tmp_path / "b" / "b.txt"
    assert smart_meters.SOURCE.files(one) == [one]
    assert smart_meters.SOURCE.mapping_files(one, [one]) == {one: tmp_path / "b" / "mapping.toml"}
    above = tmp_path / "b" / "c" / "c.csv.gz"
    assert smart_meters.SOURCE.mapping_files(above, [above]) == {}


def test_columns_without_a_name_have_their_number_and_equal_names_are_counted():
    assert column_names(["m", " ", "Wert (kWh)", "Wert", "m"]) == ["m", "column 2", "Wert (kWh)", "Wert", "m (2)"]


def test_rows_have_the_numbers_of_their_lines_and_what_does_not_fit_the_columns_is_kept_whole(tmp_path: Path):
    path = tmp_path / "odd.csv"
    path.write_bytes(b"\xef\xbb\xbf# about\r\nm;t;v\r\n\r\n;;\r\nM;1;2;\r\nM;1;2;3\r\nM;1\r\n'q';\"a;b\";\r\n")
    mapping = read_mapping(changed(("[file]", "[file]\nskip_lines = 1")), "x")
    assert list(mapped_rows(path, mapping)) == [
        (5, '{"m":"M","t":"1","v":"2"}'),
        (6, '{"":"M;1;2;3"}'),
        (7, '{"m":"M","t":"1"}'),
        (8, '{"m":"\'q\'","t":"a;b","v":""}'),
    ]


def test_lines_before_the_header_and_after_the_last_row_are_left_out(tmp_path: Path):
    path = tmp_path / "framed.txt"
    path.write_text("Report\n\nA;1;2\nB;3;4\n\nSum;;6\nEnd\n", encoding="utf-16")
    keys = '[file]\nheader = false\nskip_lines = 2\nfooter_lines = 2\nencoding = "utf-16"'
    columns = [("[file]", keys), ('"m"', '"column 1"'), ('"t"', '"column 2"'), ('"v"', '"column 3"')]
    assert list(mapped_rows(path, read_mapping(changed(*columns), "x"))) == [
        (3, '{"column 1":"A","column 2":"1","column 3":"2"}'),
        (4, '{"column 1":"B","column 2":"3","column 3":"4"}'),
    ]
