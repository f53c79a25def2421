"""The rows of an answer in each format, where they stand, and answers that are not what their description says."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from tests.support.rest_sources import OWN, described, questions
from wattlake.tasks.sources._answer import NothingCameError

DAY = date(2026, 3, 4)
ZONE = '[columns.zone]\ntype = "text"\nmeaning = "Where"\n'
TWO = pl.DataFrame({"start": ["2026-03-04", "2026-03-05"], "kwh": ["1.50", None]})
PRICES = """<?xml version="1.0"?>
<Prices xmlns="urn:prices:1">
  <Series unit="EUR"><kind>A01</kind><Period><from>2026-03-03T23:00Z</from><to>2026-03-04T03:00Z</to><step>PT60M</step>
    <Point><number>1</number><price.amount>10.5</price.amount></Point>
    <Point><number>3</number><price.amount>-2</price.amount></Point></Period></Series>
  <Series unit="EUR"><kind>A02</kind><Period><from>2026-03-04T03:00Z</from><to>2026-03-04T04:00Z</to><step>PT15M</step>
    <Point><number>4</number><price.amount>7</price.amount></Point></Period></Series>
</Prices>"""
OF_PRICES = """
[rows]
format = "xml"
path = "Series/Period/Point"
columns = { kwh = "price.amount", unit = "../../@unit" }
[rows.series]
start = "../from"
step = "../step"
position = "number"
end = "../to"
"""
COLUMNS_OF_PRICES = "".join(
    f'[columns.{name}]\ntype = "text"\nmeaning = "It"\n' for name in ("start", "minutes", "kwh", "unit")
)


def read(folder: Path, toml: str, body: str) -> pl.DataFrame:
    with described(folder, f'url = "http://service.test/{{zone}}"\n{toml}') as api:
        return api.read(questions(api, DAY, DAY)[0], body.encode())


@pytest.mark.parametrize(
    ("rows", "body"),
    [
        ("", '[{"start": "2026-03-04", "kwh": 1.50, "x": []}, {"start": "2026-03-05", "kwh": null}]'),
        (
            'path = "data.0.rows"\ncolumns = { start = "at.day", kwh = "kwh" }\noptional = ["kwh"]',
            '{"data": [{"rows": [{"at": {"day": "2026-03-04"}, "kwh": 1.50}, {"at": {"day": "2026-03-05"}}]}]}',
        ),
        (
            'path = "list"\ncolumns = { start = "0", kwh = "1" }',
            '{"list": [["2026-03-04", 1.50], ["2026-03-05", null]]}',
        ),
        ('path = "by"', '{"by": {"start": ["2026-03-04", "2026-03-05"], "kwh": [1.50, null], "unit": "kWh"}}'),
        (
            'path = "rows"\ncolumns = { start = "day", kwh = "kwh" }\nonly = { kind = "net", "$.version" = "2" }',
            '{"version": 2, "rows": [{"day": "2026-03-04", "kwh": 1.50, "kind": "net"}, {"day": "x", "kwh": 1},'
            ' {"day": "2026-03-05", "kwh": null, "kind": "net"}]}',
        ),
    ],
    ids=["a list of objects", "deep inside", "lists", "a list for each column", "some of them"],
)
def test_rows_of_json_are_found_digit_for_digit(tmp_path: Path, rows: str, body: str):
    assert read(tmp_path, f"{OWN}[rows]\n{rows}", body).equals(TWO)


def test_columns_of_the_question_and_of_the_whole_answer_stand_in_each_row(tmp_path: Path):
    rows = '[rows]\npath = "rows"\ncolumns = { start = "day", kwh = "$.total" }\nconstants = { zone = "zone {zone}" }'
    table = read(tmp_path, OWN + ZONE + rows, '{"total": 7, "rows": [{"day": "a"}, {"day": "b"}]}')
    assert table.rows() == [("a", "7", "zone north"), ("b", "7", "zone north")]


def test_lines_of_csv_are_rows(tmp_path: Path):
    rows = '[rows]\nformat = "csv"\ndelimiter = ";"\ncolumns = { start = "Von", kwh = "Wert" }'
    table = read(tmp_path, OWN + rows, '\ufeffVon;Wert;x\r\n2026-03-04;"1,5";\r\n\r\n"a\nb";2;y\r\n')
    assert table.rows() == [("2026-03-04", "1,5"), ("a\nb", "2")]


def test_points_of_xml_get_the_times_of_their_series(tmp_path: Path):
    table = read(tmp_path, COLUMNS_OF_PRICES + OF_PRICES, PRICES)
    assert table.select("start", "minutes", "kwh", "unit").rows() == [
        ("2026-03-03T23:00:00Z", "60", "10.5", "EUR"),
        ("2026-03-04T01:00:00Z", "60", "-2", "EUR"),
        ("2026-03-04T03:45:00Z", "15", "7", "EUR"),
    ]


def test_what_a_series_leaves_out_is_as_before_up_to_its_end_where_the_description_says_so(tmp_path: Path):
    table = read(tmp_path, f'{COLUMNS_OF_PRICES}{OF_PRICES}omitted = "repeat"\n', PRICES)
    hours = [(row[0][11:16], row[2]) for row in table.select("start", "minutes", "kwh").rows()]
    assert hours == [("23:00", "10.5"), ("00:00", "10.5"), ("01:00", "-2"), ("02:00", "-2"), ("03:45", "7")]


def test_elements_may_be_left_out_by_what_stands_around_them(tmp_path: Path):
    rows = OF_PRICES.replace("[rows.series]", 'only = { "../../kind" = "A02" }\n[rows.series]')
    assert read(tmp_path, COLUMNS_OF_PRICES + rows, PRICES)["kwh"].to_list() == ["7"]


@pytest.mark.parametrize(
    ("rows", "body", "expected"),
    [
        ("", '{"error": "x"}', "a list of rows"),
        ("", '[{"start": "a", "kwh": 1}, {"start": "b"}]', "`kwh` in each row, as the column `kwh`"),
        ("", '[{"start": "a", "kwh": {"value": 1}}]', "single values in `kwh`"),
        ("", "[1, 2]", "a list of rows"),
        ("", '[{"start"', "whole JSON"),
        ('path = "rows"', '{"row": []}', "a list of rows in `rows`"),
        (
            'path = "rows"',
            '{"rows": {"a": [1], "b": [1, 2]}}',
            "a list of rows in `rows`, or lists of one length there",
        ),
        ('format = "csv"', "start,kwh\na,1,2\n", "2 cells in each line of the CSV, but one has 3"),
        ('format = "csv"', "start,kWh\na,1\n", "`kwh` in each row"),
        ('format = "csv"', "start,kwh,kwh\na,1,2\n", "different names in the header of the CSV; `kwh` is there twice"),
        ('format = "csv"', 'start,kwh\na,"1', "CSV in UTF-8"),
        ('format = "xml"\npath = "a/b"\ncolumns = { start = "c" }', "<r><a/></r>", "elements `a/b`"),
        ('format = "xml"\npath = "a"\ncolumns = { start = "c" }', "<r><a>", "whole XML"),
        ('format = "xml"\npath = "a"\ncolumns = { start = "c/d" }', "<r><a><c/></a></r>", "`c/d` in each row"),
        (
            'format = "xml"\npath = "a"\ncolumns = { start = "c" }',
            '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r><a><c>&x;</c></a></r>',
            "whole XML",
        ),
    ],
)
def test_an_answer_of_another_shape_is_told_and_is_not_taken_for_nothing(tmp_path, rows, body, expected):
    with pytest.raises(ValueError, match="expected") as error:
        read(tmp_path, f"{OWN}[rows]\n{rows}", body)
    assert not isinstance(error.value, NothingCameError)
    assert f"expected {expected}" in str(error.value)
    assert "Asked http://service.test/north, got `" in str(error.value)


@pytest.mark.parametrize(
    ("before", "after"), [("PT60M", "an hour"), ("2026-03-03T23:00Z", "03.03.2026"), ("<number>3", "<number>0")]
)
def test_a_series_without_times_is_told(tmp_path: Path, before: str, after: str):
    with pytest.raises(ValueError, match="expected the times of a series"):
        read(tmp_path, COLUMNS_OF_PRICES + OF_PRICES, PRICES.replace(before, after))


@pytest.mark.parametrize(
    ("rows", "body"),
    [
        ("", "[]"),
        ('nothing = "message"', '{"message": "no data"}'),
        ('format = "csv"', "start,kwh\n"),
        ('format = "xml"\npath = "a"\ncolumns = { start = "c" }', "<r/>"),
        ('format = "xml"\npath = "a"\ncolumns = { start = "c" }\nnothing = "No"', "<No xmlns='u'><Reason/></No>"),
    ],
)
def test_nothing_is_told_from_a_mistake_and_may_be_an_answer(tmp_path: Path, rows: str, body: str):
    with pytest.raises(NothingCameError):
        read(tmp_path, f"{OWN}[rows]\n{rows}", body)
    assert read(tmp_path, f"nothing_is_an_answer = true\n{OWN}[rows]\n{rows}", body).is_empty()
