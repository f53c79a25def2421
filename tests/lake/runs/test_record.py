"""Runs leave a row however they end, and every log line says what it is about."""

import json
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from harness.lake_steps import NOW, build_all, land_rows, select
from harness.services import PROJECT
from wattlake.lake.reports import status
from wattlake.lake.runs.record import Format, configure_logging, recorded
from wattlake.lake.runs.running import Note, broken_off, notes_folder, unended
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake


def ticking() -> Iterator[datetime]:
    return iter(NOW + timedelta(minutes=minute) for minute in range(10))


def test_a_run_that_ends_well_leaves_its_row_in_a_lake_made_for_it(lake_settings: Settings):
    lake = Lake(lake_settings)
    with recorded(lake, "pipeline", ticking().__next__) as run:
        run.wrote("bronze.energy_charts", 1200, 0.5)
        run.wrote("silver.spot_price", 1199, 0.5)
        run.wrote("gold.spot_price", 1, 0.5)
        run.wrote("gold.forecast", 48, 0.25)
    at = NOW.replace(tzinfo=None)
    said = "Landed 1,200, built 1,200, forecast 48 rows."
    assert select(lake, "from ops.run") == [
        (run.run_id, "pipeline", at, at + timedelta(minutes=1), "completed", 1200, 1200, 48, said)
    ]
    assert run.seconds == {
        "bronze.energy_charts": 0.5,
        "silver.spot_price": 0.5,
        "gold.spot_price": 0.5,
        "gold.forecast": 0.25,
    }
    lake.close()


def test_a_run_that_fails_says_why_and_one_without_news_says_so(folder_lake: Lake):
    clock = ticking().__next__
    with pytest.raises(ValueError, match="Half a file"), recorded(folder_lake, "ingest", clock) as run:
        run.wrote("bronze.members", 3, 0.1)
        raise ValueError("Half a file.")
    with pytest.raises(KeyboardInterrupt), recorded(folder_lake, "build", clock):
        raise KeyboardInterrupt
    with recorded(folder_lake, "forecast", clock):
        pass
    rows = "select name, status, rows_landed, rows_built, message from ops.run order by started_at_utc"
    assert select(folder_lake, rows) == [
        ("ingest", "failed", 3, 0, "Half a file."),
        ("build", "failed", 0, 0, "KeyboardInterrupt"),
        ("forecast", "completed", 0, 0, "Nothing was new."),
    ]
    assert status.runs(folder_lake.reader()).column("name") == ["forecast", "build", "ingest"]
    assert status.troubles(folder_lake.reader()) == [
        "The last run of build failed on 2013-03-01 12:02 UTC: KeyboardInterrupt",
        "The last run of ingest failed on 2013-03-01 12:00 UTC: Half a file.",
    ]
    with recorded(folder_lake, "ingest", clock) as run:
        run.message = "All is well."
    assert len(status.troubles(folder_lake.reader())) == 1, "a later success heals the earlier failure"


def line(as_json: bool, **said: object) -> str:
    record = logging.makeLogRecord({"name": "wattlake", "levelname": "INFO", "msg": "built", "created": 0.0, **said})
    return Format(as_json).format(record)


def test_log_lines_name_run_source_table_rows_and_seconds(folder_lake: Lake):
    said = {"source": "pvgis", "table": "silver.pv_typical", "rows": 7, "seconds": 0.25}
    with recorded(folder_lake, "build", ticking().__next__) as run:
        text, as_json = line(False, **said), json.loads(line(True, **said))
    assert text == f"00:00:00 info run={run.run_id} built source=pvgis table=silver.pv_typical rows=7 seconds=0.25"
    head = {"time": "1970-01-01T00:00:00+00:00", "level": "INFO", "run": run.run_id}
    assert as_json == head | said | {"message": "built"}
    assert line(False) == "00:00:00 info run=- built"


def test_a_traceback_stays_on_the_records_own_line_in_json():
    try:
        raise RuntimeError("broken")
    except RuntimeError as error:
        caught = (type(error), error, error.__traceback__)
    written = line(True, exc_info=caught)
    assert "\n" not in written
    assert "RuntimeError: broken" in json.loads(written)["message"]
    assert line(False, exc_info=caught).splitlines()[-1] == "RuntimeError: broken"


def test_a_build_logs_every_table_it_writes(folder_lake: Lake, capsys: pytest.CaptureFixture[str]):
    price = {"bidding_zone": "DE-LU", "unix_seconds": "1356998400", "price": "1", "unit": "EUR/MWh"}
    land_rows(folder_lake, "energy_charts", "https://p.test", [price, price | {"unix_seconds": "1357002000"}])
    logger = logging.getLogger("wattlake")
    before = (logger.level, logger.propagate, list(logger.handlers))
    try:
        configure_logging("json")
        configure_logging("json")
        build_all(folder_lake, only="silver.spot_price")
    finally:
        logger.level, logger.propagate, logger.handlers[:] = before
    (written,) = capsys.readouterr().err.splitlines()
    said = json.loads(written)
    assert (said["table"], said["rows"], said["run"], said["message"]) == ("silver.spot_price", 2, "-", "built")
    assert said["seconds"] >= 0


def test_readings_that_went_missing_are_trouble(folder_lake: Lake):
    price = {"bidding_zone": "DE-LU", "unix_seconds": "1356998400", "price": "1", "unit": "EUR/MWh"}
    land_rows(folder_lake, "energy_charts", "https://p.test", [price, price | {"unix_seconds": "1357002000"}])
    build_all(folder_lake, only="silver.spot_price")
    assert status.troubles(folder_lake.reader()) == []
    folder_lake.write(lambda connection: connection.execute("delete from silver.spot_price"))
    assert status.troubles(folder_lake.reader()) == [
        "2 readings of silver.spot_price are not accounted for. Run `wattlake build --full`."
    ]
    fates = ("energy_charts", "silver.spot_price", 2, 2, 0, 0, 0, 0)
    assert status.reconciliation(folder_lake.reader()).rows == [fates]
    assert status.sources(folder_lake.reader()).select("source", "landings", "rows").rows == [("energy_charts", 1, 2)]


BEGINS_A_RUN = """
import os, signal, sys
from wattlake.lake.store.lake import Lake
from wattlake.lake.runs.record import recorded
from wattlake.lake.settings import Settings
from harness.lake_steps import NOW

lake = Lake(Settings(data=sys.argv[1], catalog=sys.argv[2]))
with recorded(lake, "ingest", lambda: NOW) as run:
    lake.write(lambda connection: connection.execute(
        "insert into ops.landing (source, landing_id, run_id, rows) values ('pvgis', 1, ?, 7)", [run.run_id]))
    print(run.run_id, flush=True)
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_run_whose_process_was_killed_is_seen_at_once_and_recorded_by_the_next(lake_settings: Settings):
    lake = Lake(lake_settings)
    lake.create()
    secret = lake_settings.azure_connection_string
    with subprocess.Popen(
        [sys.executable, "-c", BEGINS_A_RUN, lake_settings.data, lake_settings.catalog.get_secret_value()],
        cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env=os.environ | ({"WATTLAKE_AZURE_CONNECTION_STRING": secret.get_secret_value()} if secret else {}),
    ) as program:  # fmt: skip
        run_id = program.stdout.readline().strip()
        note = Note(run_id, "ingest", NOW.isoformat())
        assert unended(lake_settings) == [(note, True)]
        assert list(broken_off(lake_settings)) == []
    assert program.returncode == -signal.SIGKILL
    assert unended(lake_settings) == [(note, False)]
    assert select(lake, "from ops.run") == []

    clock = iter([NOW + timedelta(hours=1), NOW + timedelta(hours=2)]).__next__
    with recorded(lake, "build", clock):
        began = NOW.replace(tzinfo=None)
        said = "It was killed, or the lake could not be written to. What it had committed stays."
        assert select(lake, "from ops.run") == [(run_id, "ingest", began, None, "broken off", 7, None, None, said)]
        assert [held for _, held in unended(lake_settings)] == [True], "its own"
    assert unended(lake_settings) == []
    assert status.troubles(lake.reader()) == [
        f"The last run of ingest was broken off; it had begun on 2013-03-01 12:00 UTC: {said}"
    ]
    lake.close()


def test_a_run_killed_after_it_was_recorded_is_not_recorded_again(folder_lake: Lake):
    with recorded(folder_lake, "build", ticking().__next__) as run:
        pass
    left = notes_folder(folder_lake.settings) / f"{run.run_id}.json"
    left.write_text(json.dumps({"run_id": run.run_id, "name": "build", "began": NOW.isoformat()}))
    with recorded(folder_lake, "forecast", ticking().__next__):
        assert select(folder_lake, "select name, status from ops.run") == [("build", "completed")]
    assert not left.exists()


def test_an_error_of_the_system_is_recorded_as_it_is_told(folder_lake: Lake, tmp_path: Path):
    with pytest.raises(FileNotFoundError), recorded(folder_lake, "ingest", ticking().__next__):
        (tmp_path / "none").read_bytes()
    assert select(folder_lake, "select message from ops.run") == [
        (f"No such file or directory: {tmp_path / 'none'}. Check the path.",)
    ]


def test_a_run_that_cannot_store_how_it_failed_tells_why_it_failed_and_is_recorded_by_the_next(
    folder_lake: Lake, warnings_logged: pytest.LogCaptureFixture
):
    def hide_the_table(connection: duckdb.DuckDBPyConnection) -> None:
        connection.execute("alter table ops.run rename to hidden")

    with pytest.raises(ValueError, match="Half a file"), recorded(folder_lake, "ingest", ticking().__next__) as run:
        folder_lake.write(hide_the_table)
        raise ValueError("Half a file.")
    (said,) = [record.getMessage() for record in warnings_logged.records]
    assert said.startswith("the run's row could not be stored: ")
    folder_lake.write(lambda connection: connection.execute("alter table ops.hidden rename to run"))
    assert unended(folder_lake.settings) == [(Note(run.run_id, "ingest", NOW.isoformat()), False)]
    with recorded(folder_lake, "ingest", ticking().__next__):
        assert select(folder_lake, "select run_id, status from ops.run") == [(run.run_id, "broken off")]
