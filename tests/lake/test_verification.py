"""Verification names every file that is lost or damaged, of each kind."""

from pathlib import Path

import pytest

from lake.catalog import Lake
from lake.maintenance.verification import named_files, verify
from lake.storage import Storage
from tests.lake_steps import land_rows

KINDS = ["tables/bronze/energy_charts/", "tables/ops/landing/", "landing/energy_charts/"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_lost_a_cut_and_a_damaged_file_are_named(folder_lake: Lake, kind: str):
    land_rows(folder_lake, "energy_charts", "https://p.test/1", [{"price": "1"}])
    assert [step.faults for step in verify(folder_lake, deep=True) if step.faults] == []
    stored = {name for name in Storage(folder_lake.settings).names() if name != "lake.json"}
    assert {file.path for file in named_files(folder_lake.reader())} == stored
    (name,) = (name for name in stored if name.startswith(kind))
    file = Path(folder_lake.settings.data) / name
    whole = file.read_bytes()
    damages = {"cut": whole[: len(whole) // 2], "flipped": bytes(byte ^ 0xFF for byte in whole), "lost": None}
    for damage, content in damages.items():
        file.unlink() if content is None else file.write_bytes(content)
        faults = [fault for step in verify(folder_lake, deep=True) for fault in step.faults]
        assert any(name in fault for fault in faults), damage
    folder_lake.close()
