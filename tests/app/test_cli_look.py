"""``wattlake status``, ``wattlake sql`` and ``wattlake dictionary``."""

import csv
import io
import json
import re
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from wattlake.app.render import complain, say, show_table
from wattlake.lake.contracts import contracts
from wattlake.lake.reports.dictionary import page
from wattlake.lake.reports.status import content_hash
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake

WATTLAKE = Path(sys.executable).with_name("wattlake")
THREE_HOURS = (
    "select user_id, period_start_utc, consumption_kwh, consumption_provenance from warehouse.fact_energy_flow "
    "where consumption_kwh is not null order by period_start_utc, user_id limit 3"
)


def test_status_of_a_healthy_lake_shows_all_of_it(wattlake, lake_to_look_at):
    said = wattlake("status")
    assert "fact_energy_flow" not in said.out, "what views show is counted where it is asked for"
    said = wattlake("status", "--views")
    assert (said.code, said.err) == (0, "")
    for heading in ("Tables", "Sources", "Readings: landed = in silver", "Register", "Last runs"):
        assert f"\n{heading}" in said.out
    assert "fact_energy_flow" in said.out
    assert "\nRegister: no gaps.\n" in said.out
    assert "A build is unfinished" not in said.out
    assert "content_hash" not in said.out
    assert said.out.endswith("The lake is healthy.\n")


def test_no_text_from_data_or_errors_reaches_a_terminal_as_a_command(capsys):
    title, other = "\x1b]0;mine\x07", "\x9b2J\u202egnp"
    show_table(title, pl.DataFrame({other: [title, "two\nlines"]}))
    say(f"{title}\nand {other}")
    complain(title)
    printed = "".join(capsys.readouterr())
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(printed)
    assert "\\x1b]0;mine\\x07\nand \\x9b2J\\u202egnp" in printed and "two\n" in printed


def test_status_hashes_the_content_where_it_is_wanted(wattlake, lake_to_look_at):
    said = wattlake("status", "--hash")
    lake = Lake(Settings(), read_only=True)
    assert content_hash(lake.reader(), "warehouse.fact_energy_flow") in said.out
    lake.close()


def test_status_says_how_many_readings_are_quarantined_and_how_to_see_why(
    wattlake, lake_to_change, world, monkeypatch, tmp_path
):
    monkeypatch.setenv("WATTLAKE_SMART_METERS", str(tmp_path / "bad.csv"))
    (tmp_path / "bad.csv").write_text("LCLid,tstp,energy(kWh/hh)\nSIM000001,2026-06-01 00:10:00,1\n")
    assert wattlake("ingest", "smart_meters").code == 0
    assert wattlake("build").code == 0
    said = wattlake("status")
    (sentence,) = [line for line in said.out.splitlines() if "of silver.meter_reading are quarantined" in line]
    assert int(sentence.split()[0]) >= 1
    assert sentence.endswith(" To see why: `wattlake quarantine`.")
    assert "off the half-hour grid" in wattlake("quarantine").out
    assert "of smart_meters were set aside: off the half-hour grid" in said.err
    assert said.code == 1


def test_a_meter_of_two_members_is_told_and_an_entry_is_taken_back_as_it_says(
    wattlake, lake_to_change, world, monkeypatch, tmp_path
):
    def land(*lines: str) -> None:
        (tmp_path / "register.csv").write_text("\n".join([header, *lines]) + "\n")
        assert (wattlake("ingest", "members").code, wattlake("build").code) == (0, 0)

    def consumed() -> dict[str, str]:
        query = "select user_id, sum(consumption_kwh) as kwh from warehouse.fact_energy_flow group by all order by all"
        return {row["user_id"]: row["kwh"] for row in json.loads(wattlake("sql", query, "--format", "json").out)}

    header, *lines = (world.folder / "members" / "register.csv").read_text().splitlines()
    monkeypatch.setenv("WATTLAKE_MEMBERS", str(tmp_path / "register.csv"))
    before, (name, _, rest) = consumed(), lines[0].partition(",")
    land(*lines[1:], f"RENAMED,{rest}")
    assert consumed() == before | {"RENAMED": before[name]}
    said = wattlake("status")
    (remark,) = [line for line in said.out.splitlines() if "count for two members each" in line]
    old = dict(zip(header.split(","), lines[0].split(","), strict=True))
    query = f"select sum(readings)::bigint as readings from gold.meter_daily where meter_id = '{old['meter_id']}'"
    (counted,) = json.loads(wattlake("sql", query, "--format", "json").out)
    assert remark.startswith(f"{counted['readings']} readings ")
    land(",".join((old | {"left": old["valid_from"]}).values()))
    assert consumed() == {("RENAMED" if member == name else member): kwh for member, kwh in before.items()}
    said = wattlake("status")
    assert "count for two members each" not in said.out
    assert "\nRegister: no gaps.\n" in said.out


def test_status_says_where_a_build_is_unfinished_and_does_not_fail(wattlake, lake_to_change):
    lake = Lake(Settings())
    lake.write(lambda con: con.execute("update ops.progress set target_snapshot_id = 1 where table_name = 'gold'"))
    lake.close()
    said = wattlake("status")
    assert (said.code, said.err) == (0, "")
    assert "\nA build is unfinished; `wattlake build` goes on with it.\n" in said.out


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
        ("delete from bronze.members", "This one is DELETE; the lake is read-only here."),
        ("insert into ops.run select * from ops.run", "This one is INSERT;"),
        ("create table gold.mine (i int)", "This one is CREATE;"),
        ("drop view warehouse.dim_user", "This one is DROP;"),
        ("copy (select 1) to 'stolen.csv'", "This one is COPY;"),
        ("explain analyze copy (select 1) to 'stolen.csv'", "This one is COPY;"),
        ("explain (analyze, format json) copy (select 1) to 'stolen.csv'", "This one is COPY;"),
        ("/* why */ explain /* not */ analyze copy (select 1) to 'stolen.csv'", "syntax error"),
        ("attach 'mine.db'", "This one is ATTACH;"),
        ("set threads = 1", "This one is SET;"),
        ("", "There is none here."),
        (" ; -- nothing", "There is none here."),
        ("select 1; select 2", "These are 2."),
        ("create table gold.mine (i int); pivot (select 1 as a) on a using sum(a)", "This one is CREATE;"),
    ],
)
def test_sql_that_is_wrong_or_would_write_ends_with_a_sentence(
    wattlake, lake_to_look_at, monkeypatch, tmp_path, query, sentence
):
    monkeypatch.chdir(tmp_path)
    said = wattlake("sql", query)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("Error: ")
    assert sentence in said.err
    assert said.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "query",
    [
        "from warehouse.dim_user",
        "with one as (select 1) from one;",
        "show all tables",
        "describe warehouse.dim_user",
        "summarize warehouse.dim_user",
        "pivot (select 1 as a, 2 as b) on a using sum(b)",
        "explain select 1",
        "explain (select 1)",
        "/* why */ explain analyze select 1",
        "explain (format json) select 1",
    ],
)
def test_every_statement_that_reads_is_answered(wattlake, lake_to_look_at, query):
    said = wattlake("sql", query)
    assert (said.code, said.err) == (0, "")
    assert re.match(r"\n\d+ rows?\n", said.out)


def test_show_tables_says_where_the_tables_are(wattlake, lake_to_look_at):
    answer = wattlake("sql", "show tables;").out
    assert [line.strip() for line in answer.splitlines() if line.startswith(("dim_", "fact_"))] == [
        name.removeprefix("star.") for name in contracts() if name.startswith("star.")
    ]
    assert answer.endswith(
        "These need no schema. All tables are in the schemas bronze, silver, quarantine, gold, warehouse, star and "
        "ops: `show all tables` lists them.\n"
    )


@pytest.mark.parametrize("form", ["table", "csv", "json", "parquet"])
def test_sql_ends_quietly_where_nobody_reads_on(lake_to_look_at, form):
    with subprocess.Popen(
        [WATTLAKE, "sql", "from range(50000)", "--format", form], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as asked:
        asked.stdout.close()
        assert asked.stderr.read() == b""


def test_rows_are_not_written_where_there_is_no_folder_or_no_format(wattlake, lake_to_look_at, tmp_path):
    said = wattlake("sql", "select 1", "--format", "csv", "--out", tmp_path / "missing" / "x.csv")
    sentence = f"There is no folder `{tmp_path / 'missing'}` to write x.csv to. Make it, or name another."
    assert (said.code, said.err) == (2, f"Error: {sentence}\n")
    said = wattlake("sql", "select 1", "--out", tmp_path / "x.csv")
    assert (said.code, list(tmp_path.iterdir())) == (2, [])
    assert "Say how to write the file: --format csv, json or parquet" in said.err


def test_nested_rows_are_json_in_a_cell_of_csv(wattlake, lake_to_look_at):
    said = wattlake("sql", "select [1, 2] as pair", "--format", "csv")
    assert (said.code, said.out) == (0, 'pair\n"[1, 2]"\n')


def test_the_dictionary_is_printed_as_it_is_and_needs_no_lake(wattlake):
    said = wattlake("dictionary")
    assert (said.code, said.out, said.err) == (0, page() + "\n", "")
