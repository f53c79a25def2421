"""A lake's identity: a catalog and a folder that do not belong together are refused, and nothing is lost by it."""

import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import duckdb
import pytest

from harness.lake_steps import land_rows, select
from wattlake.lake.settings import Settings
from wattlake.lake.sql import Connection
from wattlake.lake.store.connection import attachment, connect
from wattlake.lake.store.files import Storage
from wattlake.lake.store.identity import (
    FORMAT,
    ID,
    MARK,
    METADATA,
    IdentityError,
    _read_before,
    read_catalog_mark,
    read_mark,
)
from wattlake.lake.store.lake import Lake, LakeNotFoundError

PRICES = [{"bidding_zone": "DE-LU", "unix_seconds": "1356998400", "price": "41.5", "unit": "EUR/MWh"}]


@pytest.fixture
def filled(lake: Lake) -> Settings:
    """The settings of a lake that holds a landing, and is closed."""
    land_rows(lake, "energy_charts", "https://p.test/price?n=1", PRICES)
    lake.close()
    return lake.settings


@pytest.fixture
def another_catalog(filled: Settings, tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    """The same folder, with a catalog that nobody has used."""
    new = request.getfixturevalue("new_postgres_database")() if filled.is_postgres else str(tmp_path / "new.sqlite")
    return elsewhere(filled, catalog=new)


def elsewhere(settings: Settings, **changed: str) -> Settings:
    """The settings of a lake that has another place."""
    return Settings.model_validate(settings.model_dump() | changed)


def refuses(settings: Settings, act: Callable[[Lake], object]) -> str:
    """What a lake says that refuses to do something; no file comes or goes, but for the writer's lock."""
    before = files(settings)
    lake = Lake(settings)
    with pytest.raises(IdentityError) as error:
        act(lake)
    lake.close()
    assert files(settings) == before
    return str(error.value)


def files(settings: Settings) -> list[str]:
    """The names of all files of a lake but locks."""
    return [name for name in Storage(settings).names() if not name.endswith(".lock")]


def test_catalog_and_folder_of_a_lake_have_one_id_and_a_format(filled: Settings):
    lake = Lake(filled, read_only=True)
    mark, catalog = read_mark(filled), read_catalog_mark(lake.reader())
    assert mark is not None
    assert (catalog.lake_ids, catalog.format_version, mark.format_version) == ({mark.lake_id}, 2, 2)
    assert "postgres:@" not in mark.catalog, "no credentials"
    lake.close()


def test_a_new_catalog_beside_a_folder_with_tables_is_refused(another_catalog: Settings):
    for act in (Lake.reader, Lake.create, Lake.exists):
        assert "`wattlake restore --from-landing`" in refuses(another_catalog, act)
    assert another_catalog.is_postgres or not another_catalog.catalog_file.exists(), "none is made"


def test_another_lakes_catalog_is_refused(another_catalog: Settings, tmp_path: Path):
    other = elsewhere(another_catalog, data=str(tmp_path / "other"))
    its_lake = Lake(other)
    its_lake.create()
    its_lake.close()
    at_ours = connect(another_catalog)  # as somebody does who moves the files of one lake away and another's in
    at_ours.execute(attachment(other, create=False, read_only=False))
    at_ours.execute(
        f"update {METADATA}.ducklake_metadata set value = '{another_catalog.data}/tables/' where key = 'data_path'"
    )
    at_ours.close()
    for act in (Lake.reader, Lake.create, Lake.claim):
        assert "The catalog is another lake's" in refuses(another_catalog, act)


def test_an_archive_of_landings_without_a_catalog_is_no_place_for_a_new_lake(folder_settings: Settings):
    Storage(folder_settings).write("landing/x/2026-01-01/a.json.zst", b"what a source said")
    assert "files of a lake are there" in refuses(folder_settings, Lake.create)
    taken = Lake(folder_settings)
    taken.claim(takes_over=True)
    taken.create()
    assert taken.snapshot_id() > 0, "what makes a lake from landings may"
    taken.close()


@pytest.mark.parametrize("version", [0, 1])
def test_a_lake_of_an_older_unit_is_refused_with_the_command_that_makes_it_anew(filled: Settings, version: int):
    if version:
        make_older(filled)
    else:
        forget(filled)
    for act in (Lake.reader, Lake.create, Lake.claim):
        said = refuses(filled, act)
        assert f"is of format {version}, which keeps watt-hours" in said
        assert f"`wattlake restore --from-landing {filled.data}`" in said


def test_a_lake_of_a_newer_format_is_refused(filled: Settings):
    change(filled, f"update {METADATA}.ducklake_metadata set value = '3' where key = '{FORMAT}'")
    for act in (Lake.reader, Lake.create):
        assert "is of format 3, and this Wattlake knows formats up to 2" in refuses(filled, act)


@pytest.mark.parametrize("content", [None, b"", b"{}", b'{"lake_id": "x", "form'])
def test_a_lost_or_damaged_mark_is_written_anew_by_init(folder_lake: Lake, content: bytes | None):
    land_rows(folder_lake, "energy_charts", "https://p.test/price?n=1", PRICES)
    folder_lake.close()
    file = Path(folder_lake.settings.data) / MARK
    before = file.read_bytes()
    file.unlink() if content is None else file.write_bytes(content)
    assert "`wattlake init` marks it anew" in refuses(folder_lake.settings, Lake.reader)
    Lake(folder_lake.settings).claim()
    assert file.read_bytes() == before


def test_an_empty_folder_is_not_taken_for_the_catalogs_own(folder_lake: Lake):
    land_rows(folder_lake, "energy_charts", "https://p.test/price?n=1", PRICES)
    folder_lake.close()
    shutil.rmtree(folder_lake.settings.data)
    Path(folder_lake.settings.data).mkdir()
    assert "so nothing says that it is this catalog's" in refuses(folder_lake.settings, Lake.reader)
    assert "none of them is at" in refuses(folder_lake.settings, Lake.claim)


@pytest.mark.parametrize("point", ["catalog made", "catalog marked", "folder marked"])
def test_a_lake_whose_making_was_broken_off_is_made(folder_settings: Settings, point: str):
    whole = Lake(folder_settings)
    whole._make_folders()
    connection = connect(folder_settings)
    connection.execute(attachment(folder_settings, create=True, read_only=False))
    if point != "catalog made":
        connection.execute(f"insert into {METADATA}.ducklake_metadata (key, value) values ('{ID}', 'x')")
        connection.execute(f"insert into {METADATA}.ducklake_metadata (key, value) values ('{FORMAT}', '2')")
    connection.close()
    if point == "folder marked":
        Storage(folder_settings).write(MARK, json.dumps({"lake_id": "x", "format_version": 2, "catalog": "y"}).encode())
    else:
        with pytest.raises(LakeNotFoundError):
            Lake(folder_settings).reader()
    whole.create()
    assert select(whole, "select count(*) from bronze.energy_charts") == [(0,)]
    whole.close()


def test_a_marked_lake_is_read_by_plain_duckdb(filled: Settings):
    plain = connect(filled)
    plain.execute(attachment(filled, create=False, read_only=True))
    assert plain.execute("select price from lake.bronze.energy_charts").fetchall() == [("41.5",)]
    with pytest.raises(duckdb.InvalidInputException):
        plain.execute("delete from lake.bronze.energy_charts")
    plain.close()


def change(settings: Settings, sql: str) -> None:
    """Change a catalog's own tables."""
    connection: Connection = connect(settings)
    connection.execute(attachment(settings, create=False, read_only=False))
    connection.execute(sql)
    connection.close()


def make_older(settings: Settings) -> None:
    """Make a lake one of the format before energy was kWh."""
    change(settings, f"update {METADATA}.ducklake_metadata set value = '1' where key = '{FORMAT}'")
    mark = read_mark(settings, anew=True)
    assert mark is not None
    Storage(settings).write(MARK, json.dumps(asdict(replace(mark, format_version=1))).encode())
    _read_before.clear()


def forget(settings: Settings) -> None:
    """Make a lake one of the format before there was any."""
    change(settings, f"delete from {METADATA}.ducklake_metadata where key in ('{ID}', '{FORMAT}')")
    storage = Storage(settings)
    storage.files.rm_file(f"{storage._base}/{MARK}")
    _read_before.clear()
