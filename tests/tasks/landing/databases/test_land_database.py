"""Rows of other people's databases are landed as they are, each once, and the archive alone brings them back."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tests.support.databases import Origin
from tests.support.described_databases import (
    METERS,
    describe,
    empty_lake,
    lake,
    landed,
    origin,
    project,
    reading,
    rows_of,
    table,
)
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake
from wattlake.tasks.landing.databases import land_database
from wattlake.tasks.landing.relanding import reland_all

__all__ = ["describe", "empty_lake", "lake", "origin", "project"]

SYSTEMS = ("sqlite", "postgresql", "mysql", "odbc")
NASTY = "'; drop table readings; -- \" ` \\ %s $1 ? é"


@pytest.mark.parametrize("origin", SYSTEMS, indirect=True)
def test_rows_are_landed_in_stretches_once_each_and_the_archive_brings_them_back(
    origin: Origin, describe, lake: Lake, new_lake, tmp_path: Path
):
    # Three rows of one number: they stay together, though a stretch has room for one.
    table(origin, reading(1), reading(2, "x", "1.123456"), reading(2, "y"), reading(2, "z"), reading(3), reading(4))
    describe(origin, 'table = "readings"', 'watermark = "id"', "chunk_rows = 1")
    assert landed(lake) == [1, 3, 1, 1]
    assert landed(lake) == [0], "nothing is new"
    origin.run(f"insert into readings values {reading(5, kwh='-2')}, {reading(0, 'late')}")
    assert landed(lake) == [1]
    expected = [(2, "x", datetime(2026, 1, 1, 2), Decimal("1.123456"))]  # noqa: DTZ001
    assert [row for row in rows_of(lake) if row[1] == "x"] == expected
    assert [row[0] for row in rows_of(lake)] == [1, 2, 2, 2, 3, 4, 5]
    again = new_lake(lake.settings.elsewhere(str(tmp_path / "again"), str(tmp_path / "again.sqlite")))
    again.create()
    steps = [step for _, step in reland_all(again, Storage(lake.settings))]
    assert (sum(step.rows for step in steps), [step.faults for step in steps if step.faults]) == (7, [])
    assert rows_of(again, "*") == rows_of(lake, "*")
    landings = "select * from ops.landing order by landing_id"
    assert again.reader().execute(landings).fetchall() == lake.reader().execute(landings).fetchall()
    assert landed(again) == [0], "what was landed is known from the archive"


@pytest.mark.parametrize("origin", SYSTEMS, indirect=True)
def test_late_rows_are_looked_for_and_only_what_is_new_is_landed(origin: Origin, describe, lake: Lake):
    table(origin, *(reading(number) for number in range(48)), reading(47, "twice"), reading(47, "twice"))
    describe(origin, 'table = "readings"', 'watermark = "read_at"', 'look_back = "1 day"')
    assert landed(lake) == [50]
    origin.run(
        f"insert into readings values {reading(46, 'late')}, {reading(1, 'too late')}, {reading(47, 'twice')};"
        "update readings set kwh = 7 where id = 45"
    )
    assert landed(lake) == [3]
    newest = lake.reader().execute(
        "select id, meter, kwh from bronze.origin where _landing_id = 2 order by all"
    ).fetchall()  # fmt: skip
    assert newest == [(45, "m", 7), (46, "late", Decimal("0.1")), (47, "twice", Decimal("0.1"))]
    assert landed(lake) == [0]
    origin.run(f"insert into readings values {reading(49)}")
    assert landed(lake) == [1]


@pytest.mark.parametrize("origin", ["sqlite", "postgresql"], indirect=True)
def test_a_value_that_comes_back_is_landed_again_where_the_key_is_known(origin: Origin, describe, lake: Lake):
    table(origin, reading(1), reading(2))
    describe(origin, 'table = "readings"', 'watermark = "id"', "look_back = 5", 'key = ["id", "meter"]')
    kwh = []
    for value in ("0.1", "3", "0.1", "0.1"):
        origin.run(f"update readings set kwh = {value} where id = 2")
        kwh += landed(lake)
    assert kwh == [2, 1, 1, 0]


@pytest.mark.parametrize("origin", ["sqlite", "mysql"], indirect=True)
def test_what_is_read_whole_is_landed_whole_where_anything_changed(origin: Origin, describe, lake: Lake):
    table(origin, reading(1), reading(2), reading(2))
    describe(origin, 'query = "select * from readings -- all;"', "whole = true")
    assert (landed(lake), landed(lake)) == ([3], [0])
    origin.run("delete from readings where id = 1")
    assert (landed(lake), landed(lake)) == ([2], [0]), "a row that is gone is a change"
    origin.run(f"insert into readings values {reading(1)}")
    assert (landed(lake), landed(lake)) == ([3], [0]), "what was there once and is there again is a change"
    origin.run("delete from readings")
    assert landed(lake) == [0], "an emptied table is no news that could be landed"


@pytest.mark.parametrize("origin", SYSTEMS, indirect=True)
def test_nothing_that_was_read_and_no_name_becomes_sql(origin: Origin, describe, lake: Lake):
    table(origin, reading(1, NASTY))
    column = "`a'b\"c`" if origin.system == "mysql" else '"a\'b""c"'
    origin.run(f"create table odd as select id as {column}, meter from readings")
    describe(origin, 'table = "odd"', 'watermark = "a\'b\\"c"', name="odd")
    assert landed(lake, "odd") == [1]
    assert lake.reader().execute("select meter from bronze.odd").fetchall() == [(NASTY,)]
    assert landed(lake, "odd") == [0]


def test_a_text_that_grows_goes_to_sqlite_as_a_parameter(origin: Origin, describe, lake: Lake):
    table(origin, reading(1, "a"), reading(2, NASTY))
    describe(origin, 'table = "readings"', 'watermark = "meter"')
    assert landed(lake) == [2]
    origin.run(f"insert into readings values {reading(3, NASTY + '!')}, {reading(4, 'b')}")
    assert landed(lake) == [1], "`b` is greater than what begins with a quote, and `a` is not"


@pytest.mark.parametrize("mapped", [False, True], ids=["own table", "mapped"])
def test_of_two_runs_at_once_only_one_lands_a_row(origin: Origin, describe, lake: Lake, monkeypatch, mapped: bool):
    """The second begins and ends while the first has read its rows and not landed them."""
    mapping = METERS.format(format="%Y-%m-%d %H:%M:%S") if mapped else ""
    table(origin, reading(1))
    describe(origin, 'table = "readings"', 'watermark = "id"', mapping)
    write, second = land_database._write, []

    def written(*arguments: object) -> None:
        write(*arguments)
        if not second:
            second.append(True)
            origin.run(f"insert into readings values {reading(2)}")
            second.extend(landed(lake))

    monkeypatch.setattr(land_database, "_write", written)
    with pytest.raises(ValueError, match=r"^origin: another run landed rows of it while this one read it\."):
        landed(lake)
    assert second == [True, 2]
    assert landed(lake) == [0]
    rows = f"select count(*) from bronze.{'smart_meters' if mapped else 'origin'}"
    assert lake.reader().execute(rows).fetchall() == [(2,)]
