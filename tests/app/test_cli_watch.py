"""`wattlake watch` lands what appears, builds once when it is quiet, and ends well."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Event, Thread

import pytest

from harness.lake_steps import METER_HEADER, day_of_readings
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake
from wattlake.tasks.landing.watched import Happened
from wattlake.tasks.landing.watching import watch

NOW = datetime(2026, 3, 1, tzinfo=UTC)
PATIENCE_SECONDS = 60


def csv(meter: str) -> str:
    return "\n".join([METER_HEADER, *day_of_readings(meter, date(2026, 1, 1))]) + "\n"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    places = {name: str(tmp_path / "in" / name) for name in ("smart_meters", "members", "inverters")}
    return Settings(data=str(tmp_path / "lake"), catalog=str(tmp_path / "catalog.sqlite"), **places)


class Watching:
    """A watch of the meters' inbox in a thread of its own, with all that it did."""

    def __init__(self, lake: Lake, quiet_seconds: float) -> None:
        self.happened: list[Happened] = []
        self.stopped = Event()
        self.steps = watch(
            lake, ["smart_meters"], lambda: NOW, self.stopped, look_seconds=0.1, quiet_seconds=quiet_seconds
        )
        self.thread = Thread(target=lambda: self.happened.extend(self._kept()), daemon=True)

    def _kept(self):
        for each in self.steps:
            self.happened.append(each)
        return ()

    def until(self, condition: Callable[[list[Happened]], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not condition(self.happened):
            assert time.monotonic() < deadline, self.happened
            time.sleep(0.05)

    def __enter__(self) -> "Watching":
        self.thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stopped.set()
        self.thread.join(PATIENCE_SECONDS)
        assert not self.thread.is_alive()


def landed(happened: list[Happened]) -> int:
    return sum(each.rows for each in happened if each.table == "bronze.smart_meters")


def builds(happened: list[Happened]) -> int:
    return sum(each.table == "silver.meter_reading" for each in happened)


def test_files_are_landed_as_they_come_once_they_are_whole_and_built_once(calendar_lake, tmp_path, warnings_logged):
    inbox = tmp_path / "in"
    lake = Lake(calendar_lake.settings.model_copy(update={"smart_meters": str(inbox)}))
    with Watching(lake, quiet_seconds=1.5) as watching:
        time.sleep(0.3)
        inbox.mkdir(parents=True)
        (inbox / "a.csv").write_text(csv("A"))
        (inbox / "bad.csv").write_text("nothing,of,meters\n1,2,3\n")
        watching.until(lambda happened: landed(happened) == 48)
        with (inbox / "b.csv").open("w") as growing:
            for line in csv("B").splitlines(keepends=True)[:30]:
                growing.write(line)
                growing.flush()
                time.sleep(0.03)
            growing.write("".join(csv("B").splitlines(keepends=True)[30:]))
        watching.until(lambda happened: builds(happened) == 1)
        time.sleep(0.5)
    assert landed(watching.happened) == 96
    assert builds(watching.happened) == 1, "one build for all files"
    names = "select name, rows from ops.landing order by landing_id"
    assert lake.reader().execute(names).fetchall() == [("a.csv", 48), ("b.csv", 48)], "no part of b.csv was landed"
    assert warnings_logged.text.count("not landed: ") == 1, "a file that cannot be read is told once"
    assert f"{inbox}/bad.csv " in warnings_logged.text
    runs = "select distinct name, status from ops.run"
    assert lake.reader().execute(runs).fetchall() == [("watch", "completed")]


def test_a_watch_that_begins_again_reads_nothing_anew(settings: Settings, new_lake, monkeypatch):
    lake, inbox = new_lake(settings), Path(settings.smart_meters)
    inbox.mkdir(parents=True)
    (inbox / "a.csv").write_text(csv("A"))
    with Watching(lake, quiet_seconds=3600) as watching:
        watching.until(lambda happened: landed(happened) == 48)
    monkeypatch.setattr("wattlake.lake.landing.listing.Place.fetch", None)
    with Watching(lake, quiet_seconds=3600) as watching:
        time.sleep(0.7)
    assert watching.happened == []


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_the_command_ends_well_at_a_signal(settings: Settings, tmp_path: Path, sign: signal.Signals):
    inbox = Path(settings.smart_meters)
    inbox.mkdir(parents=True)
    environment = {
        "WATTLAKE_DATA": settings.data,
        "WATTLAKE_CATALOG": str(settings.catalog),
        "WATTLAKE_SMART_METERS": str(inbox),
    }
    command = [sys.executable, "-m", "wattlake.app.cli", "watch", "smart_meters", "--quiet", "3600", "--every", "1"]
    with subprocess.Popen(
        command, env=os.environ | environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path
    ) as process:
        assert process.stdout.readline() == "Watching the inboxes (Ctrl-C stops).\n"
        (inbox / "a.csv").write_text(csv("A"))
        assert process.stdout.readline() == "bronze.smart_meters: 48 rows.\n"
        process.send_signal(sign)
        out, err = process.communicate(timeout=PATIENCE_SECONDS)
    assert (process.returncode, out) == (0, "Stopped; what was begun was ended.\n"), err
    assert "Traceback" not in err


def test_the_command_may_end_by_itself_and_refuses_a_source_that_is_none(wattlake, settings: Settings, monkeypatch):
    monkeypatch.setenv("WATTLAKE_DATA", settings.data)
    monkeypatch.setenv("WATTLAKE_CATALOG", str(settings.catalog))
    assert wattlake("watch", "members", "--for", "0").code == 0
    refused = wattlake("watch", "wells")
    assert (refused.code, "There is no source `wells`" in refused.err) == (2, True)
