"""The short answers and the tests that a new source begins with."""

JSON = """{"values": [
  {"time": "2026-01-01T00:00Z", "value": 1.5},
  {"time": "2026-01-01T01:00Z", "value": 2}
]}
"""
CSV = """time,value
2026-01-01T00:00Z,1.5
2026-01-01T01:00Z,2
"""

FILLED_IN = """

def test_nothing_is_left_to_fill_in():  # Delete this test once it passes.
    left = [f"{file}: {line}" for file in FILES for line in file.read_text().splitlines() if "FILL IN" in line]
    assert not left, "\\n".join(left)
"""

FILES = """FILES = [
    PROJECT / "wattlake/tasks/sources/«name».py",
    PROJECT / "wattlake/lake/contracts/sources/«name».py",
    PROJECT / "wattlake/sql/silver/«name».sql",
]
"""

ODD = """

@pytest.mark.parametrize(
    ("time", "value", "reason"),
    [
        ("2026-01-01T00:00Z", "0", None),
        ("2026-01-01T00:00", "1", "unreadable time"),
        ("2026-01-01T00:30Z", "1", "off the hour"),
        ("1926-01-01T00:00Z", "1", "outside the years of the calendar"),
        ("2026-01-01T00:00Z", None, "unreadable value"),
        ("2026-01-01T00:00Z", "nan", "unreadable value"),
        ("2026-01-01T00:00Z", "-1", "impossible value"),
    ],
)
def test_what_cannot_be_is_set_aside_with_its_reason(time: str, value: str | None, reason: str | None):
    landed = recorded().head(1).with_columns(time=pl.lit(time), value=pl.lit(value, pl.String))
    assert reasons(silver.rows("«name»", "«name»", landed)) == [reason]
"""

SILVER = """

def test_silver_has_the_values_in_utc():
    rows = silver.rows("«name»", "«name»", recorded())
    assert reasons(rows) == [None, None]
    assert [(row["period_start_utc"], row["«name»_value"]) for row in rows] == [
        (utc(2026, 1, 1), 1.5),
        (utc(2026, 1, 1, 1), 2.0),
    ]
"""

API_TEST = (
    '''"""«title»: what is asked, how answers are read, and what silver makes of them."""

from datetime import date

import polars as pl
import pytest

from harness.services import PROJECT
from tests.support import silver
from tests.support.silver import ANSWERS, reasons, request, utc
from wattlake.lake.addresses import Address
from wattlake.tasks.sources import «name»
from wattlake.tasks.sources.base import Scope

'''
    + FILES
    + FILLED_IN
    + """

def recorded() -> pl.DataFrame:
    return «name».read(request(), (ANSWERS / "«name».json").read_bytes())


def test_each_year_is_one_question_up_to_today():
    url = {"«name»": Address("http://api.test")}
    scope = Scope(date(2025, 12, 30), date(2026, 1, 9), utc(2026, 1, 3, 6), urls=url)
    asked = «name».requests(scope)
    assert [(str(each.url), dict(each.params)) for each in asked] == [
        ("http://api.test/values", {"from": "2025-12-30", "to": "2025-12-31"}),
        ("http://api.test/values", {"from": "2026-01-01", "to": "2026-01-03"}),
    ]
    assert [each.final_at_utc for each in asked] == [utc(2026, 1, 2), utc(2026, 1, 5)]


def test_the_answer_is_read_as_text():
    assert recorded().rows() == [("2026-01-01T00:00Z", "1.5"), ("2026-01-01T01:00Z", "2")]


@pytest.mark.parametrize("body", [b"", b"{}", b'{"values": []}', b'{"values": [{"time": "2026-01-01T00:00Z"}]}'])
def test_any_other_answer_is_refused(body: bytes):
    with pytest.raises(ValueError, match="expected"):
        «name».read(request(), body)
"""
    + SILVER
    + ODD
)

INBOX_TEST = (
    '''"""«title»: which files are read, and what silver makes of them."""

import polars as pl
import pytest

from harness.services import PROJECT
from tests.support import silver
from tests.support.silver import ANSWERS, reasons, utc
from wattlake.tasks.sources.«name» import SOURCE

'''
    + FILES
    + FILLED_IN
    + """

def recorded() -> pl.DataFrame:
    return pl.read_csv(ANSWERS / "«name».csv", infer_schema=False)


def test_a_file_has_the_columns_of_a_layout():
    assert tuple(recorded().columns) in SOURCE.layouts
"""
    + SILVER
    + ODD
)
