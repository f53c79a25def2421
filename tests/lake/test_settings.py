"""Settings: what the environment says, made into places and lengths."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from wattlake.lake.addresses import Address
from wattlake.lake.settings import INBOXES, PROJECT, Settings, WrongSettingError


def test_relative_paths_start_at_the_project_wherever_the_program_was_started(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WATTLAKE_SMART_METERS", "meters/2013.csv")
    settings = Settings()
    assert settings.data == str(PROJECT / "data")
    assert settings.smart_meters == str(PROJECT / "meters/2013.csv")
    assert settings.catalog_file == PROJECT / "data/catalog.sqlite"
    assert settings.local_folder == PROJECT / "data"
    assert not settings.is_remote
    assert not settings.is_postgres


def test_absolute_paths_and_the_home_folder_stay_what_they_are(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("HOME", str(tmp_path))
    settings = Settings(data="~/lake", catalog="/var/lake/catalog.sqlite")
    assert settings.data == str(tmp_path / "lake")
    assert settings.catalog_file == Path("/var/lake/catalog.sqlite")


@pytest.mark.parametrize("address", ["postgresql://me:secret@host/lake", "postgres://host/lake"])
def test_blob_and_postgresql_are_recognised(monkeypatch: pytest.MonkeyPatch, address: str):
    monkeypatch.setenv("WATTLAKE_DATA", "az://container/prefix/")
    monkeypatch.setenv("WATTLAKE_CATALOG", address)
    monkeypatch.setenv("WATTLAKE_AZURE_CONNECTION_STRING", "AccountName=me;AccountKey=hidden")
    settings = Settings()
    assert (settings.data, settings.catalog) == ("az://container/prefix", Address(address))
    assert settings.is_remote
    assert settings.is_postgres
    assert "hidden" not in repr(settings)


def test_a_remote_lake_keeps_its_sqlite_catalog_on_this_machine(tmp_path: Path):
    assert Settings(data="az://c/p").catalog_file == PROJECT / "data/az-c-p/catalog.sqlite"
    assert Settings(data="az://c/p").catalog_file != Settings().catalog_file
    settings = Settings(data="az://c/p", catalog=str(tmp_path / "c.sqlite"))
    assert (settings.catalog_file, settings.local_folder) == (tmp_path / "c.sqlite", tmp_path)


@pytest.mark.parametrize("minutes", [15, 30, 60])
def test_the_length_of_slots_is_read_from_text(monkeypatch: pytest.MonkeyPatch, minutes: int):
    monkeypatch.setenv("WATTLAKE_SLOT_MINUTES", str(minutes))
    assert Settings().slot_minutes == minutes


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SLOT_MINUTES", "20", "Input should be 15, 30 or 60"),
        ("SLOT_MINUTES", "an hour", "invalid literal for int"),
        ("LOG_FORMAT", "xml", "Input should be 'text' or 'json'"),
        ("THREADS", "-1", "greater than or equal to 0"),
        ("COMMUNITY_FEE_EUR_PER_KWH", "-1", "greater than or equal to 0"),
        ("FEED_IN_DEDUCTION_EUR_PER_KWH", "-0.01", "greater than or equal to 0"),
        ("VAT_RATIO", "19", "less than or equal to 1"),
        ("VAT_RATIO", "-0.1", "greater than or equal to 0"),
        ("CARBON_GCO2_PER_KWH", "-1", "greater than or equal to 0"),
        ("CAR_GCO2_PER_KM", "0", "greater than 0"),
        ("TREE_KG_CO2_PER_YEAR", "0", "greater than 0"),
    ],
)
def test_a_wrong_value_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str):
    monkeypatch.setenv(f"WATTLAKE_{name}", value)
    with pytest.raises(WrongSettingError, match=said) as error:
        Settings()
    assert f"WATTLAKE_{name} is `{value}`: " in str(error.value)


def test_base_addresses_are_set_one_by_one(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("WATTLAKE_URL__PVGIS", "http://127.0.0.1:9/pvgis")
    assert Settings().url == {"pvgis": Address("http://127.0.0.1:9/pvgis")}


def test_a_run_of_a_worker_that_knows_no_project_folder_is_told_so(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PREFECT__FLOW_RUN_ID", "5f0c")
    with pytest.raises(WrongSettingError, match="`data` is not absolute"):
        Settings()
    inboxes = dict.fromkeys(INBOXES, "/inbox")
    with pytest.raises(ValueError, match="`data/az-c-p` is not absolute"):
        _ = Settings(data="az://c/p", **inboxes).catalog_file
    monkeypatch.setenv("WATTLAKE_PROJECT", str(PROJECT))
    assert Settings().data == str(PROJECT / "data")


def test_the_project_folder_is_the_current_one_or_the_one_that_is_named(tmp_path: Path):
    asks = [sys.executable, "-c", "from wattlake.lake.settings import Settings; print(Settings().data)"]
    unset = {name: value for name, value in os.environ.items() if name != "WATTLAKE_PROJECT"}
    for environment, folder in ((unset, tmp_path), (unset | {"WATTLAKE_PROJECT": str(PROJECT)}, PROJECT)):
        answer = subprocess.run(asks, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True).stdout
        assert answer.strip() == str(folder / "data")


def test_an_empty_setting_is_one_that_is_not_given(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("WATTLAKE_DATA", "")
    monkeypatch.setenv("WATTLAKE_CATALOG", "")
    assert Settings().data == str(PROJECT / "data")
    assert Settings().catalog_file == PROJECT / "data/catalog.sqlite"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATA", "s3://bucket/x"),
        ("CATALOG", "mysql://host/x"),
        ("MEMBERS", "https://host/x.csv"),
        ("TIMEZONE", "Europe/Atlantis"),
        ("HOLIDAYS", "England"),
        ("MEMORY_LIMIT", "much"),
    ],
)
def test_a_value_that_cannot_be_is_refused_by_its_name(monkeypatch: pytest.MonkeyPatch, name: str, value: str):
    monkeypatch.setenv(f"WATTLAKE_{name}", value)
    with pytest.raises(WrongSettingError, match=rf"^A setting is wrong\. WATTLAKE_{name}\b[^;]*$"):
        Settings()
