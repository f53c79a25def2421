"""Checks of one file each: what they find, what they are told of, and what is no check."""

from datetime import timedelta
from pathlib import Path

import pytest

from harness.lake_steps import NOW, build_all, land_rows, select
from wattlake.lake.contracts.promises import Severity
from wattlake.lake.quality import CheckResult, GateError, check_sql
from wattlake.lake.quality.sql_checks import CHECKS, sql_checks
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake

SHORT_DAY = """-- One row is a day with fewer than $hours prices.
-- Of gold.spot_price: $severity, completeness.
select cast(period_start_utc as date) as day_utc, count(*) as prices
from gold.spot_price
group by all
having count(*) < 24 -- a whole day
"""
MIDNIGHT = 1767225600
"""2026-01-01 in Unix seconds."""
STUCK = "there is not a day of a bidding zone with one and the same price all day, as a feed that hangs gives it"


def prices(*values: float) -> list[dict[str, str]]:
    """An answer of hourly prices from 2026-01-01 on."""
    return [
        {
            "bidding_zone": "DE-LU",
            "unix_seconds": str(1767225600 + 3600 * hour),
            "price": str(price),
            "unit": "EUR / MWh",
        }
        for hour, price in enumerate(values)
    ]


def written(folder: Path, severity: Severity, hours: int = 24) -> Path:
    """A folder with a check of days that lack prices."""
    text = SHORT_DAY.replace("$severity", severity).replace("$hours", str(hours))
    (folder / "short_day.sql").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def priced(folder_lake: Lake) -> Lake:
    """A lake with a day of one price and a day of two prices."""
    land_rows(folder_lake, "energy_charts", "https://price.test/price?start=2026-01-01", prices(*24 * [40], 40, 41))
    build_all(folder_lake)
    return folder_lake


def test_our_checks_say_what_a_wrong_row_is_and_find_it_in_a_build(priced: Lake):
    recorded = select(
        priced,
        "select check_name, severity, rows_seen, rows_failing, keys from ops.check_result where "
        f"check_name = '{STUCK}'",
    )
    assert [row[:4] for row in recorded] == [(STUCK, "warn", 26, 1)]
    assert '"day_utc": "2026-01-01"' in recorded[0][4]
    assert len(list(sql_checks())) == len(list(CHECKS.glob("*.sql")))


def test_a_check_is_a_new_file_and_is_told_of_its_table(priced: Lake, tmp_path: Path):
    found = check_sql(priced.reader(), Settings(), folder=written(tmp_path, "warn"))
    keys = '[{"day_utc": "2026-01-02", "prices": 2}]'
    name = "there is not a day with fewer than 24 prices"
    assert found == [CheckResult(name, "gold.spot_price", "warn", 26, 1, keys, "completeness")]


def test_a_check_of_a_lost_table_is_left_out(priced: Lake, tmp_path: Path):
    lost = frozenset({"gold.spot_price"})
    assert check_sql(priced.reader(), Settings(), lost, written(tmp_path, "warn")) == []


def test_a_check_that_fails_rolls_the_build_back(priced: Lake, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(
        "wattlake.lake.quality.sql_checks.check_sql.__defaults__", (frozenset(), written(tmp_path, "fail"))
    )
    land_rows(
        priced, "energy_charts", "https://price.test/price?start=2026-01-02", prices(*30 * [39]), NOW + timedelta(1)
    )
    with pytest.raises(
        GateError, match=r"gold\.spot_price: there is not a day with fewer than 24 prices \(1 of 30 rows\)"
    ):
        build_all(priced)
    assert select(priced, "select count(*) from gold.spot_price") == [(26,)]


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("-- One row is", "-- Rows are"),
        ("gold.spot_price:", "gold.tide:"),
        ("warn,", "alarm,"),
        ("completeness.", "beauty."),
    ],
)
def test_a_file_that_does_not_say_what_it_checks_is_refused(line: str, wrong: str, tmp_path: Path):
    file = written(tmp_path, "warn") / "short_day.sql"
    file.write_text(file.read_text().replace(line, wrong, 1))
    with pytest.raises(ValueError, match=r"short_day\.sql is no check\. Expected are the lines `-- One row is"):
        list(sql_checks(tmp_path))
