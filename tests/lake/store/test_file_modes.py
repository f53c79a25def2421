"""Whom the files of a lake are made for, whatever mask a process begins with."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.lake_steps import build_all, land_rows
from tests.support.silver import utc
from wattlake.lake.reports.quality_page import write_page
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake


@pytest.fixture(autouse=True)
def _mask_of_somebody_careless() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    """The rights of everything in a folder, by its name."""
    return {str(path.relative_to(folder)): stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*")}


def filled(settings: Settings) -> Lake:
    lake = Lake(settings)
    lake.create()
    land_rows(lake, "energy_charts", "https://p.test/price", [{"price": "1"}])
    build_all(lake, "modes")
    write_page(lake, utc(2026, 6, 1))
    return lake


def test_what_a_lake_makes_is_for_its_owner_alone(tmp_path: Path):
    lake = filled(Settings(data=str(tmp_path / "lake")))
    made = modes(tmp_path)
    lake.close()
    kinds = {Path(name).suffix for name in made}
    assert {".sqlite", ".lock", ".parquet", ".zst", ".html"} <= kinds
    assert {name: oct(mode) for name, mode in made.items() if mode & 0o077} == {}


def test_a_group_may_read_where_the_settings_say_so_and_nobody_else(tmp_path: Path):
    lake = filled(Settings(data=str(tmp_path / "lake"), files_for="group"))
    made = modes(tmp_path)
    lake.close()
    wanted = {name: 0o050 if (tmp_path / name).is_dir() else 0o040 for name in made}
    assert {name: oct(mode) for name, mode in made.items() if mode & wanted[name] != wanted[name]} == {}
    assert {name: oct(mode) for name, mode in made.items() if mode & 0o007} == {}
    assert {oct(mode) for name, mode in made.items() if "catalog.sqlite" in name and mode & 0o600 == 0o600} == {"0o660"}
