"""When a consumer maintains what it writes, and that what fails then does not end it."""

import json
import logging
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.streams import NOW, commit, energy
from wattlake.lake.landing.packs import is_pack
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake
from wattlake.tasks.streaming.maintenance import Maintenance


def packs(lake: Lake) -> int:
    return sum(map(is_pack, Storage(lake.settings).names("landing")))


def send(lake: Lake, minute: int) -> None:
    for second in (0, 10):
        commit(lake, energy("m", NOW - timedelta(hours=1) + timedelta(minutes=minute, seconds=second), "5", seconds=10))


def do_all(maintenance: Maintenance) -> None:
    """Do what is due, to its last step."""
    maintenance.do_a_step()
    while maintenance.is_at_work:
        maintenance.do_a_step()


def test_batches_are_committed_between_its_steps(folder_lake: Lake):
    clock = [NOW]
    maintenance = Maintenance(folder_lake, lambda: clock[0])
    send(folder_lake, 0)
    clock[0] = NOW + timedelta(minutes=2)
    minutes = 1
    maintenance.do_a_step()
    while maintenance.is_at_work:
        send(folder_lake, minutes)
        minutes += 1
        maintenance.do_a_step()
    assert minutes > 3
    assert packs(folder_lake) == 1
    counted = folder_lake.reader().execute("select count(*), count(distinct event_at_utc) from silver.meter_event")
    assert counted.fetchall() == [(2 * minutes, 2 * minutes)]


def test_it_is_due_soon_after_the_start_and_then_every_five_minutes(folder_lake: Lake):
    clock = [NOW]
    maintenance = Maintenance(folder_lake, lambda: clock[0])
    send(folder_lake, 0)
    done = []
    for minutes in (0.4, 0.6, 5.4, 5.7):
        clock[0] = NOW + timedelta(minutes=minutes)
        do_all(maintenance)
        done.append(len(Storage(folder_lake.settings).names("landing/meter_events/2026-11-30")))
        if minutes == 0.6:
            send(folder_lake, 1)
    assert done == [2, 1, 3, 1]
    assert packs(folder_lake) == 1


def test_the_lake_is_opened_anew_after_it_so_that_memory_does_not_grow_with_commits(folder_lake: Lake):
    clock = [NOW]
    maintenance = Maintenance(folder_lake, lambda: clock[0])
    send(folder_lake, 0)
    folder_lake.reader().execute("set global max_expression_depth = 777")
    for minutes, depth in ((0.4, 777), (0.6, 1000)):
        clock[0] = NOW + timedelta(minutes=minutes)
        do_all(maintenance)
        assert folder_lake.reader().execute("select current_setting('max_expression_depth')").fetchall() == [(depth,)]


def test_what_fails_is_logged_and_tried_at_the_next_time(folder_lake: Lake, caplog: pytest.LogCaptureFixture):
    clock = [NOW]
    maintenance = Maintenance(folder_lake, lambda: clock[0])
    send(folder_lake, 0)
    mark = Path(folder_lake.settings.data) / "lake.json"
    own = mark.read_text()
    mark.write_text(json.dumps(json.loads(own) | {"catalog": "another"}))
    caplog.set_level(logging.INFO, logger="wattlake.stream")
    logging.getLogger("wattlake").propagate = True
    clock[0] = NOW + timedelta(minutes=2)
    do_all(maintenance)
    assert packs(folder_lake) == 0
    assert "The stream's tables were not maintained" in caplog.text
    mark.write_text(own)
    do_all(maintenance)
    assert packs(folder_lake) == 0
    clock[0] = NOW + timedelta(minutes=13)
    do_all(maintenance)
    assert packs(folder_lake) == 1
