"""CSV that a spreadsheet may open: text is never a formula, numbers stay numbers, and nothing is lost."""

import csv
import io
import json
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattlake.app.spreadsheet import csv_of

RUN_BY_A_SPREADSHEET = re.compile(r"[\s\x00-\x1f]*[=+\-@＝＋－＠]|[\x00-\x1f\x7f]")
A_NUMBER = re.compile(r"[+-]?(\d+([.,]\d+)?|[.,]\d+)([eE][+-]?\d+)?", re.ASCII)


def cells(rows: pl.DataFrame, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(csv_of(rows).decode(), newline=""), delimiter=delimiter))


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        '=HYPERLINK("http://x")',
        "+49 1",
        "-2+3+cmd|' /C calc'!A0",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        " =1",
        "＝1",
        "\x00=1",
    ],
)
def test_text_that_begins_like_a_formula_gets_an_apostrophe(text):
    ((_,), (written,)) = cells(pl.DataFrame({"text": [text]}))
    assert written.startswith("'")
    assert written.replace("'", "") == text.replace("'", "")


@pytest.mark.parametrize("text", ["a;=1+1", "a\t=1", "a\n=1", "a\r\n @x", "a|-b"])
def test_text_that_some_spreadsheet_splits_is_no_formula_after_the_split_either(text):
    (_, (written,)) = cells(pl.DataFrame({"text": [text]}))
    for cell in re.split(r"[;\t\r\n|]", written):
        assert not RUN_BY_A_SPREADSHEET.match(cell)
    assert written.replace("'", "") == text


@given(st.lists(st.text(), min_size=1))
def test_no_text_is_ever_a_formula_and_what_is_written_is_the_text_but_for_apostrophes(texts):
    header, *written = cells(pl.DataFrame({"number": range(len(texts)), "text": texts}))
    assert header == ["number", "text"]
    assert len(written) == len(texts)
    for (_, cell), text in zip(written, texts, strict=True):
        assert A_NUMBER.fullmatch(cell) or not RUN_BY_A_SPREADSHEET.match(cell)
        assert cell.replace("'", "") == text.replace("'", "")


def test_numbers_times_and_booleans_are_as_polars_writes_them():
    rows = pl.DataFrame(
        {
            "whole": [-5, None],
            "real": [-1.5, 1e-9],
            "money": [Decimal("-0.50"), Decimal("1.00")],
            "day": [date(2026, 1, 1)] * 2,
            "at": [datetime(2026, 1, 1, tzinfo=UTC)] * 2,
            "is_true": [True, None],
        }
    )
    assert csv_of(rows) == rows.write_csv().encode()


@pytest.mark.parametrize("number", ["-5", "+5", "-0.25", "-,5", "1e-5", "-1.5E+7"])
def test_text_that_is_a_number_stays_one(number):
    assert cells(pl.DataFrame({"text": [number]}))[1] == [number]


def test_names_of_columns_lists_structs_bytes_and_categories_are_written_safely():
    rows = pl.DataFrame(
        {
            "=1+1": ["x"],
            "lasted": [timedelta(hours=-1)],
            "list": [["=a", "b"]],
            "struct": [{"a": date(2026, 1, 1)}],
            "bytes": [b"=1"],
        }
    ).with_columns(pl.Series("category", ["=x"], pl.Categorical))
    header, (_, lasted, listed, struct, encoded, category) = cells(rows)
    assert lasted == "'-PT1H"
    assert header == ["'=1+1", "lasted", "list", "struct", "bytes", "category"]
    assert json.loads(listed) == ["=a", "b"]
    assert json.loads(struct) == {"a": "2026-01-01"}
    assert (encoded, category) == ("3d31", "'=x")


def test_an_empty_table_has_its_header():
    assert csv_of(pl.DataFrame({"=a": [], "b": []})) == b"'=a,b\n"
