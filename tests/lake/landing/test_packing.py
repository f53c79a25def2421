"""Packing that is killed at any point, by a real kill of a real process, loses no batch and is made good."""

import signal
import subprocess
import sys
from datetime import timedelta

from harness.lake_steps import select
from harness.services import PROJECT
from tests.support.streams import NOW, commit, energy
from wattlake.lake.landing.packing import pack_landings
from wattlake.lake.landing.packs import is_pack, read_archived
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake

PACKING = """
import sys
from benchmarks.torture.points import Point, arm, die
from wattlake.lake.landing.packing import pack_landings
from wattlake.lake.settings import Settings
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake

data, catalog, at = sys.argv[1:]
removed = []
remove = Storage.remove

def remove_two(storage, name):
    remove(storage, name)
    removed.append(name)
    if len(removed) == 2:
        die()

if at == "removing":
    Storage.remove = remove_two
else:
    arm(Point("", at))
pack_landings(Lake(Settings(data=data, catalog=catalog)), "meter_events")
"""


def send(lake: Lake, numbers: range) -> None:
    for number in numbers:
        commit(lake, energy("m", NOW - timedelta(hours=1) + timedelta(seconds=10 * number), "5", seconds=10))


def payloads(lake: Lake) -> list[str]:
    return [name for name in Storage(lake.settings).names("landing") if "/register/" not in name]


def test_a_kill_at_any_point_of_packing_loses_no_payload_and_is_made_good(folder_lake: Lake):
    send(folder_lake, range(3))
    first = pack_landings(folder_lake, "meter_events")
    assert (first, [is_pack(name) for name in payloads(folder_lake)]) == (3, [True])
    send(folder_lake, range(3, 7))
    storage = Storage(folder_lake.settings)
    as_landed = {
        path: read_archived(storage, path) for (path,) in select(folder_lake, "select archive_path from ops.landing")
    }
    place, there = (folder_lake.settings.data, str(folder_lake.settings.catalog)), []
    for at in ("during", "after", "removing"):
        command = [sys.executable, "-c", PACKING, *place, at]
        killed = subprocess.run(command, cwd=PROJECT, check=False, capture_output=True, text=True)
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        afresh = Storage(folder_lake.settings)
        assert {path: read_archived(afresh, path) for path in as_landed} == as_landed
        there.append(len(payloads(folder_lake)))
    # A torn pack is no file; a whole one stands beside what it took in; two of these are gone.
    assert there == [5, 6, 4]
    send(folder_lake, range(7, 8))
    pack_landings(folder_lake, "meter_events")
    assert [is_pack(name) for name in payloads(folder_lake)] == [True]
    afresh = Storage(folder_lake.settings)
    assert {path: read_archived(afresh, path) for path in as_landed} == as_landed
    assert pack_landings(folder_lake, "meter_events") == 0
