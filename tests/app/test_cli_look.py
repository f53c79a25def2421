"""``wattlake status`` and ``wattlake sql``."""

import csv
import io
import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

WATTLAKE = Path(sys.executable).with_name("wattlake")
THREE_HOURS = (
    "select user_id, period_start_utc, consumption_kwh, consumption_provenance from warehouse.fact_energy_flow "
    "where consumption_kwh is not null order by period_start_utc, user_id limit 3"
)


def test_status_of_a_healthy_lake_shows_all_of_it(wattlake, lake_to_look_at):
    said = wattlake("status")
    assert (said.code, said.err) == (0, "")
    for heading in ("Tables", "Sources", "Readings: landed = in silver", "Register", "Last runs"):
        assert f"\n{heading}" in said.out
    assert "fact_energy_flow" in said.out
    assert said.out.endswith("The lake is healthy.\n")


def test_status_hashes_the_content_where_it_is_wanted(wattlake, lake_to_look_at, contents):
    said = wattlake("status", "--hash")
    assert contents(lake_to_look_at)["warehouse.fact_energy_flow"] in said.out
    assert "content_hash" not in wattlake("status").out


def test_status_is_1_and_says_why_after_a_run_that_failed(wattlake, lake_to_change, monkeypatch):
    monkeypatch.setenv("WATTLAKE_MEMBERS", "/nowhere/members.csv")
    assert wattlake("ingest", "members").code == 2
    said = wattlake("status")
    assert said.code == 1
    assert "Error: The last run of ingest failed on " in said.err
    assert "/nowhere/members.csv" in said.err
    assert "healthy" not in said.out


@pytest.mark.parametrize("command", [("status",), ("sql", "select 1")])
def test_without_a_lake_a_sentence_says_how_to_get_one(wattlake, monkeypatch, tmp_path, command):
    monkeypatch.setenv("WATTLAKE_DATA", str(tmp_path / "none"))
    said = wattlake(*command)
    assert (said.code, said.out) == (2, "")
    assert said.err == (
        f"Error: There is no lake at {tmp_path / 'none'} yet. "
        "Run `wattlake run` to fill it, or `wattlake demo` to try it.\n"
    )
    assert not (tmp_path / "none").exists()


def test_sql_shows_a_table_whose_lines_are_whole(wattlake, lake_to_look_at):
    said = wattlake("sql", "select * from warehouse.fact_energy_flow limit 3")
    assert said.code == 0
    assert said.out.startswith("\n3 rows\nuser_sk ")
    assert "…" not in said.out
    assert len(said.out.splitlines()) == 2 + 2 + 3


def test_sql_shows_what_is_in_the_cells_to_the_letter(wattlake, lake_to_look_at):
    said = wattlake("sql", "select '[red]x[/]' as a, null as b, 1234567 as c, 0.00001::double as d, 2.5::double as e")
    assert said.out.splitlines()[-1].split() == ["[red]x[/]", "–", "1,234,567", "1e-05", "2.500"]


def test_sql_without_rows_says_so(wattlake, lake_to_look_at):
    assert wattlake("sql", "select 1 where false").out == "No rows.\n"


def test_sql_writes_json_in_which_numbers_are_numbers(wattlake, lake_to_look_at):
    rows = json.loads(wattlake("sql", THREE_HOURS, "--format", "json").out)
    assert len(rows) == 3
    assert isinstance(rows[0]["consumption_kwh"], float)
    assert datetime.fromisoformat(rows[0]["period_start_utc"]) == datetime(2026, 6, 14)  # noqa: DTZ001


def test_sql_writes_csv(wattlake, lake_to_look_at):
    rows = list(csv.DictReader(io.StringIO(wattlake("sql", THREE_HOURS, "--format", "csv").out)))
    assert [row["consumption_provenance"] for row in rows] == ["simulated"] * 3


def test_sql_writes_parquet_to_a_file_and_to_a_pipe(wattlake, lake_to_look_at, tmp_path):
    assert wattlake("sql", THREE_HOURS, "--format", "parquet", "--out", tmp_path / "rows.parquet").out == ""
    command = [WATTLAKE, "sql", THREE_HOURS, "--format", "parquet"]
    piped = subprocess.run(command, capture_output=True, check=True, timeout=60).stdout
    in_file = pl.read_parquet(tmp_path / "rows.parquet")
    assert in_file.equals(pl.read_parquet(io.BytesIO(piped)))
    assert in_file.shape == (3, 4)


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("selct 1", 'syntax error at or near "selct"'),
        ("select nothing_such from warehouse.dim_user", "nothing_such"),
        ("delete from bronze.members", "read-only"),
        ("insert into ops.run select * from ops.run", "read-only"),
        ("create table gold.mine (i int)", "read-only"),
        ("drop view warehouse.dim_user", "read-only"),
    ],
)
def test_sql_that_is_wrong_or_would_write_ends_with_a_sentence(wattlake, lake_to_look_at, contents, query, sentence):
    said = wattlake("sql", query)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("Error: ")
    assert sentence in said.err
    assert said.err.count("\n") == 1


def test_nested_rows_do_not_fit_into_csv_and_a_sentence_says_so(wattlake, lake_to_look_at):
    said = wattlake("sql", "select [1, 2] as pair", "--format", "csv")
    assert (said.code, said.err) == (2, "Error: CSV format does not support nested data\n")
