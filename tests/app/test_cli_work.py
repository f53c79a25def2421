"""The commands that fill the lake, one step at a time, without Prefect's server."""

import re

import pytest

from wattlake.lake.reports import status
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake

DAYS = ("--from", "2026-06-14", "--to", "2026-06-22", "--now", "2026-06-22T00:00")


def newest_run(folder):
    lake = Lake(Settings(data=str(folder)), read_only=True)
    run = status.runs(lake.reader(), newest=1).records()[0]
    lake.close()
    return run


def test_ingest_then_build_makes_the_lake_the_whole_job_would(wattlake, use_lake, _filled, tmp_path, contents):
    folder = use_lake(tmp_path / "lake")
    ingested = wattlake("ingest", *DAYS)
    assert ingested.code == 0
    landed = dict(re.findall(r"^bronze\.(\w+): ([\d,]+) rows landed\.$", ingested.out, re.MULTILINE))
    assert set(landed) == {"members", "smart_meters", "open_meteo", "energy_charts", "pvgis", "carbon_intensity"}
    assert landed["members"] == "8"
    built = wattlake("build")
    assert built.code == 0
    assert re.search(r"^gold\.energy_flow +[\d,]+ +\d+\.\d+ *$", built.out, re.MULTILINE)
    assert contents(folder) == contents(_filled)


def test_the_log_names_run_source_table_rows_and_seconds(wattlake, use_lake, tmp_path):
    folder = use_lake(tmp_path / "lake")
    said = wattlake("ingest", "members")
    (landed,) = [line for line in said.err.splitlines() if " landed " in line]
    assert re.fullmatch(
        rf"\d\d:\d\d:\d\d info run={newest_run(folder)['run_id']} landed "
        r"source=members table=bronze\.members rows=8 seconds=[\d.]+",
        landed,
    )


def test_what_was_landed_and_built_is_not_landed_or_built_again(wattlake, lake_to_change, contents):
    before = contents(lake_to_change)
    ingested = wattlake("ingest", *DAYS)
    assert set(re.findall(r": ([\d,]+) rows landed", ingested.out)) == {"0"}
    assert newest_run(lake_to_change)["message"] == "Nothing was new."
    assert wattlake("build").out == "Nothing was new.\n"
    assert contents(lake_to_change) == before


@pytest.mark.parametrize("options", [("--full",), ("--from", "2026-06-15", "--to", "2026-06-16")])
def test_building_again_gives_the_same_rows(wattlake, lake_to_change, contents, options):
    before = contents(lake_to_change)
    said = wattlake("build", *options)
    assert said.code == 0
    assert "gold.energy_flow" in said.out
    assert ("silver.meter_reading" in said.out) == (options == ("--full",))
    assert contents(lake_to_change) == before


def test_a_forecast_is_issued_once_and_for_each_day_that_is_asked_for(wattlake, lake_to_change):
    issued = wattlake("forecast", "--now", "2026-06-22T00:00")
    assert re.fullmatch(r"Forecast issued at 2026-06-22 00:00 UTC: [1-9]\d* rows\.\n", issued.out)
    again = wattlake("forecast", "--now", "2026-06-22T00:00")
    assert "0 rows (it was issued before, or nothing was known" in again.out
    earlier = wattlake("forecast", "--from", "2026-06-20", "--to", "2026-06-21")
    issues = re.findall(r"issued at (\S+) 00:00 UTC: (\d+) rows\.", earlier.out)
    assert [day for day, _ in issues] == ["2026-06-20", "2026-06-21"]
    assert newest_run(lake_to_change)["rows_forecast"] == sum(int(rows) for _, rows in issues) > 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("ingest", "tea_leaves"), "There is no source `tea_leaves`. The sources are: carbon_intensity, energy_charts"),
        (("run", "--source", "tea_leaves"), "There is no source `tea_leaves`."),
        (("ingest", "--from", "2026-01-03", "--to", "2026-01-01"), "The first day is 2026-01-03, the last is"),
        (("run", "--from", "2026-01-03", "--to", "2026-01-01"), "The first day is 2026-01-03, the last is"),
        (("build", "--from", "2026-01-03", "--to", "2026-01-01"), "Give both --from and --to, the earlier day first."),
        (("build", "--from", "2026-01-03"), "Give both --from and --to, the earlier day first."),
        (("forecast", "--to", "2026-01-03"), "Give both --from and --to, the earlier day first."),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence_before_anything_is_made(
    wattlake, use_lake, tmp_path, arguments, sentence
):
    folder = use_lake(tmp_path / "lake")
    said = wattlake(*arguments)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"Error: {sentence}")
    assert said.err.count("\n") == 1
    assert not folder.exists()


def test_an_inbox_that_is_missing_is_named(wattlake, use_lake, tmp_path):
    use_lake(tmp_path / "lake", WATTLAKE_SMART_METERS=str(tmp_path / "no_inbox"))
    said = wattlake("ingest", "smart_meters")
    assert said.code == 2
    log, sentence = said.err.splitlines()
    assert " error run=" in log
    assert sentence.startswith("Error: 1 of 1 sources failed. smart_meters: There is no file or folder")
    assert str(tmp_path / "no_inbox") in sentence


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("WATTLAKE_SLOT_MINUTES", "7", "Input should be 15, 30 or 60"),
        ("WATTLAKE_THREADS", "many", "Input should be a valid integer"),
        ("WATTLAKE_LOG_FORMAT", "xml", "Input should be 'text' or 'json'"),
    ],
)
@pytest.mark.parametrize("command", ["run", "ingest", "build", "forecast", "maintain", "status", "dashboard", "demo"])
def test_a_setting_that_is_wrong_is_named(wattlake, monkeypatch, tmp_path, command, name, value, sentence):
    monkeypatch.setenv("WATTLAKE_DATA", str(tmp_path / "lake"))
    monkeypatch.setenv(name, value)
    said = wattlake(command)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"Error: A setting is wrong. {name} is `{value}`: {sentence}")
    assert said.err.count("\n") == 1
    assert not (tmp_path / "lake").exists()
