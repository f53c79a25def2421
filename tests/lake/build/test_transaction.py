"""A build's transaction answers without acting, and relations are handed on by name."""

import re
from datetime import date
from pathlib import Path

import pytest

import wattlake.lake.build
from harness.lake_steps import METER_HEADER, build_all, land, stored, written
from wattlake.lake.build import transaction
from wattlake.lake.build.gold import _differing_days, build_days, within
from wattlake.lake.build.progress import read_progress
from wattlake.lake.build.steps import new_landings, start_anew
from wattlake.lake.build.transaction import Transaction
from wattlake.lake.models.graph import Model, models
from wattlake.lake.quality import Rows
from wattlake.lake.sql import Connection, materialized, scalar
from wattlake.lake.store.lake import Lake
from wattlake.tasks.producers import producers

READING = "silver.meter_reading"
HELD = (READING, "quarantine.meter_reading", f"(from ops.reconciliation where table_name = '{READING}')")


@pytest.fixture
def changed_model(folder_lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Model:
    """The model of readings, made differently since two landings were built: two readings, one in quarantine."""
    for number, lines in enumerate((["MAC1,2013-01-01 10:00:00,0.5", "MAC1,2013-01-02 10:00:00,0.5"], ["MAC1,x,0.1"])):
        land(folder_lake, "smart_meters", written(tmp_path / f"{number}.csv", METER_HEADER, lines))
    build_all(folder_lake, only=READING)
    old = models()[READING]
    changed = Model(old.table, old.sql.replace("else cast(number as", "else cast(2 * number as"), old.inputs)
    monkeypatch.setattr(transaction, "models", lambda: {**models(), READING: changed})
    return changed


def held(connection: Connection) -> list[int]:
    return [scalar(connection, f"select count(*) from {relation}") for relation in HELD]


def test_asking_for_the_progress_of_a_table_made_differently_changes_nothing(folder_lake: Lake, changed_model: Model):
    def ask(connection: Connection) -> None:
        work = Transaction(connection, folder_lake.settings, producers(), "asked")
        assert work.is_made_differently(changed_model)
        assert work.progress(READING).landing_id == 2
        assert work.read_up_to(changed_model) == 0
        assert new_landings(work, changed_model) == [(1, 2), (2, 1)]
        assert held(connection) == [2, 1, 1]
        assert not work.changes
        assert work.all_progress == read_progress(connection)

    folder_lake.write(ask)


def test_a_table_that_starts_anew_is_empty_and_its_days_have_changed(folder_lake: Lake, changed_model: Model):
    def start(connection: Connection) -> None:
        work = Transaction(connection, folder_lake.settings, producers(), "started")
        start_anew(work, changed_model)
        assert held(connection) == [0, 0, 0]
        assert work.changes.days == {READING: {date(2013, 1, 1), date(2013, 1, 2)}}
        assert work.progress(READING).landing_id is None
        assert not work.is_made_differently(changed_model)
        assert new_landings(work, changed_model) == [(1, 2), (2, 1)]

    folder_lake.write(start)


def test_days_that_differ_are_found_by_the_relations_that_are_given(folder_lake: Lake, changed_model: Model):
    def compare(connection: Connection) -> None:
        stretch = (stored(2013, 1, 1), stored(2013, 1, 3))
        other = materialized(connection, "fresh", f"from {READING} where false")
        same = materialized(connection, "as_it_is", f"from {READING}")
        assert _differing_days(connection, READING, same, READING, stretch) == set()
        both_days = {date(2013, 1, 1), date(2013, 1, 2)}
        assert _differing_days(connection, READING, other, READING, stretch) == both_days
        assert _differing_days(connection, READING, same, "", stretch) == both_days
        assert scalar(connection, f"select count(*) from {same} where {within(stretch)}") == 2

    folder_lake.write(compare)


@pytest.mark.parametrize(("days", "rows_at_the_gate"), [(7, 0), (8, 2)])
def test_a_week_passes_its_gate_before_it_is_written_and_more_where_it_stands(
    folder_lake: Lake, changed_model: Model, days: int, rows_at_the_gate: int
):
    held_at_gate = []

    def replace_days(connection: Connection) -> None:
        def gate(days: set[date], rows: Rows | None) -> None:
            held_at_gate.append(scalar(connection, "select count(*) from gold.meter_daily"))
            assert (rows is None) == bool(rows_at_the_gate)
            assert scalar(connection, f"select count(*) from {rows.written if rows else 'gold.meter_daily'}") == 2

        model, wanted = models()["gold.meter_daily"], {date(2013, 1, 1 + number) for number in range(days)}
        written, replaced = build_days(
            connection, model, folder_lake.settings, wanted, None, gate=gate, may_hold=lambda _: False
        )
        assert (written, replaced) == (2, wanted)

    folder_lake.write(replace_days)
    assert held_at_gate == [rows_at_the_gate]


def test_no_step_of_the_build_reads_a_temporary_table_that_was_not_handed_to_it():
    folder = Path(wattlake.lake.build.__path__[0])
    named_in = {file.name: re.findall(r"\btemp\.\w+", file.read_text()) for file in folder.glob("*.py")}
    assert {file: tables for file, tables in named_in.items() if tables} == {}
